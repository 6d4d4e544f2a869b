"""结构: the lines, headings, sentences and clauses of a report, and what it says it is: title, year, kind."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property

from zhunsheng.reports.checking.numerals import chinese_value

_CN = "一二三四五六七八九十"
_HEADING = re.compile(
    rf"(?:(?<=\n)|(?<=^)|(?<=[。；])) *(?:(?P<part>[{_CN}]{{1,3}})、|（(?P<section>[{_CN}]{{1,3}})）|(?P<item>\d{{1,2}})[.．、](?!\d)|（(?P<point>\d{{1,2}})）)"
)
LEVELS = ("part", "section", "item", "point")
_TITLE_AT_MOST = 50
_TITLE = re.compile(r"(?:报告|总结|情况|公报|要点|方案|规划|计划|汇报)(?:（[^）]{1,12}）)*$")
_YEAR = re.compile(r"(?<!\d)(20\d{2})(?=年)")
_PLACE = re.compile(
    r"^(?:中共)?(?P<place>[\u4e00-\u9fff]{2,12}?(?:自治区|自治州|自治县|新区|开发区|街道|[省市县区州旗盟镇乡局委办]))"
)
_NAMED = re.compile(r"(?<=[《“，。：\n（])([\u4e00-\u9fff]{2,5}[市县区州旗镇乡])(?:人民政府)?20\d\d年")
_SPEAKS_FOR = re.compile(
    r"代表(?P<place>国务院|[\u4e00-\u9fff]{2,9}?(?:自治区|自治州|自治县|新区|开发区|街道|[省市县区州旗盟镇乡])(?=人民政府|管理委员会|管委会|党工委))"
)
"""A work report is spoken: its text has no title but says for whom it is given."""
_SENTENCE = re.compile(r"[^。！？\n]+[。！？]?")
_CLAUSE_END = re.compile(r"[，；。！？：\n]")


@dataclass(frozen=True, slots=True)
class Heading:
    """A numbered heading: its level (0 is 一、), its number, its words, where it stands and where its words end."""

    level: int
    number: int
    title: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence up to its full stop."""

    start: int
    end: int
    paragraph: int


@dataclass
class Structure:
    """A plain text taken apart."""

    text: str
    headings: list[Heading] = field(default_factory=list)
    sentences: list[Sentence] = field(default_factory=list)
    title: str = ""
    title_start: int = 0

    @cached_property
    def year(self) -> int | None:
        """The year the report is of: of its title, else the one its opening names most."""
        found = _YEAR.findall(self.title)
        if found:
            return int(found[0])
        opening = _YEAR.findall(self.text[self.title_start : self.title_start + 600])
        return int(max(set(opening), key=opening.count)) if opening else None

    @cached_property
    def place(self) -> str:
        """Whose report it is: by its title, else by whom it is given for, else the place its text names most before a year."""
        if found := _PLACE.match(self.title) or _SPEAKS_FOR.search(self.text):
            return found["place"]
        named = _NAMED.findall(self.text)
        return max(set(named), key=named.count) if named else ""

    @cached_property
    def half(self) -> str:
        """H1 where it speaks of the first half of its year alone."""
        head = self.title + self.text[self.title_start : self.title_start + 200]
        return "H1" if "上半年" in head else ""

    @cached_property
    def _starts(self) -> list[int]:
        return [heading.start for heading in self.headings]

    def above(self, position: int) -> list[Heading]:
        """The headings a place stands under, the highest first."""
        found: list[Heading] = []
        level = len(LEVELS)
        for heading in reversed(self.headings[: bisect_right(self._starts, position)]):
            if heading.level < level:
                found.append(heading)
                level = heading.level
            if not level:
                break
        return found[::-1]

    def clause(self, sentence: Sentence, position: int) -> tuple[int, int]:
        """The clause of a sentence a place is in."""
        start = sentence.start
        for found in _CLAUSE_END.finditer(self.text, sentence.start, sentence.end):
            if found.end() > position:
                return start, found.start()
            start = found.end()
        return start, sentence.end


def place_in(name: str) -> str:
    """The place a name such as one of a file begins with."""
    found = _PLACE.match(name)
    return found["place"] if found else ""


def structured(text: str) -> Structure:
    """A plain text taken apart."""
    found = Structure(text)
    for match in _HEADING.finditer(text):
        level = next(index for index, name in enumerate(LEVELS) if match[name])
        number = match[LEVELS[level]]
        value = int(number) if number.isdecimal() else int(chinese_value(number) or 0)
        end = _title_end(text, match.end())
        found.headings.append(Heading(level, value, text[match.end() : end], match.start(), end))
    position = 0
    for paragraph, line in enumerate(text.split("\n")):
        found.sentences += [
            Sentence(position + piece.start(), position + piece.end(), paragraph) for piece in _SENTENCE.finditer(line)
        ]
        position += len(line) + 1
    found.title, found.title_start = _title(text, found.headings)
    return found


def _title_end(text: str, start: int) -> int:
    """Where the words of a heading end: at its full stop or line; a long sentence names it up to its first comma."""
    line = text.find("\n", start)
    line = len(text) if line < 0 else line
    stop = text.find("。", start, line)
    end = line if stop < 0 else stop
    if end - start > _TITLE_AT_MOST:
        comma = text.find("，", start, end)
        end = comma if comma > 0 else start + _TITLE_AT_MOST
    return end


def _title(text: str, headings: list[Heading]) -> tuple[str, int]:
    """The title: the line above the first part that reads like one, the last if there are several."""
    limit = next((heading.start for heading in headings if heading.level == 0), min(len(text), 1500))
    title, start, position = "", 0, 0
    for line in text[: max(limit, 400)].split("\n"):
        words = re.sub(r"^(?:名称|标题|题名)[：:]?", "", line.strip())
        numbered = _HEADING.match(words)  # the headings of its parts end like titles too: 一、案件办理情况
        if not numbered and 6 <= len(words) <= 60 and _TITLE.search(words) and not re.search(r"[。；，]", words):
            better = "法治政府" in words or "法治政府" not in title
            if better:
                title, start = words.strip("《》"), position
        position += len(line) + 1
    return title, start
