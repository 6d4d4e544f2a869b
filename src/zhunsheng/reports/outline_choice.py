"""提纲选择: which outline the yearly report of a region follows, as the place has set it. What an outline holds is in
``outline``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from zhunsheng.kernel.words import Words
from zhunsheng.local.kinds import Kind, Thing, Wanted
from zhunsheng.local.values import decisions
from zhunsheng.orgs.models import Organ
from zhunsheng.orgs.refusals import refused
from zhunsheng.reports.outline import OWN, OutlineError, read_outline
from zhunsheng.reports.own_outlines import own_outlines

OUTLINE, YEARLY = "outline", "yearly"
ANNUAL_REPORT = "annual-report"
"""The outline of a place that has chosen none."""


def chosen_outline(government: Organ | None, year: int) -> str:
    """The outline a government's report on a year follows: the one that holds at the end of the year."""
    if government is None:
        return ANNUAL_REPORT
    decision = decisions().on(OUTLINE, YEARLY, government.path, date(year, 12, 31))
    return decision.value["outline"] if decision and decision.value else ANNUAL_REPORT


def _things() -> Mapping[str, Thing]:
    name = Words("法治政府建设年度报告", "Yearly report on law-based government")
    return {YEARLY: Thing(YEARLY, name, "", read_outline(ANNUAL_REPORT).name.words)}


def _read(key: str, raw: Mapping[str, Any]) -> dict[str, Any]:
    name = str(raw.get("outline") or "")
    try:
        read_outline(name)
    except OutlineError as error:
        raise refused("outline", "请选择提纲", "choose an outline", "outline") from error
    return {"outline": name}


def _check(wanted: Wanted) -> None:
    """An outline of its own a place may follow only where it was uploaded for it."""
    name = wanted.value["outline"] if wanted.value else ""
    if name.startswith(OWN) and name not in own_outlines(wanted.organ.region):
        raise refused("outline_elsewhere", "这份提纲是别的地方的", "this outline belongs to another place", "outline")


def _say(key: str, value: Mapping[str, Any]) -> Words:
    try:
        return read_outline(value["outline"]).name.words
    except OutlineError:
        return Words("（已不存在）", "(no more)")


KIND = Kind(OUTLINE, Words("报告提纲", "Outline of the report"), _things, _read, _say, check=_check)
