"""The ledger: balances with their tail are exact at any moment, levels carry over, closed months take no more."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction

from tests.cases.place import HOTLINE, TODAY, live, make_place, order_steps
from tests.cases.test_concurrency import wait_until_somebody_waits
from zhunsheng.cases.actions import open_case, perform
from zhunsheng.cases.replay import StepScript
from zhunsheng.catalogue.loading import system
from zhunsheng.catalogue.scenarios import read_scenarios
from zhunsheng.ledger import balances, readings
from zhunsheng.ledger.balances import fold, verify_balances, watermark
from zhunsheng.ledger.checks import run_checks
from zhunsheng.ledger.figures import booked_in, figures, records_of
from zhunsheng.ledger.models import Balance, Counted, Posting, Source
from zhunsheng.ledger.months import month_of, next_month
from zhunsheng.ledger.periods import PeriodError, close
from zhunsheng.ledger.postings import PostingRow, post, state_figure
from zhunsheng.ledger.series import courses, of_organ
from zhunsheng.ledger.verification import verify
from zhunsheng.orgs.models import Organ, Region

ORDERS, DONE, OPEN = f"{HOTLINE}.orders", f"{HOTLINE}.orders_done", f"{HOTLINE}.open"
YEAR = (date(2025, 1, 1), date(2025, 12, 31))
MONTHS = [(month, month) for month in range(202501, 202513)]


def value(place, account, first=YEAR[0], last=YEAR[1]):
    return figures(place.region.code, first, last, [account])[account].value


def booked(place, account=ORDERS, day=date(2025, 3, 3), amount=1, organ=None, breakdown=(), source_id=1, distinct=None):
    post([PostingRow(account, (organ or place.hotline).pk, day, amount, breakdown, "case", source_id, 1, distinct)])


def walk(place, start, steps=6, organ=None):
    return live(HOTLINE, organ or place.hotline, order_steps(start)[:steps])


# --- folding ---------------------------------------------------------------------------------------------------------


def test_figure_is_the_same_before_between_and_after_folding(place):
    seen = []
    for month in range(1, 7):
        walk(place, date(2025, month, 3))
        before = (value(place, ORDERS), value(place, OPEN), courses([ORDERS], place.region.code, MONTHS)[ORDERS].values)
        if month % 2:
            assert fold() > 0
        assert (
            value(place, ORDERS),
            value(place, OPEN),
            courses([ORDERS], place.region.code, MONTHS)[ORDERS].values,
        ) == before
        seen.append(before[0])
    assert seen == [1, 2, 3, 4, 5, 6]
    assert verify_balances() == []


def test_nothing_counts_twice_where_somebody_folds_while_a_figure_is_read(place, monkeypatch):
    for month in range(1, 4):
        walk(place, date(2025, month, 3))
    watermark_now = balances.watermark

    def folding():
        mark = watermark_now()
        fold()
        return mark

    monkeypatch.setattr(readings, "mark_to_read", folding)
    assert value(place, ORDERS) == 3
    walk(place, date(2025, 5, 5))
    in_may = booked_in(place.region.code, 202505, 202505)
    monkeypatch.setattr(balances, "watermark", folding)
    assert booked_in(place.region.code, 202505, 202505) == in_may


def test_watermark_moves_up_to_the_last_posting_and_folding_twice_adds_nothing(place):
    assert watermark() == 0
    walk(place, date(2025, 3, 3))
    last = Posting.objects.order_by("-pk").first().pk
    assert fold() == Posting.objects.count()
    assert watermark() == last
    balances = list(Balance.objects.order_by("pk").values_list())
    assert fold() == 0
    assert list(Balance.objects.order_by("pk").values_list()) == balances


def test_balances_are_by_account_organ_month_and_breakdown(place):
    for amount in (2, 3):
        booked(place, amount=amount, breakdown=(("channel", "phone"),))
    booked(place, amount=5, breakdown=(("channel", "web"),))
    booked(place, amount=7, day=date(2025, 4, 1), breakdown=(("channel", "phone"),))
    booked(place, amount=11, organ=place.water, breakdown=(("channel", "phone"),))
    fold()
    found = {(b.organ_id, b.month, b.breakdown): (b.value, b.entries) for b in Balance.objects.all()}
    assert found == {
        (place.hotline.pk, 202503, "channel=phone"): (5, 2),
        (place.hotline.pk, 202503, "channel=web"): (5, 1),
        (place.hotline.pk, 202504, "channel=phone"): (7, 1),
        (place.water.pk, 202503, "channel=phone"): (11, 1),
    }
    figure = figures(place.region.code, *YEAR, [ORDERS])[ORDERS]
    assert figure.value == 28
    assert figure.breakdown == {"channel=phone": 23, "channel=web": 5}
    assert figure.records == 5


def test_amounts_keep_their_cents(place):
    for _ in range(10):
        booked(place, amount=Decimal("0.10"))
    fold()
    booked(place, amount=Decimal("0.10"))
    assert value(place, ORDERS) == Decimal("1.10")
    assert verify_balances() == []


# --- figures ---------------------------------------------------------------------------------------------------------


def test_level_is_carried_over_the_turn_of_the_year(place):
    walk(place, date(2024, 12, 2), steps=2)
    walk(place, date(2024, 12, 3))
    walk(place, date(2025, 3, 3), steps=1)
    for _ in range(2):
        assert value(place, OPEN, date(2024, 1, 1), date(2024, 12, 31)) == 1
        assert value(place, OPEN) == 2
        assert value(place, OPEN, date(2023, 1, 1), date(2023, 12, 31)) is None
        assert value(place, ORDERS) == 1, "a flow counts its own year only"
        assert courses([OPEN], place.region.code, MONTHS)[OPEN].values == [1, 1, *[2] * 10]
        fold()


def test_what_was_never_posted_is_no_zero(place):
    assert value(place, ORDERS) is None
    booked(place, amount=1)
    booked(place, amount=-1)
    assert value(place, ORDERS) == 0


def test_figure_counts_the_region_and_those_below_it(place):
    city = Region.objects.create(code="999900", name="示例市")
    other = Region.objects.create(code="998800", name="另一市")
    elsewhere = Organ.objects.create(region=other, name="另一市热线", kind="department")
    own = Organ.objects.create(region=city, name="示例市热线", kind="department")
    booked(place, amount=1)
    booked(place, amount=2, organ=own)
    booked(place, amount=4, organ=elsewhere)
    assert [figures(code, *YEAR, [ORDERS])[ORDERS].value for code in ("999902", "999900", "998800")] == [1, 3, 4]
    assert records_of(ORDERS, "999900", *YEAR).count() == 2


def test_ratio_keeps_what_it_is_made_of_and_knows_no_division_by_nothing(place):
    rate = f"{HOTLINE}.done_rate"
    assert value(place, rate) is None
    walk(place, date(2025, 3, 3))
    walk(place, date(2025, 3, 3), steps=3)
    walk(place, date(2025, 3, 3), steps=3)
    figure = figures(place.region.code, *YEAR, [rate])[rate]
    assert (figure.numerator, figure.denominator, figure.value) == (1, 3, Decimal("33.3"))


def test_figure_opens_into_the_records_behind_it(place):
    first, second = walk(place, date(2025, 3, 3)), walk(place, date(2025, 4, 1), steps=3)
    assert {p.source_id for p in records_of(ORDERS, place.region.code, *YEAR)} == {first.pk, second.pk}
    assert [p.source_id for p in records_of(OPEN, place.region.code, date(2025, 12, 1), date(2025, 12, 31))] == [
        second.pk,
        first.pk,
        first.pk,
    ]
    assert [p.source_id for p in records_of(DONE, place.region.code, *YEAR, breakdown="outcome=resolved")] == [first.pk]
    assert not records_of(DONE, place.region.code, *YEAR, breakdown="outcome=explained").exists()


def test_records_of_a_breakdown_are_those_of_its_figure(place):
    """A value that begins another is another."""
    booked(place, DONE, breakdown=(("unit", "示例县水务局"),), source_id=1)
    booked(place, DONE, breakdown=(("unit", "示例县水务局直属站"),), source_id=2)
    parts = figures(place.region.code, *YEAR, [DONE])[DONE].breakdown
    for part, counted in parts.items():
        assert records_of(DONE, place.region.code, *YEAR, breakdown=part).count() == counted


def test_semicolon_in_a_value_parts_nothing(place):
    booked(place, DONE, breakdown=(("unit", "示例县水务局;示例县城管局"), ("theme", "help")))
    parts = figures(place.region.code, *YEAR, [DONE])[DONE].breakdown
    assert parts == {"unit=示例县水务局；示例县城管局": 1, "theme=help": 1}


def test_organs_are_counted_that_hold_anything(place):
    items, departments = "power_list.items", "power_list.departments"
    assert value(place, departments) is None
    booked(place, items, organ=place.water, day=date(2024, 5, 6))
    booked(place, items, organ=place.lighting, day=date(2025, 2, 3))
    booked(place, items, organ=place.lighting, day=date(2025, 6, 3), amount=-1)
    booked(place, items, organ=place.hotline, day=date(2025, 7, 1), amount=2)
    for _ in range(2):
        assert value(place, departments, date(2024, 1, 1), date(2024, 12, 31)) == 1
        assert value(place, departments, date(2025, 1, 1), date(2025, 5, 31)) == 2
        assert value(place, departments) == 2, "what was given up is held no more"
        fold()


def test_organs_of_a_kind_that_hold_nothing_are_counted(place):
    """Of the departments one has a list; the town and the government are no departments, nor is one closed before the day."""
    duties, without = "law_popularization_duty_list.duties", "law_popularization_duty_list.departments_without"
    departments = {place.water, place.lighting, place.hotline}
    Organ.objects.filter(kind="department").exclude(pk__in=[organ.pk for organ in departments]).update(kind="office")
    Organ.objects.create(region=place.region, name="示例县旧局", kind="department", valid_to=date(2025, 3, 1))
    assert value(place, without) is None, "nothing was ever entered"
    booked(place, duties, organ=place.water)
    booked(place, duties, organ=place.government)
    for _ in range(2):
        assert value(place, without) == 2
        assert of_organ([without], place.lighting, *YEAR)[without].value is None
        assert of_organ([without], place.government, *YEAR)[without].value == 2
        fold()


def test_least_of_any_organ_is_read_from_those_that_hold_some(place):
    mediators, least = "administrative_mediation.mediators", "administrative_mediation.mediators_per_department_min"
    assert value(place, least) is None
    booked(place, mediators, organ=place.water, day=date(2024, 5, 6), amount=5)
    booked(place, mediators, organ=place.hotline, day=date(2025, 2, 3), amount=2)
    booked(place, mediators, organ=place.lighting, day=date(2025, 2, 3), amount=3)
    booked(place, mediators, organ=place.lighting, day=date(2025, 6, 3), amount=-3)
    for _ in range(2):
        assert value(place, least, date(2024, 1, 1), date(2024, 12, 31)) == 5
        assert value(place, least) == 2, "an organ that holds none any more is left out"
        fold()


def test_person_is_counted_once_a_year(place):
    persons = "info_disclosure_request.persons"
    for day, person in (
        (date(2025, 1, 6), "甲"),
        (date(2025, 3, 3), "甲"),
        (date(2025, 3, 3), "乙"),
        (date(2026, 1, 5), "甲"),
    ):
        booked(place, persons, day=day, distinct=person)
    assert value(place, persons) == 2
    assert value(place, persons, date(2026, 1, 1), date(2026, 12, 31)) == 1
    assert not Counted.objects.filter(key__contains="甲").exists(), "the digest is kept, not the person"


def test_persons_of_cases_are_counted_once(place):
    sample = read_scenarios(system("info_disclosure_request")).sample
    needed = [
        name for name in system("info_disclosure_request").procedures[-1].actions["file"].sets if not name.endswith("?")
    ]
    for name in ("示例甲", "示例甲", "示例乙"):
        given = {key: sample[key] for key in needed} | {"applicant": name}
        open_case(
            "info_disclosure_request", "file", organ=place.hotline, on=date(2025, 3, 3), values=given, today=TODAY
        )
    assert value(place, "info_disclosure_request.persons") == 2
    assert list(verify()) == []


# --- declared figures ------------------------------------------------------------------------------------------------


def test_stated_figure_is_marked_and_a_second_statement_posts_the_difference(place):
    account = "mobile_service.mobile_portal_progress_rank_province"
    state_figure(account, place.hotline, 2025, 900, "示政报〔2025〕1号", qualifier="余")
    state_figure(account, place.hotline, 2025, 850, "示政报〔2025〕3号")
    figure = figures(place.region.code, *YEAR, [account])[account]
    assert (figure.value, figure.source, figure.records) == (850, "declared", 2)
    assert [p.value for p in records_of(account, place.region.code, *YEAR)] == [-50, 900]


# --- periods ---------------------------------------------------------------------------------------------------------


def test_what_comes_after_closing_is_booked_later_and_says_so(place):
    walk(place, date(2025, 3, 3))
    close(place.region, 202503, None)
    close(place.region, 202504, None)
    march = value(place, ORDERS, date(2025, 3, 1), date(2025, 3, 31))
    walk(place, date(2025, 3, 10))
    late = Posting.objects.filter(account__key=ORDERS).order_by("pk").last()
    assert (late.on, late.month, late.adjusts) == (date(2025, 3, 10), 202505, 202503)
    assert value(place, ORDERS, date(2025, 3, 1), date(2025, 3, 31)) == march, "a closed month stays as it was"
    assert value(place, ORDERS, date(2025, 5, 1), date(2025, 5, 31)) == 1
    assert value(place, ORDERS) == 2
    assert list(verify()) == []


def test_month_that_is_not_over_or_closed_already_cannot_be_closed(place):
    close(place.region, 202503, None)
    for month, says in ((202503, "已经结账"), (209912, "还没有结束"), (202513, "不是月份")):
        with pytest.raises(PeriodError, match=says):
            close(place.region, month, None)


def test_month_whose_relations_do_not_hold_cannot_be_closed(place):
    booked(place, DONE)
    with pytest.raises(PeriodError, match="期末在办") as raised:
        close(place.region, 202503, None)
    assert any(outcome.system == HOTLINE and not outcome.holds for outcome in raised.value.failed)
    booked(place, OPEN, amount=-1)
    assert close(place.region, 202503, None).month == 202503


def test_relations_hold_over_every_course_of_an_order(place):
    walk(place, date(2024, 12, 2), steps=3)
    walk(place, date(2025, 3, 3))
    live(HOTLINE, place.hotline, [order_steps()[0], StepScript("merge", date(2025, 3, 4), {"repeat_of": "1"})])
    ended = walk(place, date(2025, 3, 3), steps=2)
    perform(ended.pk, "office.terminate", on=date(2025, 3, 5), values={"text": "诉求人撤回"}, today=TODAY)
    live(
        HOTLINE,
        place.hotline,
        [StepScript("answer_on_call", date(2025, 3, 3), {"theme": "consultation", "reply": "已答复"})],
    )
    for first, last in (YEAR, (date(2024, 1, 1), date(2024, 12, 31)), (date(2025, 3, 1), date(2025, 3, 31))):
        failed = [o for o in run_checks(place.region.code, first, last) if not o.holds]
        assert failed == []


def test_table_of_disclosure_holds_in_every_column_over_the_turn_of_the_year(place):
    """Two requests, one answered in its year and one in the next, which finds it carried over in its own column."""
    sample = read_scenarios(system("info_disclosure_request")).sample

    def asked(on, kind):
        given = {key: sample[key] for key in ("applicant", "information", "channel")} | {"applicant_kind": kind}
        return StepScript("file", on, given)

    def told(on):
        return StepScript("answer", on, {"reply_content": "已经公开"}, "already_public")

    live("info_disclosure_request", place.hotline, [asked(date(2024, 12, 16), "enterprise"), told(date(2025, 1, 6))])
    live("info_disclosure_request", place.hotline, [asked(date(2025, 3, 3), "natural"), told(date(2025, 4, 7))])
    for year in (2024, 2025):
        outcomes = run_checks(
            place.region.code, date(year, 1, 1), date(year, 12, 31), about="info_disclosure_request.row_total"
        )
        assert [o.declaration.zh for o in outcomes if not o.holds] == []
        columns = {
            o.declaration.zh.rpartition("：")[2]: (o.left, o.right) for o in outcomes if "逐列" in o.declaration.zh
        }
        assert (columns["商业企业"], columns["自然人"]) == ((1, 1), (0, 0) if year == 2024 else (1, 1))
    # Twenty working days after 3 March 2025 end on 31 March: the second answer was late.
    assert value(place, "info_disclosure_request.row_disclosed") == 2
    assert value(place, "info_disclosure_request.answered_in_time") == 1
    assert list(verify()) == []


def test_months_follow_each_other():
    assert [month_of(date(2025, 12, 31)), next_month(202512), next_month(202501)] == [202512, 202601, 202502]


# --- proof -----------------------------------------------------------------------------------------------------------


def test_planted_differences_are_found(place):
    walk(place, date(2025, 3, 3))
    fold()
    assert list(verify()) == []
    balance = Balance.objects.get(account__key=DONE)
    Balance.objects.filter(pk=balance.pk).update(value=balance.value + 1)
    assert [f"余额与入账不符：{DONE}" in line for line in verify()] == [True]
    Balance.objects.filter(pk=balance.pk).update(value=balance.value)
    Balance.objects.filter(pk=balance.pk).update(entries=balance.entries + 1)
    assert len(list(verify())) == 1
    Balance.objects.filter(pk=balance.pk).delete()
    assert len(list(verify())) == 1, "a balance that is missing is a difference too"


@pytest.mark.usefixtures("unkept")
def test_posting_added_by_hand_is_found_on_both_sides(place):
    case = walk(place, date(2025, 3, 3))
    fold()
    booked(place, DONE, source_id=case.pk)
    assert [line for line in verify() if "多入账" in line]
    Posting.objects.filter(account__key=ORDERS).update(value=3)
    assert [line for line in verify() if f"余额与入账不符：{ORDERS}" in line]


def plant(given, **other):
    """A posting as somebody writes it who has the database, like one that a record gave."""
    row = Posting.objects.get(pk=given.pk)
    row.pk = None
    for name, what in other.items():
        setattr(row, name, what)
    row.save(force_insert=True)


def test_postings_that_nothing_gave_are_found_though_sums_agree(place):
    walk(place, date(2025, 3, 3))
    close(place.region, 202503, None)
    walk(place, date(2025, 4, 7))
    state_figure("mobile_service.mobile_portal_progress_rank_province", place.government, 2025, 3, "示例文件")
    fold()
    assert list(verify()) == []
    early, late = Posting.objects.filter(account__key=ORDERS).order_by("pk")
    stated = Posting.objects.get(source=Source.DECLARED)
    for rows, told in (
        ([(late, {}), (late, {"value": -1})], "有 2 笔相互抵销，没有记录可以说明"),
        ([(late, {"month": 202505, "adjusts": 202504}), (late, {"value": -1})], "202504 的事项应记入 202504，实记入 202505"),
        ([(early, {}), (early, {"value": -1, "month": 202504, "adjusts": 202503})], "202503 的事项应记入 202504，实记入 202503"),
        ([(early, {"adjusts": 202503}), (early, {"value": -1, "month": 202504, "adjusts": 202503})], "应记入 202504，实记入 202503"),
        ([(late, {"source_id": late.source_id + 1})], "有入账，没有这条记录"),
        ([(late, {"source": "other"})], "入账的来源「other」不存在"),
        ([(stated, {"source_id": stated.source_id + 1})], "没有这项申报"),
        ([(stated, {}), (stated, {"value": -3})], "应入账 3，实入账 3（3 笔）"),
    ):  # fmt: skip
        with transaction.atomic():
            for given, other in rows:
                plant(given, **other)
            found = list(verify())
            transaction.set_rollback(True)
        assert [line for line in found if told in line], (rows, found)
    assert list(verify()) == []


@pytest.mark.django_db(transaction=True)
def test_what_is_written_while_its_month_is_being_closed_is_booked_after_it(transactional_db):
    place = make_place()
    case = walk(place, date(2025, 3, 3), steps=1)
    accounts = [DONE, ORDERS]

    def go_on():
        try:
            for step in order_steps(date(2025, 3, 3))[1:6]:
                perform(case.pk, step.action, on=step.on, values=step.values, outcome=step.outcome, today=TODAY)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            close(place.region, 202503, None)
            written = pool.submit(go_on)
            wait_until_somebody_waits()
        written.result()
    assert [value(place, account, date(2025, 3, 1), date(2025, 3, 31)) for account in accounts] == [None, 1]
    assert value(place, DONE, date(2025, 4, 1), date(2025, 4, 30)) == 1
    assert list(verify()) == []
