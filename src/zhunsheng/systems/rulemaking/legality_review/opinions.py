"""The opinions of a review one by one: their numbers, the text they make together, and what the submitting unit made of them,
read from the table of opinions so that nobody counts by hand. Whether an opinion is right is for people.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from zhunsheng.kernel.craft import ListEntry, NotPossible, Work, Worked

TABLE = "legality_review"
TAKEN_UP = ("adopted", "partly")


def enter_opinion(work: Work) -> Worked:
    """逐条提出意见: the next number, and the opinion as it stands with this one."""
    found = _of(work)
    serials = [int(entry.key.rpartition("-")[2]) for entry in found if entry.key.rpartition("-")[2].isdecimal()]
    code = f"{work.number}-{max(serials, default=0) + 1:02d}"
    new = ListEntry(code, work.organ, {
        "clause": work.fields.get("clause"), "opinion": work.fields["opinion"], "ground": work.fields.get("opinion_ground"),
    })  # fmt: skip
    return Worked({"opinion_code": code, **_together([*found, new])})


def strike_opinion(work: Work) -> Worked:
    """撤下意见: the opinion as it stands without this one."""
    code = _named(work)
    return Worked(_together([entry for entry in _of(work) if entry.key != code]))


def answer_opinion(work: Work) -> Worked:
    """逐条反馈: how many were adopted, wholly or in part, how many are not answered yet, and why the others were not."""
    code, found = _named(work), _of(work)
    answers = {entry.key: (entry.values.get("adoption"), entry.values.get("adoption_reason")) for entry in found}
    answers[code] = work.fields["opinion_adoption"], work.fields.get("opinion_adoption_reason")
    said = [adoption for adoption, _ in answers.values()]
    reasons = [
        f"{n}．{answers[entry.key][1]}"
        for n, entry in enumerate(found, 1)
        if answers[entry.key][0] in ("partly", "not_adopted") and answers[entry.key][1]
    ]
    adopted = sum(one in TAKEN_UP for one in said)
    return Worked({
        "opinions_adopted": adopted,
        "opinions_unanswered": sum(not one for one in said),
        "adoption": "all" if {*said} == {"adopted"} else "partly" if adopted else "none",
        "non_adoption_reason": "\n".join(reasons),
    })  # fmt: skip


def _named(work: Work) -> str:
    """The number that was named; only an opinion of this review can be struck or answered."""
    code = str(work.fields["opinion_code"])
    numbers = [entry.key for entry in _of(work)]
    if code not in numbers:
        there = "、".join(numbers) or "还没有逐条提出的意见"
        raise NotPossible(
            f"本件没有意见「{code}」；现有：{there}", f"this review has no opinion {code}", "opinion_code"
        )
    return code


def _together(entries: Sequence[ListEntry]) -> dict[str, Any]:
    return {
        "opinions_given": len(entries),
        "opinions_unanswered": len(entries),
        "opinion_text": "\n".join(_line(n, entry.values) for n, entry in enumerate(entries, 1)),
    }


def _line(n: int, values: Any) -> str:
    clause = f"（{values['clause']}）" if values.get("clause") else ""
    ground = f"（依据：{values['ground']}）" if values.get("ground") else ""
    return f"{n}．{clause}{values['opinion']}{ground}"


def _of(work: Work) -> list[ListEntry]:
    """The entries of this review in their order; another organ may give the same number."""
    found = [
        entry for entry in work.lists[TABLE]
        if entry.values.get("review") == work.number and entry.organ == work.organ
    ]  # fmt: skip
    return sorted(found, key=lambda entry: (len(entry.key), entry.key))
