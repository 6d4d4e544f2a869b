"""What goes on today in the demonstration is told whatever day it is, and leaves the figures of its year alone."""

from collections import Counter
from datetime import date

import pytest
from django.utils import timezone

from tests.portal.test_lists import text
from zhunsheng.assessment.binder import of_application
from zhunsheng.assessment.returns import RETURNS
from zhunsheng.cases.materials import path_of
from zhunsheng.cases.models import Case, CaseLink, ListEvidence
from zhunsheng.cases.replay import replay
from zhunsheng.demonstration.in_public import LIBRARY, show_the_public
from zhunsheng.demonstration.lists import makers, power_items, returns
from zhunsheng.demonstration.meetings import _executive
from zhunsheng.demonstration.places import found_city
from zhunsheng.demonstration.present import (
    _may_enforce,
    _open_services,
    _orders,
    _reconsiderations,
    _reviews,
    _tell_now,
    ago,
)
from zhunsheng.demonstration.supervising import give_list, score, supervise, tie_up
from zhunsheng.intake.offering import offers, services
from zhunsheng.ledger.models import Posting
from zhunsheng.ledger.postings import forget_accounts
from zhunsheng.orgs.access import access_of
from zhunsheng.orgs.models import Officer
from zhunsheng.registers.actions import apply_changes_in_bulk
from zhunsheng.registers.models import Entry, PublishedVersion
from zhunsheng.reports.models import ReportDraft
from zhunsheng.systems.enforcement.random_inspection import draw


@pytest.mark.django_db
def test_every_case_and_entry_of_today_is_told():
    forget_accounts()
    city = found_city()
    _tell_now(city)
    told = Case.objects.all()
    assert told.count() >= 30
    assert not told.filter(closed_on__isnull=False).exists()
    assert set(told.values_list("organ__region__code", flat=True)) == {"410400", "410421"}  # a county with towns
    assert Entry.objects.filter(register="expert_pool").count() == 2
    assert not Posting.objects.filter(on__year=2020).exists()


@pytest.mark.django_db
def test_what_is_in_hand_has_happened_by_today_and_fits_the_organ_complained_of():
    city = found_city()
    reconsiderations = _reconsiderations(city)
    for script in (*reconsiderations, *_orders(city)):
        assert all(step.on <= timezone.localdate() for step in script.steps), script
    filings = [script.steps[0].values for script in reconsiderations]
    assert {"transport", "labour"} <= {filing["area"] for filing in filings}
    complained = {filing["area"]: filing["respondent"][0]["name"] for filing in filings}
    assert complained["transport"] == "平顶山市交通运输局"


@pytest.mark.django_db
def test_every_service_is_open_and_somebody_takes_it():
    city = found_city()
    _open_services(city)
    found = {offer.slug: offer for offer in offers(timezone.localdate())}
    assert set(found) == set(services())
    assert [place.organ for place in found["hotline_workorder"].places] == [city.hotline]
    assert len(found["info_disclosure_request"].places) > 1


@pytest.mark.django_db
@pytest.mark.once
def test_a_citizens_first_look_finds_something_behind_every_door(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    forget_accounts()
    city = found_city()
    power_items(city)
    document = {"kind": "normative_document", "published_on": "2020-05-06", "status": "valid"}
    apply_changes_in_bulk(LIBRARY, [
        (city.government, "add", f"平规〔2020〕{n}号", document | {"document_title": f"示例{n}"}, date(2020, 5, 6), None)
        for n in (1, 2, 3, 9, 12)
    ])  # fmt: skip
    makers(city)
    _executive(city, Officer.objects.get(username="gongkai"))
    _may_enforce(city)
    _tell_now(city)
    show_the_public(city)

    changed, replacing = (
        Entry.objects.get(register=LIBRARY, key=key).pk for key in ("平规〔2020〕12号", "平规〔示例〕1号")
    )
    assert "演示文本" in text(f"/public/entry/{changed}/")
    assert "有 5 段不同" in text(f"/public/entry/{changed}/redline/")
    assert "免费" in text(f"/public/entry/{replacing}/redline/")
    opened, answered = (Case.objects.get(system="public_consultation", state=state) for state in ("open", "answered"))
    assert "第三条" in text(f"/public/consultations/{opened.pk}/comment/")
    said = text(f"/public/consultations/{answered.pk}/")
    assert "共收到意见 5 条" in said
    assert f'href="/public/entry/{replacing}/"' in said, "the document that came of it"
    assert f'href="/public/consultations/{answered.pk}/"' in text(f"/public/entry/{replacing}/")
    assert "/public/consultations/" not in text(f"/public/entry/{changed}/").partition("<footer")[0]
    first, second = PublishedVersion.objects.filter(register="power_list").order_by("number")
    page = text(f"/public/version/{second.pk}/", against=first.pk)
    assert "移出" in page
    drawn = Case.objects.get(system="random_inspection")
    assert "结果已公示" in text(f"/public/enforcement/draws/{drawn.pk}/")
    files = [path_of(drawn.materials.filter(file_name=name).latest("pk").digest).read_bytes() for name in draw.HEADS]
    assert all(finding.holds for finding in draw.repeat(files))
    report = ReportDraft.objects.get()
    assert "演示文本" in text(f"/public/reports/{report.pk}/")


@pytest.mark.django_db
@pytest.mark.once
def test_the_points_of_the_year_have_tasks_in_every_state_and_two_months_of_returns():
    forget_accounts()
    city, today = found_city(), timezone.localdate()
    returns(city)
    before = Posting.objects.filter(on__year=2020).count()
    supervise(city, today)
    tasks = Case.objects.filter(system="task_ledger")
    late = {"late"} if today > date(today.year, 4, 1) else set()  # nothing is due before the end of March
    states = {"assigned", "going", "submitted", "done", "cancelled"}
    assert set(tasks.values_list("state", flat=True)) == states | late
    assert Case.objects.filter(system="annual_work_plan").count() == 10
    assert tasks.filter(organ__in=city.counties).count() == len(city.counties)
    assert set(tasks.filter(organ__in=city.towns).values_list("organ", "fields__level")) == {
        (t.pk, "town") for t in city.towns
    }
    assert Entry.objects.filter(register="task_ledger").count() >= 3
    sent = list(Case.objects.filter(system=RETURNS).order_by("opened_on").values_list("opened_on", "state"))
    count = len(city.departments)
    assert len(sent) == 2 * count
    # Of the month before last one was not sent and one given back.
    assert Counter(state for _on, state in sent[:count])["drawn"] == 2
    assert {state for _on, state in sent[count:]} == {"drawn", "sent", "accepted"}
    assert Posting.objects.filter(on__year=2020).count() == before
    _tell_now(city)
    score(city, ago(20), ago(3))
    points = Case.objects.filter(system="performance_assessment", fields__indicator_code="演示-04").values("fields")
    assert [one["fields"]["score"] == one["fields"]["self_score"] for one in points] == [True, True]
    replay("legality_review", _reviews(city), officers=city.officers)
    give_list(city, today)
    given = ListEvidence.objects.get()
    assert (given.count, given.case.organ, given.organ) == (3, city.justice, city.justice)
    tie_up(today)
    assert CaseLink.objects.filter(case__system="rule_of_law_inspection").exists()
    office = access_of(Officer.objects.get(username="lingdao"), today)
    binder = of_application(Case.objects.get(system="demonstration_creation"), office, today)
    assert {proof.code: len(proof.pieces) for proof in binder.proofs}["演示-S1"] == 1
