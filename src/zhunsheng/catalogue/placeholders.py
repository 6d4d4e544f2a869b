"""What the text of a paper may name in braces, for the check of a system as for the papers that are issued."""

from __future__ import annotations

from zhunsheng.kernel.fields import FieldType
from zhunsheng.kernel.procedure import Procedure

GENERAL = frozenset({"number", "case_number", "organ", "date", "outcome", "title", "note", "signer"})
"""What every text may name, besides the fields, ``due:<deadline>`` and ``address:<party>``."""

DUE = "due:"
ADDRESS = "address:"


def placeholders_of(procedure: Procedure) -> frozenset[str]:
    """Everything the texts of one procedure may name."""
    parties = (name for name, field in procedure.all_fields.items() if field.type is FieldType.PARTY)
    deadlines = (DUE + key for key in procedure.deadlines)
    return GENERAL.union(procedure.all_fields, deadlines, (ADDRESS + name for name in parties))
