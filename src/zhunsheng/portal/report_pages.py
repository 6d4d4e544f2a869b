"""Annual reports for the public (年度报告): each as it was published, with its head data, its file, and its figures as open data.

A report is public from the moment it is published; what it printed then is kept with it, so that it never changes. One that was
corrected stays, and says so; its correction says what it changed and why.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from zhunsheng.kernel.words import Words, plain_number
from zhunsheng.papers.docx import to_docx
from zhunsheng.papers.html import to_html
from zhunsheng.portal.acts import public, said_of
from zhunsheng.portal.pages import Crumb, language, show
from zhunsheng.reports.composing import PUBLIC, Composed, government_of
from zhunsheng.reports.corrections import changes, notice_of
from zhunsheng.reports.kept import composed_of
from zhunsheng.reports.models import ReportDraft, Stage
from zhunsheng.spreadsheets import csv_cell

COLUMNS = {
    "section": Words("所在部分", "Section"), "name": Words("指标", "Figure"), "year": Words("年度", "Year"), "value": Words("数值", "Value"),
    "unit": Words("单位", "Unit"), "printed": Words("报告中的写法", "As printed"),
}  # fmt: skip


def published() -> QuerySet[ReportDraft]:
    """The reports that were published, the newest first; corrected ones too."""
    rows = ReportDraft.objects.filter(stage__in=(Stage.PUBLISHED, Stage.CORRECTED)).select_related("region", "corrects")
    return rows.order_by("-year", "region__code", "-published_at")


def _report(pk: int) -> tuple[ReportDraft, Composed]:
    found = published().filter(pk=pk).first()
    if found is None:
        raise Http404
    return found, composed_of(found, to=PUBLIC)


def reports(request: HttpRequest) -> HttpResponse:
    """年度报告: those that were published, of a corrected one its newest version."""
    found = [(report, report.region) for report in published().filter(stage=Stage.PUBLISHED)]
    return show(request, "reports", {"found": found, "column": _("年度报告")}, Crumb(_("年度报告")))


def report(request: HttpRequest, pk: int) -> HttpResponse:
    """One report as it was published, with what its figures are."""
    row, composed = _report(pk)
    government = government_of(row.region, timezone.localdate(row.published_at))
    title = composed.document.title
    head = [
        (Words("索引号", "Index number"), _index_number(row)),
        (Words("文号", "Number"), row.number),
        (Words("发布机构", "Issued by"), government.name if government else row.region.name),
        (Words("成文日期", "Made on"), f"{timezone.localdate(row.confirmed_at):%Y-%m-%d}" if row.confirmed_at else ""),
        (Words("公开日期", "Published on"), f"{timezone.localdate(row.published_at):%Y-%m-%d}"),
        (Words("主题分类", "Subject"), _("法治政府建设")),
        (Words("公开属性", "Openness"), _("主动公开")),
    ]
    context = {
        "report": row, "title": title, "head": [(name, said) for name, said in head if said], "html": to_html(composed.document),
        "source": government.name if government else row.region.name, "column": _("年度报告"),
        "heads": list(COLUMNS.values()), "figures": [list(line.values()) for line in _figures(composed)],
        "changes": changes(row) if row.corrects else [], "correction": correction_of(row),
    }  # fmt: skip
    return show(
        request,
        "report",
        context,
        Crumb(_("年度报告"), reverse("public:annual-reports")),
        Crumb(title),
        organ=government,
    )


def correction_of(row: ReportDraft) -> ReportDraft | None:
    """The version that was published in place of a corrected report."""
    return published().filter(corrects=row).first() if row.stage == Stage.CORRECTED else None


def _index_number(row: ReportDraft) -> str:
    """The index number under which the organ published the report, from the case that carried it."""
    cases = public("annual_report").filter(organ__region=row.region_id, fields__report_year=row.year)
    return next((number for case in cases if (number := str(said_of(case).get("index_number") or ""))), "")


def file(request: HttpRequest, pk: int) -> FileResponse:
    """The report as a file."""
    _row, composed = _report(pk)
    content = io.BytesIO(to_docx(composed.document))
    return FileResponse(content, as_attachment=True, filename=f"{composed.document.title}.docx")


def notice(request: HttpRequest, pk: int) -> FileResponse:
    """更正说明: the notice of a correction as a file."""
    row, composed = _report(pk)
    if not row.corrects:
        raise Http404
    document = notice_of(row, composed.document)
    content = io.BytesIO(to_docx(document))
    return FileResponse(content, as_attachment=True, filename=f"{document.title}.docx")


def figures(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """数据开放: the figures of a report as csv or JSON."""
    row, composed = _report(pk)
    lines = list(_figures(composed))
    name = f"{composed.document.title}.{form}"
    if form == "json":
        head = {
            "title": composed.document.title, "region": row.region_id, "year": row.year, "number": row.number,
            "published_at": row.published_at.isoformat() if row.published_at else None,
            "address": _address(request, row), "corrects": _address(request, row.corrects),
            "corrected_by": _address(request, correction_of(row)),
            "columns": {key: {"zh": words.zh, "en": words.en} for key, words in COLUMNS.items()},
        }  # fmt: skip
        text = json.dumps({**head, "figures": lines}, ensure_ascii=False, indent=1)
        return HttpResponse(text, content_type="application/json; charset=utf-8")
    if form != "csv":
        raise Http404
    buffer = io.StringIO()
    buffer.write("\ufeff")  # Excel and WPS read a csv file as UTF-8 only with this mark
    writer = csv.writer(buffer)
    writer.writerow([words.within(language()) for words in COLUMNS.values()])
    for line in lines:
        cells = ["" if value is None else str(value) for value in line.values()]
        writer.writerow(map(csv_cell, cells))
    response = HttpResponse(buffer.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response


def _address(request: HttpRequest, row: ReportDraft | None) -> str | None:
    return request.build_absolute_uri(reverse("public:annual-report", args=[row.pk])) if row else None


def _figures(composed: Composed) -> Iterator[dict[str, Any]]:
    """Every figure of a report once for each year, in the order in which it first stands there."""
    seen = set()
    for used in composed.used:
        if (used.figure.account, used.year) in seen:
            continue
        seen.add((used.figure.account, used.year))
        yield {
            "section": used.section, "name": used.figure.name.within(language()), "year": used.year,
            "value": plain_number(used.figure.value), "unit": used.figure.unit.within(language()), "printed": used.printed,
        }  # fmt: skip
