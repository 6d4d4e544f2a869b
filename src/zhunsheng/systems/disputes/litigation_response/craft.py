"""The number of a sitting: that of the case at the court and how many sittings there were, so that nobody composes it by hand."""

from __future__ import annotations

from itertools import count

from zhunsheng.kernel.craft import Work, Worked

LEDGER = "head_court_appearance"


def number_hearing(work: Work) -> Worked:
    """收到开庭传票: the sitting after those that took place; one that is put off keeps its number, one that was given stays."""
    court_number = str(work.fields["court_number"])
    held = {entry.key for entry in work.lists[LEDGER] if entry.values.get("court_number") == court_number}
    numbered = (f"{court_number}第{number}次开庭" for number in count(len(held) + 1))
    return Worked({"hearing_key": work.fields.get("hearing_key") or next(key for key in numbered if key not in held)})
