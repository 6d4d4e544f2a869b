"""One entry of a list (条目): what it says, what was true when and what was known when, who changed it, what it posted.

Reading is ``registers.reading``; nothing is written here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from zhunsheng.cases.models import Case
from zhunsheng.desk.asked import day_asked
from zhunsheng.desk.case_page import breakdown_words
from zhunsheng.desk.frame import Crumb, officers_only
from zhunsheng.desk.law_marks import notices_of_texts
from zhunsheng.desk.register_pages import OPEN_STATES, List, list_or_404, list_page, said, texts_of
from zhunsheng.desk.wording import in_a_row, say
from zhunsheng.kernel.register import ChangeKind, Register
from zhunsheng.kernel.words import Words
from zhunsheng.ledger.models import Posting, Source
from zhunsheng.ledger.readings import accounts
from zhunsheng.registers.models import Entry, Revision
from zhunsheng.registers.reading import Happening, change_sets_of, history


@dataclass(frozen=True)
class Told:
    """One thing done to the entry, in words."""

    happening: Happening
    kind: str
    changes: list[tuple[str, str, str]]
    case: Case | None


def kind_name(kind: ChangeKind | str, correction: bool = False) -> str:
    """What a line does, in a word."""
    if correction:
        return _("更正")
    names = {
        ChangeKind.ADD: _("新增"), ChangeKind.CHANGE: _("变更"), ChangeKind.REMOVE: _("移出"), ChangeKind.NONE: _("无变更"),
    }  # fmt: skip
    return names[ChangeKind(kind)]


def _happened(item: Happening) -> str:
    """What was done to it; what a reform of organs moved was neither added nor removed."""
    if item.kind is ChangeKind.ADD and item.row.moved_in:
        return _("机构改革划入")
    if item.kind is ChangeKind.REMOVE and item.row.moved_out:
        return _("机构改革划出")
    return kind_name(item.kind, item.correction)


@officers_only
def entry(request: Any, slug: str, pk: int) -> HttpResponse:
    found = list_or_404(request, slug)
    rows = Entry.visible.to(request.access).filter(register=slug).select_related("organ__region")
    row = get_object_or_404(rows, pk=pk)
    day, wrong = day_asked(request)
    known, known_wrong = day_asked(request, "known_on")
    moment = timezone.make_aware(datetime.combine(known, time.max))
    revisions = list(row.revisions.select_related("officer", "change_set").order_by("valid_from", "known_from", "pk"))
    current = standing(revisions, day, moment)
    happenings = history(row)
    fields = _fields(found.declared, current.values) if current else []
    context = {
        "entry": row,
        "title": said(found.declared, found.declared.title, (current or revisions[-1]).values),
        "day": day,
        "known": known,
        "asked": bool(request.GET.get("day") or request.GET.get("known_on")),
        "wrong": wrong or known_wrong,
        "current": current,
        "fields": fields,
        "law_notices": _law_notices(request, found.declared, current),
        "not_filled": in_a_row(name for name, value in fields if value == "—"),
        "revisions": [(r, said(found.declared, found.declared.title, r.values)) for r in reversed(revisions)],
        "timeline": _told(request, found.declared, reversed(happenings)),
        "postings": _postings(found, row),
        "drafts": _drafts(request, found, row) if found.may_edit(row.path) else None,
        "in_force": standing(revisions, request.day, timezone.now()) is not None,
    }
    return list_page(request, "desk/register_entry.html", found, "list", context, Crumb(row.key))


def _law_notices(request: Any, declared: Register, current: Revision | None) -> list[tuple[Words, str]]:
    """What to know of statutes the entry names that have changed."""
    if current is None:
        return []
    return notices_of_texts(request, {n: current.values.get(n) for n, field in declared.fields.items() if field.cites})


def standing(revisions: list[Revision], day: date, moment: datetime) -> Revision | None:
    """The revision in force on a day, as it was known at a moment."""
    return next(
        (
            row
            for row in revisions
            if row.valid_from <= day and (row.valid_to is None or day < row.valid_to)
            and row.known_from <= moment and (row.known_to is None or row.known_to > moment)
        ),
        None,
    )  # fmt: skip


def _fields(declared: Register, values: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(say(field), said(declared, name, values)) for name, field in declared.fields.items()]


def _told(request: Any, declared: Register, happenings: Any) -> list[Told]:
    found: list[Happening] = list(happenings)
    numbers = {item.row.case_id for item in found if item.row.case_id}
    cases = {case.pk: case for case in Case.visible.to(request.access).filter(pk__in=numbers)} if numbers else {}
    return [
        Told(item, _happened(item), texts_of(declared, item.fields, item.before, item.row.values),
             cases.get(item.row.case_id or 0))
        for item in found
    ]  # fmt: skip


def _postings(found: List, row: Entry) -> list[tuple[Posting, Any, Any, str]]:
    known = accounts()
    rows = Posting.objects.filter(source=Source.REGISTER, source_id=row.pk).select_related("account", "organ__region")
    return [
        (posting, known[posting.account.key].words if posting.account.key in known else posting.account.key,
         known[posting.account.key].unit.words if posting.account.key in known else "",
         breakdown_words(found.system, posting.breakdown))
        for posting in rows.order_by("-on", "-pk")
    ]  # fmt: skip


def _drafts(request: Any, found: List, row: Entry) -> list[tuple[str, str]]:
    """Where a change of this entry can go: a new draft, or one that its organ has begun."""
    drafts = change_sets_of(found.slug, request.access).filter(organ=row.organ_id, state__in=OPEN_STATES)
    begin = reverse("desk:register-change-new", args=[found.slug])
    return [(_("新拟一项变更"), f"{begin}?organ={row.organ_id}&entry={row.pk}")] + [
        (
            draft.title,
            f"{reverse('desk:register-line', args=[found.slug, draft.pk, 'change'])}?{urlencode({'key': row.key})}",
        )
        for draft in drafts
    ]
