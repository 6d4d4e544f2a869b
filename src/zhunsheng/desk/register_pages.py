"""A list on a chosen day (清单): the entries true on that day, as known now or as known then; search, count, pages, file.

What the other pages of a list need of their list is here too. Reading is ``registers.reading``; nothing is written here
but the audit entry of a file taken out.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.http import FileResponse, Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from zhunsheng.catalogue.loading import System, UnknownSystem
from zhunsheng.desk.asked import day_asked
from zhunsheng.desk.frame import Crumb, may_work_in, officers_only, page
from zhunsheng.desk.paging import PAGE_SIZE
from zhunsheng.desk.reach import system_or_404
from zhunsheng.desk.wording import language, name_of, say, value_of
from zhunsheng.desk.workbook import mark_of
from zhunsheng.kernel.masking import mask
from zhunsheng.kernel.register import Register
from zhunsheng.orgs.access import Access
from zhunsheng.orgs.history import in_tree_order
from zhunsheng.orgs.models import Organ
from zhunsheng.registers.exporting import export_list
from zhunsheng.registers.models import ChangeSet, ChangeSetState, Revision
from zhunsheng.registers.reading import change_sets_of, count_by_organ, entries_on
from zhunsheng.security.audit import record
from zhunsheng.typed import whole_number

OPEN_STATES = (ChangeSetState.DRAFT, ChangeSetState.RETURNED)
"""The states in which an editor works on a change set."""


@dataclass(frozen=True)
class List:
    """The list a page is about: its system, its declaration on a day, and who looks."""

    system: System
    declared: Register
    access: Access

    @property
    def slug(self) -> str:
        return self.system.slug

    def holds(self, side: Iterable[str], path: str) -> bool:
        """Whether the officer holds one of the roles towards an organ."""
        held = self.access.roles(self.slug, path, frozenset(self.declared.roles))
        return bool(held.intersection(side))

    def may_edit(self, path: str) -> bool:
        return self.holds(self.declared.editors, path)

    def may_approve(self, path: str) -> bool:
        return self.holds(self.declared.approvers, path)

    def organs(self, side: Iterable[str]) -> list[Organ]:
        """The organs in being towards which the officer holds one of the roles, in the order of the tree; one query."""
        near = Q(pk__in=self.access.organs())
        for holding in self.access.holdings:
            if holding.whole_tree:
                near |= Q(path__startswith=holding.path)
        today = timezone.localdate()
        rows = Organ.objects.filter(near, valid_from__lte=today).exclude(valid_to__lte=today).select_related("region")
        return [organ for organ in in_tree_order(rows) if self.holds(side, organ.path)]


def list_or_404(request: Any, slug: str, day: date | None = None) -> List:
    """The list, when the officer has to do with it; else it does not exist for him (404)."""
    system = system_or_404(slug)
    if not system.registers or not may_work_in(request.access, slug):
        raise Http404
    try:
        declared = system.register_on(day or request.day)
    except UnknownSystem:
        declared = system.registers[0]
    return List(system, declared, request.access)


def list_page(
    request: Any, template: str, shown: List, here: str, context: Mapping[str, Any], *crumbs: Crumb, status: int = 200
) -> HttpResponse:
    """A page of a list under the tabs that all of them share."""
    waiting = change_sets_of(shown.slug, request.access).filter(state=ChangeSetState.SUBMITTED).order_by().count()
    tabs = [
        ("list", _("清单"), reverse("desk:register", args=[shown.slug]), 0),
        ("changes", _("变更"), reverse("desk:register-changes", args=[shown.slug]), waiting),
    ]
    if shown.declared.compare:
        tabs.append(("comparison", _("比对"), reverse("desk:register-comparison", args=[shown.slug]), 0))
    if shown.declared.public:
        tabs.append(("versions", _("公布"), reverse("desk:register-versions", args=[shown.slug]), 0))
    trail = list(crumbs)
    if shown.system.procedures:
        trail.insert(0, Crumb(shown.declared.name.words, tabs[0][2]))
    if shown.system.procedures:
        tabs.append(("cases", _("办件"), reverse("desk:cases", args=[shown.slug]), 0))
    frame = {"system": shown.system, "declared": shown.declared, "tabs": tabs, "tab": here}
    return page(request, template, {**frame, **context}, trail=trail, system=shown.system, status=status)


# --- the list --------------------------------------------------------------------------------------------------------


@officers_only
def entries(request: Any, slug: str) -> HttpResponse:
    day, wrong = day_asked(request)
    found = list_or_404(request, slug, day)
    declared = found.declared
    everything, organs, chosen = _asked(request, found, day)
    text = request.GET.get("q", "").strip()
    rows = _searched(everything, declared, text)
    total = everything.count()
    paginator = Paginator(rows, PAGE_SIZE)
    shown = paginator.get_page(request.GET.get("page"))
    columns = declared.list_columns or [declared.key, declared.title]
    into = _into(request, found)
    context = {
        "day": day,
        "wrong": wrong,
        "as_then": request.GET.get("known") == "then",
        "text": text,
        "total": total,
        "count": paginator.count,
        "page": shown,
        "organs": organs,
        "chosen": chosen,
        "into": into,
        "columns": [("", column_name(declared, key)) for key in columns],
        "linked": columns.index(declared.key) if declared.key in columns else 0,
        "rows": [(row, [cell(declared, row, key) for key in columns]) for row in shown],
        "may_start": any(found.may_edit(holding.path) for holding in request.access.holdings),
    }
    return list_page(request, "desk/register.html", found, "list", context)


def _asked(request: Any, found: List, day: date) -> tuple[QuerySet[Revision], list[tuple[Organ, int]], str]:
    """The entries asked for, the organs that have any, and the one chosen."""
    as_then = request.GET.get("known") == "then"
    known_at = timezone.make_aware(datetime.combine(day, time.max)) if as_then else None
    rows = entries_on(found.slug, access=request.access, true_on=day, known_at=known_at)
    organs = count_by_organ(rows)
    chosen = request.GET.get("organ", "")
    organ = whole_number(chosen)
    if organ is not None:
        rows = rows.filter(entry__organ=organ)
    return rows, organs, chosen


def _searched(rows: QuerySet[Revision], declared: Register, text: str) -> QuerySet[Revision]:
    if not text:
        return rows
    named = rows.annotate(named=KeyTextTransform(declared.title, "values"))
    return named.filter(Q(entry__key__icontains=text) | Q(named__icontains=text))


def _into(request: Any, found: List) -> ChangeSet | None:
    """The draft for which entries are being picked."""
    number = whole_number(request.GET.get("into"))
    if number is None:
        return None
    draft = change_sets_of(found.slug, request.access).filter(pk=number, state__in=OPEN_STATES).first()
    return draft if draft is not None and found.may_edit(draft.path) else None


@officers_only
def list_workbook(request: Any, slug: str) -> HttpResponse:
    """导出: the list of a day as a workbook that can be filled in and imported again; that it was taken out is kept."""
    day, _wrong = day_asked(request)
    found = list_or_404(request, slug, day)
    chosen = whole_number(request.GET.get("organ"))
    organ = Organ.objects.filter(pk=chosen).first() if chosen is not None else None
    as_then = request.GET.get("known") == "then"
    known_at = timezone.make_aware(datetime.combine(day, time.max)) if as_then else None
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    count = export_list(
        slug, file, access=request.access, true_on=day, known_at=known_at, organ=organ, language=language(),
        mark=mark_of(request.user),
    )  # fmt: skip
    file.seek(0)
    record("register.export", f"register:{slug}", request.user.pk, entries=count, day=day.isoformat())
    return FileResponse(file, as_attachment=True, filename=f"{say(found.declared.name)}{day}.xlsx")


def column_name(declared: Register, key: str) -> str:
    names = {"organ": _("单位"), "valid_from": _("生效日期"), "valid_to": _("失效日期")}
    return names.get(key) or say(declared.fields[key])


def cell(declared: Register, row: Revision, key: str) -> str:
    """One column of one entry in words, sensitive fields masked."""
    match key:
        case "organ":
            return name_of(row.entry.organ)
        case "valid_from" | "valid_to":
            day = getattr(row, key)
            return day.isoformat() if day else "—"
    return said(declared, key, row.values)


def said(declared: Register, name: str, values: Mapping[str, Any] | None) -> str:
    """What some values of an entry say in a field, masked; a dash where they say nothing."""
    field = declared.fields[name]
    return value_of(field, mask(field, (values or {}).get(name)))


def texts_of(
    declared: Register, names: Iterable[str], before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> list[tuple[str, str, str]]:
    """(field, before, after) in words."""
    return [
        (say(declared.fields[name]), said(declared, name, before), said(declared, name, after))
        for name in names
        if name in declared.fields
    ]


def change_sets_with_lines(rows: QuerySet[ChangeSet]) -> QuerySet[ChangeSet]:
    """Change sets with the number of their lines."""
    return rows.annotate(count=Count("lines"))
