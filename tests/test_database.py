"""The database of the run is the one asked for and keeps the promises that the rooms rest on."""

import pytest
from django.db import IntegrityError, connection, transaction

from zhunsheng.orgs.models import Region


def _keep(code: str) -> None:
    Region.objects.create(code=code, name="示例县")


@transaction.atomic
def _keep_twice(code: str) -> None:
    _keep(code)
    _keep(code)


@pytest.mark.django_db
def test_run_uses_the_database_asked_for(request: pytest.FixtureRequest) -> None:
    assert connection.vendor == request.config.getoption("database")


@pytest.mark.django_db(transaction=True)
def test_failed_transaction_leaves_nothing() -> None:
    with pytest.raises(IntegrityError):
        _keep_twice("419901")
    assert not Region.objects.filter(code="419901").exists()


@pytest.mark.django_db(transaction=True)
def test_finished_transaction_is_kept() -> None:
    with transaction.atomic():
        _keep("419902")
    assert Region.objects.filter(code="419902").exists()
