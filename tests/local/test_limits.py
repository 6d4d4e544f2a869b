"""Local limits in the database: where and from when a decision holds, what running cases keep, and what counting anew writes."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.cases.place import HOTLINE, ORDER, make_place, order_steps, script
from zhunsheng.cases.actions import open_case, perform
from zhunsheng.cases.models import Case, ClockEntry, Deadline
from zhunsheng.cases.previewing import previews
from zhunsheng.cases.reading import receipts
from zhunsheng.cases.replay import replay
from zhunsheng.cases.verification import verify_cases
from zhunsheng.local.actions import checked, decide
from zhunsheng.local.kinds import kind_of
from zhunsheng.local.limits import Asked, count_anew, declared, preview
from zhunsheng.local.models import Setting
from zhunsheng.local.values import decisions
from zhunsheng.orgs.access import access_of
from zhunsheng.orgs.refusals import Refused
from zhunsheng.papers.issuing import document_of
from zhunsheng.papers.models import Paper
from zhunsheng.security.models import AuditEntry

HANDLING = "hotline_handling"
RULES = "示例县政务服务热线工作办法"
MARCH = date(2025, 3, 5)


def decided(place, days, since=MARCH, organ=None, setting=HANDLING, unit="working_day", extension=None, officer=None):
    value = None if days is None else {"value": days, "unit": unit, "extension": extension}
    return decide(
        officer or place.administrator, "limit", setting, organ or place.government, since, value,
        document=RULES, article="8", reason="县政府办公室印发",
    )  # fmt: skip


def dispatched(place, on, organ=None):
    case = open_case(HOTLINE, "order", organ=organ or place.hotline, on=on, values=ORDER)
    return perform(case.pk, "dispatch", on=on, values={"unit": "示例县城管局"})


def due(case):
    return Deadline.objects.get(case=case, key="handling").due_on


def findings():
    return list(verify_cases(lambda done, total: None))


# --- what holds ------------------------------------------------------------------------------------------------------


def test_case_runs_under_what_held_on_its_day(place):
    """Five working days from 4 March 2025 end on the 11th; three from the 5th on the 10th."""
    decided(place, 3)
    before, after = dispatched(place, date(2025, 3, 4)), dispatched(place, date(2025, 3, 5))
    assert (due(before), due(after)) == (date(2025, 3, 11), date(2025, 3, 10))
    assert receipts(after)["handling"].limit.basis.cited.zh == f"{RULES}第八条"
    assert receipts(before)["handling"].limit.basis.cited.zh == "本地设定：本地热线办法"
    entry = ClockEntry.objects.get(case=after, deadline="handling", kind="armed")
    assert entry.setting.value == {"value": 3, "unit": "working_day", "extension": None}
    assert findings() == []


def test_decision_leaves_running_cases_alone(place):
    case = dispatched(place, date(2025, 3, 6))
    decided(place, 3)
    assert due(case) == date(2025, 3, 13)
    perform(case.pk, "receive", on=date(2025, 3, 7))
    assert due(case) == date(2025, 3, 13)
    assert receipts(Case.objects.get(pk=case.pk))["handling"].due_date == date(2025, 3, 13)
    assert findings() == []


def test_nearest_organ_decides_and_withdrawing_gives_back_what_is_above(place):
    decided(place, 3)
    decided(place, 8, organ=place.hotline)
    on = date(2025, 3, 10)
    assert due(dispatched(place, on)) == date(2025, 3, 20)
    assert due(dispatched(place, on, organ=place.lighting)) == date(2025, 3, 13)
    decided(place, None, organ=place.hotline, since=date(2025, 3, 10))
    assert due(dispatched(place, on)) == date(2025, 3, 13)
    decided(place, None, since=date(2025, 3, 10))
    assert due(dispatched(place, on)) == date(2025, 3, 17)
    assert due(dispatched(place, date(2025, 3, 7))) == date(2025, 3, 19), "what held before the day stays"
    assert findings() == []


def test_import_of_records_counts_as_officers_do(place):
    decided(place, 3)
    replay(HOTLINE, [script(place.hotline, order_steps()[:2]), script(place.hotline, order_steps(MARCH)[:2])])
    first, second = Case.objects.order_by("pk")
    assert (due(first), due(second)) == (date(2025, 3, 11), date(2025, 3, 11))
    assert receipts(second)["handling"].limit.value == 3
    assert findings() == []


def test_unit_of_the_place_stands_beside_its_day(place):
    """Ten days from 5 March 2025 end on Saturday the 15th and move to Monday the 17th."""
    decided(place, 10, unit="calendar_day")
    case = dispatched(place, MARCH)
    row = Deadline.objects.get(case=case, key="handling")
    assert (row.due_on, row.unit) == (date(2025, 3, 17), "calendar_day")
    assert Deadline.objects.get(case=case, key="receiving").unit == ""


def test_paper_and_its_preview_print_the_day_of_the_place(place):
    """Three working days from Wednesday 5 March 2025 would end on the 10th; six end on the 13th."""
    decided(place, 6, setting="legality_review_completion")
    review = {"matter": "示例协议", "kind": "agreement", "submitting_unit": "示例局", "materials": "草案"}
    case = open_case("legality_review", "submit", organ=place.government, on=MARCH, values=review)
    step = {"on": MARCH, "values": {"missing_materials": "说明"}}
    (preview,), refusal = previews(
        case, "request_completion", access_of(place.head, timezone.localdate()), outcome=None, note="", amount=None,
        today=timezone.localdate(), **step,
    )  # fmt: skip
    assert refusal is None
    perform(case.pk, "request_completion", **step)
    paper = Paper.objects.get(case_id=case.pk)
    for document in (preview.printed.document, document_of(paper)):
        assert "请于2025年3月13日前补送" in "".join(run.text for run in document.runs())


# --- who may, and what is refused ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"value": {"value": "0", "unit": "working_day"}}, "value"),
        ({"value": {"value": "3.5", "unit": "working_day"}}, "value"),
        ({"value": {"value": "3651", "unit": "working_day"}}, "value"),
        ({"value": {"value": "", "unit": "working_day"}}, "value"),
        ({"value": {"value": "3", "unit": "hour"}}, "unit"),
        ({"value": {"value": "3", "unit": "person"}}, "unit"),
        ({"value": {"value": "3", "unit": "working_day", "extension": "x"}}, "extension"),
        ({"key": "hotline_dispatch", "value": {"value": "3", "unit": "working_day", "extension": "2"}}, "extension"),
        ({"document": " "}, "document"),
        ({"reason": ""}, "reason"),
        ({"reason": "长" * 301}, "reason"),
        ({"article": "长" * 61}, "article"),
        ({"since": date(1890, 1, 1)}, "since"),
        ({"key": "nothing"}, "key"),
        ({"kind": "nothing"}, "kind"),
    ],
)
def test_wrong_decision_is_refused_at_its_field(place, change, field):
    asked = {"kind": "limit", "key": HANDLING, "since": MARCH, "value": {"value": "3", "unit": "working_day"},
             "document": RULES, "article": "8", "reason": "印发", **change}  # fmt: skip
    with pytest.raises(Refused) as refused:
        decide(place.administrator, asked.pop("kind"), asked.pop("key"), place.government, asked.pop("since"),
               asked.pop("value"), **asked)  # fmt: skip
    assert refused.value.refusal.field == field
    assert not Setting.objects.exists()


def test_only_the_administrator_of_the_place_decides(place):
    for officer in (place.lighting_officer, place.stranger):
        with pytest.raises(Refused) as refused:
            decided(place, 3, organ=place.hotline, officer=officer)
        assert refused.value.refusal.code == "role"
    row = decided(place, 3, organ=place.hotline)
    entry = AuditEntry.objects.get(action="local.decide")
    assert (entry.officer_id, entry.subject) == (place.administrator.pk, f"setting:{row.pk}")
    assert entry.detail["changed"]["value"][1] == {"value": 3, "unit": "working_day", "extension": None}


def test_nobody_counts_anew_through_a_step_of_a_case(place):
    case = dispatched(place, MARCH)
    with pytest.raises(Refused) as refused:
        perform(case.pk, "office.revalue", on=MARCH, officer=place.operator,
                values={"limits": {"handling": None}, "text": "示例"})  # fmt: skip
    assert refused.value.refusal.code == "role"


# --- counting anew ---------------------------------------------------------------------------------------------------


def asked(place, older=False, days=None, since=MARCH):
    known = decisions()
    if days is not None:
        raw = {"value": days, "unit": "working_day"}
        known = known.with_(checked(kind_of("limit"), HANDLING, place.government, since, raw, RULES, "8"))
    return Asked(HANDLING, place.government.path, known, older)


def test_preview_says_what_would_move_and_writes_nothing(place):
    older, newer = dispatched(place, date(2025, 3, 4)), dispatched(place, date(2025, 3, 6))
    (move,) = preview(asked(place, days=8))
    assert (move.case_id, move.limit, move.armed_on) == (newer.pk, "handling", date(2025, 3, 6))
    assert (move.old, move.new) == (date(2025, 3, 13), date(2025, 3, 18))
    assert [(m.case_id, m.new) for m in preview(asked(place, older=True, days=8))] == [
        (older.pk, date(2025, 3, 14)), (newer.pk, date(2025, 3, 18)),
    ]  # fmt: skip
    assert (due(older), due(newer)) == (date(2025, 3, 11), date(2025, 3, 13))
    assert not Setting.objects.exists()
    assert not list(preview(asked(place, days=8, since=timezone.localdate() + timedelta(days=1))))


def test_counted_anew_with_an_event_and_its_reason(place):
    case = dispatched(place, date(2025, 3, 6))
    decided(place, 8)
    tally = count_anew(asked(place), access_of(place.administrator, timezone.localdate()), "办法第二十条规定适用", ())
    assert (tally.moved, tally.kept) == (1, 0)
    row = Case.objects.get(pk=case.pk)
    assert (due(case), row.next_due) == (date(2025, 3, 18), date(2025, 3, 7))
    event = row.events.get(action="office.revalue")
    assert (event.note, event.officer_id) == ("办法第二十条规定适用", place.administrator.pk)
    assert row.last_on == date(2025, 3, 6), "no step of the case is held up by it"
    assert receipts(row)["handling"].limit.basis.cited.zh == f"{RULES}第八条"
    assert findings() == []
    assert not list(preview(asked(place)))
    perform(case.pk, "receive", on=date(2025, 3, 7))
    assert due(case) == date(2025, 3, 18)
    assert findings() == []


def test_earlier_day_waits_for_a_person(place):
    case = dispatched(place, date(2025, 3, 6))
    decided(place, 2)
    assert count_anew(asked(place), access_of(place.administrator, timezone.localdate()), "示例", ()).kept == 1
    assert due(case) == date(2025, 3, 13)
    assert findings() == []
    tally = count_anew(
        asked(place), access_of(place.administrator, timezone.localdate()), "已告知", [f"{case.pk}:handling"]
    )
    assert tally.moved == 1
    assert due(case) == date(2025, 3, 10)
    assert findings() == []


def test_withdrawn_value_is_counted_anew_as_declared(place):
    decided(place, 8)
    case = dispatched(place, date(2025, 3, 6))
    decided(place, None)
    assert due(case) == date(2025, 3, 18)
    count_anew(asked(place), None, "撤销", [f"{case.pk}:handling"])
    assert due(case) == date(2025, 3, 13)
    assert findings() == []


def test_other_places_and_ended_limits_are_left(place):
    elsewhere = dispatched(place, date(2025, 3, 6), organ=place.lighting)
    ended = dispatched(place, date(2025, 3, 6))
    perform(ended.pk, "receive", on=date(2025, 3, 6))
    perform(ended.pk, "reply", on=date(2025, 3, 7), values={"reply": "已经修复"})
    decided(place, 8, organ=place.hotline)
    assert not list(preview(Asked(HANDLING, place.hotline.path, decisions())))
    assert due(elsewhere) == date(2025, 3, 13)


# --- the proof -------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("unkept")
def test_proof_finds_a_value_that_was_not_in_force(place):
    case = dispatched(place, date(2025, 3, 6))
    assert findings() == []
    row = decided(place, 8)
    Setting.objects.filter(pk=row.pk).update(entered_at=timezone.now() - timedelta(days=1))
    assert any("本地规定" in finding for finding in findings()), "decided before the case, yet the case runs without it"
    Setting.objects.filter(pk=row.pk).update(entered_at=timezone.now())
    other = dispatched(place, date(2025, 3, 6))
    assert findings() == []
    Setting.objects.filter(pk=row.pk).update(value={"value": 9, "unit": "working_day"}, entered_at=timezone.now())
    assert any(f"案件 {other.pk}" in finding for finding in findings()), "the record says another number than the case"
    assert not any(f"案件 {case.pk}" in finding for finding in findings())


def test_every_limit_left_to_the_place_is_declared_once():
    assert declared()[HANDLING].deadlines == {"handling"}
    assert declared()[HANDLING].may_be_extended
    assert not declared()["hotline_dispatch"].may_be_extended
    assert not declared()["npc_reply"].is_current, "only the version before 2025 leaves it to the place"
    assert declared()["cppcc_reply"].is_current


class AnyOrderOfDecisions(TestCase):
    """Decisions of three levels, entered in any order, before and after the cases they are about."""

    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        st.lists(
            st.tuples(st.sampled_from(["decide", "case"]), st.sampled_from(["government", "hotline", "lighting"]),
                      st.integers(0, 20), st.none() | st.integers(1, 9)),
            min_size=1, max_size=8,
        )
    )  # fmt: skip
    def test_clock_keeps_what_was_decided_then_for_its_organ(self, told):
        place = make_place()
        made, expected = [], {}
        for what, name, offset, value in told:
            organ, on = getattr(place, name), date(2025, 3, 3) + timedelta(offset)
            if what == "decide":
                raw = None if value is None else {"value": value, "unit": "working_day"}
                decide(None, "limit", HANDLING, organ, on, raw, document=RULES, reason="示例")
                made.append((name, on, value))
            else:
                expected[dispatched(place, on, organ=organ).pk] = self.held(made, name, on)
        for pk, days in expected.items():
            receipt = receipts(Case.objects.get(pk=pk))["handling"]
            assert receipt.limit.value == (days or 5)
            assert (receipt.limit.local is None) == (days is None)
        assert findings() == []

    @staticmethod
    def held(made, name, on):
        """The same by hand: the organ's own newest decision if it gives a value, else the government's."""
        for place in dict.fromkeys((name, "government")):
            known = sorted(
                (since, index) for index, (where, since, _v) in enumerate(made) if where == place and since <= on
            )
            if known and made[known[-1][1]][2] is not None:
                return made[known[-1][1]][2]
        return None
