"""The index of texts (索引): taking them in, and asking it which texts can hold what is asked and may be seen.

SQLite: a table of FTS5 without positions and content. PostgreSQL: a column ``tokens`` with a GIN index. Both hold the same
tokens, and beside those of the words where a text belongs, so that who sees little is answered as quickly. What the index
gives is looked at again in the text itself; what it has not taken in yet is read through. So an answer is exact however
old the index is, and on both databases the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any

from django.db import connection, transaction
from django.db.models import BooleanField, F, Func, Q, QuerySet, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from zhunsheng.orgs.access import Access
from zhunsheng.orgs.models import EVERY_SYSTEM
from zhunsheng.search.models import Text
from zhunsheng.search.wording import Needed, Question, needed, tokens

AT_ONCE = 500
"""Texts taken in by one transaction: a twentieth of a second in which nobody else writes on SQLite."""

COMMON = 6_000
"""Texts from which on SQLite reads the newest ones instead of going by the index: about where both take as long."""

READ_THROUGH = 8_000
"""The newest texts PostgreSQL reads through for a frequent word before it goes by the index: some thousandths of a second."""

# --- taking in -------------------------------------------------------------------------------------------------------


def take_in(most: int = AT_ONCE) -> int:
    """Take waiting texts into the index; gives how many. Whether any waits is asked before the writer's turn is taken."""
    if not Text.objects.filter(indexed=False).exists():
        return 0
    with transaction.atomic():
        return _take_in(most)


def _take_in(most: int) -> int:
    waiting = Text.objects.filter(indexed=False).order_by("pk").values_list("pk", "kind", "system", "path", "text")
    rows = list(waiting.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)[:most])
    if not rows:
        return 0
    held = [(key, " ".join({*tokens(text), *_belonging(kind, system, path)})) for key, kind, system, path, text in rows]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "UPDATE search_text t SET indexed = TRUE, tokens = array_to_tsvector(string_to_array(n.tokens, ' ')) "
                "FROM unnest(%s::bigint[], %s::text[]) AS n (id, tokens) WHERE t.id = n.id",
                [[key for key, _ in held], [words for _, words in held]],
            )
        else:
            cursor.executemany("INSERT INTO search_tokens (rowid, tokens) VALUES (%s, %s)", held)
            cursor.execute("UPDATE search_text SET indexed = TRUE WHERE NOT indexed AND id <= %s", [held[-1][0]])
    return len(rows)


def empty() -> None:
    """Empty the index; every text waits to be taken in again."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("UPDATE search_text SET indexed = FALSE, tokens = NULL WHERE indexed")
        else:
            cursor.execute("INSERT INTO search_tokens (search_tokens) VALUES ('delete-all')")
            cursor.execute("UPDATE search_text SET indexed = FALSE WHERE indexed")


def count_waiting() -> int:
    """How many texts are not in the index yet."""
    return Text.objects.filter(indexed=False).count()


def count_lost() -> int:
    """How many texts are said to be in the index and are not; there must be none."""
    there = (
        "t.tokens IS NOT NULL"
        if connection.vendor == "postgresql"
        else "EXISTS (SELECT 1 FROM search_tokens_docsize d WHERE d.id = t.id)"
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM search_text t WHERE t.indexed AND NOT ({there})")  # noqa: S608 - our own words
        return int(cursor.fetchone()[0])


# --- asking ----------------------------------------------------------------------------------------------------------


def texts_holding(kind: str, question: Question, access: Access) -> QuerySet[Text]:
    """The texts of one kind that hold everything asked for, of the records in the officer's duties; newest first."""
    rows = Text.visible.to(access).filter(kind=kind)
    expression = _and([_seen(kind, access), _asked(kind, question)])
    if connection.vendor == "postgresql":
        rows = rows.filter(_InIndex(expression))
    elif (few := _few(expression)) is not None:
        rows = rows.filter(_Among(few))
    return _newest_first(_holding(rows, question))


def recent_texts_holding(kind: str, question: Question, access: Access, system: str) -> QuerySet[Text] | None:
    """The same of the newest texts alone, of one system or of all; on PostgreSQL, and where there are many. Of words, and places,
    that are part of one another it takes the texts with all of them for few, and would collect very many by the index: of a
    frequent word the newest give enough."""
    if connection.vendor != "postgresql":
        return None
    within = Q(kind=kind, system=system) if system else Q(kind=kind)
    days = Text.objects.filter(within).order_by("-on").values_list("on", flat=True)
    for day in days[READ_THROUGH : READ_THROUGH + 1]:
        return _newest_first(_holding(Text.visible.to(access).filter(within, on__gt=day), question))
    return None


def newest_holding(
    kind: str, question: Question, access: Access, most: int, system: str, *, is_frequent: bool
) -> list[int]:
    """The records of the newest texts that hold everything asked for, of one system or of all. Where the caller expects very
    many the newest are read through first."""
    if is_frequent and (recent := recent_texts_holding(kind, question, access, system)) is not None:
        newest = list(recent.values_list("record", flat=True)[:most])
        if len(newest) == most:
            return newest
    within = Q(system=system) if system else Q()
    return list(texts_holding(kind, question, access).filter(within).values_list("record", flat=True)[:most])


def texts_of_records(kind: str, question: Question, records: object) -> QuerySet[Text]:
    """The same of a few records that somebody else names, whom the caller has asked who may see them."""
    return _newest_first(_holding(Text.objects.filter(kind=kind, record__in=records), question))


def _newest_first(rows: QuerySet[Text]) -> QuerySet[Text]:
    return rows.order_by("-on", "-pk")


def _holding(rows: QuerySet[Text], question: Question) -> QuerySet[Text]:
    in_text = [reduce(or_, (_holds(needle) for needle in term.needles)) for term in question.terms]
    for term, wanted in zip(question.terms, in_text, strict=True):
        places = Q(system__in=term.systems) | Q(path__in=term.paths)
        rows = rows.filter(wanted | places if term.systems or term.paths else wanted)
    only_places = len(in_text) > 1 and all(term.systems or term.paths for term in question.terms)
    return rows.filter(reduce(or_, in_text)) if only_places else rows


def _holds(needle: str) -> Q:
    """Not by LIKE: PostgreSQL would guess from it how few texts hold a needle, though the index has told it already, and
    sort all of many where reading the newest is enough."""
    return Q(GreaterThan(StrIndex("text", Value(needle)), 0))


def _few(expression: str) -> list[int] | None:
    """The texts that have the tokens, on SQLite; nothing where they are so many that reading the newest ones until enough are
    found is quicker than going by the index. PostgreSQL knows from its statistics which way to go."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rowid FROM search_tokens WHERE search_tokens MATCH %s LIMIT %s", [expression, COMMON])
        found = [key for (key,) in cursor.fetchall()]
    return found if len(found) < COMMON else None


class _Among(Func):
    """Whether a text is among those the index gave, or has not been taken in yet."""

    def __init__(self, keys: list[int]) -> None:
        super().__init__(F("pk"), output_field=BooleanField())
        self.keys = keys

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, list[str]]:
        key, _ = compiler.compile(self.source_expressions[0])
        waiting = "SELECT id FROM search_text WHERE NOT indexed"
        return f"{key} IN (SELECT value FROM json_each(%s) UNION ALL {waiting})", [json.dumps(self.keys)]  # noqa: S608 - our own names


class _InIndex(Func):
    """Whether the index gives a text, or has not taken it in yet."""

    def __init__(self, expression: str) -> None:
        super().__init__(F("pk"), output_field=BooleanField())
        self.expression = expression

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, list[str]]:
        table = compiler.quote_name_unless_alias(self.source_expressions[0].alias)
        return f"({table}.tokens @@ %s::tsquery OR NOT {table}.indexed)", [self.expression]


# Tokens that say where a text belongs: below an organ, to it, in a system. No word holds these signs.
def _below(kind: str, organ: int | str) -> str:
    return f"{kind}@{organ}"


def _at(kind: str, organ: int | str) -> str:
    return f"{kind}={organ}"


def _within(kind: str, system: str) -> str:
    return f"{kind}#{system}"


def _belonging(kind: str, system: str, path: str) -> Iterable[str]:
    organs = path.strip("/").split("/")
    yield from (_below(kind, organ) for organ in organs)
    yield _at(kind, organs[-1])
    yield _within(kind, system)


def _seen(kind: str, access: Access) -> str:
    """What the index holds of every text the officer may see (``Access.rows`` in its terms)."""
    duties = []
    for holding in access.holdings:
        place = (_below if holding.whole_tree else _at)(kind, holding.organ)
        parts = [place] if holding.system == EVERY_SYSTEM else [place, _within(kind, holding.system)]
        duties.append(_and([_exactly(part) for part in parts]))
    return _or(duties or [_exactly(_at(kind, "nobody"))])


def _asked(kind: str, question: Question) -> str:
    terms = []
    for term in question.terms:
        systems = [_exactly(_within(kind, system)) for system in term.systems]
        organs = [_exactly(_at(kind, path.strip("/").rpartition("/")[2])) for path in term.paths]
        terms.append(_or([*(_and(_tokens(needle)) for needle in term.needles), *systems, *organs]))
    return _and(terms)


def _tokens(needle: str) -> list[str]:
    """The tokens to ask for; a single character beside others rules out too little for what it costs."""
    wanted = list(needed(needle))
    telling = [each for each in wanted if len(each.text) > 1 or each.text.isascii()]
    return [*map(_token, telling or wanted)]


def _token(wanted: Needed) -> str:
    return _exactly(wanted.text) + (":*" if connection.vendor == "postgresql" else "*") * wanted.is_beginning


def _exactly(token: str) -> str:
    return f"'{token}'" if connection.vendor == "postgresql" else f'"{token}"'


def _and(parts: list[str]) -> str:
    return _joined(parts, " & ", " AND ")


def _or(parts: list[str]) -> str:
    return _joined(parts, " | ", " OR ")


def _joined(parts: list[str], sign: str, word: str) -> str:
    parts = list(dict.fromkeys(parts))
    if len(parts) == 1:
        return parts[0]
    return f"({(sign if connection.vendor == 'postgresql' else word).join(parts)})"
