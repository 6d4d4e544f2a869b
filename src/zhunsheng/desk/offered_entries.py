"""The entries of a list an officer may choose from where a step names one (可选条目): a number of a certificate, a code of a power.

Which list, and which of its entries will do, follows from the gates of the step; whether one does is decided there. Reads only.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from zhunsheng.cases.facts import fitting
from zhunsheng.catalogue.loading import UnknownSystem, systems
from zhunsheng.desk.wording import value_of
from zhunsheng.kernel.masking import mask
from zhunsheng.kernel.procedure import RegisterFact
from zhunsheng.kernel.transition import CompiledProcedure
from zhunsheng.kernel.words import Words
from zhunsheng.orgs.access import Access
from zhunsheng.orgs.models import Organ
from zhunsheng.registers.reading import entries_on

MOST = 500
"""How many entries of a list are read for a form; what lies beyond them is typed."""


class ListOffered(NamedTuple):
    """The list a field names an entry of, and (key, title) of each that will do."""

    words: Words
    entries: list[tuple[str, str]]


Offered = dict[str, ListOffered]
"""By field."""


def offered_entries(compiled: CompiledProcedure, action: str, organ: Organ, access: Access, day: date) -> Offered:
    """For each field in which a step names an entry: those in force in the list of the organ that its gates let pass, as far as the
    officer may see them. One query for each list asked of."""
    gates = [compiled_gate.gate.registered for compiled_gate in compiled.gates.get(action, ())]
    return {
        gate.key: ListOffered(systems()[gate.register_slug].name, _entries(gate, organ, access, day))
        for gate in gates if gate is not None and gate.key != "organ"
    }  # fmt: skip


def _entries(gate: RegisterFact, organ: Organ, access: Access, day: date) -> list[tuple[str, str]]:
    try:
        declared = systems()[gate.register_slug].register_on(day)
    except UnknownSystem:
        return []
    title, passes = declared.fields[declared.title], fitting(gate, day)
    rows = entries_on(gate.register_slug, access=access, true_on=day, organ=organ)[:MOST]
    return [
        (row.entry.key, value_of(title, mask(title, row.values.get(declared.title))))
        for row in rows
        if passes is None or passes(row.values)
    ]
