"""整理文字: text as web pages hold it, made plain: simplified script, no pinyin in brackets, no foot of the page.

What was lost is never guessed: it is marked and told as a doubt.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from zhunsheng.plans.numbering import mark_of
from zhunsheng.plans.tables import CELL, cells_of
from zhunsheng.search.traditional import simplified

LOST = "〓"
"""Stands where a character was lost."""

_LETTERS = "a-zA-ZÀ-ɏ"
# A reading in brackets after its character: 設(shè).
READING = re.compile(rf"([\u3400-\u9fff])[(（]([{_LETTERS}]{{1,6}})[)）]")
# What is left of a character whose bytes were cut: ?yún)^(qū), mostly with a reading behind it.
BROKEN = re.compile(rf"[?？\ufffd]?[{_LETTERS}]{{1,6}}[)）]\^?(?:[(（][{_LETTERS}]{{1,6}}[)）])?")
UNREADABLE = re.compile(r"[?？]?\ufffd+")
# A question mark where a blank of another kind stood: alone in a line, or after a number.
_BLANK_LINE = re.compile(r"^[?？\s\u00a0\u3000]+$")
# Blanks that setting puts around digits: 2026 年 6 月.
_UNITS = "年月日号时个项件次期场名人万亿份家类篇部天周卷户%％"
_AROUND_DIGITS = re.compile(
    rf"(?<=\d)[ \u00a0]+(?=[{_UNITS}])|(?<=[\u3400-\u9fff])[ \u00a0]+(?=[\d.]+[ \u00a0]*[{_UNITS}])"
)
# Blanks within a sentence that come from setting: 国家治 理. Behind an organ they may part a list.
_WITHIN = re.compile(
    r"(?<=[\u4e00-\u9fff，。；：、“”])(?<![局委办厅院府部处会镇乡道队科室社区村级门位关心])[ \u00a0]+(?=[\u4e00-\u9fff，。；：、“”])"
)
# A line that lost its first byte, and with it the bounds of all its characters: ?。ㄒ唬┙档 is （一）降.
_SHIFTED = re.compile(r"^\s*[?？](?=。[ā-ǜㄅ-ㄩ])")
_QUOTES = str.maketrans("「」『』", "“”‘’")
_AFTER_NUMBER = re.compile(r"^(\s*\d{1,3}[.．、])[?？\s\u00a0\u3000]+")
FOOT = re.compile(
    r"^(copyright\b|版权所有|主办(?:单位)?[：:]|承办(?:单位)?[：:]|网站标识码|网站联系电话|联系电话[：:]|网站地图|[\u4e00-\u9fff]{0,3}icp备|[\u4e00-\u9fff]?公网安备|(您是)?第.{0,8}位访客|.{0,16}扫一扫在手机打开)",
    re.IGNORECASE,
)
RADICALS = {code: ord(unicodedata.normalize("NFKC", chr(code))) for code in range(0x2F00, 0x2FD6)} | str.maketrans(
    "⺁⺄⺊⺎⺗⺝⺟⺠⺩⺬⺮⺰⺶⺼⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰⻳",
    "厂乙卜兀心月母民王示竹丝羊月虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟卤麦黄齐齿龙龟",
)
"""Characters that the fonts of a PDF give as radicals: ⾏ is 行."""
_LEADER = re.compile(r"[.…·]{4,}\s*\d{1,3}$")
"""A line of the contents: its title, dots and a page."""
_FULL_WIDTH = {0xFF10 + n: str(n) for n in range(10)} | {0xFF21 + n: chr(65 + n) for n in range(26)} | {
    0xFF41 + n: chr(97 + n) for n in range(26)
}  # fmt: skip
_HALF_WIDTH = str.maketrans({"∶": "：", ",": "，", ";": "；", ":": "：", "(": "（", ")": "）", "﹒": "·"})
# The converter leaves 著 where it cannot know; in these words it is 着.
_ATTACHED = re.compile(r"著(?=[力眼重手实])")
_ASIDE = re.compile(r"(?<=\d)：(?=\d)")


class Doubt(NamedTuple):
    """Something a person has to look at: where, and what is wrong."""

    where: str
    text: str


class SourceLine(NamedTuple):
    """A line of the source with its number, made plain."""

    number: int
    text: str


def clean(source: str) -> tuple[list[SourceLine], list[Doubt]]:
    """The lines that say something, and what was lost or left out on the way."""
    doubts: list[Doubt] = []
    lines: list[SourceLine] = []
    for number, raw in enumerate(source.splitlines(), 1):
        if _BLANK_LINE.match(raw) or not raw.strip():
            continue
        text = _ATTACHED.sub("着", simplified(unicodedata.normalize("NFC", _whole(raw)))).translate(_FULL_WIDTH)
        text = _AFTER_NUMBER.sub(r"\1", _without_readings(text)).strip(" \u3000\xa0\r")
        text = _AROUND_DIGITS.sub("", text).translate(_QUOTES)
        if FOOT.match(text):
            doubts.append(Doubt(f"第{number}行", f"像是网页页脚，已略去：{text[:30]}"))
            continue
        if _LEADER.search(text):
            continue
        text, lost = _mark_lost(_one_line(text))
        text = _ASIDE.sub(":", text.translate(_HALF_WIDTH))
        if not cells_of(text) and re.search("[，。]", text):
            text = _WITHIN.sub("", text)
        doubts += [
            Doubt(f"第{number}行", f"原文丢字，请对照原件补上：{_around(text, place)}") for place in lost_places(text)
        ]
        if lost and LOST not in text:
            doubts.append(Doubt(f"第{number}行", "原文有无法辨认的字符"))
        lines.append(SourceLine(number, text))
    return lines, doubts


def _whole(raw: str) -> str:
    """A line whose first byte was lost, with that byte, a blank, put before it again; others as they are."""
    if not _SHIFTED.match(raw):
        return raw
    try:
        return (b"\xa1" + _SHIFTED.sub("", raw).encode("gbk")).decode("gbk")
    except UnicodeError:
        return raw


def _one_line(text: str) -> str:
    """Text with tabs in it as one line, unless it is a row: a number that Word parted from its text by one is text."""
    cells = [cell.strip() for cell in text.split(CELL)]
    is_numbered = len(cells) > 1 and not cells[0].isdecimal() and mark_of(f"{cells[0]}文") is not None
    return text if cells_of(text) and not (is_numbered and sum(map(bool, cells)) == 2) else "".join(cells)


def _without_readings(text: str) -> str:
    """Without the pinyin that follows a character in brackets, where it is a reading of that character."""
    previous = None
    while previous != text:
        previous = text
        text = READING.sub(lambda found: found[1] if reads(found[1], found[2]) else found[0], text)
    return text


def reads(character: str, written: str) -> bool:
    """Whether a syllable is a reading of the character; one without a tone may be any."""
    from pypinyin import Style, pinyin  # a second to read; most texts have no readings

    known = pinyin(character, style=Style.TONE, heteronym=True)[0]
    plain = {_toneless(syllable) for syllable in known}
    return unicodedata.normalize("NFC", written.lower()) in known or _toneless(written.lower()) in plain


def _toneless(syllable: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", syllable) if unicodedata.category(c) != "Mn")


def _mark_lost(text: str) -> tuple[str, bool]:
    marked = UNREADABLE.sub(LOST, BROKEN.sub(lost_unless_whole, text))
    return marked, marked != text


def lost_unless_whole(found: re.Match[str]) -> str:
    """A bracket that has its beginning is no ruin: (APP)."""
    before = found.string[: found.start()]
    whole = before.rfind("(") > before.rfind(")") or before.rfind("（") > before.rfind("）")
    return found[0] if whole and found[0][0] not in "?？\ufffd" else LOST


def lost_places(text: str) -> Iterator[int]:
    """Where characters were lost in a text."""
    return (place for place, character in enumerate(text) if character == LOST)


def _around(text: str, place: int) -> str:
    return text[max(0, place - 6) : place + 7]
