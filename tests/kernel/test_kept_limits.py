"""Accounts that count only what was done in time, and limits that began and were kept before a case was opened."""

from datetime import date

from zhunsheng.kernel.case_state import CaseState
from zhunsheng.kernel.figures import Figures
from zhunsheng.kernel.limits import Limit
from zhunsheng.kernel.postings import posting_rules
from zhunsheng.kernel.procedure import Procedure
from zhunsheng.kernel.transition import Command, CompiledProcedure, Transition, act, settle
from zhunsheng.kernel.words import Words
from zhunsheng.law.statutes import limits
from zhunsheng.law.working_days import packaged_calendar

LABEL = {"zh": "示例", "en": "Example"}
ROLES = frozenset({"handler"})


def _compiled() -> CompiledProcedure:
    procedure = Procedure.model_validate({
        "name": LABEL, "basis": "a_law", "in_force": {"from": date(2024, 1, 1)}, "number": "{year}{serial}",
        "roles": {"handler": LABEL}, "fields": {"known": {**LABEL, "type": "date"}, "applied": {**LABEL, "type": "date"}},
        "states": {"open": LABEL, "closed": {**LABEL, "final": True}},
        "actions": {
            "file": {**LABEL, "start": True, "to": "open", "by": "handler", "sets": ["known", "applied?"], "basis": "1"},
            "close": {**LABEL, "from": "open", "to": "closed", "by": "handler", "basis": "1"},
            "too_late": {**LABEL, "from": "open", "by": "the_law", "basis": "1"},
        },
        "deadlines": {
            "review": {**LABEL, "limit": "fy_accept_review_5d", "from": "file", "until": "close", "basis": "1"},
            "applying": {**LABEL, "limit": "fy_apply_60d", "from": "file", "counted_from": "known", "met_on": "applied",
                         "lapse": "too_late", "basis": "1"},
        },
    })  # fmt: skip
    figures = Figures.model_validate({"accounts": {
        "closed": {**LABEL, "on": "close"}, "closed_in_time": {**LABEL, "on": "close", "in_time": "review"},
        "closed_late": {**LABEL, "on": "close", "late": "review"},
    }})  # fmt: skip
    named: dict[str, Limit] = {"review": limits()["fy_accept_review_5d"], "applying": limits()["fy_apply_60d"]}
    return CompiledProcedure(
        "example", procedure, named, posting_rules("example", figures), {"a_law": Words("法", "Law")}
    )


def _filed(compiled: CompiledProcedure, on: date, **values: str) -> CaseState:
    opened = act(compiled, None, Command("file", on, on, roles=ROLES, values=values), packaged_calendar())
    assert isinstance(opened, Transition)
    return opened.case


def _posted(compiled: CompiledProcedure, case: CaseState, on: date) -> list[str]:
    closed = act(compiled, case, Command("close", on, on, roles=ROLES), packaged_calendar())
    assert isinstance(closed, Transition)
    return sorted(posting.account for posting in closed.postings)


def test_an_account_counts_only_what_was_done_by_the_last_day():
    # Five working days after Monday 4 March 2024 end on Monday 11 March.
    compiled = _compiled()
    case = _filed(compiled, date(2024, 3, 4), known="2024-03-01")
    assert _posted(compiled, case, date(2024, 3, 11)) == ["example.closed", "example.closed_in_time"]
    assert _posted(compiled, case, date(2024, 3, 12)) == ["example.closed", "example.closed_late"]


def test_a_limit_kept_before_the_case_was_opened_is_met_as_it_begins():
    # Sixty days after 1 January 2024 end on Friday 1 March.
    compiled = _compiled()
    in_time = _filed(compiled, date(2024, 3, 4), known="2024-01-01", applied="2024-03-01")
    assert list(settle(compiled, in_time, date(2024, 3, 4), packaged_calendar())) == []
    assert [event.kind for event in in_time.clocks["applying"]] == ["armed", "met"]


def test_a_limit_missed_before_the_case_was_opened_runs_out_at_once():
    compiled = _compiled()
    late = _filed(compiled, date(2024, 3, 4), known="2024-01-01", applied="2024-03-02")
    assert [(step.on, step.action) for step in settle(compiled, late, date(2024, 3, 4), packaged_calendar())] == [
        (date(2024, 3, 4), "too_late")
    ]
    without_a_day = _filed(compiled, date(2024, 3, 4), known="2024-01-01")
    assert [event.kind for event in without_a_day.clocks["applying"]] == ["armed"]
