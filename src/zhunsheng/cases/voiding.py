"""作废: cases that were entered together by mistake and that nobody has touched since are made void together.

A void case stays with its number, its events and its papers, which bear the mark; nothing more is done to it. What it
posted is reversed by new postings, what it wrote into lists is taken back. Used to take back an import; a case that was
really handled is ended by its own procedure.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from zhunsheng.bodies.models import Item
from zhunsheng.bulk import stretches
from zhunsheng.cases.capacity import acting_for
from zhunsheng.cases.models import Case, CaseLink, Event, ListEvidence, Material, Urging
from zhunsheng.cases.reading import state_of
from zhunsheng.cases.recording import CaseRecord, Step, write
from zhunsheng.cases.retracing import postings_of, retrace
from zhunsheng.catalogue.loading import system
from zhunsheng.kernel.office import Verb, perform_verb
from zhunsheng.kernel.postings import identity_of
from zhunsheng.kernel.transition import Command, Refusal
from zhunsheng.kernel.words import Words
from zhunsheng.law.working_days import calendar
from zhunsheng.ledger.balances import fold
from zhunsheng.ledger.models import Posting, Source
from zhunsheng.ledger.postings import PostingRow, post, reverse, uncount
from zhunsheng.orgs.access import Access
from zhunsheng.orgs.models import Officer
from zhunsheng.orgs.refusals import Refused, refused
from zhunsheng.registers import taking_back
from zhunsheng.security.audit import record as audit

CHUNK = 500
"""Cases read and written at once."""


@dataclass(frozen=True, slots=True)
class Touch:
    """A case that was touched since, and how."""

    case_id: int
    words: Words


def touched_since(case_ids: Sequence[int], since: datetime) -> list[Touch]:
    """The cases to which something was done after a moment, each once, in the order given. What the law did by itself is
    no touch. A fixed number of queries for each ``CHUNK`` cases."""
    found: dict[int, Words] = {}
    for some in stretches(case_ids, CHUNK):
        for rows, words in _touches(some, since):
            for case_id in rows:
                found.setdefault(case_id, words)
        for case_id, key in taking_back.changed_since(some).items():
            found.setdefault(
                case_id, Words(f"写入清单的条目「{key}」后来有改动", f"its entry “{key}” of a list was changed")
            )
    return [Touch(case_id, found[case_id]) for case_id in case_ids if case_id in found]


def _touches(case_ids: Sequence[int], since: datetime) -> Iterable[tuple[Any, Words]]:
    within = {"case__in": case_ids}
    yield (
        Event.objects.filter(**within, recorded_at__gt=since, by_law=False).values_list("case_id", flat=True),
        Words("有新的办理记录", "something was recorded on it"),
    )
    yield Material.objects.filter(**within).values_list("case_id", flat=True), Words("已上传材料", "it has materials")
    yield Urging.objects.filter(**within).values_list("case_id", flat=True), Words("已催办", "it was urged")
    lists = ListEvidence.objects.filter(**within).values_list("case_id", flat=True)
    yield lists, Words("已附清单佐证", "a list was given to it as evidence")
    links = CaseLink.objects.filter(Q(case__in=case_ids) | Q(other__in=case_ids)).values_list("case_id", "other_id")
    wanted = set(case_ids)
    yield (
        [pk for pair in links for pk in pair if pk in wanted],
        Words("已与其他案件关联", "it is linked to another case"),
    )
    put = Item.objects.filter(Q(cases__in=case_ids) | Q(review__in=case_ids)).values_list("cases", "review_id")
    yield [pk for pair in put for pk in pair if pk in wanted], Words("已列入会议议题", "it was put to a meeting")


@transaction.atomic
def void_cases(
    case_ids: Sequence[int], since: datetime, reason: str, *, officer: Officer, access: Access,
    today: date | None = None, progress: Callable[[int], None] | None = None,
) -> int:  # fmt: skip
    """Make cases void that were written by ``since`` and have not been touched after it; gives how many. All or none:
    raises ``Refused`` with the first that was touched."""
    today = today or timezone.localdate()
    if not reason.strip():
        raise refused("missing", "请写明作废理由", "say why they are void", "reason")
    done = 0
    released: list[_Counted] = []
    for some in stretches(case_ids, CHUNK):
        rows = list(
            Case.objects.select_for_update(of=("self",)).select_related("organ").filter(pk__in=some).order_by("pk")
        )
        touched = touched_since(some, since)
        if touched:
            number = next(row.number for row in rows if row.pk == touched[0].case_id)
            words = touched[0].words
            raise refused("touched", f"{number}：{words.zh}", f"{number}: {words.en}")
        records = [_voided(row, reason.strip(), officer, access, today) for row in rows]
        released += _release(rows)
        write(records, calendar())
        reverse(Source.CASE.value, {row.pk: row.sequence for row in rows})
        Case.objects.filter(pk__in=some).update(voided_on=today)
        taking_back.take_back(some, officer, reason.strip())
        done += len(rows)
        if progress is not None:
            progress(len(rows))
    _count_elsewhere(released)
    audit("cases.void", "cases", officer.pk, cases=done, first=min(case_ids, default=0), last=max(case_ids, default=0))
    fold()
    return done


def _voided(row: Case, reason: str, officer: Officer, access: Access, today: date) -> CaseRecord:
    compiled = system(row.system).procedure_of(row.version)
    right = acting_for(access, compiled, row.path, Verb.VOID)
    if not right.roles(row.system, row.path, frozenset(compiled.procedure.roles)):
        raise refused("role", f"您不承办 {row.number}", f"{row.number} is not yours to handle")
    command = Command(
        Verb.VOID, today, today, str(officer.pk), str(row.organ_id), values={"text": reason},
        principal=str(right.principal or ""),
    )  # fmt: skip
    result = perform_verb(compiled, state_of(row, compiled, links=()), command)
    if isinstance(result, Refusal):
        raise Refused(result)
    step = Step(result, officer.pk, row.organ_id, reason, principal_id=right.principal)
    return CaseRecord(compiled, row.organ, [step], row, row.pk)


# --- values counted once a year ----------------------------------------------------------------------------------------


class _Counted(NamedTuple):
    """A value that some case has counted in an account of an organ in a year."""

    account: str
    organ_id: int
    year: int
    value: str


def _distinct_fields(slug: str) -> dict[str, str]:
    """Account → the field it counts the different values of, for the accounts of a system that do."""
    accounts = system(slug).figures.accounts
    return {f"{slug}.{key}": account.distinct.field for key, account in accounts.items() if account.distinct}


def _counted_by(row: Case) -> Iterator[tuple[_Counted, PostingRow]]:
    """What a case posts to accounts that count a value once a year."""
    compiled = system(row.system).procedure_of(row.version)
    steps = retrace(compiled, list(row.events.order_by("sequence")), row.organ_id)
    for posting in postings_of(row.pk, steps) if isinstance(steps, list) else ():
        if posting.distinct is not None:
            yield _Counted(posting.account, posting.organ_id, posting.on.year, posting.distinct), posting


def _release(rows: Sequence[Case]) -> list[_Counted]:
    """Let what these cases have counted be counted again; gives the values."""
    released = []
    for row in rows:
        if not _distinct_fields(row.system):
            continue
        posted = Posting.objects.filter(source=Source.CASE, source_id=row.pk).values_list("account__key", "sequence")
        known = set(posted)
        for counted, posting in _counted_by(row):
            if (counted.account, posting.sequence) in known and uncount(*counted):
                released.append(counted)
    return released


def _count_elsewhere(released: Collection[_Counted]) -> None:
    """Count a value by the first other case that has it, so that who came twice is still counted once."""
    wanted: dict[tuple[str, int, int], set[str]] = {}
    for counted in released:
        wanted.setdefault((counted.account, counted.organ_id, counted.year), set()).add(counted.value)
    for (account, organ_id, year), values in wanted.items():
        slug = account.partition(".")[0]
        field = _distinct_fields(slug)[account]
        others = Case.objects.filter(system=slug, organ=organ_id, voided_on=None, opened_on__year__lte=year)
        for case_id, fields in others.order_by("pk").values_list("pk", "fields").iterator():
            if identity_of(fields.get(field)) not in values:
                continue
            for counted, posting in _counted_by(Case.objects.get(pk=case_id)):
                if counted[:3] == (account, organ_id, year) and counted.value in values:
                    values.remove(counted.value)
                    post([posting])
