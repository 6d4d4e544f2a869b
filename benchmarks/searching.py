"""Part 6: finding cases by what officers type, through the index, against reading through every title with LIKE.

The titles are drawn by a fixed seed from the words of the declarations, common words far more often than rare ones. Both
ways must find the same number before they are timed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import accumulate, islice

from django.db import connection

from benchmarks.measuring import Line, medians, seconds
from zhunsheng.catalogue.loading import systems
from zhunsheng.law.statutes import limits, statutes
from zhunsheng.orgs.access import Access, Holding
from zhunsheng.search import indexing
from zhunsheng.search.asking import MOST
from zhunsheng.search.keeping import Found, keep
from zhunsheng.search.wording import asked, folded

GOALS = {"sqlite": 300, "postgresql": 300}
"""Milliseconds of the slowest question."""
SIZES = {"sqlite": 200_000, "postgresql": 1_000_000}
QUESTIONS = (
    "听证",
    "政府信息",
    "告知书的",
    "证",
    "2020-1234",
    "示复〔2020〕123号",
    "行政复议 申请",
    "政府政府",
    "查无此事",
)
ORGANS = 400
SYSTEMS = ("administrative_reconsideration", "hotline_workorder", "people_mediation", "legality_review")
MARKS = "示平宛湛新卫石舞叶鲁郏宝"
EVERYTHING = Access(1, (Holding(1, "/1/", "*", "*", whole_tree=True),))
ONE_OFFICE = Access(2, (Holding(321, "/1/321/", "*", "*", whole_tree=False),))


def words_of_declarations() -> list[str]:
    """Words of two to eight characters, from the names of systems, steps, fields, statutes and limits."""
    found: dict[str, None] = {}
    for owner in systems().values():
        for procedure in owner.procedures:
            for declared in (*procedure.actions.values(), *procedure.all_fields.values(), *procedure.states.values()):
                found[declared.zh] = None
    names = [*(s.short.zh for s in statutes().values()), *(limit.name.zh for limit in limits().values())]
    found.update(dict.fromkeys(names))
    return sorted(word for word in found if 2 <= len(word) <= 8)


def _texts(count: int) -> Iterator[Found]:
    draw = random.Random(2026)
    words = words_of_declarations()
    draw.shuffle(words)
    weights = list(accumulate(1 / (place + 8) for place in range(len(words))))
    first = date(2012, 1, 1)
    for number in range(1, count + 1):
        on = first + timedelta(days=number * 5_000 // count)
        organ = draw.randrange(2, ORGANS)
        title = "".join(draw.choices(words, cum_weights=weights, k=draw.randint(3, 6)))
        mark = MARKS[organ % len(MARKS)] + draw.choice("复法热调")
        case_number = f"{mark}〔{on.year}〕{number % 9_000 + 1}号"
        text = folded(case_number, title)
        yield Found("case", number, 0, draw.choice(SYSTEMS), f"/1/{organ}/", on.isoformat(), text)


def measure(full: bool) -> list[Line]:
    """Milliseconds to find the newest thousand."""
    count = SIZES[connection.vendor] // (1 if full else 10)
    texts = _texts(count)
    while chunk := list(islice(texts, 5_000)):
        keep(chunk)
    taking = seconds(lambda: list(iter(indexing.take_in, 0)))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE search_text" if connection.vendor == "postgresql" else "ANALYZE")
    looked = [
        _line(f"{typed}, {name}", typed, access)
        for name, access in (("everything", EVERYTHING), ("one office of 400", ONE_OFFICE))
        for typed in QUESTIONS
    ]
    return [Line(f"search: taking in {count:,} texts", f"{count / taking:,.0f} texts/s"), *looked]


def _line(what: str, typed: str, access: Access) -> Line:
    question = asked(typed)

    def ours() -> int:
        return len(indexing.texts_holding("case", question, access).values_list("record", "on")[: MOST + 1])

    found = ours()
    times = medians(5, {"ours": lambda: seconds(ours) * 1000})
    goal = GOALS[connection.vendor]
    return Line(
        f"search: {what}: {found:,} found",
        f"{times['ours']:,.1f} ms",
        goal=f"≤ {goal} ms",
        reached=times["ours"] <= goal,
    )
