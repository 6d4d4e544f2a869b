"""Completing the ledger (补记): after declarations have changed, what earlier records would have posted by the new rules is
posted, and what they would not have is taken back by a posting of the opposite value; nothing is deleted.

By which rules everything was posted is kept (``Edition``). Where those of today are others, the records of the systems
concerned are walked again, a stretch at a time, each in a transaction of its own, so that officers go on meanwhile and after
a break it goes on where it stood. Only records that differ are locked, in the order of their keys.

A closed month keeps its figures: what comes for it is booked later as a correction. An account that did not exist when the
month was closed has no figure there; it is booked in its own month, marked as coming late, unless a relation ties it to one
that is corrected, with which it must then stay in balance.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import Exists, OuterRef, Q

from zhunsheng.kernel.words import Words
from zhunsheng.ledger.balances import fold
from zhunsheng.ledger.checks import accounts_about
from zhunsheng.ledger.models import Account, Counted, Edition, Posting
from zhunsheng.ledger.months import month_of
from zhunsheng.ledger.owing import CHUNK, Difference, Poster, counted_once, owed, posters, where_counted
from zhunsheng.ledger.postings import PostingRow, account_id, closed_months, counts_now, post
from zhunsheng.ledger.readings import accounts
from zhunsheng.security.audit import record

_SAID = {"zh", "en", "unit", "aliases", "codes", "definition", "declared"}
"""What of an account only says what it is: no posting becomes another by it."""
_BUSY = {"55P03", "40P01", "database is locked"}
"""What PostgreSQL says when a lock was not to be had in time or two waited for each other, and SQLite when others write long."""

Rules = Mapping[str, Any]


@cache
def rules() -> Rules:
    """Account → what is declared of its postings today."""
    counted = {key: account for key, account in accounts().items() if account.on}
    return {key: a.model_dump(mode="json", exclude=_SAID, exclude_defaults=True) for key, a in counted.items()}


@cache
def digest() -> str:
    """Changes whenever a rule does."""
    return hashlib.sha256(json.dumps(rules(), sort_keys=True).encode()).hexdigest()


@dataclass(slots=True)
class Plan:
    """What is walked to bring the ledger to the rules of a digest, and how far that is. ``systems``: None for all;
    ``in_own_month``: accounts booked in closed months too; ``anew``: those whose values counted once a year are counted anew."""

    digest: str
    accounts: int
    systems: list[str] | None
    in_own_month: list[str]
    anew: list[str]
    total: int = 0
    done: int = 0
    source: str = ""
    last: int = 0
    posted: int = 0
    taken_back: int = 0
    after_closing: int = 0
    not_walked: int = 0

    @property
    def words(self) -> Words:
        zh, en = "原有记录还没有按现行规则核对过", "Earlier records were never held against the rules of today"
        if self.accounts:
            zh = f"{self.accounts} 项指标的入账规则有更新，原有记录须补记"
            en = f"The rules of {self.accounts} figures have changed, by which earlier records are completed"
        return Words(
            f"{zh}；已核对 {self.done:,} / {self.total:,} 件", f"{en}; {self.done:,} of {self.total:,} looked at"
        )


def is_current() -> bool:
    """Whether everything was posted by the rules of today."""
    return Edition.objects.filter(pk=1, digest=digest(), plan__isnull=True).exists()


def outstanding() -> Plan | None:
    """What is still to be completed; None when everything was posted by the rules of today. Then one query."""
    if is_current():
        return None
    edition = Edition.objects.filter(pk=1).first()
    return _in_force(edition) or _drawn_up(edition)


# --- what is to be done ----------------------------------------------------------------------------------------------


def _in_force(edition: Edition | None) -> Plan | None:
    plan = Plan(**edition.plan) if edition is not None and edition.plan else None
    return plan if plan is not None and plan.digest == digest() else None


def _known(edition: Edition | None) -> Rules:
    """The rules by which was posted until now. Where nobody kept them, those of today for what was ever posted."""
    if edition is not None and edition.rules:
        return edition.rules
    posted = Account.objects.filter(Exists(Posting.objects.filter(account=OuterRef("pk"))))
    return {key: rules()[key] for key in posted.values_list("key", flat=True) if key in rules()}


def _drawn_up(edition: Edition | None, *, everything: bool = False) -> Plan:
    """What there would be to do. Where nobody kept by which rules was posted, all is looked at."""
    known, now = _known(edition), rules()
    is_kept = edition is not None and bool(edition.digest)
    changed = {key for key in {*known, *now} if known.get(key) != now.get(key)}
    new = changed - known.keys()
    otherwise = {key for key in changed & known.keys() & now.keys() if _amounts(known[key]) != _amounts(now[key])}
    tied = set(otherwise)
    while more := {key for key in new - tied if not accounts_about(key).isdisjoint(tied)}:
        tied |= more
    slugs = None if everything or not is_kept else sorted({key.partition(".")[0] for key in changed})
    total = sum(poster.records(slugs).count() for poster in posters)
    number = len(changed) if is_kept else 0
    return Plan(digest(), number, slugs, sorted(new - tied), sorted(changed & counted_once()), total)


def _amounts(rule: Any) -> Any:
    """What of a rule decides how much an account comes to: all but how it is parted."""
    return {name: value for name, value in rule.items() if name != "by"}


@transaction.atomic
def begin(*, everything: bool = False) -> Plan:
    """Draw up the plan and keep it; one in force is gone on with. ``everything``: though no rule has changed."""
    edition, _ = Edition.objects.select_for_update().get_or_create(pk=1)
    plan = _in_force(edition)
    if plan is not None and (plan.systems is None or not everything):
        return plan
    plan = _drawn_up(edition, everything=everything)
    Counted.objects.filter(Q(account__key__in=plan.anew) | ~Q(account__key__in=counted_once())).delete()
    edition.rules, edition.plan = _known(edition), asdict(plan)
    edition.save()
    record("ledger.begin_completing", "ledger", None, figures=plan.accounts, records=plan.total)
    return plan


def _next(plan: Plan) -> tuple[Poster, list[int]] | None:
    """The next records to be looked at."""
    sources = [poster.source.value for poster in posters]
    for poster in posters[sources.index(plan.source) if plan.source else 0 :]:
        last = plan.last if poster.source == plan.source else 0
        rows = poster.records(plan.systems).filter(pk__gt=last).order_by("pk")
        if keys := list(rows.values_list("pk", flat=True)[:CHUNK]):
            return poster, keys
    return None


# --- doing it --------------------------------------------------------------------------------------------------------


def stretches() -> Iterator[Plan]:
    """Stretch by stretch until nothing is to be done any more; none where nothing is now."""
    return iter(()) if is_current() else iter(advance, None)


def advance() -> Plan | None:
    """Go on by one stretch of records; gives how far it is, None when nothing is to be done any more."""
    if is_current():
        return None
    plan = _in_force(Edition.objects.filter(pk=1).first()) or begin()
    found = _next(plan)
    try:
        if found is None:
            return _finish(plan)
        poster, keys = found
        expected = poster.come_to(keys, False)
        wrong = {difference.row.source_id for difference in _differences(poster, expected, plan)}
        wrong |= {row.source_id for rows in expected.values() for row in rows if row.account in plan.anew}
        # A record to which something was done while it was read cannot be walked: it is looked at again when nobody can.
        wrong |= {*keys} - expected.keys()
        gone_on = replace(plan, source=poster.source.value, last=keys[-1], done=plan.done + len(keys))
        return _write(poster, sorted(wrong), plan, gone_on)
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", str(error)) not in _BUSY:
            raise
        return plan  # somebody is at these records: once more


@transaction.atomic
def _write(poster: Poster, keys: Sequence[int], plan: Plan, gone_on: Plan) -> Plan | None:
    """Post what these records owe, and keep how far that is."""
    edition = _held(plan)
    if edition is None:
        return plan  # another process went on from here
    if keys:
        expected = poster.come_to(keys, True)
        differences = list(_differences(poster, expected, plan, write=True))
        gone_on = replace(gone_on, not_walked=plan.not_walked + len(keys) - len(expected))
        post([difference.row for difference in differences], frozenset(plan.in_own_month))
        told = _tally(differences)
        gone_on = replace(gone_on, **{name: getattr(plan, name) + number for name, number in told.items()})
        if differences:
            record("ledger.complete", "ledger", None, source=poster.source, first=keys[0], last=keys[-1], **told)
    edition.plan = asdict(gone_on)
    edition.save(update_fields=["plan"])
    return gone_on


@transaction.atomic
def _finish(plan: Plan) -> Plan | None:
    edition = _held(plan)
    if edition is None:
        return plan
    edition.digest, edition.rules, edition.plan = plan.digest, rules(), None
    edition.save()
    told = {name: getattr(plan, name) for name in ("posted", "taken_back", "after_closing", "not_walked")}
    record("ledger.completed", "ledger", None, figures=plan.accounts, records=plan.done, **told)
    transaction.on_commit(fold)
    return None


def _held(plan: Plan) -> Edition | None:
    """The row of the edition, locked, where the plan still stands as it was read. Officers never wait long for what waits
    itself."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '1s'")
    edition = Edition.objects.select_for_update().get(pk=1)
    return edition if edition.plan == asdict(plan) else None


def _differences(
    poster: Poster, expected: Mapping[int, list[PostingRow]], plan: Plan, *, write: bool = False
) -> Iterator[Difference]:
    """What records owe. A value that is counted anew is noted as counted when it is to be written, by the first record that has
    it; until then it is taken to be counted by every one."""

    def stands(row: PostingRow, there: bool) -> bool:
        if not row.distinct or row.account not in plan.anew:
            return where_counted(row, there)
        return not write or counts_now(account_id(row.account), row)

    left_out = counted_once().difference(plan.anew) if poster.keeps_counted else ()
    return owed(poster.source, expected, stands, left_out)


def _tally(differences: Collection[Difference]) -> dict[str, int]:
    rows = [difference.row for difference in differences]
    closed = closed_months(rows)
    return {
        "posted": sum(difference.is_missing for difference in differences),
        "taken_back": sum(not difference.is_missing for difference in differences),
        "after_closing": sum((row.organ_id, month_of(row.on)) in closed for row in rows),
    }


def preview(*, everything: bool = False) -> Iterator[tuple[Plan, dict[str, dict[str, int]]]]:
    """How far it is, and by account what would be done of the records looked at; writes nothing. Of values counted once a year
    it tells the most there can be."""
    plan = _drawn_up(Edition.objects.filter(pk=1).first(), everything=everything)
    while found := _next(plan):
        poster, keys = found
        by_account: dict[str, list[Difference]] = {}
        for difference in _differences(poster, poster.come_to(keys, False), plan):
            by_account.setdefault(difference.row.account, []).append(difference)
        plan = replace(plan, source=poster.source.value, last=keys[-1], done=plan.done + len(keys))
        yield plan, {account: _tally(members) for account, members in by_account.items()}


def note_new_place(**_: Any) -> None:
    """Receiver of ``post_migrate``: where no record can owe anything, everything is posted by the rules of today."""
    tables = set(connection.introspection.table_names())
    models = [Edition, Posting, *(poster.records(None).model for poster in posters)]
    if not tables.issuperset(model._meta.db_table for model in models):
        return  # migrated to a state before there was any of this
    plan = outstanding()
    if plan is not None and not plan.total:
        kept = {"digest": digest(), "rules": rules(), "plan": None}
        Edition.objects.update_or_create(pk=1, defaults=kept)
