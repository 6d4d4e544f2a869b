"""What is left after a trial (所余): what was acknowledged against what is there, numbers, figures, chain. One table for all trials.

``look`` needs Django and runs in a process of its own; the rest does not.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from typing import Any

COLUMNS = ("acknowledged", "found", "lost", "cut off", "written all the same", "halves", "numbers", "figures", "chain")


def look(writes: Collection[tuple[int, int]], since: int = 0, known: Collection[int] = ()) -> dict[str, Any]:
    """Compare what was acknowledged, (case, which of its steps), with the events after the one with the key ``since``; and prove
    ledger and chain. What a step asks of other organs is written with it and counts as no other one. The cases ``known`` came in
    another way, whose writes are none of those."""
    from django.db.models import Count

    from zhunsheng.cases.models import Case, Event
    from zhunsheng.kernel.office import is_verb
    from zhunsheng.ledger.verification import verify as verify_ledger
    from zhunsheng.security import chain
    from zhunsheng.security.verifying import verify as verify_chain

    acknowledged = set(writes)
    there: set[tuple[int, int]] = set()
    newest: dict[int, int] = {}
    steps: Counter[int] = Counter()
    disorder = 0
    rows = Event.objects.filter(pk__gt=since).order_by("pk").values_list("case_id", "sequence", "action")
    for case, sequence, action in rows.iterator():
        if not is_verb(action):
            steps[case] += 1
            there.add((case, steps[case]))
        disorder += sequence != newest.get(case, sequence - 1 if since else 0) + 1
        newest[case] = sequence
    series: dict[str, list[int]] = defaultdict(list)
    for number in Case.objects.exclude(number="").values_list("number", flat=True).iterator():
        if parts := re.fullmatch(r"(.*〕)(\d+)(\D*)", number):
            series[parts[1] + parts[3]].append(int(parts[2]))
    counted = Case.objects.annotate(written=Count("events")).values_list("pk", "sequence", "written")
    halves = sum(sequence != written for case, sequence, written in counted.iterator() if case in newest or not since)
    while chain.seal():
        pass
    proof = verify_chain()
    return {
        "acknowledged": len(acknowledged), "found": len(acknowledged & there), "lost": len(acknowledged - there),
        "beyond": sum(case not in known for case, _step in there - acknowledged), "halves": halves, "disorder": disorder,
        "series": len(series),
        "gaps_or_doubles": sum(sorted(held) != list(range(1, len(held) + 1)) for held in series.values()),
        "figures": [str(one) for one in verify_ledger()][:3], "chain": [str(one) for one in proof.findings][:3],
        "sealed": proof.total, "cut_off": 0, "wrong": [],
    }  # fmt: skip


def what_is_wrong(found: Mapping[str, Any]) -> list[str]:
    """The names of what was lost, halved, doubled or cannot be proven; none in a trial that went well. Of what was cut off before
    an answer came, each may have been written or not."""
    bad = ("lost", "halves", "disorder", "gaps_or_doubles", "figures", "chain")
    wrong = [name for name in bad if found[name]] + list(found["wrong"])
    wrong += ["beyond"] if found["beyond"] > found["cut_off"] else []
    return wrong + ([] if found["acknowledged"] else ["nothing was acknowledged"])


def row(found: Mapping[str, Any]) -> tuple[str, ...]:
    """A line of the table."""
    doubles = found["gaps_or_doubles"]
    return (
        f"{found['acknowledged']:,}", f"{found['found']:,}", f"{found['lost']}", f"{found['cut_off']}", f"{found['beyond']}",
        f"{found['halves']}", f"{found['series']} series, {doubles or 'none'} with gaps or doubles",
        "; ".join(found["figures"]) or "equal", "; ".join(found["chain"]) or f"{found['sealed']:,} rows prove",
    )  # fmt: skip


def line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
