"""The numbers of opinions on a draft, and how many there are: read from the table of opinions, so that nobody counts by hand."""

from __future__ import annotations

from collections.abc import Iterable

from zhunsheng.kernel.craft import ListEntry, Work, Worked

TABLE = "public_consultation"
LONGEST_SERIAL = 6
ADOPTED = ("adopted", "partly")


def number_opinion(work: Work) -> Worked:
    """登记意见: the next number after those of the same consultation; one that was given stays."""
    given = str(work.fields.get("opinion_code") or "")
    return Worked({"opinion_code": given or next_code(work.number, (one.key for one in _of(work)))})


def next_code(number: str, taken: Iterable[str]) -> str:
    """Number of the consultation and a serial, from 1 on; opinions from the site bear the long numbers of their receipts."""
    serials = [key.removeprefix(f"{number}-") for key in taken if key.startswith(f"{number}-")]
    numbers = (int(serial) for serial in serials if serial.isdecimal() and len(serial) <= LONGEST_SERIAL)
    return f"{number}-{max(numbers, default=0) + 1:03d}"


def count_opinions(work: Work) -> Worked:
    """归纳研究: how many opinions there are, how many of them were adopted, how many nobody has answered."""
    found = [entry.values.get("adoption") for entry in _of(work)]
    return Worked({
        "opinions_received": len(found), "opinions_adopted": sum(one in ADOPTED for one in found),
        "opinions_unanswered": sum(not one for one in found),
    })  # fmt: skip


def _of(work: Work) -> list[ListEntry]:
    """The entries of this consultation; another organ may give the same number."""
    return [
        entry for entry in work.lists[TABLE]
        if entry.values.get("consultation") == work.number and entry.organ == work.organ
    ]  # fmt: skip
