"""A random inspection from its lists to the visits in the common plan, as officers do it."""

import io
from datetime import date

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from zhunsheng.cases.actions import open_case, perform
from zhunsheng.cases.materials import add_material, path_of
from zhunsheng.ledger.models import Posting
from zhunsheng.ledger.postings import forget_accounts
from zhunsheng.orgs.access import access_of
from zhunsheng.orgs.models import Duty, Officer, Organ, OrganKind, Region
from zhunsheng.orgs.refusals import Refused
from zhunsheng.registers.actions import apply_entry_change
from zhunsheng.registers.models import Revision
from zhunsheng.systems.enforcement.random_inspection import draw

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
CODES = ["91350100M000100Y43", "91110000100000009X", "91110000100000017Q"]
TASK = {
    "task_name": "餐饮示例抽查", "kind": "targeted", "planned_on": "2026-01-12", "item_codes": "SJ-001、XF-001",
    "object_kinds": ["enterprise"], "ratio_a": "50", "ratio_b": "50", "ratio_c": "50", "ratio_d": "100",
    "ratio_unrated": "0", "inspectors_each": 1, "checks_from": "2026-03-02", "checks_until": "2026-03-20",
    "public_source": "某彩票2026年第12期开奖号码",
}  # fmt: skip


@pytest.fixture
def organ(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    forget_accounts()
    region = Region.objects.create(code="999903", name="示例县")
    return Organ.objects.create(region=region, name="示例县市场监管局", mark="示市监", kind=OrganKind.DEPARTMENT)


@pytest.fixture
def organiser(organ):
    return _officer("organiser", organ)


def _officer(name, organ):
    officer = Officer.objects.create_officer(name, None, name=f"示例{name}")
    Duty.objects.create(officer=officer, organ=organ, valid_from=date(2020, 1, 1))
    return officer


@pytest.fixture
def lists(organ):
    """Two items of two departments, twelve firms of which one is deregistered and one at its limit, six inspectors."""

    def add(register, key, **values):
        apply_entry_change(register, organ, "add", key, values, date(2026, 1, 5))

    for code, department in (("SJ-001", "示例县市场监管局"), ("XF-001", "示例县消防大队")):
        add("random_inspection_item_list", code, name=f"示例事项{code}", department=department, basis="示例依据",
            category="general", level="county")  # fmt: skip
    firms = _codes(12)
    for number, code in enumerate(firms):
        add("inspection_object_registry", code, name=f"示例企业{number}", kind="enterprise", credit_class="abcd"[number % 4],
            status="deregistered" if number == 0 else "active", visit_limit=1)  # fmt: skip
    add("enterprise_inspection_plan", "示检1", firm_code=firms[1], firm_name="示例企业1", department="示例县消防大队",
        kind="daily", planned_on="2026-04-01", status="planned")  # fmt: skip
    for number in range(6):
        department = ("示例县市场监管局", "示例县消防大队")[number % 2]
        recused = "、".join(firms[2:]) if number < 2 else ""
        add("enforcement_personnel", f"Z{number}", name=f"示例人员{number}", unit=department, kind="enforcement", status="in_service")  # fmt: skip
        add("inspector_registry", f"Z{number}", name=f"示例人员{number}", department=department, field="食品",
            status="available", **({"recused_from": recused} if recused else {}))  # fmt: skip
    return firms


def _codes(count):
    from stdnum.cn import uscc

    bodies = [f"91350100M{number:08}" for number in range(count)]
    return [body + uscc.calc_check_digit(body) for body in bodies]


def _sealed(organ, officer, other):
    case = open_case(
        "random_inspection", "plan", organ=organ, on=date(2026, 2, 10), officer=officer, values=TASK, today=TODAY
    )
    perform(case.pk, "approve", on=date(2026, 2, 10), officer=other, today=TODAY)
    return perform(case.pk, "seal", on=date(2026, 2, 11), officer=officer, today=TODAY)


def _draw(case, officer, **values):
    given = {"public_value": "03 12 18", "public_value_on": "2026-02-12", "list_address": "示例网站", **values}
    return perform(case.pk, "draw", on=date(2026, 2, 13), officer=officer, values=given, today=TODAY)


def _file(case, name):
    return path_of(case.materials.filter(file_name=name).latest("pk").digest).read_bytes()


def _upload(case, name, content, officer):
    add_material(case, [content], file_name=name, officer=officer, access=access_of(officer, timezone.localdate()))


def test_lists_are_sealed_drawn_from_inspected_and_published(organ, organiser, lists):
    head = _officer("head", organ)
    case = _sealed(organ, organiser, head)
    assert case.fields["departments"] == "示例县市场监管局、示例县消防大队"
    assert case.fields["joint"] is True
    assert (case.fields["objects_total"], case.fields["objects_eligible"], case.fields["inspectors_total"]) == (
        12,
        10,
        6,
    )
    assert case.fields["value_not_before"] == "2026-02-12"
    sealed = _file(case, draw.OBJECTS).decode("utf-8-sig")
    assert f"{lists[1]},示例企业1,B,否,本年已安排检查1次，达到上限" in sealed
    assert case.fields["rules_digest"] == draw.digest(_file(case, draw.RULES))

    case = _draw(case, organiser)
    # In business and below the limit are 2 of A, 2 of B, 3 of C, 3 of D: at 50, 50, 50 and 100 percent 1 + 1 + 2 + 3.
    assert (case.fields["drawn"], case.fields["drawn_share"], case.fields["left"]) == (7, "70.00", 7)
    findings = draw.repeat([_file(case, name) for name in draw.HEADS])
    assert [finding.zh for finding in findings if not finding.holds] == []
    drawn = draw.from_csv(_file(case, draw.RESULT))[1]
    assert len(drawn) == 14
    assert {row[5] for row in drawn}.isdisjoint({"Z0", "Z1"})  # recused from all that could be drawn
    visits = Revision.objects.filter(entry__register="enterprise_inspection_plan", case_id=case.pk)
    assert {row.values["firm_code"] for row in visits} == {row[1] for row in drawn}
    assert {row.values["kind"] for row in visits} == {"random"}

    book = load_workbook(io.BytesIO(_file(case, "07检查结果登记表.xlsx")))
    sheet = book.active
    for row in range(2, 9):
        sheet.cell(row, 4, "2026-03-05")
        sheet.cell(row, 5, "未发现问题" if row > 2 else "发现问题已责令改正")
        sheet.cell(row, 6, None if row > 2 else "示例问题")
    sheet.cell(4, 4, "2026-03-16")  # ten days after it is entered
    out = io.BytesIO()
    book.save(out)
    _upload(case, "07检查结果登记表.xlsx", out.getvalue(), organiser)
    with pytest.raises(Refused, match="第4行的检查日期 2026-03-16 应当在抽取"):
        perform(case.pk, "record_results", on=date(2026, 3, 6), officer=organiser, today=TODAY)
    sheet.cell(4, 4, "2026-03-05")
    out = io.BytesIO()
    book.save(out)
    _upload(case, "07检查结果登记表.xlsx", out.getvalue(), organiser)
    case = perform(case.pk, "record_results", on=date(2026, 3, 6), officer=organiser, today=TODAY)
    assert (case.fields["inspected"], case.fields["problems"], case.fields["left"]) == (7, 1, 0)
    with pytest.raises(Refused, match="没有新的检查结果"):
        perform(case.pk, "record_results", on=date(2026, 3, 6), officer=organiser, today=TODAY)
    case = perform(case.pk, "finish", on=date(2026, 3, 6), officer=organiser, today=TODAY)
    posted = {p.account.key: p.value for p in Posting.objects.select_related("account")}
    assert posted["random_inspection.objects_drawn"] == 7
    assert posted["random_inspection.inspected"] == 7
    assert posted["random_inspection.problems"] == 1


def test_the_random_number_is_fresh_and_promised(organ, organiser, lists):
    head = _officer("head", organ)
    first, second = _sealed(organ, organiser, head), _sealed(organ, organiser, head)
    numbers = [case.fields["random_number"] for case in (first, second)]
    assert numbers[0] != numbers[1]
    assert [draw.digest(number) for number in numbers] == [case.fields["commitment"] for case in (first, second)]
    assert numbers[0].encode() not in b"".join(_file(first, name) for name in (draw.RULES, draw.OBJECTS))


def test_a_sealed_file_that_was_exchanged_stops_the_draw(organ, organiser, lists):
    case = _sealed(organ, organiser, _officer("head", organ))
    forged = _file(case, draw.RULES).replace("某彩票".encode(), "另一个".encode())
    _upload(case, draw.RULES, forged, organiser)
    with pytest.raises(Refused, match="材料被换过"):
        _draw(case, organiser)
    assert not case.materials.filter(file_name=draw.RESULT).exists()


def test_a_value_that_has_not_come_into_being_draws_nothing(organ, organiser, lists):
    case = _sealed(organ, organiser, _officer("head", organ))
    with pytest.raises(Refused, match="2026-02-14 还没有到"):
        _draw(case, organiser, public_value_on="2026-02-14")


def test_what_the_platform_works_out_cannot_be_typed_and_an_unknown_item_is_named(organ, organiser, lists):
    head = _officer("head", organ)
    case = _sealed(organ, organiser, head)
    with pytest.raises(Refused, match="不填写「抽取种子」"):
        _draw(case, organiser, seed="00")
    wrong = open_case("random_inspection", "plan", organ=organ, on=date(2026, 2, 10), officer=organiser,
                      values={**TASK, "item_codes": "SJ-009"}, today=TODAY)  # fmt: skip
    perform(wrong.pk, "approve", on=date(2026, 2, 10), officer=head, today=TODAY)
    with pytest.raises(Refused, match="SJ-009"):
        perform(wrong.pk, "seal", on=date(2026, 2, 11), officer=organiser, today=TODAY)


def test_a_visit_is_counted_held_against_the_limit_and_merged(organ, organiser, lists):
    values = {
        "firm_code": lists[1], "firm_name": "示例企业1", "department": "示例县市场监管局", "kind": "daily", "items": "示例",
        "planned_on": "2026-04-20", "people": 2, "in_plan": True,
    }  # fmt: skip
    case = open_case("enterprise_inspection_plan", "propose", organ=organ, on=date(2026, 3, 2), officer=organiser, values=values, today=TODAY)  # fmt: skip
    case = perform(case.pk, "check", on=date(2026, 3, 2), officer=organiser, today=TODAY)
    assert (case.fields["visits_this_year"], case.fields["visit_limit"], case.fields["over_limit"]) == (1, 1, True)
    assert case.fields["clashes"] == "2026-04-01 示例县消防大队 （示检1）"
    assert "建议并入2026-04-01的检查（示检1），由示例县消防大队、示例县市场监管局联合检查" in case.fields["proposal"]
    narrow = perform(case.pk, "check", on=date(2026, 3, 2), officer=organiser, values={"window_days": 7}, today=TODAY)
    assert narrow.fields["clash_count"] == 0
    beyond = {**values, "planned_on": "2026-12-28", "firm_code": lists[2], "firm_name": "示例企业2"}
    apply_entry_change("enterprise_inspection_plan", organ, "add", "示检2", {
        "firm_code": lists[2], "firm_name": "示例企业2", "department": "示例县消防大队", "kind": "daily", "planned_on": "2027-01-04",
        "status": "planned",
    }, date(2026, 2, 2))  # fmt: skip
    turn = open_case("enterprise_inspection_plan", "propose", organ=organ, on=date(2026, 3, 2), officer=organiser, values=beyond, today=TODAY)  # fmt: skip
    turn = perform(turn.pk, "check", on=date(2026, 3, 2), officer=organiser, today=TODAY)
    assert (turn.fields["visits_this_year"], turn.fields["clash_count"]) == (0, 1)  # near, though of another year
    merged = perform(
        case.pk, "merge", on=date(2026, 3, 3), officer=organiser, values={"merged_into": "示检1"}, today=TODAY
    )
    assert (merged.state, merged.outcome) == ("ended", "merged")
    joint = Revision.objects.get(entry__key="示检1", known_to=None, valid_to=None).values
    assert (joint["department"], joint["items"]) == ("示例县消防大队、示例县市场监管局", "示例")
    with pytest.raises(Refused, match="不是对同一企业"):
        perform(turn.pk, "merge", on=date(2026, 3, 3), officer=organiser, values={"merged_into": "示检1"}, today=TODAY)


def test_nobody_is_drawn_whose_certificate_is_not_valid_to_the_last_day_of_the_checks(organ, organiser, lists):
    since = date(2026, 1, 12)
    apply_entry_change("enforcement_personnel", organ, "change", "Z2", {"status": "suspended"}, since)
    apply_entry_change("enforcement_personnel", organ, "change", "Z3", {"valid_until": "2026-03-19"}, since)
    apply_entry_change("enforcement_personnel", organ, "change", "Z5", {"valid_until": "2026-03-20"}, since)
    apply_entry_change("enforcement_personnel", organ, "remove", "Z4", {}, since)
    with pytest.raises(Refused, match="没有有效执法证的"):
        _sealed(organ, organiser, _officer("head", organ))
    apply_entry_change("enforcement_personnel", organ, "change", "Z2", {"status": "in_service"}, date(2026, 1, 13))
    case = _sealed(organ, organiser, _officer("second", organ))
    assert case.fields["inspectors_total"] == 4
