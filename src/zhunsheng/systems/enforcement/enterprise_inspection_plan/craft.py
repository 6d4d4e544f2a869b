"""What is worked out before a visit to an enterprise is approved: how often it was visited, whose visits lie near, and what becomes
of the visit it joins."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from zhunsheng.kernel.craft import EntryWrite, ListEntry, NotPossible, Work, Worked

VISITS, OBJECTS = "enterprise_inspection_plan", "inspection_object_registry"
NEAR = 30
"""Days before and after that count as near unless the officer says otherwise; practice, not law."""


class Clash(NamedTuple):
    """A planned visit of somebody else that lies near."""

    number: str
    department: str
    day: date
    items: str


def of_firm(entries: Iterable[ListEntry], code: str) -> list[ListEntry]:
    """The visits to a firm, planned or made, in order of their days."""
    found = [e for e in entries if e.values.get("firm_code") == code]
    return sorted(found, key=lambda e: (_day(e), e.key))


def clashes(visits: Iterable[ListEntry], day: date, days: int) -> list[Clash]:
    """The visits not yet made that lie within so many days of the day."""
    return [
        Clash(e.key, str(e.values["department"]), _day(e), str(e.values.get("items") or ""))
        for e in visits
        if e.values.get("status") == "planned" and abs((_day(e) - day).days) <= days
    ]


def _day(entry: ListEntry) -> date:
    return date.fromisoformat(str(entry.values["planned_on"])[:10])


def check_visit(work: Work) -> Worked:
    """核对: count, compare with the limit, name what lies near, propose."""
    code, day = str(work.fields["firm_code"]), date.fromisoformat(str(work.fields["planned_on"]))
    firm = next((entry for entry in work.lists[OBJECTS] if entry.key == code), None)
    if firm is None:
        raise NotPossible(
            f"检查对象名录库中没有「{code}」，请先核对代码或者补充名录库",
            f"the registry of objects has no {code}; check the code or complete the registry",
            "firm_code",
        )
    visits = of_firm(work.lists[VISITS], code)
    this_year = sum(
        _day(visit).year == day.year for visit in visits
    )  # the limit is one of the year; what lies near is not
    limit = firm.values.get("visit_limit")
    over = limit is not None and this_year + 1 > int(limit)
    near = clashes(visits, day, int(work.fields.get("window_days") or NEAR))
    told = [f"{c.day.isoformat()} {c.department} {c.items}（{c.number}）" for c in near]
    proposal = []
    if over:
        proposal.append(f"本年已安排{this_year}次，年度上限{limit}次，再检查一次就超过上限；没有法定事由的不应当安排。")
    if near:
        departments = "、".join(dict.fromkeys([c.department for c in near] + [str(work.fields["department"])]))
        proposal.append(f"建议并入{near[0].day.isoformat()}的检查（{near[0].number}），由{departments}联合检查。")
    return Worked(
        {
            "visits_this_year": this_year,
            **({"visit_limit": int(limit)} if limit is not None else {}),
            "over_limit": over,
            "clash_count": len(near),
            "clashes": "\n".join(told) or "无",
            "proposal": "".join(proposal) or "没有超过上限，没有相近的检查。",
        }
    )


def merge_visit(work: Work) -> Worked:
    """合并: the visit that is joined becomes a joint one of both departments, of the same firm and not made yet."""
    key = str(work.fields["merged_into"]).strip()
    visit = next((entry for entry in work.lists[VISITS] if entry.key == key), None)
    if visit is None:
        return Worked({})  # the gate says so
    if visit.values.get("firm_code") != work.fields["firm_code"] or visit.values.get("status") != "planned":
        raise NotPossible(
            f"「{key}」不是对同一企业、尚未实施的检查，不能并入", f"{key} is no visit to the same firm that is still to be made", "merged_into"
        )  # fmt: skip
    joined = {
        name: mark.join(
            dict.fromkeys(filter(None, [str(visit.values.get(name) or ""), str(work.fields.get(name) or "")]))
        )
        for name, mark in (("department", "、"), ("items", "；"))
    }
    return Worked({}, entries=[EntryWrite(VISITS, "change", key, joined)])
