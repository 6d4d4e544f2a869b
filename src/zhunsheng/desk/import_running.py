"""Checking and importing an uploaded workbook (检查、导入), at once or in the background: one way for both.

``cases.importing`` reads and writes; what it found is kept with the upload. Pages are in ``import_pages``.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone

from zhunsheng.cases.importing import ImportResult, import_cases
from zhunsheng.cases.replay import ReplayResult
from zhunsheng.desk.background import JobFailed
from zhunsheng.desk.models import Job, Upload
from zhunsheng.kernel.words import Words
from zhunsheng.orgs.access import access_of
from zhunsheng.security.audit import record
from zhunsheng.workbooks import Corrections, WorkbookError, cell_text, corrected, is_filled, rows_at

AT_ONCE = 500
"""Rows up to which the officer waits for the answer; more go to the background."""
LISTED = 200
"""Problems that are listed on the page; the annotated file holds all of them."""


Cells = dict[int, dict[int, str]]
"""Row → column → what the cell shows."""


class AlreadyImported(Exception):
    """The upload has been imported before; it is imported once only."""


def check(upload: Upload, progress: Callable[[int], None] | None = None) -> None:
    """Try the import without writing a case, and keep what was found. Raises ``WorkbookError``."""
    annotated = io.BytesIO()
    result = _import(upload, annotated, progress, dry_run=True)
    upload.checked = _kept(result, _cells(upload, result))
    upload.annotated = annotated.getvalue()
    upload.save(update_fields=["checked", "annotated"])


def mend(upload: Upload, cells: Mapping[tuple[int, int], str], *, alike: bool = False) -> int:
    """Keep what the officer wrote over cells, to be read in their place; gives how many changed. Only cells of rows in which
    the check has found something wrong are taken: what is wrong may be that two cells do not fit each other. ``alike``: also
    the other cells of the same column that say the same and were left as they are."""
    rows = (upload.checked or {}).get("cells", {})
    changed = 0
    for (row, column), text in _with_those_alike(rows, cells).items() if alike else cells.items():
        shown = rows.get(str(row), {}).get(str(column))
        if shown is None or text.strip() == shown:
            continue
        before = upload.corrections.get(str(row), {}).get(str(column))
        was = before["was"] if before else shown
        upload.corrections.setdefault(str(row), {})[str(column)] = {"was": was, "now": text.strip()}
        changed += 1
    if changed:
        upload.save(update_fields=["corrections"])
    return changed


def _with_those_alike(rows: Cells, cells: Mapping[tuple[int, int], str]) -> dict[tuple[int, int], str]:
    """What is written over cells, and over the others of their columns that say the same."""
    instead: dict[tuple[str, str], str] = {}
    for (row, column), text in cells.items():
        shown = rows.get(str(row), {}).get(str(column))
        if shown and text.strip() != shown:
            instead.setdefault((str(column), shown), text)
    found = dict(cells)
    for row_text, columns in rows.items():
        for column_text, shown in columns.items():
            place = int(row_text), int(column_text)
            if (column_text, shown) in instead and cells.get(place, shown).strip() == shown:
                found[place] = instead[column_text, shown]
    return found


def _corrections(upload: Upload) -> Corrections:
    return {
        int(row): {int(column): change["now"] for column, change in columns.items()}
        for row, columns in upload.corrections.items()
    }


def _cells(upload: Upload, result: ImportResult) -> Cells:
    """The rows of the listed problems, as their cells show them: row → column → text, for the columns with a heading."""
    numbers = {problem.row for problem in result.problems[:LISTED]}
    rows = rows_at(io.BytesIO(bytes(upload.content)), result.sheet, numbers) if numbers else {}
    corrections = _corrections(upload)
    found: Cells = {}
    for number, row in rows.items():
        shown = dict(enumerate(map(_shown, corrected(number, row, corrections)), 1))
        found[number] = {column: shown.get(column, "") for column in result.headings}
    return found


def _shown(cell: Any) -> str:
    if not is_filled(cell):
        return ""
    text = cell_text(cell)
    return str(cell) if isinstance(text, Words) else text.strip()


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
            imported_at=timezone.now(), cases=replayed.case_ids, content=b"", corrections={}
        ):
            raise AlreadyImported
        record(
            "cases.import", f"system:{upload.system}", upload.officer_id, upload=upload_id, cases=replayed.cases,
            steps=replayed.steps, mended=sum(len(columns) for columns in upload.corrections.values()),
        )  # fmt: skip

    annotated = io.BytesIO()
    result = _import(upload, annotated, progress, take_good=take_good, before_commit=note)
    cells = {} if result.case_ids else _cells(upload, result)
    Upload.objects.filter(pk=upload_id).update(checked=_kept(result, cells), annotated=annotated.getvalue())
    upload.refresh_from_db()
    return upload


def _import(
    upload: Upload, annotated: io.BytesIO, progress: Callable[[int], None] | None, **options: Any
) -> ImportResult:
    today = timezone.localdate()
    return import_cases(
        upload.system, io.BytesIO(bytes(upload.content)), organ=upload.organ, officer=upload.officer,
        mapping=upload.mapping, ignore_unknown=True, annotated=annotated, today=today, progress=progress,
        access=access_of(upload.officer, today), corrections=_corrections(upload), **options,
    )  # fmt: skip


def _kept(result: ImportResult, cells: Cells) -> dict[str, Any]:
    """What a check or an import found, as it is kept; with the cells of the wrong rows only as long as they can be mended."""
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
        "cells": cells,
        "headings": result.headings if cells else {},
        "choices": result.choices if cells else {},
        "warnings": [{"zh": words.zh, "en": words.en} for words in result.warnings],
    }


# --- in the background -----------------------------------------------------------------------------------------------


def check_in_background(job: Job, progress: Callable[[int], None]) -> None:
    upload = Upload.objects.select_related("officer", "organ").get(pk=job.asked["upload"])
    try:
        check(upload, progress)
    except WorkbookError as error:
        raise JobFailed(*error.words) from error


def import_in_background(job: Job, progress: Callable[[int], None]) -> None:
    try:
        import_upload(job.asked["upload"], take_good=job.asked["take_good"], progress=progress)
    except AlreadyImported:
        return  # it was written before the worker could say so
    except WorkbookError as error:
        raise JobFailed(*error.words) from error
    except Upload.DoesNotExist as error:
        raise JobFailed("上传的文件已经清除，请重新上传", "the file is gone; upload it again") from error


def forget_case(case: int) -> int:
    """What was noted of the workbook a case came from goes with its file; gives how many uploads that were. Their contents were
    emptied long before."""
    kept = Upload.objects.exclude(imported_at=None).exclude(checked=None).values_list("pk", "cases")
    found = [key for key, cases in kept if case in cases]
    empty = {"checked": None, "corrections": {}, "content": b"", "annotated": b""}
    return Upload.objects.filter(pk__in=found).update(**empty)
