"""Who sees what beyond the walk of all routes: cases that were asked of somebody, masked parties, duties that have ended."""

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from tests.desk.county import SYSTEM, days_ago
from tests.orgs.duties import only_in
from zhunsheng.cases.actions import perform
from zhunsheng.cases.models import CaseLink
from zhunsheng.desk.background import hand_in
from zhunsheng.desk.models import Job
from zhunsheng.orgs.models import Duty
from zhunsheng.papers.models import Paper
from zhunsheng.security.models import AuditEntry

RECONSIDERATION = "administrative_reconsideration"


@pytest.fixture
def case(county):
    return county.accepted()


def test_others_see_it_in_no_list_search_count_or_workbook(case, colleague):
    listed = colleague.get(reverse("desk:cases", args=[SYSTEM]), {"q": "道路"})
    assert listed.context["total"] == listed.context["count"] == 0
    assert case.number not in listed.content.decode()
    assert colleague.get("/").context["counts"]["open"] == 0
    assert colleague.get(reverse("desk:cases", args=[SYSTEM])).context["menu"] is not None


def test_somebody_without_duties_is_told_so(stranger):
    response = stranger.get("/")
    assert "您还没有任职" in response.content.decode()
    assert stranger.get(f"/cases/{SYSTEM}/").status_code == 404
    assert stranger.get("/figures/").status_code == 404


def ask_housing(case, county):
    perform(case.pk, "office.assign", on=days_ago(0), officer=county.owner,
            values={"to": str(county.housing.pk), "text": "请提出意见"})  # fmt: skip


def answer(client, case, verb, text):
    address = reverse("desk:act", args=[case.pk, verb])
    return client.post(address, {"on": days_ago(0), "request": 1, "value_text": text})


def test_an_assignment_opens_the_case_and_who_answers_it_finds_it_again(case, county, colleague):
    ask_housing(case, county)
    address = reverse("desk:case", args=[case.pk])
    page = colleague.get(address)
    assert page.context["possible"] == []
    assert [verb for verb, _ in page.context["verbs"]] == ["office.reply", "office.send_back"]
    form = colleague.get(reverse("desk:act", args=[case.pk, "office.reply"])).context["form"]
    assert form["request"].value() == 1, "what is to be answered is chosen already"
    assert answer(colleague, case, "office.reply", "没有意见").url == address
    page = colleague.get(address)
    assert (page.context["possible"], page.context["verbs"]) == ([], [])
    assert "没有意见" in page.content.decode()
    done = colleague.get("/", {"show": "answered"})
    assert [row.case.pk for row, _marks in done.context["rows"]] == [case.pk]
    assert done.context["total"] == 1
    assert colleague.get("/").context["counts"]["open"] == 0
    assert colleague.get(reverse("desk:cases", args=[SYSTEM])).context["total"] == 0


def test_what_was_sent_back_is_seen_no_more(case, county, colleague):
    ask_housing(case, county)
    assert answer(colleague, case, "office.send_back", "不是我局职责").url == reverse("desk:to-do")
    assert colleague.get(reverse("desk:case", args=[case.pk])).status_code == 404
    assert colleague.get("/", {"show": "answered"}).context["total"] == 0


def test_who_has_answered_is_shown_nobody_in_full(county, colleague):
    """While he was asked he was; looking it up needs it no more, nor may he take a step."""
    case = county.dispute()
    ask_housing(case, county)
    address, shown = reverse("desk:case", args=[case.pk]), reverse("desk:reveal", args=[case.pk, "applicant"])
    assert "13800001234" in colleague.post(shown).content.decode()
    answer(colleague, case, "office.reply", "没有意见")
    page = colleague.get(address, {"tab": "parties"}).content.decode()
    assert "138****1234" in page
    assert "示例丁" not in page
    assert colleague.post(shown).status_code == 404
    assert answer(colleague, case, "office.assign", "请办理").status_code == 404


def test_nobody_takes_back_what_another_organ_asked(case, county, colleague):
    """A verb the page does not offer is refused also when its address is typed in."""
    perform(case.pk, "office.assign", on=days_ago(0), officer=county.owner,
            values={"to": str(county.housing.pk), "text": "请提出意见"})  # fmt: skip
    response = colleague.post(
        reverse("desk:act", args=[case.pk, "office.take_back"]), {"on": days_ago(0), "request": 1, "value_text": "试"}
    )
    assert response.status_code == 422
    assert case.assignments.get().state == "open"


def test_a_duty_in_one_system_opens_no_other(county, owner):
    only_in(county.owner, "people_mediation")
    case = county.review()
    assert owner.get(reverse("desk:case", args=[case.pk])).status_code == 404
    assert owner.get(f"/cases/{SYSTEM}/").status_code == 404


@pytest.fixture
def dispute(county):
    return county.dispute()


def test_parties_are_masked_until_asked_for_and_asking_is_recorded(dispute, county, owner):
    address = reverse("desk:case", args=[dispute.pk])
    masked = owner.get(address, {"tab": "parties"}).content.decode()
    assert "13800001234" not in masked
    assert "138****1234" in masked
    for page in (
        address,
        "/",
        "/cases/administrative_reconsideration/",
        "/figure/administrative_reconsideration.received/records/",
    ):
        text = owner.get(page).content.decode()
        assert "13800001234" not in text
        assert "示例丁" not in text, page
    shown = owner.post(reverse("desk:reveal", args=[dispute.pk, "applicant"])).content.decode()
    assert "13800001234" in shown
    entry = AuditEntry.objects.get(action="case.reveal")
    assert (entry.subject, entry.officer, entry.detail) == (f"case:{dispute.pk}", county.owner, {"field": "applicant"})


def test_asking_by_get_shows_nothing(dispute, owner):
    assert owner.get(reverse("desk:reveal", args=[dispute.pk, "applicant"])).status_code == 405


def test_a_paper_opens_only_through_its_own_case(county, owner, colleague):
    case = county.review()
    perform(case.pk, "return_unreviewed", on=case.opened_on, values={"return_reason": "材料不齐"})
    other = county.review()
    paper = Paper.objects.get(case_id=case.pk)
    assert owner.get(reverse("desk:paper", args=[case.pk, paper.pk])).status_code == 200
    assert owner.get(reverse("desk:paper", args=[other.pk, paper.pk])).status_code == 404
    assert colleague.get(reverse("desk:paper", args=[case.pk, paper.pk])).status_code == 404
    document = owner.get(reverse("desk:paper-document", args=[case.pk, paper.pk]))
    assert b"".join(document.streaming_content)[:2] == b"PK"


def test_records_behind_a_figure_name_only_visible_cases(case, county, owner, colleague):
    address = reverse("desk:records", args=[f"{SYSTEM}.received"])
    assert case.number in owner.get(address).content.decode()
    seen = colleague.get(address)
    assert case.number not in seen.content.decode()
    assert seen.context["page"].paginator.count == 1


def test_figures_of_a_region_out_of_reach_do_not_exist(county, owner):
    assert owner.get("/figures/", {"region": county.region.pk}).status_code == 200
    assert owner.get("/figures/", {"region": "110000"}).status_code == 404
    assert owner.get("/reports/110000/2024/").status_code == 404


def test_a_file_made_in_the_background_is_given_out_only_while_the_duty_lasts(county, owner):
    job = hand_in("export", county.owner, SYSTEM, 1)
    Job.objects.filter(pk=job.pk).update(state="done", file=b"rows", file_name="rows.csv", finished_at=timezone.now())
    address = reverse("desk:job-file", args=[job.pk])
    assert b"".join(owner.get(address).streaming_content) == b"rows"
    Duty.objects.create(officer=county.owner, organ=county.housing)
    assert owner.get(address).status_code == 200, "another duty takes nothing away"
    Duty.objects.filter(officer=county.owner, organ=county.justice).update(valid_to=days_ago(0))
    assert owner.get(address).status_code == 404
    assert owner.get(reverse("desk:job", args=[job.pk])).status_code == 404
    assert owner.get("/jobs/").context["lines"] == []


def test_who_is_only_asked_for_something_links_no_cases(case, county, colleague):
    """A linked case may serve a gate; that is for those who work on the case."""
    perform(case.pk, "office.assign", on=days_ago(0), officer=county.owner,
            values={"to": str(county.housing.pk), "text": "请提出意见"})  # fmt: skip
    own = county.accepted(organ=county.housing)
    page = colleague.get(reverse("desk:case", args=[case.pk]), {"tab": "links"})
    assert page.context["may_link"] is False
    colleague.post(reverse("desk:link", args=[case.pk]), {"number": own.number})
    assert not CaseLink.objects.exists()


def test_a_null_character_is_refused_and_breaks_nothing(owner):
    """SQLite keeps it, PostgreSQL does not; nobody means it."""
    assert owner.get(f"/cases/{SYSTEM}/?q=%00").status_code == 400
    assert owner.get("/help/%00/").status_code == 400
    saved = owner.post(f"/cases/{SYSTEM}/views/", {"name": "试\x00", "query": "state=x"})
    assert saved.status_code == (400 if connection.vendor == "postgresql" else 302)
