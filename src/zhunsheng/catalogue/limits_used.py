"""Which numbers of the law the declared systems use, and which are shown by a worked example.

Asked of national, verified entries only: local ones are settings. What a system declares is in its folder, what the law
says in the law room; here the two are laid side by side.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from zhunsheng.catalogue.loading import System, systems
from zhunsheng.catalogue.scenarios import read_scenarios
from zhunsheng.kernel.limits import Limit
from zhunsheng.kernel.words import Words
from zhunsheng.law.statutes import counting_articles, limits
from zhunsheng.law.usage import uses


@dataclass(frozen=True, slots=True)
class LimitUse:
    """One entry of the law: the systems that use it, and whether an example shows it.

    A length of time is used where a limit of a procedure runs under it, and shown where an example says when that limit
    ends. A rule that gives no date is used, and shown, where a step, a gate or a limit cites its article. A rule of
    counting is used by every system that runs a limit counted by it. ``reason``: why nothing uses it.
    """

    limit: Limit
    systems: tuple[str, ...]
    shown: bool
    reason: Words | None = None


def limit_uses() -> list[LimitUse]:
    """Every national, verified entry, in the order of the law."""
    cited = _cited_articles()
    shown = {key for system in systems().values() for key in _shown_in(system)}
    running: dict[str, set[str]] = {}
    for system in systems().values():
        for procedure in system.procedures:
            for deadline in procedure.deadlines.values():
                if isinstance(deadline.limit, str):
                    running.setdefault(deadline.limit, set()).add(system.slug)
                    for article in counting_articles(limits()[deadline.limit]):
                        cited.setdefault(article, set()).add(system.slug)
    reasons = reasons_unused()
    result = []
    for key, limit in limits().items():
        if not limit.verified or limit.scope != "national":
            continue
        own = running.get(key, set())
        citing = set() if limit.has_time else cited.get((limit.basis.statute, limit.basis.article), set())
        found = tuple(sorted(own | citing))
        result.append(LimitUse(limit, found, key in shown or bool(citing), None if found else reasons.get(key)))
    return result


@cache
def reasons_unused() -> dict[str, Words]:
    """Entry -> why no declared system uses it."""
    read = yaml.safe_load(Path(__file__).with_name("limits_unused.yaml").read_text(encoding="utf-8"))
    return {key: Words(reason["zh"], reason["en"]) for key, reason in read.items()}


def _cited_articles() -> dict[tuple[str, str], set[str]]:
    """(statute, article) -> the systems that cite it."""
    cited: dict[tuple[str, str], set[str]] = {}
    for use in uses():
        for article in use.article.replace("，", ",").split(","):
            number = article.strip().removeprefix("point ").removeprefix("part ")
            cited.setdefault((use.statute, number), set()).add(use.system.slug)
    return cited


def _shown_in(system: System) -> set[str]:
    """The ids of the limits whose end some worked example of a system says."""
    examples = read_scenarios(system)
    if examples is None:
        return set()
    keys = {key for example in examples.scenarios for then in example.then.values() for key in then.due}
    return {
        deadline.limit
        for procedure in system.procedures
        for key, deadline in procedure.deadlines.items()
        if key in keys and isinstance(deadline.limit, str)
    }
