"""Cases as workbooks (案件导出): the ledger of a system's cases, and the empty form, in the columns the import reads.

A case is told again from its events; what one row cannot tell is left out of the sheet and listed with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import groupby, pairwise
from typing import Any, BinaryIO

from django.db.models import Q, QuerySet
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from zhunsheng.bulk import rows_in_turn
from zhunsheng.cases.cells import PARTY_KINDS, Unreadable, read_field
from zhunsheng.cases.columns import PARTS, STATE_NAMES, Columns, Target, in_order, linked_systems
from zhunsheng.cases.models import Case, CaseLink, Event
from zhunsheng.cases.reading import link_to
from zhunsheng.cases.rows import numbers_in
from zhunsheng.catalogue.loading import System, system
from zhunsheng.kernel.action import OUTCOME, THE_LAW, Action
from zhunsheng.kernel.checking import fits_link
from zhunsheng.kernel.fields import FieldDeclaration, FieldType
from zhunsheng.kernel.masking import mask, mask_party
from zhunsheng.kernel.office import is_verb
from zhunsheng.kernel.transition import CompiledProcedure
from zhunsheng.spreadsheets import CELL_LENGTH, bold, writable
from zhunsheng.workbooks import EXACT_DIGITS

CHUNK = 500
"""Cases read at once."""
_KIND_NAMES = {kind.value: name for name, kind in reversed(list(PARTY_KINDS.items()))}
_NUMBER, _ORGAN, _OUTCOME, _STATE = Target("number"), Target("organ"), Target("outcome"), Target("state")
_LINKED = Target("linked")


class _Untellable(Exception):
    """What a row cannot tell of a case, in words."""


@dataclass(slots=True)
class ExportResult:
    """How many cases were written as rows, and those left out: (number, reason)."""

    cases: int = 0
    left_out: list[tuple[str, str]] = field(default_factory=list)


def export_cases(
    queryset: QuerySet[Case],
    slug: str,
    stream: BinaryIO,
    *,
    masked: bool = False,
    progress: Callable[[int], None] | None = None,
) -> ExportResult:
    """Write cases of one system as a workbook that ``import_cases`` reads back to the same states, outcomes, days and
    postings. Which cases an officer may see is the caller's queryset; ``masked`` hides sensitive values, and what is
    masked cannot be imported again."""
    owner = system(slug)
    columns = Columns(owner)
    rows = queryset.filter(system=slug).select_related("organ")
    result = ExportResult()
    used: set[Target] = set()
    for case, told in _told(rows, owner):
        if isinstance(told, str):
            result.left_out.append((case.number or str(case.pk), told))
        else:
            used |= told.keys()
    used |= {
        Target("step", c.also)
        for t in used
        if t.kind == "field" and (c := columns.target(columns.heading_of(t))) and c.also
    }
    linked = [_LINKED] if _LINKED in used else []
    ordered = [_NUMBER, _ORGAN, *columns.sorted(used - {_OUTCOME, _LINKED}), *linked, _OUTCOME, _STATE]
    book = Workbook(write_only=True)
    sheet = book.create_sheet(owner.name.zh[:31])
    sheet.freeze_panes = "B2"
    headings = [STATE_NAMES[0] if target is _STATE else columns.heading_of(target) for target in ordered]
    for index, text in enumerate(headings, 1):
        sheet.column_dimensions[get_column_letter(index)].width = max(12, min(2 * len(text) + 2, 40))
    sheet.append([bold(sheet, text) for text in headings])
    for case, told in _told(rows, owner):
        if isinstance(told, str):
            continue
        compiled = owner.procedure_of(case.version)
        cells = _masked(compiled, told) if masked else told
        state = compiled.procedure.states[case.state].zh
        line = {**cells, _NUMBER: case.number, _ORGAN: case.organ.name, _STATE: state}
        sheet.append([writable(sheet, line.get(target)) for target in ordered])
        result.cases += 1
        if progress is not None and result.cases % CHUNK == 0:
            progress(CHUNK)
    if result.left_out:
        _list_left_out(book, result.left_out)
    book.save(stream)
    return result


def _list_left_out(book: Workbook, left_out: Sequence[tuple[str, str]]) -> None:
    sheet = book.create_sheet("未按行导出的案件")
    sheet.column_dimensions["A"].width = 30
    sheet.column_dimensions["B"].width = 90
    sheet.append([bold(sheet, "案号"), bold(sheet, "原因（这些案件不能用一行表示，请在系统中查看）")])
    for number, reason in left_out:
        sheet.append([writable(sheet, number), writable(sheet, reason)])


def _told(rows: QuerySet[Case], owner: System) -> Iterator[tuple[Case, dict[Target, Any] | str]]:
    """Every case with its cells, or with the reason why a row cannot tell it; in the order of the cases' ids."""
    for chunk in rows_in_turn(rows, CHUNK):
        events = Event.objects.filter(case__in=[case.pk for case in chunk]).order_by("case_id", "sequence")
        by_case = {case_id: list(found) for case_id, found in groupby(events, key=lambda event: event.case_id)}
        linked = _linked_to(chunk)
        for case in chunk:
            try:
                told = _tell(owner.procedure_of(case.version), case, by_case.get(case.pk, []), linked.get(case.pk, ()))
            except _Untellable as reason:
                yield case, str(reason)
            else:
                yield case, told


def _linked_to(chunk: Sequence[Case]) -> dict[int, list[Case]]:
    """Case -> the cases it is linked with, from either side. Two queries."""
    keys = {case.pk for case in chunk}
    pairs = CaseLink.objects.filter(Q(case__in=keys) | Q(other__in=keys)).values_list("case_id", "other_id")
    ends = [pair for first, second in pairs for pair in ((first, second), (second, first)) if pair[0] in keys]
    others = Case.objects.defer("course").in_bulk({other for _, other in ends})
    linked: dict[int, list[Case]] = {}
    for pk, other in sorted(ends):
        linked.setdefault(pk, []).append(others[other])
    return linked


def _tell(compiled: CompiledProcedure, of: Case, events: Sequence[Event], linked: Sequence[Case]) -> dict[Target, Any]:
    """The cells of one case from its events and the cases it is linked with. Raises ``_Untellable``."""
    actions = compiled.procedure.actions
    steps = [event for event in events if not event.by_law]
    _check_steps(compiled, events, steps)
    order = [event.action for event in steps]
    told: dict[Target, Any] = {Target("step", event.action): event.on for event in steps}
    named = _named_by_number(compiled, linked)
    _check_links(compiled, of, order, named)
    if named:
        told[_LINKED] = "、".join(case.number for case in named)
    asked = [event for event in steps if event.outcome and len(actions[event.action].outcome) > 1]
    for event in asked:
        at = "" if event is asked[-1] else event.action
        told[Target("outcome", at=at)] = compiled.procedure.outcomes[event.outcome].zh
    ended = next((event.outcome for event in reversed(events) if event.outcome), "")
    if ended and not asked:
        told[_OUTCOME] = compiled.procedure.outcomes[ended].zh
    for event in steps:
        for name, value in event.values.items():
            first = next(action for action in order if name in compiled.accepted[action])
            at = "" if first == event.action else event.action
            declared = compiled.all_fields[name]
            cells = _cells(declared, value)
            _check_cells(declared, cells, value)
            told |= {Target("field", name, part, at): cell for part, cell in cells.items()}
    return told


def _named_by_number(compiled: CompiledProcedure, linked: Sequence[Case]) -> list[Case]:
    """The linked cases a row names by their numbers; a link that only the other system declares is told in its own rows."""
    wanted = linked_systems(compiled.procedure)
    named = [case for case in linked if case.system in wanted and case.voided_on is None]
    if any(numbers_in(case.number) != [case.number] for case in named):
        raise _Untellable("关联案件没有案号，或者案号里有空格、标点，不能用案号指明")
    return named


def _check_links(compiled: CompiledProcedure, of: Case, order: Sequence[str], named: Sequence[Case]) -> None:
    """A step that waited for a linked case finds it again among those the row names."""
    links = [link_to(case) for case in named]
    for action in order:
        for gate in compiled.gates.get(action, ()):
            wanted = gate.gate.linked
            applies = gate.when is None or gate.when({**of.fields, OUTCOME: of.outcome or None})
            if wanted is not None and applies and not any(fits_link(link, wanted) for link in links):
                label = compiled.procedure.actions[action].zh
                raise _Untellable(f"「{label}」以关联案件为前提，现在没有关联这样的案件")


def _check_steps(compiled: CompiledProcedure, events: Sequence[Event], steps: Sequence[Event]) -> None:
    actions = compiled.procedure.actions
    days: dict[str, date] = {}
    for event in steps:
        if is_verb(event.action):
            raise _Untellable("有交办、转办、会签、暂停、终止等办文记录")
        label = actions[event.action].zh
        if event.action in days:
            raise _Untellable(f"「{label}」进行过不止一次")
        if event.extension:
            raise _Untellable(f"「{label}」另行写明了延长的时间")
        if any(gate.gate.discussed for gate in compiled.gates.get(event.action, ())):
            raise _Untellable(f"「{label}」以会议审议通过为前提")
        days[event.action] = event.on
    if in_order(compiled, days) != [event.action for event in steps]:
        raise _Untellable("同一天办理的环节的先后，用日期表示不出来")
    for event, following in pairwise(events):
        if event.by_law and not following.by_law and event.on >= following.on:
            raise _Untellable("依法自动发生的环节与后一环节在同一天")


def _cells(declared: FieldDeclaration, value: Any) -> dict[str, Any]:
    """The cells of a value: one, or for a party one for each particular."""
    if declared.type is FieldType.PARTY:
        parties: list[Mapping[str, str]] = value if isinstance(value, list) else [value]
        usual = declared.kind.value if declared.kind else "person"
        cells = {"": "、".join(party["name"] for party in parties)}
        for part in PARTS:
            written = [party.get(part, "") for party in parties]
            if part == "kind":
                written = [_KIND_NAMES[kind] for kind in written] if any(k != usual for k in written) else []
            if part != "name" and any(written):
                cells[part] = "、".join(written)
        return cells
    return {
        "": "、".join(str(_cell(declared, item)) for item in value)
        if isinstance(value, list)
        else _cell(declared, value)
    }


def _cell(declared: FieldDeclaration, value: Any) -> Any:
    if declared.type in (FieldType.CHOICE, FieldType.CHOICES):
        name = declared.choices[value].zh
        return name if [words.zh for words in declared.choices.values()].count(name) == 1 else value
    if declared.type is FieldType.BOOLEAN:
        return "是" if value else "否"
    if declared.type is FieldType.DATE:
        return date.fromisoformat(value)
    if declared.type is FieldType.DATETIME:
        return str(value).replace("T", " ")
    if declared.type in (FieldType.MONEY, FieldType.DECIMAL):
        number = Decimal(value)
        return number if len(number.as_tuple().digits) <= EXACT_DIGITS else value
    return value


def _check_cells(declared: FieldDeclaration, cells: Mapping[str, Any], value: Any) -> None:
    """A value must come back from its cells as it was."""
    if declared.type is FieldType.DATE and not declared.many:
        return
    label = f"「{declared.zh}」的内容用一个单元格表示不出来"
    if any(isinstance(cell, str) and (len(cell) > CELL_LENGTH or "\r" in cell) for cell in cells.values()):
        raise _Untellable(label)
    try:
        again = read_field(declared, cells)
    except Unreadable as error:
        raise _Untellable(label) from error
    if again != value and not (isinstance(again, str) and _same_number(declared, again, value)):
        raise _Untellable(label)


def _same_number(declared: FieldDeclaration, again: str, value: Any) -> bool:
    return declared.type in (FieldType.MONEY, FieldType.DECIMAL) and Decimal(again) == Decimal(value)


def _masked(compiled: CompiledProcedure, told: Mapping[Target, Any]) -> dict[Target, Any]:
    """The cells as somebody sees them who may not see sensitive values: persons by family name, numbers in part."""
    shown = dict(told)
    for target, cell in told.items():
        if target.kind != "field":
            continue
        declared = compiled.all_fields[target.name]
        if declared.type is not FieldType.PARTY:
            shown[target] = mask(declared, cell)
        elif target.part:
            del shown[target]
        else:
            kinds = told.get(target._replace(part="kind"))
            usual = declared.kind.value if declared.kind else "person"
            names = str(cell).split("、")
            each = [PARTY_KINDS[kind].value for kind in str(kinds).split("、")] if kinds else [usual] * len(names)
            parties = [mask_party({"name": n, "kind": k})["name"] for n, k in zip(names, each, strict=True)]
            shown[target] = "、".join(parties)
    return shown


# --- the empty form --------------------------------------------------------------------------------------------------

_ROWS_OF_FORM = 5_000


def write_template(slug: str, stream: BinaryIO) -> None:
    """Write an empty workbook with every column of the procedure now in force: what to fill in as comments on the
    headings, choices to choose from."""
    owner = system(slug)
    columns = Columns(owner)
    procedure = owner.procedures[-1]
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = owner.name.zh[:31]
    options = book.create_sheet("选项")
    options.sheet_state = "hidden"
    used = [Target("step", name) for name, action in procedure.actions.items() if action.by != [THE_LAW]]
    used += [Target("field", name) for name in procedure.all_fields]
    linked = [_LINKED] if any(gate.linked for gate in procedure.gates) else []
    ordered = [_NUMBER, *columns.sorted(used), *linked, _OUTCOME]
    for index, target in enumerate(ordered, 1):
        text = columns.heading_of(target)
        cell = sheet.cell(1, index, text)
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        comment = Comment(_hint(columns, target, procedure.actions), "准绳")
        comment.width, comment.height = 320, 130
        cell.comment = comment
        letter = get_column_letter(index)
        sheet.column_dimensions[letter].width = max(12, min(2 * len(text) + 2, 30))
        sheet.column_dimensions[letter].number_format = _format(columns, target)
        choices = _choices(columns, target, [outcome.zh for outcome in procedure.outcomes.values()])
        if choices:
            place = options.max_column + (1 if options.cell(1, 1).value else 0)
            for row, choice in enumerate(choices, 1):
                options.cell(row, place, choice)
            where = get_column_letter(place)
            validation = DataValidation("list", formula1=f"选项!${where}$1:${where}${len(choices)}", allow_blank=True)
            validation.error = "请从下拉选项中选择"
            validation.add(f"{letter}2:{letter}{_ROWS_OF_FORM}")
            sheet.add_data_validation(validation)
    sheet.freeze_panes = "B2"
    book.save(stream)


def _format(columns: Columns, target: Target) -> str:
    if target.kind == "step" or (target.kind == "field" and columns.fields[target.name].type is FieldType.DATE):
        return "yyyy-mm-dd"
    if target.kind == "field" and columns.fields[target.name].type in (
        FieldType.INTEGER, FieldType.DECIMAL, FieldType.MONEY,
    ):  # fmt: skip
        return "General"
    return "@"


def _choices(columns: Columns, target: Target, outcomes: list[str]) -> list[str]:
    if target.kind == "outcome":
        return outcomes
    if target.kind != "field":
        return []
    declared = columns.fields[target.name]
    if declared.type is FieldType.CHOICE:
        return [words.zh for words in declared.choices.values()]
    return ["是", "否"] if declared.type is FieldType.BOOLEAN else []


_FORMS = {
    FieldType.DATE: "日期，例如 2024-03-05",
    FieldType.DATETIME: "时间，例如 2024-03-05 09:30",
    FieldType.BOOLEAN: "是或者否",
    FieldType.INTEGER: "整数",
    FieldType.DECIMAL: "数",
    FieldType.MONEY: "金额",
    FieldType.IDENTITY_NUMBER: "18 位，按文本填写",
    FieldType.CREDIT_CODE: "18 位，按文本填写",
    FieldType.PHONE: "按文本填写",
    FieldType.CHOICES: "可多选，用顿号隔开",
    FieldType.PARTY: "姓名或者名称；证件号码、电话等可另加一列，列名如「{zh}电话」",
}


def _hint(columns: Columns, target: Target, actions: Mapping[str, Action]) -> str:
    if target.kind == "number":
        return "原来的案号；系统另行编号，原号记入办理记录"
    if target.kind == "outcome":
        return "案件的结果，从选项中选择"
    if target.kind == "linked":
        return "以其他案件为前提的，填写该案件在本平台的案号，几件的用顿号隔开"
    if target.kind == "step":
        action = actions[target.name]
        start = "案件从这一环节开始，须填写其一。" if action.start else ""
        hint = f"{action.hint.zh}。" if action.hint else ""
        return f"{start}办理了「{action.zh}」的填写办理日期，没有办理的留空。{hint}"
    declared = columns.fields[target.name]
    takers = [action for action in actions.values() if target.name in [item.rstrip("?") for item in action.sets]]
    needed = "、".join(action.zh for action in takers if target.name in action.sets)
    lines = [f"办理「{needed}」时必填。" if needed else "选填。"]
    if declared.type in _FORMS:
        lines.append(_FORMS[declared.type].format(zh=declared.zh))
    if declared.many:
        lines.append("有几项的用顿号隔开")
    if declared.hint:
        lines.append(declared.hint.zh)
    return "\n".join(lines)
