"""What may be done to a list (清单的办理): the only writer. Each function is one transaction and leaves an audit record.

A change set is prepared and submitted by an editor of the list and decided by an approver who did not prepare it.
Cases write through ``apply_entry_change``; what an entry says and when is decided in ``timeline``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from types import EllipsisType
from typing import Any

from django.db import transaction
from django.utils import timezone

from zhunsheng.catalogue.loading import system
from zhunsheng.kernel.register import ChangeKind, Register
from zhunsheng.kernel.transition import Refusal
from zhunsheng.kernel.words import Words
from zhunsheng.orgs.access import Access, access_of
from zhunsheng.orgs.models import Officer, Organ, OrganKind
from zhunsheng.orgs.refusals import behalf
from zhunsheng.registers.finding import keep_published
from zhunsheng.registers.models import ChangeLine, ChangeSet, ChangeSetState, Entry, PublishedVersion
from zhunsheng.registers.publishing import digest_of, publishable
from zhunsheng.registers.recording import (
    Book,
    EntryChange,
    LineRefusal,
    apply_lines,
    chunks,
    declared_on,
    write,
)
from zhunsheng.registers.timeline import canonical_key, decide_correction, refusal
from zhunsheng.security.audit import changed, record

NO_VALUES: Mapping[str, Any] = {}
BATCH = 2000
"""Lines of a bulk change that are read and written together."""
SHOWN = 100
"""Refusals of a bulk change that are listed."""


class Refused(Exception):
    """Something that cannot be done to a list. Nothing has been written. ``refusals`` say why, line by line."""

    def __init__(self, refusals: Sequence[LineRefusal]) -> None:
        self.refusals = tuple(refusals)
        super().__init__(self.sentence("zh"))

    @property
    def refusal(self) -> Refusal:
        """The first reason."""
        return self.refusals[0].refusal

    def sentence(self, language: str) -> str:
        """Every reason, one a line; with the number of the line where there are several."""
        sentences = []
        for number, found in self.refusals:
            text = found.sentence(language)
            prefix = f"line {number}: " if language.startswith("en") else f"第{number}行："
            sentences.append(prefix + text if number else text)
        return "\n".join(sentences)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a change set. A line ``none`` states that nothing had to change: in the list, or in the entry of its key."""

    kind: ChangeKind | str
    key: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""


# --- change sets -----------------------------------------------------------------------------------------------------


@transaction.atomic
def begin_change_set(register: str, organ: Organ, title: str, effective_on: date, officer: Officer) -> ChangeSet:
    """拟订: a draft without lines yet, into which ``put_lines`` puts them one after the other. Raises ``Refused``."""
    change_set, _ = _begun(register, organ, title, effective_on, officer)
    change_set.save()
    _audit("prepare", change_set, officer, lines=0)
    return change_set


@transaction.atomic
def prepare_change_set(
    register: str, organ: Organ, title: str, effective_on: date, lines: Iterable[Line], officer: Officer
) -> ChangeSet:
    """拟订: a draft of changes that come into force together. Raises ``Refused`` with every line that cannot be."""
    change_set, declared = _begun(register, organ, title, effective_on, officer)
    checked = _checked(change_set, declared, list(lines))
    change_set.save()
    _keep_lines(change_set, checked)
    _audit("prepare", change_set, officer, lines=len(checked))
    return change_set


def _begun(register: str, organ: Organ, title: str, effective_on: date, officer: Officer) -> tuple[ChangeSet, Register]:
    declared = _declared(register, effective_on)
    right = _check_role(declared, register, organ.path, officer, declared.editors, "editors")
    change_set = ChangeSet(
        register=register, organ=organ, path=organ.path, title=_title(title), effective_on=effective_on,
        prepared_by=officer, prepared_for_id=right.principal, prepared_at=timezone.now(),
    )  # fmt: skip
    return change_set, declared


@transaction.atomic
def revise_change_set(
    change_set_id: int, officer: Officer, *, title: str, effective_on: date, lines: Iterable[Line]
) -> ChangeSet:
    """修改: put other lines into a draft, or into a change set that was returned."""
    change_set, right = _open(change_set_id, officer, "editors", ChangeSetState.DRAFT, ChangeSetState.RETURNED)
    change_set.title, change_set.effective_on = _title(title), effective_on
    declared = _declared(change_set.register, effective_on)
    checked = _checked(change_set, declared, list(lines))
    change_set.prepared_by, change_set.prepared_for_id = officer, right.principal
    change_set.save()
    change_set.lines.all().delete()
    _keep_lines(change_set, checked)
    _audit("revise", change_set, officer, lines=len(checked))
    return change_set


@transaction.atomic
def put_lines(change_set_id: int, lines: Sequence[Line], officer: Officer) -> ChangeSet:
    """Put lines into a draft beside those it has; a line of the same entry is replaced. Raises ``Refused`` line by line."""
    change_set, right = _open(change_set_id, officer, "editors", ChangeSetState.DRAFT, ChangeSetState.RETURNED)
    declared = _declared(change_set.register, change_set.effective_on)
    checked = _checked(change_set, declared, list(lines))
    kept = [_kept(change_set, declared, line) for line in checked]
    for some in chunks([line.key for line in kept]):
        change_set.lines.filter(key__in=some).delete()
    ChangeLine.objects.bulk_create(kept, batch_size=500)
    return _taken_over(change_set, officer, right, lines=len(kept))


@transaction.atomic
def take_line_out(change_set_id: int, line_id: int, officer: Officer) -> ChangeSet:
    """移去: take a line out of a draft. One that is gone already is no error."""
    change_set, right = _open(change_set_id, officer, "editors", ChangeSetState.DRAFT, ChangeSetState.RETURNED)
    change_set.lines.filter(pk=line_id).delete()
    return _taken_over(change_set, officer, right, taken_out=line_id)


def _taken_over(change_set: ChangeSet, officer: Officer, right: Access, **detail: Any) -> ChangeSet:
    """Who last worked on a draft answers for it, and so cannot decide it."""
    change_set.prepared_by, change_set.prepared_for_id = officer, right.principal
    change_set.save(update_fields=("prepared_by", "prepared_for"))
    _audit("revise", change_set, officer, **detail, **behalf(right))
    return change_set


@transaction.atomic
def rename(change_set_id: int, officer: Officer, *, title: str, effective_on: date) -> ChangeSet:
    """修改: another title or day for a draft. Raises ``Refused`` with every line that does not fit the new day."""
    change_set, right = _open(change_set_id, officer, "editors", ChangeSetState.DRAFT, ChangeSetState.RETURNED)
    change_set.title, change_set.effective_on = _title(title), effective_on
    declared = _declared(change_set.register, effective_on)
    lines = _lines_of(change_set)
    if problems := lines and _line_problems(change_set, declared, lines):
        raise Refused(problems)
    change_set.save(update_fields=("title", "effective_on"))
    return _taken_over(change_set, officer, right)


@transaction.atomic
def discard(change_set_id: int, officer: Officer) -> ChangeSet:
    """作废: give up a draft; it stays readable. An editor takes back what was never approved."""
    change_set, right = _open(change_set_id, officer, "editors", ChangeSetState.DRAFT, ChangeSetState.RETURNED)
    return _move(change_set, ChangeSetState.DISCARDED, "discard", officer, right)


@transaction.atomic
def submit(change_set_id: int, officer: Officer) -> ChangeSet:
    """提交审定: hand a draft to the approver. Raises ``Refused`` when it has no lines, or one that no longer fits."""
    change_set, right = _open(change_set_id, officer, "editors", ChangeSetState.DRAFT, ChangeSetState.RETURNED)
    _checked(change_set, _declared(change_set.register, change_set.effective_on), _lines_of(change_set))
    return _move(change_set, ChangeSetState.SUBMITTED, "submit", officer, right)


@transaction.atomic
def return_for_changes(change_set_id: int, officer: Officer, note: str) -> ChangeSet:
    """退回修改: the approver wants it otherwise and says why."""
    change_set, right = _open(change_set_id, officer, "approvers", ChangeSetState.SUBMITTED)
    return _move(change_set, ChangeSetState.RETURNED, "return", officer, right, _reason(note))


@transaction.atomic
def reject(change_set_id: int, officer: Officer, note: str) -> ChangeSet:
    """不予采纳: the change set is not applied, for good."""
    change_set, right = _open(change_set_id, officer, "approvers", ChangeSetState.SUBMITTED)
    return _move(change_set, ChangeSetState.REJECTED, "reject", officer, right, _reason(note))


@transaction.atomic
def approve(change_set_id: int, officer: Officer, note: str = "") -> ChangeSet:
    """审定: apply every line. Raises ``Refused`` when a line no longer fits what the list has become meanwhile."""
    change_set, right = _open(change_set_id, officer, "approvers", ChangeSetState.SUBMITTED)
    lines = _lines_of(change_set)
    _, refusals = apply_lines(
        change_set.register, _changes(change_set, lines), officer_id=officer.pk, change_set=change_set
    )
    if refusals:
        raise Refused(refusals)
    kinds = {kind.value: sum(line.kind == kind for line in lines) for kind in ChangeKind}
    return _move(change_set, ChangeSetState.APPLIED, "approve", officer, right, note, **kinds)


def _lines_of(change_set: ChangeSet) -> list[Line]:
    return [Line(line.kind, line.key, line.values, line.reason) for line in change_set.lines.order_by("pk")]


def check_lines(register: str, organ: Organ, effective_on: date, lines: Sequence[Line]) -> list[LineRefusal]:
    """Why lines could not be proposed, line by line, without writing anything."""
    change_set = ChangeSet(register=register, organ=organ, path=organ.path, effective_on=effective_on)
    return _line_problems(change_set, _declared(register, effective_on), lines)


def _line_problems(change_set: ChangeSet, declared: Register, lines: Sequence[Line]) -> list[LineRefusal]:
    _, problems = apply_lines(change_set.register, _changes(change_set, lines), change_set=change_set, dry_run=True)
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        key = canonical_key(declared, line.key, line.values)
        if isinstance(key, Refusal):
            continue
        if key in seen:
            words = Words(
                f"与第{seen[key]}行重复，一次变更中每个条目只能出现一次",
                f"line {seen[key]} has it already; an entry appears once in a change set",
            )
            problems = [problem for problem in problems if problem.line != number]
            problems.append(LineRefusal(number, refusal(declared, "twice", words, declared.key, key)))
        seen.setdefault(key, number)
    return sorted(problems, key=lambda problem: problem.line)


def _checked(change_set: ChangeSet, declared: Register, lines: list[Line]) -> list[Line]:
    if not lines:
        words = Words(
            "没有变更事项；经核对无需变更的，请填写一行“无变更”（none）",
            "there are no lines; when nothing has to change, record a line of kind none",
        )
        raise Refused([LineRefusal(0, refusal(declared, "no_lines", words))])
    if problems := _line_problems(change_set, declared, lines):
        raise Refused(problems)
    return lines


def _changes(change_set: ChangeSet, lines: Sequence[Line]) -> list[EntryChange]:
    on = change_set.effective_on
    return [EntryChange(change_set.organ, line.kind, line.key, line.values, on, None, line.reason) for line in lines]


def _keep_lines(change_set: ChangeSet, lines: Sequence[Line]) -> None:
    declared = _declared(change_set.register, change_set.effective_on)
    ChangeLine.objects.bulk_create(
        [_kept(change_set, declared, line) for line in lines],
        batch_size=500,
    )


def _kept(change_set: ChangeSet, declared: Register, line: Line) -> ChangeLine:
    """A line as it is stored: its values in canonical form, its key where it has one."""
    key = canonical_key(declared, line.key, line.values)
    values = {
        name: declared.fields[name].parse(value) for name, value in line.values.items() if name in declared.fields
    }
    return ChangeLine(
        change_set=change_set, kind=ChangeKind(line.kind).value, key=key if isinstance(key, str) else "",
        values=values, reason=line.reason,
    )  # fmt: skip


def _open(change_set_id: int, officer: Officer, side: str, *states: ChangeSetState) -> tuple[ChangeSet, Access]:
    """The change set, locked, if the officer may act on it now, and in whose right. Raises ``Refused``."""
    change_set = (
        ChangeSet.objects.select_for_update(of=("self",)).select_related("organ").filter(pk=change_set_id).first()
    )
    if change_set is None:
        raise _refused("unknown", Words("没有这项变更，请刷新后重试", "there is no such change set; reload the page"))
    declared = _declared(change_set.register, change_set.effective_on)
    right = _check_role(declared, change_set.register, change_set.path, officer, getattr(declared, side), side)
    if change_set.state not in states:
        label, wanted = ChangeSetState(change_set.state).label, "、".join(str(state.label) for state in states)
        words = Words(
            f"这项变更现为“{label}”，须为“{wanted}”才能办理，请刷新后重试",
            f"the change set is “{change_set.state}”, this needs “{', '.join(states)}”; reload the page",
        )
        raise _refused("state", words)
    if side == "approvers" and not right.people.isdisjoint(change_set.preparers):
        words = Words(
            "拟订人不能审定自己拟订的变更，请由其他审定人办理",
            "who prepared a change set cannot decide it; another approver has to",
        )
        raise _refused("own_change_set", words)
    return change_set, right


def _check_role(
    declared: Register, register: str, path: str, officer: Officer, wanted: Sequence[str], side: str
) -> Access:
    """In whose right the officer does it. Raises ``Refused`` when nobody's role that he holds is wanted."""

    def suffices(access: Access) -> bool:
        return not access.roles(register, path, frozenset(declared.roles)).isdisjoint(wanted)

    right = access_of(officer, timezone.localdate()).capacity_for(suffices)
    if suffices(right):
        return right
    what = Words("编制", "edited") if side == "editors" else Words("审定", "decided")
    names = "、".join(declared.roles[role].zh for role in wanted)
    names_en = ", ".join(declared.roles[role].en for role in wanted)
    words = Words(f"由{names}{what.zh}，您没有这一岗位", f"it is {what.en} by: {names_en}; you do not hold that role")
    raise Refused([LineRefusal(0, refusal(declared, "role", words))])


def _move(
    change_set: ChangeSet, state: ChangeSetState, action: str, officer: Officer, right: Access, note: str = "",
    **detail: Any,
) -> ChangeSet:  # fmt: skip
    change_set.state = state
    if action != "submit":
        change_set.decided_by, change_set.decided_at, change_set.note = officer, timezone.now(), note
        change_set.decided_for_id = right.principal
    change_set.save(update_fields=("state", "decided_by", "decided_for", "decided_at", "note"))
    _audit(action, change_set, officer, **detail, **behalf(right))
    return change_set


def _audit(action: str, change_set: ChangeSet, officer: Officer, **detail: Any) -> None:
    record(
        f"register.{action}", f"change_set:{change_set.pk}", officer.pk, register=change_set.register, **detail,
        **changed(change_set),
    )  # fmt: skip


def _title(title: str) -> str:
    if not title.strip():
        raise _refused("missing", Words("须填写变更事由", "say what the change set is about"), "title")
    if len(title.strip()) > 200:
        raise _refused("field", Words("事由最多 200 字", "the title takes at most 200 characters"), "title")
    return title.strip()


def _reason(note: str) -> str:
    if not note.strip():
        raise _refused("missing", Words("须写明理由", "the reason must be given"), "note")
    return note.strip()


def _refused(code: str, words: Words, of_field: str | None = None) -> Refused:
    return Refused([LineRefusal(0, Refusal(code, words, field=of_field))])


def _declared(register: str, day: date) -> Register:
    """The declaration on a day. Raises ``Refused``, or ``UnknownSystem`` for a list that does not exist."""
    declared = declared_on(system(register), day)
    if isinstance(declared, Refusal):
        raise Refused([LineRefusal(0, declared)])
    return declared


# --- published versions ----------------------------------------------------------------------------------------------


@transaction.atomic
def publish(
    register: str, organ: Organ, day: date, officer: Officer, *, whole_region: bool = False, note: str = ""
) -> PublishedVersion:
    """公布: give the list as it is in force on a day the next number. Raises ``Refused``.

    ``whole_region``: with the lists of every organ of the region, which a government does. Later changes and corrections
    do not touch what was published.
    """
    declared = _declared(register, day)
    right = _check_role(declared, register, organ.path, officer, declared.approvers, "approvers")
    Organ.objects.select_for_update(of=("self",)).get(pk=organ.pk)  # numbers follow one another
    same = PublishedVersion.objects.filter(register=register, organ=organ, whole_region=whole_region)
    last = same.order_by("-number").first()
    stands = same.filter(withdrawn_at=None).order_by("-number").first()
    if problem := _unpublishable(declared, organ, day, whole_region, stands):
        raise problem
    now = timezone.now()
    rows = list(publishable(register, organ, day, whole_region, now))
    if not rows:
        words = Words(f"{day} 清单里没有条目，不能公布", f"the list has no entries on {day} and cannot be published")
        raise _refused("empty", words, "day")
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
    declared = _declared(row.register, row.day)
    right = _check_role(declared, row.register, row.organ.path, officer, declared.approvers, "approvers")
    if row.withdrawn_at is not None:
        raise _refused("withdrawn", Words("这一版已经撤下", "this version has been withdrawn already"))
    if not reason.strip():
        raise _refused("reason", Words("请写明撤下的原因", "say why it is withdrawn"), "reason")
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
        words = Words("这个清单没有可以公开的内容", "nothing of this list is declared public")
        return _refused("not_public", words)
    if day > today:
        words = Words(
            f"{day} 还没有到，只能公布今天及以前的清单", f"{day} has not come yet; take today or an earlier day"
        )
        return _refused("future", words, "day")
    if last is not None and day < last.day:
        words = Words(
            f"第{last.number}版已公布到 {last.day}，请取这一天或以后的日期",
            f"version {last.number} is of {last.day}; take that day or a later one",
        )
        return _refused("before_last", words, "day")
    if whole_region and organ.kind != OrganKind.GOVERNMENT:
        words = Words(
            "本地区各单位的清单由人民政府公布", "the lists of the whole region are published by its government"
        )
        return _refused("not_government", words, "organ")
    return None


# --- entries ---------------------------------------------------------------------------------------------------------


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
        raise Refused([LineRefusal(0, item.refusal) for item in refusals])
    subject = f"entry:{found[0].entry_id}" if found else f"register:{register}"
    record(f"register.{change.kind}", subject, officer_id, register=register, organ=organ.pk, on=on.isoformat(),
           case=case_id)  # fmt: skip
    return Entry.objects.get(pk=found[0].entry_id) if found else None


@transaction.atomic
def apply_changes_in_bulk(
    register: str,
    lines: Iterable[tuple[Organ, ChangeKind | str, str, Mapping[str, Any], date, int | None]],
    officer: Officer | None = None,
) -> int:
    """Tens of thousands of lines (organ, kind, key, values, day, case), checked and posted like single ones; gives how many.

    All or nothing. Raises ``Refused`` with the lines of the first batch that cannot be (at most a hundred of them).
    """
    officer_id = officer.pk if officer else None
    source = (EntryChange(*line) for line in lines)
    count = 0
    while batch := list(islice(source, BATCH)):
        _, refusals = apply_lines(register, batch, officer_id=officer_id)
        if refusals:
            raise Refused([LineRefusal(item.line + count, item.refusal) for item in refusals[:SHOWN]])
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
    declared = _declared(entry.register, on)
    acting: dict[str, int] = {}
    if officer is not None:
        acting = behalf(_check_role(declared, entry.register, entry.path, officer, declared.approvers, "approvers"))
    reason = _reason(reason)
    owner = system(entry.register)
    book = Book(entry.register, [entry.key], [organ], everywhere=False, lock=True)
    standing = book.find(declared, EntryChange(organ, ChangeKind.CHANGE, entry.key, values, on), None)
    if isinstance(standing, Refusal):
        raise Refused([LineRefusal(0, standing)])
    key = canonical_key(declared, entry.key, values)
    if isinstance(key, Refusal):
        raise Refused([LineRefusal(0, key)])
    step = decide_correction(declared, key, on, values, valid_from, valid_to, standing.timeline)
    if isinstance(step, list):
        raise Refused([LineRefusal(0, problem) for problem in step])
    officer_id = officer.pk if officer else None
    closes = standing.record(step, timezone.now(), officer_id=officer_id, reason=reason)
    write(owner, book.touched(), closes)
    record("register.correct", f"entry:{entry.pk}", officer_id, register=entry.register, on=on.isoformat(), **acting)
    return entry
