"""Answers only the database can give to a step (事实): is this key in force in that list on that day, was the case discussed
and passed at a meeting by then, what do an entry and the ledger say that nobody is to type again?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from django.db.models import F, QuerySet
from django.utils import timezone

from zhunsheng.bodies.models import Item
from zhunsheng.cases.evidence import told_of
from zhunsheng.cases.models import Case, Event
from zhunsheng.cases.organs import organ_called
from zhunsheng.kernel.action import DiscussedFact, FigureRead, NotedChanges
from zhunsheng.kernel.conditions import Predicate, compile_condition, names_in
from zhunsheng.kernel.fields import FieldError
from zhunsheng.kernel.meeting import MeetingState
from zhunsheng.kernel.postings import identity_of
from zhunsheng.kernel.procedure import Gate, RegisterFact
from zhunsheng.kernel.reckoning import add_months
from zhunsheng.kernel.transition import CompiledProcedure
from zhunsheng.ledger.figures import Figure
from zhunsheng.ledger.formulas import is_formula, work_out
from zhunsheng.ledger.series import figure_called, of_organ
from zhunsheng.orgs.models import Organ
from zhunsheng.orgs.terms import in_being
from zhunsheng.registers.models import ChangeSet, ChangeSetState, PublishedVersion, Revision
from zhunsheng.workbooks import without_remark

Remembered: TypeAlias = dict[tuple[str, str, str | int], list[Revision]]
"""What was read of lists and stays true for a while: a list, the field looked up by and its value -> what is known of those
entries, of whatever day. Only for a caller who knows that no list is written meanwhile."""


def facts_for(
    compiled: CompiledProcedure,
    action: str,
    values: Mapping[str, Any],
    organ_id: int,
    on: date,
    case_id: int | None = None,
    remembered: Remembered | None = None,
) -> dict[str, bool | date]:
    """The facts the gates of an action ask for; no query when they ask for none. A case not written yet (``case_id``
    None) was discussed nowhere; of one that was the day of the last such meeting is told."""
    facts: dict[str, bool | date] = {}
    for compiled_gate in compiled.gates.get(action, ()):
        discussed = compiled_gate.gate.discussed
        if discussed is not None and case_id is not None:
            last = _discussions(discussed, case_id, on).values_list("meeting__starts_at", flat=True).last()
            facts[discussed.fact] = last is not None and timezone.localdate(last)
        if compiled_gate.gate.named and case_id is not None:
            facts[compiled_gate.gate.named_fact] = _is_named(compiled_gate.gate, values, case_id)
        wanted = compiled_gate.gate.registered
        if wanted is None:
            continue
        if wanted.fact not in facts:
            facts[wanted.fact] = _is_registered(wanted, values, organ_id, on, remembered)
    return facts


def _is_named(gate: Gate, values: Mapping[str, Any], case_id: int) -> bool:
    """Whether somebody who took one of the steps of a gate stands in its field by his name."""
    named = names_in(values.get(gate.named or ""))
    took = Event.objects.filter(case=case_id, action__in=gate.not_by).exclude(officer=None)
    return bool(named) and not named.isdisjoint(took.values_list("officer__name", flat=True))


def _is_registered(
    wanted: RegisterFact, values: Mapping[str, Any], organ_id: int, on: date, remembered: Remembered | None
) -> bool:
    rows = _entries(wanted, values, organ_id, on, remembered)
    fits = fitting(wanted, on)
    return bool(rows[:1]) if fits is None else any(fits(row.values) for row in rows)


def fitting(wanted: RegisterFact, on: date) -> Predicate | None:
    """What an entry in force must say for a gate on a day; None where any will do."""
    where, until = compile_condition(wanted.where), wanted.until
    if until is None:
        return where
    day = on.isoformat()
    return lambda said: (where is None or where(said)) and str(said.get(until) or day) >= day


def _entries(
    wanted: RegisterFact, values: Mapping[str, Any], organ_id: int, on: date, remembered: Remembered | None
) -> QuerySet[Revision] | list[Revision]:
    """The entries asked for that are in force on the day, read anew unless they are remembered."""
    key = identity_of(values.get(wanted.key))
    if wanted.key == "organ":
        asked: tuple[str, str, str | int] = (wanted.register_slug, "entry__organ_id", organ_id)
    elif key:
        asked = (wanted.register_slug, "entry__key", key)
    else:
        return []
    if remembered is None:
        return _known(*asked).filter(in_being(on))
    known = remembered.get(asked)
    if known is None:
        known = remembered[asked] = list(_known(*asked))
    return [row for row in known if row.valid_from <= on and (row.valid_to is None or row.valid_to > on)]


def _known(register: str, field: str, value: str | int) -> QuerySet[Revision]:
    """What is known of the entries of a list that have this value, of whatever day."""
    return Revision.objects.filter(entry__register=register, known_to=None, **{field: value}).select_related("entry")


def given_by_platform(
    compiled: CompiledProcedure, action: str, values: Mapping[str, Any], organ: Organ, on: date,
    remembered: Remembered | None = None, case_id: int | None = None,
) -> dict[str, Any]:  # fmt: skip
    """What a step fills in by itself: from the entries its gates ask for (that of the case's organ first), from the meeting that
    passed the case, from figures, and from lists given as evidence. No query where it fills in nothing."""
    if not compiled.given.get(action):
        return {}
    filled = compiled.given[action]
    given: dict[str, Any] = {} if case_id is None else given_by_meetings(compiled, action, case_id, on, filled)
    for compiled_gate in compiled.gates.get(action, ()):
        wanted = compiled_gate.gate.registered
        if wanted is None or not wanted.gives:
            continue
        fits = fitting(wanted, on)
        rows = _entries(wanted, values, organ.pk, on, remembered)
        found = [row for row in rows if fits is None or fits(row.values)]
        if found:
            entry = min(found, key=lambda revision: (revision.entry.organ_id != organ.pk, revision.pk))
            given |= {name: _said(entry, source) for name, source in wanted.gives.items()}
    recounts = compiled.procedure.actions[action].recounts
    if recounts is not None:
        given[recounts] = None if case_id is None else told_of(case_id, on)
    return given | _read_figures(compiled, action, {**values, **given}, organ, on)


def _said(revision: Revision, source: str) -> Any:
    """A field of an entry, or the organ that keeps it, by name."""
    if source == "organ" and source not in revision.values:
        return revision.entry.organ.name
    return revision.values.get(source)


def _read_figures(
    compiled: CompiledProcedure, action: str, values: Mapping[str, Any], case_organ: Organ, on: date
) -> dict[str, Any]:
    """The figures a step reads; a figure, organ or period that is not named rightly is left empty, for a gate to ask for."""
    asked: dict[tuple[Organ, date, date], dict[str, tuple[str, FigureRead]]] = {}
    given: dict[str, Any] = {}
    for name, read in compiled.procedure.actions[action].reads.items():
        asked_of = [read.period, *filter(None, [read.or_period])]
        periods = (_period(_period_parts(compiled, names, values), on) for names in asked_of)
        months = next((found for found in periods if found is not None), None)
        organ = _organ_read(read, values, case_organ, on)
        called = read.figure if isinstance(read.figure, str) else str(values.get(read.figure.field) or "")
        figure = figure_called(called)
        if figure is None and is_formula(called) and months is not None and organ is not None:
            given[name] = _worked_out(called, read, organ, *months)
        if months is not None and organ is not None and figure is not None:
            first, last = months
            if read.gives == "year_to_date":
                first = date(last.year, 1, 1)
            asked.setdefault((organ, first, last), {})[name] = figure, read
    for (organ, first, last), wanted in asked.items():
        found = of_organ({figure for figure, _ in wanted.values()}, organ, first, last)
        for name, (figure, read) in wanted.items():
            words = {"unit": found[figure].unit.zh, "organ": organ.name}
            given[name] = words[read.gives] if read.gives in words else _value(found[figure], read, values)
    noted = compiled.procedure.actions[action].changes
    if noted is not None:
        given[noted.into] = "\n".join(_changed(compiled, asked, given, noted))
    return given


def _organ_read(read: FigureRead, values: Mapping[str, Any], case_organ: Organ, on: date) -> Organ | None:
    """Whose figure it is: that of the case's organ, of the one a field names, or of everything in the same tree."""
    if read.organ == "organ":
        return case_organ
    if read.organ == "root":
        return Organ.objects.filter(pk=int(case_organ.path.split("/")[1])).first()
    return organ_called(values.get(read.organ), case_organ, on)


def _worked_out(text: str, read: FigureRead, organ: Organ, first: date, last: date) -> str | None:
    """The points a formula comes to, or the units it leaves; empty where it cannot be worked out."""
    worked = work_out([text], organ, first, last).get(text)
    if worked is None or worked.unknown:
        return None
    if read.gives == "unit":
        return "、".join(sorted(worked.units)) or "%"
    return None if worked.points is None else f"{worked.points:f}"


def _changed(
    compiled: CompiledProcedure,
    asked: Mapping[tuple[Organ, date, date], Mapping[str, tuple[str, FigureRead]]],
    given: Mapping[str, Any],
    noted: NotedChanges,
) -> Iterator[str]:
    """A line for each figure of the period that moved: 收到行政复议申请 9 件，上期 4 件（＋125%），上年同期 3 件（＋200%）."""
    for (organ, first, last), wanted in asked.items():
        names = {figure: name for name, (figure, read) in wanted.items() if read.gives == "value" and not read.part}
        if not names:
            continue
        length = (last.year - first.year) * 12 + last.month - first.month + 1
        earlier = (
            ("上期", add_months(first, -length), add_months(last, -length)),
            ("上年同期", add_months(first, -12), add_months(last, -12)),
        )
        before = [(words, of_organ(names, organ, begin, end)) for words, begin, end in earlier]
        for figure, name in names.items():
            now = Decimal(given.get(name) or 0)
            said = []
            for words, found in before:
                then = found[figure].value or Decimal(0)
                far = abs(now - then) >= noted.least and abs(now - then) * 100 >= noted.per_cent * then
                share = f"（{'＋' if now > then else '－'}{abs(now - then) * 100 / then:.0f}%）" if then else ""
                said.append((far, f"{words}{found[figure].shown() if then else 0}{found[figure].unit.zh}{share}"))
            if any(far for far, _ in said):
                shown = before[0][1][figure]
                yield (
                    f"{without_remark(compiled.all_fields[name].zh)}{given.get(name) or 0}{shown.unit.zh}，"
                    + "，".join(text for _, text in said)
                )


def _period_parts(compiled: CompiledProcedure, names: Sequence[str], values: Mapping[str, Any]) -> list[Any]:
    """What the fields of a period hold; how many months it has is one where nothing is said."""
    parts = [_parsed(compiled, field, values) for field in names]
    return [*parts[:2], parts[2] or 1] if len(parts) == 3 else parts


def _value(figure: Figure, read: FigureRead, values: Mapping[str, Any]) -> str | None:
    """The figure, or the part of it that is asked for; a part nothing was posted to is nought."""
    if not read.part:
        return None if figure.value is None else figure.shown()
    [(dimension, field)] = read.part.items()
    return replace(figure, value=figure.breakdown.get(f"{dimension}={values.get(field)}", Decimal(0))).shown()


def _parsed(compiled: CompiledProcedure, field: str, values: Mapping[str, Any]) -> Any:
    try:
        return compiled.all_fields[field].parse(values.get(field))
    except FieldError:
        return None


def _period(parts: list[Any], on: date) -> tuple[date, date] | None:
    """A year, a year and a month, several months that end with it, two days, one day to that of the step, or nothing but that."""
    if None in parts:
        return None
    try:
        if not parts or isinstance(parts[0], str):
            days = [*map(date.fromisoformat, parts), on, on]
            return days[0], days[1]
        if len(parts) == 1:
            return date(parts[0], 1, 1), date(parts[0], 12, 31)
        last = date(parts[0], parts[1], 1)
        return add_months(last, 1 - parts[2]) if len(parts) == 3 else last, last
    except (ValueError, OverflowError):
        return None


def given_by_meetings(
    compiled: CompiledProcedure, action: str, case_id: int, on: date, names: Collection[str]
) -> dict[str, Any]:
    """What the meeting that passed the case says of these fields, so that nobody types it again: those a step asks for begin with
    it, the others the platform fills in. No query where no meeting says anything of them."""
    given: dict[str, Any] = {}
    for wanted in compiled.discussions(action):
        if wanted.gives.keys().isdisjoint(names):
            continue
        item = _discussions(wanted, case_id, on).select_related("meeting").last()
        if item is not None:
            day = timezone.localdate(item.meeting.starts_at).isoformat()
            told = {"meeting": item.meeting.title, "on": day, "settled": item.settled}
            given |= {name: told[what] for name, what in wanted.gives.items() if name in names and told[what]}
    return given


def given_by_list_change(compiled: CompiledProcedure, action: str, case: Case) -> dict[str, Any]:
    """What the change of a list says that the organ of the case has begun since the case was opened, so that nobody counts its
    lines. No query where the step names none."""
    declared = compiled.procedure.actions.get(action)
    wanted = declared.list_change if declared else None
    if wanted is None:
        return {}
    since = {"register": wanted.register_slug, "organ": case.organ_id}
    begun = ChangeSet.objects.filter(prepared_at__date__gte=case.opened_on, **since).exclude(state__in=_GIVEN_UP)
    newest = begun.order_by("pk").last()
    told: dict[str, Any] = {}
    if newest is not None:
        kinds = Counter(newest.lines.values_list("kind", flat=True))
        told = {"added": kinds["add"], "changed": kinds["change"], "removed": kinds["remove"]}
        told["effective_on"] = newest.effective_on.isoformat()
    if "version" in wanted.gives.values():
        published = PublishedVersion.objects.filter(published_at__date__gte=case.opened_on, withdrawn_at=None, **since)
        if (version := published.order_by("number").last()) is not None:
            told["version"] = f"第{version.number}版（{version.day.isoformat()}）"
    return {name: told[what] for name, what in wanted.gives.items() if what in told}


_GIVEN_UP = (ChangeSetState.DISCARDED, ChangeSetState.REJECTED)


def _discussions(wanted: DiscussedFact, case_id: int, on: date) -> QuerySet[Item]:
    about: dict[str, Any] = {"cases": case_id}
    if wanted.own:
        about["cases__path__startswith"] = F("meeting__body__organ__path")
    return Item.objects.filter(
        **about, withdrawn="", result__in=wanted.result, meeting__body__kind__in=wanted.bodies,
        meeting__state=MeetingState.CONCLUDED, meeting__starts_at__date__lte=on,
    ).order_by("meeting__starts_at", "pk")  # fmt: skip
