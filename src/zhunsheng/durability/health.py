"""How the installation is (运行状况): does it answer, is the database there and up to date, is the worker at it, is everything
posted by the rules of today, do the days of the calendar reach, is there room on the disk, how old is the backup, how is the
chain, how did the last proofs end. Asks little and quickly; the proofs are commands of their own.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from zhunsheng.desk import background
from zhunsheng.desk.models import Job
from zhunsheng.durability import backup
from zhunsheng.intake import uploads
from zhunsheng.kernel.words import Words
from zhunsheng.law.working_days import calendar
from zhunsheng.ledger import completing
from zhunsheng.orgs.access import access_of
from zhunsheng.orgs.refusals import ROLES, ROOM
from zhunsheng.security import chain, clocks, guards, proofs
from zhunsheng.security.models import Link

OLDEST_BACKUP = timedelta(hours=36)
LONGEST_WAIT = timedelta(minutes=30)
LONGEST_UNSEALED = timedelta(minutes=10)
LEAST_FREE = 3 * uploads.LEAST_FREE
"""Bytes below which somebody has to make room, before files of the public are refused (practice)."""
OLDEST_PROOF = timedelta(days=40)
"""Drill and proofs are made once a month or oftener, as deploy/ does (practice)."""
NOTICE_BY = (12, 1)
"""From this day on the notice of the next year ought to be entered; the State Council gives it in November as a rule (practice)."""


class Check(NamedTuple):
    """One thing looked at. Without what is ``vital`` the site cannot work."""

    key: str
    name: Words
    is_well: bool
    told: Words
    vital: bool = False


def checks() -> Iterator[Check]:
    """Everything, what is vital first."""
    yield _database()
    yield _migrations()
    yield from (check() for check in (_worker, _queue, _ledger, _calendar, _clock, _disk, _backup, _chain))
    yield from (_proof(key, name) for key, name in PROOFS.items())


def _database() -> Check:
    began = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    taken = (time.monotonic() - began) * 1000
    told = Words(f"{connection.vendor}，{taken:.1f} 毫秒", f"{connection.vendor}, {taken:.1f} ms")
    return Check("database", Words("数据库", "Database"), True, told, vital=True)


_is_migrated = False


def _migrations() -> Check:
    """Asked until there is nothing to do; a program that runs gets no new ones."""
    global _is_migrated  # noqa: PLW0603 - one value a process
    waiting = 0
    if not _is_migrated:
        executor = MigrationExecutor(connection)
        waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        _is_migrated = not waiting
    told = Words(f"待执行 {waiting} 项", f"{waiting} to do")
    return Check("migrations", Words("数据库结构", "Structure of the database"), not waiting, told, vital=True)


def _worker() -> Check:
    seen = background.last_seen()
    name = Words("后台任务进程", "Worker")
    if seen is None:
        return Check("worker", name, False, Words("没有运行", "does not run"))
    ago = int(time.time() - seen)
    return Check("worker", name, ago <= background.SEEN_WITHIN, Words(f"{ago} 秒前", f"{ago} seconds ago"))


def _queue() -> Check:
    waiting = Job.objects.filter(state=Job.State.WAITING).order_by("created_at")
    oldest = waiting.values_list("created_at", flat=True).first()
    ago = timezone.now() - oldest if oldest else timedelta()
    count, minutes = waiting.count(), ago // timedelta(minutes=1)
    told = Words(f"等待 {count} 项，最久 {minutes} 分钟", f"{count} wait, the longest {minutes} minutes")
    return Check("queue", Words("任务队列", "Queue of jobs"), ago <= LONGEST_WAIT, told)


def _ledger() -> Check:
    """Whether a newer version counts by other rules than what was posted."""
    plan = completing.outstanding()
    told = Words("全部按现行规则入账", "all is posted by the rules of today") if plan is None else plan.words
    return Check("ledger", Words("指标入账", "Posting of figures"), plan is None, told)


def _calendar() -> Check:
    today = timezone.localdate()
    last = max(calendar().certain_years)
    wanted = today.year + ((today.month, today.day) >= NOTICE_BY)
    return Check(
        "calendar", Words("工作日历", "Working calendar"), last >= wanted,
        Words(f"放假安排已录至 {last} 年", f"notices of holidays reach to {last}"),
    )  # fmt: skip


def _clock() -> Check:
    """Whether the clock was set back behind what is recorded, or goes otherwise than that of the database's machine: time
    limits lapse by it."""
    clock = clocks.look()
    behind, apart = clock.behind_records // timedelta(seconds=1), abs(clock.ahead) // timedelta(seconds=1)
    told = Words(
        f"记录超前 {behind} 秒，与数据库相差 {apart} 秒",
        f"records are {behind} seconds ahead, the database is {apart} seconds apart",
    )
    return Check("clock", Words("时钟", "Clock"), clock.is_right, told)


def _disk() -> Check:
    """Whether there is room where files and backups lie; a database of its own machine is for whoever watches that."""
    free = shutil.disk_usage(settings.HOME).free
    told = Words(f"空余 {free / 1e9:.1f} GB", f"{free / 1e9:.1f} GB free")
    return Check("disk", Words("磁盘空间", "Room on the disk"), free >= LEAST_FREE, told)


def _backup() -> Check:
    name, found = Words("备份", "Backup"), backup.backups(backup.folder())
    if not found:
        return Check("backup", name, False, Words("没有备份", "there is none"))
    ago = datetime.now(UTC) - datetime.fromtimestamp(max(file.stat().st_mtime for file in found), UTC)
    hours = ago // timedelta(hours=1)
    return Check("backup", name, ago <= OLDEST_BACKUP, Words(f"{hours} 小时前", f"{hours} hours ago"))


def _chain() -> Check:
    """Whether the triggers stand and what was written is sealed in time."""
    missing, waiting = guards.missing(), chain.count_waiting(10_000)
    newest = Link.objects.order_by("-number").values_list("at", flat=True).first()
    late = bool(waiting) and (newest is None or timezone.now() - newest > LONGEST_UNSEALED)
    number = chain.head().number
    told = Words(
        f"第 {number} 节，未接入 {waiting} 条，缺触发器 {len(missing)} 个",
        f"link {number}, {waiting} rows not sealed, {len(missing)} triggers missing",
    )
    return Check("chain", Words("防篡改链", "Chain of the audit"), not missing and not late, told)


PROOFS = {
    "drill": Words("恢复演练", "Restore drill"),
    "audit": Words("验链", "Proof of the chain"),
    "postings": Words("核账", "Proof of the ledger"),
}


def _proof(key: str, name: Words) -> Check:
    last = proofs.last(key)
    if last is None:
        return Check(key, name, False, Words("还没有做过", "never done"))
    day, is_recent = timezone.localdate(last.at), timezone.now() - last.at <= OLDEST_PROOF
    told = Words(
        f"{day} {'通过' if last.passed else '未通过'}{'' if is_recent else '，已久未做'}",
        f"{day} {'passed' if last.passed else 'failed'}{'' if is_recent else ', long ago'}",
    )
    return Check(key, name, last.passed and is_recent, told)


# --- asked over HTTP -------------------------------------------------------------------------------------------------


@never_cache
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """Whether the process answers."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Whether it can work: 503 when it cannot."""
    return _answer(lambda: [_database(), _migrations()], details=False)


@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Everything: ``ok``, ``attention`` or (503) ``fail``; the administrators of the place are told what."""
    return _answer(lambda: list(checks()), details=_may_know(request))


def _may_know(request: HttpRequest) -> bool:
    if not request.user.is_authenticated:
        return False
    access = access_of(request.user, timezone.localdate())
    return any(holding.system == ROOM and holding.role in ROLES for holding in access.holdings)


def _answer(look: Callable[[], list[Check]], *, details: bool) -> HttpResponse:
    try:
        found = look()
    except DatabaseError:
        return JsonResponse({"status": "fail"}, status=503)
    said: dict[str, object] = {"status": status_of(found)}
    if details:
        said["checks"] = {check.key: {"ok": check.is_well, "zh": check.told.zh, "en": check.told.en} for check in found}
    return JsonResponse(
        said, status=503 if said["status"] == "fail" else 200, json_dumps_params={"ensure_ascii": False}
    )


def status_of(found: list[Check]) -> str:
    """In a word."""
    if any(check.vital and not check.is_well for check in found):
        return "fail"
    return "ok" if all(check.is_well for check in found) else "attention"
