"""A limit the place sets: a clock runs under what held on the day it was armed, whatever is decided before or after."""

from datetime import date, timedelta

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from zhunsheng.kernel.case_state import dump_course, dump_local, load_course
from zhunsheng.kernel.clock import ClockEvent, ClockEventKind, due_of, in_force, read
from zhunsheng.kernel.limits import Amount, Basis, Extension, Kind, Limit, LocalValue, Unit, local_on
from zhunsheng.kernel.office import Verb, perform_verb
from zhunsheng.kernel.procedure import Procedure
from zhunsheng.kernel.transition import Command, CompiledProcedure, Refusal, act, settle
from zhunsheng.kernel.words import Words
from zhunsheng.law.working_days import packaged_calendar

CALENDAR = packaged_calendar()
DECLARED = Limit(
    "setting:answer", Words("答复", "Answer"), Kind.DEADLINE, Unit.WORKING_DAY, 5,
    Basis("x", "", "", Words("本地设定", "local setting")), extension=Extension(Amount(5, Unit.WORKING_DAY)),
    verified=False, setting="answer",
)  # fmt: skip
PROCEDURE = CompiledProcedure(
    "example",
    Procedure.model_validate(
        yaml.safe_load("""
name: {zh: 示例, en: Example}
basis: civil_code
in_force: {from: 2020-01-01}
number: 示例〔{year}〕{serial}号
roles: {clerk: {zh: 承办人, en: Clerk}}
states:
  open: {zh: 待答复, en: Open}
  asked: {zh: 再次催告, en: Asked again}
  closed: {zh: 已办结, en: Closed, final: true}
actions:
  file: {zh: 收到, en: File, start: true, to: open, by: clerk, basis: "1"}
  remind: {zh: 催告, en: Remind, from: open, to: asked, by: the_law, basis: "1"}
  extend: {zh: 延长, en: Extend, from: open, by: clerk, basis: "1"}
  answer: {zh: 答复, en: Answer, from: [open, asked], to: closed, by: clerk, basis: "1"}
deadlines:
  first: {zh: 答复, en: Answer, limit: x, from: file, until: answer, lapse: remind, extended_by: extend, basis: "1"}
  second: {zh: 再答复, en: Second answer, limit: x, from: remind, until: answer, basis: "1"}
""")
    ),
    {"first": DECLARED, "second": DECLARED},
    {},
    {"civil_code": Words("民法典", "Civil Code")},
)


def local(value, since, unit=Unit.WORKING_DAY, extension=None, entry=1):
    return LocalValue(entry, since, Amount(value, unit), extension, Words("示例办法第八条", "Example Rules, Article 8"))


def filed(on, values=(), case=None):
    command = Command("file", on, on, roles=frozenset({"clerk"}), local={"answer": values})
    return act(PROCEDURE, case, command, CALENDAR).case


def day(number):
    return date(2025, 3, number)


def test_clock_armed_before_the_day_keeps_what_is_declared():
    """Five working days from Tuesday 4 March 2025 end on the 11th; three from Wednesday the 5th on Monday the 10th."""
    values = ((day(5), local(3, day(5))),)
    before, after = filed(day(4), values), filed(day(5), values)
    assert due_of(DECLARED, before.clocks["first"], CALENDAR) == day(11)
    assert due_of(DECLARED, after.clocks["first"], CALENDAR) == day(10)


def test_receipt_names_the_document_of_the_place_and_its_day():
    receipt = read(DECLARED, filed(day(6), ((day(5), local(3, day(5))),)).clocks["first"], CALENDAR)
    assert receipt.limit.basis.cited.zh == "示例办法第八条"
    assert receipt.steps[0].zh == "本地规定：3个工作日（示例办法第八条，2025-03-05 起施行）"
    assert receipt.steps[0].en == "local rule: 3 working days (Example Rules, Article 8, in force from 2025-03-05)"
    assert receipt.due == day(11)
    declared = read(DECLARED, filed(day(4)).clocks["first"], CALENDAR)
    assert declared.limit.basis.cited.zh == "本地设定"
    assert not any("本地规定" in step.zh for step in declared.steps)


def test_other_unit_rolls_by_its_own_rule():
    """Ten days from 4 March 2025 end on the 14th, a Friday; eleven on Saturday the 15th, so on Monday the 17th."""
    for length, due in ((10, day(14)), (11, day(17))):
        case = filed(day(4), ((day(1), local(length, day(1), Unit.CALENDAR_DAY)),))
        assert due_of(DECLARED, case.clocks["first"], CALENDAR) == due
    assert in_force(DECLARED, case.clocks["first"]).unit is Unit.CALENDAR_DAY
    assert in_force(DECLARED, filed(day(4)).clocks["first"]) is DECLARED


def test_extension_is_what_the_place_allows():
    def extended(by, values):
        command = Command("extend", day(5), day(5), roles=frozenset({"clerk"}), amount=Amount(by, Unit.WORKING_DAY))
        return act(PROCEDURE, filed(day(4), values), command, CALENDAR)

    assert not isinstance(extended(5, ()), Refusal)
    two = ((day(1), local(3, day(1), extension=2)),)
    assert extended(3, two).code == "too_long"
    assert due_of(DECLARED, extended(2, two).case.clocks["first"], CALENDAR) == day(11)
    refused = extended(1, ((day(1), local(3, day(1))),))
    assert (refused.code, refused.basis.zh) == ("not_extendable", "示例办法第八条")


def test_what_the_law_brings_about_is_armed_under_what_holds_on_its_day():
    """One working day from Monday the 3rd lapses on the 4th; from that day on two days are given: the 6th."""
    values = ((day(3), local(1, day(3), entry=1)), (day(4), local(2, day(4), entry=2)))
    case = filed(day(3), values)
    (reminded,) = settle(PROCEDURE, case, day(4), CALENDAR, {"answer": values})
    assert reminded.on == day(4)
    assert reminded.case.clocks["second"][0].local.entry == 2
    assert due_of(DECLARED, reminded.case.clocks["second"], CALENDAR) == day(6)
    (undecided,) = settle(PROCEDURE, case, day(4), CALENDAR)
    assert undecided.case.clocks["second"][0].local is None


def revalued(case, value):
    on = day(6)
    values = {"limits": {"first": dump_local(value) if value else None}, "text": "过渡条款"}
    return perform_verb(PROCEDURE, case, Command(Verb.REVALUE, on, on, values=values))


def test_counted_anew_only_when_somebody_decides_so():
    case = filed(day(4))
    anew = revalued(case, local(3, day(5))).case
    assert due_of(DECLARED, anew.clocks["first"], CALENDAR) == day(7)
    receipt = read(DECLARED, anew.clocks["first"], CALENDAR)
    assert receipt.steps[0].zh == "2025-03-06：决定按改变后的本地规定重新推算"
    assert receipt.limit.basis.cited.zh == "示例办法第八条"
    back = revalued(anew, None).case
    assert due_of(DECLARED, back.clocks["first"], CALENDAR) == day(11)
    assert (back.last_on, back.sequence) == (day(4), 3)
    assert due_of(DECLARED, case.clocks["first"], CALENDAR) == day(11), "the value of before is not touched"


def test_only_running_limits_of_the_place_are_counted_anew():
    case = filed(day(4))
    for limits in ({"second": None}, {"nothing": None}, {"first": "示例"}, "示例", [1], {"first": [1, 2]}):
        command = Command(Verb.REVALUE, day(6), day(6), values={"limits": limits, "text": "示例"})
        assert isinstance(perform_verb(PROCEDURE, case, command), Refusal), limits


VALUES = st.lists(
    st.tuples(
        st.integers(0, 60),
        st.none() | st.tuples(st.integers(1, 40), st.sampled_from([Unit.WORKING_DAY, Unit.CALENDAR_DAY, Unit.MONTH])),
    ),
    max_size=6,
)  # fmt: skip


def decided(drawn):
    """Drawn (offset, value) as dated values in the order of their days, each with an entry of its own."""
    first = date(2025, 1, 1)
    ordered = sorted(enumerate(drawn, 1), key=lambda item: (item[1][0], item[0]))
    return tuple(
        (first + timedelta(offset), value and local(value[0], first + timedelta(offset), value[1], entry=entry))
        for entry, (offset, value) in ordered
    )


@settings(deadline=None)
@given(VALUES, VALUES, st.integers(0, 60))
def test_clock_runs_for_ever_under_what_held_on_its_day(earlier, later, offset):
    """Whatever is decided for later days, and however the case is stored, the receipt of a clock stays the same."""
    on = date(2025, 1, 1) + timedelta(offset)
    values = decided(earlier)
    case = filed(on, values)
    held = [value for since, value in values if since <= on]
    wanted = held[-1] if held else None
    assert local_on({"answer": values}, "answer", on) == wanted
    assert case.clocks["first"][0].local == wanted
    more = decided([(offset + 1 + extra, value) for extra, value in later])
    assert filed(on, (*values, *more)).clocks == case.clocks, "what holds from later days on changes nothing"
    stored = load_course(dump_course(case))["clocks"]
    assert read(DECLARED, stored["first"], CALENDAR) == read(DECLARED, case.clocks["first"], CALENDAR)
    limit = DECLARED.as_set(wanted)
    assert (limit.value, limit.unit) == ((wanted.amount.value, wanted.amount.unit) if wanted else (5, Unit.WORKING_DAY))
    plain = read(limit, (ClockEvent(ClockEventKind.ARMED, on, local=wanted),), CALENDAR)
    assert plain.due == read(DECLARED, stored["first"], CALENDAR).due


@pytest.mark.parametrize("value", [local(3, day(5)), local(3, day(5), Unit.CALENDAR_DAY, extension=7)])
def test_value_survives_being_stored(value):
    case = revalued(filed(day(4), ((day(1), value),)), value).case
    assert load_course(dump_course(case))["clocks"] == dict(case.clocks)
