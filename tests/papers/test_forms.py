"""The two forms of a document: the Word file keeps the measures of GB/T 9704, the page escapes what it shows."""

from datetime import date
from io import BytesIO

import docx
import pytest
from docx.oxml.ns import qn

from zhunsheng.papers.document import (
    Addressee,
    Banner,
    Document,
    FigureReference,
    Heading,
    Note,
    Number,
    Paragraph,
    Run,
    Signature,
    Table,
    Title,
    chinese_date,
)
from zhunsheng.papers.docx import to_docx
from zhunsheng.papers.html import to_html

DOCUMENT = Document(
    (
        Banner("演示数据"),
        Number("示政文〔2021〕33号"),
        Title("示例市人民政府\n关于法治政府建设情况的报告"),
        Addressee("市人大常委会"),
        Heading(1, "一、总的情况"),
        Heading(2, "（一）制度"),
        Paragraph((Run("收到申请"), Run("98件", FigureReference("x.received", 2020)), Run("。<script>&"))),
        Table(("事项", "数量"), (("受理", "89"), ("不予受理", "9"))),
        Signature("示例市人民政府", date(2021, 5, 8)),
        Note("此件公开发布"),
    )
)


@pytest.fixture(scope="module")
def word() -> docx.document.Document:
    return docx.Document(BytesIO(to_docx(DOCUMENT)))


def _paragraph(word: docx.document.Document, text: str) -> docx.text.paragraph.Paragraph:
    return next(paragraph for paragraph in word.paragraphs if paragraph.text.startswith(text))


def test_page_is_a4_with_the_margins_of_the_standard(word: docx.document.Document) -> None:
    section = word.sections[0]
    measures = (
        section.page_width,
        section.page_height,
        section.top_margin,
        section.bottom_margin,
        section.left_margin,
        section.right_margin,
    )
    assert [round(measure.mm) for measure in measures] == [210, 297, 37, 35, 28, 26]


def test_twenty_two_lines_fill_the_page(word: docx.document.Document) -> None:
    grid = word.sections[0]._sectPr.find(qn("w:docGrid"))
    assert (grid.get(qn("w:type")), grid.get(qn("w:linePitch"))) == ("lines", "579")
    assert (297 - 37 - 35) / 25.4 * 72 // 28.95 == 22
    for paragraph in word.paragraphs:
        form = paragraph.style.paragraph_format
        assert (form.line_spacing.pt, form.line_spacing_rule.name) == (28.95, "EXACTLY")


@pytest.mark.parametrize(
    ("text", "font", "size"),
    [
        ("示例市人民政府\n", "方正小标宋简体", 22),
        ("示政文", "仿宋_GB2312", 16),
        ("市人大常委会：", "仿宋_GB2312", 16),
        ("一、", "黑体", 16),
        ("（一）", "楷体_GB2312", 16),
        ("收到申请", "仿宋_GB2312", 16),
        ("2021年5月8日", "仿宋_GB2312", 16),
    ],
)
def test_fonts_bear_their_official_names_for_chinese_too(
    word: docx.document.Document, text: str, font: str, size: int
) -> None:
    style = _paragraph(word, text).style
    fonts = style.element.rPr.find(qn("w:rFonts"))
    assert {name: fonts.get(qn(f"w:{name}")) for name in ("ascii", "hAnsi", "eastAsia")} == dict.fromkeys(
        ("ascii", "hAnsi", "eastAsia"), font
    )
    assert style.font.size.pt == size


def test_no_theme_font_is_left_to_override_the_names() -> None:
    styles = docx.Document(BytesIO(to_docx(DOCUMENT))).styles
    used = ["Normal", "Title", "Heading 1", "Heading 2", "Heading 3", "Heading 4", "Body Text", "Footer"]
    fonts = [styles.element.find(qn("w:docDefaults")).find(f".//{qn('w:rFonts')}")]
    fonts += [styles[name].element.rPr.find(qn("w:rFonts")) for name in used]
    assert [name for font in fonts for name in font.attrib if "Theme" in name] == []


def test_body_is_indented_by_two_characters_and_the_addressee_is_not(word: docx.document.Document) -> None:
    indent = _paragraph(word, "收到申请").style.element.pPr.find(qn("w:ind"))
    assert (indent.get(qn("w:firstLineChars")), indent.get(qn("w:firstLine"))) == ("200", "640")
    assert _paragraph(word, "市人大").style.element.pPr.find(qn("w:ind")) is None


def test_date_stands_four_characters_from_the_edge_and_the_organ_centred_above(word: docx.document.Document) -> None:
    organ = next(paragraph for paragraph in word.paragraphs if paragraph.text == "示例市人民政府")
    assert _paragraph(word, "2021年").paragraph_format.right_indent.pt == 64
    # The date, six figures and three characters, is six wide; the organ has seven: half a character more at each side.
    assert organ.paragraph_format.right_indent.pt == 56


def test_page_numbers_stand_outside_in_songti(word: docx.document.Document) -> None:
    section = word.sections[0]
    assert word.settings.odd_and_even_pages_header_footer
    for footer, side in ((section.footer, "RIGHT"), (section.even_page_footer, "LEFT")):
        paragraph = footer.paragraphs[0]
        assert (paragraph.text, paragraph.alignment.name) == ("— 1 —", side)
        assert "PAGE" in paragraph._p.xml
        assert (paragraph.style.font.name, paragraph.style.font.size.pt) == ("宋体", 14)


def test_rows_of_a_table_are_not_split_and_its_head_is_repeated(word: docx.document.Document) -> None:
    rows = word.tables[0].rows
    assert [[cell.text for cell in row.cells] for row in rows] == [["事项", "数量"], ["受理", "89"], ["不予受理", "9"]]
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in rows)
    assert rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None


def test_text_is_kept_as_typed_and_control_characters_do_no_harm(word: docx.document.Document) -> None:
    assert _paragraph(word, "收到申请").text == "收到申请98件。<script>&"
    read = docx.Document(BytesIO(to_docx(Document((Paragraph((Run("甲\x00\x0b乙"),)),)))))
    assert read.paragraphs[0].text == "甲乙"


def test_the_file_names_no_program_or_person(word: docx.document.Document) -> None:
    properties = word.core_properties
    assert (properties.author, properties.last_modified_by, properties.comments) == ("", "", "")
    assert properties.title == "示例市人民政府关于法治政府建设情况的报告"


def test_page_escapes_every_text() -> None:
    hostile = "<img src=x onerror=alert(1)>"
    blocks = (
        Banner(hostile), Number(hostile), Title(hostile), Addressee(hostile), Heading(1, hostile), Note(hostile),
        Paragraph((Run(hostile), Run(hostile, FigureReference("x.y", 2020)))), Table((hostile,), ((hostile,),)),
        Signature(hostile, date(2021, 5, 8)),
    )  # fmt: skip
    page = to_html(Document(blocks), lambda figure: f'/"><img src={figure.account}>')
    assert "<img" not in page
    assert page.count("&lt;img src=x") == 12


def test_a_figure_is_a_link_to_its_records_and_nothing_else_is() -> None:
    page = to_html(DOCUMENT, lambda figure: f"/figures/{figure.account}/{figure.year}/")
    assert page.count("<a ") == 1
    assert 'href="/figures/x.received/2020/"' in page
    assert "<a " not in to_html(DOCUMENT)


def test_a_declared_figure_looks_declared() -> None:
    document = Document((Paragraph((Run("第2位", FigureReference("x.rank", 2020, declared=True)),)),))
    assert "document-figure-declared" in to_html(document, lambda figure: "/x/")


def test_dates_have_no_leading_zeros() -> None:
    assert chinese_date(date(2026, 3, 5)) == "2026年3月5日"
