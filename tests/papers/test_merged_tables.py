"""Tables with names over several columns and beside several rows: the same cells are one on every kind of paper."""

from io import BytesIO

import docx

from zhunsheng.papers.document import Document, Table
from zhunsheng.papers.docx import to_docx
from zhunsheng.papers.html import to_html
from zhunsheng.papers.pdf import to_pdf

FORM = Table(
    ("", "", "自然人", "企业", "其他", ""),
    (("一、新收", "", "1", "2", "3", "6"), ("二、结果", "公开", "4", "5", "6", "15"), ("二、结果", "不公开", "7", "8", "9", "24")),
    above=(("项目", "", "申请人", "申请人", "申请人", "总计"),), labels=2,
)  # fmt: skip


def test_what_belongs_together_is_one_cell():
    lines = [[(spot.value, spot.down, spot.across) for spot in line] for line in FORM.spots()]
    assert lines[0] == [("项目", 2, 2), ("申请人", 1, 3), ("总计", 2, 1)]
    assert lines[1] == [("自然人", 1, 1), ("企业", 1, 1), ("其他", 1, 1)]
    assert lines[2] == [("一、新收", 1, 2), ("1", 1, 1), ("2", 1, 1), ("3", 1, 1), ("6", 1, 1)]
    assert lines[3][:2] == [("二、结果", 2, 1), ("公开", 1, 1)]
    assert lines[4][0] == ("不公开", 1, 1)


def test_a_plain_table_has_a_cell_for_every_text():
    table = Table(("名称", "数", "数"), (("甲", "1", ""), ("甲", "1", "1")))
    assert [[spot.value for spot in line] for line in table.spots()] == [list(table.header), *map(list, table.rows)]


def test_docx_html_and_pdf_have_them_as_one():
    (table,) = docx.Document(BytesIO(to_docx(Document((FORM,))))).tables
    cells = [row.cells for row in table.rows]
    assert cells[0][2]._tc is cells[0][4]._tc
    assert cells[3][0]._tc is cells[4][0]._tc
    assert cells[3][0].text == "二、结果"
    html = to_html(Document((FORM,)))
    assert '<th scope="col" colspan="3">申请人</th>' in html
    assert '<td rowspan="2">二、结果</td>' in html
    assert to_pdf(Document((FORM,), across=True)).startswith(b"%PDF")
