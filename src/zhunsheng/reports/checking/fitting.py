"""单位相合: whether a figure of this kind and unit may be of an account counted in that unit."""

from __future__ import annotations

import re

from zhunsheng.reports.checking.figure import CHANGE, MONEY, RANK, RATE, Figure
from zhunsheng.reports.checking.numerals import kin
from zhunsheng.reports.checking.vocabulary import Named

_ALIKE = (
    {"名", "人次"},
    {"次", "期", "批", "轮", "堂", "讲", "节", "件次", "家次", "户次", "场", "场次"},
    {"件", "份", "部", "本", "篇", "卷", "册", "张", "次", "宗地", "批", "笔", "件次", "面", "幅"},
    {"项", "条", "个", "部"},
    {"种", "类"},
    {"个", "支", "户", "条", "面", "村", "栋"},
    {"个", "户", "户次", "家次"},
    {"个", "张", "本", "枚"},
)
"""Units in which one thing may be counted: 审查111次 are as many 件."""
_NEARLY = ({"件", "项", "条", "份", "个", "次", "宗地"},)
"""Units that offices take one for another."""
_PERSONS = {"名", "人次"}
"""Who is counted is never what is counted."""
_DAYS = {"天", "日", "工作日"}
_TIMES = _DAYS | {"年", "小时", "分"}
AT_LEAST_OF_EACH = {"至少", "最少", "不少于", "不低于"}
_RATE_ROSE = re.compile(
    r"率(?:[较比同][^，。；]{0,8})?$|率(?:[^，。；率]{0,6})(?:提高|提升|上升|增长|下降|降低|回落|增加|减少)了?$"
)
"""审结率较上年提高了: what rose is the rate, not what it is a rate of."""
_LEAST = re.compile(r"下限|最少|至少|每(?:年|季度|人)")


def fits(figure: Figure, account: Named) -> float:
    """How well the unit of a figure fits an account, from 0 to 1; nothing where it cannot."""
    demanded = "/" in figure.unit or (figure.qualifier in AT_LEAST_OF_EACH and figure.label.startswith("每"))
    least = bool(_LEAST.search(account.name))
    return _fits_unit(figure, account) * (1.0 if demanded == least else 0.8)


def _fits_unit(figure: Figure, account: Named) -> float:
    if figure.kind == CHANGE:
        if _RATE_ROSE.search(figure.label) and not account.rate:
            return 0.0
        return 0.9 if not account.rate or figure.unit == "个百分点" else 0.7
    if (figure.kind == RANK) != (account.unit == "位"):
        return 0.0
    if figure.kind == RATE or figure.base_unit in ("%", "个百分点"):
        return 1.0 if account.rate else 0.0
    if account.rate:
        return 0.0
    if (figure.kind == MONEY) != (account.unit in ("元", "万元")):
        return 0.0
    if (figure.base_unit == "个方面") != (account.unit == "个方面"):
        return 0.0
    own, other = kin(figure.base_unit.split("/")[0]), kin(account.unit)
    if own == other:
        return 1.0
    if own in _TIMES or other in _TIMES:
        return 0.8 if {own, other} <= _DAYS else 0.0
    if any(own in alike and other in alike for alike in _ALIKE):
        return 0.85
    if any(own in alike and other in alike for alike in _NEARLY):
        # 行政处罚58项 are kinds of penalties, not penalties, and 行政处罚事项58项 are none either
        matters = "事项" in (account.name if own == "项" else figure.label)
        return 0.75 if matters or {own, other} != {"项", "件"} else 0.5
    return 0.0 if {own, other} & _PERSONS else 0.4
