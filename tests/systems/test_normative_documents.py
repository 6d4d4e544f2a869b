"""The systems of normative documents together: the register of makers, the making, the library and the clean-up."""

from datetime import date

import pytest

from zhunsheng.cases.replay import CaseScript, ReplayRefused, StepScript, replay
from zhunsheng.kernel.case_state import Link
from zhunsheng.orgs.models import Officer, Organ, OrganKind, Region
from zhunsheng.registers.actions import apply_entry_change
from zhunsheng.registers.models import Revision

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)


@pytest.fixture
def government():
    region = Region.objects.create(code="000000", name="示例市")
    return Organ.objects.create(region=region, name="示例市人民政府", mark="示政", kind=OrganKind.GOVERNMENT)


@pytest.fixture
def officers(db):
    return [Officer.objects.create(username=f"example{number}", name=f"示例{number}").pk for number in range(5)]


def _register_maker(organ):
    values = {"kind": "government", "competence": "地方组织法", "confirmed_on": "2019-12-02"}
    apply_entry_change("normdoc_maker_registry", organ, "add", organ.name, values, date(2019, 12, 2))


def _document(organ):
    steps = [
        StepScript("propose", date(2020, 2, 3), {
            "document_title": "示例办法", "maker_kind": "government", "level": "city", "theme": "示例",
            "drafting_unit": "示例局", "purpose": "示例", "business_related": False,
        }),
        StepScript("approve_initiation", date(2020, 2, 3)),
        StepScript("announce_consultation", date(2020, 2, 4), {"consultation_channels": ["website"], "consultation_until": "2020-02-17"}),
        StepScript("close_consultation", date(2020, 2, 17), {
            "opinions_received": 3, "opinions_adopted": 1, "adoption_summary": "采纳一条",
        }),
        StepScript("submit_legality", date(2020, 2, 17), {"drafting_note": "说明"}),
        StepScript("submit_deliberation", date(2020, 3, 16)),
        StepScript("deliberate", date(2020, 3, 17), {"meeting_name": "常务会议", "meeting_on": "2020-03-17"}),
        StepScript("sign", date(2020, 3, 18)),
        StepScript("register", date(2020, 3, 19), {"registration_number": "示规〔2020〕1号"}),
        StepScript("publish", date(2020, 3, 20), {
            "published_on": "2020-03-20", "effective_on": "2020-05-01", "valid_until": "2022-04-30",
            "publication_channels": ["website"],
        }, "issued"),
        StepScript("file_upward", date(2020, 3, 30), {"filed_with": "upper_government"}),
    ]  # fmt: skip
    return CaseScript(organ, steps, links=(Link("legality_review", "1", "lawful", True),))


def _status_on(number, day):
    rows = Revision.objects.filter(entry__register="normdoc_public_library", entry__key=number, known_to=None)
    return [row.values["status"] for row in rows if row.valid_from <= day and (not row.valid_to or day < row.valid_to)]


def test_only_a_registered_maker_brings_a_document_into_the_library(government, officers):
    with pytest.raises(ReplayRefused, match="制定主体清单"):
        replay("normative_document", [_document(government)], officers=officers, today=TODAY)
    _register_maker(government)
    replay("normative_document", [_document(government)], officers=officers, today=TODAY)
    assert _status_on("示规〔2020〕1号", date(2020, 3, 20)) == ["valid"]


def test_the_clean_up_changes_the_status_in_the_library(government, officers):
    steps = [
        StepScript("enter", date(2020, 5, 6), {
            "campaign": "2020年清理", "campaign_kind": "regular", "document_title": "旧办法",
            "document_number": "示政〔2012〕8号", "kind": "normative_document", "implementing_unit": "示例局",
            "maker": "示例市人民政府", "published_on": "2012-03-05",
        }),
        StepScript("propose", date(2020, 5, 11), {"proposed_conclusion": "repealed", "proposed_reason": "依据缺失"}),
        StepScript("check_legality", date(2020, 5, 18), {"legality_note": "同意"}),
        StepScript("decide", date(2020, 6, 30), {"decided_on": "2020-06-30"}, "repealed"),
    ]  # fmt: skip
    replay("normdoc_cleanup", [CaseScript(government, steps)], officers=officers, today=TODAY)
    assert _status_on("示政〔2012〕8号", date(2020, 6, 29)) == ["valid"]
    assert _status_on("示政〔2012〕8号", date(2020, 6, 30)) == ["repealed"]
