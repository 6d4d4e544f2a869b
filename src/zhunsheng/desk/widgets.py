"""Widgets that Django does not have (控件): choices laid in a row or in a box, and parties as rows of name, kind and number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from zhunsheng.kernel.fields import PartyKind
from zhunsheng.orgs.models import Organ


class RadioList(forms.RadioSelect):
    """Choices that all stay in sight."""

    template_name = "desk/widgets/radio_list.html"


class TickList(forms.CheckboxSelectMultiple):
    """Many choices of which several are ticked, in a box of their own."""

    template_name = "desk/widgets/tick_list.html"


class PartiesWidget(forms.Widget):
    """One party, or rows of them: name, kind, number of identity or credit code, telephone, address."""

    template_name = "desk/widgets/parties.html"
    use_fieldset = True
    # Joined by a hyphen, which no declared name holds: a case may have both "respondent" and "respondent_kind".
    PARTS = ("name", "kind", "number", "phone", "address")

    def __init__(self, kind: PartyKind, many: bool, organs: Sequence[Organ]) -> None:
        super().__init__()
        self.kind, self.many, self.organs = kind, many, organs

    def use_required_attribute(self, initial: Any) -> bool:
        return False

    def id_for_label(self, id_: str, index: Any = None) -> str:
        return f"{id_}-name-0"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        getter = getattr(data, "getlist", lambda key: [data[key]] if key in data else [])
        columns = {part: getter(f"{name}-{part}") for part in self.PARTS}
        rows = []
        for index in range(len(columns["name"])):
            row = {part: (items[index].strip() if index < len(items) else "") for part, items in columns.items()}
            if any(value for part, value in row.items() if part != "kind"):
                rows.append(party_of(row))
        return rows if self.many else (rows[0] if rows else None)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return f"{name}-name" not in data

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        parties = value if isinstance(value, list) else [value] if value else []
        spare = {"kind": self.kind.value}
        kinds = [
            (PartyKind.PERSON.value, _("自然人")),
            (PartyKind.ORGANISATION.value, _("法人或者其他组织")),
            (PartyKind.ORGAN.value, _("行政机关")),
        ]
        context["widget"] |= {
            "rows": [row_of(party) for party in parties] or [spare], "spare": spare, "kinds": kinds, "many": self.many,
            "organs": self.organs if self.kind is PartyKind.ORGAN else (),
            "first_id": self.id_for_label(context["widget"]["attrs"].get("id", "")),
        }  # fmt: skip
        return context


def party_of(row: dict[str, str]) -> dict[str, str]:
    """A party as the kernel reads it: the number is an identity number of a person, else a credit code."""
    party = {key: row[key] for key in ("name", "kind", "phone", "address") if row[key]}
    if row["number"]:
        party["identity_number" if row["kind"] == PartyKind.PERSON else "credit_code"] = row["number"]
    return party


def row_of(party: dict[str, str]) -> dict[str, str]:
    """The reverse of ``party_of``, to show again what was typed."""
    return {**party, "number": party.get("identity_number") or party.get("credit_code") or ""}
