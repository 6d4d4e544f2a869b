"""审计 in the browser: the audit trail by kind, person, action, thing and day, and its export. For audit administrators only.

What may be seen is decided in ``security.searching``.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zhunsheng.cases.models import Case
from zhunsheng.catalogue.loading import systems
from zhunsheng.desk.audit_words import Called
from zhunsheng.desk.frame import Crumb, officers_only, page
from zhunsheng.desk.organ_pages import GROUP
from zhunsheng.desk.paging import PAGE_SIZE
from zhunsheng.desk.wording import say
from zhunsheng.desk.workbook import workbook_file
from zhunsheng.kernel.words import Words
from zhunsheng.security import chain, searching
from zhunsheng.security.audit import record
from zhunsheng.security.models import AuditKind, Link
from zhunsheng.security.searching import Asked
from zhunsheng.typed import typed_day, whole_number

TITLE = Words("审计", "Audit")
WAITING = 10_000
"""Rows not sealed yet are counted up to so many."""


def asked_of(query: Any) -> Asked:
    """What the filters say; what cannot be read is left out."""
    kind = query.get("kind", "")
    return Asked(
        kind if kind in AuditKind.values else AuditKind.SECURITY, query.get("person", "").strip(),
        query.get("action", "").strip(), _subject(query.get("subject", "").strip()), typed_day(query.get("first")), typed_day(query.get("last")),
    )  # fmt: skip


def _subject(text: str) -> str:
    """A case by its number, or by its key in addresses; anything else as it stands in the trail."""
    if text.isdecimal():
        return f"case:{text}"
    numbered = Case.objects.filter(system__in=list(systems()), number=text) if "号" in text else Case.objects.none()
    found = numbered.values_list("pk", flat=True).first()
    return text if found is None else f"case:{found}"


@officers_only
def audit(request: Any) -> HttpResponse:
    """审计记录: the newest first, fifty at a time."""
    if not searching.may_read(request.access):
        raise Http404
    asked = asked_of(request.GET)
    rows = searching.entries(request.access, asked)
    before = whole_number(request.GET.get("before"))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    called = Called(shown)
    waiting = chain.count_waiting(WAITING)
    context = {
        "asked": asked, "kinds": AuditKind.choices, "lines": [line_of(row, called) for row in shown],
        "earlier": shown[-1].pk if len(found) > PAGE_SIZE else None, "is_first": before is None,
        "names": sorted({say(name) for name in searching.names().values()}),
        "chain": Link.objects.order_by("-number").only("number", "at", "digest").first(), "waiting": waiting,
        "is_more": waiting >= WAITING,
    }  # fmt: skip
    return page(request, "desk/audit.html", context, trail=[Crumb(GROUP), Crumb(TITLE)])


def line_of(row: Any, called: Called) -> dict[str, Any]:
    """One entry as it is shown."""
    return {
        "row": row, "name": say(searching.name_of(row)), "person": row.officer.name if row.officer else "",
        "thing": called.thing(row), "told": called.told(row),
    }  # fmt: skip


@officers_only
def export(request: Any) -> HttpResponse:
    """导出: the entries asked for as a workbook that says on its face and in its foot who took it out and when."""
    if not searching.may_read(request.access):
        raise Http404
    asked = asked_of(request.GET)
    rows = searching.entries(request.access, asked)[: searching.MOST]

    def lines() -> Iterator[list[Any]]:
        every = rows.iterator(chunk_size=2000)
        while some := list(islice(every, 2000)):
            called = Called(some)
            for row in some:
                line = line_of(row, called)
                at = timezone.localtime(row.at).strftime("%Y-%m-%d %H:%M:%S")
                yield [row.pk, at, line["person"], line["name"], line["thing"], line["told"], row.action, row.subject]

    heads = [
        _("序号"),
        _("时间"),
        _("人员"),
        _("操作"),
        pgettext("审计", "对象"),
        _("内容"),
        _("操作代码"),
        _("对象代码"),
    ]
    file, count = workbook_file(_("审计记录"), heads, lines(), _("仅供审计使用"), request.user)
    told = {"kind": str(asked.kind), "action": asked.action, "subject": asked.subject}
    record("security.audit_export", "audit", request.user.pk, rows=count, **{k: v for k, v in told.items() if v})
    return FileResponse(file, as_attachment=True, filename=f"{_('审计记录')}-{request.day.isoformat()}.xlsx")
