"""The database of the run is the one asked for and keeps the promises that the rooms rest on."""

import pytest
from django.db import IntegrityError, connection, transaction

from zhunsheng.bulk import filling
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


@pytest.mark.django_db(transaction=True)
def test_a_place_that_is_filled_is_there_whole_or_not_at_all_and_goes_on_in_the_usual_way() -> None:
    with pytest.raises(IntegrityError), filling():
        _keep_twice("419903")
    with filling(), transaction.atomic():
        assert _asked("journal_mode") in ("delete", "")
        _keep("419904")
    assert [region.code for region in Region.objects.filter(code__in=("419903", "419904"))] == ["419904"]
    assert _asked("journal_mode") in ("wal", "")
    assert _asked("cache_size") in (-20_000, "")


def _asked(pragma: str) -> object:
    """What SQLite answers; nothing on PostgreSQL."""
    if connection.vendor != "sqlite":
        return ""
    with connection.cursor() as cursor:
        return cursor.execute(f"PRAGMA {pragma}").fetchone()[0]
