"""名称: what a plan, a part and a measure are called, and what stands behind the name in the same line."""

from __future__ import annotations

import re
from collections.abc import Sequence

from zhunsheng.plans.cleaning import SourceLine
from zhunsheng.plans.numbering import Kind, mark_of
from zhunsheng.plans.responsible import NOTHING, Remark, cut_remarks
from zhunsheng.plans.tasks import asks

LONGEST_TITLE = 40
"""A first sentence that is longer is no title."""
_TITLE = re.compile(
    r"(方案|规划|纲要|计划|要点|报告|安排|清单|分工|分工表|任务表|分解表|分解|台账|举措|行动|要求|意见|通知|任务)(（[^）]*）)*$"
)
_NUMBERED = re.compile(r"^\S{1,8}〔20\d\d〕\d+号\s*(?=\S)")
_ISSUED = re.compile(r"^.{0,30}关于(?:印发|公布)[《〈]?(.+?)[》〉]?的通知$")
_YEAR = re.compile(r"(20\d\d)年?(?:度)?")
_RANGE = re.compile(r"20\d\d年?\s*[-—－–~至到]\s*20\d\d")


def title_of(lines: Sequence[SourceLine]) -> str:
    """The last line before the first part that reads like the title of a plan; a plan without parts has it at the top."""
    named = ""
    for line in lines:
        mark = mark_of(line.text)
        if mark is not None and mark.kind is not Kind.MEASURE:
            break
        text = _ISSUED.sub(r"\1", _NUMBERED.sub("", line.text).removeprefix("《").removesuffix("》"))
        if len(text) <= 60 and _TITLE.search(text) and not text.endswith(("。", "：")):
            named = text.partition("：")[2].strip("《》") or text
    first = lines[0].text if lines and mark_of(lines[0].text) is None else ""
    if not named and _YEAR.search(first) and len(first) <= LONGEST_TITLE and not first.endswith(("。", "：")):
        return first  # called otherwise, but it stands at the top with its year
    return re.sub(r"^(?:名\s*称|标\s*题)\s+", "", named)


def one_year(title: str) -> int | None:
    """The year of a plan of one year; none of a plan of several."""
    years = set(_YEAR.findall(title))
    return int(years.pop()) if len(years) == 1 and not _RANGE.search(title) else None


def split(text: str) -> tuple[str, str]:
    """The title and what follows it in the same line: up to the first full stop. A long first sentence, and one that says who
    or by when, is text; what stands before its first comma names it."""
    title, stop, rest = text.partition("。")
    if len(title) > LONGEST_TITLE or (rest.strip() and asks(title)):
        return title.partition("，")[0][:LONGEST_TITLE], text
    return title.strip(), rest.strip() if stop else ""


def stated_behind(text: str, year: int | None) -> tuple[Remark, str]:
    """What a remark at the end of a line that is all title says, and the title without it. One within the text stays."""
    pieces = list(cut_remarks(text, year))
    title, remark = pieces[0] if pieces else (text, NOTHING)
    if not remark or "。" in title.rstrip("。"):
        return NOTHING, text
    if len(pieces) == 1:
        return remark, title
    follows = len(title) <= LONGEST_TITLE and pieces[1][0].startswith("。")
    return (remark, f"{title}{text[text.index('。') :]}") if follows else (NOTHING, text)
