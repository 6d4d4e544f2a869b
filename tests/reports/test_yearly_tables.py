"""Yearly tables: every cell out of the ledger, balanced column by column; and why two figures of one word differ."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest

from tests.reports.city import YEAR, found_city
from zhunsheng.ledger.postings import PostingRow, post, state_figure
from zhunsheng.orgs.models import Organ
from zhunsheng.papers.document import laid_out
from zhunsheng.reports import yearly_tables as module
from zhunsheng.reports.outline import OutlineError
from zhunsheng.reports.same_words import Elsewhen, beside
from zhunsheng.reports.yearly_tables import balances, filled, workbook_of, yearly_tables

pytestmark = pytest.mark.django_db
REQUEST = "info_disclosure_request"


@pytest.fixture
def city(db) -> Organ:
    return found_city()


def _post(organ: Organ, account: str, value: int, part: str = "", year: int = YEAR, record: int = 1) -> None:
    post([PostingRow(account, organ.pk, date(year, 6, 1), Decimal(value), part, source_id=record)])


def _cells(parts, title: str, line: str) -> list[str]:
    part = next(part for part in parts if title in part.part.zh)
    return next([cell.shown for cell in cells] for path, cells in part.rows if path[-1].zh == line)


def _part(parts, title: str):
    return next(part for part in parts if title in part.part.zh)


def test_information_disclosure_balances_in_every_column_or_names_the_one(city):
    person, firm = "applicant_kind=natural", "applicant_kind=enterprise"
    _post(city, f"{REQUEST}.pending", 2, person, YEAR - 1)
    _post(city, f"{REQUEST}.requests", 7, person)
    _post(city, f"{REQUEST}.requests", 3, firm)
    _post(city, f"{REQUEST}.row_disclosed", 8, person)
    _post(city, f"{REQUEST}.row_partly", 2, firm)
    _post(city, f"{REQUEST}.row_total", 8, person)
    _post(city, f"{REQUEST}.row_total", 2, firm)
    _post(city, f"{REQUEST}.pending", -1, person)  # 2 + 7 - 8 = 1 are carried on
    table = yearly_tables()["information-disclosure"]
    parts = filled(table, city.region, YEAR)
    assert _cells(parts, "收到和处理", "二、上年结转政府信息公开申请数量")[:2] == ["2", "0"]
    assert _cells(parts, "收到和处理", "四、结转下年度继续办理")[:2] == ["1", "0"]
    # 3 enterprises asked, 2 were answered, none is carried on: that column and the total are out by one.
    assert [words.zh for _relation, words in _part(parts, "收到和处理").broken] == ["商业企业", "总计"]
    _post(city, f"{REQUEST}.pending", 1, firm)
    assert _part(filled(table, city.region, YEAR), "收到和处理").broken == ()


def test_suits_over_information_stand_in_the_three_times_five_columns_of_the_national_form(city):
    _post(city, f"{REQUEST}.reconsiderations_pending", 1, year=YEAR - 1)
    _post(city, f"{REQUEST}.reconsiderations", 4)
    _post(city, f"{REQUEST}.reconsiderations_pending", 2)  # 1 + 4 - 2 ended = 3
    _post(city, f"{REQUEST}.reconsideration_results", 2, "remedy_result=upheld")
    part = _part(filled(yearly_tables()["information-disclosure"], city.region, YEAR), "行政复议")
    heads, rows = part.texts(lambda words: words.zh, lambda cell: cell.shown)
    lines = laid_out(heads, rows, part.labels)
    assert [(spot.value, spot.across, spot.down) for spot in lines[0]] == [("行政复议", 5, 1), ("行政诉讼", 10, 1)]
    assert [(spot.value, spot.across) for spot in lines[1] if spot.across > 1] == [
        ("未经复议直接起诉", 5), ("复议后起诉", 5),
    ]  # fmt: skip
    assert [spot.value for spot in lines[-1]][:5] == ["2", "0", "0", "3", "5"]
    assert part.broken == ()


def test_documents_and_charges_stand_as_the_national_form_has_them(city):
    _post(city, "normative_document.issued", 6)
    _post(city, "normdoc_public_library.in_force", 40, "kind=normative_document", YEAR - 1)
    _post(city, "normdoc_public_library.in_force", 2, "kind=rule")
    state_figure("administrative_collection.sum_charged", city, YEAR, 1234500, "示例文件一")
    first, _decided, charged, *_rest = filled(yearly_tables()["information-disclosure"], city.region, YEAR)
    shown = {path[-1].zh: [cell.shown for cell in cells] for path, cells in first.rows}
    assert shown == {"规章": ["—", "—", "2"], "行政规范性文件": ["6", "0", "40"]}
    assert [cell.shown for cell in charged.rows[0][1]] == ["123.45"]  # in 10,000 yuan


def test_enforcement_is_told_by_organ_with_a_total(city):
    make = {"region": city.region, "parent": city, "kind": "department"}
    one, two = (Organ.objects.create(name=f"示例{n}局", mark=n, **make) for n in "甲乙")
    _post(one, "administrative_penalty_case.penalties", 5)
    _post(one, "administrative_penalty_case.heaviest_fine", 4)
    _post(one, "administrative_penalty_case.heaviest_warning", 1)
    _post(two, "administrative_penalty_case.penalties", 2)
    _post(two, "administrative_penalty_case.heaviest_fine", 2)
    part = filled(yearly_tables()["enforcement-statistics"], city.region, YEAR)[1]
    names = [path[-1].zh for path in part.heads]
    shown = {path[0].zh: dict(zip(names, [c.shown for c in cells], strict=True)) for path, cells in part.rows}
    assert (shown["示例甲局"]["罚款"], shown["示例乙局"]["罚款"], shown["总计"]["合计（宗）"]) == ("4", "2", "7")
    assert shown["示例乙局"]["警告"] == "0"
    assert part.broken == ()


def test_what_the_platform_does_not_count_is_no_nought(city):
    _post(city, "administrative_penalty_case.penalties", 1)
    state_figure("administrative_collection.collections", city, YEAR, 12, "示例文件一")
    _post(city, "emergency_measure_legality.measures", 3, "kind=requisition")
    _post(city, "emergency_measure_legality.measures", 4, "kind=closure")
    parts = filled(yearly_tables()["enforcement-statistics"], city.region, YEAR)
    assert [cell.shown for cell in parts[3].rows[-1][1]] == ["12", "—", "—", "—", "—"]
    assert [cell.shown for cell in parts[4].rows[-1][1]] == ["—", "3", "0"]
    assert parts[0].rows[-1][1][0].value is None


def test_the_workbook_says_rule_and_cut_off(city):
    _post(city, "administrative_reconsideration.received", 98, "area=market")
    _post(city, "administrative_reconsideration.received", 2, record=2)
    book = openpyxl.load_workbook(
        BytesIO(workbook_of(yearly_tables()["reconsideration-litigation"], city.region, YEAR))
    )
    cells = [[cell.value for cell in row] for row in book.worksheets[1].iter_rows(max_col=2)]
    assert ["市场监管", 98] in cells
    assert cells[-4:-2] == [["未登记", 2], ["合计", 100]]
    assert any(str(row[0]).startswith("口径：") for row in cells)


def test_records_in_one_figure_alone_are_found(city):
    for number in (1, 2, 3):
        _post(city, "administrative_reconsideration.received", 1, record=number)
    for number in (2, 3):
        _post(city, "administrative_reconsideration.accepted", 1, record=number)
    names = ("administrative_reconsideration.received", "administrative_reconsideration.accepted")
    found = beside(city.region, YEAR, names)
    assert (found.both, [number for _source, number in found.only[0]], found.only[1]) == (2, [1], frozenset())
    assert [side.figure.value for side in found.sides] == [3, 2]
    assert all(side.counted for side in found.sides)


def test_two_figures_are_bridged_and_records_counted_in_another_year_named(city):
    cases, judged = "litigation_response.cases", "litigation_response.judged"
    for number, year in ((1, YEAR - 1), (2, YEAR), (3, YEAR), (4, YEAR)):
        _post(city, cases, 1, year=year, record=number)
    for number, year in ((1, YEAR), (2, YEAR), (3, YEAR + 1)):
        _post(city, judged, 1, year=year, record=number)
    found = beside(city.region, YEAR, (cases, judged))
    assert [(made.both, made.alone) for made in found.makeup] == [(1, 2), (1, 1)]  # 3 cases, 2 judged
    assert found.elsewhen[0] == Elsewhen(earlier=0, later=1, never=1)
    assert found.elsewhen[1] == Elsewhen(earlier=1, later=0, never=0)


@pytest.mark.parametrize(("relation", "holds"), [("a + b == c", True), ("a == c - b", True), ("a == c", False)])
def test_balances(relation, holds):
    values = {"a": Decimal(1), "b": Decimal(2), "c": Decimal(3)}
    assert balances(relation, values) is holds


@pytest.mark.parametrize(
    ("of", "relation", "told"), [("no.such", "a == a", "no.such"), ("power_list.items", "a == b", "没有的行：b")]
)
def test_a_table_that_asks_for_what_is_not_there_does_not_load(tmp_path, of, relation, told):
    words = "{zh: 甲, en: A}"
    path = tmp_path / "bad.yaml"
    path.write_text(
        f"name: {words}\ntitle: 甲\nrule: {words}\ncut_off: {words}\nreporters: {words}\ndue: x\n"
        f"parts: [{{zh: 甲, en: A, lines: [{{key: a, zh: 甲, en: A, of: {of}}}], balances: ['{relation}']}}]\n",
        encoding="utf-8",
    )
    with pytest.raises(OutlineError, match=told):
        module._read(path)
