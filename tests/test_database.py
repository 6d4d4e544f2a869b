"""The database of the run is the one asked for and keeps the promises that the rooms rest on."""

import pytest
from django.contrib.sessions.models import Session
from django.db import IntegrityError, connection, transaction
from django.utils import timezone


def _keep(key: str) -> None:
    Session.objects.create(session_key=key, session_data="", expire_date=timezone.now())


@transaction.atomic
def _keep_twice(key: str) -> None:
    _keep(key)
    _keep(key)


@pytest.mark.django_db
def test_run_uses_the_database_asked_for(request: pytest.FixtureRequest) -> None:
    assert connection.vendor == request.config.getoption("database")


@pytest.mark.django_db(transaction=True)
def test_failed_transaction_leaves_nothing() -> None:
    with pytest.raises(IntegrityError):
        _keep_twice("half-written")
    assert not Session.objects.filter(session_key="half-written").exists()


@pytest.mark.django_db(transaction=True)
def test_finished_transaction_is_kept() -> None:
    with transaction.atomic():
        _keep("written")
    assert Session.objects.filter(session_key="written").exists()
