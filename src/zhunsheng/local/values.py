"""What holds where on which day (取值): the settings of every place as a value, read once and again only when one is added.

The nearest organ upward that has decided wins; a decision entered later wins over an earlier one from the same day.
Nothing is written here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

from zhunsheng.kernel.citing import cited_article
from zhunsheng.kernel.limits import Amount, LocalValue, LocalValues, Unit
from zhunsheng.kernel.words import Words
from zhunsheng.local.models import Setting
from zhunsheng.prepared import Query, fetch

LIMIT = "limit"


class Decision(NamedTuple):
    """One row of the table, with the path of its organ instead of the organ."""

    pk: int
    kind: str
    key: str
    path: str
    valid_from: date
    value: Mapping[str, Any] | None
    document: str
    article: str
    entered_at: datetime

    @property
    def cited(self) -> Words:
        """The document and the article of it, in words."""
        document = Words(self.document, self.document)
        return cited_article(document, self.article) if self.article else document


@dataclass(frozen=True)
class Decisions:
    """Every decision there is, in the order in which they come to hold."""

    rows: tuple[Decision, ...]
    _limits: dict[str, LocalValues] = field(default_factory=dict)

    @cached_property
    def _by_thing(self) -> Mapping[tuple[str, str], list[Decision]]:
        found: dict[tuple[str, str], list[Decision]] = {}
        for row in self.rows:
            found.setdefault((row.kind, row.key), []).append(row)
        return found

    @cached_property
    def by_pk(self) -> Mapping[int, Decision]:
        return {row.pk: row for row in self.rows}

    def of(self, kind: str, key: str) -> list[Decision]:
        """The decisions on one thing, of every place."""
        return self._by_thing.get((kind, key), [])

    def keys(self, kind: str) -> set[str]:
        """The things of a kind on which any place has decided."""
        return {key for of_kind, key in self._by_thing if of_kind == kind}

    def on(self, kind: str, key: str, path: str, day: date, known: datetime | None = None) -> Decision | None:
        """The decision that holds for an organ on a day, as far as it was ``known`` then; None: none."""
        latest: dict[str, Decision] = {}
        for row in self.of(kind, key):
            if row.valid_from <= day and path.startswith(row.path) and (known is None or row.entered_at <= known):
                latest[row.path] = row
        holding = [row for row in latest.values() if row.value is not None]
        return max(holding, key=lambda row: len(row.path), default=None)

    def limits_for(self, path: str) -> LocalValues:
        """What holds for an organ of the limits places may set: setting -> its values in the order of their days."""
        found = self._limits.get(path)
        if found is None:
            found = self._limits[path] = {key: list(self._course(key, path)) for key in self.keys(LIMIT)}
        return found

    def _course(self, key: str, path: str) -> Iterator[tuple[date, LocalValue | None]]:
        for day in dict.fromkeys(row.valid_from for row in self.of(LIMIT, key)):
            yield day, local_value(self.on(LIMIT, key, path, day))

    def with_(self, decision: Decision) -> Decisions:
        """As it would be with a decision that has not been made yet."""
        return Decisions(_in_order([*self.rows, decision]))


NOTHING = Decisions(())
"""Where nobody has decided anything."""


def local_value(decision: Decision | None) -> LocalValue | None:
    """A decision on a limit as the kernel takes it."""
    if decision is None or decision.value is None:
        return None
    value = decision.value
    amount = Amount(value["value"], Unit(value["unit"]))
    return LocalValue(decision.pk, decision.valid_from, amount, value.get("extension"), decision.cited)


def _in_order(rows: Iterable[Decision]) -> tuple[Decision, ...]:
    return tuple(sorted(rows, key=lambda row: (row.valid_from, row.pk)))


_STAMP = Query(
    "SELECT (SELECT MAX(id) FROM local_setting), (SELECT MAX(entered_at) FROM local_setting), "
    "(SELECT MAX(id) FROM orgs_reform)",
    (),
)
"""Changes whenever a setting is added or organs move in the tree. Asked anew each time: a clock keeps for ever what it
is armed under, so nobody may go by what held a moment ago."""

_COLUMNS = ("pk", "kind", "key", "organ__path", "valid_from", "value", "document", "article", "entered_at")
_read: tuple[Any, Decisions] = (None, NOTHING)


def decisions() -> Decisions:
    """The settings in force and those to come. One small query; the table itself is read only when it has changed."""
    global _read  # noqa: PLW0603 - one value a process, read again when the stamp changes
    (stamp,) = fetch(_STAMP, ())
    if stamp != _read[0]:
        rows = Setting.objects.order_by("pk").values_list(*_COLUMNS) if stamp[0] is not None else ()
        _read = (stamp, Decisions(_in_order(Decision(*row) for row in rows)))
    return _read[1]
