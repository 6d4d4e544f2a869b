"""期限: the words of a day or a rhythm in a clause of a plan (2022年年底前, 每2年, 至少2期, 6月底前, 长期坚持), and the day where it is one.

A month without a year is one of the year of the plan, where the plan is of one year.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from zhunsheng.plans.numbering import value_of

_COUNT = r"(?:\d+|[一二两三四五六七八九十]+)"
_YEAR = r"(20\d\d)年"
_MONTH = r"(?:\d{1,2}|(?<![一二三四五六七八九十每逐个])(?:十[一二]?|[一二三四五六七八九]))"
_THIRD = r"(?:上旬|中旬|下旬)"
_BEFORE = r"(?:之前|以前|前)"
_END = r"(?:底|末)"
_PARTS_OF_YEAR = {"上半年": 6, "下半年": 12, "一季度": 3, "二季度": 6, "三季度": 9, "四季度": 12}

_DAY = re.compile(
    rf"(?<![自从起\d—－-])(?P<all>(?:到|至|力争|争取)?(?:{_YEAR}|(?P<this>今年|本年|当年|次年|翌年))?"
    rf"(?:(?P<month>{_MONTH})月(?:份)?(?:(?P<day>\d{{1,2}})[日号]|(?P<part>{_THIRD}))?|"
    r"(?P<half>[上下]半年|第?[一二三四]季度)|(?P<end>年(?=[底末])|(?<![\d一二两三四五六七八九十几每近度])年(?=内)))?"
    rf"(?P<tail>年?{_END}{_BEFORE}|{_BEFORE}|年?{_END}|内|(?=完成|实现|基本|全面|前|上线|启用|建成|投用|出台|印发)|(?<=半年)|(?<=季度)))"
)
_WHOLE = re.compile(rf"(?P<all>(?:到|至){_YEAR}(?!以来|度))")
_RHYTHM = re.compile(
    rf"每{_COUNT}(?:个)?(?:年|月|季度|周)|每(?:个)?(?:季度|半年|半月|学期|月|周|日|天)(?:[首末]月|第[一二三1-3]个月的?|{_END})?(?:\d{{1,2}}日{_BEFORE})?|每人每年|每年(?:\d{{1,2}}月(?:{_END}|\d{{1,2}}日)?{_BEFORE}?|年?{_END}{_BEFORE}?)?|(?:按月|按季度?|按年)(?=度|报|调|通|开|汇|，|；|$)"
    r"|上、?下半年(?=各)|任期内|全年(?=[^统]*(?:不少于|至少|开展|组织|举办|\d))"
)
_DOING = r"(?=完成|实现|基本|全面|上线|启用|建成|投用|挂牌|出台|印发|公布|公开|报|提交|开展|组织|举办|举行|召开|启动|制定|编制|形成|集中|进行|分别|向|对|将|试行|运行|[\u4e00-\u9fff]{1,4}前)"
"""What an organ does in a month or quarter that stands before it without 前: 9月开展, 一季度报市司法局."""
_SPAN = re.compile(
    rf"(?<![自从起\d])(?P<all>(?:{_YEAR})?(?P<first>\d{{1,2}})月?份?(?:至|到|—+|－|–|-)(?P<next>{_YEAR})?(?P<last>\d{{1,2}})月份?)(?:底|末)?(?:前|，|$|{_DOING})"
)
"""From one month to another: 7月至9月开展, 4—6月，组织."""
_MONTH_ALONE = re.compile(
    rf"(?:^|(?<=于)|(?<=[，、：年])|(?<=[局委办厅所队科处院会镇]))(?P<all>(?:{_YEAR})?(?P<month>{_MONTH})月(?:(?P<part>{_THIRD})|份)?|(?:{_YEAR})?第?(?P<quarter>[一二三四]季度))(?:，|$|{_DOING})"
)
"""A month or a quarter that begins a clause, or stands behind 于 or an organ: 区司法局7月组织."""
_FROM = re.compile(
    rf"(?:^|(?<=[，、：自从]))(?P<all>(?:{_YEAR})?(?P<month>\d{{1,2}})月(?P<day>\d{{1,2}})日起)(?=，?(?:正式|全面|统一)?(?:执行|施行|实施|启用|实行|推行))"
)
"""The day from which something is to apply is the day by which it must be ready."""
_LAST_OF_THIRD = {"上旬": 10, "中旬": 20}
_YEAR_ALONE = re.compile(rf"^(?P<all>{_YEAR})(?=，|{_DOING})")
_STANDING = re.compile(
    r"长期坚持|常年坚持|长期|持续推进|持续开展|持续实施|常态化(?:推进|开展)?|全年(?:推进|开展)?|按时间节点|即时|每年"
)
_WITHIN = re.compile(rf"(?<![至到为\d]){_COUNT}个?(?:工作日|小时|月|日|天)(?:之|以)?内")
_TIMES = re.compile(rf"(?P<least>至少|不少于|不低于)(?P<verb>[\u4e00-\u9fff]{{0,4}}?)(?P<count>{_COUNT}(?:场次|次|期|场|学时|课时|件次|件|卷|份|个|家次|家|人次|篇|部|天))|(?P<plain>{_COUNT}(?:场次|次|期|场|学时|课时)(?P<above>(?:及)?以上)?)")  # fmt: skip


class Due(NamedTuple):
    """The words of it, and the day where it is one. ``is_dated``: it names a day, even where its year is not known."""

    words: str = ""
    on: str = ""
    is_dated: bool = False


def due_in(clause: str, year: int | None = None) -> Due:
    """The day or rhythm a clause sets. ``year``: that of the plan, where it is of one year."""
    if told := _TOLD.search(clause):
        return due_stated(told[1], year)
    if rhythm := _RHYTHM.search(clause):
        return Due(f"{rhythm[0]}{_times(clause[rhythm.end() :])}")
    for found in _DAY.finditer(clause):
        if (due := _day(found, year)) is not None:
            return due
    if (due := _alone(clause, year)) is not None:
        return due
    if found := _WHOLE.search(clause):
        return Due(found["all"], f"{found[2]}-12-31", True)
    if clause.endswith(("长期坚持", "常年坚持")):
        return Due(clause[-4:])
    least = _TIMES.search(clause)
    if least and (least["least"] or least["above"]):
        return Due(_times(clause))
    within = _WITHIN.search(clause)
    return Due(within[0]) if within else Due()


def _alone(clause: str, year: int | None) -> Due | None:
    """The end of the month, the quarter, the year or the run of months in which something is to be done."""
    if found := _SPAN.search(clause):
        stated = found[5] or found[2]  # 2025年12月至2026年3月
        return _end_of_month(found["all"], int(found["last"]), int(stated) if stated else year)
    if found := _MONTH_ALONE.search(clause):
        stated = found[2] or found[5]
        number = value_of(found["month"]) if found["month"] else _PARTS_OF_YEAR[found["quarter"]]
        return _end_of_month(found["all"], number, int(stated) if stated else year, _LAST_OF_THIRD.get(found["part"]))
    if found := _FROM.search(clause):
        stated = int(found[2]) if found[2] else year
        on = _known_day(stated, int(found["month"]), int(found["day"])) if stated else ""
        return Due(found["all"], on, True)
    found = _YEAR_ALONE.search(clause)
    return Due(found["all"], f"{found[2]}-12-31", True) if found else None


def _end_of_month(words: str, month: int, year: int | None, last: int | None = None) -> Due | None:
    if not 1 <= month <= 12:
        return None
    return Due(words, date(year, month, last or monthrange(year, month)[1]).isoformat() if year else "", True)


def _known_day(year: int, month: int, day: int) -> str:
    """A day of the calendar; empty where there is none such."""
    is_one = 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]
    return date(year, month, day).isoformat() if is_one else ""


def due_stated(words: str, year: int | None = None) -> Due:
    """What stands where a day is asked for, in a column 完成时限 or after 完成时限：: taken as it is written; by the last of several
    days (3月—9月, 第一阶段6月底前，第二阶段10月底前)."""
    text = _POINTED.sub(_with_words, words.strip("，。；、 完成"))
    years = _YEARS.findall(text)
    pieces = [_due_before(piece, int(years[-1]) if years else year) for piece in _TO.split(text) if piece]
    due = next((due for due in reversed(pieces) if due.is_dated), Due())
    return Due(text, due.on, due.is_dated)


def _due_before(text: str, year: int | None) -> Due:
    """The day that stands where one is asked for: 9月 is by the end of September."""
    return due_in(text if _TAILED.search(text) else f"{text}前", year)


_TOLD = re.compile(r"(?:完成|办结)?(?:时限|期限|时间)(?:为|是)(20\d\d年[^，。；]+|\d{1,2}月[^，。；]*)")
_YEARS = re.compile(r"20\d\d(?=年)")
_TO = re.compile(r"[、，；;至到~—－–-]+")
_POINTED = re.compile(r"(?<!\d)(20\d\d)[./-](\d{1,2})(?:[./-](\d{1,2}))?(?!\d)")


def _with_words(found: re.Match[str]) -> str:
    """2025.09 as 2025年9月."""
    return f"{found[1]}年{int(found[2])}月" + (f"{int(found[3])}日" if found[3] else "")


_ONLY_WHEN = re.compile(
    r"(?:力争|确保|争取|原则上|并|务必|须|要|应)?(?:于|在)?(?:基本|全面|全部|如期|按期|按时)?"
    r"(?P<does>完成并(?:向社会)?(?:公布|公开|备案|上报)|完成|办结|结束|[\u4e00-\u9fff]{0,4}到位|出台|印发|公布|完毕|上线运行|上线|见效|取得实效|[1一]次|[1一]轮)?(?:任务|工作|目标)?"
)


def only_when(clause: str, *, ends: bool) -> bool:
    """Whether a clause says nothing but when or how often (6月底前完成, 每半年1次); without a verb only where the sentence ends."""
    if _TOLD.fullmatch(clause):
        return True
    due = due_in(clause)
    if not due.words or due.words not in clause:
        return False
    found = _ONLY_WHEN.fullmatch(clause.replace(due.words, "", 1))
    return found is not None and bool(found["does"] or ends or not due.is_dated)


_TAILED = re.compile(rf"(?:{_BEFORE}|内|完成)$")


def stands(text: str) -> str:
    """长期坚持, 持续推进 and the like where a remark says nothing but this; empty otherwise."""
    found = _STANDING.fullmatch(text.strip())
    return found[0] if found else ""


def _day(found: re.Match[str], year: int | None) -> Due | None:
    """A day as it was found; None where it is no day: a bare year, or 前 with nothing before it."""
    words, month, half, end = found["all"], found["month"], found["half"], found["end"]
    tail = found["tail"]
    stated = int(found[2]) if found[2] else year
    has_end = bool(end) or "年" in tail or bool(found[2] and re.match(_END, tail) and not month)
    if not (month or half or has_end or ((found[2] or found["this"]) and tail)):
        return None
    if found[2] is None and not month and not half and not has_end and not found["this"]:
        return None
    if not tail and not month and not half:
        return None
    if month and not 1 <= value_of(month) <= 12:
        return None
    if stated is None:
        return Due(words, "", True)
    stated += found["this"] in ("次年", "翌年")
    number = value_of(month) if month else _PARTS_OF_YEAR.get((half or "").lstrip("第"), 12)
    last = monthrange(stated, number)[1]
    day = int(found["day"]) if found["day"] else _LAST_OF_THIRD.get(found["part"], last)
    return Due(words, date(stated, number, min(day, last)).isoformat(), True)


def _times(text: str) -> str:
    """How often, of the clauses up to the end: 至少2期、1期."""
    return "、".join(_counts(text))


def _counts(text: str) -> Iterator[str]:
    for found in _TIMES.finditer(text):
        yield f"{found['least']}{found['count']}" if found["least"] else found["plain"]
