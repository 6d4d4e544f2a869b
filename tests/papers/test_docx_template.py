"""Templates an office makes in WPS or Word: what is found wrong with them and where, and what comes of filling them in."""

import zipfile
from io import BytesIO

import docx
import pytest
from docx.oxml import OxmlElement
from docx.shared import Pt
from hypothesis import given, settings
from hypothesis import strategies as st

from zhunsheng.kernel.words import Words
from zhunsheng.papers.docx_screen import to_screen
from zhunsheng.papers.docx_template import LARGEST, Required, fields_of, fill, problems
from zhunsheng.papers.layout import BLANK

KNOWN = {
    "申请人": "applicant",
    "文号": "number",
    "日期": "date",
    "单位": "organ",
    "期限：答复": "due:reply",
    "理由": "reason",
}
NEEDS = [Required(frozenset({"number"}), Words("文号", "number")), Required(frozenset({"applicant", "agent"}), Words("主送对象", "addressee"))]  # fmt: skip
GOOD = ("{{文号}}", "{{申请人}}：", "请于{{期限：答复}}前答复。")


def made(*lines, table=(), header="", change=None):
    """A docx file of these paragraphs."""
    word = docx.Document()
    for line in lines:
        word.add_paragraph(line)
    if table:
        grid = word.add_table(rows=0, cols=len(table[0]))
        for row in table:
            for cell, text in zip(grid.add_row().cells, row, strict=True):
                cell.text = text
    if header:
        word.sections[0].header.paragraphs[0].text = header
    if change is not None:
        change(word)
    stream = BytesIO()
    word.save(stream)
    return stream.getvalue()


def repacked(content, **files):
    """The file with others in it, or some changed by a function."""
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, files[name](data) if callable(files.get(name)) else data)
        for name, data in files.items():
            if not callable(data):
                new.writestr(name, data)
    return stream.getvalue()


def said(content, known=KNOWN, required=NEEDS):
    return [(p.where.zh, p.said.zh) for p in problems(content, known, required)]


def lines(content):
    return [p.text for p in docx.Document(BytesIO(content)).paragraphs]


# --- what is wrong ---------------------------------------------------------------------------------------------------


def test_good_template_has_nothing_wrong():
    content = made(*GOOD, table=[["理由", "{{理由}}"]], header="{{ 单位 }}")
    assert said(content) == []
    assert fields_of(content) == ["文号", "申请人", "期限：答复", "理由", "单位"]


def test_full_width_braces_and_spaces_are_understood():
    assert said(made("｛｛文号｝｝", "{{ 申 请 人 }}")) == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "不是 docx 文件"),
        ("文本".encode(), "不是 docx 文件"),
        (b"PK\x03\x04" + b"x" * 100, "不是 docx 文件"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 100, "旧版 doc"),
        (b"x" * (LARGEST + 1), "超过 5 MB"),
    ],
)
def test_file_that_is_no_docx(content, words):
    ((where, found),) = said(content)
    assert where == ""
    assert words in found


def test_workbook_is_no_template():
    from openpyxl import Workbook

    stream = BytesIO()
    Workbook().save(stream)
    assert "不是 docx 文件" in said(stream.getvalue())[0][1]


def test_damaged_text_is_said_to_be_so():
    assert "已经损坏" in said(repacked(made(*GOOD), **{"word/document.xml": lambda data: data[:200]}))[0][1]


def test_file_that_unpacks_to_too_much():
    content = repacked(made(*GOOD), **{"word/media/x.bin": b""})
    stream = BytesIO(content)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/media/y.bin", b"0" * (LARGEST * 20))
    assert "解开后过大" in said(stream.getvalue())[0][1]


OUTSIDE = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r9" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" '
    b'Target="http://example.invalid/x.dotm" TargetMode="External"/></Relationships>'
)


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"word/vbaProject.bin": b"x"}, "宏"),
        ({"[Content_Types].xml": lambda data: data.replace(b"document.main+xml", b"macroEnabled.main+xml")}, "宏"),
        ({"word/embeddings/oleObject1.bin": b"x"}, "嵌入"),
        ({"word/_rels/settings.xml.rels": OUTSIDE}, "外部"),
        ({"word/comments.xml": b'<w:comments xmlns:w="x"><w:comment w:id="1"/></w:comments>'}, "批注"),
    ],
)
def test_what_a_paper_must_not_carry_along(files, words):
    ((where, found),) = said(repacked(made(*GOOD), **files))
    assert where == ""
    assert words in found


def test_unknown_field_is_named_with_its_paragraph_and_a_likely_one():
    found = said(made("{{文号}}", "{{申请人}}：", "现告知{{申清人}}如下。"))
    assert found == [("正文第 3 段（现告知{{申清人}}如下。）", "没有「申清人」这个字段，是不是 {{申请人}}？")]


def test_field_in_a_table_and_in_the_header_is_found():
    found = said(made("{{文号}}{{申请人}}", table=[["甲", "乙"], ["丙", "{{无此项}}"]], header="{{页眉项}}"))
    assert [where for where, _ in found] == ["正文表 1 第 2 行第 2 格（{{无此项}}）", "页眉第 1 段（{{页眉项}}）"]


@pytest.mark.parametrize("line", ["请{{申请人", "请申请人}}", "{申请人}", "请{{申请人}", "{{{申请人}}}", "｛申请人｝"])
def test_braces_not_in_pairs(line):
    found = said(made("{{文号}}{{申请人}}", line))
    assert any("正文第 2 段" in where and "花括号不成对" in what for where, what in found), found


def test_missing_number_and_addressee():
    found = said(made("{{日期}}"))
    assert found == [("", "缺少文号：模板里须有 {{文号}}"), ("", "缺少主送对象：模板里须有 {{申请人}}")]


def test_tracked_changes_and_fields_from_outside():
    def tracked(word):
        mark = OxmlElement("w:ins")
        paragraph = word.paragraphs[0]._p
        paragraph.append(mark)

    def outside(word):
        run = word.paragraphs[1].add_run()
        code = OxmlElement("w:instrText")
        code.text = ' INCLUDETEXT "x.docx" '
        run._r.append(code)

    assert [where[:6] for where, _ in said(made(*GOOD, change=tracked))] == ["正文第 1 "]
    assert "引用外部内容的域" in said(made(*GOOD, change=outside))[0][1]


# --- filling ---------------------------------------------------------------------------------------------------------

NAMES = KNOWN
VALUES = {"number": "示复受〔2026〕1号", "applicant": "示例甲、示例乙", "due:reply": "2026年3月10日"}


def test_fields_are_filled_in_wherever_they_stand():
    content = made(*GOOD, table=[["申请人", "{{申请人}}"], ["理由", "{{理由}}"]], header="{{文号}}")
    filled = docx.Document(BytesIO(fill(content, NAMES, VALUES)))
    assert [p.text for p in filled.paragraphs][:3] == [
        "示复受〔2026〕1号",
        "示例甲、示例乙：",
        "请于2026年3月10日前答复。",
    ]
    assert [cell.text for row in filled.tables[0].rows for cell in row.cells] == [
        "申请人",
        "示例甲、示例乙",
        "理由",
        "",
    ]
    assert filled.sections[0].header.paragraphs[0].text == "示复受〔2026〕1号"


def test_line_without_any_value_is_left_out_and_a_single_one_prints_a_blank():
    content = made("{{文号}}", "理由：{{理由}}", "{{申请人}}的理由：{{理由}}。", "完")
    assert lines(fill(content, NAMES, VALUES)) == ["示复受〔2026〕1号", f"示例甲、示例乙的理由：{BLANK}。", "完"]


def test_remark_stands_above_everything_else():
    assert lines(fill(made(*GOOD), NAMES, VALUES, "已作废"))[:2] == ["已作废", "示复受〔2026〕1号"]


def test_value_of_several_lines():
    content = made("{{理由}}", "理由：{{理由}}", "完")
    filled = fill(content, NAMES, {"reason": "第一行\n第二行"})
    assert lines(filled) == ["第一行", "第二行", "理由：第一行\n第二行", "完"]


def test_field_spread_over_runs_takes_the_look_of_its_first_letter():
    def spread(word):
        paragraph = word.add_paragraph()
        for index, part in enumerate(("致{", "{申请", "人}", "}：请", "于")):
            run = paragraph.add_run(part)
            run.bold, run.font.size = index == 0, Pt(10 + index)

    filled = docx.Document(BytesIO(fill(made(change=spread), NAMES, VALUES)))
    runs = [(run.text, bool(run.bold)) for run in filled.paragraphs[-1].runs]
    assert runs == [("致示例甲、示例乙", True), ("", False), ("", False), ("：请", False), ("于", False)]


def test_everything_else_of_the_file_stays_as_it_was():
    content = made(*GOOD, change=lambda word: word.styles["Normal"].font.__setattr__("size", Pt(13)))
    with zipfile.ZipFile(BytesIO(content)) as before, zipfile.ZipFile(BytesIO(fill(content, NAMES, VALUES))) as after:
        assert before.namelist() == after.namelist()
        same = [name for name in before.namelist() if before.read(name) == after.read(name)]
        assert "word/styles.xml" in same
        assert set(before.namelist()) - set(same) == {"word/document.xml"}


HOSTILE = st.text(alphabet=st.sampled_from(list("{}{{}}｛｝申请人文号%\\<>&\"'\x00\x0b\n甲")), max_size=30)


@settings(max_examples=60, deadline=None)
@given(HOSTILE, HOSTILE)
def test_what_was_typed_is_never_read_as_a_template(applicant, reason):
    """Braces, commands of template languages and markup come out as the letters they are; the file stays readable."""
    content = made("甲{{申请人}}乙{{理由}}丙", "{{文号}}")
    values = {"applicant": applicant, "reason": reason, "number": "不应出现两次"}
    first, *_more, number = "\n".join(lines(fill(content, NAMES, values))).rpartition("不应出现两次")

    def shown(text):
        return "".join(char for char in text if char >= " " or char == "\n").strip() or BLANK

    assert number == ""
    if not (shown(applicant) == BLANK == shown(reason)):
        assert first == f"甲{shown(applicant)}乙{shown(reason)}丙\n"


def test_screen_shows_the_text_and_escapes_it():
    def form(word):
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        word.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
        word.paragraphs[0].runs[0].font.size = Pt(22)

    content = fill(made("{{文号}}", "{{申请人}}", table=[["理由", "{{理由}}"]], change=form), NAMES,
                   {**VALUES, "applicant": "<script>x</script>", "reason": "甲"})  # fmt: skip
    page = to_screen(content)
    assert '<p class="screen-center screen-large">示复受〔2026〕1号</p>' in page
    assert "&lt;script&gt;" in page
    assert "<script>" not in page
    assert '<td><p class="">甲</p></td>' in page
