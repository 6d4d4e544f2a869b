"""发现: what a check says of a report: where, what, why, and how sure it is.

A relation that holds is told too, apart from the faults: who reads a check wants to know what was laid against what.
"""

from __future__ import annotations

from dataclasses import dataclass

ERROR, WARNING, QUESTION = "error", "warning", "question"
"""Surely wrong; very likely wrong; something to look at, where the reading itself may be mistaken."""
SURE, LIKELY, UNSURE = "high", "medium", "low"

RULES = {
    "sum": "总数与分项",
    "part": "分项大于总数",
    "rate": "比率复算",
    "impossible_rate": "比率与基数",
    "change": "同比复算",
    "over_hundred": "百分比超过100%",
    "closed_over_received": "办结与受理",
    "told_twice": "同一指标前后不一",
    "same_number": "同一数字用于两处",
    "scope": "全市与县区",
    "heading_order": "序号不连续",
    "year": "年度不一致",
    "document_number": "发文字号",
    "contents": "法定内容",
    "weak_point": "不足没有数据",
    "copied": "与其他报告雷同",
    "lost": "原文丢字",
    "ledger": "与台账不符",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding, or with ``holds`` a relation that was laid out and holds. ``places`` are spans of the plain text."""

    rule: str
    severity: str
    message: str
    places: tuple[tuple[int, int], ...] = ()
    certainty: str = LIKELY
    holds: bool = False


def holds(rule: str, message: str, *places: tuple[int, int]) -> Finding:
    """A relation that holds."""
    return Finding(rule, "", message, places, SURE, holds=True)
