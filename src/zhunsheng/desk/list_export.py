"""A list as a file (导出): Excel or csv, the chosen columns and rows, the same masking; long ones in the background."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from typing import IO, Any

from django.http import FileResponse, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from zhunsheng.cases.materials import KINDS
from zhunsheng.catalogue.loading import System, systems
from zhunsheng.desk import background
from zhunsheng.desk.case_rows import NOT_SHOWN
from zhunsheng.desk.frame import officers_only
from zhunsheng.desk.list_columns import cell, chosen_columns, column_name
from zhunsheng.desk.list_filters import filters_of, system_for
from zhunsheng.desk.list_rows import Chosen
from zhunsheng.desk.models import Job
from zhunsheng.desk.wording import language, say
from zhunsheng.desk.workbook import workbook_file
from zhunsheng.orgs.access import access_of
from zhunsheng.security.audit import record
from zhunsheng.spreadsheets import csv_cell

AT_ONCE = 20_000
"""Rows up to which the officer waits for the file."""
TOLD_EVERY = 1000


@officers_only
def export(request: Any, slug: str) -> HttpResponse:
    """导出: the chosen rows and columns as an Excel workbook, or with ``form=csv`` as csv."""
    system = system_for(request, slug)
    compiled = system.procedure_on(request.day)
    filters = filters_of(request.GET, compiled)
    columns = chosen_columns(request.user.pk, slug, compiled)
    form = "csv" if request.GET.get("form") == "csv" else "xlsx"
    chosen = Chosen(filters, request.access, request.day)
    count = chosen.counted.total
    if count > AT_ONCE:
        job = background.hand_in(
            "export", request.user, slug, count, query=request.GET.urlencode(), columns=columns, form=form,
            language=language(),
        )  # fmt: skip
        return HttpResponseRedirect(reverse("desk:job", args=[job.pk]))
    file, written = _file(system, chosen.in_order(), columns, form, request.user)
    record("case.export", f"system:{slug}", request.user.pk, rows=written)
    name = _name(system, request.user, form)
    return FileResponse(file, as_attachment=True, filename=name, content_type=KINDS[form].content_type)


def export_in_background(job: Job, progress: Callable[[int], None]) -> None:
    """The same, for a worker: what the officer may see is asked anew."""
    today = timezone.localdate()
    system = systems()[job.system]
    filters = filters_of(QueryDict(job.asked["query"]), system.procedure_on(today))
    rows = Chosen(filters, access_of(job.officer, today), today).in_order()
    with translation.override(job.asked["language"]):
        file, written = _file(system, rows, job.asked["columns"], job.asked["form"], job.officer, progress)
        job.file_name = _name(system, job.officer, job.asked["form"])
    with file:
        job.file, job.done = file.read(), written
    record("case.export", f"system:{job.system}", job.officer_id, rows=written, job=job.pk)


def _name(system: System, officer: Any, form: str) -> str:
    """A csv has no place to say who took it out; its name does."""
    day, who = timezone.localdate(), f"-{officer.username}" if form == "csv" else ""
    return f"{_('%(name)s台账') % {'name': say(system.name)}}-{day.isoformat()}{who}.{form}"


def _file(
    system: System, rows: Any, columns: list[str], form: str, by: Any, progress: Callable[[int], None] | None = None
) -> tuple[IO[bytes], int]:
    today = timezone.localdate()
    compiled = system.procedure_on(today)
    heads = [_("序号"), _("案号"), *(column_name(compiled, key) for key in columns), _("备注")]

    def lines() -> Iterator[list[Any]]:
        wide = rows.defer(*NOT_SHOWN).select_related("organ", "handler").iterator(chunk_size=2000)
        for index, case in enumerate(wide, 1):
            if progress is not None and index % TOLD_EVERY == 0:
                progress(TOLD_EVERY)
            yield [index, case.number, *(cell(case, key).replace("—", "") for key in columns), ""]

    if form == "csv":
        return _csv(heads, lines())
    title = _("%(name)s台账") % {"name": say(system.name)}
    return workbook_file(title, heads, lines(), _("填报时间：%(day)s") % {"day": today.isoformat()}, by)


def _csv(heads: list[str], lines: Iterator[list[Any]]) -> tuple[IO[bytes], int]:
    """UTF-8 with a mark at its beginning, by which Excel and WPS know it; text that looks like a formula is quoted."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(heads)
    count = 0
    for line in lines:
        writer.writerow(map(csv_cell, line))
        count += 1
    return io.BytesIO(text.getvalue().encode("utf-8-sig")), count
