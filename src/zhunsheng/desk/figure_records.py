"""The records behind a figure (穿透): every posting with the case, entry, meeting, body or statement it came from, and the
workbook.

A record opens only for who may see what it came from; the number of records is no secret.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from zhunsheng.bodies.models import Body, Meeting
from zhunsheng.cases.models import Case
from zhunsheng.desk.asked import Asked, asked_of
from zhunsheng.desk.case_page import breakdown_words
from zhunsheng.desk.case_rows import shown_title
from zhunsheng.desk.figure_pages import TITLE, head_line
from zhunsheng.desk.figure_tables import parts_of, system_of
from zhunsheng.desk.frame import Crumb, officers_only, page
from zhunsheng.desk.paging import Part, page_of_keys
from zhunsheng.desk.wording import name_of, say
from zhunsheng.desk.workbook import workbook_file
from zhunsheng.kernel.words import Words
from zhunsheng.ledger.figures import Figure, figures, records_of
from zhunsheng.ledger.models import Posting, Source, Statement
from zhunsheng.ledger.readings import Reading, accounts, region_prefix
from zhunsheng.ledger.series import over_organs
from zhunsheng.orgs.access import Access
from zhunsheng.orgs.models import Organ
from zhunsheng.registers.models import Entry
from zhunsheng.retention.models import Tombstone
from zhunsheng.security.audit import record
from zhunsheng.typed import whole_number

CHUNK = 2_000


@dataclass(frozen=True)
class RecordLine:
    """One posting with what it came from, as far as the reader may see it."""

    posting: Posting
    case: Case | None
    entry: Entry | None
    statement: Statement | None
    meeting: Meeting | None
    body: Body | None
    destroyed: Tombstone | None
    parts: str


@dataclass(frozen=True)
class Chosen:
    """Which of the records are wanted."""

    part: str
    organ: Organ | None
    own: bool
    corrections: bool
    rows: QuerySet[Posting]

    def count(self, account: str, held: Mapping[int, Reading], paths: Mapping[int, str]) -> int:
        """How many they are, as the balances tell that count the postings behind them; ``held`` by organ."""
        if self.corrections:
            return self.rows.count()
        counted = 0
        for organ, reading in held.items():
            if (
                self.organ is None
                or organ == self.organ.pk
                or (not self.own and paths[organ].startswith(self.organ.path))
            ):
                counted += reading.records(accounts()[account].stock, self.part)
        return counted

    @property
    def is_any(self) -> bool:
        return bool(self.part or self.organ or self.corrections)


def chosen_of(request: Any, asked: Asked, account: str) -> Chosen:
    """The records an address asks for. 404 for an organ outside the region."""
    query = request.GET
    part, own, corrections = query.get("part", ""), query.get("own") == "1", query.get("corrections") == "1"
    organ = None
    if (number := whole_number(query.get("organ"))) is not None:
        inside = Organ.objects.filter(region__code__startswith=region_prefix(asked.region.pk))
        organ = inside.filter(pk=number).first()
        if organ is None:
            raise Http404
    below = organ.path if organ else ""
    rows = records_of(account, asked.region.pk, asked.first, asked.last, part or None, below)
    if organ is not None and own:
        rows = rows.filter(organ=organ)
    return Chosen(part, organ, own, corrections, rows.exclude(adjusts=None) if corrections else rows)


@officers_only
def records(request: Any, account: str) -> HttpResponse:
    """The records behind a figure: every posting, each with what it came from."""
    asked = asked_of(request)
    found = _account(asked, account)
    system = system_of(account)
    chosen = chosen_of(request, asked, account)
    apart = over_organs(account, asked.region.pk, asked.first, asked.last, parted=bool(chosen.part))
    held = {organ: holding[account] for organ, holding in apart.items()}
    organs = list(Organ.objects.filter(pk__in=held))
    count = chosen.count(account, held, {organ.pk: organ.path for organ in organs})
    shown = page_of_keys([Part(chosen.rows, count)], request.GET.get("page"))
    postings = {row.pk: row for row in Posting.objects.filter(pk__in=shown.object_list).select_related("organ")}
    context = {
        "here": "figures", "asked": asked, "figure": found, "page": shown, "chosen": chosen, "organs": organs,
        "lines": lines_of(request.access, system, [postings[key] for key in shown.object_list]),
        "part": breakdown_words(system, chosen.part),
        "parts": parts_of(system, found),
    }  # fmt: skip
    trail = [
        Crumb(TITLE, reverse("desk:figures") + asked.query),
        Crumb(found.name, reverse("desk:figure", args=[account]) + asked.query),
        Crumb(Words("记录", "Records")),
    ]
    return page(request, "desk/records.html", context, trail=trail, system=system)


@officers_only
def records_workbook(request: Any, account: str) -> FileResponse:
    """The chosen records as a workbook with the fixed head."""
    asked = asked_of(request)
    found = _account(asked, account)
    chosen = chosen_of(request, asked, account)
    title = _("%(name)s记录") % {"name": say(found.name)}
    heads = [_("来源"), _("名称"), _("日期"), _("入账月份"), _("更正的月份"), _("数值"), _("分项"), _("机关")]
    rows = _cells(request.access, account, chosen.rows)
    file, count = workbook_file(title, heads, rows, head_line(request, asked, say(found.unit)), request.user)
    record("figures.export", f"region:{asked.region.pk}", request.user.pk, account=account, rows=count)
    return FileResponse(file, as_attachment=True, filename=f"{title}.xlsx")


def _account(asked: Asked, account: str) -> Figure:
    if account not in accounts():
        raise Http404
    return figures(asked.region.pk, asked.first, asked.last, only=[account])[account]


def lines_of(access: Access, system: Any, postings: Iterable[Posting]) -> list[RecordLine]:
    """Some postings with their sources; a fixed number of queries."""
    postings = list(postings)
    keys: dict[str, set[int]] = {source: set() for source in Source.values}
    for posting in postings:
        keys[posting.source].add(posting.source_id)
    visible = Case.visible.to(access).filter(pk__in=keys["case"])
    cases = {row.pk: row for row in visible.only("number", "title", "system", "version", "fields")}
    entries = {row.pk: row for row in Entry.visible.to(access).filter(pk__in=keys["register"])}
    statements = {row.pk: row for row in Statement.objects.filter(pk__in=keys["declared"])}
    meetings = {row.pk: row for row in Meeting.visible.to(access).filter(pk__in=keys["meeting"])}
    bodies = {row.pk: row for row in Body.visible.to(access).filter(pk__in=keys["body"])}
    gone = keys["case"] - cases.keys()
    destroyed = {row.record: row for row in Tombstone.visible.to(access).filter(record__in=gone)} if gone else {}
    return [
        RecordLine(
            p, cases.get(p.source_id) if p.source == "case" else None,
            entries.get(p.source_id) if p.source == "register" else None,
            statements.get(p.source_id) if p.source == "declared" else None,
            meetings.get(p.source_id) if p.source == "meeting" else None,
            bodies.get(p.source_id) if p.source == "body" else None,
            destroyed.get(p.source_id) if p.source == "case" else None,
            breakdown_words(system, p.breakdown),
        )
        for p in postings
    ]  # fmt: skip


def _cells(access: Access, account: str, rows: QuerySet[Posting]) -> Iterator[list[Any]]:
    system = system_of(account)
    waiting: list[Posting] = []
    for posting in rows.iterator(chunk_size=CHUNK):
        waiting.append(posting)
        if len(waiting) == CHUNK:
            yield from map(cell_row, lines_of(access, system, waiting))
            waiting = []
    yield from map(cell_row, lines_of(access, system, waiting))


def cell_row(line: RecordLine) -> list[Any]:
    """A record in the cells of a workbook: what it came from first."""
    source, name = _("您的岗位不能查看这条记录"), ""
    if line.case is not None:
        source, name = line.case.number, shown_title(line.case)
    elif line.entry is not None:
        source = line.entry.key
    elif line.statement is not None:
        source, name = _("申报数"), line.statement.source_paper
    elif line.meeting is not None:
        source = line.meeting.title
    elif line.body is not None:
        source = line.body.name
    elif line.destroyed is not None:
        source, name = line.destroyed.number, _("已销毁")
    p = line.posting
    return [source, name, p.on.isoformat(), p.month, p.adjusts or "", p.value, line.parts, name_of(p.organ)]
