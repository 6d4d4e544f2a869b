"""任务分工表: rows of a table of responsibilities. The head says what each column holds; a cell that spans rows stands in each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from zhunsheng.plans.deadlines import due_stated
from zhunsheng.plans.numbering import mark_of
from zhunsheng.plans.responsible import DUES, JOINS, LEADS, PERSONS, Remark, organs_in, reads_like_organ, remark_in

CELL = "\t"
"""Parts the cells of a row."""
_NOBODY = ("/", "-", "—", "——", "无")
_COLUMNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("number", re.compile(r"^(?:序号|编号|任务序号|项目序号)$")),
    ("due", DUES),
    ("joint", JOINS),
    ("heading", re.compile(r"^(?:类别|领域|分类|板块|一级指标|项目|任务类别|工作类别|责任领域)$")),
    ("measure", re.compile(r"^(?:重点|主要|目标|工作|年度)*(?:任务|工作|事项|项目名称)(?:名称|内容|分类)?$")),
    ("text", re.compile(r"^(?:具体|主要|重点|推进|落实|工作)*(?:内容|措施|举措|任务|要求|任务内容|任务清单|工作内容|任务分解|工作任务|工作措施|工作举措)(?:[及和与](?:工作)?(?:目标|要求|标准))?$")),
    ("standard", re.compile(r"^(?:完成|工作|任务)?(?:标准|目标|目标要求|成果|成果形式|预期成果|成效|考核标准)$")),
    ("lead", LEADS),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table of responsibilities."""

    number: str
    heading: str
    title: str
    text: str
    standard: str
    remark: Remark
    is_alone: bool
    """Its row says that nobody cooperates: a dash, or 无, stands there."""


def cells_of(line: str) -> list[str]:
    """The cells of a line that is a row; none where it is text."""
    if line.count("|") > 1 and (line.startswith("|") or line.endswith("|") or line.count(" | ") > 1):
        return [cell.strip() for cell in line.removeprefix("|").removesuffix("|").split("|")]
    if CELL not in line:
        return []
    cells = [cell.strip() for cell in line.split(CELL)]
    return cells if sum(map(bool, cells)) >= 2 else []


def is_rule(cells: Sequence[str]) -> bool:
    """Whether a row is but the line below the head of a table: | --- | --- |."""
    return bool(cells) and all(re.fullmatch(r":?-+:?", cell) for cell in cells)


def columns_of(cells: Sequence[str]) -> Mapping[str, int]:
    """Which column holds what, where the row is the head of a table of responsibilities; else nothing."""
    found: dict[str, int] = {}
    names = [re.sub(r"\s+|（[^）]*）", "", cell) for cell in cells]
    units = [name for name in names if LEADS.match(name) and not PERSONS.search(name)]
    for place, name in enumerate(names):
        if units and PERSONS.search(name) and LEADS.match(name):
            continue  # persons stand there, and the units have a column of their own
        kind = next((kind for kind, names in _COLUMNS if names.match(name) and kind not in found), "")
        if not kind and LEADS.match(name) and "joint" not in found:
            kind = "joint"  # 责任单位 beside 牵头单位: they carry it out with it
        if kind:
            found[kind] = place
    if "text" in found and "measure" not in found:
        found["measure"] = found.pop("text")
    return found if "measure" in found and {"lead", "joint", "due"} & found.keys() else {}


def _in_place(cells: Sequence[str], columns: Mapping[str, int]) -> Sequence[str]:
    """A row whose first cells span from the row above, and are left out in the text of a page: moved to its columns."""
    lead, last = columns.get("lead", columns.get("joint")), len(cells) - 1
    if lead is None or lead != last or cells[lead] or not lead or not cells[0]:
        return cells
    named = remark_in(cells[lead - 1]).lead or organs_in(cells[lead - 1])
    return ["", *cells[:-1]] if named and all(map(reads_like_organ, named)) else cells


def _without_number(text: str) -> str:
    mark = mark_of(text)
    return mark.rest if mark is not None else text


def row_of(cells: Sequence[str], columns: Mapping[str, int], before: TableRow | None, year: int | None) -> TableRow:
    """A row as the head reads it. An empty cell of number, heading or measure is one that spans from the row before."""
    cells = _in_place(cells, columns)
    held = {kind: cells[place] if place < len(cells) else "" for kind, place in columns.items()}
    text = _without_number(held.get("text", ""))
    spans = before is not None and not held.get("measure") and bool(text)
    mark = mark_of(held.get("measure", ""))
    title = before.title if spans and before else mark.rest if mark else held.get("measure", "")
    number = (
        before.number if spans and before else held.get("number", "").strip(".、．") or (mark.number if mark else "")
    )
    lead = remark_in(held.get("lead", ""))  # 办公室牵头，各科室配合
    remark = Remark(
        lead.lead or tuple(organs_in(held.get("lead", ""))),
        (*lead.joint, *organs_in(held.get("joint", ""))),
        due_stated(held.get("due", ""), year),
    )
    if before is not None and spans:
        remark = remark.over(before.remark)
    heading = held.get("heading", "") or (before.heading if before else "")
    return TableRow(number, heading, title, text, held.get("standard", ""), remark, held.get("joint", "") in _NOBODY)
