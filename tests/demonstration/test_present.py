"""What goes on today in the demonstration is told whatever day it is, and leaves the figures of its year alone."""

import pytest
from django.utils import timezone

from zhunsheng.cases.models import Case
from zhunsheng.demonstration.places import found_city
from zhunsheng.demonstration.present import _open_services, _tell_now
from zhunsheng.intake.offering import offers, services
from zhunsheng.ledger.models import Posting
from zhunsheng.ledger.postings import forget_accounts
from zhunsheng.registers.models import Entry


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
