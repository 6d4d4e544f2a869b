"""关联的案件: every case of one matter, however far along the links, and what one case hands to the next.

Reads only; links are made by ``actions.link_cases``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from zhunsheng.cases.finding import masked_title
from zhunsheng.cases.models import Case, CaseLink, Event, may_reveal
from zhunsheng.cases.reading import procedure_of
from zhunsheng.kernel.action import OUTCOME
from zhunsheng.kernel.case_state import Link
from zhunsheng.kernel.fields import TEXTS, FieldDeclaration, FieldError, FieldType
from zhunsheng.kernel.masking import mask
from zhunsheng.kernel.procedure import COUNT, DONE, PAPER, RECKONED, TAKEN_OVER, TIMES, TakenAs
from zhunsheng.kernel.transition import CompiledProcedure
from zhunsheng.orgs.access import Access
from zhunsheng.orgs.models import Organ
from zhunsheng.papers.issuing import printable as printed
from zhunsheng.papers.models import Paper

FARTHEST = 4
"""As many links are followed from a case; a matter goes from reconsideration to a lawsuit and its later instances."""


def matter_of(case: Case, access: Access) -> QuerySet[Case]:
    """The other cases of the matter, those the officer may see. At most ``FARTHEST`` + 1 queries."""
    found, edge = {case.pk}, {case.pk}
    for _step in range(FARTHEST):
        pairs = CaseLink.objects.filter(case__in=edge).values_list("other_id", flat=True)
        back = CaseLink.objects.filter(other__in=edge).values_list("case_id", flat=True)
        edge = set(pairs.union(back)) - found
        if not edge:
            break
        found |= edge
    return Case.visible.to(access).filter(pk__in=found - {case.pk})


def begun(
    compiled: CompiledProcedure, action: str, organ: Organ, on: date, fields: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """What a step has in its fields where nothing else is known: the organ of the case, the day of the step, or what another
    of the ``fields`` of the case says."""
    step = compiled.procedure.actions.get(action)
    known = {**(fields or {}), "organ": organ.name, "day": on.isoformat()}
    wanted = {name: known.get(what) for name, what in step.begins.items()} if step else {}
    return {
        name: compiled.all_fields[name].parse(value) for name, value in wanted.items() if value not in (None, "", [])
    }


def day_of_step(compiled: CompiledProcedure, action: str, on: date) -> dict[str, str]:
    """The fields a step begins with its day: each time anew, whatever an earlier step has said."""
    step = compiled.procedure.actions.get(action)
    return {name: on.isoformat() for name, what in step.begins.items() if what == "day"} if step else {}


def taken_over(
    compiled: CompiledProcedure, action: str, case_id: int, access: Access | None, links: Collection[Link] | None = None
) -> dict[str, Any]:
    """What the form of a step begins with from the linked cases of each system the step names, of those the officer may see (all
    of them for who acts for nobody): the newest says it, unless nothing but long texts is taken over; then all say theirs, each
    in a line of its own. One query, none where it names none, or where no case of these systems is among the ``links`` of the case,
    if they are known. What does not fit the field is left to be filled in."""
    step = compiled.procedure.actions.get(action)
    if step is None or not step.takes_over:
        return {}
    if links is not None and step.takes_over.keys().isdisjoint(link.system for link in links):
        return {}
    pairs = CaseLink.objects.filter(case=case_id).values("other_id")
    back = CaseLink.objects.filter(other=case_id).values("case_id")
    seen = Case.objects.all() if access is None else Case.visible.to(access)
    linked = seen.filter(Q(pk__in=pairs) | Q(pk__in=back), system__in=step.takes_over, voided_on=None)
    by_system: dict[str, list[Case]] = {}
    for case in linked.order_by("opened_on", "pk"):
        by_system.setdefault(case.system, []).append(case)
    values: dict[str, Any] = {}
    for slug, wanted in step.takes_over.items():
        given = by_system.get(slug)
        if given is None:
            continue
        all_texts = all(compiled.all_fields[name].type is FieldType.LONG_TEXT for name in wanted)
        for name, source in wanted.items():
            value = _said_by(given, source, all_texts, access)
            if value in (None, "", []):
                continue
            try:
                compiled.all_fields[name].parse(value)
            except FieldError:
                continue  # a choice that is called otherwise here
            values[name] = value
    return values


def _said_by(cases: Sequence[Case], source: str, all_texts: bool, access: Access | None) -> Any:
    """What linked cases of one system say: what their records come to, or what the newest says, or of long texts all of them."""
    name, _, part = source.partition(".")
    if name in RECKONED and name not in procedure_of(cases[-1]).all_fields:
        return _said_by_records(cases, name, part, access)
    open_ones = [case for case in cases if not _stays(case, source, access)]
    if not open_ones:
        return None
    return _said_by_all(open_ones, source) if all_texts else _said(open_ones[-1], source)


def _said_by_records(cases: Sequence[Case], name: str, part: str, access: Access | None) -> Any:
    """How many cases there are (with a step: of which it was taken), how often a step was taken in them, or all a field has said."""
    if name == COUNT:
        return sum(not part or part in case.course["done"] for case in cases)
    events = Event.objects.filter(case__in=[case.pk for case in cases]).order_by("case__opened_on", "case", "sequence")
    if name == TIMES:
        return events.filter(action=part).count()
    shown = events.filter(case__in=[case.pk for case in cases if not _stays(case, part, access)])
    said = [str(values[part]) for values in shown.values_list("values", flat=True) if values.get(part)]
    return "\n".join(said) if len(said) < 2 else "\n".join(f"{n}. {text}" for n, text in enumerate(said, 1))


def _said_by_all(cases: Sequence[Case], source: str) -> str:
    """What several cases say, each begun with what it is about; one alone says it as it stands."""
    told = [(case, str(value)) for case in cases if (value := _said(case, source))]
    if len(told) == 1:
        return told[0][1]
    return "\n".join(f"{masked_title(procedure_of(case), case.title, case.fields)}：{value}" for case, value in told)


def _said(case: Case, source: str) -> Any:
    """A field of a case, a part of a party (``party.phone``), or what else a case answers to; its outcome and its organ by name."""
    name, _, part = source.partition(".")
    if name in case.fields:
        value = case.fields[name]
        return value if not part else value.get(part) if isinstance(value, Mapping) else None
    if source == OUTCOME:
        outcome = procedure_of(case).procedure.outcomes.get(case.outcome or "")
        return outcome.zh if outcome else None
    if source == "organ":
        return case.organ.name
    if name == DONE:
        return part in case.course.get("done", ())
    if name == PAPER:
        return _said_by_paper(case, part)
    value = getattr(case, source, None) if source in TAKEN_OVER else None
    return value.isoformat() if isinstance(value, date) else value


def _said_by_paper(case: Case, part: str) -> str | None:
    """The number of the newest paper of a kind that was issued in a case, or with ``issued_on`` its day."""
    kind, _, what = part.partition(".")
    issued = Paper.objects.filter(case_id=case.pk, system=case.system, kind=kind) if case.pk else Paper.objects.none()
    newest = issued.order_by("pk").last()
    if newest is None:
        return None
    return newest.issued_on.isoformat() if what else newest.number or None


def _stays(case: Case, source: str, access: Access | None) -> bool:
    """Whether what it says is masked for an officer for good, who looks on by line: in a case of his own he could have it shown."""
    name = source.partition(".")[0]
    field = procedure_of(case).all_fields.get(name)
    if access is None or field is None or may_reveal(case, access):
        return False
    return bool(mask(field, case.fields.get(name)) != case.fields.get(name))


def handed_on(case: Case, to: CompiledProcedure, action: str, access: Access | None = None) -> dict[str, Any]:
    """What a case already says of the fields a new case asks for: fields of the same name and type, and those the new
    procedure declares to take over; to an officer nothing that stays masked for him."""
    own = procedure_of(case)
    wanted = to.procedure.actions[action].field_names
    declared = to.procedure.takes_over.get(case.system, {})
    values: dict[str, Any] = {}
    for name in wanted:
        source = declared.get(name, name)
        if isinstance(source, dict):
            values[name] = source["value"]
            continue
        if isinstance(source, TakenAs):
            if not _stays(case, source.field, access) and (called := source.as_.get(case.fields.get(source.field))):
                values[name] = called
            continue
        value = _said(case, source) if name in declared else case.fields.get(name)
        if value in (None, "", []) or _stays(case, source, access):
            continue
        field = to.all_fields[name]
        theirs = own.all_fields.get(source)
        if theirs is None or theirs.type is not field.type:
            value = _in_another_form(value, theirs, field, is_declared=name in declared)
        try:
            if value is not None and field.parse(value) is not None:
                values[name] = value
        except FieldError:
            continue  # a choice of the same name that offers other things
    return values


def _in_another_form(value: Any, theirs: FieldDeclaration | None, to: FieldDeclaration, *, is_declared: bool) -> Any:
    """A value as a field of another type holds it, None where it cannot; ``theirs``: no field where a case says it otherwise."""
    if to.type is FieldType.PARTY and isinstance(value, str):
        return to.parse(value)  # a unit that is named becomes the party it is
    if theirs is None:
        return value
    if to.type is FieldType.ORGAN and is_declared:
        return value if isinstance(value, str) else printed(theirs, value)  # a unit by its name, or a party that is one
    if {theirs.type, to.type} <= TEXTS and isinstance(value, str):
        return " ".join(value.split())  # a text of several lines as one
    if to.type in TEXTS and is_declared:
        return printed(theirs, value)  # only where it is said so: a text is not masked as a party is
    return None
