"""The course of every procedure as BPMN 2.0: valid by the schema, and the same course."""

from importlib.metadata import distribution
from pathlib import Path

import pytest
from click.testing import CliRunner
from lxml import etree

from zhunsheng.catalogue.bpmn import MODEL, to_bpmn
from zhunsheng.catalogue.loading import systems
from zhunsheng.cli import main

PROCEDURES = [
    pytest.param(compiled, id=f"{system.slug} {version}")
    for system in systems().values()
    for version, compiled in system.compiled.items()
]


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    """The schema of the Object Management Group, as the distribution of SpiffWorkflow carries it; nothing of it is run."""
    files = distribution("SpiffWorkflow").files or []
    path = next(file.locate() for file in files if file.name == "BPMN20.xsd")
    return etree.XMLSchema(etree.parse(str(path)))


@pytest.mark.parametrize("compiled", PROCEDURES)
def test_every_procedure_is_valid_and_every_step_is_there(compiled, schema):
    document = etree.fromstring(to_bpmn(compiled))
    schema.assertValid(document)
    named = {
        element.get("name") for element in document.iter(f"{{{MODEL}}}userTask", f"{{{MODEL}}}intermediateCatchEvent")
    }
    assert named == {action.zh for action in compiled.procedure.actions.values()}
    ends = {element.get("name") for element in document.iter(f"{{{MODEL}}}endEvent")}
    assert ends == {compiled.procedure.states[state].zh for state in compiled.final}
    loose = [
        element.get("id")
        for element in document.iter(
            f"{{{MODEL}}}userTask", f"{{{MODEL}}}exclusiveGateway", f"{{{MODEL}}}intermediateCatchEvent"
        )
        if element.find(f"{{{MODEL}}}incoming") is None or element.find(f"{{{MODEL}}}outgoing") is None
    ]
    assert loose == []


def test_the_law_is_a_timer_with_its_limit():
    compiled = systems()["administrative_reconsideration"].compiled
    document = etree.fromstring(to_bpmn(list(compiled.values())[-1]))
    timers = {
        event.get("name"): event.findtext(f".//{{{MODEL}}}timeDuration")
        for event in document.iter(f"{{{MODEL}}}intermediateCatchEvent")
    }
    assert "5个工作日" in (timers["视为受理"] or "")


def test_command_writes_the_version_of_a_day(tmp_path: Path):
    out = tmp_path / "course.bpmn"
    result = CliRunner().invoke(
        main, ["catalogue", "bpmn", "administrative_reconsideration", "--on", "2023-05-01", "--out", str(out)]
    )
    assert "2018-01-01 起施行的版本" in result.output
    assert etree.parse(str(out)).getroot().tag == f"{{{MODEL}}}definitions"
    assert "没有办理流程" in CliRunner().invoke(main, ["catalogue", "bpmn", "power_list", "--out", str(out)]).output
