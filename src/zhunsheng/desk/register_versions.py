"""Published versions of a list (公布版本): which there are, publishing the next, one as it was printed, two side by side.

``registers.actions`` publishes; what a version says comes from ``registers.publishing``.
"""

from __future__ import annotations

import io
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from zhunsheng.desk.frame import Crumb, officers_only
from zhunsheng.desk.paging import PAGE_SIZE
from zhunsheng.desk.register_comparison import version_name
from zhunsheng.desk.register_entry import kind_name
from zhunsheng.desk.register_forms import PublishForm, WithdrawForm, form_page
from zhunsheng.desk.register_pages import List, list_or_404, list_page, said, texts_of
from zhunsheng.desk.wording import language, say
from zhunsheng.kernel.register import ChangeKind
from zhunsheng.papers.docx import to_docx
from zhunsheng.papers.html import to_html
from zhunsheng.registers import actions
from zhunsheng.registers.models import PublishedVersion
from zhunsheng.registers.publishing import changes_between, entries_of, gazette, is_intact
from zhunsheng.registers.reading import Changed
from zhunsheng.security.audit import record


@officers_only
def versions(request: Any, slug: str) -> HttpResponse:
    """Every version that was published; what is public is public to every officer of the system."""
    found = list_or_404(request, slug)
    rows = _versions(slug).order_by("-published_at")
    context = {
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "may_publish": bool(found.declared.public and found.organs(found.declared.approvers)),
    }
    return list_page(request, "desk/register_versions.html", found, "versions", context)


def _versions(slug: str) -> Any:
    return PublishedVersion.objects.filter(register=slug).select_related("organ", "published_by")


@officers_only
def publish(request: Any, slug: str) -> HttpResponse:
    """公布: the next version."""
    found = list_or_404(request, slug)
    organs = found.organs(found.declared.approvers)
    if not organs or not found.declared.public:
        raise Http404
    form = PublishForm(request.POST or None, organs=organs, initial={"day": request.day.isoformat()})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        organ = next((o for o in organs if o.pk == data.get("organ")), organs[0])
        with form.refusals():
            version = actions.publish(
                slug, organ, data["day"], request.user, whole_region=data.get("scope") == "region", note=data["note"]
            )
            messages.success(
                request, _("已公布第 %(n)s 版，共 %(count)s 条") % {"n": version.number, "count": version.entries}
            )
            return HttpResponseRedirect(reverse("desk:register-version", args=[slug, version.pk]))
    back = reverse("desk:register-versions", args=[slug])
    return form_page(request, found, "versions", form, _("公布清单"), back, submit=_("公布"))


@officers_only
def withdraw(request: Any, slug: str, pk: int) -> HttpResponse:
    """撤下: a version that should not have been published goes off the public pages."""
    found, row = _version_or_404(request, slug, pk)
    if row.withdrawn_at is not None or not _may_withdraw(found, row):
        raise Http404
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            actions.withdraw(row, request.user, reason=form.cleaned_data["reason"])
            messages.success(request, _("已撤下第 %(n)s 版") % {"n": row.number})
            return HttpResponseRedirect(reverse("desk:register-version", args=[slug, pk]))
    back = reverse("desk:register-version", args=[slug, pk])
    title = _("撤下%(version)s") % {"version": version_name(row)}
    return form_page(request, found, "versions", form, title, back, submit=_("撤下"))


def _may_withdraw(found: List, row: PublishedVersion) -> bool:
    return any(organ.pk == row.organ_id for organ in found.organs(found.declared.approvers))


def _version_or_404(request: Any, slug: str, pk: int) -> tuple[List, PublishedVersion]:
    list_or_404(request, slug)
    row = get_object_or_404(_versions(slug), pk=pk)
    return list_or_404(request, slug, row.day), row


@officers_only
def version(request: Any, slug: str, pk: int) -> HttpResponse:
    """A version as it prints; with ``against`` what has changed since another one."""
    found, row = _version_or_404(request, slug, pk)
    others = list(_versions(slug).filter(organ=row.organ_id, whole_region=row.whole_region).exclude(pk=pk)
                  .order_by("-number"))  # fmt: skip
    wanted = request.GET.get("against", "")
    other = next((item for item in others if str(item.pk) == wanted), None)
    context: dict[str, Any] = {
        "row": row, "name": version_name(row), "others": others, "other": other,
        "may_withdraw": row.withdrawn_at is None and _may_withdraw(found, row),
    }  # fmt: skip
    if other is not None:
        older, newer = sorted((row, other), key=lambda item: item.number)
        changed = changes_between(older, newer)
        counts = [(kind_name(kind), sum(item.kind is kind for item in changed)) for kind in list(ChangeKind)[:3]]
        page = Paginator(changed, PAGE_SIZE).get_page(request.GET.get("page"))
        context |= {"older": older, "newer": newer, "counts": counts, "page": page,
                    "changed": [_told(found, item) for item in page]}  # fmt: skip
    else:
        rows = list(entries_of(row))
        document = gazette(row, found.declared, rows, language())
        context |= {"intact": is_intact(row, rows), "shown": to_html(document)}
    crumbs = (Crumb(_("公布"), reverse("desk:register-versions", args=[slug])), Crumb(version_name(row)))
    return list_page(request, "desk/register_version.html", found, "versions", context, *crumbs)


def _told(found: List, item: Changed) -> tuple[Changed, str, str, list[tuple[str, str, str]]]:
    title = said(found.declared, found.declared.title, item.after or item.before)
    return item, kind_name(item.kind), title, texts_of(found.declared, item.fields, item.before, item.after)


@officers_only
def version_document(request: Any, slug: str, pk: int) -> HttpResponse:
    """下载: the version as a .docx file; that it was taken out is kept in the audit trail."""
    found, row = _version_or_404(request, slug, pk)
    document = gazette(row, found.declared, entries_of(row), language())
    record("register.download", f"published_version:{pk}", request.user.pk, register=slug)
    name = f"{say(found.declared.name)}{version_name(row)}.docx"
    return FileResponse(io.BytesIO(to_docx(document)), as_attachment=True, filename=name)
