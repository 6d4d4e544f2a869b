"""Part 9: what the public finds among published documents: how long it takes, and whether what is meant is among what is found.

100,000 documents on both databases, each with a title of words of the declarations and a text of some hundred characters.
Questions are written from titles in five ways: two of their words, a synonym of the field beside a word and within a phrase
without blanks, a piece of the title in traditional script, and in a question asked in full. A document that is meant has to be among the finds that are shown (``reading.MOST``).
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import accumulate, islice
from time import perf_counter
from typing import NamedTuple

from django.db import connection
from opencc import OpenCC

from benchmarks.measuring import Line, seconds
from benchmarks.searching import words_of_declarations
from zhunsheng.orgs.models import Organ, Region
from zhunsheng.portal import reading
from zhunsheng.registers.finding import PUBLISHED, TITLED
from zhunsheng.search import indexing
from zhunsheng.search.keeping import Found, keep
from zhunsheng.search.wording import folded

COUNT = 100_000
GOAL, RECALL = 50, 95
"""Milliseconds of the ninety-fifth of a hundred questions; per cent of what is meant that has to be found."""
QUESTIONS = 200
"""Of each way of asking."""
ORGANS = 60
BODY = 40
"""Words of a text."""


class Meant(NamedTuple):
    """A question, and the document it was written from."""

    typed: str
    record: int


def measure(full: bool) -> list[Line]:
    """Milliseconds to the keys of what is shown, and how much of what is meant is there."""
    count = COUNT // (1 if full else 10)
    region = Region.objects.create(code="999999", name="示例县")
    root = Organ.objects.create(region=region, name="示例县人民政府", kind="government")
    titles: dict[int, list[str]] = {}
    texts = _texts(count, root.path, titles)
    while chunk := list(islice(texts, 5_000)):
        keep(chunk)
    taking = seconds(lambda: list(iter(indexing.take_in, 0)))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE search_text" if connection.vendor == "postgresql" else "ANALYZE")
    lines = [Line(f"public search: taking in {count:,} documents", f"{count / taking:,.0f} documents/s")]
    for name, questions in _questions(titles).items():
        lines += _asked(name, questions)
    return lines


def _asked(name: str, questions: list[Meant]) -> list[Line]:
    reading.find(reading.question_of("示例"))  # what a process reads once
    times, found = [], 0
    for meant in questions:
        started = perf_counter()
        keys = reading.find(reading.question_of(meant.typed))
        times.append((perf_counter() - started) * 1000)
        found += meant.record in keys
    median, late = statistics.median(times), statistics.quantiles(times, n=20)[-1]
    recall = 100 * found / len(questions)
    what = f"public search: {len(questions)} questions, {name}"
    return [
        Line(f"{what}: p50 / p95", f"{median:.1f} / {late:.1f} ms", goal=f"p95 ≤ {GOAL} ms", reached=late <= GOAL),
        Line(f"{what}: found", f"{recall:.1f} %", goal=f"≥ {RECALL} %", reached=recall >= RECALL),
    ]


def _texts(count: int, path: str, titles: dict[int, list[str]]) -> Iterator[Found]:
    draw = random.Random(2026)
    words = words_of_declarations()
    draw.shuffle(words)
    weights = list(accumulate(1 / (place + 8) for place in range(len(words))))
    groups = [group for group in reading.synonym_groups() if all(len(word) > 1 for word in group)]
    first = date(2012, 1, 1)
    for number in range(1, count + 1):
        title = draw.choices(words, cum_weights=weights, k=draw.randint(3, 5))
        if number % 3 == 0:
            title.insert(draw.randrange(len(title)), draw.choice(draw.choice(groups)))
        titles[number] = title
        body = "".join(draw.choices(words, cum_weights=weights, k=BODY))
        on = first + timedelta(days=number * 5_000 // count)
        called = (f"示规〔{on.year}〕{number % 900 + 1}号", "".join(title) + "办法")
        for kind, parts in ((PUBLISHED, (*called, body)), (TITLED, called)):
            yield Found(
                kind,
                number,
                0,
                "normdoc_public_library",
                f"{path}{number % ORGANS + 2}/",
                on.isoformat(),
                folded(*parts),
            )


def _questions(titles: dict[int, list[str]]) -> dict[str, list[Meant]]:
    draw = random.Random(5)
    others = {word: [one for one in group if one != word] for group in reading.synonym_groups() for word in group}
    chosen = draw.sample(sorted(titles), min(QUESTIONS * 12, len(titles)))
    traditional = OpenCC("s2t")
    two = [Meant(" ".join(draw.sample(titles[n], 2)), n) for n in chosen[:QUESTIONS]]
    pieces = [Meant(traditional.convert("".join(titles[n][:2])), n) for n in chosen[QUESTIONS : 2 * QUESTIONS]]
    full = [Meant(f"请问{''.join(titles[n][:2])}怎么办理", n) for n in chosen[2 * QUESTIONS : 3 * QUESTIONS]]
    synonyms, phrases = [], []
    for number in chosen[3 * QUESTIONS :]:
        title = titles[number]
        if known := [word for word in title if word in others]:
            beside = draw.choice([word for word in title if word != known[0]])
            synonyms.append(Meant(f"{draw.choice(others[known[0]])} {beside}", number))
            if following := title[title.index(known[0]) + 1 :]:
                phrases.append(Meant(draw.choice(others[known[0]]) + following[0], number))
    return {
        "two words of a title": two, "traditional script": pieces, "a question in full": full, "a synonym and a word": synonyms[:QUESTIONS],
        "a synonym within a phrase": phrases[:QUESTIONS],
    }  # fmt: skip
