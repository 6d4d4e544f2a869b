"""Plans are read by their numbering, from text as web pages hold it; what was worked out by hand must come out."""

import io
import json
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from docx import Document

from zhunsheng import word_documents
from zhunsheng.plans.cleaning import LOST, clean
from zhunsheng.plans.commands import plan as plan_command
from zhunsheng.plans.reading import read_plan
from zhunsheng.plans.sources import SourceError, text_in, text_of
from zhunsheng.plans.tasks import tasks_of

# An invented plan with what web pages do to text: traditional script, readings in brackets, a lost character, a foot.
DIRTY = """\
示例區(qū)法治政府建設(shè)實施方案(2022-2025年)
?
一、總體目標
到2025年,政府行為全面納入法治軌道。
二、主要舉措
(一)健全政府機構(gòu)職能體系
1.?推進機構(gòu)職能優(yōu)化。健全職責爭議解決機制,建立分工明確的協(xié)作機制。把適老化工程納入?yún)^(qū)政務(wù)服務(wù)項目。
2.?深化改革。推進“證照分離”改革(APP),著力打造“企業(yè)開辦+N項服務(wù)”模式。
(二)健全制度體系
3.?加強文件管理。臨時機構(gòu)、內(nèi)設(shè)機構(gòu)不得制定文件。健全清理機制,原則上每2年清理一次,確有需要的,制定機關(guān)應(yīng)當及時清理。
三、保障措施
(一)加強領(lǐng)導(dǎo)
黨委常委會每年至少聽取一次匯報,及時研究解決問題。區(qū)政府每年舉辦至少2期講座、1期培訓(xùn)班。
Copyright ? 2015-2025 示例區(qū)人民政府
"""


@pytest.fixture(scope="module")
def read():
    return read_plan(DIRTY)


def test_the_numbering_gives_parts_headings_and_measures(read):
    assert read.title == "示例区法治政府建设实施方案（2022-2025年）"
    assert [(part.number, part.title) for part in read.parts] == [
        ("一", "总体目标"), ("二", "主要举措"), ("三", "保障措施")
    ]  # fmt: skip
    assert read.parts[0].text == "到2025年，政府行为全面纳入法治轨道。"
    assert [(h.part, h.number, h.title) for h in read.headings] == [
        ("二", "一", "健全政府机构职能体系"), ("二", "二", "健全制度体系"), ("三", "一", "加强领导")
    ]  # fmt: skip
    assert [(m.heading, m.number, m.title) for m in read.measures] == [
        ("一", "1", "推进机构职能优化"), ("一", "2", "深化改革"), ("二", "3", "加强文件管理"), ("一", "（一）", "加强领导")
    ]  # fmt: skip


def test_readings_go_and_what_was_lost_is_marked(read):
    text = "".join(m.title + m.text for m in read.measures)
    assert f"纳入{LOST}政务服务项目" in text
    assert "（APP）" in text  # no reading of the character before it
    assert [letters for letters in text if letters.isascii() and letters.isalpha()] == list("APPN")
    assert [tuple(doubt) for doubt in read.doubts] == [
        ("第7行，措施1", f"原文丢字，请对照原件补上：老化工程纳入{LOST}政务服务项目"),
        ("第14行", "像是网页页脚，已略去：Copyright ? 2015-2025 示例区人民政府"),
    ]


def test_tasks_have_their_days_and_organs(read):
    told = [[(task.text, task.due, task.organs) for task in m.tasks] for m in read.measures]
    assert told == [
        [
            ("健全职责争议解决机制", "", ()),
            ("建立分工明确的协作机制", "", ()),
            (f"把适老化工程纳入{LOST}政务服务项目", "", ()),
        ],
        [("推进“证照分离”改革（APP），着力打造“企业开办+N项服务”模式", "", ())],
        [
            ("临时机构、内设机构不得制定文件", "", ("临时机构", "内设机构")),
            ("健全清理机制，原则上每2年清理一次", "每2年一次", ()),
            ("确有需要的，制定机关应当及时清理", "", ("制定机关",)),
        ],
        [
            ("党委常委会每年至少听取一次汇报", "每年至少一次", ("党委常委会",)),
            ("及时研究解决问题", "", ("党委常委会",)),
            ("区政府每年举办至少2期讲座、1期培训班", "每年至少2期、1期", ("区政府",)),
        ],
    ]


@pytest.mark.parametrize(
    ("text", "due", "due_on"),
    [
        ("2022年年底前基本形成工作体制。", "2022年年底前", "2022-12-31"),
        ("2024年2月底前完成清理。", "2024年2月底前", "2024-02-29"),
        ("2025年6月30日前完成清理。", "2025年6月30日前", "2025-06-30"),
        ("部门负责人任期内至少接受一次培训。", "任期内至少一次", ""),
        ("每季度至少组织一次学法。", "每季度至少一次", ""),
        ("完善制度。", "", ""),
    ],
)
def test_days_and_rhythms(text, due, due_on):
    task = next(tasks_of("", text))
    assert (task.due, task.due_on) == (due, due_on)


@pytest.mark.parametrize(
    ("text", "tasks"),
    [
        ("推动机构发挥作用，建立健全领导体制。", ["推动机构发挥作用", "建立健全领导体制"]),
        ("聚焦减材料，探索推进新模式，提升效率。", ["聚焦减材料，探索推进新模式，提升效率"]),
        ("深化改革，对确定的项目，实行统一服务。", ["深化改革", "对确定的项目，实行统一服务"]),
        ("政府要在党委领导下，履行主体责任。", ["政府要在党委领导下，履行主体责任"]),
        ("做好申创工作，以创建带动水平提升。", ["做好申创工作，以创建带动水平提升"]),
        ("以创新引领发展，转变观念。", []),
        ("以先整后统方式探索新模式，积极探索转换机制。", ["以先整后统方式探索新模式", "积极探索转换机制"]),
        ("发行5亿元以上专项债券。巩固整治成果。", ["发行5亿元以上专项债券", "巩固整治成果"]),
        ("全县60岁以上人口已达2万。", []),
    ],
)
def test_what_leads_up_to_a_task_or_follows_from_it_stays_with_it(text, tasks):
    assert [task.text for task in tasks_of("", text)] == tasks


def test_a_part_of_a_report_is_read_alone_and_numbers_that_jump_are_doubts():
    report = "一、工作情况\n(一)甲\n完成任务。\n四、2024年主要安排\n1.加强监督。开展评查。\n3.加强培训。组织考试。\n"
    read = read_plan(report, "2024年")
    assert [part.number for part in read.parts] == ["四"]
    assert [m.number for m in read.measures] == ["1", "3"]
    assert ("第四部分的措施", "编号从 1 到 3，可能漏读或者原文缺号") in [tuple(d) for d in read.doubts]
    assert [d.where for d in read_plan(report).doubts][:1] == ["部分"]  # from the first to the fourth
    assert "部分" not in [d.where for d in read.doubts]
    assert [d.where for d in read_plan("没有编号的文字").doubts] == ["全文"]


def test_a_character_that_cannot_be_read_is_a_lost_one():
    lines, doubts = clean("推进\ufffd务公开")
    assert [line.text for line in lines] == [f"推进{LOST}务公开"]
    assert doubts[0].where == "第1行"


def _word(path: Path) -> Path:
    document = Document()
    for line in DIRTY.splitlines():
        document.add_paragraph(line)
    document.save(str(path))
    return path


@pytest.mark.parametrize("kind", ["docx", "html", "gbk"])
def test_the_same_is_read_from_other_files(tmp_path, read, kind):
    if kind == "docx":
        path = _word(tmp_path / "plan.docx")
    elif kind == "html":
        path = tmp_path / "plan.html"
        lines = "".join(f"<p>{line}</p>" for line in DIRTY.splitlines())
        path.write_text(f"<html><head><title>x</title></head><script>1</script><body>{lines}</body></html>", "utf-8")
    else:
        path = tmp_path / "plan.txt"
        path.write_bytes(DIRTY.encode("gb18030"))
    again = read_plan(text_of(path))
    assert [(m.number, m.tasks) for m in again.measures] == [(m.number, m.tasks) for m in read.measures]


def a_document(*, broken=False, method=0):
    """A Word document whose text is no XML, or that is packed in a way nobody knows."""
    whole, made = io.BytesIO(), io.BytesIO()
    Document().save(whole)
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(made, "w") as new:
        for part in old.namelist():
            is_text = broken and part == "word/document.xml"
            new.writestr(part, b"<w:document" if is_text else old.read(part))
    content = made.getvalue()
    if method:  # at the place of the method, in the list at the end and before each part
        content = re.sub(
            rb"(PK\x01\x02.{6}|PK\x03\x04.{4})\x00\x00", rb"\1" + bytes([method, 0]), content, flags=re.DOTALL
        )
    return content


def test_a_document_that_unpacks_to_too_much_is_not_opened(monkeypatch):
    monkeypatch.setattr(word_documents, "UNPACKED_LIMIT", 1000)
    with pytest.raises(SourceError, match="展开后过大"):
        text_in(a_document(), "plan.docx")


def test_a_page_of_the_web_that_names_its_encoding_is_read():
    page = '<?xml version="1.0" encoding="gb2312"?>\n<html><body><p>一、示例</p></body></html>'
    assert text_in(page.encode(), "plan.html").strip() == "一、示例"


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("plan.pdf", b"%PDF", "不是完好的 PDF"),
        ("plan.doc", b"\xd0\xcf\x11\xe0", "另存为 docx"),
        ("plan.doc", b"", "是空文件"),
        ("plan.docx", b"no word", "不是 Word 文档"),
        ("plan.docx", a_document(broken=True), "不是 Word 文档"),
        ("plan.docx", a_document(method=99), "不是 Word 文档"),
        ("plan.txt", b"\x00\x01\xff", "不是文本文件"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(tmp_path, name, content, says):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SourceError, match=says) as refused:
        text_of(path)
    assert name in refused.value.words.en
    assert not any("\u4e00" <= character <= "\u9fff" for character in refused.value.words.en)


def test_the_command_shows_writes_nothing_and_fills_a_workbook(tmp_path):
    source = tmp_path / "plan.txt"
    source.write_text(DIRTY, "utf-8")
    shown = CliRunner().invoke(plan_command, ["import", str(source), "--dry-run", "--json"])
    assert shown.exit_code == 0
    told = json.loads(shown.output)
    assert list(told) == ["title", "parts", "headings", "measures", "doubts"]
    assert told["measures"][3]["tasks"][0] == {
        "text": "党委常委会每年至少听取一次汇报", "due": "每年至少一次", "due_on": "", "organs": ["党委常委会"],
        "lead": [], "joint": [],
    }  # fmt: skip
    assert list(tmp_path.iterdir()) == [source]
    refused = CliRunner().invoke(plan_command, ["import", str(source)])
    assert refused.exit_code == 2
    assert "须由人核对" in refused.output
    unknown = CliRunner().invoke(plan_command, ["import", str(source), "--dry-run", "--part", "2030"])
    assert unknown.exit_code == 1
    assert "没有编号或者标题含「2030」的部分" in unknown.output
    book_path = tmp_path / "measures.xlsx"
    assert CliRunner().invoke(plan_command, ["import", str(source), "--workbook", str(book_path)]).exit_code == 0
    book = openpyxl.load_workbook(book_path)
    assert [row[0].value for row in book["措施"].iter_rows(min_row=2)] == ["二-1", "二-2", "二-3", "三-一"]
    assert book["任务"].max_row == 1 + 10
    assert book["存疑"].max_row == 1 + 2
