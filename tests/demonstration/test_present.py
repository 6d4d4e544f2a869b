"""What goes on today in the demonstration is told whatever day it is, and leaves the figures of its year alone."""

from datetime import date

import pytest
from django.utils import timezone

from tests.portal.test_lists import text
from zhunsheng.cases.materials import path_of
from zhunsheng.cases.models import Case
from zhunsheng.demonstration.in_public import LIBRARY, show_the_public
from zhunsheng.demonstration.lists import power_items
from zhunsheng.demonstration.places import found_city
from zhunsheng.demonstration.present import _may_enforce, _open_services, _tell_now
from zhunsheng.intake.offering import offers, services
from zhunsheng.ledger.models import Posting
from zhunsheng.ledger.postings import forget_accounts
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
    assert set(told.values_list("organ__region__code", flat=True)) == {"410400"}
    assert Entry.objects.filter(register="expert_pool").count() == 2
    assert not Posting.objects.filter(on__year=2020).exists()


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
    assert "共收到意见 5 条" in text(f"/public/consultations/{answered.pk}/")
    first, second = PublishedVersion.objects.filter(register="power_list").order_by("number")
    page = text(f"/public/version/{second.pk}/", against=first.pk)
    assert "移出" in page
    drawn = Case.objects.get(system="random_inspection")
    assert "结果已公示" in text(f"/public/enforcement/draws/{drawn.pk}/")
    files = [path_of(drawn.materials.filter(file_name=name).latest("pk").digest).read_bytes() for name in draw.HEADS]
    assert all(finding.holds for finding in draw.repeat(files))
    report = ReportDraft.objects.get()
    assert "演示文本" in text(f"/public/reports/{report.pk}/")
