"""The fields of a service as a page shows them, and what was typed in them read by the kernel (办事表单).

A field is a ``Box``; a party is a ``Box`` for its name and one for each part that is asked of it. What is right is decided by
``kernel.fields``; here only what was typed is kept and each reason put beside its field.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from zhunsheng.desk.wording import name_of, say, value_of
from zhunsheng.kernel.compiled import CompiledProcedure
from zhunsheng.kernel.fields import FieldDeclaration, FieldError, FieldType, clean_text
from zhunsheng.kernel.service import Asked, Slot
from zhunsheng.kernel.words import NOTHING, Words
from zhunsheng.orgs.models import Organ

LONGEST_LINE, LONGEST_TEXT = 300, 8_000
"""Characters a line and a text may have. A technical bound, no rule of law."""
_KEPT = 100_000
"""Characters of a field that are kept although they are too many: whoever has to shorten a text must not lose it."""
_RADIOS = 7

PART_NAMES = {
    "identity_number": gettext_lazy("身份证号"),
    "credit_code": gettext_lazy("统一社会信用代码"),
    "phone": gettext_lazy("电话"),
    "address": gettext_lazy("联系地址"),
}
KIND_NAMES = {
    "person": gettext_lazy("个人"),
    "organisation": gettext_lazy("企业或者其他组织"),
    "organ": gettext_lazy("行政机关"),
}
_OF_KIND = {"identity_number": "person", "credit_code": "organisation"}
"""Parts asked of one kind of party only."""
_FILLED_BY = {"name": "name", "phone": "tel", "address": "street-address"}
"""What a browser may fill in for the party itself (WCAG 1.3.5)."""

Typed = Mapping[str, Any]
Options = tuple[tuple[str, str], ...]
Problems = dict[str, str]


@dataclass(frozen=True)
class Box:
    """One thing to fill in."""

    name: str
    kind: str
    label: str
    required: bool
    hint: str = ""
    cited: Words = NOTHING
    options: tuple[tuple[str, str], ...] = ()
    value: Any = ""
    error: str = ""
    filled_by: str = "off"
    is_optional: bool = False
    """Whether it says so; where the legend above says it, or what else was chosen decides, it does not."""

    @property
    def is_group(self) -> bool:
        """Whether it is several inputs under one legend."""
        return self.kind in ("radio", "checks")


@dataclass(frozen=True)
class Group:
    """Boxes that belong together: a party, or one field alone (without a legend)."""

    boxes: tuple[Box, ...]
    legend: str = ""
    hint: str = ""
    cited: Words = NOTHING
    is_folded: bool = False

    @property
    def is_alone(self) -> bool:
        """Whether it is one field, not a party."""
        return bool(self.boxes) and not self.legend


@dataclass
class Read:
    """What was typed, read: values by field, and the reasons why not by name of the box."""

    values: dict[str, Any] = field(default_factory=dict)
    problems: Problems = field(default_factory=dict)


def names_of(asks: Iterable[Asked]) -> list[str]:
    """The names of all inputs of some fields."""
    return [name for asked in asks for name in _names(asked)]


def _names(asked: Asked) -> list[str]:
    if not asked.slots:
        return [asked.field]
    return [
        f"{asked.field}.{index}.{part}"
        for index, slot in enumerate(asked.slots)
        for part in ("kind", "name", *(one.rstrip("?") for one in slot.parts))
    ]


def typed_in(data: Any, asks: Sequence[Asked], compiled: CompiledProcedure) -> dict[str, Any]:
    """What was typed in the fields."""
    typed: dict[str, Any] = {}
    for asked in asks:
        many = compiled.all_fields[asked.field].type is FieldType.CHOICES
        for name in _names(asked):
            typed[name] = (
                [one[:LONGEST_LINE] for one in data.getlist(name)][:50] if many else data.get(name, "")[:_KEPT]
            )
    return typed


def groups_of(
    asks: Sequence[Asked], compiled: CompiledProcedure, typed: Typed, problems: Problems, organs: Sequence[Organ]
) -> list[Group]:
    """The fields of a page. A party that may be left out is folded away where the page asks for another one."""
    groups: list[Group] = []
    is_alone = sum(len(asked.slots) for asked in asks) == 1
    for asked in asks:
        declared = compiled.all_fields[asked.field]
        if asked.slots:
            groups += [
                _party_group(asked, index, slot, compiled, typed, problems, is_alone=is_alone)
                for index, slot in enumerate(asked.slots)
            ]
            continue
        box = Box(
            asked.field, _kind_of(declared), say(asked.called or declared), asked.required, _hint(asked, declared),
            compiled.citation(asked.basis), _options(declared, asked, organs), typed.get(asked.field, ""),
            problems.get(asked.field, ""), is_optional=not asked.required,
        )  # fmt: skip
        groups.append(Group((box,)))
    return _cited_once(groups)


def _cited_once(groups: list[Group]) -> list[Group]:
    """Fields one after the other that rest on the same article name it once, below the last of them."""
    following = [*groups[1:], Group(())]
    return [
        Group((replace(one.boxes[0], cited=NOTHING),)) if one.is_alone and after.is_alone and _cites(one) == _cites(after) else one
        for one, after in zip(groups, following, strict=False)
    ]  # fmt: skip


def _cites(group: Group) -> Words:
    return group.boxes[0].cited


def _hint(asked: Asked, declared: FieldDeclaration) -> str:
    hint = asked.hint or declared.hint
    return say(hint) if hint else ""


def _kind_of(declared: FieldDeclaration) -> str:
    match declared.type:
        case FieldType.LONG_TEXT:
            return "text"
        case FieldType.DATE:
            return "date"
        case FieldType.BOOLEAN:
            return "radio"
        case FieldType.CHOICE:
            return "radio" if len(declared.choices) <= _RADIOS else "select"
        case FieldType.CHOICES:
            return "checks"
        case FieldType.ORGAN:
            return "select"
        case FieldType.PHONE:
            return "tel"
    return "line"


def _options(declared: FieldDeclaration, asked: Asked, organs: Sequence[Organ]) -> tuple[tuple[str, str], ...]:
    if declared.type is FieldType.BOOLEAN:
        return (("true", _("是")), ("false", _("否")))
    if declared.type is FieldType.ORGAN:
        return tuple((organ.name, name_of(organ)) for organ in organs)
    return tuple((code, say(words)) for code, words in declared.choices.items())


def _party_group(
    asked: Asked, index: int, slot: Slot, compiled: CompiledProcedure, typed: Typed, problems: Problems, *, is_alone: bool
) -> Group:  # fmt: skip
    start = f"{asked.field}.{index}."
    boxes: list[Box] = []
    is_own = index == 0 and "organ" not in slot.kinds

    def add(part: str, kind: str, label: str, *, required: bool, options: Options = (), optional: bool = False) -> None:
        name = start + part
        value = typed.get(name) or (slot.kinds[0] if part == "kind" else "")
        filled_by = _FILLED_BY.get(part, "off") if is_own else "off"
        boxes.append(
            Box(name, kind, label, required, "", NOTHING, options, value, problems.get(name, ""), filled_by, optional)
        )

    if len(slot.kinds) > 1:
        kinds = tuple((kind, str(KIND_NAMES[kind])) for kind in slot.kinds)
        add("kind", "radio", _("是个人还是单位"), required=slot.required, options=kinds)
    add("name", "organ" if slot.kinds == ["organ"] else "line", _name_label(slot), required=slot.required)
    for part in slot.parts:
        bare, label = part.rstrip("?"), str(PART_NAMES[part.rstrip("?")])
        depends = bare in _OF_KIND and len(slot.kinds) > 1
        if depends:
            label = _("%(part)s（%(who)s填写）") % {"part": label, "who": KIND_NAMES[_OF_KIND[bare]]}
        is_wanted = not part.endswith("?")
        add(
            bare, "tel" if bare == "phone" else "line", label, required=slot.required and is_wanted and not depends,
            optional=slot.required and not is_wanted,
        )  # fmt: skip
    is_empty = not any(typed.get(box.name) for box in boxes if not box.is_group)
    is_folded = not (slot.required or is_alone) and is_empty and not any(box.error for box in boxes)
    hint = say(asked.hint) if asked.hint and not index else ""
    return Group(tuple(boxes), say(slot), hint, compiled.citation(asked.basis), is_folded)


def _name_label(slot: Slot) -> str:
    if slot.kinds == ["person"]:
        return _("姓名")
    return _("名称") if "person" not in slot.kinds else _("姓名或者名称")


# --- reading what was typed --------------------------------------------------------------------------------------------


def read(asks: Sequence[Asked], compiled: CompiledProcedure, typed: Typed) -> Read:
    """The values of some fields as the kernel takes them; what is wrong stands by the name of its box."""
    found = Read()
    for asked in asks:
        declared = compiled.all_fields[asked.field]
        if asked.slots:
            parties = [
                party
                for index, slot in enumerate(asked.slots)
                if (party := _party(asked, index, slot, typed, found.problems))
            ]
            if parties:
                found.values[asked.field] = parties if declared.many else parties[0]
            continue
        _read_one(asked, declared, typed.get(asked.field), found)
    return found


def _read_one(asked: Asked, declared: FieldDeclaration, raw: Any, found: Read) -> None:
    label = say(asked.called or declared)
    longest = LONGEST_TEXT if declared.type is FieldType.LONG_TEXT else LONGEST_LINE
    if isinstance(raw, str) and len(raw) > longest:
        found.problems[asked.field] = _("“%(label)s”最多 %(n)s 字") % {"label": label, "n": longest}
        return
    try:
        value = declared.parse(raw)
    except FieldError as error:
        found.problems[asked.field] = f"{label}{_colon()}{say(error.words)}"
        return
    if value is not None:
        found.values[asked.field] = value
    elif asked.required:
        choose = declared.type in (FieldType.CHOICE, FieldType.CHOICES, FieldType.BOOLEAN, FieldType.ORGAN)
        text = _("请选择“%(label)s”") if choose else _("请填写“%(label)s”")
        found.problems[asked.field] = text % {"label": label}


def _colon() -> str:
    return pgettext("标签", "：")


_WHOLE = FieldDeclaration(zh="当事人", en="Party", type=FieldType.PARTY)


def _party(asked: Asked, index: int, slot: Slot, typed: Typed, problems: Problems) -> dict[str, str] | None:
    start = f"{asked.field}.{index}."
    party = {
        part: clean_text(str(typed.get(start + part, ""))) for part in ("name", *(p.rstrip("?") for p in slot.parts))
    }
    if not slot.required and not any(party.values()):
        return None
    kind = str(typed.get(start + "kind") or slot.kinds[0])
    party["kind"] = kind if kind in slot.kinds else slot.kinds[0]
    who = say(slot)
    for part in ("name", *slot.parts):
        bare = part.rstrip("?")
        label = _name_label(slot) if bare == "name" else str(PART_NAMES[bare])
        if bare in _OF_KIND and _OF_KIND[bare] != party["kind"]:
            party[bare] = ""
        elif not party[bare] and not part.endswith("?"):
            problems[start + bare] = _("请填写%(who)s的%(label)s") % {"who": who, "label": label}
        elif len(party[bare]) > LONGEST_LINE:
            problems[start + bare] = _("“%(label)s”最多 %(n)s 字") % {"label": label, "n": LONGEST_LINE}
    wrong = _wrong_part(party, slot)
    if wrong is not None:
        problems.setdefault(start + wrong[0], f"{who}{_colon()}{wrong[1]}")
    return {part: value for part, value in party.items() if value}


def _wrong_part(party: Mapping[str, str], slot: Slot) -> tuple[str, str] | None:
    """The first part the kernel does not take, and why."""
    for part in (one.rstrip("?") for one in slot.parts):
        if not party[part]:
            continue
        try:
            _WHOLE.parse({"name": "示例", "kind": party["kind"], part: party[part]})
        except FieldError as error:
            return part, say(error.words)
    return None


# --- showing what was filled in ------------------------------------------------------------------------------------------


def told(asks: Sequence[Asked], compiled: CompiledProcedure, values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was filled in, in words, for the person who did; empty fields are left out."""
    lines: list[tuple[str, str]] = []
    for asked in asks:
        declared, value = compiled.all_fields[asked.field], values.get(asked.field)
        if value in (None, "", []):
            continue
        if not asked.slots:
            lines.append((say(asked.called or declared), value_of(declared, value)))
            continue
        parties = value if isinstance(value, list) else [value]
        for slot, party in zip(asked.slots, parties, strict=False):
            parts = [party["name"], *(f"{PART_NAMES[part]} {party[part]}" for part in PART_NAMES if party.get(part))]
            lines.append((say(slot), pgettext("之间", "，").join(parts)))
    return lines
