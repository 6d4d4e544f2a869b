"""Who may take which step in which state: for every procedure, state, role and action the kernel allows and refuses
exactly what its file says, and what is printed for lawyers says the same.

What is right is read from the YAML itself, not from the classes the kernel reads.
"""

from datetime import date, timedelta

import pytest

from zhunsheng.catalogue.course import OPENING, permissions_of, steps_of
from zhunsheng.catalogue.loading import systems
from zhunsheng.catalogue.versions import written
from zhunsheng.kernel.case_state import CaseState
from zhunsheng.kernel.checking import check
from zhunsheng.kernel.transition import Command
from zhunsheng.law.working_days import packaged_calendar

THE_LAW = "the_law"
OTHER_PARTS = {None, "gate"}
"""What may come back once state and role are right: nothing, or a gate, which is another part of the declaration."""

VERSIONS = [
    pytest.param(system, version, compiled, id=f"{system.slug} {version}")
    for system in systems().values()
    for version, compiled in system.compiled.items()
]


def names(value):
    return [value] if isinstance(value, str) else list(value or ())


def filled_for(condition):
    """Values under which a written condition holds."""
    values = {}
    for field, wanted in (condition or {}).items():
        if holds_when_empty(wanted):
            continue
        bound = wanted.get("ge", wanted.get("le", "filled in")) if isinstance(wanted, dict) else wanted
        values[field] = bound[0] if isinstance(bound, list) else bound
    return values


def holds_when_empty(wanted):
    """An empty field is neither present nor any of the values it must not be."""
    return isinstance(wanted, dict) and (wanted.get("present") is False or "not" in wanted)


def code_of(compiled, state, action, roles, values, on):
    command = Command(action, on, on, roles=frozenset(roles), officer="somebody")
    case = None
    if state != OPENING:
        fields = {name: value for name, value in values.items() if name != "outcome"}
        case = CaseState(compiled.slug, compiled.version, state, on, on, "1", fields, values.get("outcome"))
    refusal = check(compiled, case, command, packaged_calendar())
    return refusal.code if refusal else None


@pytest.mark.parametrize(("system", "version", "compiled"), VERSIONS)
def test_the_kernel_allows_exactly_what_is_declared(system, version, compiled):
    said = written(system.folder / f"procedure-{version}.yaml")
    final = {state for state, declared in said["states"].items() if declared.get("final")}
    on = version + timedelta(days=1)
    printed = permissions_of(compiled)
    asked = 0
    for name, action in said["actions"].items():
        declared = names(action.get("from"))
        before = set(said["states"]) - final if declared == ["*"] else set(declared)
        by = set(names(action["by"]))
        values = filled_for(action.get("when"))
        for state in [OPENING, *said["states"]]:
            is_place = bool(action.get("start")) if state == OPENING else state in before
            for roles in [(), *((role,) for role in [*said["roles"], THE_LAW])]:
                code = code_of(compiled, state, name, roles, values, on)
                where = (name, state, roles, code)
                if not is_place:
                    wrong_place = (
                        "not_started" if state == OPENING else "already_started" if action.get("start") else "state"
                    )
                    assert code == wrong_place, where
                elif not by.intersection(roles):
                    assert code == ("by_law" if by == {THE_LAW} else "role"), where
                else:
                    assert code in OTHER_PARTS, where
                assert (code in OTHER_PARTS) == bool(set(roles) & set(printed[name].get(state, ()))), where
                asked += 1
    assert asked == len(said["actions"]) * (len(said["states"]) + 1) * (len(said["roles"]) + 2)


@pytest.mark.parametrize(("system", "version", "compiled"), VERSIONS)
def test_a_step_whose_condition_does_not_hold_is_refused_for_that(system, version, compiled):
    said = written(system.folder / f"procedure-{version}.yaml")
    on = version + timedelta(days=1)
    for name, action in said["actions"].items():
        needs_a_value = not all(holds_when_empty(wanted) for wanted in (action.get("when") or {}).values())
        if needs_a_value and not action.get("start"):
            state = min(compiled.before[name])
            assert code_of(compiled, state, name, names(action["by"]), {}, on) == "condition", name


def test_steps_come_in_the_order_of_the_course():
    """Reconsideration of 2024: received, accepted, decided, served; a list of six steps read off the law by hand."""
    compiled = systems()["administrative_reconsideration"].compiled[date(2024, 1, 1)]
    order = steps_of(compiled)
    wanted = ["file", "accept", "assign_officers", "suspend", "decide", "archive"]
    assert [name for name in order if name in wanted] == wanted
    assert sorted(order) == sorted(compiled.procedure.actions)
