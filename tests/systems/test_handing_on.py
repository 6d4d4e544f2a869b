"""What a system says it takes over from another arrives in the form of the new case: of every hop, with the values of the examples."""

from datetime import date

from zhunsheng.cases.matters import handed_on
from zhunsheng.cases.models import Case
from zhunsheng.catalogue.loading import system, systems
from zhunsheng.catalogue.scenarios import read_scenarios
from zhunsheng.kernel.fields import FieldError
from zhunsheng.orgs.models import Organ

DAY = date(2026, 8, 3)


def _case_of(slug):
    """A case as the sample of its system fills it in, on no database."""
    compiled = system(slug).procedure_on(DAY)
    fields = {}
    for name, value in read_scenarios(system(slug)).sample.items():
        try:
            fields[name] = compiled.all_fields[name].parse(value)
        except (KeyError, FieldError):  # of another version
            continue
    return Case(
        system=slug,
        version=compiled.version,
        fields=fields,
        number="示1号",
        title="示例",
        opened_on=DAY,
        organ=Organ(name="示例局"),
    )


def test_every_field_that_is_taken_over_arrives():
    lost, arrived = [], 0
    for slug, owner in systems().items():
        if not owner.procedures:
            continue
        compiled = owner.procedure_on(DAY)
        starts = [name for name, action in compiled.procedure.actions.items() if action.start]
        asked = {name for start in starts for name in compiled.procedure.actions[start].field_names}
        for giver, wanted in compiled.procedure.takes_over.items():
            case = _case_of(giver)
            held = {name for start in starts for name in handed_on(case, compiled, start)}
            arrived += len(held)
            for name, source in wanted.items():
                is_there = isinstance(source, dict) or source in ("number", "title", "organ") or source in case.fields
                if name not in asked or (is_there and name not in held):
                    lost.append(f"{slug} ← {giver}: {name} ← {source}")
    assert lost == []
    assert arrived > 200


def test_a_unit_that_is_named_becomes_the_party_it_is():
    case = _case_of("hotline_workorder")
    case.fields["unit"] = "示例市城市管理局"
    held = handed_on(case, system("enforcement_supervision").procedure_on(DAY), "register")
    assert held["supervised"]["name"] == "示例市城市管理局"
