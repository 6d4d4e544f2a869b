"""Putting a backup in place (恢复), in an empty one only, and comparing what is there then with what was noted when it was made."""

from __future__ import annotations

import hashlib
import itertools
import json
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from zhunsheng.durability import postgres, sqlite
from zhunsheng.durability.archive import MANIFEST, Hashing, Unreadable, pour, reading
from zhunsheng.durability.backup import ANCHORS, FILES, FORMAT, KEYS
from zhunsheng.durability.figures import LEFT_OUT, noted
from zhunsheng.security import chain

_PLACES = {FILES: "files", ANCHORS: "anchors", KEYS: "keys"}


class NotEmpty(Exception):
    """The place holds something already."""


def check_empty(home: Path) -> None:
    """Raises ``NotEmpty``."""
    held = [name for name in ("zhunsheng.sqlite3", "files", "anchors") if (home / name).exists()]
    held = [name for name in held if (home / name).is_file() or any((home / name).iterdir())]
    if held:
        raise NotEmpty(
            f"{home} 里已有 {'、'.join(held)}，只能恢复到空的位置。 {home} holds {', '.join(held)} already; restore into an empty place."
        )
    if connection.vendor == "postgresql" and not postgres.is_empty():
        raise NotEmpty(
            "这个数据库里已有数据表，只能恢复到空的数据库。 The database holds tables already; restore into an empty one."
        )


def manifest_of(file: Path, secret: bytes | None) -> dict[str, Any]:
    """What a backup says of itself; it is the last part."""
    with reading(file, secret) as tar:
        for part in tar:
            if part.name == MANIFEST:
                text = tar.extractfile(part).read()  # type: ignore[union-attr]
                break
        else:
            raise Unreadable("备份文件不完整，缺少清单。 The backup is incomplete: its manifest is missing.")
    found = json.loads(text)  # only now: reading to the end has proved that it is what was written
    if found["format"] != FORMAT:
        raise Unreadable(f"不认识的备份格式 {found['format']}。 Unknown format of backup {found['format']}.")
    if found["engine"] != connection.vendor:
        raise Unreadable(
            f"备份来自 {found['engine']}，不能恢复到 {connection.vendor}。 A backup of {found['engine']} cannot be restored into {connection.vendor}."
        )
    return dict(found)


def restore(
    file: Path, secret: bytes | None, manifest: dict[str, Any], progress: Callable[[int], None],
    told: Callable[[int, int], None] = lambda _done, _total: None,
) -> None:  # fmt: skip
    """Put everything in place and bring it up to this program's state. Raises ``Unreadable`` when a part is not what the
    manifest says; then nothing is left behind. ``progress`` is told the bytes read, ``told`` how many indexes and keys are made."""
    home = Path(settings.HOME)
    expected = {one["name"]: one["sha256"] for one in manifest["members"]}
    arriving = home / ".restoring"
    shutil.rmtree(arriving, ignore_errors=True)
    arriving.mkdir(mode=0o700, parents=True)
    try:
        if connection.vendor == "postgresql":
            _migrate_to(manifest["migrations"])
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    loading = postgres.Loading(cursor)
                    _take(file, secret, expected, arriving, progress, loading, manifest["columns"])
                loading.finish(manifest["sequences"], told)
            except BaseException:
                _leave_nothing()
                raise
        else:
            _take(file, secret, expected, arriving, progress)
            connection.close()
            (arriving / sqlite.PART).replace(settings.DATABASES["default"]["NAME"])
        for place in (*_PLACES.values(), "secret_key"):
            if (arriving / place).exists():
                _move(arriving / place, home / place)
    finally:
        shutil.rmtree(arriving, ignore_errors=True)
    call_command("migrate", interactive=False, verbosity=0)
    chain.settle_all()


def _leave_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {postgres.listed(postgres.tables(cursor))} CASCADE")


def _move(source: Path, target: Path) -> None:
    if source.is_dir() and target.is_dir():  # an empty folder, or the keys made for an empty database
        shutil.rmtree(target)
    source.replace(target)


def _migrate_to(state: list[list[str]]) -> None:
    """Make the tables as they were when the copy was made; migrations of this program made later come afterwards."""
    executor = MigrationExecutor(connection)
    known = set(executor.loader.graph.nodes)
    wanted = [(app, name) for app, name in state]
    if unknown := sorted(f"{app}.{name}" for app, name in set(wanted) - known):
        raise Unreadable(
            f"备份比本程序新（{'、'.join(unknown[:3])}），请先更新程序。 The backup is newer than this program ({', '.join(unknown[:3])}); update first."
        )
    graph, there = executor.loader.graph, set(wanted)
    followed = {
        node
        for node in there
        for child in graph.node_map[node].children
        if child.key[0] == node[0] and child.key in there
    }
    executor.migrate([node for node in wanted if node not in followed])


def _take(
    file: Path, secret: bytes | None, expected: dict[str, str], arriving: Path, progress: Callable[[int], None],
    loading: postgres.Loading | None = None, columns: dict[str, list[str]] | None = None,
) -> None:  # fmt: skip
    seen = set()
    with reading(file, secret) as tar:
        for part in tar:
            if part.name == MANIFEST:
                continue
            stream = Hashing(tar.extractfile(part), progress)  # type: ignore[arg-type]
            if loading is not None and part.name.startswith(postgres.FOLDER):
                table = part.name.removeprefix(postgres.FOLDER)
                loading.load(table, columns[table], stream)  # type: ignore[index,arg-type]
            else:
                path = (arriving / part.name).resolve()
                if not path.is_relative_to(arriving.resolve()):
                    raise Unreadable(f"备份中的路径 {part.name} 不正常。 Strange path in the backup: {part.name}.")
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                with path.open("wb") as target:
                    pour(stream, target)  # type: ignore[arg-type]
                path.chmod(0o600)
            if stream.content.hexdigest() != expected.get(part.name):
                raise Unreadable(
                    f"备份中的 {part.name} 已损坏，没有恢复。 {part.name} in the backup is damaged; nothing was restored."
                )
            seen.add(part.name)
    if missing := sorted(expected.keys() - seen):
        raise Unreadable(f"备份缺少 {missing[0]}，没有恢复。 The backup lacks {missing[0]}; nothing was restored.")


# --- comparing -------------------------------------------------------------------------------------------------------


class Compared(NamedTuple):
    """One thing that was compared: what it is, what was noted, what is there."""

    zh: str
    en: str
    noted: str
    found: str
    agrees: bool
    seconds: float


def compare(manifest: dict[str, Any], *, thorough: bool = False) -> Iterator[Compared]:
    """What is in place now against what was noted; with ``thorough`` also every figure and case anew from its records."""
    began = time.monotonic()

    def line(zh: str, en: str, before: Any, now: Any) -> Compared:
        nonlocal began
        taken, began = time.monotonic() - began, time.monotonic()
        return Compared(zh, en, str(before), str(now), before == now, taken)

    waiting = [one for one in MigrationExecutor(connection).loader.graph.leaf_nodes() if one not in _applied()]
    yield line("未执行的迁移", "migrations to do", 0, len(waiting))
    now = noted(_ask, sorted(manifest["tables"]))
    kept = manifest["tables"].keys() - LEFT_OUT - {"django_migrations"}
    yield line("数据表行数不同", "tables with another number of rows", [], [
        table for table in sorted(kept) if manifest["tables"][table] != now["tables"][table]
    ])  # fmt: skip
    yield line("记录总数", "rows", sum(manifest["tables"][t] for t in kept), sum(now["tables"][t] for t in kept))
    yield line("指标数不同", "accounts with other figures", [], [
        key for key in sorted({*manifest["accounts"], *now["accounts"]})
        if manifest["accounts"].get(key) != now["accounts"].get(key)
    ])  # fmt: skip
    yield line("链的末节", "end of the chain", manifest["link"], now["link"])
    yield line("缺失或者损坏的文件", "files missing or damaged", [], _lost_files())
    yield from _proofs(line, thorough=thorough)
    yield from _smoke(line)


def _proofs(line: Callable[..., Compared], *, thorough: bool) -> Iterator[Compared]:
    from zhunsheng.ledger.balances import verify_balances
    from zhunsheng.security import anchors
    from zhunsheng.security.verifying import verify

    proof = verify(list(anchors.read(anchors.folder())))
    yield line("验链发现", "findings in the chain", [], [one.words.zh for one in proof.findings[:3]])
    yield line("余额与入账不符", "balances that are not their postings", [], verify_balances()[:3])
    if thorough:
        from zhunsheng.ledger.verification import verify as verify_ledger

        yield line("核账发现", "differences between records and postings", [], list(verify_ledger())[:3])


def _smoke(line: Callable[..., Compared]) -> Iterator[Compared]:
    """The newest cases against their events, and pages that anybody may ask for."""
    from django.test import Client

    from zhunsheng.cases.models import Case, Event

    newest = list(Case.objects.order_by("-pk")[:20])
    counted = {pk: Event.objects.filter(case=pk).count() for pk in (case.pk for case in newest)}
    yield line(
        "最近 20 件案件的办理记录",
        "events of the newest 20 cases",
        [c.sequence for c in newest],
        [counted[c.pk] for c in newest],
    )
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)  # filled when the place is served; without it every page warns
    client, host = Client(), (settings.ALLOWED_HOSTS or ["localhost"])[0].replace("*", "localhost")
    pages = ["/sign-in/", "/public/"]
    secure = bool(getattr(settings, "SECURE_SSL_REDIRECT", False))
    yield line("登录页、公开页", "pages of signing in and for the public", [200] * len(pages), [
        client.get(page, headers={"host": host}, secure=secure).status_code for page in pages
    ])  # fmt: skip


def _ask(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def _applied() -> set[tuple[str, str]]:
    return set(MigrationExecutor(connection).loader.applied_migrations)


def _lost_files() -> list[str]:
    """Materials and data packages whose content is not there or is not what was filed."""
    from zhunsheng.api.models import Package
    from zhunsheng.cases.materials import path_of
    from zhunsheng.cases.models import Material

    lost = []
    kept = Material.objects.order_by("digest").values_list("digest", flat=True).distinct()
    for digest in itertools.chain(kept.iterator(), Package.objects.values_list("file_digest", flat=True).iterator()):
        try:
            with path_of(digest).open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != digest:
                    lost.append(digest)
        except OSError:
            lost.append(digest)
    return lost
