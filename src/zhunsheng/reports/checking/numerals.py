"""数词与量词: numbers as official Chinese writes them, and the measure words behind them.

What counts as a figure is decided in ``reading``; this file knows only how a number is written.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from zhunsheng.kernel.words import whole_number

MULTIPLES = {
    "万亿": 10**12, "千亿": 10**11, "百亿": 10**10, "亿": 10**8, "千万": 10**7, "百万": 10**6, "十万": 10**5, "万": 10**4, "千": 1000,
    "百": 100, "十": 10,
}  # fmt: skip
CHINESE = "零〇一二两三四五六七八九十百千万亿"


def chinese_value(written: str) -> Decimal | None:
    """一千二百三十四万 -> 12340000; 九十八点五 -> 98.5; None where it is no number."""
    whole, point, rest = written.partition("点")
    value = whole_number(whole)
    if value is None:
        return None
    if not point:
        return Decimal(value)
    places = [whole_number(digit) for digit in rest]
    if not places or any(place is None or place > 9 for place in places):
        return None
    return Decimal(f"{value}." + "".join(map(str, places)))


# Measure words, the longer before the shorter. What stands in brackets may follow 个 as a word of its own.
_COUNTERS = """
    人次 件次 场次 户次 家次 项次 条次 车次 辆次 班次 批次 轮次 份次 个次 部次 艘次 架次 台次 篇次 户数
    个工作日 个自然日 个百分点 个方面 个小时 个月 工作日 百分点 学时 课时 小时 分钟 平方公里 平方米 立方米 公里 公顷 万亩 千瓦时
    件 项 起 宗 份 卷 本 册 部 篇 条 名 人 位 户 家 所 处 间 座 场 期 次 批 轮 类 种 支 组 套 台 辆 艘 架 块 面 幅 张 枚
    颗 只 头 亩 米 吨 公斤 天 倍 例 单 门 道 笔 票 堂 节 讲 档 案 样 趟 款 员 队 站 点 个 村 页 则 板 盒 片 盏 把 棵 株 瓶 箱 袋 根 副 双 对 桩
    届次 班 案次 分 栋 微克 毫克 兆瓦 千瓦 分贝 日 宗次 人年 个学时 个课时 个批次 个班次 个人次 个位次 位次 番
""".split()  # noqa: SIM905 - a list a reader can look over
_MONEY = ("元", "美元", "港元")
UNIT = "|".join(sorted((*_COUNTERS, *_MONEY, "%", "‰"), key=len, reverse=True))
MULTIPLE = "|".join(sorted(MULTIPLES, key=len, reverse=True))
LONG_MULTIPLE = "万亿|千亿|百亿|亿|千万|百万|十万|万|千|百"
BEFORE = "约占|约有|约合|约达|约计|至少|不少于|不低于|不小于|不高于|不超过|不多于|最少|最低|最高|最多|超过|将近|接近|大约|约为|逾|突破|高于|低于|多于|少于|不足|不到|不超|至多|超出|未满|近|(?<![民公合特节预违契条签履])约|超|上"
AFTER = "以上|以下|以内|之内|左右|上下|余|多|内"
ODD = "多|余|几|来"
TENTHS = f"成(?![立为果员功效长熟本都交因绩])(?:[一二三四五六七八九](?![{CHINESE}件项个名起次%]))?"


_WRITTEN_OTHERWISE = {
    "百分点": "个百分点", "个工作日": "工作日", "个学时": "学时", "个课时": "课时", "个批次": "批次", "个班次": "班次",
    "个人次": "人次", "个位次": "位", "位次": "位",
}  # fmt: skip


class Unit(NamedTuple):
    """A unit as written and as it counts: 万元 is 10000 元."""

    written: str
    base: str
    times: int


def unit_of(multiple: str, counter: str) -> Unit:
    """The unit of a number, with the multiple written before it (万件, 亿元)."""
    times = MULTIPLES.get(multiple, 1)
    if counter == "‰":
        return Unit("‰", "%", 1)
    counter = _WRITTEN_OTHERWISE.get(counter, counter)
    return Unit(f"{multiple}{counter}", "天" if counter == "日" else counter, times)


_SAME = {
    "宗": "件", "起": "件", "桩": "件", "案": "件", "例": "件", "单": "件", "个工作日": "工作日", "位": "名", "人": "名", "员": "名",
    "场次": "场", "趟": "次", "家": "个", "所": "个", "处": "个", "座": "个", "间": "个", "站": "个", "点": "个", "块": "宗地",
    "个方面": "项", "户": "个",
}  # fmt: skip


def kin(unit: str) -> str:
    """Units that count the same kind of thing: 件, 宗, 起; 人, 名; 个, 家, 所."""
    return _SAME.get(unit, unit)


NUMBER = re.compile(
    rf"""
    (?P<before>{BEFORE})?
    (?:
      (?P<percent>(?P<of>百|千)分之(?P<percent_value>[{CHINESE}]+(?:点[{CHINESE}]+)?|\d+(?:\.\d+)?)|(?P<whole_of>(?<=[率达是为到现])百分百))
      | (?P<doubled>翻(?:了|上)?(?P<nearly>近|约|超)?(?P<doublings>[{CHINESE}]|\d)?番)
      | (?P<fraction>(?P<whole>[{CHINESE}]+|\d+)分之(?P<part>[{CHINESE}]+|\d+))
      | (?P<slash>(?<![\d/])(?P<over>\d{{1,2}})/(?P<under>\d{{1,2}})(?![\d/]))
      | (?P<arabic>(?<![\d.])\d+(?:\.\d+)?)(?P<odd>{ODD})?(?P<multiple>{LONG_MULTIPLE})?(?P<odd2>{ODD})?
        (?:(?P<unit>{UNIT})|(?P<bare>{TENTHS}))?
      | (?P<chinese>[{CHINESE}]+(?:点[{CHINESE}]+)?)(?P<odd3>{ODD})?(?P<multiple3>万|亿)?(?P<odd4>{ODD})?
        (?:(?P<unit3>{UNIT})|(?P<bare3>{TENTHS}))
    )
    (?P<after>{AFTER})?
    """,
    re.VERBOSE,
)
"""A number with what qualifies it and its unit. A number in digits may stand without a unit, one in words not."""
