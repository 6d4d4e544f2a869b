"""Returns: raised once for each unit and period with their figures drawn, moved figures explained, and put together."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook

from tests.cases.place import HOTLINE, make_place, order_steps
from zhunsheng.assessment.consolidating import document_of, fell_late, progress, returns_of, sums, tell
from zhunsheng.assessment.own_forms import FormRefused, filled
from zhunsheng.assessment.returns import RETURNS, Period, period_ended, raise_due
from zhunsheng.cases.actions import perform
from zhunsheng.cases.models import Case
from zhunsheng.cases.replay import CaseScript, replay
from zhunsheng.ledger.handing_out import asked_again
from zhunsheng.ledger.models import HandedOut
from zhunsheng.orgs.access import access_of
from zhunsheng.orgs.models import Duty, Organ, OrganKind
from zhunsheng.orgs.refusals import Refused
from zhunsheng.registers.actions import apply_entry_change

TODAY = date(2026, 11, 20)
ARRANGED = {"arrangement": "法治政府建设月报", "form": "month", "unit_kinds": ["department"], "due_day": 8}


@pytest.fixture
def place(db):
    made = make_place()
    Organ.objects.exclude(pk=made.government.pk).update(kind=OrganKind.DEPARTMENT)
    apply_entry_change(RETURNS, made.government, "add", "M1", ARRANGED, date(2025, 1, 1), officer=made.head)
    return made


def _orders(organ, *days):
    replay(HOTLINE, [CaseScript(organ, order_steps(day)) for day in days], today=TODAY)


def test_the_period_that_is_over():
    assert period_ended("month", date(2025, 1, 1)) == Period(2024, 12, 1)
    assert period_ended("quarter", date(2025, 5, 31)) == Period(2025, 3, 3)
    assert period_ended("quarter", date(2025, 4, 1)).first == date(2025, 1, 1)
    assert period_ended("year", date(2025, 4, 1)) == Period(2024, 12, 12)


def test_returns_are_raised_once_and_come_filled_in(place):
    _orders(place.hotline, date(2025, 2, 10), date(2025, 3, 3), date(2025, 3, 10))
    raised = raise_due(date(2025, 4, 2))
    assert raised == Organ.objects.filter(kind=OrganKind.DEPARTMENT).count() > 1
    assert raise_due(date(2025, 4, 2)) == raise_due(date(2025, 4, 8)) == 0
    assert raise_due(date(2025, 4, 9)) == 0  # too late to be reported in time
    case = Case.objects.get(system=RETURNS, organ=place.hotline)
    told = (case.state, case.fields["hotline_done"], case.fields["hotline_done_total"], case.fields["due_on"])
    assert told == ("drawn", 2, 3, "2025-04-08")
    assert "changes" not in case.fields  # one more than the month before is no change to speak of
    quarterly = {**ARRANGED, "arrangement": "季报", "form": "quarter"}
    apply_entry_change(RETURNS, place.government, "add", "Q1", quarterly, date(2025, 1, 1), officer=place.head)
    assert raise_due(date(2025, 4, 3)) == raised
    quarter = Case.objects.get(system=RETURNS, organ=place.hotline, fields__months=3)
    assert (quarter.fields["hotline_done"], quarter.title) == (3, "2025年3月季报")


def test_what_moved_is_explained_and_the_rest_needs_no_word(place):
    _orders(place.hotline, date(2025, 2, 10), *[date(2025, 3, 3)] * 7)
    raise_due(date(2025, 4, 2))
    case = Case.objects.get(system=RETURNS, organ=place.hotline)
    # Seven against one in February: six more, 600 per cent; nothing in March 2024.
    moved = [line for line in case.fields["changes"].splitlines() if "热线" in line]
    assert moved == ["办结热线工单7件，上期1件（+600%），上年同期0件"]
    with pytest.raises(Refused, match="请先填写差异说明"):
        perform(case.pk, "send", on=date(2025, 4, 3), today=TODAY)
    perform(case.pk, "explain", on=date(2025, 4, 3), values={"difference": "供水改造引起的集中反映"}, today=TODAY)
    assert perform(case.pk, "send", on=date(2025, 4, 3), today=TODAY).state == "sent"
    other = Case.objects.get(system=RETURNS, organ=place.water)
    assert perform(other.pk, "send", on=date(2025, 4, 3), today=TODAY).state == "sent"


def test_what_was_sent_is_put_together_in_the_superiors_form_and_noted_as_told(place):
    _orders(place.hotline, date(2025, 3, 3), date(2025, 3, 10))
    _orders(place.water, date(2025, 3, 17))
    raise_due(date(2025, 4, 2))
    for organ in (place.hotline, place.water):
        perform(Case.objects.get(system=RETURNS, organ=organ).pk, "send", on=date(2025, 4, 3), today=TODAY)
    Duty.objects.create(officer=place.head, organ=place.government, system=RETURNS, role="office", whole_tree=True)
    access, period = access_of(place.head, TODAY), Period(2025, 3, 1)
    cases = returns_of(access, period)
    how = progress(cases, date(2025, 4, 10), fell_late(cases))
    assert (how.sent, how.due - how.sent, how.late, how.typed) == (2, how.waiting, how.waiting, 0)
    done = next(one for one in sums(cases, period, place.government) if one.figure.name == "hotline_done")
    assert (done.value, done.total, done.ledger, done.differs) == (3, 3, 3, False)
    never = next(one for one in sums(cases, period, place.government) if one.figure.name == "reconsiderations")
    assert (never.value, never.total, never.differs) == (None, None, False)  # no unit reported a nought
    assert "应报" in document_of(place.government, period, cases, TODAY).blocks[1].text
    book = Workbook()
    sheet = book.active
    sheet.append(["{{期间}}热线办理情况"])
    sheet.append(["{{单位}}", "{{办结热线工单}}"])
    sheet.append(["合计", "{{办结热线工单}}"])
    sheet.merge_cells("C3:D3")
    out = BytesIO()
    book.save(out)
    content, kind = filled(out.getvalue(), place.government, period, cases, TODAY)
    rows = [row[:2] for row in load_workbook(BytesIO(content)).active.iter_rows(values_only=True)]
    assert kind == "xlsx"
    named = {case.organ.name: case.fields.get("hotline_done") for case in cases if case.state == "sent"}
    assert rows == [("2025年3月热线办理情况", None), *named.items(), ("合计", 3)]
    sheet["A1"] = "{{没有的字段}}"
    out = BytesIO()
    book.save(out)
    with pytest.raises(FormRefused, match="A1 的字段「没有的字段」不认识"):
        filled(out.getvalue(), place.government, period, cases, TODAY)
    noted = tell(place.government, period, cases, "省委依法治省办", place.head)
    assert noted > 0
    assert not HandedOut.objects.filter(account="administrative_reconsideration.received").exists()
    assert asked_again(place.government.region, 2025) == 0
    assert tell(place.government, period, cases, "市人大常委会", place.head) == noted
    assert asked_again(place.government.region, 2025) == noted
    assert tell(place.government, period, cases, "省委依法治省办", place.head) == 0
    assert (
        HandedOut.objects.filter(account="hotline_workorder.orders_done", first=202503, last=202503).first().value == 3
    )


def test_a_return_sent_after_its_day_stays_told_as_late(place):
    raise_due(date(2025, 4, 2))
    for organ, day in ((place.hotline, 3), (place.water, 20)):  # reported by the eighth
        perform(Case.objects.get(system=RETURNS, organ=organ).pk, "send", on=date(2025, 4, day), today=TODAY)
    Duty.objects.create(officer=place.head, organ=place.government, system=RETURNS, role="office", whole_tree=True)
    cases = returns_of(access_of(place.head, TODAY), Period(2025, 3, 1))
    how = progress(cases, date(2025, 4, 21), fell_late(cases))
    assert (how.sent, how.sent_late, how.late) == (2, 1, how.waiting)
    told = document_of(place.government, Period(2025, 3, 1), cases, date(2025, 4, 21)).blocks
    assert "已报2个（其中逾期后报送1个）" in told[1].text
    states = dict(next(block for block in told if getattr(block, "header", None) == ("单位", "状态")).rows)
    assert [name for name, state in states.items() if state == "待审核（逾期）"] == [place.water.name]


def test_a_return_sent_again_after_its_day_is_told_as_late_too(place):
    raise_due(date(2025, 4, 2))
    case = Case.objects.get(system=RETURNS, organ=place.hotline)
    perform(case.pk, "send", on=date(2025, 4, 3), today=TODAY)
    perform(case.pk, "give_back", on=date(2025, 4, 7), values={"return_reason": "示例"}, today=TODAY)
    assert fell_late([case]) == frozenset()
    perform(case.pk, "send", on=date(2025, 4, 18), today=TODAY)  # three working days from the seventh
    assert fell_late([case]) == {case.pk}
