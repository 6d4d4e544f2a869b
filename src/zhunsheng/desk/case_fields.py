"""The fields and parties of a case as pages show them (内容与当事人): in words, masked until somebody asks to see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from zhunsheng.cases.models import Event
from zhunsheng.desk.wording import say, value_of
from zhunsheng.kernel.fields import FieldDeclaration, FieldType, Sensitivity
from zhunsheng.kernel.masking import mask
from zhunsheng.kernel.transition import CompiledProcedure

PARTY_PARTS = {
    "kind": gettext_lazy("类型"),
    "identity_number": gettext_lazy("身份证号"),
    "credit_code": gettext_lazy("统一社会信用代码"),
    "phone": gettext_lazy("电话"),
    "address": gettext_lazy("地址"),
}
PARTY_KINDS = {
    "person": gettext_lazy("自然人"),
    "organisation": gettext_lazy("法人或者其他组织"),
    "organ": gettext_lazy("行政机关"),
}


@dataclass(frozen=True)
class PartyLine:
    """A party as the page shows it: its name and what else is known, masked or not."""

    name: str
    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class FieldLine:
    """A field of the case with its value in words; ``parties`` for a field of parties."""

    key: str
    label: str
    text: str
    parties: tuple[PartyLine, ...]
    is_masked: bool


def field_lines(compiled: CompiledProcedure, event: Event, *, revealed: bool = False) -> list[FieldLine]:
    """What a step filled in, masked; the values of verbs are shown by their note and on the tab 交办."""
    return [
        line_of(name, compiled.all_fields[name], value, revealed=revealed)
        for name, value in event.values.items()
        if name in compiled.all_fields and value not in (None, "", [])
    ]


def line_of(key: str, declared: FieldDeclaration, value: Any, revealed: bool) -> FieldLine:
    shown = value if revealed else mask(declared, value)
    parties: tuple[PartyLine, ...] = ()
    if declared.type is FieldType.PARTY:
        parties = tuple(party_line(item) for item in (shown if isinstance(shown, list) else [shown]) if item)
    maskable = declared.type is FieldType.PARTY or declared.sensitivity is Sensitivity.SENSITIVE
    return FieldLine(key, say(declared), value_of(declared, shown), parties, maskable and shown != value)


def party_line(party: dict[str, str]) -> PartyLine:
    pairs = [
        (str(label), str(PARTY_KINDS.get(party[part], party[part])) if part == "kind" else party[part])
        for part, label in PARTY_PARTS.items()
        if party.get(part)
    ]
    return PartyLine(party.get("name", ""), tuple(pairs))
