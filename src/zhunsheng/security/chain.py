"""The chain over rows that are never edited (防篡改链): links that vouch for what was written, and for the links before them.

Writers know nothing of it. Every few seconds the worker seals what has been committed since (``seal``): the hash of every row,
the hash of those hashes, and over it the hash of the link before. A row's first eight bytes of hash are kept beside, so
that ``verifying`` can name the row. Ids given to a transaction that is still under way are gaps; PostgreSQL says which
transactions can still fill one. Only when none can is the gap closed, which is in the chain too: a row that turns up in
it later was put there. A day's end of the chain goes into a file to be kept elsewhere (``anchors``).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
import zlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, models, transaction
from django.utils import timezone

from zhunsheng.bulk import placeholders
from zhunsheng.security.guards import Guard, guards
from zhunsheng.security.keys import keys
from zhunsheng.security.models import Head, Link, Release
from zhunsheng.security.sealing import opened

AT_ONCE = 10_000
"""Rows of one table in one link."""
SETTLES = 600
"""Seconds a gap stays open at the least: PostgreSQL gives an id a moment before it counts the transaction."""
MARK = 8
"""Bytes of a row's hash that are kept to name it."""
START = "0" * 64
"""What the first link follows."""
ROWS, LATE, SETTLED = "rows", "late", "settled"
"""What a part of a link holds: rows above those sealed before, rows in a gap, gaps that stay empty."""
ALGORITHMS = ("sha256", "sm3")

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode
_encode_sorted = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode


class Row(NamedTuple):
    """A row as the chain sees it."""

    key: int
    digest: bytes


def hasher(algorithm: str) -> Any:
    """A new hash of the algorithm. SM3 comes from OpenSSL, where that was built with it."""
    return hashlib.new(algorithm)


def is_available(algorithm: str) -> bool:
    """Whether this machine has the algorithm."""
    try:
        hasher(algorithm)
    except ValueError:
        return False
    return True


def hash_of(algorithm: str, value: Any) -> str:
    """The hash of a value of lists, texts and numbers, in one spelling."""
    found = hasher(algorithm)
    found.update(_encode_sorted(value).encode())
    return str(found.hexdigest())


def text_of_link(link: Link) -> str:
    """The hash of a link: all it says, and the link before it."""
    said = [link.number, link.at.isoformat(), link.algorithm, link.columns, link.parts, link.previous]
    return hash_of(link.algorithm, said)


def read(
    guard: Guard, columns: Sequence[str], algorithm: str, where: str, parameters: Sequence[Any], limit: int = AT_ONCE
) -> list[Row]:
    """Rows of a table in the order of their keys, each with the hash of its content as text."""
    quote = connection.ops.quote_name
    said = ", ".join(f"CAST({quote(column)} AS TEXT)" for column in columns)
    key, table = quote(guard.key), quote(guard.table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {key}, {said} FROM {table} WHERE {where} ORDER BY {table}.{key} LIMIT {limit}",  # noqa: S608 - our own names
            parameters,
        )
        rows = cursor.fetchall()
    places = [columns.index(column) for column in guard.encrypted if column in columns]
    if not places:
        return [Row(row[0], _digest(algorithm, row[1:])) for row in rows]
    secret, found = keys().for_digests.secret, []
    for row in rows:
        values = list(row[1:])
        for place in places:
            values[place] = _said(values[place], secret)
        found.append(Row(row[0], _digest(algorithm, values)))
    return found


def _said(text: str | None, secret: bytes) -> str | None:
    """A keyed hash of what an encrypted column says, the same with whatever key it is encrypted. Nobody without the key can
    try numbers against it."""
    if text is None:
        return None
    value = json.loads(text)
    if "\\u0002" in text:
        try:
            value = opened(value)
        except ImproperlyConfigured:
            return f"unreadable {text}"  # was changed, or its key is lost
    return hmac.digest(secret, _encode_sorted(value).encode(), "sha256").hex()


def fingerprint() -> str:
    """By which the key of these hashes is known again."""
    return hmac.digest(keys().for_digests.secret, b"zhunsheng.chain", "sha256").hex()[:16]


def _digest(algorithm: str, values: Sequence[Any]) -> bytes:
    content = _encode(values).encode()
    return hashlib.sha256(content).digest() if algorithm == "sha256" else hashlib.new(algorithm, content).digest()


def digest_of_rows(algorithm: str, digests: Iterable[bytes]) -> str:
    """The hash over the hashes of rows."""
    found = hasher(algorithm)
    found.update(b"".join(digests))
    return str(found.hexdigest())


def pack(keys: Sequence[int]) -> bytes:
    """Keys as what each adds to the one before: a run of them takes next to nothing."""
    return zlib.compress(array("q", [b - a for a, b in zip([0, *keys], keys, strict=False)]).tobytes())


def unpack(packed: bytes) -> Iterator[int]:
    """The keys again."""
    steps = array("q")
    steps.frombytes(zlib.decompress(packed))
    key = 0
    for step in steps:
        key += step
        yield key


# --- sealing ---------------------------------------------------------------------------------------------------------


def head() -> Head:
    """How far the chain has come; a new one where there is none."""
    return Head.objects.filter(pk=1).first() or Head(pk=1, number=0, digest=START, tables={})


def seal() -> int:
    """Link every row committed since the last time; gives how many. More than one may try at once."""
    sealed = 0
    while True:
        found = _seal_some()
        if found is None:
            continue  # somebody else was quicker
        sealed += found.rows
        if not found.more:
            return sealed


class _Sealed(NamedTuple):
    rows: int
    more: bool


class _Gathered(NamedTuple):
    parts: list[list[Any]]
    keys: list[int]
    marks: list[bytes]


def _seal_some() -> _Sealed | None:
    """One link, if there is something to link. Reads and hashes without holding anything; only the link itself is written in
    a transaction."""
    now, before = int(time.time()), head()
    algorithm = settings.AUDIT_HASH
    oldest = _oldest_running()
    gathered = _Gathered([], [], [])
    tables: dict[str, Any] = {}
    columns: dict[str, list[str]] = {}
    more, counted = False, 0
    for guard in (one for one in guards() if one.chained):
        known = before.tables.get(guard.table, {"last": 0, "gaps": [], "columns": []})
        sealed = guard.sealed
        if known["columns"] != sealed:
            columns[guard.table] = sealed
        gaps, late = _look_into_gaps(guard, algorithm, known["gaps"], oldest, now, gathered)
        rows = read(guard, sealed, algorithm, f"{connection.ops.quote_name(guard.key)} > %s", [known["last"]])
        _add(gathered, guard.table, ROWS, algorithm, rows)
        gaps += _new_gaps(known["last"], [row.key for row in rows], now)
        more |= len(rows) == AT_ONCE
        counted += len(rows) + late
        tables[guard.table] = {"last": rows[-1].key if rows else known["last"], "gaps": gaps, "columns": sealed}
    newest = _newest_begun()
    for table in tables.values():
        table["gaps"] = [gap if len(gap) == 4 else [*gap, newest] for gap in table["gaps"]]
    if not gathered.parts:
        if tables != before.tables and before.number:
            Head.objects.filter(pk=1, number=before.number).update(tables=tables)
        return _Sealed(0, more=False)
    said = columns if before.number else {"*": [fingerprint()], **columns}
    link = Link(
        number=before.number + 1, at=timezone.now(), algorithm=algorithm, previous=before.digest, columns=said,
        parts=gathered.parts, keys=pack(gathered.keys), marks=b"".join(gathered.marks),
    )  # fmt: skip
    link.digest = text_of_link(link)
    return _Sealed(counted, more) if _write(before, link, tables) else None


def _write(before: Head, link: Link, tables: dict[str, Any]) -> bool:
    """Add the link unless another has been added meanwhile."""
    with transaction.atomic():
        Head.objects.get_or_create(pk=1, defaults={"number": 0, "digest": START, "tables": {}})
        if Head.objects.select_for_update().get(pk=1).number != before.number:
            return False
        link.save(force_insert=True)
        Head.objects.filter(pk=1).update(number=link.number, digest=link.digest, tables=tables)
    return True


def _add(gathered: _Gathered, table: str, kind: str, algorithm: str, rows: Sequence[Row]) -> None:
    if rows:
        content = digest_of_rows(algorithm, (row.digest for row in rows))
        gathered.parts.append([table, kind, len(rows), rows[0].key, rows[-1].key, content])
        gathered.keys.extend(row.key for row in rows)
        gathered.marks.extend(row.digest[:MARK] for row in rows)


def _new_gaps(last: int, keys: Sequence[int], now: int) -> list[list[int]]:
    """Ids below the highest one that have no row yet: [first, last, when seen]."""
    return [[a + 1, b - 1, now] for a, b in zip([last, *keys], keys, strict=False) if b > a + 1]


def _look_into_gaps(
    guard: Guard, algorithm: str, gaps: Sequence[list[int]], oldest: int, now: int, gathered: _Gathered
) -> tuple[list[list[int]], int]:
    """Seal what has come into gaps, close those that nobody can fill any more; gives those still open, and how many rows
    came. ``oldest`` was asked before the gaps are read: what is not there now never will be."""
    open_gaps: list[list[int]] = []
    closed: list[list[int]] = []
    late: list[Row] = []
    key = connection.ops.quote_name(guard.key)
    for first, last, seen, newest in gaps:
        rows = read(guard, guard.sealed, algorithm, f"{key} BETWEEN %s AND %s", [first, last], limit=last - first + 1)
        late += rows
        left = _new_gaps(first - 1, [*(row.key for row in rows), last + 1], seen)
        is_over = oldest >= newest and now - seen >= (SETTLES if newest else 0)
        if is_over:
            closed += [[a, b] for a, b, _seen in left]
        else:
            open_gaps += [[*gap, newest] for gap in left]
    _add(gathered, guard.table, LATE, algorithm, late)
    if closed:
        gathered.parts.append([guard.table, SETTLED, 0, closed[0][0], closed[-1][1], closed])
    return open_gaps, len(late)


def _oldest_running() -> int:
    """Every transaction of a lower number is over. SQLite has one writer and gives no id it does not keep."""
    return _snapshot("xmin")


def _newest_begun() -> int:
    """No transaction of this number or a higher one had begun."""
    return _snapshot("xmax")


def _snapshot(which: str) -> int:
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_snapshot_{which}(pg_current_snapshot())::text::bigint")
        return int(cursor.fetchone()[0])


def count_waiting(most: int = 1_000_000) -> int:
    """How many rows are not sealed yet."""
    known, waiting = head().tables, 0
    for guard in guards():
        if guard.chained:
            last = known.get(guard.table, {"last": 0})["last"]
            waiting += guard.model._base_manager.filter(pk__gt=last)[: most - waiting].count()
    return waiting


def settle_all() -> None:
    """After a restore: whatever was under way when the copy was taken is not in it and never will be."""
    with transaction.atomic():
        found = Head.objects.select_for_update().filter(pk=1).first()
        if found is not None:
            for table in found.tables.values():
                table["gaps"] = [[first, last, 0, 0] for first, last, *_ in table["gaps"]]
            found.save(update_fields=["tables"])


# --- lawful destruction ----------------------------------------------------------------------------------------------


def release(model: type[models.Model], keys: Sequence[int], ground: str) -> None:
    """Let rows be destroyed or emptied lawfully (retention, with its reviewers), within the caller's transaction: their
    hashes stay, so that the chain still proves every other row. ``ground`` names the decision, without personal data."""
    guard = next(one for one in guards() if one.model is model)
    where = f"{connection.ops.quote_name(guard.key)} IN ({placeholders(keys)})"
    digests: dict[int, list[str]] = {}
    for columns in _layouts(guard):
        for algorithm in filter(is_available, ALGORITHMS):
            for row in read(guard, columns, algorithm, where, keys, len(keys)):
                digests.setdefault(row.key, []).append(row.digest.hex())
    now = timezone.now()
    Release.objects.bulk_create(
        Release(table_name=guard.table, row=key, digests=found, ground=ground, at=now) for key, found in digests.items()
    )


_decisions: list[Callable[[], Iterable[tuple[str, str]]]] = []


def register_decisions(told: Callable[[], Iterable[tuple[str, str]]]) -> None:
    """Name who decides that rows are released: he tells each ground with the hash his own record, sealed like any other, bears
    of what was released on it (``digest_of_ground``)."""
    _decisions.append(told)


def digest_of_ground(ground: str) -> str:
    """The hash over the hashes of everything released on a ground."""
    return _digests_of(Release.objects.filter(ground=ground)).get(ground, hashlib.sha256().hexdigest())


def unfounded() -> list[str]:
    """Grounds on which rows are released although nobody has decided so, or others than were decided."""
    decided = {ground: digest for told in _decisions for ground, digest in told()}
    found = _digests_of(Release.objects.all())
    return [ground for ground, digest in found.items() if decided.get(ground) != digest]


def _digests_of(rows: models.QuerySet[Release]) -> dict[str, str]:
    found: dict[str, Any] = {}
    for ground, digests in rows.order_by("pk").values_list("ground", "digests").iterator():
        found.setdefault(ground, hashlib.sha256()).update("".join(digests).encode())
    return {ground: digest.hexdigest() for ground, digest in found.items()}


def released_by() -> list[tuple[str, int]]:
    """Decision → how many rows were released by it, the newest first. A ground is the decision, a space, and the record."""
    rows: dict[str, int] = {}
    for ground in Release.objects.order_by("-pk").values_list("ground", flat=True).iterator():
        decision = ground.partition(" ")[0]
        rows[decision] = rows.get(decision, 0) + 1
    return list(rows.items())


def _layouts(guard: Guard) -> list[list[str]]:
    """The columns by which rows of a table were ever sealed, as far as they are still there."""
    there = {field.column for field in guard.model._meta.concrete_fields}
    told = Link.objects.exclude(columns={}).order_by("pk").values_list("columns", flat=True)
    found = [guard.sealed, *(said[guard.table] for said in told if guard.table in said)]
    return [list(columns) for columns in dict.fromkeys(map(tuple, found)) if there.issuperset(columns)]
