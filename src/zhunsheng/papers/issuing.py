"""制发文书: the printable values of a paper when a step issues it, and the paper made again from them at any time.

Which step issues which paper is declared by the procedure and decided in the kernel; rows are written by cases.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from zhunsheng.catalogue.loading import system, systems
from zhunsheng.catalogue.placeholders import ADDRESS, DUE, GENERAL
from zhunsheng.kernel.action import FieldNamed
from zhunsheng.kernel.calendar import Calendar
from zhunsheng.kernel.case_state import CaseState
from zhunsheng.kernel.clock import due_of
from zhunsheng.kernel.fields import FieldDeclaration, FieldType
from zhunsheng.kernel.procedure import Procedure
from zhunsheng.kernel.transition import CompiledProcedure
from zhunsheng.papers.document import Banner, Document, chinese_date
from zhunsheng.papers.layout import Template, fill, read_template
from zhunsheng.papers.models import Paper

VOID = "已作废"
"""What stands above a paper of a case that was made void."""


def template_of(slug: str, procedure: Procedure, kind: str) -> Template:
    """The template of a kind of paper. Raises ``TemplateError`` when there is none or it cannot be read."""
    name = procedure.papers[kind].template or kind
    return read_template(system(slug).folder / "papers" / f"{name}.md")


class _Wanted(NamedTuple):
    """What a text asks for."""

    general: frozenset[str]
    fields: tuple[tuple[str, FieldDeclaration], ...]
    deadlines: tuple[str, ...]
    addresses: tuple[str, ...]


@cache
def _wanted(compiled: CompiledProcedure, names: frozenset[str]) -> _Wanted:
    """Kept, because a bulk import issues a hundred thousand papers of a few kinds."""
    fields = tuple((name, declared) for name, declared in compiled.all_fields.items() if name in names)
    deadlines = tuple(name[len(DUE) :] for name in sorted(names) if name.startswith(DUE))
    addresses = tuple(name[len(ADDRESS) :] for name in sorted(names) if name.startswith(ADDRESS))
    return _Wanted(names & GENERAL, fields, deadlines, addresses)


def paper_values(
    compiled: CompiledProcedure,
    kind: str,
    state: CaseState,
    calendar: Calendar,
    *,
    number: str,
    case_number: str,
    organ_name: str,
    signer: str,
    on: date,
    outcome: str | None,
    note: str,
    title: str,
    names: frozenset[str] | None = None,
) -> dict[str, str]:
    """Placeholder -> printable text, for those the text uses, and always the title of the case, its organ, and who signs where
    that is another. ``names``: the fields of the place's own template, where there is one.

    These are the facts a paper is kept as: it stays what it was when names, templates of later versions or limits
    change. A missing value is left out.
    """
    if names is None:
        names = template_of(compiled.slug, compiled.procedure, kind).names
    general, declared, deadlines, addresses = _wanted(compiled, names)
    values = {"title": title, "organ": organ_name}
    if signer != organ_name or "signer" in general:
        values["signer"] = signer
    if "number" in general:
        values["number"] = number
    if "case_number" in general:
        values["case_number"] = case_number
    if "date" in general:
        values["date"] = chinese_date(on)
    if "note" in general:
        values["note"] = note
    if "outcome" in general and outcome:
        values["outcome"] = compiled.procedure.outcomes[outcome].zh
    fields = state.fields
    for name, declaration in declared:
        value = fields.get(name)  # a field that bears a general name is what the template means
        if value is not None:
            values[name] = _figure_name(value) if name in _naming_figures(compiled) else printable(declaration, value)
    for key in deadlines:
        events = state.clocks.get(key)
        due = due_of(compiled.limits[key], events, calendar) if events else None
        if due is not None:
            values[DUE + key] = chinese_date(due)
    for key in addresses:
        values[ADDRESS + key] = addresses_of(fields.get(key))
    return {name: value for name, value in values.items() if value}


@cache
def _naming_figures(compiled: CompiledProcedure) -> frozenset[str]:
    """The fields in which a figure is named."""
    reads = (read.figure for action in compiled.procedure.actions.values() for read in action.reads.values())
    return frozenset(figure.field for figure in reads if isinstance(figure, FieldNamed))


def _figure_name(named: str) -> str:
    """A figure by its Chinese name where it is named by its key."""
    slug, _, key = str(named).partition(".")
    figures = systems()[slug].figures if slug in systems() else None
    declared = {**figures.accounts, **figures.organs, **figures.ratios}.get(key) if figures else None
    return declared.zh if declared else str(named)


def document_of(paper: Paper, *, is_void: bool = False) -> Document:
    """A paper of the built-in text as a document, made again from the values kept with it; a void one says so above
    everything else. Raises ``TemplateError``, ``UnknownSystem``."""
    procedure = system(paper.system).procedure_of(paper.version).procedure
    signer = paper.values.get("signer") or paper.values.get("organ") or paper.organ.name
    template = template_of(paper.system, procedure, paper.kind)
    document = fill(template, paper.values, signer=signer, number=paper.number, on=paper.issued_on)
    return replace(document, blocks=(Banner(VOID), *document.blocks)) if is_void else document


def addresses_of(value: Any) -> str:
    """The address of a party; several are joined by 、, those without one left out."""
    parties = value if isinstance(value, list) else [value]
    return "、".join(party["address"] for party in parties if isinstance(party, Mapping) and party.get("address"))


def printable(declaration: FieldDeclaration, value: Any) -> str:
    """A field's value as a paper prints it: names of parties and choices, dates in Chinese, several joined by 、."""
    if isinstance(value, list):
        return "、".join(printable(declaration, item) for item in value)
    return _PRINTERS.get(declaration.type, _text)(declaration, value)


def _text(declaration: FieldDeclaration, value: Any) -> str:
    return str(value)


def _party(declaration: FieldDeclaration, value: Any) -> str:
    return str(value.get("name", "")) if isinstance(value, Mapping) else str(value)


def _choice(declaration: FieldDeclaration, value: Any) -> str:
    words = declaration.choices.get(value)
    return words.zh if words else str(value)


def _date(declaration: FieldDeclaration, value: Any) -> str:
    return chinese_date(date.fromisoformat(value))


def _datetime(declaration: FieldDeclaration, value: Any) -> str:
    moment = datetime.fromisoformat(value)
    return f"{chinese_date(moment)}{moment.hour}时" + (f"{moment.minute}分" if moment.minute else "")


def _boolean(declaration: FieldDeclaration, value: Any) -> str:
    return "是" if value else "否"


_PRINTERS: dict[FieldType, Callable[[FieldDeclaration, Any], str]] = {
    FieldType.PARTY: _party,
    FieldType.CHOICE: _choice,
    FieldType.CHOICES: _choice,
    FieldType.DATE: _date,
    FieldType.DATETIME: _datetime,
    FieldType.BOOLEAN: _boolean,
}
