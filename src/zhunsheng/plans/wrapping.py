"""断行: lines that were broken at the margin put together again to paragraphs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from zhunsheng.plans.numbering import mark_of
from zhunsheng.plans.tables import CELL

WIDEST = 130
"""The widest margin text is broken at, in half-width characters; wider lines are paragraphs already."""
_ENDS = "。；：！？:;!?”）)》…"
_RAGGED = 6
_ADDRESSED = re.compile(
    r"^[\u4e00-\u9fff（）、，]{0,40}(?:常委会|常务委员会|委员会|政府|省委|市委|县委|区委|办公室|单位|部门|机构|[厅局])：$"
)
"""主送机关: whom a paper is addressed to begins a line of its own, however wide the title above it is."""


_RUN_ON = re.compile(
    r"(?<=[。；：\u4e00-\u9fff])[ \u3000]+(?=[（(][一二三四五六七八九十]{1,3}[）)][^，。]{2,40}[。\s])|(?<=[。；])[ \u3000]+(?=[一二三四五六七八九十]{1,3}、)"
)


def with_numbers_begun(text: str) -> str:
    """A text whose line ends were lost, with a new line before each 一、 and （一） that stands behind a blank."""
    return _RUN_ON.sub("\n", text)


def unwrapped(lines: Sequence[str]) -> Iterator[str]:
    """The paragraphs of some lines. Where the text was not broken at a margin they stay as they are."""
    margin = _margin(lines)
    if margin is None:
        yield from lines
        return
    paragraph = last = ""
    for line in lines:
        if paragraph and not _is_row(line) and _goes_on(paragraph, last, margin) and not _begins(line):
            paragraph += line.strip()
        else:
            if paragraph:
                yield paragraph
            paragraph = line.rstrip()
        last = line
    if paragraph:
        yield paragraph


def _goes_on(paragraph: str, last: str, margin: int) -> bool:
    return not _is_row(paragraph) and _width(last) >= margin - _RAGGED and not paragraph.endswith("。")


def _is_row(line: str) -> bool:
    return CELL in line or line.startswith("|")


def _begins(line: str) -> bool:
    return line.startswith(("　　", "    ")) or begins_anew(line.strip())


def begins_anew(words: str) -> bool:
    """Whether a line cannot go on with the line above it: it bears a number of its own, or says whom the paper is for."""
    return mark_of(words) is not None or _ADDRESSED.match(words) is not None


def _margin(lines: Sequence[str]) -> int | None:
    """Where the text is broken: many lines of nearly this width end in the middle of a sentence."""
    plain = [line for line in lines if line.strip() and not _is_row(line)]
    widths = sorted(_width(line) for line in plain)
    if len(widths) < 4:
        return None
    margin = widths[int(len(widths) * 0.9)]
    cut = [line for line in plain if _width(line) >= margin - _RAGGED and not line.rstrip().endswith(tuple(_ENDS))]
    return margin if margin <= WIDEST and len(cut) >= max(3, len(plain) // 5) else None


def _width(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in line.rstrip())
