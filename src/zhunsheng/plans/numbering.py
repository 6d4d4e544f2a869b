"""编号: what stands before a line of an official plan (第一章 一、 （一） 第一条 1. （1） ①), and what each kind stands for in one plan.

The order of the kinds is that of official documents; which of them are parts, headings and measures follows from those a
plan uses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from zhunsheng.kernel.words import chinese_number, whole_number

_CHINESE = "[一二三四五六七八九十百零〇]{1,5}"


class Kind(StrEnum):
    """A kind of number, from the outermost to the innermost."""

    CHAPTER = "chapter"
    SECTION = "section"
    PART = "part"
    HEADING = "heading"
    ARTICLE = "article"
    MEASURE = "measure"
    ITEM = "item"


class Role(StrEnum):
    """What a numbered line is in a plan."""

    PART = "part"
    HEADING = "heading"
    MEASURE = "measure"
    ITEM = "item"


class Mark(NamedTuple):
    """The number of a line: its kind, its text as the reader shows it, its value, and what follows it."""

    kind: Kind
    number: str
    value: int
    rest: str


_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (Kind.CHAPTER, re.compile(rf"^第({_CHINESE}|\d{{1,3}})(?:章|部分|编|篇)[\s、：:]*(.*)$")),
    (Kind.SECTION, re.compile(rf"^第({_CHINESE}|\d{{1,3}})节[\s、：:]*(.*)$")),
    (Kind.ARTICLE, re.compile(rf"^第({_CHINESE}|\d{{1,3}})条(?![款项规例件第、，的])[\s：:]*(.+)$")),
    (Kind.PART, re.compile(rf"^({_CHINESE})\s*[、.．]\s*(.+)$")),
    (Kind.HEADING, re.compile(rf"^[（(]({_CHINESE})[）)][、.．]?\s*(.+)$")),
    (Kind.MEASURE, re.compile(r"^(\d{1,3})\s*[.．、﹒]\s*(?!\d)(.+)$")),
    (Kind.MEASURE, re.compile(rf"^(?:任务|举措|措施|事项|项目)\s*(\d{{1,3}}|{_CHINESE})\s*[：:.．、]\s*(.+)$")),
    (Kind.ITEM, re.compile(r"^(?:[（(](\d{1,3})[）)]|(\d{1,3})[）)]|([①-⑳])|(\d{1,2}(?:\.\d{1,2}){1,2})(?=[^\d.%‰万亿千百个倍元吨米亩]))[、.．]?\s*(.+)$")),
)  # fmt: skip


def mark_of(text: str) -> Mark | None:
    """The number a line begins with; None where it has none."""
    for kind, pattern in _PATTERNS:
        if found := pattern.match(text):
            number, rest = next(group for group in found.groups() if group), found.groups()[-1]
            return Mark(kind, number, value_of(number), rest.strip())
    return None


_DECIMAL = re.compile(r"^(\d{1,2})(?:\.(\d{1,2}))?(?:\.(\d{1,2}))?[\s　]+(\S.*)$")


def with_plain_numbers(lines: Sequence[str]) -> Sequence[str]:
    """The lines of a plan numbered 1, 1.1, 1.1.1 throughout, with the numbers official papers use; other plans as they are."""
    found = [_DECIMAL.match(line.strip()) for line in lines]
    depths = [sum(number is not None for number in one.groups()[:3]) for one in found if one]
    marks = (mark_of(line.strip()) for line in lines)
    if depths.count(2) < 2 or any(mark and mark.kind is not Kind.ITEM for mark in marks):
        return lines
    return [_plain_number(one) if one else line for one, line in zip(found, lines, strict=True)]


def _plain_number(found: re.Match[str]) -> str:
    part, heading, measure, text = found.groups()
    if measure:
        return f"{measure}.{text}"
    return f"（{chinese_number(int(heading))}）{text}" if heading else f"{chinese_number(int(part))}、{text}"


def value_of(number: str) -> int:
    """The value of a number in Chinese or Arabic digits; nought where it is neither, as ① and 2.1 are."""
    return whole_number(number) or 0


def roles_in(kinds: Iterable[Kind]) -> Mapping[Kind, Role]:
    """What each kind of number stands for in a plan that uses these: the outermost are parts, 1. and 第一条 are measures
    unless three levels stand above them, and what is within a measure are its items."""
    used = list(kinds)
    chain = [kind for kind in Kind if kind in used and kind is not Kind.ITEM]
    if used.count(Kind.ARTICLE) >= 2:
        outer = [kind for kind in (Kind.CHAPTER, Kind.SECTION) if kind in chain]
        return {**dict.fromkeys(Kind, Role.ITEM), **dict(zip(outer, Role, strict=False)), Kind.ARTICLE: Role.MEASURE}
    chain = [kind for kind in chain if kind is not Kind.ARTICLE]
    roles = dict.fromkeys(Kind, Role.ITEM)
    if chain and chain[0] is Kind.HEADING:
        roles[Kind.HEADING] = Role.HEADING
        chain = chain[1:]
    elif chain and chain[0] is not Kind.MEASURE:
        roles.update(zip(chain[:3], (Role.PART, Role.HEADING, Role.MEASURE), strict=False))
    if Kind.MEASURE in chain[:3]:
        roles[Kind.MEASURE] = Role.MEASURE
    return roles
