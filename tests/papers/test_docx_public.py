"""The copy of a Word file for the public: its text and look stay, hidden words are gone from every part, and nothing else goes along."""

import zipfile
from io import BytesIO
from itertools import pairwise

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.papers.test_docx_template import made, repacked
from zhunsheng.kernel.masking import Hidden, Known, propose
from zhunsheng.papers.docx_public import NotPublicError, cleaned, masked_docx, passages_of
from zhunsheng.papers.docx_template import problems

NAME = "示例甲"
KNOWN = [Known(NAME, Hidden.NAME, "示某某")]
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def public(content):
    """The file as it goes out when everything proposed is confirmed."""
    clean = cleaned(content)
    return masked_docx(clean, propose(passages_of(clean), KNOWN))


def everything_in(content):
    """All bytes of a file, unpacked, with the names of its parts."""
    with zipfile.ZipFile(BytesIO(content)) as package:
        return b"".join(name.encode() + package.read(name) for name in package.namelist()).decode("utf-8", "replace")


def carrying_much(word):
    """What programs and people leave in a file, each with the name in it."""
    word.core_properties.author = word.core_properties.title = NAME
    paragraph = word.paragraphs[0]
    tracked = (f"<w:del {nsdecls('w')} w:id='1' w:author='{NAME}'><w:r><w:delText>删去的{NAME}</w:delText></w:r></w:del>",
               f"<w:ins {nsdecls('w')} w:id='2' w:author='{NAME}'><w:r><w:t>补充</w:t></w:r></w:ins>",
               f"<w:r {nsdecls('w')}><w:rPr><w:vanish/></w:rPr><w:t>藏起来的{NAME}</w:t></w:r>",
               f"<w:bookmarkStart {nsdecls('w')} w:id='3' w:name='{NAME}'/>",
               f"<w:fldSimple {nsdecls('w')} w:instr='AUTHOR {NAME}'><w:r><w:t>作者</w:t></w:r></w:fldSimple>",
               f"<w:sdt {nsdecls('w')}><w:sdtPr><w:alias w:val='{NAME}'/></w:sdtPr><w:sdtContent><w:r><w:t>框里的</w:t></w:r></w:sdtContent></w:sdt>")  # fmt: skip
    for xml in tracked:
        paragraph._p.append(parse_xml(xml))
    paragraph._p.set(qn("w:rsidR"), "00AB12CD")
    paragraph.add_run().add_picture(BytesIO(PNG))
    drawing = paragraph._p.find(".//" + qn("wp:docPr"))
    drawing.set("descr", f"{NAME}的身份证")
    box = OxmlElement("w:r")
    box.append(parse_xml(
        f"<w:pict {nsdecls('w')} xmlns:v='urn:schemas-microsoft-com:vml'><v:shape alt='{NAME}'><v:textbox><w:txbxContent>"
        f"<w:p><w:r><w:t>文本框里的{NAME}</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict>"
    ))  # fmt: skip
    word.paragraphs[1]._p.append(box)


def test_nothing_but_text_and_layout_goes_along():
    content = repacked(
        made(f"申请人：{NAME}，女", "理由：", table=(("姓名", NAME),), header=f"关于{NAME}的决定", change=carrying_much),
        **{
            "word/comments.xml": f"<x>{NAME}的批注</x>".encode(), "docProps/custom.xml": f"<x>{NAME}</x>".encode(),
            "docProps/thumbnail.jpeg": lambda _old: NAME.encode(), "word/embeddings/a.xlsx": NAME.encode(), "customXml/own.xml": NAME.encode(),
            "word/people.xml": NAME.encode(),
        },
    )  # fmt: skip
    assert everything_in(content).count(NAME) >= 12
    made_public = public(content)
    assert NAME not in everything_in(made_public)
    assert passages_of(made_public) == [
        "申请人：示某某，女补充作者框里的", "理由：", "文本框里的示某某", "姓名", "示某某", "关于示某某的决定",
    ]  # fmt: skip
    with zipfile.ZipFile(BytesIO(made_public)) as package:
        assert not [name for name in package.namelist() if "docProps" in name or "media" in name or "omment" in name]
        assert "rsid" not in package.read("word/document.xml").decode()
        assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert problems(made_public, {}) == []
    assert docx.Document(BytesIO(made_public)).tables[0].rows[0].cells[1].text == "示某某"


def test_what_a_style_hides_is_gone_and_what_somebody_called_a_style_too():
    def hidden_by_styles(word):
        hiding = word.styles.add_style(f"{NAME}的样式", WD_STYLE_TYPE.CHARACTER)
        hiding.font.hidden = True
        resting = word.styles.add_style("其次", WD_STYLE_TYPE.CHARACTER)
        resting.base_style = hiding
        shown = word.styles.add_style("显示", WD_STYLE_TYPE.CHARACTER)
        shown.base_style, shown.font.hidden = hiding, False
        whole = word.styles.add_style("整段", WD_STYLE_TYPE.PARAGRAPH)
        whole.font.hidden, whole.font.bold = True, True
        paragraph = word.add_paragraph("看得见")
        for style in (hiding, resting, shown):
            paragraph.add_run(style.name, style=style)
        word.add_paragraph("整段藏起来", style=whole).add_run("又显示").font.hidden = False

    made_public = cleaned(made(change=hidden_by_styles))
    assert passages_of(made_public)[-2:] == ["看得见显示", "又显示"]
    assert NAME not in everything_in(made_public)
    assert docx.Document(BytesIO(made_public)).paragraphs[-1].style.font.bold, "it looks as it did"


def test_the_look_of_what_is_hidden_and_of_what_stands_around_it_stays():
    def in_two_looks(word):
        paragraph = word.add_paragraph()
        for text, bold in (("申请人：示", True), ("例", False), ("甲到场", False)):
            run = paragraph.add_run(text)
            run.bold, run.font.size = bold, Pt(22)
        paragraph.alignment = 1

    paragraph = docx.Document(BytesIO(public(made(change=in_two_looks)))).paragraphs[-1]
    assert [(run.text, run.bold) for run in paragraph.runs] == [("申请人：示某某", True), ("", False), ("到场", False)]
    assert (paragraph.alignment, {run.font.size for run in paragraph.runs}) == (1, {Pt(22)})


def test_numbers_of_pages_are_still_counted_and_other_fields_are_what_they_show():
    def with_fields(word):
        for instruction, shown in (("PAGE", "3"), (f'MERGEFIELD "{NAME}"', "合并的")):
            paragraph = word.add_paragraph()
            for kind in ("begin", "instr", "separate", shown, "end"):
                run = paragraph.add_run(kind if kind == shown else "")
                if kind == "instr":
                    node = OxmlElement("w:instrText")
                    node.text = instruction
                elif kind == shown:
                    continue
                else:
                    node = OxmlElement("w:fldChar")
                    node.set(qn("w:fldCharType"), kind)
                run._r.append(node)

    made_public = public(made(change=with_fields))
    assert passages_of(made_public)[-2:] == ["3", "合并的"]
    assert everything_in(made_public).count("fldCharType") == 3
    assert NAME not in everything_in(made_public)


@pytest.mark.parametrize("content", [b"", b"no zip", b"\xd0\xcf\x11\xe0 old", made("x")[:-40]])
def test_what_is_no_docx_is_refused_in_words(content):
    with pytest.raises(NotPublicError) as refused:
        cleaned(content)
    assert refused.value.words.zh
    assert refused.value.words.en


CUTS = st.lists(st.integers(0, 40), max_size=6)


@settings(max_examples=12, deadline=None)
@given(CUTS, st.integers(0, 12))
def test_a_name_is_gone_however_it_is_cut_into_runs(cuts, before):
    whole = "经" * before + NAME + "，电话13812345678，" + NAME + "到场"

    def cut(word):
        paragraph = word.add_paragraph()
        edges = sorted({0, len(whole), *(min(at, len(whole)) for at in cuts)})
        for start, end in pairwise(edges):
            paragraph.add_run(whole[start:end])

    made_public = public(made(change=cut))
    assert passages_of(made_public)[-1] == "经" * before + "示某某，电话138****5678，示某某到场"
