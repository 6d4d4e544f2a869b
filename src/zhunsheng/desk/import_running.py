"""Checking and importing an uploaded workbook (检查、导入), at once or in the background: one way for both.

``cases.importing`` reads and writes; what it found is kept with the upload. Pages are in ``import_pages``.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from zhunsheng.cases.importing import ImportResult, import_cases
from zhunsheng.cases.replay import ReplayResult
from zhunsheng.desk.background import JobFailed
from zhunsheng.desk.models import Job, Upload
from zhunsheng.kernel.words import Words
from zhunsheng.orgs.access import access_of
from zhunsheng.security.audit import record
from zhunsheng.workbooks import WorkbookError

AT_ONCE = 500
"""Rows up to which the officer waits for the answer; more go to the background."""
LISTED = 200
"""Problems that are listed on the page; the annotated file holds all of them."""


class AlreadyImported(Exception):
    """The upload has been imported before; it is imported once only."""


def check(upload: Upload, progress: Callable[[int], None] | None = None) -> None:
    """Try the import without writing a case, and keep what was found. Raises ``WorkbookError``."""
    annotated = io.BytesIO()
    result = _import(upload, annotated, progress, dry_run=True)
    upload.checked = _kept(result)
    upload.annotated = annotated.getvalue()
    upload.save(update_fields=["checked", "annotated"])


def import_upload(upload_id: int, *, take_good: bool, progress: Callable[[int], None] | None = None) -> Upload:
    """Write the cases of a checked upload. That it was imported is noted in the same transaction, so that it can never
    be imported twice. With problems and without ``take_good`` nothing is written and the upload is as if just checked.
    Raises ``AlreadyImported`` and ``WorkbookError``."""
    upload = Upload.objects.select_related("officer", "organ").get(pk=upload_id)
    if upload.imported_at is not None:
        raise AlreadyImported
    if not upload.content:
        raise WorkbookError("上传的文件已经清除，请重新上传", "the file has been cleared; upload it again")

    def note(replayed: ReplayResult) -> None:
        if not Upload.objects.filter(pk=upload_id, imported_at=None).update(
            imported_at=timezone.now(), cases=replayed.case_ids, content=b""
        ):
            raise AlreadyImported
        record(
            "cases.import", f"system:{upload.system}", upload.officer_id, upload=upload_id, cases=replayed.cases,
            steps=replayed.steps,
        )  # fmt: skip

    annotated = io.BytesIO()
    result = _import(upload, annotated, progress, take_good=take_good, before_commit=note)
    Upload.objects.filter(pk=upload_id).update(checked=_kept(result), annotated=annotated.getvalue())
    upload.refresh_from_db()
    return upload


def _import(
    upload: Upload, annotated: io.BytesIO, progress: Callable[[int], None] | None, **options: Any
) -> ImportResult:
    today = timezone.localdate()
    return import_cases(
        upload.system, io.BytesIO(bytes(upload.content)), organ=upload.organ, officer=upload.officer,
        mapping=upload.mapping, ignore_unknown=True, annotated=annotated, today=today, progress=progress,
        access=access_of(upload.officer, today), **options,
    )  # fmt: skip


def _kept(result: ImportResult) -> dict[str, Any]:
    return {
        "rows": result.rows,
        "cases": result.cases,
        "steps": result.steps,
        "skipped": len(result.skipped),
        "problem_count": len(result.problems),
        "wrong_rows": len({problem.row for problem in result.problems}),
        "problems": [
            {
                "row": problem.row,
                "column": problem.column,
                "name": problem.name.zh,
                "zh": problem.words.zh,
                "en": problem.words.en,
            }
            for problem in result.problems[:LISTED]
        ],
        "warnings": [{"zh": words.zh, "en": words.en} for words in result.warnings],
    }


# --- in the background -----------------------------------------------------------------------------------------------


def check_in_background(job: Job, progress: Callable[[int], None]) -> None:
    upload = Upload.objects.select_related("officer", "organ").get(pk=job.asked["upload"])
    try:
        check(upload, progress)
    except WorkbookError as error:
        raise JobFailed(error.words) from error


def import_in_background(job: Job, progress: Callable[[int], None]) -> None:
    try:
        import_upload(job.asked["upload"], take_good=job.asked["take_good"], progress=progress)
    except AlreadyImported:
        return  # it was written before the worker could say so
    except WorkbookError as error:
        raise JobFailed(error.words) from error
    except Upload.DoesNotExist as error:
        raise JobFailed(Words("上传的文件已经清除，请重新上传", "the file is gone; upload it again")) from error
