"""Every declared system: its declarations hold, lint finds nothing, and each worked example comes out as written."""

import json

import pytest
from click.testing import CliRunner

from zhunsheng.catalogue.inventory import coverage, rows
from zhunsheng.catalogue.limits_used import limit_uses, reasons_unused
from zhunsheng.catalogue.lint import lint
from zhunsheng.catalogue.loading import systems
from zhunsheng.catalogue.scenarios import read_scenarios, run_scenario
from zhunsheng.cli import main
from zhunsheng.law.statutes import counting_articles, limits
from zhunsheng.law.working_days import packaged_calendar

EXAMPLES = [
    pytest.param(system, declared, scenario, id=f"{system.slug}: {scenario.it}")
    for system in systems().values()
    if (declared := read_scenarios(system)) is not None
    for scenario in declared.scenarios
]


@pytest.mark.parametrize(("system", "declared", "scenario"), EXAMPLES)
def test_worked_example(system, declared, scenario):
    assert run_scenario(system, declared, scenario, packaged_calendar()) == []


@pytest.mark.parametrize("system", systems().values(), ids=lambda system: system.slug)
def test_lint_finds_nothing(system):
    assert lint(system, systems()) == []


def test_inventory_has_every_row_once():
    slugs = [row.slug for row in rows()]
    assert len(slugs) == len(set(slugs)) == 212
    assert sum(row.parent is None for row in rows()) == 105
    assert all(row.parent in slugs for row in rows() if row.parent)


def test_coverage_counts_what_is_declared():
    covered = {line.row.slug for line in coverage() if line.is_covered}
    outside = set(systems()) - covered
    readmes = [
        (system.folder / "README.md").read_text(encoding="utf-8")
        for slug, system in systems().items()
        if slug in covered
    ]
    # A list that only serves a system of the inventory (its question bank) is named in that system's README.
    assert [slug for slug in sorted(outside) if not any(f"`{slug}`" in readme for readme in readmes)] == []


def test_a_limit_is_used_where_a_procedure_runs_under_it_and_shown_where_an_example_says_its_end():
    found = {line.limit.id: line for line in limit_uses()}
    assert found["fy_accept_review_5d"].systems == ("administrative_reconsideration",)
    assert found["fy_accept_review_5d"].shown
    assert not any(line.shown for line in found.values() if not line.systems)
    assert all(line.limit.verified and line.limit.scope == "national" for line in found.values())


def test_nearly_every_number_of_the_law_is_used_and_shown_and_the_rest_says_why():
    found = limit_uses()
    assert sum(line.shown for line in found) / len(found) >= 0.95
    assert [line.limit.id for line in found if not line.systems and line.reason is None] == []
    assert set(reasons_unused()) == {line.limit.id for line in found if not line.systems}


def test_a_rule_of_counting_is_used_where_a_limit_is_counted_by_it():
    assert counting_articles(limits()["fy_accept_review_5d"]) == [
        ("holidays_regulation", "2"),
        ("civil_procedure_law", "85"),
    ]
    assert counting_articles(limits()["pc_decide_2m"]) == [
        ("holidays_regulation", "2"),
        ("civil_code", "201"),
        ("civil_code", "202"),
        ("civil_code", "203"),
    ]
    assert counting_articles(limits()["yj_accident_gov_2h"]) == []


def test_coverage_as_json_counts_the_same_rows():
    told = json.loads(CliRunner().invoke(main, ["catalogue", "coverage", "--json"]).stdout)
    held = sum(line.is_covered for line in coverage())
    assert (told["rows"], told["held"], len(told["missing"])) == (212, held, 212 - held)
    assert sum(group["rows"] for group in told["by_group"].values()) == 212
