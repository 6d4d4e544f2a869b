"""The columns of an uploaded workbook (表列的对应): what each stands for, its first values, and what else it might stand for.

Reads through ``cases.importing``; nothing is judged and nothing is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _

from zhunsheng.cases.columns import PARTS, Columns, Target
from zhunsheng.cases.importing import Ledger
from zhunsheng.desk.wording import say
from zhunsheng.kernel.action import THE_LAW
from zhunsheng.kernel.fields import FieldType
from zhunsheng.kernel.words import Words
from zhunsheng.orgs.models import Organ
from zhunsheng.workbooks import cell_text, heading, is_filled

SAMPLES = 3
"""Values of a column that are shown."""


@dataclass(frozen=True)
class ColumnShown:
    """A column of the sheet: ``target`` is None when it is not known; ``repeats`` is the place of an earlier column of
    the same heading, whose values count."""

    place: int
    text: str
    target: Target | None
    samples: tuple[str, ...]
    repeats: int = 0


@dataclass(frozen=True)
class Preview:
    """What a file holds, before anything of it is judged. ``rows`` are data, totals and remarks not counted."""

    sheet: str
    rows: int
    columns: list[ColumnShown]
    names: Columns

    @property
    def unknown(self) -> list[ColumnShown]:
        """The columns about which somebody has to decide."""
        return [column for column in self.columns if column.target is None and column.text and not column.repeats]


def preview(slug: str, file: BinaryIO, organ: Organ, mapping: Mapping[str, str] | None = None) -> Preview:
    """What a file holds. Raises ``WorkbookError`` and ``UnknownSystem`` as ``import_cases`` does."""
    ledger = Ledger(slug, organ, file, "", mapping or {}, ignore_unknown=True, any_header=True)
    samples: dict[int, dict[str, None]] = {}
    rows = 0
    for row in ledger.data_rows():
        rows += 1
        for place, cell in enumerate(row, 1):
            seen = samples.setdefault(place, {})
            if len(seen) < SAMPLES and is_filled(cell):
                text = cell_text(cell)
                seen[" ".join(str(cell if isinstance(text, Words) else text).split())[:60]] = None
    first = {heading(column.text): column.place for column in reversed(ledger.columns)}
    shown = [ColumnShown(c.place, c.text, c.target, tuple(samples.get(c.place, ()))) for c in ledger.columns]
    for place, text in ledger.unknown:
        shown.append(ColumnShown(place, text, None, tuple(samples.get(place, ())), first.get(heading(text), 0)))
        first.setdefault(heading(text), place)
    named = {column.place for column in shown}
    shown += [
        ColumnShown(place, "", None, tuple(seen)) for place, seen in samples.items() if seen and place not in named
    ]
    return Preview(ledger.title, rows, sorted(shown, key=lambda column: column.place), ledger.names)


def words_for(names: Columns, target: Target) -> str:
    """What a column stands for, in the reader's language."""
    match target.kind:
        case "step":
            return _("“%(name)s”的办理日期") % {"name": say(names.actions[target.name])}
        case "law":
            return _("不读取：“%(name)s”由法律规定自动发生") % {"name": say(names.actions[target.name])}
        case "ignored":
            return _("不读取")
        case "number":
            return _("原来的案号")
        case "organ":
            return _("办理机关")
        case "linked":
            return _("关联案件的案号")
    shown = _("结果") if target.kind == "outcome" else say(names.fields[target.name])
    if target.part:
        shown = _part_words(shown, target.part)
    if target.also:
        shown = _("%(name)s，同时是办理日期") % {"name": shown}
    if target.at:
        shown = _("%(name)s（%(action)s时）") % {"name": shown, "action": say(names.actions[target.at])}
    return shown


def _part_words(party: str, part: str) -> str:
    particulars = {
        "identity_number": _("公民身份号码"), "credit_code": _("统一社会信用代码"), "phone": _("电话"), "address": _("地址"),
        "kind": _("类型"), "name": _("姓名或者名称"),
    }  # fmt: skip
    return _("%(party)s的%(part)s") % {"party": party, "part": particulars[part]}


@dataclass(frozen=True)
class Option:
    """One thing a column might stand for, under the name ``import_cases`` takes."""

    key: str
    words: str


def options_for(found: Preview) -> list[tuple[str, list[Option]]]:
    """What the unknown columns may be made to stand for, by groups; what another column gives already is left out."""
    names = found.names
    taken = {column.target._replace(also="") for column in found.columns if column.target is not None}
    days = [
        Option(f"action:{name}", words_for(names, Target("step", name)))
        for name, action in names.actions.items()
        if action.by != [THE_LAW] and Target("step", name) not in taken
    ]
    fields = [
        Option(name, words_for(names, Target("field", name)))
        for name in names.fields
        if Target("field", name) not in taken
    ]
    particulars = [
        Option(f"{name}.{part}", words_for(names, Target("field", name, part)))
        for name, declared in names.fields.items()
        if declared.type is FieldType.PARTY
        for part in PARTS
        if part != "name" and Target("field", name, part) not in taken
    ]
    others = [
        Option(key, words_for(names, Target(key))) for key in ("outcome", "number", "organ") if Target(key) not in taken
    ]
    groups = [(_("办理日期"), days), (_("填写内容"), fields), (_("当事人的信息"), particulars), (_("其他"), others)]
    return [(name, options) for name, options in groups if options]
