"""What a change or a correction makes of one entry: which revisions it closes, which it adds, what that posts.

Decides only; nothing here reads or writes the database. The revisions of a timeline are those known now, in the order
of their days, without the ones that were in force on no day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import EllipsisType
from typing import Any

from zhunsheng.catalogue.loading import System, ground_of
from zhunsheng.kernel.fields import FieldError
from zhunsheng.kernel.postings import Posting, PostingRule
from zhunsheng.kernel.register import MOVED_IN, MOVED_OUT, ChangeKind, Register, in_force_on, parse_entry, shut_gates
from zhunsheng.kernel.transition import Refusal
from zhunsheng.kernel.words import NOTHING, Words
from zhunsheng.registers.models import Revision

KEY_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Step:
    """The revisions that are no longer what is known, those known instead, and the timeline that results."""

    closes: list[Revision] = field(default_factory=list)
    adds: list[Revision] = field(default_factory=list)
    timeline: list[Revision] = field(default_factory=list)


def again(row: Revision, **other: Any) -> Revision:
    """A revision that says the same, with some days or words of its own."""
    same = {name: getattr(row, name) for name in ("values", "valid_from", "valid_to", "moved_in", "moved_out")}
    return Revision(**{**same, **other})


def lasting(rows: Iterable[Revision]) -> list[Revision]:
    """The revisions that were in force on at least one day, in the order of their days."""
    return sorted(
        (row for row in rows if row.valid_to is None or row.valid_to > row.valid_from), key=lambda row: row.valid_from
    )


def canonical_key(declared: Register, key: Any, values: Mapping[str, Any] | None) -> str | Refusal:
    """The key of an entry as it is kept, from the key given or from the values."""
    label = declared.fields[declared.key]
    found: list[str] = []
    for given in (key, (values or {}).get(declared.key)):
        try:
            parsed = label.parse(given)
        except FieldError as error:
            return refusal(declared, "field", error.words, declared.key)
        if parsed is not None:
            found.append(str(parsed))
    if not found:
        return refusal(
            declared, "no_key", Words(f"「{label.zh}」必须填写", f"“{label.en}” must be filled in"), declared.key
        )
    if len(set(found)) > 1:
        return refusal(
            declared,
            "other_key",
            Words(
                f"「{label.zh}」不能由「{found[0]}」改为「{found[1]}」；请移出原条目，另行新增",
                f"“{label.en}” cannot become “{found[1]}” from “{found[0]}”; remove the entry and add another",
            ),
            declared.key,
        )
    if len(found[0]) > KEY_LENGTH:
        return refusal(
            declared,
            "field",
            Words(f"「{label.zh}」最多 {KEY_LENGTH} 字", f"“{label.en}” takes at most {KEY_LENGTH} characters"),
            declared.key,
        )
    return found[0]


def refusal(
    declared: Register, code: str, words: Words, of_field: str | None = None, key: str = "", basis: Words = NOTHING
) -> Refusal:
    """A refusal that names the list and, where there is one, the entry and the article."""
    label = declared.fields[declared.key]
    zh = f"「{declared.name.zh}」" + (f"「{label.zh}」为「{key}」的条目" if key else "")
    en = f"{declared.name.en}" + (f", entry with “{label.en}” “{key}”" if key else "")
    return Refusal(code, Words(f"{zh}：{words.zh}", f"{en}: {words.en}"), basis, of_field)


def merged(
    declared: Register, key: str, before: Mapping[str, Any], values: Mapping[str, Any], by_reform: bool = False
) -> tuple[dict[str, Any], list[Refusal]]:
    """The whole entry after new values are laid over the old ones (None empties a field), and what is wrong with it. A reform
    moves what stands; it is not asked what it says."""
    kept = {name: value for name, value in before.items() if name in declared.fields}
    parsed, problems = parse_entry(declared, {**kept, **values, declared.key: key})
    refusals = [refusal(declared, "field", problem.words, problem.field, key) for problem in problems]
    if refusals or by_reform:
        return parsed, refusals
    return parsed, [
        refusal(declared, "gate", shut.words, shut.field, key, ground_of(shut.basis))
        for shut in shut_gates(declared, kept, parsed)
    ]


def decide(
    declared: Register, kind: ChangeKind, key: str, values: Mapping[str, Any], on: date, timeline: Sequence[Revision],
    by_reform: bool = False,
) -> Step | list[Refusal]:  # fmt: skip
    """Add, change or remove an entry from a day on, or let a reform of organs do so. A change that changes nothing is a step
    without revisions."""
    last = timeline[-1] if timeline else None
    if problem := _out_of_order(declared, kind, key, on, last):
        return [problem]
    if kind is ChangeKind.REMOVE and last is not None:
        ended = again(last, valid_to=on, moved_out=by_reform)
        return Step([last], [ended], lasting([*timeline[:-1], ended]))
    before = last.values if last is not None and kind is ChangeKind.CHANGE else {}
    after, problems = merged(declared, key, before, values, by_reform)
    if problems:
        return problems
    replaces = last is not None and kind is ChangeKind.CHANGE and last.valid_from == on
    moved_in = last.moved_in if replaces and last is not None else by_reform
    new = Revision(values=after, valid_from=on, valid_to=None, moved_in=moved_in)
    if last is None or kind is ChangeKind.ADD:
        return Step([], [new], [*timeline, new])
    if after == last.values:
        return Step(timeline=list(timeline))
    ended = again(last, valid_to=on)
    return Step([last], [ended, new], lasting([*timeline[:-1], ended, new]))


def _out_of_order(declared: Register, kind: ChangeKind, key: str, on: date, last: Revision | None) -> Refusal | None:
    """Why the day does not fit the last revision: in force already, not in force, ended later, begun later."""
    if last is not None and last.valid_to is not None and on < last.valid_to:
        words = Words(
            f"已记载至 {last.valid_to} 止，生效日期 {on} 与之重叠；请改用 {last.valid_to} 或以后的日期，记载有误的先更正",
            f"it is recorded until {last.valid_to}, which {on} overlaps; take {last.valid_to} or later, or correct it first",
        )
        return refusal(declared, "overlap", words, "effective_on", key)
    in_force = last is not None and last.valid_to is None
    if kind is ChangeKind.ADD:
        if in_force and last is not None:
            words = Words(
                f"自 {last.valid_from} 起已在清单中，不能重复新增；需要修改的请用变更",
                f"it has been in the list since {last.valid_from} and cannot be added again; use a change",
            )
            return refusal(declared, "exists", words, declared.key, key)
        return None
    if not in_force:
        ended = f"，已于 {last.valid_to} 移出" if last is not None else ""
        ended_en = f"; it was removed on {last.valid_to}" if last is not None else ""
        words = Words(
            f"不在清单中{ended}；请核对编码，或者改为新增", f"it is not in the list{ended_en}; check the key or add it"
        )
        return refusal(declared, "missing", words, declared.key, key)
    if last is not None and on < last.valid_from:
        words = Words(
            f"生效日期 {on} 早于现行版次的生效日期 {last.valid_from}；补记以前的事实请用更正",
            f"{on} lies before the revision in force since {last.valid_from}; use a correction for what was earlier",
        )
        return refusal(declared, "before_current", words, "effective_on", key)
    return None


def decide_correction(
    declared: Register,
    key: str,
    on: date,
    values: Mapping[str, Any],
    valid_from: date | None,
    valid_to: date | EllipsisType | None,
    timeline: Sequence[Revision],
) -> Step | list[Refusal]:
    """Correct the revision in force on a day: what it says, or its days. A revision that touches it moves its day along.

    ``valid_to`` left out (``...``) stays; equal to the first day it states that the revision was never in force.
    """
    index = next((i for i, row in enumerate(timeline) if in_force_on(row.valid_from, row.valid_to, on)), None)
    if index is None:
        words = Words(f"{on} 当日不在清单中，没有可以更正的版次", f"it was not in the list on {on}; nothing to correct")
        return [refusal(declared, "missing", words, "on", key)]
    wrong = timeline[index]
    after, problems = merged(declared, key, wrong.values, values)
    if problems:
        return problems
    first = valid_from or wrong.valid_from
    end = wrong.valid_to if isinstance(valid_to, EllipsisType) else valid_to
    if (after, first, end) == (wrong.values, wrong.valid_from, wrong.valid_to):
        words = Words("更正后与原记载相同，没有需要更正的内容", "the correction says the same as the record")
        return [refusal(declared, "unchanged", words, None, key)]
    if end is not None and end < first:
        words = Words(f"失效日期 {end} 早于生效日期 {first}", f"the end {end} lies before the beginning {first}")
        return [refusal(declared, "date_order", words, "valid_to", key)]
    ends_so = wrong.moved_out and end is not None
    right = again(wrong, values=after, valid_from=first, valid_to=end, moved_out=ends_so, correction=True)
    step = Step([wrong], [right], [])
    neighbours = _Neighbours(
        timeline[index - 1] if index else None, timeline[index + 1] if index + 1 < len(timeline) else None
    )
    for neighbour, moved in neighbours.moved(wrong, first, end):
        if moved is None:
            words = Words(
                f"更正后的起止日期与 {neighbour.valid_from} 起的版次重叠",
                f"the corrected days overlap the revision in force from {neighbour.valid_from}",
            )
            return [refusal(declared, "overlap", words, "valid_from", key)]
        step.closes.append(neighbour)
        step.adds.append(moved)
    kept = [row for row in timeline if row not in step.closes]
    step.timeline.extend(lasting([*kept, *step.adds]))
    return step


@dataclass(frozen=True, slots=True)
class _Neighbours:
    before: Revision | None
    after: Revision | None

    def moved(self, wrong: Revision, first: date, end: date | None) -> Iterable[tuple[Revision, Revision | None]]:
        """Each neighbour whose day moves along, as it becomes; None where the days would overlap."""
        if (row := self.before) is not None and row.valid_to is not None and first != wrong.valid_from:
            if row.valid_to == wrong.valid_from and first > row.valid_from:
                yield row, again(row, valid_to=first, correction=True)
            elif first < row.valid_to:
                yield row, None
        if (row := self.after) is not None and end != wrong.valid_to:
            inside = end is not None and (row.valid_to is None or end < row.valid_to)
            if row.valid_from == wrong.valid_to and inside and end is not None:
                yield row, again(row, valid_from=end, correction=True)
            elif end is None or end > row.valid_from:
                yield row, None


# --- what a timeline posts -------------------------------------------------------------------------------------------

_Slot = tuple[str, date, tuple[tuple[str, str], ...], str | None]


def postings_between(owner: System, before: Sequence[Revision], after: Sequence[Revision]) -> list[Posting]:
    """What has to be posted so that the accounts say what the timeline after a step says instead of the one before.

    So an addition, a change, a removal and a correction of any of them post by one and the same rule.
    """
    amounts: dict[_Slot, Decimal | int] = {}
    for sign, timeline in ((-1, before), (1, after)):
        for posting in _postings_of(owner, timeline):
            slot = (posting.account, posting.on, posting.breakdown, posting.distinct)
            amounts[slot] = amounts.get(slot, 0) + sign * posting.value
    return [Posting(a, on, value, by, distinct) for (a, on, by, distinct), value in amounts.items() if value]


def _postings_of(owner: System, timeline: Sequence[Revision]) -> Iterable[Posting]:
    """Everything one entry has posted: when it came in, whenever it changed, when it went out."""
    for index, row in enumerate(timeline):
        before = timeline[index - 1] if index else None
        if before is None or before.valid_to != row.valid_from:
            rules = _moved(owner, ChangeKind.ADD, MOVED_IN) if row.moved_in else owner.list_rules[ChangeKind.ADD]
            yield from (p for rule in rules for p in rule.postings(row.valid_from, row.values))
        elif before.values != row.values:
            yield from _change_postings(owner, before, row)
        following = timeline[index + 1] if index + 1 < len(timeline) else None
        if row.valid_to is not None and (following is None or following.valid_from != row.valid_to):
            rules = (
                _moved(owner, ChangeKind.REMOVE, MOVED_OUT) if row.moved_out else owner.list_rules[ChangeKind.REMOVE]
            )
            yield from (p for rule in rules for p in rule.postings(row.valid_to, row.values))


def _moved(owner: System, kind: ChangeKind, event: str) -> list[PostingRule]:
    """What a reform posts that takes an entry from one organ to another: the levels, and what is counted as moved; no addition and
    no removal, which somebody would have had to decide."""
    return [rule for rule in owner.list_rules[kind] if owner.is_stock(rule.account)] + owner.list_rules[event]


def _change_postings(owner: System, before: Revision, after: Revision) -> Iterable[Posting]:
    """The declared postings of a change, none where a reform only put a new name in, and the move of a stock from the old
    breakdown to the new one."""
    on = after.valid_from
    changing = [] if after.moved_in else owner.list_rules[ChangeKind.CHANGE]
    for rule in changing:
        yield from rule.postings(on, after.values)
    posted = {rule.account for rule in changing}
    for rule in owner.list_rules[ChangeKind.ADD]:
        if rule.account in posted or not owner.is_stock(rule.account):
            continue
        for posting in rule.postings(on, before.values):
            yield Posting(posting.account, on, -posting.value, posting.breakdown, posting.distinct)
        yield from rule.postings(on, after.values)
