"""取数底稿: every figure of a report with where it comes from, so that it can be checked: as a workbook and as a document.

The figures are those the composer used; nothing is counted or read anew here but the source papers of stated figures.
"""

from __future__ import annotations

from datetime import date
from io import BytesIO

from openpyxl import Workbook

from zhunsheng.catalogue.loading import systems
from zhunsheng.kernel.words import plain_number
from zhunsheng.ledger.figures import declared_as, figure_names
from zhunsheng.ledger.models import Statement
from zhunsheng.ledger.readings import region_prefix
from zhunsheng.orgs.models import Region
from zhunsheng.papers.document import Banner, Document, Heading, Paragraph, Run, Table, Title, chinese_date
from zhunsheng.reports.composing import Composed, period_of, region_of
from zhunsheng.reports.sentences import UsedFigure
from zhunsheng.reports.sheets import fill_sheet

COLUMNS = (
    ("序号", 6), ("所在部分", 24), ("指标编码", 44), ("指标名称", 30), ("期间", 12), ("截止日", 14), ("取数范围", 24), ("数值", 12),
    ("约数", 8), ("单位", 8), ("报告写法", 16), ("分子", 12), ("分母", 12), ("来源", 12), ("办理系统", 24), ("记录数", 10),
    ("来源文件", 36), ("口径", 48), ("确认人", 24),
)  # fmt: skip
SHORT = {
    "序号": 0.6, "所在部分": 1.6, "指标名称": 1.8, "报告写法": 1.1, "截止日": 1.2, "取数范围": 1.3, "来源": 1.0, "记录数": 0.9, "来源文件": 1.4,
    "口径": 2.8, "确认人": 1.5,
}  # fmt: skip
"""The columns of the document and how wide they are; a sheet of paper has no room for more."""
LACKING = (("序号", 6), ("指标编码", 44), ("指标名称", 30), ("办理系统", 24), ("期间", 12))
SOURCES = {"records": "办理记录", "declared": "申报"}
NOBODY = "未确认"


def rows_of(composed: Composed, region: Region) -> list[tuple[object, ...]]:
    """A row for every figure as often as it stands in the report."""
    papers = _source_papers(region.code, {used.year for used in composed.used})
    cut_off = {used.year: period_of(composed.form, used.year)[1] for used in composed.used}
    return [_row(index, used, papers, region, cut_off) for index, used in enumerate(composed.used, 1)]


def working_paper(composed: Composed, region_code: str, year: int) -> bytes:
    """The working paper as the bytes of an .xlsx file: one sheet of figures used, one of figures missing."""
    region = region_of(region_code)
    book = Workbook()
    sheet = book.active
    sheet.title = "取数底稿"
    fill_sheet(sheet, title_of(region, year), COLUMNS, rows_of(composed, region))
    if composed.missing:
        fill_sheet(book.create_sheet("缺数"), "提纲要求而没有入账的指标", LACKING, _missing(composed))
    for block in composed.document.blocks:
        if isinstance(block, Banner):
            sheet.append([block.text])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def working_document(composed: Composed, region_code: str, year: int) -> Document:
    """The same as a document to be printed and filed with the report."""
    region = region_of(region_code)
    names = [name for name, _width in COLUMNS]
    wanted = [names.index(name) for name in SHORT]
    rows = tuple(tuple(_text(row[index]) for index in wanted) for row in rows_of(composed, region))
    banners = [block for block in composed.document.blocks if isinstance(block, Banner)]
    blocks = [*banners, Title(title_of(region, year)), Table(tuple(SHORT), rows, widths=tuple(SHORT.values()))]
    if composed.missing:
        lines = [(number, *told) for number, _code, *told in _missing(composed)]
        missing = tuple(tuple(map(_text, line)) for line in lines)
        heads = tuple(name for name, _width in LACKING if name != "指标编码")
        blocks += [Heading(1, "提纲要求而没有入账的指标"), Table(heads, missing, widths=(0.6, 3, 3, 1))]
    else:
        blocks.append(Paragraph((Run("提纲要求的指标都已入账。"),)))
    return Document(tuple(blocks), across=True)


def title_of(region: Region, year: int) -> str:
    return f"{region.name}{year}年度法治政府建设情况报告取数底稿"


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _missing(composed: Composed) -> list[tuple[object, ...]]:
    return [
        (index, account, declared_as(account).zh if account in figure_names() else "", _system(account), f"{of}年")
        for index, (account, of) in enumerate(composed.missing, 1)
    ]


def _system(account: str) -> str:
    owner = systems().get(account.partition(".")[0])
    return owner.name.zh if owner else ""


def _row(
    index: int, used: UsedFigure, papers: dict[tuple[str, int], str], region: Region, cut_off: dict[int, date]
) -> tuple[object, ...]:
    figure = used.figure
    return (
        index, used.section, figure.account, figure.name.zh, f"{used.year}年", chinese_date(cut_off[used.year]),
        f"{region.name}及所属机关", plain_number(figure.value), figure.qualifier, figure.unit.zh, used.printed,
        plain_number(figure.numerator), plain_number(figure.denominator), SOURCES[figure.source],
        _system(figure.account), figure.records, papers.get((figure.account, used.year), ""),
        figure.definition.zh if figure.definition else "", used.confirmed or NOBODY,
    )  # fmt: skip


def _source_papers(region_code: str, years: set[int]) -> dict[tuple[str, int], str]:
    """(account, year) -> the paper a stated figure was taken from; the last statement counts."""
    rows = Statement.objects.filter(organ__region__code__startswith=region_prefix(region_code), year__in=years)
    return {
        (account, year): paper
        for account, year, paper in rows.order_by("pk").values_list("account__key", "year", "source_paper")
    }
