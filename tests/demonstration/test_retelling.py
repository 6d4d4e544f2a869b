"""Places told from files: their records add up to what the places published, and a mistake in a file is said."""

import re
from datetime import date
from decimal import Decimal

import pytest
from click.testing import CliRunner

from zhunsheng.cases.models import Case
from zhunsheng.catalogue.loading import DeclarationError
from zhunsheng.cli import main
from zhunsheng.demonstration.retelling import Stated, is_told, read_story, stories, tell_story
from zhunsheng.ledger.figures import figures
from zhunsheng.reports.published import account_of
from zhunsheng.search import proving

PUBLISHED_2023 = {
    "normdocs_legality_reviewed": 13, "normdocs_filed_upward": 13, "major_decision_catalog_items": 2,
    "legality_center_posts_added": 2, "approval_items_cut": "23.7", "application_materials_cut": "21.9",
    "approval_days_before": 80, "approval_days_after": 30, "chief_project_agents": 17, "project_agents": 25,
    "investment_projects_through_system": 48, "investment_projects_preapproved": 39,
    "investment_projects_passed_department": 3, "standard_land_plots_declared": 26, "fallback_cases_solved": 610,
    "fallback_people_helped": 1600, "fallback_cases_published": 30, "popularization_offices": 1,
    "popularization_volunteer_teams": 5, "popularization_lecturer_groups": 6, "campaign_place_kinds": 8,
    "leader_law_study.party_group_law_study_sessions": 3, "leader_law_study.exec_meeting_law_study_sessions": 4,
}  # fmt: skip
"""What 建德市 published for 2023, by code, or by account where the code is its name."""


def test_every_file_names_a_place_of_its_own_and_a_period():
    for code, path in stories().items():
        story = read_story(path)
        assert story.region.code == code
        assert story.first < story.last


@pytest.mark.django_db
def test_the_records_of_a_place_add_up_to_what_it_published():
    story = read_story(stories()["330182"])
    done = []
    tell_story(story, done.append)
    assert is_told("330182")
    wanted = {code: code if "." in code else account_of("", code) for code in PUBLISHED_2023}
    read = figures("330182", date(2023, 1, 1), date(2023, 12, 31), set(wanted.values()))
    assert {code: read[account].value for code, account in wanted.items()} == {
        code: Decimal(value) for code, value in PUBLISHED_2023.items()
    }
    assert {read[account].source for account in wanted.values()} == {"records"}
    elsewhere = [case.number for case in Case.objects.iterator() if re.search("示例[县市区]", str(case.fields))]
    assert elsewhere == []  # papers of the place speak of no example county
    assert list(proving.verify(lambda done, total: None)) == []  # nobody has to look through the texts afterwards


@pytest.mark.django_db(transaction=True)
def test_a_figure_nobody_declared_is_refused_and_nothing_is_written():
    story = read_story(stories()["410305"]).model_copy(
        update={"cases": [], "meetings": [], "stated": [Stated(account="astrology.stars", value=Decimal(1))]}
    )
    with pytest.raises(DeclarationError, match=r"astrology\.stars"):
        tell_story(story, lambda count: None)
    assert not is_told("410305")


@pytest.mark.django_db
def test_a_region_nobody_tells_of_is_refused_with_those_that_are():
    result = CliRunner().invoke(main, ["demo", "load", "--region", "999999"])
    assert result.exit_code == 2
    assert "330182" in result.output
