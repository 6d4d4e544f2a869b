"""What every test needs: a data directory of its own, the database asked for, and a browser that can be found.

No test data live here; each room's tests make their own.

    pytest                                       all tests, on SQLite
    pytest --database=postgresql -m database     the tests that use the database, on PostgreSQL

How a page looks and answers to keys does not depend on the database, nor what a paper or a workbook says: such tests, marked
``once``, run on SQLite alone.

PostgreSQL is the server of ZHUNSHENG_TEST_DATABASE_URL, or one that starts for the run. A server that cannot start is
a failure, never a reason to skip.
"""

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, time, timedelta
from pathlib import Path
from time import sleep
from typing import Any
from zoneinfo import ZoneInfo

import django
import pytest
from django.conf import settings

from tests import migrated, postgres
from tools import ensure_browser

DATABASE_FIXTURES = {
    "admin_client",
    "admin_user",
    "db",
    "django_db_reset_sequences",
    "django_db_serialized_rollback",
    "live_server",
    "transactional_db",
}
gc.set_threshold(50_000, 20, 50)  # as in the command: a twentieth of the run, and a seventh of collecting the tests
KEPT = {"ZHUNSHENG_CHROMIUM", "ZHUNSHENG_TEST_DATABASE_URL"}
_run = ExitStack()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=["sqlite", "postgresql"], default="sqlite", help="database of the run")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # the workers of pytest-xdist inherit what the main process prepares
        _prepare_environment(config.getoption("database"))
        _let_midnight_pass()
    django.setup()
    # A password is slow to check on purpose; hundreds of tests sign in, and none is about how it is kept.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    _note_use_of_sessions_seldom()
    _let_hypothesis_draw_without_our_constants()
    _let_tests_empty_the_database()
    _let_browsers_keep_files()


LONGEST_RUN = timedelta(minutes=12)


def _let_midnight_pass() -> None:
    """Tests count from the day on which they begin; a run during which another day begins in China would see two."""
    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    left = datetime.combine(now.date() + timedelta(days=1), time.min, now.tzinfo) - now
    if left < LONGEST_RUN:
        print(
            f"北京时间即将零点，{left.seconds + 1} 秒后开始测试。 It is nearly midnight in China: the tests begin in {left.seconds + 1} s."
        )
        sleep(left.seconds + 1)


FILLED_BY_MIGRATING = {"django_content_type", "auth_permission"}


def _let_tests_empty_the_database() -> None:
    """After a test that commits, Django empties every table and fills what migrating fills, which takes long where there are a hundred.
    Here the tables that got rows are emptied, also those whose rows the database keeps from it."""
    from django.core.management.commands import flush
    from django.db import connection, transaction

    from zhunsheng.ledger.completing import note_new_place
    from zhunsheng.security import guards

    def empty(self: flush.Command, **options: object) -> None:
        names = set(connection.introspection.django_table_names(only_existing=True)) - FILLED_BY_MIGRATING
        tables = [connection.ops.quote_name(name) for name in names]
        filled = (f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {table})" for table in tables)  # noqa: S608 - our own names
        with (
            transaction.atomic(),
            connection.cursor() as cursor,
        ):  # that rows name each other is looked at when all are gone
            guards.remove()
            cursor.execute(" UNION ALL ".join(filled))
            for (table,) in cursor.fetchall():
                cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
            if connection.vendor == "sqlite":
                cursor.execute(
                    "DELETE FROM sqlite_sequence"
                )  # keys begin with 1, as in a test before which nobody committed
        guards.install()
        note_new_place()

    flush.Command.handle = empty


def _note_use_of_sessions_seldom() -> None:
    """A test that lasts over a minute on a slow machine must not count one query more than on a quick one."""
    from zhunsheng.security import sessions

    sessions.EVERY = 3600


def _let_hypothesis_draw_without_our_constants() -> None:
    """It would look through all our files for texts and numbers to draw now and then: eight seconds for each worker in a fresh clone."""
    from hypothesis.internal.conjecture import providers

    providers._get_local_constants = lambda: providers._local_constants


def _let_browsers_keep_files() -> None:
    """The files of the site are as new as the clone they are in, and a browser asks again and again for what is new."""
    from django.contrib.staticfiles.handlers import StaticFilesHandler

    def serve(self: StaticFilesHandler, request: Any) -> Any:
        response = super(StaticFilesHandler, self).serve(request)
        response["Cache-Control"] = "max-age=3600"
        return response

    StaticFilesHandler.serve = serve


def _prepare_environment(database: str) -> None:
    for name in [name for name in os.environ if name.startswith("ZHUNSHENG_") and name not in KEPT]:
        del os.environ[name]  # an operator's settings must not reach the tests, nor the tests his data
    home = tempfile.mkdtemp(prefix="zhunsheng-tests-")
    _run.callback(shutil.rmtree, home, ignore_errors=True)
    os.environ["ZHUNSHENG_HOME"] = home
    Path(home, "static").mkdir()  # empty: only `zhunsheng serve` gathers the static files there
    os.environ["DJANGO_SETTINGS_MODULE"] = "zhunsheng.settings"
    # Playwright runs an event loop in the test's thread; Django would take its own ORM for asynchronous there.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    if database == "postgresql":
        os.environ["ZHUNSHENG_DATABASE_URL"] = os.environ.get("ZHUNSHENG_TEST_DATABASE_URL") or _started_server()
    migrated.begin(_run)


def _started_server() -> str:
    try:
        # Sweeping in the background locks a table against those who want nobody to write meanwhile; they try again later, tests do not.
        return postgres.start(_run, "autovacuum = off")
    except Exception as error:
        _run.close()
        details = "\n".join([f"{type(error).__name__}: {error}", *getattr(error, "__notes__", [])])
        raise pytest.UsageError(
            "测试用 PostgreSQL 无法启动。可用 ZHUNSHENG_TEST_DATABASE_URL 指定一个已有的服务器。\n"
            "The PostgreSQL of the tests did not start. ZHUNSHENG_TEST_DATABASE_URL may name one that runs already.\n"
            + details
        ) from error


def pytest_runtest_teardown() -> None:
    """An anchor outlives its test's rows: the next that has the chain proven would hear that it was written anew."""
    shutil.rmtree(Path(os.environ["ZHUNSHENG_HOME"], "anchors"), ignore_errors=True)


def pytest_unconfigure(config: pytest.Config) -> None:
    _run.close()


def pytest_collection_finish() -> None:
    """What was collected stays to the end; looking for waste in it again and again took a sixteenth of the run."""
    gc.collect()
    gc.freeze()


LONG = (
    "test_everybody_gets_what_is_theirs",
    "test_every_way_of_the_public",
    "test_writers_that_are_killed",
    "test_every_page_of_the_handbook",
)
"""Tests of ten seconds and more, the first of their names, beside those in a browser."""


def _is_long(item: pytest.Item) -> bool:
    return "browser" in getattr(item, "fixturenames", ()) or item.name.startswith(LONG)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        uses_database = item.get_closest_marker("django_db") or fixtures & DATABASE_FIXTURES
        if uses_database and not item.get_closest_marker("once"):
            item.add_marker("database")
    yield  # -m chooses by marker, and pytest-django puts those that commit behind all that do not
    _deal_the_long_ones(items)


def _deal_the_long_ones(items: list[pytest.Item]) -> None:
    """Long ones first: one that is left for the end keeps a processor waiting. Each worker of pytest-xdist begins with an equal run of
    the tests and takes from the others' ends when it has done; so every run begins with its share of the long ones."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    long = [item for item in items if _is_long(item)]
    rest = [item for item in items if not _is_long(item)]
    size, dealt = len(items) // workers, []
    for number in range(workers):
        own = long[number::workers]
        space = max(0, size - len(own)) if number < workers - 1 else len(rest)
        dealt += own + rest[:space]
        del rest[:space]
    items[:] = dealt


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """A copy of the migrated database for this process. A browser's last page may still hold a thread of the test's site, and that
    a connection, when the run ends; PostgreSQL drops no database to which anybody is connected."""
    from django.db import connection

    with django_db_blocker.unblock():
        before = migrated.take_copy(os.environ.get("PYTEST_XDIST_WORKER", "alone"))
    yield
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
        connection.creation.destroy_test_db(before, verbosity=0)


@pytest.fixture
def unkept(db: None) -> None:
    """For a test that tampers: without the triggers that keep rows from being edited. What it does is undone after it."""
    from zhunsheng.security import guards

    guards.remove()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    """The machine's own Chromium (tools/ensure_browser.py sees to it), shut off from everything but the test's site."""
    from playwright.sync_api import expect

    expect.set_options(timeout=30_000)  # as long as a click waits; five seconds are too few where many run
    chromium = ensure_browser.browser()
    if not chromium:
        pytest.fail("没有找到 Chromium，请先运行 make test。 No Chromium found; run make test first.")
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    quiet += ["--disable-component-update", "--disable-sync"]
    return {**browser_type_launch_args, "executable_path": chromium, "args": quiet}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, object]) -> dict[str, object]:
    return {**browser_context_args, "locale": "zh-CN"}
