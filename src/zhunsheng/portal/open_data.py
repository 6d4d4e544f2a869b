"""Open data (数据开放): a published version as csv, JSON or Excel, the fields that were published and no other.

Cells that a spreadsheet would take for a formula are written as text.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header

from zhunsheng.desk.workbook import workbook_file
from zhunsheng.kernel.words import Words
from zhunsheng.portal import reading
from zhunsheng.portal.pages import language, list_name
from zhunsheng.portal.pages import version as page_of
from zhunsheng.registers.models import PublishedVersion
from zhunsheng.spreadsheets import csv_cell

ORGAN, KEY = Words("单位", "Organ"), Words("编码", "Code")


def data(request: HttpRequest, pk: int, form: str) -> HttpResponseBase:
    """A version as a file; of one that was withdrawn its page says so."""
    version = reading.version_of(pk)
    if version is None or version.withdrawn_at is not None:
        return page_of(request, pk)
    name = f"{list_name(version)}-{version.number}.{form}"
    if form == "json":
        return _json(request, version)
    if form == "xlsx":
        heads, *rows = _table(version)
        line = f"{version.day.isoformat()} · SHA-256 {version.digest}"
        file, _count = workbook_file(list_name(version), heads, rows, line, None)
        return FileResponse(file, as_attachment=True, filename=name)
    return table_csv(_table(version), name)


def _table(version: PublishedVersion) -> Iterator[Sequence[str]]:
    names = reading.names_of(version)
    fields = reading.declared(version).fields
    yield [word.within(language()) for word in (ORGAN, KEY, *(fields[name].words for name in names))]
    for row in reading.rows_of(version).iterator(2_000):
        line = reading.line_of(version, row, names, language())
        yield [row.entry.organ.name, row.entry.key, *(cell.value for cell in line.cells)]


def table_csv(table: Iterable[Sequence[str]], name: str) -> HttpResponseBase:
    """A table as a csv file."""
    response = StreamingHttpResponse(_csv(table), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response


def _csv(table: Iterable[Sequence[str]]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield "\ufeff"  # Excel and WPS read a csv file as UTF-8 only with this mark
    for cells in table:
        writer.writerow(map(csv_cell, cells))
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _json(request: HttpRequest, version: PublishedVersion) -> HttpResponse:
    names = reading.names_of(version)
    fields = reading.declared(version).fields
    entries: list[dict[str, Any]] = []
    for row in reading.rows_of(version):
        line = reading.line_of(version, row, names, "zh")
        entries.append({
            "organ": row.entry.organ.name, "key": row.entry.key, "valid_from": row.valid_from.isoformat(),
            **{name: cell.value for name, cell in zip(names, line.cells, strict=True)},
        })  # fmt: skip
    head = {
        "list": version.register, "name": version.list_name.zh, "organ": version.organ.name,
        "whole_region": version.whole_region, "version": version.number, "day": version.day.isoformat(),
        "published_at": version.published_at.isoformat(), "digest": version.digest,
        "address": request.build_absolute_uri(reverse("public:version", args=[version.pk])),
        "fields": {name: {"zh": fields[name].zh, "en": fields[name].en} for name in names},
    }  # fmt: skip
    text = json.dumps({**head, "entries": entries}, ensure_ascii=False, indent=1)
    return HttpResponse(text, content_type="application/json; charset=utf-8")
