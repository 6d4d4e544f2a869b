"""After the rules of posting have changed: earlier records post what they owe by the new ones, closed months stay as they were."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test import Client
from django.utils import timezone

from tests.cases.place import (
    CALL_BACK,
    HOTLINE,
    TODAY,
    empty_the_cases,
    live,
    make_place,
    order_steps,
    scenario_steps,
    sums,
)
from tests.cases.place import script as told
from tests.cases.test_concurrency import at_once
from zhunsheng.bodies import actions as bodies
from zhunsheng.cases.actions import open_case, perform
from zhunsheng.cases.models import Case
from zhunsheng.cases.replay import replay
from zhunsheng.cases.voiding import void_cases
from zhunsheng.catalogue.loading import systems
from zhunsheng.desk import background
from zhunsheng.durability import health
from zhunsheng.kernel.figures import Figures
from zhunsheng.kernel.office import Verb
from zhunsheng.ledger import checks, completing, figures, owing, readings
from zhunsheng.ledger.checks import run_checks
from zhunsheng.ledger.commands import ledger
from zhunsheng.ledger.models import Edition, Posting
from zhunsheng.ledger.periods import PeriodError, close
from zhunsheng.ledger.verification import verify
from zhunsheng.orgs.access import access_of
from zhunsheng.orgs.models import Duty
from zhunsheng.registers.actions import apply_entry_change
from zhunsheng.security.models import AuditEntry

DISCLOSURE = "info_disclosure_request"
MARCH, APRIL = (date(2025, 3, 1), date(2025, 3, 31)), (date(2025, 4, 1), date(2025, 4, 30))
NAME = {"zh": "示例", "en": "Example"}
BEFORE = {
    "accounts": {
        "received": {**NAME, "on": "order", "by": "channel"},
        "answered": {**NAME, "on": ["reply", "close"]},
    },
}
AFTER = {
    "accounts": {
        "received": {**NAME, "on": "order", "by": ["channel", "theme"]},
        "answered": {**NAME, "on": "reply"},
        "callers": {**NAME, "on": "order", "distinct": {"field": "caller"}},
        "closed": {**NAME, "on": "close", "by": "outcome"},
        "pending": {**NAME, "on": "order", "less": "close", "stock": True},
    },
    "checks": ["opening.pending + received == closed + closing.pending"],
}


def _forget():
    for remembered in (
        readings.accounts, readings._levels, figures.figure_names, figures.ratios, figures.derived, checks._relations,
        completing.rules, completing.digest, owing.counted_once,
    ):  # fmt: skip
        remembered.cache_clear()


@pytest.fixture
def declare(monkeypatch):
    """Let a system declare other figures, as a newer version of the program would."""

    def declared(slug, found, *, completed=False):
        owner = replace(systems()[slug], figures=Figures.model_validate(found))
        monkeypatch.setitem(systems(), slug, owner)
        _forget()
        if completed:
            complete()

    yield declared
    monkeypatch.undo()
    _forget()


def complete(**asked):
    """Go on until nothing is owed; gives how far it was before the end."""
    return [completing.begin(**asked), *completing.stretches()][-1]


def value(place, account, months=(date(2025, 1, 1), date(2025, 12, 31)), part=""):
    name = f"{HOTLINE}.{account}"
    figure = figures.figures(place.region.code, *months, [name])[name]
    return figure.breakdown.get(part) if part else figure.value


def three_orders(place):
    """Opened on 3 March and closed on the 7th; opened on 10 March and left open; opened on 7 April and closed on the 11th."""
    for start, steps in ((date(2025, 3, 3), 6), (date(2025, 3, 10), 3), (date(2025, 4, 7), 6)):
        live(HOTLINE, place.hotline, order_steps(start)[:steps])


def test_earlier_cases_post_what_they_owe_and_a_closed_month_keeps_its_figures(place, declare, monkeypatch):
    declare(HOTLINE, BEFORE, completed=True)
    three_orders(place)
    close(place.region, 202503, None)
    march = [value(place, account, MARCH) for account in ("received", "answered")]
    assert march == [2, 2]
    declare(HOTLINE, AFTER)
    assert len(list(verify())) > 5
    with pytest.raises(PeriodError, match="还没有补记完"):
        close(place.region, 202504, None)
    assert "ledger" in {check.key for check in health.checks() if not check.is_well}

    # Broken off within the second of three cases: what was done stays, and it goes on from there.
    monkeypatch.setattr(completing, "CHUNK", 1)
    plan = completing.advance()
    assert (plan.accounts, plan.total, plan.done) == (5, 3, 1)
    there, post = Posting.objects.count(), completing.post

    def broken(*given):
        post(*given)
        raise KeyboardInterrupt

    monkeypatch.setattr(completing, "post", broken)
    with pytest.raises(KeyboardInterrupt):
        completing.advance()
    assert Posting.objects.count() == there
    monkeypatch.setattr(completing, "post", post)
    plan = complete()
    # To be posted: received anew 3, callers 1, closed 2, pending 5; taken back: received 3, answered 2. Of March: 4, 1, 1, 3 and 1.
    assert (plan.done, plan.posted, plan.taken_back, plan.after_closing) == (3, 11, 5, 10)
    assert list(verify()) == []

    # March keeps what was closed; what has not been declared then is booked there, marked as late.
    assert [value(place, account, MARCH) for account in ("received", "answered")] == march
    assert value(place, "received", MARCH, "theme=complaint") is None
    assert [value(place, account, MARCH) for account in ("callers", "closed", "pending")] == [1, 1, 1]
    late = Posting.objects.filter(month=202503).exclude(adjusts=None)
    assert sorted(late.values_list("account__key", "value")) == [
        (f"{HOTLINE}.callers", 1), (f"{HOTLINE}.closed", 1), (f"{HOTLINE}.pending", -1), (f"{HOTLINE}.pending", 1),
        (f"{HOTLINE}.pending", 1),
    ]  # fmt: skip
    # April has its own and the corrections of March: two orders parted anew, one closing that is no answer.
    assert [value(place, a, APRIL) for a in ("received", "answered", "closed", "pending")] == [1, 0, 1, 1]
    assert [value(place, "received", APRIL, part) for part in ("channel=phone", "theme=complaint")] == [1, 3]
    corrections = Posting.objects.filter(month=202504, adjusts=202503).values_list("account__key", "value")
    assert sorted(corrections) == [(f"{HOTLINE}.answered", -1), *[(f"{HOTLINE}.received", -1)] * 2,
                                   *[(f"{HOTLINE}.received", 1)] * 2]  # fmt: skip
    assert [value(place, a) for a in ("received", "answered", "callers", "closed")] == [3, 2, 1, 2]
    for months in (MARCH, APRIL):
        assert [check.holds for check in run_checks(place.region.code, *months) if check.system == HOTLINE] == [True]
    assert close(place.region, 202504, None).month == 202504

    # The figure opens into the records, each by the event that gave it: 办结 is the sixth.
    closed = figures.records_of(f"{HOTLINE}.closed", place.region.code, *MARCH)
    assert [(row.source_id, row.sequence) for row in closed] == [(Case.objects.order_by("pk").first().pk, 6)]
    # A second time there is nothing to do, though everything is looked at.
    there = Posting.objects.count()
    assert completing.advance() is None
    again = complete(everything=True)
    assert (again.posted, again.taken_back, Posting.objects.count()) == (0, 0, there)
    assert again.done == Case.objects.count()
    done = AuditEntry.objects.filter(action="ledger.completed").order_by("pk")
    assert [entry.detail["posted"] for entry in done][-2:] == [11, 0]


def test_what_is_counted_anew_together_is_corrected_together(place, declare):
    """A new account that a relation ties to one with other amounts is no figure of its own in a closed month."""
    declare(HOTLINE, BEFORE, completed=True)
    three_orders(place)
    close(place.region, 202503, None)
    parted = {
        "answered": {**NAME, "on": "reply"},
        "ended": {**NAME, "on": "close"},
        "steps": {**NAME, "on": "dispatch"},
    }
    declare(HOTLINE, {"accounts": {**BEFORE["accounts"], **parted}, "checks": ["answered <= answered + ended"]})
    complete()
    assert list(verify()) == []
    assert [value(place, account, MARCH) for account in ("answered", "ended", "steps")] == [2, None, 2]
    # In April one answer and one end, and from March one answer less and one end more.
    assert [value(place, account, APRIL) for account in ("answered", "ended", "steps")] == [0, 2, 1]


def test_values_are_counted_once_a_year_anew_and_each_time_again(place, declare):
    each, once = ({"callers": {**NAME, "on": "order", **more}} for more in ({}, {"distinct": {"field": "caller"}}))
    declare(HOTLINE, {"accounts": each}, completed=True)
    three_orders(place)
    for accounts, counted, after_another in ((each, 3, 4), (once, 1, 1), (each, 5, 6)):
        declare(HOTLINE, {"accounts": accounts}, completed=True)
        assert list(verify()) == []
        assert value(place, "callers") == counted
        live(HOTLINE, place.hotline, order_steps(date(2025, 5, 6))[:1])
        assert value(place, "callers") == after_another


@pytest.mark.once
@pytest.mark.parametrize("seed", range(3))
def test_completing_comes_to_what_a_replay_under_the_new_rules_does(place, declare, seed):
    chance = Random(seed)
    for slug in (HOTLINE, DISCLOSURE):
        walks = [steps for _, steps in scenario_steps(slug)]
        full = systems()[slug].figures
        newer = {"accounts": {key: account.model_dump(exclude_none=True) for key, account in full.accounts.items()}}
        declare(slug, {"accounts": _otherwise(newer["accounts"], chance)}, completed=True)
        ids = replay(slug, [told(place.hotline, steps) for steps in walks for _ in range(2)], today=TODAY).case_ids
        void = chance.sample(ids, 2)
        since = timezone.now() + timedelta(seconds=1)
        void_cases(void, since, "重复", officer=place.operator, access=access_of(place.operator, TODAY), today=TODAY)
        declare(slug, newer, completed=True)
        assert list(verify()) == []
        found = sums()
        kept = [
            steps for case, steps in zip(ids, (s for s in walks for _ in range(2)), strict=True) if case not in void
        ]
        empty_the_cases(ids)
        replay(slug, [told(place.hotline, steps) for steps in kept], today=TODAY)
        assert found == sums()
        empty_the_cases(list(Case.objects.values_list("pk", flat=True)))


def _otherwise(accounts, chance):
    """Rules an earlier version might have had: some accounts missing, parted less, with a step more or less, counting each time."""
    found = {}
    for key, account in accounts.items():
        way = chance.randrange(6)
        if way == 0:
            continue
        changed = dict(account)
        if way == 1:
            changed["by"] = account["by"][1:]
        if way == 2:
            changed["on"] = [*account["on"], "office.terminate"]
        if way == 3:
            changed["when"] = {}
        if way == 4:
            changed.pop("distinct", None)
        found[key] = changed
    return {**found, "gone": {**NAME, "on": [next(iter(systems()[HOTLINE].procedures[-1].actions)), "file"]}}


def test_lists_and_bodies_are_completed_too(place, declare):
    power = {"item_code": "C1", "name": "示例处罚", "power_type": "penalty", "basis": "示例依据",
             "implementing_organ": place.water.name}  # fmt: skip
    apply_entry_change("power_list", place.water, "add", "C1", power, date(2025, 3, 3))
    apply_entry_change("power_list", place.water, "change", "C1", {"power_type": "reward"}, date(2025, 4, 1))
    Duty.objects.create(officer=place.head, organ=place.government, system="bodies", role="secretary")
    body = bodies.set_up(
        place.head, place.government, "leading_group", "示例组", "示政〔2025〕1号", date(2025, 3, 3), today=TODAY
    )
    accounts = {
        "added": {**NAME, "on": "add", "by": "power_type"},
        "in_force": {**NAME, "on": "add", "less": "remove", "by": "power_type", "stock": True},
        "groups": {**NAME, "on": "body.set_up", "when": {"body": body.kind}},
    }
    declare("power_list", {"accounts": accounts})
    assert list(verify())
    complete()
    assert list(verify()) == []
    kept = Posting.objects.filter(account__key__in=[f"power_list.{key}" for key in accounts])
    assert sorted(kept.values_list("account__key", "on", "value", "breakdown", "source")) == [
        ("power_list.added", date(2025, 3, 3), 1, "power_type=penalty", "register"),
        ("power_list.groups", date(2025, 3, 3), 1, "", "body"),
        ("power_list.in_force", date(2025, 3, 3), 1, "power_type=penalty", "register"),
        ("power_list.in_force", date(2025, 4, 1), -1, "power_type=penalty", "register"),
        ("power_list.in_force", date(2025, 4, 1), 1, "power_type=reward", "register"),
    ]


def test_a_place_of_an_earlier_program_is_looked_at_once(place, declare):
    """It kept no rules: what was never posted is new, and stands in closed months too."""
    declare(HOTLINE, BEFORE, completed=True)
    three_orders(place)
    close(place.region, 202503, None)
    declare(HOTLINE, AFTER)
    Edition.objects.all().delete()
    completing.note_new_place()
    owing = completing.stretches()
    while background._complete_ledger(owing):
        assert not completing.is_current()
    assert completing.is_current()
    assert list(verify()) == []
    assert [value(place, account, MARCH) for account in ("received", "answered", "pending")] == [2, 2, 1]


def test_a_case_a_party_opened_online_and_that_was_handed_on_is_walked_for_the_organ_it_was_opened_for(place, declare):
    first = order_steps()[0]
    case = open_case(HOTLINE, "order", organ=place.hotline, on=first.on, values=first.values, today=TODAY, online=True)
    perform(case.pk, Verb.TRANSFER, on=first.on, values={"to": str(place.water.pk), "text": "分工"}, today=TODAY)
    assert list(verify()) == []
    declare(HOTLINE, AFTER, completed=True)
    pending = Posting.objects.filter(account__key=f"{HOTLINE}.pending")
    assert [row.organ_id for row in pending] == [place.hotline.pk]


@pytest.mark.once
def test_it_is_said_on_the_command_line_and_where_months_are_closed(place, declare):
    declare(HOTLINE, BEFORE, completed=True)
    three_orders(place)
    close(place.region, 202503, None)
    declare(HOTLINE, AFTER)
    there = Posting.objects.count()
    told = CliRunner().invoke(ledger, ["complete", "--dry-run"]).output
    assert f"{HOTLINE}.answered：补记 0 笔，冲回 2 笔，其中结账后补的 1 笔" in told
    assert f"{HOTLINE}.pending：补记 5 笔，冲回 0 笔，其中结账后补的 3 笔" in told
    assert f"{HOTLINE}.callers：补记 3 笔" in told, "the most there can be"
    assert Posting.objects.count() == there
    Duty.objects.create(officer=place.head, organ=place.government, system="ledger", role="statistician")
    client = Client()
    client.force_login(place.head)
    address = "/figures/closing/?region=999902&year=2025&month=202504"
    page = client.get(address).content.decode()
    assert "5 项指标的入账规则有更新，原有记录须补记；已核对 0 / 3 件" in page
    assert 'name="confirmed"' not in page
    assert "补记 11 笔，冲回 5 笔" in CliRunner().invoke(ledger, ["complete"]).output
    assert "没有要补记的" in CliRunner().invoke(ledger, ["complete"]).output
    page = client.get(address).content.decode()
    assert "须补记" not in page
    assert 'name="confirmed"' in page


@pytest.mark.django_db(transaction=True)
def test_officers_go_on_meanwhile(transactional_db, declare, monkeypatch):
    place = make_place()
    declare(HOTLINE, BEFORE, completed=True)
    start = date(2025, 3, 3)
    cases = [live(HOTLINE, place.hotline, order_steps(start)[:4]).pk for _ in range(12)]
    declare(HOTLINE, AFTER)
    monkeypatch.setattr(completing, "CHUNK", 3)

    def handle(some):
        for case in some:
            perform(case, "call_back", on=start + timedelta(days=3), values=CALL_BACK, today=TODAY)
            perform(case, "close", on=start + timedelta(days=4), outcome="resolved", today=TODAY)

    done = at_once([complete, lambda: handle(cases[:6]), lambda: handle(cases[6:])])
    assert [result for result in done if isinstance(result, Exception)] == []
    assert list(verify()) == []
    accounts = ("received", "answered", "callers", "closed", "pending")
    assert [value(place, account) for account in accounts] == [12, 12, 1, 12, 0]
    if connection.vendor == "postgresql":
        _waits_for_nobody_long(place, declare)


@pytest.mark.django_db
def test_a_step_taken_while_a_stretch_is_read_leaves_its_case_out_of_nothing(declare):
    """Between the row of the case and its events somebody acts: they do not fit each other, and are read again."""
    place = make_place()
    declare(HOTLINE, BEFORE, completed=True)
    start = date(2025, 3, 3)
    case = live(HOTLINE, place.hotline, order_steps(start)[:4]).pk
    declare(HOTLINE, AFTER)
    taken = []

    def meanwhile(execute, sql, params, many, context):
        if 'FROM "cases_event"' in sql and not taken:
            taken.append(sql)
            perform(case, "call_back", on=start + timedelta(days=3), values=CALL_BACK, today=TODAY)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(meanwhile):
        complete()
    assert taken
    assert list(verify()) == []
    assert value(place, "pending") == 1


def _waits_for_nobody_long(place, declare):
    """While somebody holds a case, the stretch it is in is left for later, and nobody waits for what was locked with it."""
    from django.db import transaction

    declare(HOTLINE, BEFORE)
    with transaction.atomic():
        held = Case.objects.select_for_update().order_by("pk")[1]
        (plan,) = at_once([lambda: (completing.begin(), completing.advance())[1]])
        assert plan.done == 0
        assert held.pk
    complete()
    assert list(verify()) == []
