"""决定和结果公开: the public pages of single decisions and results of cases, as they were released: list, page, files, data, feed.

Everything is read through ``releases.reading``: what was hidden is in nothing that is read here, and of what was withdrawn there
is only the stone.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.contrib.syndication.views import Feed
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse, reverse_lazy
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhunsheng.desk.workbook import workbook_file
from zhunsheng.orgs.models import Organ
from zhunsheng.papers.docx import to_docx
from zhunsheng.papers.docx_screen import to_screen
from zhunsheng.papers.html import to_html
from zhunsheng.papers.pdf import NoFaceError, to_pdf
from zhunsheng.portal.open_data import table_csv
from zhunsheng.portal.pages import PAGE_SIZE, Crumb, language, remedies, show
from zhunsheng.portal.reading import decisions_holding, question_of
from zhunsheng.releases import reading
from zhunsheng.releases.copies import Copy
from zhunsheng.releases.kinds import release_kinds
from zhunsheng.releases.models import Release
from zhunsheng.search.wording import LONGEST_QUESTION
from zhunsheng.typed import whole_number

NEWEST = 50
OF_ENFORCEMENT = ("penalty", "licence", "inspection", "other")
"""Kinds of decisions against which there is what ``remedies`` names; after a reconsideration there is the court."""


def kind_name(row: Release) -> str:
    """What kind of decision it is, in the reader's language."""
    return release_kinds()[row.kind].words.within(language())


def _asked(request: HttpRequest) -> dict[str, Any]:
    """The filters of the address; what is none of them is left out."""
    given = request.GET
    kind, organ, year = (given.get(name, "")[:20] for name in ("kind", "organ", "year"))
    return {
        "kind": kind if kind in release_kinds() else "",
        "organ": whole_number(organ),
        "year": whole_number(year, 1949, 9999),
    }


def _rows(asked: dict[str, Any], typed: str) -> QuerySet[Release]:
    rows = reading.published(**asked)
    return rows.filter(pk__in=decisions_holding(question_of(typed)).order_by().values("pk")) if typed else rows


def decisions(request: HttpRequest) -> HttpResponse:
    """决定公开: what stands, by kind, organ and year."""
    asked, typed = _asked(request), request.GET.get("q", "").strip()[:LONGEST_QUESTION]
    page = Paginator(_rows(asked, typed), PAGE_SIZE).get_page(request.GET.get("page"))
    everything = reading.published().order_by()
    context = {
        "typed": typed, "page": page, "rows": [(row, kind_name(row)) for row in page], "asked": asked,
        "kinds": [(code, kind.words) for code, kind in release_kinds().items()],
        "organs": Organ.objects.filter(pk__in=everything.values("organ")).order_by("path"),
        "years": [day.year for day in everything.dates("formed_on", "year", order="DESC")],
        "query": request.GET.urlencode(),
    }  # fmt: skip
    return show(request, "decisions", context, Crumb(_("决定公开")))


def decision(request: HttpRequest, pk: int) -> HttpResponse:
    """One decision as it was released, with its head; of one that was withdrawn the stone."""
    row = reading.published_one(pk)
    here = Crumb(_("决定公开"), reverse("public:decisions"))
    if row is None:
        if (stone := reading.stone_of(pk)) is None:
            raise Http404
        return show(
            request, "decision_gone", {"row": stone, "kind": kind_name(stone)}, here, Crumb(stone.index_number), status=410, organ=stone.organ
        )  # fmt: skip
    copy = reading.copy_of(row)
    text = to_screen(copy.docx) if copy.docx is not None else to_html(copy.document())
    context = {
        "row": row,
        "kind": kind_name(row),
        "text": text,
        "prints": copy.docx is None,
        "remedies": remedies() if row.kind in OF_ENFORCEMENT else [],
    }
    return show(request, "decision", context, here, Crumb(row.index_number), organ=row.organ)


def decision_file(request: HttpRequest, pk: int, form: str) -> HttpResponseBase:
    """The decision as Word or PDF; a Word file keeps its layout and is not set anew. Of one that was withdrawn the stone."""
    row = reading.published_one(pk)
    if row is None:
        return decision(request, pk)
    copy = reading.copy_of(row)
    name = f"{row.index_number.replace('/', '-')}.{form}"
    if form == "docx":
        content = copy.docx if copy.docx is not None else to_docx(copy.document())
        return FileResponse(io.BytesIO(content), as_attachment=True, filename=name)
    if copy.docx is not None:
        raise Http404
    try:
        content = _pdf(json.dumps(copy.blocks, ensure_ascii=False))
    except NoFaceError as error:
        return HttpResponse(error.words.within(language()), status=503, content_type="text/plain; charset=utf-8")
    return FileResponse(io.BytesIO(content), as_attachment=True, filename=name, content_type="application/pdf")


@lru_cache(32)
def _pdf(blocks: str) -> bytes:
    """Setting a page takes a moment, so the last ones are kept."""
    return to_pdf(Copy(json.loads(blocks)).document())


# --- for machines ------------------------------------------------------------------------------------------------------

HEADS = ("index_number", "kind", "title", "number", "organ", "formed_on", "published_on", "address")


def _lines(request: HttpRequest, rows: Iterable[Release]) -> list[tuple[str, ...]]:
    return [
        (
            row.index_number, kind_name(row), row.shown_title, row.number, row.organ.name, row.formed_on.isoformat(),
            _day(row.published_at), request.build_absolute_uri(reverse("public:decision", args=[row.pk])),
        )
        for row in rows
    ]  # fmt: skip


def _day(moment: datetime | None) -> str:
    return moment.date().isoformat() if isinstance(moment, date) else ""


def decision_data(request: HttpRequest, form: str) -> HttpResponseBase:
    """The head of every decision that stands, by the filters of the list, as csv, JSON or Excel."""
    lines = _lines(request, _rows(_asked(request), request.GET.get("q", "").strip()[:LONGEST_QUESTION]))
    name = f"{_('决定公开')}.{form}"
    if form == "json":
        text = json.dumps([dict(zip(HEADS, line, strict=True)) for line in lines], ensure_ascii=False, indent=1)
        return HttpResponse(text, content_type="application/json; charset=utf-8")
    heads = [_("索引号"), _("种类"), _("名称"), _("文号"), _("单位"), _("成文日期"), _("公开日期"), _("网址")]
    if form == "xlsx":
        file, _count = workbook_file(_("决定公开"), heads, lines, "", None)
        return FileResponse(file, as_attachment=True, filename=name)
    return table_csv([heads, *lines], name)


class Decisions(Feed):  # type: ignore[type-arg]
    """决定公开: the decisions released last."""

    feed_type = Atom1Feed
    title = gettext_lazy("决定公开")
    subtitle = gettext_lazy("处罚、许可、复议决定和检查结果")
    link = reverse_lazy("public:decisions")

    def items(self) -> Iterable[Release]:
        return reading.published()[:NEWEST]

    def item_title(self, item: Release) -> str:  # type: ignore[override]
        return item.shown_title

    def item_description(self, item: Release) -> str:  # type: ignore[override]
        return f"{kind_name(item)} {item.number} {item.organ.name}"

    def item_author_name(self, item: Release) -> str:
        return item.organ.name

    def item_link(self, item: Release) -> str:
        return reverse("public:decision", args=[item.pk])

    def item_pubdate(self, item: Release) -> datetime | None:
        return item.published_at

    item_updateddate = item_pubdate
