"""The public pages of documents (文件库的网页): the library with its filters and any past day, one document, its comparison with
an earlier text, its file.

What may be shown is decided in ``documents``.
"""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from zhunsheng.catalogue.loading import system
from zhunsheng.kernel.words import Words
from zhunsheng.papers.document import Block, Document, Heading, Note, Number, Run, Title
from zhunsheng.papers.document import Paragraph as Printed
from zhunsheng.papers.docx import to_docx
from zhunsheng.portal import documents, reading, searches
from zhunsheng.portal.acts import said_of
from zhunsheng.portal.documents import LIBRARY
from zhunsheng.portal.pages import PAGE_SIZE, Crumb, day_asked, entry_context, entry_page, language, show
from zhunsheng.registers.models import Entry, PublishedVersion, Revision
from zhunsheng.search.wording import LONGEST_QUESTION

STANDING = {
    "": Words("现行有效", "In force"),
    "gone": Words("不再有效或者尚未施行", "Not in force"),
    "all": Words("全部", "All"),
}
HEAD = {
    "index_number": Words("索引号", "Index number"),
    "theme": Words("主题分类", "Subject"),
    "maker": Words("发布机构", "Issued by"),
    "made_on": Words("成文日期", "Made on"),
    "number": Words("文号", "Number"),
    "published_on": Words("公布日期", "Published on"),
    "effective_on": Words("施行日期", "In force from"),
    "valid_until": Words("有效期至", "Valid until"),
}
"""The head data of a document, named and ordered as government sites show them."""


def documents_crumb() -> Crumb:
    return Crumb(_("文件库"), reverse("public:documents"))


def library(request: HttpRequest) -> HttpResponse:
    """文件库: documents in force, or all, of today or of a past day; filtered and searched."""
    day, wrong = day_asked(request)
    today = day or timezone.localdate()
    its = documents.editions(day)
    typed = request.GET.get("q", "").strip()[:LONGEST_QUESTION]
    if typed and "page" not in request.GET:
        searches.count(timezone.localdate())
    asked = {name: request.GET.get(name, "")[:120] for name in ("standing", "kind", "maker", "theme")}
    rows = documents.documents(its, reading.question_of(typed) if typed else None)
    offered = {name: _values_of(its, name) for name in ("maker", "theme")}
    for name in ("kind", "maker", "theme"):
        if asked[name]:
            rows = rows.filter(**{f"values__{name}": asked[name]})
    if asked["standing"] != "all":
        keep = documents.not_in_force if asked["standing"] == "gone" else documents.in_force
        rows = keep(rows, today)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    kinds = reading.declared(its[0]).fields["kind"].choices if its else {}
    context = {
        "page": page, "found": [(row, *documents.standing_of(row.values, today)) for row in page], "typed": typed,
        "day": day, "wrong_day": wrong, "asked": asked, "standings": STANDING.items(), "kinds": kinds.items(),
        "offered": offered, "published": bool(its), "narrowed": day or wrong or any(asked.values()), "column": _("政策文件"),
    }  # fmt: skip
    return show(request, "documents", context, Crumb(_("文件库")))


def _values_of(its: list[PublishedVersion], name: str) -> list[str]:
    if not all(name in version.fields for version in its):
        return []
    found = documents.documents(its).order_by().values_list(f"values__{name}", flat=True).distinct()
    return sorted(str(value) for value in found if value)


def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """An entry of any list; a document of the library as a document."""
    context = entry_context(pk)
    if context["entry"].register == LIBRARY and context["now"] is not None:
        return _document(request, context["entry"], context["now"], context["row"], context)
    return entry_page(request, context)


def _document(request: HttpRequest, entry: Entry, version: PublishedVersion, row: Revision, more: Any) -> HttpResponse:
    """One document as it stands now; ``more``: what every page of an entry has."""
    today = timezone.localdate()
    values = {name: row.values.get(name) for name in version.fields}
    form = reading.declared(version)
    its = documents.editions()
    head = [
        (words, reading.said(form.fields[name], entry.key if name == form.key else values.get(name), language()))
        for name, words in HEAD.items() if name in form.fields
    ]  # fmt: skip
    standing, mark = documents.standing_of(values, today)
    replaced, by = _relatives(its, entry, values)
    context = more | {
        "values": values, "head": [(name, said) for name, said in head if said], "standing": standing, "mark": mark,
        "status": reading.said(form.fields["status"], values.get("status"), language()),
        "text": documents.paragraphs(values.get("text") or ""), "citation": documents.citation(values, entry.key),
        "redlines": documents.earlier_texts(entry, values, its) if values.get("text") else [],
        "interpretation": [line for line in (values.get("interpretation") or "").splitlines() if line.strip()],
        "replaced": replaced, "replaced_by": by, "consultations": documents.consulted_on(entry), "column": _("政策文件"), "published_on": values.get("published_on"),
    }  # fmt: skip
    return show(request, "document", context, documents_crumb(), Crumb(more["title"]), organ=entry.organ)


def _relatives(its: Any, entry: Entry, values: dict[str, Any]) -> tuple[Revision | None, Revision | None]:
    """The document this one replaces, and the one that replaces it; two queries."""
    rows = documents.documents(its)
    replaced = rows.filter(entry__key=values["replaces"]).first() if values.get("replaces") else None
    return replaced, rows.filter(values__replaces=entry.key).exclude(entry=entry).first()


def redline(request: HttpRequest, pk: int) -> HttpResponse:
    """修改对照: a document beside an earlier text; of one that is gone its page says so."""
    if (standing := _standing(pk)) is None:
        return entry(request, pk)
    document, version, row = standing
    values = {name: row.values.get(name) for name in version.fields}
    others = documents.earlier_texts(document, values, documents.editions()) if values.get("text") else []
    if not others:
        raise Http404
    against = next((one for one in others if one.key == request.GET.get("against")), others[0])
    shown = documents.compared(against.text, values["text"])
    title = reading.title_of(version, row, language())
    context = {
        "title": title, "entry": document, "others": others, "against": against, "shown": shown, "column": _("政策文件"),
        "changed": sum(bool(one.mark) for one in shown),
    }  # fmt: skip
    here = Crumb(title, reverse("public:entry", args=[pk]))
    return show(request, "redline", context, documents_crumb(), here, Crumb(_("修改对照")), organ=document.organ)


def file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """下载: the text of a document as a file; of one that is gone its page says so."""
    if (standing := _standing(pk)) is None:
        return entry(request, pk)
    document, version, row = standing
    values = {name: row.values.get(name) for name in version.fields}
    if not values.get("text"):
        raise Http404
    title = reading.title_of(version, row, language())
    blocks: list[Block] = [Title(title), Number(document.key)]
    for place, text in documents.paragraphs(values["text"]):
        is_chapter = text.startswith("第") and "章" in text[:8] and len(text) < 40
        blocks.append(Heading(1, text) if is_chapter and place == "" else Printed((Run(text),)))
    said = [(str(values.get("maker") or ""), _published(values)), (_("来源"), request.build_absolute_uri(
        reverse("public:entry", args=[pk])))]  # fmt: skip
    blocks.append(Note("　".join(part for pair in said for part in pair if part)))
    return FileResponse(io.BytesIO(to_docx(Document(tuple(blocks)))), as_attachment=True, filename=f"{title}.docx")


def _published(values: dict[str, Any]) -> str:
    day = values.get("published_on")
    return _("%(day)s 公布") % {"day": date.fromisoformat(day)} if day else ""


def _standing(pk: int) -> tuple[Entry, PublishedVersion, Revision] | None:
    """A document as it stands; nothing where it stands no more or never did; 404 where it is none."""
    found = reading.entry_of(pk)
    if found is None or found.register != LIBRARY:
        raise Http404
    now = reading.course_of(found, language())[0]
    return (found, *now) if now is not None else None


def cleanups(request: HttpRequest) -> HttpResponse:
    """清理结果: what each clean-up that was published came to; with ``campaign`` document by document."""
    campaign = request.GET.get("campaign", "")[:120]
    outcomes = system("normdoc_cleanup").procedures[-1].outcomes
    context: dict[str, Any] = {"campaign": campaign, "column": _("政策文件")}
    trail = [documents_crumb(), Crumb(_("清理结果"), reverse("public:cleanups"))]
    if campaign:
        page = Paginator(documents.cleaned(campaign), PAGE_SIZE).get_page(request.GET.get("page"))
        if not page.paginator.count:
            raise Http404
        context |= {"page": page, "found": [(said_of(case), outcomes[case.outcome].words, case.organ) for case in page]}
        trail.append(Crumb(campaign))
    else:
        context["campaigns"] = [
            (name, [(outcomes[key].words, counts[key]) for key in outcomes if key in counts], sum(counts.values()))
            for name, counts in documents.campaigns()
        ]  # fmt: skip
    return show(request, "cleanups", context, *trail)
