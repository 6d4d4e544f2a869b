"""文号格式: the patterns of numbers a place may set from a year on, checked against every other series; and the next number.

Numbers themselves are taken in ``numbering``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from zhunsheng.catalogue.loading import systems
from zhunsheng.kernel.words import Words
from zhunsheng.local.kinds import Kind, Thing, Wanted
from zhunsheng.local.values import Decision, Decisions, decisions
from zhunsheng.orgs.models import Organ
from zhunsheng.orgs.refusals import refused
from zhunsheng.orgs.terms import unended
from zhunsheng.papers.models import NumberSeries
from zhunsheng.papers.numbering import NUMBER, format_number, series_for
from zhunsheng.typed import whole_number

PLACES = {"mark": "代字", "year": "年份", "serial": "序号"}
"""Placeholder -> what officers write for it."""
_PLACE = re.compile(r"\{(mark|year|serial)\}")
_TOUCHING = re.compile(r"[0-9]\{(year|serial)\}|\{(year|serial)\}([0-9]|\{(year|serial)\})")
"""Digits beside a year or serial, of which nobody could tell where one ends and the other begins."""
LONGEST = 60
LARGEST = 999_999


@cache
def declared() -> Mapping[str, str]:
    """Key -> the pattern the newest procedure declares."""
    found: dict[str, str] = {}
    for slug, owner in systems().items():
        for procedure in owner.procedures:
            found[slug] = procedure.number
            found |= {f"{slug}.{kind}": paper.number for kind, paper in procedure.papers.items() if paper.number}
    return found


@cache
def _things() -> Mapping[str, Thing]:
    things = {}
    for key, pattern in declared().items():
        slug, _dot, kind = key.partition(".")
        owner = systems()[slug]
        if kind:
            name = next(p.papers[kind].words for p in reversed(owner.procedures) if kind in p.papers)
        else:
            name = Words("案号", "case number")
        full = Words(f"{owner.name.zh}：{name.zh}", f"{owner.name.en}: {name.en}")
        things[key] = Thing(key, full, slug, pattern_words(pattern))
    return things


def pattern_words(pattern: str) -> Words:
    """A pattern as officers read and write it: {代字}复〔{年份}〕{序号}号."""
    return Words(_PLACE.sub(lambda found: "{" + PLACES[found[1]] + "}", pattern), pattern)


def _canonical(text: str) -> str:
    """The pattern as it is kept, from what was typed with either kind of braces."""
    text = text.strip().replace("｛", "{").replace("｝", "}")
    for place, written in PLACES.items():
        text = text.replace("{" + written + "}", "{" + place + "}")
    return text


def _read(key: str, raw: Mapping[str, Any]) -> dict[str, Any]:
    pattern = _canonical(str(raw.get("pattern") or ""))
    mark = str(raw.get("mark") or "").strip()
    _check_pattern(pattern, mark)
    if len(mark) > 20 or re.search(r"[{}\s]", mark):
        raise refused(
            "mark",
            "机关代字最多 20 字，不能有空格和花括号",
            "the mark takes at most 20 characters, no spaces, no braces",
            "mark",
        )
    value: dict[str, Any] = {"pattern": pattern, "mark": mark}
    typed = str(raw.get("first") or "").strip()
    if typed:
        first = whole_number(typed, 1, LARGEST)
        if first is None:
            raise refused(
                "first",
                f"起始序号须是 1 至 {LARGEST} 的整数",
                f"the first serial is a whole number from 1 to {LARGEST}",
                "first",
            )
        value["first"] = first
    return value


def _check_pattern(pattern: str, mark: str) -> None:
    places = _PLACE.findall(pattern)
    if not 0 < len(pattern) <= LONGEST:
        raise refused(
            "pattern",
            f"请填写文号格式，最多 {LONGEST} 字",
            f"give the pattern, {LONGEST} characters at most",
            "pattern",
        )
    rest = _PLACE.sub("", pattern)
    if "{" in rest or "}" in rest:
        raise refused(
            "pattern",
            "花括号里只能写 {代字}、{年份}、{序号}",
            "only {mark}, {year} and {serial} may stand in braces",
            "pattern",
        )
    for place in ("year", "serial"):
        if places.count(place) != 1:
            raise refused(
                "pattern",
                f"格式里须有且只有一个 {{{PLACES[place]}}}，否则不同年份或者不同案件会得到同一个号",
                f"the pattern needs {{{place}}} once, or different years or cases would get one number",
                "pattern",
            )
    if places.count("mark") > 1 or (mark and "mark" not in places):
        raise refused(
            "pattern",
            "填写了机关代字的，格式里须有一个 {代字}；最多一个",
            "where a mark is given the pattern needs {mark} once",
            "pattern",
        )
    if _TOUCHING.search(pattern):
        raise refused(
            "pattern",
            "{年份}、{序号} 不能紧挨着数字，两者之间须有文字或者符号",
            "{year} and {serial} must not stand beside a digit or each other",
            "pattern",
        )


def _say(key: str, value: Mapping[str, Any]) -> Words:
    zh, en = pattern_words(value["pattern"])
    if value.get("mark"):
        zh, en = f"{zh}（代字：{value['mark']}）", f"{en} (mark: {value['mark']})"
    if value.get("first"):
        zh, en = f"{zh}，首年从 {value['first']} 号起", f"{en}, from {value['first']} in the first year"
    return Words(zh, en)


# --- against the other series ------------------------------------------------------------------------------------


def _check(wanted: Wanted) -> None:
    """A year that has not begun in these numbers, and no number another series gives as well."""
    year = wanted.since.year
    if wanted.since != date(year, 1, 1):
        raise refused("since", "文号格式从某一年的 1 月 1 日起改变", "a pattern changes on 1 January", "since")
    known = decisions()
    then = known.with_(Decision(2**62, NUMBER, wanted.key, wanted.organ.path, wanted.since, wanted.value, "", "", _NOW))
    organs = list(Organ.objects.filter(path__startswith=wanted.organ.path).filter(unended(wanted.since)))
    _check_not_begun(wanted.key, organs, year, known, then)
    regions = {organ.region_id for organ in organs}
    around = list(Organ.objects.filter(unended(wanted.since), region__in=regions))
    before = set(_clashes(wanted.key, organs, around, year, known))
    for clash in _clashes(wanted.key, organs, around, year, then):
        if clash not in before:
            organ, other, key = clash
            name = _things()[key].name
            raise refused(
                "clash",
                f"「{organ}」的号会与「{other}」的「{name.zh}」重复，请改格式或者机关代字",
                f"numbers of “{organ}” would be the same as those of “{name.en}” of “{other}”; change pattern or mark",
                "pattern",
            )


_NOW: Any = None


def _check_not_begun(key: str, organs: list[Organ], year: int, known: Decisions, then: Decisions) -> None:
    pattern = declared()[key]
    given = {
        (row.organ_id, row.pattern): row.last
        for row in NumberSeries.objects.filter(organ__in=[organ.pk for organ in organs], year__gte=year)
    }
    for organ in organs:
        old, new = (series_for(table, organ, key, pattern, year) for table in (known, then))
        last = given.get((organ.pk, old.pattern), 0)
        if old != new and last:
            raise refused(
                "begun",
                f"「{organ.name}」{year} 年已经按原格式编到 {last} 号，一年之内不能换格式，请从下一年起",
                f"“{organ.name}” has given {last} numbers of {year} already; change the pattern from the next year on",
                "since",
            )


class _Clash(NamedTuple):
    organ: str
    other: str
    key: str


def _clashes(key: str, organs: list[Organ], around: list[Organ], year: int, known: Decisions) -> Iterator[_Clash]:
    """The other series that give the same numbers as an organ does under one key."""
    given: dict[str, list[tuple[Organ, str, str]]] = {}
    for organ in around:
        for other, pattern in declared().items():
            series = series_for(known, organ, other, pattern, year).pattern
            given.setdefault(_shape(series, organ), []).append((organ, other, series))
    for organ in organs:
        own = series_for(known, organ, key, declared()[key], year).pattern
        for other, other_key, series in given.get(_shape(own, organ), ()):
            if (other.pk, series) != (organ.pk, own):
                yield _Clash(organ.name, other.name, other_key)


def _shape(pattern: str, organ: Organ) -> str:
    """What a number looks like whatever its year and serial: two series of one shape give the same numbers."""
    return format_number(pattern.replace("{year}", "{serial}"), organ, 0, 0)


class NextNumber(NamedTuple):
    """The number an organ would give next, and what else takes its numbers from the same series."""

    organ: Organ
    number: str
    shared: tuple[Words, ...]


def next_numbers(key: str, organs: list[Organ], year: int, known: Decisions) -> list[NextNumber]:
    """The next number of each organ under the decisions given. One query."""
    last = {
        (row.organ_id, row.pattern): row.last
        for row in NumberSeries.objects.filter(organ__in=[organ.pk for organ in organs], year=year)
    }
    found = []
    for organ in organs:
        pattern, first = series_for(known, organ, key, declared()[key], year)
        shared = tuple(
            _things()[other].name
            for other, declared_pattern in declared().items()
            if other != key and series_for(known, organ, other, declared_pattern, year).pattern == pattern
        )
        serial = last[organ.pk, pattern] + 1 if (organ.pk, pattern) in last else first
        found.append(NextNumber(organ, format_number(pattern, organ, year, serial), shared))
    return found


KIND = Kind(NUMBER, Words("编号格式", "Number patterns"), _things, _read, _say, _check)
