"""Making many cases of few (成倍): every row of the cases that are there, copied by INSERT … SELECT with shifted keys.

The kernel has decided every one of the originals, so the copies keep their days, clocks, due dates and postings and
`zhunsheng cases verify` finds no difference in them; keys and numbers of cases alone are their own. Works on an idle
database of its own only: foreign keys are not checked meanwhile.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.color import no_style
from django.db import connection, models
from django.db.models import Max

from zhunsheng.cases import tallying
from zhunsheng.cases.models import Assignment, Case, CaseParty, ClockEntry, Deadline, Event, Tally, Urging
from zhunsheng.ledger.balances import fold
from zhunsheng.ledger.models import Posting
from zhunsheng.papers.models import NumberSeries, Paper
from zhunsheng.search import indexing
from zhunsheng.search.models import Edition, Text
from zhunsheng.search.proving import digest
from zhunsheng.search.wording import folded
from zhunsheng.security.models import AuditEntry

AT_ONCE = 20_000
"""Cases copied by one statement."""
OF_CASES = (Event, ClockEntry, Deadline, CaseParty, Assignment, Urging, Paper)
"""What belongs to a case by its column ``case_id``."""


def numbers(first: int, last: int) -> str:
    """A sub-select of the whole numbers from ``first`` to ``last``, as ``n``."""
    if connection.vendor == "postgresql":
        return f"(SELECT n FROM generate_series({first}, {last}) AS n) numbers"  # noqa: S608 - numbers of our own
    return (
        f"(WITH RECURSIVE counting(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM counting WHERE n < {last}) "  # noqa: S608
        "SELECT n FROM counting) numbers"
    )


def multiply(wanted: int) -> int:
    """Copy the cases until there are about ``wanted``; gives how many there are. Copies follow each other by the day
    they began, as they would have been entered."""
    tallying.fold()
    originals = list(Case.objects.order_by("opened_on", "pk").values_list("pk", "number"))
    copies = wanted // len(originals) - 1
    if copies < 1:
        return len(originals)
    top = Case.objects.aggregate(top=Max("pk"))["top"]
    key = f"{top} + o.place * {copies} + n"
    with _unchecked():
        _note(originals)
        at_once = max(1, AT_ONCE // copies)
        for place in range(0, len(originals), at_once):
            span = f"o.place BETWEEN {place} AND {place + at_once - 1}"
            number = "o.before || CAST(o.serial + n * o.step AS TEXT) || o.after"
            title = f"CASE WHEN x.title = x.number THEN {number} ELSE x.title END"
            _copy(Case, "o.case_id = x.id", span, copies, {"id": key, "number": number, "title": title})
            for model in OF_CASES:
                _copy(model, "o.case_id = x.case_id", span, copies, {"case_id": key})
            _copy(Posting, "x.source = 'case' AND x.source_id = o.case_id", span, copies, {"source_id": key})
            said = "replace(x.text, o.folded || CAST(o.serial AS TEXT) || ' ', o.folded || CAST(o.serial + n * o.step AS TEXT) || ' ')"
            found = "x.kind IN ('case', 'paper') AND x.record = o.case_id"
            _copy(Text, found, span, copies, {"record": key, "text": said, "indexed": "x.indexed AND FALSE"})
            _copy(AuditEntry, "x.subject = o.subject", span, copies, {"subject": f"'case:' || CAST({key} AS TEXT)"})
        Tally.objects.update(cases=models.F("cases") * (copies + 1))
        NumberSeries.objects.update(last=models.F("last") * (copies + 1))
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE original")
            for statement in connection.ops.sequence_reset_sql(no_style(), [Case]):
                cursor.execute(statement)
    fold()
    _take_in()
    _settle_down()
    return len(originals) * (copies + 1)


def _note(originals: list[tuple[int, str]]) -> None:
    """A table of the originals in their order, with their numbers taken apart."""
    parted = [re.fullmatch(r"(.*?)(\d+)(\D*)", number) for _pk, number in originals]
    steps: dict[tuple[str, str], int] = {}
    for found in parted:
        series = found[1], found[3]
        steps[series] = max(steps.get(series, 0), int(found[2]))
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE original (case_id BIGINT PRIMARY KEY, place INTEGER, subject VARCHAR(80), before TEXT, "
            "serial INTEGER, after TEXT, step INTEGER, folded TEXT)"
        )
        cursor.execute("CREATE INDEX original_place ON original (place)")
        cursor.executemany(
            "INSERT INTO original VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            [
                (
                    pk,
                    place,
                    f"case:{pk}",
                    found[1],
                    int(found[2]),
                    found[3],
                    steps[found[1], found[3]],
                    folded(found[1]),
                )
                for place, ((pk, _number), found) in enumerate(zip(originals, parted, strict=True))
            ],
        )
        cursor.execute("ANALYZE original")


def _copy(model: type[models.Model], joined: str, span: str, copies: int, changed: dict[str, str]) -> None:
    quote = connection.ops.quote_name
    columns = [f.column for f in model._meta.concrete_fields if not f.primary_key or f.column in changed]
    values = [changed.get(column, f"x.{quote(column)}") for column in columns]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(map(quote, columns))}) "  # noqa: S608 - our own names
            f"SELECT {', '.join(values)} FROM original o JOIN {quote(model._meta.db_table)} x ON {joined}, "
            f"{numbers(1, copies)} WHERE {span} ORDER BY o.place, n, x.id"
        )


@contextmanager
def _unchecked() -> Iterator[None]:
    """Without looking up foreign keys: every copy refers to what its original refers to."""
    if connection.vendor == "sqlite":
        with connection.constraint_checks_disabled():
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield
        cursor.execute("SET session_replication_role = DEFAULT")


def _take_in() -> None:
    """Take every text into the index of the search; on PostgreSQL the index is made at the end, which is far quicker."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP INDEX text_tokens")
        while indexing.take_in(10_000):
            pass
        if connection.vendor == "postgresql":
            cursor.execute("CREATE INDEX text_tokens ON search_text USING gin (tokens)")
    # They were made by the declarations of today: the worker of the site need not look at each again while it is measured.
    Edition.objects.update_or_create(pk=1, defaults={"digest": digest()})


def _settle_down() -> None:
    """What the database does by itself after a while of use."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "PRAGMA wal_checkpoint(TRUNCATE)")
