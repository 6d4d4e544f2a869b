"""形式: numbering that jumps, years that disagree with the title, document numbers out of form, lost characters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from zhunsheng.kernel.words import Words
from zhunsheng.plans.cleaning import LOST
from zhunsheng.reports.checking.findings import LIKELY, QUESTION, SURE, UNSURE, WARNING, Finding
from zhunsheng.reports.checking.numerals import chinese_value
from zhunsheng.reports.checking.structure import Heading, Structure

_CN = "零一二三四五六七八九十"
_INLINE = re.compile(
    r"(?:(?<=[。；，：、\n])|^)(?P<number>[一二三四五六七八九十]{1,2})(?P<mark>是|要)(?!般|致|律|定|旦|样|些)"
)
_REPORTED = re.compile(r"现将(?:我?[^，。；\d]{0,10})?(20\d\d)年")
_PAST_HEADING = re.compile(r"举措|成效|做法|进展|亮点|开展情况|主要工作|工作情况|回顾|不足|问题|履行")
_NEXT_HEADING = re.compile(r"安排|打算|计划|思路|展望|工作要点")
_SPOKEN_OF = re.compile(r"(?:^|[\n。：])[ \u3000]*(20\d\d)年(?:度|以来|来|，|[我全本]?[省市县区州旗局镇乡街]|是)")
"""A sentence that begins with the year it speaks of; years elsewhere are those of laws, plans and comparisons."""
_DOCUMENT_NUMBER = re.compile(
    r"(?P<code>[\u4e00-\u9fff]{2,8})(?P<open>[〔\[【（(])(?P<year>\d{2,4})(?P<close>[〕\]】）)])(?P<ordinal>第)?(?P<number>\d{1,5})号"
)
_ISSUERS = re.compile(r"[发办函字政委令复审告]$|法|司")


def form(structure: Structure) -> Iterator[Finding]:
    """Everything about the form."""
    yield from _headings(structure)
    yield from _inline(structure)
    yield from _years(structure)
    yield from _document_numbers(structure.text)
    yield from _lost(structure.text)


def _shown(level: int, number: int) -> str:
    written = _chinese(number)
    return (f"{written}、", f"（{written}）", f"{number}.", f"（{number}）")[level]


def _chinese(number: int) -> str:
    tens, ones = divmod(number, 10)
    if number < 10:
        return _CN[number]
    return f"{_CN[tens] if tens > 1 else ''}十{_CN[ones] if ones else ''}"


def _headings(structure: Structure) -> Iterator[Finding]:
    """Numbers of headings of one rank under one heading that jump or come twice."""
    last: dict[int, Heading] = {}
    start = structure.title_start
    for heading in structure.headings:
        if heading.start < start:
            continue
        for level in [level for level in last if level > heading.level]:
            del last[level]
        before = last.get(heading.level)
        last[heading.level] = heading
        expected = before.number + 1 if before else 1
        if heading.number in (expected, 1) or (before is None and heading.level > 1):
            continue
        places = (*([(before.start, before.end)] if before else []), (heading.start, heading.end))
        shown = _shown(heading.level, heading.number)
        if before is None:
            if heading.level == 0 and heading.number <= 3:
                yield Finding(
                    "heading_order",
                    QUESTION,
                    Words(
                        f"标题从“{shown}”开始，没有找到前面的部分",
                        f"the headings begin with “{shown}”; what stands before was not found",
                    ),
                    places,
                    UNSURE,
                )
        elif heading.number == before.number:
            yield Finding(
                "heading_order",
                WARNING,
                Words(
                    f"标题序号“{shown}”出现两次",
                    f"the heading number “{shown}” comes twice",
                ),
                places,
                SURE,
            )
        elif heading.number > before.number:
            missing = _shown(heading.level, expected)
            message = Words(
                f"标题序号从“{_shown(heading.level, before.number)}”跳到“{shown}”，缺“{missing}”",
                f"the heading numbers jump from “{_shown(heading.level, before.number)}” to “{shown}”; “{missing}” is lacking",
            )
            yield Finding("heading_order", WARNING, message, places, SURE if heading.level < 2 else LIKELY)
        else:
            message = Words(
                f"标题序号“{shown}”在“{_shown(heading.level, before.number)}”之后，次序颠倒",
                f"the heading number “{shown}” comes after “{_shown(heading.level, before.number)}”",
            )
            yield Finding("heading_order", QUESTION, message, places, UNSURE)


def _inline(structure: Structure) -> Iterator[Finding]:
    """一是…三是: numbers inside the paragraphs under one heading."""
    edges = [0, *(heading.start for heading in structure.headings), len(structure.text)]
    for start, end in pairwise(edges):
        runs: dict[str, list[tuple[int, int]]] = {"是": [], "要": []}
        for found in _INLINE.finditer(structure.text, start, end):
            runs[found["mark"]].append((int(chinese_value(found["number"]) or 0), found.start()))
        for mark, run in runs.items():
            for (one, first), (other, second) in pairwise(run):
                if other in (one + 1, 1):
                    continue
                places = ((first, min(first + 24, end)), (second, min(second + 24, end)))
                if other > one + 1:
                    message = Words(
                        f"“{_chinese(one)}{mark}”之后直接是“{_chinese(other)}{mark}”，缺“{_chinese(one + 1)}{mark}”",
                        f"“{_chinese(other)}{mark}” follows “{_chinese(one)}{mark}”; “{_chinese(one + 1)}{mark}” is lacking",
                    )
                    yield Finding("heading_order", WARNING, message, places, SURE)
                elif other == one:
                    yield Finding(
                        "heading_order",
                        QUESTION,
                        Words(
                            f"“{_chinese(one)}{mark}”出现两次",
                            f"“{_chinese(one)}{mark}” comes twice",
                        ),
                        places,
                        LIKELY,
                    )
            numbers = [number for number, _ in run]
            if numbers and numbers[0] > 1 and mark == "是" and len(numbers) > 1:
                place = run[0][1]
                message = Words(
                    f"从“{_chinese(numbers[0])}是”开始，缺“一是”",
                    f"it begins with “{_chinese(numbers[0])}是”; “一是” is lacking",
                )
                yield Finding("heading_order", QUESTION, message, ((place, place + 24),), LIKELY)


def _reports_on(text: str, year: int) -> bool:
    """Whether the text says itself that it tells what was done in a year."""
    return any(int(found[1]) == year for found in _REPORTED.finditer(text))


def _years(structure: Structure) -> Iterator[Finding]:
    """Years in headings and in the opening against the year of the title."""
    titled = re.search(r"(20\d\d)年", structure.title)
    if titled is None or "—" in structure.title or "-" in structure.title:
        return
    year = int(titled[1])
    title = (structure.title_start, structure.title_start + len(structure.title))
    for found in _REPORTED.finditer(structure.text):
        if int(found[1]) != year:
            message = Words(
                f"标题写的是 {year} 年，正文写“现将…{found[1]}年…”",
                f"the title says {year}, the text “现将…{found[1]}年…”",
            )
            yield Finding("year", WARNING, message, (title, found.span()), SURE)
    for heading in structure.headings:
        if heading.level > 1:
            continue
        for found in re.finditer(r"(20\d\d)年", heading.title):
            own = int(found[1])
            if _NEXT_HEADING.search(heading.title) and own != year + 1 and own != year:
                message = Words(
                    f"{year} 年的报告，安排部分的标题写的是 {own} 年",
                    f"a report on {year}, yet the heading of what comes next says {own}",
                )
                yield Finding("year", WARNING, message, (title, (heading.start, heading.end)), LIKELY)
            elif _NEXT_HEADING.search(heading.title) and own == year and _reports_on(structure.text, year):
                message = Words(
                    f"报告的是 {year} 年的情况，安排部分的标题也写 {own} 年；是否应为 {year + 1} 年",
                    f"it reports on {year}, and the heading of what comes next says {own} too; should it be {year + 1}?",
                )
                yield Finding("year", QUESTION, message, (title, (heading.start, heading.end)), LIKELY)
            elif _PAST_HEADING.search(heading.title) and not _NEXT_HEADING.search(heading.title) and own != year:
                message = Words(
                    f"{year} 年的报告，标题“{heading.title[:20]}”写的是 {own} 年",
                    f"a report on {year}, yet the heading “{heading.title[:20]}” says {own}",
                )
                yield Finding("year", WARNING, message, (title, (heading.start, heading.end)), LIKELY)
    opening = structure.text[title[1] : title[1] + 700]
    told = [int(found) for found in _SPOKEN_OF.findall(opening)]
    if told and year not in told and max(set(told), key=told.count) < year:
        most = max(set(told), key=told.count)
        place = structure.text.find(f"{most}年", title[1])
        message = Words(
            f"标题写的是 {year} 年，开头说的是 {most} 年", f"the title says {year}, the opening speaks of {most}"
        )
        yield Finding("year", WARNING, message, (title, (place, place + 5)), LIKELY)


def _document_numbers(text: str) -> Iterator[Finding]:
    """The form of 发文字号: 平政〔2020〕3号."""
    for found in _DOCUMENT_NUMBER.finditer(text):
        wrong: list[Words] = []
        if (found["open"], found["close"]) != ("〔", "〕"):
            wrong.append(Words("年份应当用六角括号〔〕", "the year stands in 〔〕"))
        if len(found["year"]) != 4:
            wrong.append(Words("年份应当写四位数字", "the year has four digits"))
        if found["ordinal"]:
            wrong.append(Words("序号前不加“第”字", "no 第 before the number"))
        if found["number"].startswith("0"):
            wrong.append(Words("序号不编虚位（1 不编为 01）", "no nought before the number"))
        if wrong and (len(found["year"]) == 4 or _ISSUERS.search(found["code"])):
            bracket = found["open"] in "（("
            message = Words(
                f"发文字号“{found[0]}”：{'，'.join(one.zh for one in wrong)}",
                f"document number “{found[0]}”: {', '.join(one.en for one in wrong)}",
            )
            yield Finding("document_number", QUESTION if bracket else WARNING, message, (found.span(),), LIKELY)


def _lost(text: str) -> Iterator[Finding]:
    for found in re.finditer(rf"[^\n。]{{0,8}}{LOST}[^\n。]{{0,8}}", text):
        yield Finding(
            "lost",
            QUESTION,
            Words(
                f"原文丢字，请对照原件补上：{found[0]}",
                f"characters are lost here; put them in from the original: {found[0]}",
            ),
            (found.span(),),
            SURE,
        )
