"""A declaration in force that was put right: earlier cases get the limits it gives now, and nothing that was written is lost."""

from dataclasses import replace
from datetime import date

import pytest
from click.testing import CliRunner

from tests.cases.place import live
from zhunsheng.cases.actions import perform, settle_due
from zhunsheng.cases.commands import cases
from zhunsheng.cases.models import Case, ClockEntry, Deadline
from zhunsheng.cases.reading import receipts
from zhunsheng.cases.recounting import recounts
from zhunsheng.cases.replay import StepScript
from zhunsheng.cases.verification import verify_cases
from zhunsheng.catalogue.loading import system, systems
from zhunsheng.security.models import AuditEntry

RETURN = "monthly_report"
CALLED = {"year": 2024, "month": 9, "due_on": "2024-10-10"}
LATE = [
    StepScript("call", date(2024, 9, 30), CALLED),
    StepScript("draw", date(2024, 10, 14)),
    StepScript("send", date(2024, 10, 15)),
]
GIVEN_BACK = [
    StepScript("call", date(2024, 9, 30), CALLED),
    StepScript("draw", date(2024, 10, 8)),
    StepScript("send", date(2024, 10, 9)),
    StepScript("give_back", date(2024, 10, 11), {"return_reason": "示例"}),
    StepScript("send", date(2024, 10, 14)),
]


def found():
    return list(verify_cases(lambda done, total: None))


def recounted(*, writes=True):
    return list(recounts(lambda done, total: None, writes=writes))


@pytest.fixture
def under(monkeypatch):
    """Monthly returns as an earlier program declared them: late was the end of the limit, and none began when one was returned."""

    def declared(*, before):
        owner = systems()[RETURN]
        (procedure,) = owner.procedures
        if before:
            sending = procedure.deadlines["sending"].model_copy(update={"still_due": False})
            procedure = procedure.model_copy(update={"deadlines": {"sending": sending}})
            monkeypatch.setitem(systems(), RETURN, replace(owner, procedures=[procedure]))
        else:
            monkeypatch.undo()

    return declared


@pytest.fixture
def late(place, under):
    """A return sent five days late, and one never sent, both told under the earlier declaration."""
    under(before=True)
    sent, never = live(RETURN, place.water, LATE), live(RETURN, place.water, LATE[:1])
    settle_due(date(2024, 10, 31))
    assert found() == []
    under(before=False)
    return sent, never


def test_what_the_law_had_ended_is_waited_for_or_met_late(late):
    sent, never = late
    written = list(ClockEntry.objects.order_by("pk").values())
    assert len(found()) >= 2
    assert {one.case.pk for one in recounted(writes=False)} == {sent.pk, never.pk}
    assert list(ClockEntry.objects.order_by("pk").values()) == written, "a trial writes nothing"

    assert {one.case.pk for one in recounted()} == {sent.pk, never.pk}
    assert found() == []
    assert list(ClockEntry.objects.order_by("pk").values())[: len(written)] == written, "what was written stays"
    stands = {row.case_id: (row.state, row.due_on, row.ended_on) for row in Deadline.objects.filter(key="sending")}
    assert stands[sent.pk] == ("met", date(2024, 10, 10), date(2024, 10, 15))
    assert stands[never.pk] == ("running", date(2024, 10, 10), None)
    assert Case.objects.get(pk=never.pk).next_due == date(2024, 10, 10)
    receipt = receipts(Case.objects.get(pk=sent.pk))["sending"]
    assert receipt.is_overdue(date(2024, 10, 15))
    assert "更正" in receipt.steps[0].zh
    told = AuditEntry.objects.get(subject=f"case:{sent.pk}", action="case.recount").detail
    assert told == {"due": {"sending": ["lapsed 2024-10-10", "met 2024-10-10"]}}
    assert recounted() == [], "once is enough"


def test_the_case_goes_on_from_there(late):
    _sent, never = late
    recounted()
    assert settle_due(date(2024, 11, 30)) == 0, "marked as late already"
    for action, on in (("draw", date(2024, 12, 2)), ("send", date(2024, 12, 3))):
        perform(never.pk, action, on=on)
    assert Deadline.objects.get(case=never, key="sending").ended_on == date(2024, 12, 3)
    assert found() == []


def test_a_limit_that_is_declared_now_begins_where_it_would_have_begun(place, under):
    under(before=True)
    case = live(RETURN, place.water, GIVEN_BACK)
    under(before=False)
    recounted()
    assert found() == []
    assert Deadline.objects.get(case=case, key="sending_again").state == "met"


def test_a_limit_that_is_declared_no_more_is_gone(place, under):
    case = live(RETURN, place.water, GIVEN_BACK)
    under(before=True)
    assert [len(one.now["sending_again"]) for one in recounted()] == [0]
    assert found() == []
    assert not Deadline.objects.filter(case=case, key="sending_again").exists()
    assert "sending_again" not in receipts(Case.objects.get(pk=case.pk))


@pytest.mark.once
def test_by_command(late):
    (case, _) = late
    trial = CliRunner().invoke(cases, ["recount", "--dry-run"])
    assert (trial.exit_code, f"{RETURN} {case.number}" in trial.output, "须补正 2 件" in trial.output) == (
        0,
        True,
        True,
    )
    assert "cases recount" in CliRunner().invoke(cases, ["verify"]).output
    assert "已补正 2 件" in CliRunner().invoke(cases, ["recount"]).output
    assert CliRunner().invoke(cases, ["verify"]).exit_code == 0
    assert system(RETURN).procedure_on(date(2024, 9, 30)).deadlines["sending"].declaration.still_due
