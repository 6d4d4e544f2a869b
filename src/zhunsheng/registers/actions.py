"""What is done to the entries of a list and its published versions (清单的办理): the only writer. Each function is one transaction
and leaves an audit record.

Drafts are in ``change_sets``. Cases write through ``apply_entry_change``; what an entry says and when is decided in
``timeline``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import islice
from types import EllipsisType
from typing import Any

from django.db import transaction
from django.utils import timezone

from zhunsheng.catalogue.loading import system
from zhunsheng.kernel.register import ChangeKind, Register
from zhunsheng.kernel.transition import Refusal
from zhunsheng.orgs.models import Officer, Organ, OrganKind
from zhunsheng.orgs.refusals import Refused, behalf, refused
from zhunsheng.registers.finding import keep_published
from zhunsheng.registers.models import Entry, PublishedVersion
from zhunsheng.registers.publishing import digest_of, publishable
from zhunsheng.registers.recording import Book, EntryChange, LineRefusal, apply_lines, write
from zhunsheng.registers.refusing import ListRefused, declaration, reason_given, right_to
from zhunsheng.registers.timeline import canonical_key, decide_correction
from zhunsheng.security.audit import changed, record

NO_VALUES: Mapping[str, Any] = {}
BATCH = 2000
"""Lines of a bulk change that are read and written together."""
SHOWN = 100
"""Refusals of a bulk change that are listed."""

# --- published versions ----------------------------------------------------------------------------------------------


@transaction.atomic
def publish(
    register: str, organ: Organ, day: date, officer: Officer, *, whole_region: bool = False, note: str = ""
) -> PublishedVersion:
    """公布: give the list as it is in force on a day the next number. Raises ``Refused``.

    ``whole_region``: with the lists of every organ of the region, which a government does. Later changes and corrections
    do not touch what was published.
    """
    declared = declaration(register, day)
    right = right_to(declared, register, organ.path, officer, declared.approvers, "approvers")
    Organ.objects.select_for_update(of=("self",)).get(pk=organ.pk)  # numbers follow one another
    same = PublishedVersion.objects.filter(register=register, organ=organ, whole_region=whole_region)
    last = same.order_by("-number").first()
    stands = same.filter(withdrawn_at=None).order_by("-number").first()
    if problem := _unpublishable(declared, organ, day, whole_region, stands):
        raise problem
    now = timezone.now()
    rows = list(publishable(register, organ, day, whole_region, now))
    if not rows:
        raise refused(
            "empty",
            f"{day} 清单里没有条目，不能公布",
            f"the list has no entries on {day} and cannot be published",
            "day",
        )
    version = PublishedVersion.objects.create(
        register=register, organ=organ, whole_region=whole_region, number=last.number + 1 if last else 1, day=day,
        fields=list(declared.public), entries=len(rows), digest=digest_of(rows, declared.public), note=note.strip()[:200],
        published_by=officer, published_at=now,
    )  # fmt: skip
    record("register.publish", f"published_version:{version.pk}", officer.pk, register=register, number=version.number,
           entries=version.entries, digest=version.digest, **behalf(right))  # fmt: skip
    keep_published(version, stands)
    return version


@transaction.atomic
def withdraw(version: PublishedVersion, officer: Officer, *, reason: str) -> PublishedVersion:
    """撤下: take a version that should not have been published off the public pages, for good; what was published before it
    holds there again. Its number, its address and the reason stay. Raises ``Refused``."""
    row = PublishedVersion.objects.select_for_update(of=("self",)).select_related("organ").get(pk=version.pk)
    declared = declaration(row.register, row.day)
    right = right_to(declared, row.register, row.organ.path, officer, declared.approvers, "approvers")
    if row.withdrawn_at is not None:
        raise refused("withdrawn", "这一版已经撤下", "this version has been withdrawn already")
    if not reason.strip():
        raise refused("reason", "请写明撤下的原因", "say why it is withdrawn", "reason")
    row.withdrawn_by, row.withdrawn_at, row.withdrawal = officer, timezone.now(), reason.strip()[:200]
    row.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawal"])
    record("register.withdraw", f"published_version:{row.pk}", officer.pk, register=row.register, number=row.number,
           reason=row.withdrawal, **changed(row), **behalf(right))  # fmt: skip
    same = PublishedVersion.objects.filter(register=row.register, organ=row.organ, whole_region=row.whole_region)
    keep_published(row, same.filter(withdrawn_at=None, number__lt=row.number).order_by("-number").first())
    return row


def _unpublishable(
    declared: Register, organ: Organ, day: date, whole_region: bool, last: PublishedVersion | None
) -> Refused | None:
    """Why a list cannot be published so."""
    today = timezone.localdate()
    if not declared.public:
        return refused("not_public", "这个清单没有可以公开的内容", "nothing of this list is declared public")
    if day > today:
        return refused(
            "future",
            f"{day} 还没有到，只能公布今天及以前的清单",
            f"{day} has not come yet; take today or an earlier day",
            "day",
        )
    if last is not None and day < last.day:
        return refused(
            "before_last",
            f"第{last.number}版已公布到 {last.day}，请取这一天或以后的日期",
            f"version {last.number} is of {last.day}; take that day or a later one",
            "day",
        )
    if whole_region and organ.kind != OrganKind.GOVERNMENT:
        return refused(
            "not_government",
            "本地区各单位的清单由人民政府公布",
            "the lists of the whole region are published by its government",
            "organ",
        )
    return None


@transaction.atomic
def apply_entry_change(
    register: str,
    organ: Organ,
    kind: ChangeKind | str,
    key: str,
    values: Mapping[str, Any],
    on: date,
    *,
    officer: Officer | None = None,
    case_id: int | None = None,
    reason: str = "",
) -> Entry | None:
    """One change that an action of a case, or an officer of the platform, makes at once; whoever calls has checked who may.

    Values left out of a change stay; one given as None is emptied. A change that changes nothing writes nothing.
    Gives the entry (None for ``none`` without a key). Raises ``Refused``.
    """
    officer_id = officer.pk if officer else None
    change = EntryChange(organ, str(ChangeKind(kind)), key, values, on, case_id, reason)
    found, refusals = apply_lines(register, [change], officer_id=officer_id)
    if refusals:
        raise ListRefused([LineRefusal(0, item.refusal) for item in refusals])
    subject = f"entry:{found[0].entry_id}" if found else f"register:{register}"
    record(f"register.{change.kind}", subject, officer_id, register=register, organ=organ.pk, on=on.isoformat(),
           case=case_id)  # fmt: skip
    return Entry.objects.get(pk=found[0].entry_id) if found else None


@transaction.atomic
def apply_changes_in_bulk(
    register: str,
    lines: Iterable[tuple[Organ, ChangeKind | str, str, Mapping[str, Any], date, int | None]],
    officer: Officer | None = None,
    *,
    reform: str = "",
) -> int:
    """Tens of thousands of lines (organ, kind, key, values, day, case), checked and posted like single ones; gives how many.
    ``reform``: the reform of organs that does it, in words; then nothing counts as added, changed or removed, but as moved.

    All or nothing. Raises ``Refused`` with the lines of the first batch that cannot be (at most a hundred of them).
    """
    officer_id = officer.pk if officer else None
    source = (EntryChange(*line, reform, bool(reform)) for line in lines)
    count = 0
    while batch := list(islice(source, BATCH)):
        _, refusals = apply_lines(register, batch, officer_id=officer_id)
        if refusals:
            raise ListRefused([LineRefusal(item.line + count, item.refusal) for item in refusals[:SHOWN]])
        count += len(batch)
    record("register.bulk", f"register:{register}", officer_id, lines=count)
    return count


@transaction.atomic
def correct(
    entry: Entry,
    on: date,
    values: Mapping[str, Any] = NO_VALUES,
    *,
    reason: str,
    officer: Officer | None = None,
    valid_from: date | None = None,
    valid_to: date | EllipsisType | None = ...,
) -> Entry:
    """更正: what the revision in force on a day should have said, or the days it should have had.

    The wrong revision stays readable as what was known until now. ``valid_to`` equal to the first day states that it
    was never in force. Postings are adjusted. An officer needs the role of an approver. Raises ``Refused``.
    """
    organ = entry.organ
    declared = declaration(entry.register, on)
    acting: dict[str, int] = {}
    if officer is not None:
        acting = behalf(right_to(declared, entry.register, entry.path, officer, declared.approvers, "approvers"))
    reason = reason_given(reason)
    owner = system(entry.register)
    book = Book(entry.register, [entry.key], [organ], everywhere=False, lock=True)
    standing = book.find(declared, EntryChange(organ, ChangeKind.CHANGE, entry.key, values, on), None)
    if isinstance(standing, Refusal):
        raise Refused(standing)
    key = canonical_key(declared, entry.key, values)
    if isinstance(key, Refusal):
        raise Refused(key)
    step = decide_correction(declared, key, on, values, valid_from, valid_to, standing.timeline)
    if isinstance(step, list):
        raise ListRefused([LineRefusal(0, problem) for problem in step])
    officer_id = officer.pk if officer else None
    closes = standing.record(step, timezone.now(), officer_id=officer_id, reason=reason)
    write(owner, book.touched(), closes)
    record("register.correct", f"entry:{entry.pk}", officer_id, register=entry.register, on=on.isoformat(), **acting)
    return entry
