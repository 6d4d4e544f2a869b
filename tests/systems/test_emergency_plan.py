"""The library of emergency plans says of each plan when it was filed and by when it is reviewed next, without anybody typing it."""

from datetime import date

import pytest

from tests.cases.place import live, make_place
from zhunsheng.cases.actions import perform
from zhunsheng.cases.replay import CaseScript, StepScript, replay
from zhunsheng.catalogue.loading import system
from zhunsheng.catalogue.scenarios import read_scenarios
from zhunsheng.registers.models import Revision

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
COURSE = (
    (date(2025, 1, 6), "draft"), (date(2025, 1, 8), "consult"), (date(2025, 1, 9), "review"), (date(2025, 1, 10), "approve"),
    (date(2025, 1, 13), "issue"), (date(2025, 2, 10), "file"), (date(2026, 3, 2), "evaluate"),
)  # fmt: skip


def _steps():
    owner = system("emergency_plan")
    sample = read_scenarios(owner).sample
    actions = owner.procedure_on(COURSE[0][0]).procedure.actions
    return [
        StepScript(name, on, {field: sample[field] for field in actions[name].required_fields}) for on, name in COURSE
    ]


def _said_on(day):
    rows = Revision.objects.filter(entry__register="emergency_plan", known_to=None, valid_from__lte=day)
    values = rows.order_by("valid_from").last().values
    return [values.get(name) for name in ("filed_on", "filed_with", "next_review")]


@pytest.mark.parametrize("way", ["live", "told"])
def test_filing_and_the_next_review_stand_in_the_library_from_their_day(way):
    place = make_place()
    if way == "live":
        live("emergency_plan", place.government, _steps(), today=TODAY)
    else:
        replay("emergency_plan", [CaseScript(place.government, _steps())], today=TODAY)
    assert _said_on(date(2025, 1, 13)) == [None, None, "2028-01-13"]
    assert _said_on(date(2025, 2, 10)) == ["2025-02-10", "示例市人民政府", "2028-01-13"]
    assert _said_on(date(2026, 3, 2)) == ["2025-02-10", "示例市人民政府", "2029-03-02"]


def test_a_revision_counts_the_cycle_anew():
    place = make_place()
    case = live("emergency_plan", place.government, _steps(), today=TODAY)
    values = {
        "opinions_sought": "示例局",
        "opinions_answer": "采纳",
        "review_opinion": "合法",
        "response_levels": "四级",
        "document_number": "示政办发〔2026〕3号",
    }
    for on, name in (
        (date(2026, 4, 1), "revise"),
        (date(2026, 4, 2), "consult"),
        (date(2026, 4, 3), "review"),
        (date(2026, 4, 7), "approve"),
        (date(2026, 4, 8), "issue_again"),
    ):
        asked = system("emergency_plan").procedure_on(on).procedure.actions[name].required_fields
        perform(
            case.pk,
            name,
            on=on,
            values={"revision_reason": "law"} if name == "revise" else {n: values[n] for n in asked},
            today=TODAY,
        )
    assert _said_on(date(2026, 4, 8))[2] == "2029-04-09"  # the eighth is a Sunday
