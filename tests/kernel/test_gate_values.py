"""A gate reads what a command fills in as the case would keep it: the words of a form or a workbook count as their code."""

from datetime import date

import pytest

from zhunsheng.kernel.limits import Amount, Unit
from zhunsheng.kernel.procedure import Procedure
from zhunsheng.kernel.transition import Command, CompiledProcedure, Refusal, Transition, act
from zhunsheng.kernel.words import Words
from zhunsheng.law.statutes import ad_hoc_limit
from zhunsheng.law.working_days import packaged_calendar

LABEL = {"zh": "示例", "en": "Example"}
DAY = date(2024, 3, 4)


def _procedure(**closing: object) -> Procedure:
    return Procedure.model_validate({
        "name": LABEL, "basis": "a_law", "in_force": {"from": date(2024, 1, 1)}, "number": "{year}{serial}",
        "roles": {"handler": LABEL}, "fields": {"paid": {**LABEL, "type": "boolean"}, "sum": {**LABEL, "type": "integer"}},
        "states": {"open": LABEL, "closed": {**LABEL, "final": True}},
        "actions": {
            "file": {**LABEL, "start": True, "to": "open", "by": "handler", "basis": "1"},
            "close": {**LABEL, "from": "open", "to": "closed", "by": "handler", "basis": "1", **closing},
        },
    })  # fmt: skip


def test_what_a_step_fixes_is_filled_in_whoever_takes_it():
    compiled = CompiledProcedure(
        "example", _procedure(fixed={"paid": "是"}, sets=["sum"]), {}, {}, {"a_law": Words("法", "Law")}
    )
    roles = frozenset({"handler"})
    opened = act(compiled, None, Command("file", DAY, DAY, roles=roles), packaged_calendar())
    assert isinstance(opened, Transition)
    closed = act(compiled, opened.case, Command("close", DAY, DAY, roles=roles, values={"sum": 3}), packaged_calendar())
    assert isinstance(closed, Transition)
    assert closed.sets == closed.case.fields == {"paid": True, "sum": 3}
    given = act(
        compiled,
        opened.case,
        Command("close", DAY, DAY, roles=roles, values={"sum": 3, "paid": False}),
        packaged_calendar(),
    )
    assert _code(given) == "stray_field"


def test_what_the_ledger_gives_is_filled_in_and_nobody_types_it():
    read = {"figure": "hotline_workorder.calls", "period": "sum"}
    procedure = _procedure(reads={"paid": {**read, "figure": {"field": "sum"}}}, sets=["sum"])
    compiled = CompiledProcedure("example", procedure, {}, {}, {"a_law": Words("法", "Law")})
    roles = frozenset({"handler"})
    opened = act(compiled, None, Command("file", DAY, DAY, roles=roles), packaged_calendar())
    assert isinstance(opened, Transition)
    step = Command("close", DAY, DAY, roles=roles, values={"sum": 2024})
    closed = act(compiled, opened.case, step._replace(given={"paid": True, "other": 5}), packaged_calendar())
    assert isinstance(closed, Transition)
    assert closed.sets == {"paid": True, "sum": 2024}
    assert _code(act(compiled, opened.case, step._replace(values={"sum": 1, "paid": True}), packaged_calendar())) == (
        "stray_field"
    )
    nothing = act(compiled, opened.case, step, packaged_calendar())
    assert isinstance(nothing, Transition)
    assert nothing.sets == {"sum": 2024}


@pytest.mark.parametrize(
    "closing", [{"fixed": {"paid": "是"}}, {"reads": {"paid": {"figure": "a.b", "period": "sum"}}}]
)
def test_a_record_of_what_was_filled_in_by_itself_is_walked_again(closing):
    compiled = CompiledProcedure("example", _procedure(**closing), {}, {}, {"a_law": Words("法", "Law")})
    roles = frozenset({"handler"})
    opened = act(compiled, None, Command("file", DAY, DAY, roles=roles), packaged_calendar())
    assert isinstance(opened, Transition)
    recorded = Command("close", DAY, DAY, roles=roles, values={"paid": True})
    again = act(compiled, opened.case, recorded, packaged_calendar(), retrace=True)
    assert isinstance(again, Transition)
    assert again.sets == {"paid": True}


@pytest.mark.parametrize(
    ("closing", "problem"),
    [
        ({"below": True}, "只有起始环节"),
        ({"reads": {"unpaid": {"figure": "a.b", "period": "sum"}}}, "没有声明的字段 unpaid"),
        ({"reads": {"paid": {"figure": "a.b", "period": "paid"}}}, "期间"),
        ({"reads": {"paid": {"figure": "a.b", "period": "sum"}}, "sets": ["paid"]}, "自动取数"),
        ({"fixed": {"paid": "也许"}}, "固定的"),
        ({"fixed": {"paid": None}}, "是空的"),
        ({"fixed": {"unpaid": True}}, "没有声明的字段 unpaid"),
        ({"fixed": {"paid": True}, "sets": ["paid?"]}, "既由人填写又写明"),
    ],
)
def test_what_cannot_be_fixed_does_not_load(closing, problem):
    with pytest.raises(ValueError, match=problem):
        _procedure(**closing)


def _answer(**values: object) -> Transition | Refusal:
    """What comes of opening a case and then filling in ``values`` at a gate that refuses an unpaid fee and a dispute."""
    procedure = Procedure.model_validate({
        "name": LABEL, "basis": "a_law", "in_force": {"from": date(2024, 1, 1)}, "number": "{year}{serial}",
        "roles": {"handler": LABEL},
        "fields": {
            "paid": {**LABEL, "type": "boolean"},
            "dispute": {**LABEL, "type": "choice", "of": {"none": {"zh": "没有", "en": "No"}, "court": {"zh": "诉讼", "en": "Court"}}},
        },
        "states": {"open": LABEL, "closed": {**LABEL, "final": True}},
        "actions": {
            "file": {**LABEL, "start": True, "to": "open", "by": "handler", "basis": "1"},
            "close": {**LABEL, "from": "open", "to": "closed", "by": "handler", "sets": ["paid", "dispute"], "basis": "1"},
        },
        "gates": [{**LABEL, "on": ["close"], "condition": {"paid": True, "dispute": {"not": "court"}}, "basis": "1"}],
    })  # fmt: skip
    compiled = CompiledProcedure("example", procedure, {}, {}, {"a_law": Words("法", "Law")})
    roles = frozenset({"handler"})
    opened = act(compiled, None, Command("file", DAY, DAY, roles=roles), packaged_calendar())
    assert isinstance(opened, Transition)
    return act(compiled, opened.case, Command("close", DAY, DAY, roles=roles, values=values), packaged_calendar())


def _code(answer: Transition | Refusal) -> str | None:
    return answer.code if isinstance(answer, Refusal) else None


def test_gate_opens_for_the_words_of_a_form():
    assert _code(_answer(paid="是", dispute="没有")) is None


def test_gate_stays_shut_for_the_words_it_refuses():
    assert _code(_answer(paid="是", dispute="诉讼")) == "gate"
    assert _code(_answer(paid="否", dispute="没有")) == "gate"


def test_value_that_does_not_fit_is_refused_for_itself():
    assert _code(_answer(paid="是", dispute="也许")) == "field"


@pytest.mark.parametrize(
    ("found_on", "on", "code"),
    [
        ("2024-03-14", date(2024, 4, 1), None),  # found on the tenth day, which is the last
        ("2024-03-15", date(2024, 4, 1), "gate"),
    ],
)
def test_a_gate_may_ask_that_a_day_lies_within_a_limit(found_on, on, code):
    limit = ad_hoc_limit(Amount(10, Unit.CALENDAR_DAY), "administrative_penalty_law", day=DAY)
    procedure = Procedure.model_validate({
        "name": LABEL, "basis": "a_law", "in_force": {"from": date(2024, 1, 1)}, "number": "{year}{serial}",
        "roles": {"handler": LABEL}, "fields": {"found_on": {**LABEL, "type": "date"}},
        "states": {"open": LABEL, "closed": {**LABEL, "final": True}},
        "actions": {
            "file": {**LABEL, "start": True, "to": "open", "by": "handler", "basis": "1"},
            "close": {**LABEL, "from": "open", "to": "closed", "by": "handler", "sets": ["found_on"], "basis": "1"},
        },
        "deadlines": {"bar": {**LABEL, "limit": "ten_days", "from": "file", "basis": "1"}},
        "gates": [{**LABEL, "on": ["close"], "within": {"deadline": "bar", "day": "found_on"}, "basis": "1"}],
    })  # fmt: skip
    compiled = CompiledProcedure("example", procedure, {"bar": limit}, {}, {"a_law": Words("法", "Law")})
    roles = frozenset({"handler"})
    opened = act(compiled, None, Command("file", DAY, DAY, roles=roles), packaged_calendar())
    assert isinstance(opened, Transition)
    command = Command("close", on, on, roles=roles, values={"found_on": found_on})
    assert _code(act(compiled, opened.case, command, packaged_calendar())) == code
