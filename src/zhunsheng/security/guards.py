"""Rows that are never edited (只增不改): which tables those are, and the triggers by which the database itself refuses.

Each room names its own (``protect``, in its ``apps.py``). The triggers are taken away before migrations run and set up again
after them: SQLite makes a table anew where a column changes, and its triggers go with the old one. What is destroyed
lawfully, after the term of retention, is released row by row (``chain.release``), which leaves its own row behind. What is
encrypted may be encrypted anew (``passage``): the chain vouches for what it says, not for its letters.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, models

from zhunsheng.security.models import Passage
from zhunsheng.security.sealing import SealedJSONField

PREFIX = "kept_"
_REFUSE = "zhunsheng_refuse"
"""The function of PostgreSQL that the triggers call."""


@dataclass(frozen=True)
class Guard:
    """A table whose rows are only added. ``once``: columns that are filled in once, later, all together (作废 and the like);
    ``free``: those that may change at any time; ``grows``: a number that never gets smaller. Rows of a ``chained`` one are
    sealed by ``chain``."""

    model: type[models.Model]
    once: tuple[str, ...] = ()
    free: tuple[str, ...] = ()
    grows: str = ""
    chained: bool = True

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @property
    def key(self) -> str:
        return str(self.model._meta.pk.column)

    @property
    def frozen(self) -> list[str]:
        """The columns that never change, in the order of the fields."""
        loose = {*self.once, *self.free, self.grows}
        return [field.column for field in self.model._meta.concrete_fields if field.column not in loose]

    @property
    def encrypted(self) -> list[str]:
        """Those of which parts may be encrypted, and encrypted anew."""
        fields = self.model._meta.concrete_fields
        return [field.column for field in fields if isinstance(field, SealedJSONField) and field.column in self.frozen]

    @property
    def sealed(self) -> list[str]:
        """The columns a link of the chain vouches for; of a file its hash stands for it."""
        binary = {f.column for f in self.model._meta.concrete_fields if isinstance(f, models.BinaryField)}
        return [column for column in self.frozen if column not in binary]


_guards: dict[str, Guard] = {}


def protect(
    model: type[models.Model],
    *,
    once: Iterable[str] = (),
    free: Iterable[str] = (),
    grows: str = "",
    chained: bool = True,
) -> None:
    """Name a table of rows that are never edited; columns by their names in the database."""
    guard = Guard(model, tuple(once), tuple(free), grows, chained)
    unknown = {*guard.once, *guard.free, grows} - {"", *(f.column for f in model._meta.concrete_fields)}
    if unknown:
        raise ValueError(f"{guard.table} has no columns {sorted(unknown)}")
    _guards[guard.table] = guard


def guards() -> list[Guard]:
    """Every protected table, by name."""
    return [_guards[table] for table in sorted(_guards)]


# --- the triggers ----------------------------------------------------------------------------------------------------


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _differs(column: str) -> str:
    test = "IS DISTINCT FROM" if connection.vendor == "postgresql" else "IS NOT"
    return f"NEW.{_quoted(column)} {test} OLD.{_quoted(column)}"


def _is_edited(guard: Guard) -> str:
    """The condition under which an update is refused."""
    parts = [_differs(column) for column in guard.frozen if column not in guard.encrypted]
    if guard.once:
        changed = " OR ".join(_differs(column) for column in guard.once)
        first = f"OLD.{_quoted(guard.once[0])}"
        parts.append(f"({first} IS NOT NULL AND ({changed}))")
    if guard.grows:
        parts.append(f"NEW.{_quoted(guard.grows)} < OLD.{_quoted(guard.grows)}")
    return " OR ".join(parts)


def _statements(guard: Guard) -> dict[str, str]:
    """Trigger → the statement that makes it. The name carries a hash of the statement, so that an old one is known."""
    table = guard.table
    encrypted = " OR ".join(_differs(column) for column in guard.encrypted)
    if connection.vendor == "postgresql":
        made = {
            "e": f"BEFORE UPDATE ON {_quoted(table)} FOR EACH ROW WHEN ({encrypted}) EXECUTE FUNCTION {_REFUSE}('encrypted')",
            "u": f"BEFORE UPDATE ON {_quoted(table)} FOR EACH ROW WHEN ({_is_edited(guard)}) EXECUTE FUNCTION {_REFUSE}()",
            "d": f"BEFORE DELETE ON {_quoted(table)} FOR EACH ROW EXECUTE FUNCTION {_REFUSE}()",
            "t": f"BEFORE TRUNCATE ON {_quoted(table)} FOR EACH STATEMENT EXECUTE FUNCTION {_REFUSE}()",
        }
    else:
        released = (
            f"NOT EXISTS (SELECT 1 FROM security_release WHERE table_name = '{table}' "  # noqa: S608 - our own names
            f"AND row = OLD.{_quoted(guard.key)})"
        )
        refuse = f"BEGIN SELECT RAISE(ABORT, 'zhunsheng: rows of {table} are never edited'); END"
        passing = f"NOT EXISTS (SELECT 1 FROM security_passage WHERE table_name = '{table}')"  # noqa: S608 - our own names
        made = {
            "e": f"BEFORE UPDATE ON {_quoted(table)} WHEN ({encrypted}) AND {passing} AND {released} {refuse}",
            "u": f"BEFORE UPDATE ON {_quoted(table)} WHEN ({_is_edited(guard)}) AND {released} {refuse}",
            "d": f"BEFORE DELETE ON {_quoted(table)} WHEN {released} {refuse}",
        }
    if not encrypted:
        del made["e"]
    names = {}
    for kind, rest in made.items():
        mark = hashlib.sha256(rest.encode()).hexdigest()[:8]
        names[f"{PREFIX}{table}_{kind}_{mark}"] = rest
    return {name: f"CREATE TRIGGER {_quoted(name)} {rest}" for name, rest in names.items()}


def _there() -> dict[str, str]:
    """The triggers of ours in the database → their table."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
                "JOIN pg_namespace n ON n.oid = c.relnamespace "
                "WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND n.nspname = current_schema() AND t.tgname LIKE %s",
                [f"{PREFIX}%"],
            )
        else:
            cursor.execute(
                "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s", [f"{PREFIX}%"]
            )
        return dict(cursor.fetchall())


def _wanted() -> dict[str, str]:
    return {name: statement for guard in guards() for name, statement in _statements(guard).items()}


def _table_of(trigger: str) -> str:
    return trigger.removeprefix(PREFIX)[: -len("_u_12345678")]


def missing() -> list[str]:
    """Triggers that ought to be there and are not, or are switched off."""
    return sorted(_wanted().keys() - _there().keys())


def install(**_: Any) -> None:
    """Set up every trigger that is missing, and take away those of an older declaration."""
    with connection.cursor() as cursor:
        there, wanted = _there(), _wanted()
        if there.keys() == wanted.keys():
            return
        tables = set(connection.introspection.table_names(cursor))
        if not tables.issuperset({*_guards, "security_release", "security_passage"}):
            return  # migrated to a state before there was any of this
        if connection.vendor == "postgresql" and wanted.keys() - there.keys():
            cursor.execute(_FUNCTION)
        for name in wanted.keys() - there.keys():
            _drop(cursor, name, _table_of(name))  # one that was switched off is in the way
            cursor.execute(wanted[name])
        for name in there.keys() - wanted.keys():
            _drop(cursor, name, there[name])


def remove(**_: Any) -> None:
    """Take every trigger away: before migrations, and in tests that tamper."""
    with connection.cursor() as cursor:
        for name, table in _there().items():
            _drop(cursor, name, table)


def _drop(cursor: Any, name: str, table: str) -> None:
    on = f" ON {_quoted(table)}" if connection.vendor == "postgresql" else ""
    cursor.execute(f"DROP TRIGGER IF EXISTS {_quoted(name)}{on}")


@contextmanager
def away() -> Iterator[None]:
    """Without the triggers as long as the block lasts."""
    remove()
    try:
        yield
    finally:
        install()


@contextmanager
def passage(table: str) -> Iterator[None]:
    """Let encrypted columns of a table be encrypted anew in the block, within the caller's transaction: nobody else ever sees
    the row that allows it."""
    if table not in _there().values():
        yield  # a migration, or no table of ours
        return
    found = Passage.objects.create(table_name=table)
    yield
    found.delete()


def before_migrations(plan: Any = (), **_: Any) -> None:
    """Receiver of ``pre_migrate``: nothing has to go where nothing will be migrated."""
    if plan:
        remove()


_FUNCTION = f"""
CREATE OR REPLACE FUNCTION {_REFUSE}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_LEVEL = 'ROW' THEN
    IF EXISTS (SELECT 1 FROM security_release WHERE table_name = TG_TABLE_NAME
               AND row = (to_jsonb(OLD)->>'id')::bigint) THEN
      IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
      RETURN NEW;
    END IF;
    IF TG_NARGS > 0 AND EXISTS (SELECT 1 FROM security_passage WHERE table_name = TG_TABLE_NAME) THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'zhunsheng: rows of % are never edited', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""  # noqa: S608 - our own names
