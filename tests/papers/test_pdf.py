"""The PDF of a document and the picture of a chart: what they say, and that without a Chinese face there is none."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import docx
import pdfplumber
import pytest

from zhunsheng.papers.charts import to_svg
from zhunsheng.papers.document import (
    SHORT_TABLE,
    Addressee,
    Chart,
    Document,
    Heading,
    Number,
    Paragraph,
    Run,
    Signature,
    Table,
    Title,
)
from zhunsheng.papers.docx import to_docx
from zhunsheng.papers.html import to_html
from zhunsheng.papers.pdf import NoFaceError, faces, substituted, to_pdf

CHART = Chart(
    "复议<案件>", "件", ("2020年", "2019年"), (("收到申请", (Decimal(98), Decimal(120))), ("受理", (Decimal(89), None)))
)
DOCUMENT = Document((
    Number("示政文〔2021〕33号"), Title("示例市人民政府\n关于#strong[2020]年度的报告"), Addressee("市人大常委会"), Heading(1, "一、复议"),
    Paragraph((Run("收到申请98件。"),)), CHART, Table(("项目", "数"), (("甲", "1"),)), Signature("示例市人民政府", date(2021, 5, 28)),
))  # fmt: skip


def test_the_pdf_says_what_the_document_says_and_nothing_is_read_as_markup() -> None:
    with pdfplumber.open(BytesIO(to_pdf(DOCUMENT))) as pdf:
        text = "".join(page.extract_text() for page in pdf.pages)
        size = (round(pdf.pages[0].width), round(pdf.pages[0].height))
    assert size == (595, 842)  # A4 in points
    for words in (
        "33号",
        "#strong[2020]",
        "市人大常委会：",
        "一、复议",
        "收到申请98件。",
        "98",
        "120",
        "89",
        "2021年5月28日",
        "— 1 —",
    ):
        assert words in text
    assert to_pdf(DOCUMENT) == to_pdf(DOCUMENT)


def test_a_chart_never_stands_without_its_numbers() -> None:
    word = docx.Document(BytesIO(to_docx(Document((CHART,)))))
    assert len(word.inline_shapes) == 1
    assert [[cell.text for cell in row.cells] for row in word.tables[0].rows][1:] == [
        ["收到申请", "98", "120"],
        ["受理", "89", "—"],
    ]
    page = to_html(Document((CHART,)))
    assert "<svg" in page
    assert "<td>120</td>" in page
    assert "<案件>" not in to_svg(CHART)


def test_a_document_laid_across_is_across_in_both_forms() -> None:
    across = Document(DOCUMENT.blocks, across=True)
    section = docx.Document(BytesIO(to_docx(across))).sections[0]
    assert section.page_width > section.page_height
    with pdfplumber.open(BytesIO(to_pdf(across))) as pdf:
        assert pdf.pages[0].width > pdf.pages[0].height


def test_without_a_chinese_face_there_is_no_pdf_and_the_error_says_what_to_do() -> None:
    with pytest.raises(NoFaceError, match=r"没有中文字体.*Noto CJK.*docx"):
        faces(frozenset({"DejaVu Sans", "Liberation Serif"}))


def test_free_faces_stand_for_official_ones_and_it_is_said() -> None:
    free = frozenset({"Noto Serif CJK SC", "Noto Sans CJK SC"})
    assert dict(substituted(free))["黑体"] == "Noto Sans CJK SC"
    assert dict(substituted(free | {"SimHei"})).keys() == {"仿宋_GB2312", "方正小标宋简体", "楷体_GB2312"}
    assert all(names and free.issuperset(names) for names in faces(free).values())


def test_a_short_table_is_not_torn_apart_between_two_pages_and_a_long_one_is() -> None:
    def pages(rows: int) -> list[set[str]]:
        table = Table(("项目", "数"), tuple((f"行{row}完", "1") for row in range(rows)))
        document = Document((*[Paragraph((Run("一行。"),))] * 19, table))
        (word,) = docx.Document(BytesIO(to_docx(document))).tables
        kept = [row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in word.rows]
        assert kept == ([True] * rows + [None] if rows <= SHORT_TABLE else [None] * (rows + 1))
        with pdfplumber.open(BytesIO(to_pdf(document))) as pdf:
            told = [page.extract_text() for page in pdf.pages]
        return [{f"行{row}完" for row in range(rows) if f"行{row}完" in text} for text in told]

    assert [len(found) for found in pages(6)] == [0, 6]
    assert all(pages(SHORT_TABLE + 4))
