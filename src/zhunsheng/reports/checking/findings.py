"""发现: what a check says of a report: where, what, why, and how sure it is.

A relation that holds is told too, apart from the faults: who reads a check wants to know what was laid against what.
"""

from __future__ import annotations

from dataclasses import dataclass

from zhunsheng.kernel.words import Words

ERROR, WARNING, QUESTION = "error", "warning", "question"
"""Surely wrong; very likely wrong; something to look at, where the reading itself may be mistaken."""
SURE, LIKELY, UNSURE = "high", "medium", "low"

RULES = {
    "sum": Words("总数与分项", "Total and parts"),
    "part": Words("分项大于总数", "Part above the total"),
    "rate": Words("比率复算", "Rate counted again"),
    "impossible_rate": Words("比率与基数", "Rate and base"),
    "change": Words("同比复算", "Change counted again"),
    "over_hundred": Words("百分比超过100%", "Above 100 per cent"),
    "closed_over_received": Words("办结与受理", "Concluded above received"),
    "told_twice": Words("同一指标前后不一", "One figure told differently"),
    "same_number": Words("同一数字用于两处", "One number for two things"),
    "scope": Words("全市与县区", "Whole and parts of a region"),
    "heading_order": Words("序号不连续", "Numbering that jumps"),
    "year": Words("年度不一致", "Years that disagree"),
    "document_number": Words("发文字号", "Document number"),
    "contents": Words("法定内容", "Required contents"),
    "weak_point": Words("不足没有数据", "Weak point without a figure"),
    "copied": Words("与其他报告雷同", "As in another report"),
    "lost": Words("原文丢字", "Lost characters"),
    "ledger": Words("与台账对照", "Beside the ledger"),
}
SEVERITIES = {
    ERROR: Words("错误", "Wrong"),
    WARNING: Words("很可能有误", "Probably wrong"),
    QUESTION: Words("请核对", "To be looked at"),
}
KINDS = {
    "count": Words("数量", "count"),
    "rate": Words("比率", "rate"),
    "change": Words("增减", "change"),
    "money": Words("金额", "money"),
    "rank": Words("位次", "rank"),
    "target": Words("目标", "target"),
    "ratio": Words("倍比", "ratio"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding, or with ``holds`` a relation that was laid out and holds. ``places`` are spans of the plain text."""

    rule: str
    severity: str
    message: Words
    places: tuple[tuple[int, int], ...] = ()
    certainty: str = LIKELY
    holds: bool = False


def holds(rule: str, message: Words, *places: tuple[int, int]) -> Finding:
    """A relation that holds."""
    return Finding(rule, "", message, places, SURE, holds=True)
