"""What an action that may not be taken is answered with: the check must give its refusal and never lose it."""

from datetime import date

from zhunsheng.kernel.procedure import Procedure
from zhunsheng.kernel.transition import Command, CompiledProcedure, Refusal, act, check
from zhunsheng.kernel.words import Words
from zhunsheng.law.working_days import packaged_calendar

LABEL = {"zh": "示例", "en": "Example"}
ARTICLE = "1"
DAY = date(2024, 3, 4)


def _compiled() -> CompiledProcedure:
    procedure = Procedure.model_validate({
        "name": LABEL, "basis": "a_law", "in_force": {"from": date(2024, 1, 1)}, "number": "{year}{serial}",
        "roles": {"handler": LABEL, "head": LABEL},
        "states": {"open": LABEL, "closed": {**LABEL, "final": True}},
        "actions": {
            "file": {**LABEL, "start": True, "to": "open", "by": "handler", "basis": ARTICLE},
            "hear": {**LABEL, "from": "open", "by": "handler", "basis": ARTICLE},
            "decide": {**LABEL, "from": "open", "to": "closed", "by": "head", "basis": ARTICLE},
        },
        "gates": [{**LABEL, "on": ["decide"], "needs": ["hear"], "basis": ARTICLE}],
    })  # fmt: skip
    return CompiledProcedure("example", procedure, {}, {}, {"a_law": Words("法", "Law")})


def _command(action: str, *roles: str, on: date = DAY) -> Command:
    return Command(action, on, DAY, "officer", "organ", frozenset(roles))


def test_every_reason_against_a_step_comes_back_as_a_refusal():
    compiled, calendar = _compiled(), packaged_calendar()
    opened = act(compiled, None, _command("file", "handler"), calendar).case
    attempts = {
        "gate": _command("decide", "head"),
        "role": _command("decide", "handler"),
        "future": _command("hear", "handler", on=date(2024, 3, 5)),
        "date_order": _command("hear", "handler", on=date(2024, 3, 1)),
        "already_started": _command("file", "handler"),
        "unknown_action": _command("fly", "handler"),
    }
    for code, command in attempts.items():
        assert check(compiled, opened, command, calendar).code == code
        refused = act(compiled, opened, command, calendar)
        assert isinstance(refused, Refusal)
        assert refused.code == code


def test_nothing_opens_a_case_but_its_start():
    refused = act(_compiled(), None, _command("hear", "handler"), packaged_calendar())
    assert isinstance(refused, Refusal)
    assert refused.code == "not_started"
