"""The database of the run is the one asked for and keeps the promises that the rooms rest on."""

from collections.abc import Iterator
from pathlib import Path

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


@pytest.fixture
def new_place(transactional_db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A file of SQLite that nobody else has open, as a place is before it is filled."""
    assert connection.vendor == "sqlite", "only a file can be filled so: leave it out on PostgreSQL (-m database)"
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "NAME", str(tmp_path / "new.sqlite3"))
    _ask("CREATE TABLE kept (code TEXT UNIQUE, key INTEGER PRIMARY KEY AUTOINCREMENT)")
    yield
    connection.close()


@pytest.mark.once
def test_a_place_that_is_filled_is_there_whole_or_not_at_all_and_goes_on_in_the_usual_way(new_place: None) -> None:
    with pytest.raises(IntegrityError), filling(), transaction.atomic():
        _ask("INSERT INTO kept (code) VALUES ('419903'), ('419903')")
    with filling(), transaction.atomic():
        assert _ask("PRAGMA journal_mode") == "delete"
        _ask("INSERT INTO kept (code) VALUES ('419904')")
    assert _ask("SELECT group_concat(code) FROM kept") == "419904"
    assert _ask("PRAGMA journal_mode") == "wal"
    assert _ask("PRAGMA cache_size") == -20_000


def _ask(statement: str) -> object:
    with connection.cursor() as cursor:
        row = cursor.execute(statement).fetchone()
    return row[0] if row else None
