"""Work in the background (后台任务): handing it in, doing it, and knowing whether somebody is still at it.

A worker (``zhunsheng work``, started beside the site by ``zhunsheng serve``) holds a lock on a file of its job as long as
it lives; the operating system lets go of it when the worker dies, however that came about. The number in the file is how
far it got. A file, because on SQLite an import holds the only writer's turn until it is done. So the worker runs on the
machine that serves the site. What a job does is one transaction; a job that was broken off has written nothing and can
be done again. What the jobs are is in KINDS.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import IO, Any, NamedTuple

from django.conf import settings
from django.db import close_old_connections, connection
from django.utils import timezone
from django.utils.module_loading import import_string

from zhunsheng.api import once, webhooks
from zhunsheng.assessment import returns
from zhunsheng.cases import tallying
from zhunsheng.desk.models import Job, Presence, Upload
from zhunsheng.intake import beginning
from zhunsheng.kernel.words import BilingualError
from zhunsheng.ledger import completing
from zhunsheng.orgs.access import Access, access_of
from zhunsheng.orgs.models import EVERY_SYSTEM, Officer
from zhunsheng.portal import searches
from zhunsheng.search.indexing import take_in
from zhunsheng.search.proving import is_current, mend
from zhunsheng.security import anchors, chain, clocks, logs
from zhunsheng.supervision import rhythms

logger = logging.getLogger(__name__)

KINDS = {
    "check": "zhunsheng.desk.import_running.check_in_background",
    "import": "zhunsheng.desk.import_running.import_in_background",
    "undo": "zhunsheng.desk.import_undo.undo_in_background",
    "export": "zhunsheng.desk.list_export.export_in_background",
}
"""Kind -> the function that does it, given the job and a function to tell how much more is done."""

KEPT = timedelta(days=7)
"""Files handed out, and workbooks uploaded but never imported, are kept for so long: they hold personal data."""

PAUSE = 0.5
"""Seconds between two looks for work."""

SEEN_WITHIN = 120
"""Seconds after which a worker that gave no sign and holds no job is taken for dead."""


class JobFailed(BilingualError):
    """A job that cannot be done, in words for the officer who handed it in."""


def hand_in(kind: str, officer: Officer, system: str, total: int, **asked: Any) -> Job:
    """Put a job in the queue, with how far the officer's duties reach now: his file may show all of it."""
    reach = reach_of(access_of(officer, timezone.localdate()), system)
    return Job.objects.create(
        kind=kind, officer=officer, system=system, total=total, asked={**asked, "reach": sorted(reach)}
    )


def reach_of(access: Access, system: str) -> set[str]:
    """The organs towards which an officer has duties in a system, those with all below marked by a star."""
    return {
        f"{holding.path}*" if holding.whole_tree else holding.path
        for holding in access.holdings
        if holding.system in (EVERY_SYSTEM, system)
    }


def is_within_reach(job: Job, access: Access) -> bool:
    """Whether the officer of a job still has every duty it was handed in with."""
    return bool(access.holdings) and set(job.asked.get("reach", ())) <= reach_of(access, job.system)


def put_back(job: Job) -> None:
    """Hand in again a job that was broken off or failed."""
    if job.state != Job.State.DONE and not is_worked_on(job):
        Job.objects.filter(pk=job.pk, state=job.state).update(
            state=Job.State.WAITING, done=0, problem={}, started_at=None, finished_at=None
        )


# --- who is at it ----------------------------------------------------------------------------------------------------


def _path(job_id: int) -> Path:
    folder = Path(settings.HOME) / "jobs"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / str(job_id)


@contextlib.contextmanager
def _lock(path: Path) -> Iterator[IO[str] | None]:
    """The file, locked as long as the block lasts; None when somebody else holds it."""
    with path.open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
        else:
            yield file


def is_worked_on(job: Job) -> bool:
    """Whether a worker holds the job now."""
    try:
        file = _path(job.pk).open("r", encoding="ascii")
    except FileNotFoundError:
        return False
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def is_broken_off(job: Job) -> bool:
    """中断: the job began and nobody is at it any more. Asked anew, because it may just have been finished."""
    if job.state != Job.State.RUNNING or is_worked_on(job):
        return False
    job.refresh_from_db(fields=["state", "problem", "file_name", "finished_at", "done"])
    return job.state == Job.State.RUNNING


def done_so_far(job: Job) -> int:
    if job.state != Job.State.RUNNING:
        return job.done
    try:
        return int(_path(job.pk).read_text(encoding="ascii") or 0)
    except (OSError, ValueError):
        return 0


# --- doing it --------------------------------------------------------------------------------------------------------


def run(job_id: int) -> bool:
    """Do one job here and now; gives False when somebody else has it. Never raises: what went wrong is in the job."""
    path = _path(job_id)
    with _lock(path) as file:
        waiting = Job.objects.filter(pk=job_id, state=Job.State.WAITING)
        if file is None or not waiting.update(state=Job.State.RUNNING, started_at=timezone.now()):
            return False
        job = Job.objects.get(pk=job_id)

        def progress(more: int) -> None:
            job.done += more
            file.truncate(0)
            file.write(str(job.done))
            file.flush()

        progress(0)
        try:
            import_string(KINDS[job.kind])(job, progress)
        except JobFailed as failed:
            job.state, job.problem = Job.State.FAILED, {"zh": failed.words.zh, "en": failed.words.en}
        except Exception:
            logger.exception("job %s (%s)", job.pk, job.kind)
            job.state = Job.State.FAILED
            job.problem = {
                "zh": "系统出错，没有写入任何内容；请再次开始，仍不行的请联系管理员，告知任务编号",
                "en": "something went wrong and nothing was written; start again, and if it happens again tell the "
                "administrator the number of the job",
            }
        else:
            job.state = Job.State.DONE
        job.finished_at = timezone.now()
        job.save(update_fields=["state", "problem", "done", "total", "file", "file_name", "finished_at"])
        path.unlink(missing_ok=True)
    return True


def next_waiting() -> int | None:
    return Job.objects.filter(state=Job.State.WAITING).order_by("pk").values_list("pk", flat=True).first()


def forget_old_files() -> None:
    """Empty files that have been kept long enough; the rows stay. Who was looking at what is forgotten altogether, and so are
    operation logs after their term."""
    logs.forget_old(Path(settings.HOME) / "logs", settings.LOG_DAYS, timezone.localdate())
    before = timezone.now() - KEPT
    Presence.objects.filter(seen_at__lt=timezone.now() - timedelta(days=1)).delete()
    beginning.forget()
    Job.objects.filter(finished_at__lt=before).exclude(file=b"").update(file=b"")
    old = Upload.objects.filter(uploaded_at__lt=before)
    old.exclude(content=b"", annotated=b"").update(content=b"", annotated=b"")
    old.filter(imported_at=None).exclude(checked=None).update(checked=None, corrections={})


def work(*, until: Callable[[], bool]) -> None:
    """Do jobs as they come in, and between them the chores, until told to stop; what is left of its time goes to the completion of
    the ledger and to the index of the search, a little at a time."""
    due = dict.fromkeys(CHORES, 0.0)
    mending = iter(()) if is_current() else mend()
    owing = completing.stretches()  # asked once: declarations are read when a program starts
    while not until():
        close_old_connections()
        for chore, at in due.items():
            if time.monotonic() >= at:
                _attempt(chore.name, chore.do)
                due[chore] = time.monotonic() + chore.every
        job_id = next_waiting()
        if (job_id is None or not run(job_id)) and not _complete_ledger(owing) and not _keep_index(mending):
            time.sleep(PAUSE)


def do_jobs(*, until: Callable[[], bool]) -> None:
    """Do jobs and nothing else, until told to stop: a second worker and further ones."""
    while not until():
        close_old_connections()
        job_id = next_waiting()
        if job_id is None or not run(job_id):
            time.sleep(PAUSE)


# --- beside jobs -----------------------------------------------------------------------------------------------------


def _attempt(name: str, do: Callable[[], Any]) -> Any:
    """Do something that must stop no job: what goes wrong is told in the log, and tried again when its turn comes."""
    try:
        return do()
    except Exception:
        logger.exception(name)


def _do_what_is_due() -> None:
    """What is raised by the day. A wrong clock raises nothing; it is told in the log and looked at again."""
    clocks.check()
    for name, do in (
        ("the recurring duties", rhythms.raise_due), ("the returns that are due", returns.raise_due),
        ("the searches of the public", searches.post),
    ):  # fmt: skip
        _attempt(name, partial(do, timezone.localdate()))


def _sign() -> Path:
    return Path(settings.HOME) / "worker"


def last_seen() -> float | None:
    """When a worker last gave a sign; now where it is at a job, None where it never did."""
    if any(is_worked_on(job) for job in Job.objects.filter(state=Job.State.RUNNING).order_by("-pk")[:5]):
        return time.time()
    try:
        return _sign().stat().st_mtime
    except OSError:
        return None


def _seal() -> None:
    """What has been written since into the chain of the audit, and once a day its end into a file."""
    _sign().touch(mode=0o600)
    chain.seal()
    if anchors.is_due():
        anchors.write()


def _tell_programs() -> None:
    """Messages to programs that have asked for them."""
    webhooks.gather()
    webhooks.send_due()


def keep_statistics() -> None:
    """Tell SQLite what is in its tables, from which it chooses its ways to rows; PostgreSQL looks by itself."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA analysis_limit = 4000")  # rows looked at of each index: a fraction of a second
            cursor.execute("ANALYZE")


class Chore(NamedTuple):
    """What is done beside jobs every so many seconds."""

    every: float
    name: str
    do: Callable[[], object]


CHORES = (
    Chore(60, "the tally of closed cases", tallying.fold),
    Chore(3600, "old files", forget_old_files),
    Chore(3600, "the statistics of tables", keep_statistics),
    Chore(3600, "what is due by the day", _do_what_is_due),
    Chore(3600, "old answers to programs", once.forget_answers),
    Chore(3600, "old messages to programs", webhooks.forget_deliveries),
    Chore(10, "the chain of the audit", _seal),
    Chore(2, "the messages to programs", _tell_programs),
)


def _complete_ledger(owing: Iterator[object]) -> bool:
    """补记 after the rules of posting have changed, a stretch of records at a time. Gives whether there was anything to do."""
    return _attempt("the completion of the ledger", partial(next, owing, None)) is not None


def _keep_index(mending: Iterator[object]) -> bool:
    """A little of what the search needs: texts made anew after the declarations have changed, new ones taken into the
    index. Gives whether there was anything to do."""
    return bool(_attempt("the index of the search", lambda: next(mending, None) is not None or take_in() > 0))
