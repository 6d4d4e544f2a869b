"""The cells of a ledger of cases (单元格): what they hold as values of fields and as days. No columns and no rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from zhunsheng.kernel.fields import FieldDeclaration, FieldError, FieldType, PartyKind, parse, parse_date
from zhunsheng.kernel.words import BilingualError, Words
from zhunsheng.workbooks import Row, cell_text, cell_value, is_filled

EMPTY = frozenset({"/", "-", "--", "—", "——", "–"})
"""What officers write into a cell that has no content."""
NO_DAY = EMPTY | {"无"}
PARTY_KINDS: Mapping[str, PartyKind] = {
    "自然人": PartyKind.PERSON, "个人": PartyKind.PERSON, "公民": PartyKind.PERSON,
    "法人或者其他组织": PartyKind.ORGANISATION, "法人": PartyKind.ORGANISATION, "单位": PartyKind.ORGANISATION,
    "企业": PartyKind.ORGANISATION, "组织": PartyKind.ORGANISATION, "其他组织": PartyKind.ORGANISATION,
    "行政机关": PartyKind.ORGAN, "机关": PartyKind.ORGAN,
}  # fmt: skip


def cell_at(row: Row, place: int) -> Any:
    return row[place - 1] if place <= len(row) else None


def day_given(cell: Any) -> bool:
    return is_filled(cell) and not (isinstance(cell, str) and cell.strip() in NO_DAY)


def is_day(cell: Any) -> bool:
    """Whether a cell holds a day that can be read."""
    try:
        return day_given(cell) and bool(day_of(cell))
    except FieldError:
        return False


def day_of(cell: Any) -> date:
    """The day in a cell, in any customary form, a time of day left aside. Raises ``FieldError``."""
    if isinstance(cell, float) and cell > 10**7:
        cell = int(cell)
    if isinstance(cell, str) and ":" in cell:
        cell = cell.strip().split(" ")[0].split("T")[0]
    return parse_date(cell)


class Unreadable(BilingualError):
    """Cells from which a field cannot be read; ``field`` is the particular of a party that is wrong."""


def read_field(declared: FieldDeclaration, cells: Mapping[str, Any]) -> Any:
    """The canonical value of a field from its cells (a party's particulars each in one). Raises ``Unreadable``."""
    if declared.type is FieldType.PARTY:
        return _read_party(declared, cells)
    value = cell_value(declared, cells[""])
    if isinstance(value, Words):
        raise Unreadable(*value)
    try:
        return parse(declared, day_of(value) if declared.type is FieldType.DATE and not declared.many else value)
    except FieldError as error:
        raise Unreadable(*error.words) from error


def _read_party(declared: FieldDeclaration, cells: Mapping[str, Any]) -> Any:
    written: dict[str, list[str]] = {}
    for part, cell in cells.items():
        text = cell_text(cell) if not isinstance(cell, str) else cell
        if isinstance(text, Words):
            raise Unreadable(*text, part)
        pieces = [text]
        if declared.many:
            for mark_ in "；;\n":
                text = text.replace(mark_, "、")
            pieces = [piece.strip() for piece in text.split("、")]
        written[part or "name"] = pieces
    names = [name for name in written.pop("name", []) if name]
    if not names:
        raise Unreadable(
            f"没有填写「{declared.zh}」的姓名或者名称，请填写",
            f"the name of “{declared.en}” is missing",
            next(iter(cells)),
        )
    parties: list[dict[str, str]] = [{"name": name} for name in names]
    for part, pieces in written.items():
        if len(pieces) != len(names):
            raise Unreadable(
                f"「{declared.zh}」有 {len(names)} 个，这里有 {len(pieces)} 项，请用顿号隔开、一一对应（没有的留空）",
                f"{len(names)} of “{declared.en}” but {len(pieces)} entries here; part them with 、 one for each",
                part,
            )
        for party, piece in zip(parties, pieces, strict=True):
            if piece:
                party[part] = str(PARTY_KINDS.get(piece, piece)) if part == "kind" else piece
    try:
        return parse(declared, parties if declared.many else parties[0])
    except FieldError as error:
        raise Unreadable(*error.words, _wrong_part(declared, parties)) from error


def _wrong_part(declared: FieldDeclaration, parties: Sequence[Mapping[str, str]]) -> str:
    """The particular that cannot be read, so that the problem is put to its own cell."""
    for party in parties:
        for part in party:
            one = {"name": party["name"], part: party[part]}
            try:
                parse(declared, [one] if declared.many else one)
            except FieldError:
                return part
    return ""
