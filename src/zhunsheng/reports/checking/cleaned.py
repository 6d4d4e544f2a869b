"""净文: the text of a report made plain, each character knowing where it stood in the source.

Simplified script, half-width digits, Chinese punctuation, no blanks inside lines, no pinyin in brackets, no foot of the
page; lines that only a page broke are joined again. What is read is told with places in the source.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import accumulate

from zhunsheng.plans.cleaning import BROKEN, FOOT, LOST, RADICALS, READING, UNREADABLE, lost_unless_whole, reads
from zhunsheng.plans.tables import CELL
from zhunsheng.reports.checking.cells import MARK, mark_cells
from zhunsheng.reports.checking.numerals import UNIT
from zhunsheng.reports.checking.upright import lay_in_rows
from zhunsheng.search.traditional import simplified


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A source and its plain text; ``origins`` has the place in the source of every character of ``text``."""

    source: str
    text: str
    origins: Sequence[int]

    def place(self, position: int) -> int:
        """Where a position of the plain text is in the source."""
        return self.origins[position] if position < len(self.origins) else len(self.source)

    def original(self, start: int, end: int) -> tuple[str, int]:
        """The words of the source between two positions of the plain text, and where they begin."""
        if start >= end:
            return "", self.place(start)
        first, last = self.origins[start], self.origins[end - 1]
        return self.source[first : last + 1], first


_FULL_WIDTH = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
_PLAIN = {
    **_FULL_WIDTH,
    **{
        ord(a): ord(b)
        for a, b in zip("％﹪﹒；;（）()！!？?〝〞「」『』［］", "%%·；；（）（）！！？？“”“”“”[]", strict=True)
    },
}
_REMOVED = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad\r]")
_BLOCK = re.compile(
    r"(?:\s*</?(?:p|div|br|li|ul|ol|t[rdh]|table|thead|tbody|section|h[1-6])\b[^<>]{0,400}>)+\s*", re.IGNORECASE
)
_CELL_OF_PAGE = re.compile(
    r"(?:</(?:p|div)>\s*)*</t[dh]>\s*<t[dh]\b[^<>]{0,400}>(?:\s*<(?:p|div)\b[^<>]{0,400}>)*", re.IGNORECASE
)
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]*(?:\s[^<>]{0,400})?/?>|<!--.{0,400}?-->", re.DOTALL)
_SQUARE = re.compile(r"平米|㎡|[mM]²")
_ENTITY = re.compile(r"&(?:#\d{1,6}|#x[0-9a-fA-F]{1,5}|[a-zA-Z]{2,8});")
_BLANKS = re.compile(r"[ \t\u00a0\u3000\u2002\u2003\u2009\u202f]+")
_SCATTERED = re.compile(r"(?<![\dA-Za-z.])\d+(?: ?[.,，] ?\d+|[ ]\n?\d+|\n(?=\d )\d+)+(?![\dA-Za-z])")
_ONE_NUMBER = re.compile(r"(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?")
_NUMBERED = re.compile(r"\d{1,2} ?[.．]")
_COUNTS_ON = re.compile(r"[\n表图注第]$|附件$")
_MEASURED = re.compile(rf"(?:{UNIT})[，。；、）]")
_MISREAD = re.compile(r"(?<![A-Za-z\d])l(?= ?\d)|(?<=\d)l(?= ?[\d%\u3400-\u9fff])|(?<=\d)[Oo](?= ?[\d%Oo])")
"""Letters a scan reads for digits: l20卷, 1O0%."""
_THOUSANDS = re.compile(r"(?<![\d.])\d{1,3}(?:(?:,\d{3})+|(?: \d{3})+)(?!\d)")
_CHINESE_THOUSANDS = re.compile(rf"(?<![\d.，])[1-9]\d{{0,2}}(?:，\d{{3}})+(?=(?:\.\d+)?[余多]?(?:万|亿|{UNIT}))(?!年)")
_COMMA = re.compile(r"(?<!\d),|,(?!\d)|(?<=\d),(?=\d)")
_COLON = re.compile(r"(?<!\d):|:(?!\d)")
_POINT = re.compile(r"(?<=\d)[．·](?=\d)")
_FULL_STOP = re.compile(r"(?<=[\u4e00-\u9fff%）])(?<![一二三四五六七八九十])\.(?=[\u4e00-\u9fff\n]|$)")
_STRAIGHT = re.compile(r'"([^"\n]{1,60})"')
_SENTENCE_ENDS = "。！？；：…"
_STARTS_ANEW = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十]{1,3}）|\d{1,2}[.、](?!\d)|（\d{1,2}）|第[一二三四五六七八九十]+(?:部分|章)|[—―]{2})"
)
_LEFT_ALONE = re.compile(
    rf"(?<=[\u4e00-\u9fff（])\s*\n\s*(\d[\d.,]*%?)\s*\n\s*(?=[，。；、）]|(?:{UNIT})[，。；、\u4e00-\u9fff])"
)
"""A number the page set on a line of its own, in the middle of a sentence that goes on behind it."""
_WRAPPED_AT_MOST = 60
_PAGE_NUMBER = re.compile(r"(?:[-—–―－·]+ ?|第 ?)?\d{1,3}(?: ?[-—–―－·]+| ?页(?:[，/ ]?共 ?\d{1,3} ?页)?)?")
_FILLS_THE_PAGE = 16


def cleaned(source: str) -> Cleaned:
    """The plain text of a source."""
    written, origins = source.translate(RADICALS), range(len(source))
    text = simplified(written)
    if len(text) != len(source):  # a conversion that changes the length would lose the places
        text = "".join(one if len(one := simplified(character)) == 1 else character for character in written)
    work = Work(text, list(origins))
    work.replace(_REMOVED, lambda _: "")
    if "</" in work.text or "<br" in work.text:  # a page of the web pasted with its marks
        work.replace(_CELL_OF_PAGE, lambda _: CELL)
        work.replace(_BLOCK, lambda _: "\n")
        work.replace(_TAG, lambda _: "")
    work.replace(_SQUARE, lambda _: "平方米")
    if "&" in work.text:
        work.replace(_ENTITY, lambda found: unescape(found[0])[:1])
    work.text = work.text.translate(_PLAIN)
    work.replace(_MISREAD, lambda found: "1" if found[0] == "l" else "0")
    _without_readings(work)
    work.replace(BROKEN, lambda found: LOST if lost_unless_whole(found) == LOST else found[0])
    work.replace(UNREADABLE, lambda _: LOST)
    work.replace(_LEFT_ALONE, lambda found: found[1])
    lay_in_rows(work)
    mark_cells(work)
    work.replace(_SCATTERED, _closed_up)
    work.replace(_BLANKS, _blank_between)
    work.replace(_THOUSANDS, lambda found: re.sub("[, ]", "", found[0]))
    work.replace(_CHINESE_THOUSANDS, lambda found: found[0].replace("，", ""))
    work.replace(_COMMA, lambda _: "，")
    work.replace(_COLON, lambda _: "：")
    work.replace(_POINT, lambda _: ".")
    work.replace(_FULL_STOP, lambda _: "。")
    work.replace(_STRAIGHT, lambda found: f"“{found[1]}”")
    work.text = work.text.replace(MARK, CELL)
    _drop_foot(work)
    _join_wrapped(work)
    return Cleaned(source, work.text, work.origins)


@dataclass(slots=True)
class Work:
    """A text under way, and the place in the source of each of its characters."""

    text: str
    origins: list[int]

    def replace(self, pattern: re.Pattern[str], by: Callable[[re.Match[str]], str]) -> None:
        """Every match replaced; what stands for it has the places of what it stands for."""
        pieces: list[str] = []
        origins: list[int] = []
        position = 0
        for found in pattern.finditer(self.text):
            start, end = found.span()
            put = by(found)
            if put == found[0]:
                continue
            pieces.append(self.text[position:start])
            origins += self.origins[position:start]
            pieces.append(put)
            origins += _placed(found[0], put, self.origins[start:end])
            position = end
        if position:
            pieces.append(self.text[position:])
            origins += self.origins[position:]
            self.text, self.origins = "".join(pieces), origins


def _placed(before: str, after: str, origins: list[int]) -> list[int]:
    """The places of a replacement: those of the characters that stayed, in order."""
    if len(before) == len(after):
        return origins
    placed: list[int] = []
    index = 0
    for character in after:
        while index < len(before) - 1 and before[index] != character and len(after) > 1:
            index += 1
        placed.append(origins[min(index, len(origins) - 1)])
        index += 1
    return placed


def _blank_between(found: re.Match[str]) -> str:
    """A blank stays between Latin words and numbers alone."""
    before, after = found.string[: found.start()][-1:], found.string[found.end() :][:1]
    return " " if before.isascii() and before.isalnum() and after.isascii() and after.isalnum() else ""


def _closed_up(found: re.Match[str]) -> str:
    """A number whose digits a scan set apart (1 0 6, 4 1. 6, 1 , 2 4 6) in one piece, behind it the line it broke.

    Two whole numbers beside each other stay two: only single digits, thousands and decimals are closed up.
    """
    written = found[0]
    if written == re.sub(r"[ \n]", "", written):
        return written
    before = found.string[max(0, found.start() - 4) : found.start()].rstrip(" \u3000")
    beside = found.string[found.end() :].lstrip(" \u3000")
    if re.fullmatch(r"\d(?: \d)+", written) and _MEASURED.match(re.sub(r"[ \u3000]", "", beside[:8])):
        return written.replace(" ", "")
    if not before or _COUNTS_ON.search(before) or (before[-1] in "。；：" and _NUMBERED.match(written)):
        return written
    groups = re.split(r"[ \n.,，]+", written)
    apart = sum(len(group) == 1 for group in groups)
    year = re.fullmatch(r"(?:19|20)\d\d", groups[-1]) and found.string[found.end() :].lstrip().startswith("年")
    if (year and len(groups) < 4) or apart * 2 < len(groups):
        return written
    closed = re.sub(r"[ \n]", "", written).replace("，", ",")
    return closed + ("\n" if "\n" in written else "") if _ONE_NUMBER.fullmatch(closed) else written


def _without_readings(work: Work) -> None:
    for _ in range(3):
        before = work.text
        work.replace(READING, lambda found: found[1] if reads(found[1], found[2]) else found[0])
        if work.text == before:
            return


def _drop_foot(work: Work) -> None:
    """Without the lines of a page's foot, and what runs along the edge of every page: its number, the blank lines and the repeated
    head beside it."""
    lines = work.text.splitlines(keepends=True)
    told = [line.strip() for line in lines]
    often = Counter(told)
    dropped = {place for place, line in enumerate(told) if FOOT.match(line)}
    for number in [place for place in range(len(told)) if _is_page_number(told, place)]:
        dropped.add(number)
        for step in (-1, 1):
            place, heads = number + step, 0
            while 0 <= place < len(told) and (not told[place] or (not heads and _runs_along(told[place], often))):
                heads += bool(told[place])
                dropped.add(place)
                place += step
    starts = accumulate(map(len, lines), initial=0)
    kept = [
        (line, start) for place, (line, start) in enumerate(zip(lines, starts, strict=False)) if place not in dropped
    ]
    work.origins = [origin for line, start in kept for origin in work.origins[start : start + len(line)]]
    work.text = "".join(line for line, _ in kept)


def _is_page_number(lines: Sequence[str], place: int) -> bool:
    """Whether a line is the number of a page; a bare number is one between two lines that fill the page."""
    if _PAGE_NUMBER.fullmatch(lines[place]) is None:
        return False
    beside = [*lines[max(0, place - 2) : place], *lines[place + 1 : place + 3]]
    return not lines[place].isdecimal() or sum(len(line) >= _FILLS_THE_PAGE for line in beside) > 1


def _runs_along(line: str, often: Counter[str]) -> bool:
    return often[line] > 1 and 3 < len(line) < _WRAPPED_AT_MOST and CELL not in line and line[-1] not in _SENTENCE_ENDS


def _join_wrapped(work: Work) -> None:
    """Lines a page broke joined again: those that fill the width of the page and end in the middle of a sentence."""
    lines = work.text.split("\n")
    told = sorted((len(line) for line in lines if line), reverse=True)
    if len(told) < 5:
        return
    width = told[len(told) // 20]
    full = sum(length >= width * 0.85 for length in told)
    if width > _WRAPPED_AT_MOST or full < len(told) * 0.3:
        return
    starts = list(accumulate((len(line) + 1 for line in lines), initial=0))
    joined = {
        starts[index + 1] - 1
        for index, line in enumerate(lines[:-1])
        if len(line) >= width * 0.8
        and line[-1:] not in _SENTENCE_ENDS
        and not _STARTS_ANEW.match(lines[index + 1])
        and CELL not in line + lines[index + 1]
    }
    work.origins = [origin for index, origin in enumerate(work.origins) if index not in joined]
    work.text = "".join(character for index, character in enumerate(work.text) if index not in joined)
