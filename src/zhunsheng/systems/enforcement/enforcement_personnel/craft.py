"""What the steps of a check of personnel work out: the register of certificates laid beside the staff of the units.

A certificate is to be cleaned up where its holder is on no staff list or said there to have retired or moved, or where it is over. Nothing is
cancelled here: that is done in the case of the certificate.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from zhunsheng.kernel.craft import ListEntry, NotPossible, Work, Worked
from zhunsheng.spreadsheets import workbook_of
from zhunsheng.workbooks import uploaded_records

PERSONNEL = "enforcement_personnel"
STAFF, FOUND, LEFT = "在编人员名册.xlsx", "应当清理的证件.xlsx", "尚未清理的证件.xlsx"
HEAD = ("姓名", "单位", "执法证号", "证件类别", "原因")
_KINDS = {"enforcement": "执法", "supervision": "监督", "auxiliary": "辅助"}
_AWAY = re.compile("退休|调离|调出|离职|辞职|辞退|开除|死亡|去世|不在")


class Doubt(NamedTuple):
    """A certificate to clean up, and why; ``gone``: because of its holder."""

    entry: ListEntry
    why: str
    gone: bool


def officers(work: Work) -> list[ListEntry]:
    """The certificates in the register. Assistants are on no staff list."""
    return [entry for entry in work.lists[PERSONNEL] if entry.values.get("kind") != "auxiliary"]


def doubts(work: Work) -> tuple[list[ListEntry], int, list[Doubt]]:
    """The certificates of the units on the staff lists, how many people these name, and what is to be cleaned up. Of a unit that has
    sent no list nothing is known."""
    rows = [row for _, row in uploaded_records(work, STAFF, ("姓名", "单位", "执法证号", "在岗情况"))]
    if not rows:
        raise NotPossible(f"「{STAFF}」里没有人", f"{STAFF} names nobody")
    by_number = {row["执法证号"]: row for row in rows if row.get("执法证号")}
    by_name = {(row["姓名"], row["单位"]): row for row in rows}
    told = {row["单位"] for row in rows}
    entries = [entry for entry in officers(work) if str(entry.values.get("unit")) in told]
    found = []
    for entry in entries:
        row = by_number.get(entry.key) or by_name.get((str(entry.values.get("name")), str(entry.values.get("unit"))))
        away = row is not None and _AWAY.search(str(row.get("在岗情况") or ""))
        if row is None:
            found.append(Doubt(entry, "不在在编人员名册", True))
        elif away:
            found.append(Doubt(entry, away.group(), True))
        elif (until := entry.values.get("valid_until")) and str(until) < work.on.isoformat():
            found.append(Doubt(entry, f"有效期至{until}，已过期", False))
    return entries, len(rows), found


def compare(work: Work) -> Worked:
    """核对名册: how many certificates there are and which are to be cleaned up."""
    entries, listed, found = doubts(work)
    gone = sum(doubt.gone for doubt in found)
    looked_at = {entry.values.get("unit") for entry in entries}
    lacking = {entry.values.get("unit") for entry in officers(work)} - looked_at
    values = {
        "holders": len(entries), "listed": listed, "gone": gone, "expired": len(found) - gone, "doubtful": len(found),
        "units_lacking": len(lacking),
    }  # fmt: skip
    return Worked(values, {FOUND: _sheet(found)})


def compare_again(work: Work) -> Worked:
    """复核清理情况: what of it still stands in the register."""
    _, _, found = doubts(work)
    return Worked({"left": len(found)}, {LEFT: _sheet(found)})


def _sheet(found: list[Doubt]) -> bytes:
    rows = [
        (e.values["name"], e.values["unit"], e.key, _KINDS.get(str(e.values.get("kind")), ""), why)
        for e, why, _ in found
    ]
    return workbook_of("证件", HEAD, rows)
