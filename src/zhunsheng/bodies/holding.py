"""Holding meetings (会议的召开): who came, who spoke on what in which order, how each item ended, the minutes. The only
writer of these beside ``calling``. One call is one transaction and leaves an entry in the audit trail.

When the minutes are issued the meeting posts to the ledger; a correction takes that back first and posts anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from django.db import transaction

from zhunsheng.bodies.actions import declaration_of
from zhunsheng.bodies.calling import day_of, item_of, links_of_item, locked, values_of
from zhunsheng.bodies.documents import minutes_of
from zhunsheng.bodies.models import Attendance, Item, Meeting, MeetingPaper, Speech
from zhunsheng.bodies.papers import issue
from zhunsheng.bodies.posting import post_meeting
from zhunsheng.cases.reading import procedure_of
from zhunsheng.kernel.body import CompiledBody, Discussed, Speaker
from zhunsheng.kernel.meeting import (
    RESULTS,
    THERE,
    ItemKind,
    MeetingState,
    Office,
    PaperKind,
    Presence,
    Quorum,
    Result,
    Stance,
    Standing,
    reaches_quorum,
)
from zhunsheng.orgs.models import Officer
from zhunsheng.orgs.refusals import Refused, refused, text_of
from zhunsheng.security.audit import changed, changed_of, record


class Mark(NamedTuple):
    """Whether somebody came, who came for him, and why he did not."""

    presence: str
    substitute: str = ""
    reason: str = ""


class Said(NamedTuple):
    """Somebody who spoke on an item."""

    attendance: int
    stance: str = Stance.AGREE.value
    words: str = ""


@transaction.atomic
def hold(
    officer: Officer, meeting_id: int, marks: Mapping[int, Mark], presiding: int | None, *, today: date
) -> Meeting:
    """登记到会: who came; the meeting has been held. May be repeated until the minutes are issued. Raises ``Refused``."""
    meeting, whose = locked(officer, meeting_id, MeetingState.CALLED, MeetingState.HELD, today=today)
    if day_of(meeting) > today:
        raise refused("future", f"会议定于 {day_of(meeting)} 召开，还没有到", f"the meeting is on {day_of(meeting)}")
    people = list(meeting.attendances.filter(voided=False).order_by("pk"))
    for person in people:
        mark = marks.get(person.pk)
        if mark is None or mark.presence not in list(Presence):
            raise refused(
                "missing",
                f"「{person.label}」是否到会没有登记",
                f"“{person.label}”: came or not?",
                f"presence-{person.pk}",
            )
        substitute = mark.substitute.strip()[:120] if mark.presence == Presence.REPRESENTED else ""
        if mark.presence == Presence.REPRESENTED and not substitute:
            raise refused(
                "missing",
                f"「{person.label}」委托了谁",
                f"“{person.label}”: represented by whom?",
                f"substitute-{person.pk}",
            )
        if mark.presence == Presence.LEAVE and not mark.reason.strip():
            raise refused(
                "missing", f"「{person.label}」请假的原因", f"“{person.label}”: why on leave?", f"reason-{person.pk}"
            )
        if mark.presence not in THERE and person.speeches.exists():
            raise refused(
                "spoke", f"「{person.label}」已经记录发言，不能改为没有到会", f"“{person.label}” spoke and so was there"
            )
        person.presence, person.substitute, person.reason = mark.presence, substitute, mark.reason.strip()[:200]
    _check_quorum(meeting, people)
    chosen = next((p for p in people if p.pk == presiding and _may_preside(p)), None)
    if chosen is None:
        raise refused(
            "presiding", "请从到会的组成人员中选择主持人", "choose who presided from the members who came", "presiding"
        )
    Attendance.objects.bulk_update(people, ("presence", "substitute", "reason"))
    meeting.presiding, meeting.state = chosen, MeetingState.HELD
    meeting.save(update_fields=("presiding", "state"))
    record(
        "meetings.hold",
        f"meeting:{meeting.pk}",
        officer.pk,
        there=sum(p.presence in THERE for p in people),
        **changed(meeting, *people),
        **whose,
    )
    return meeting


def _may_preside(person: Attendance) -> bool:
    return person.standing == Standing.MEMBER and person.presence == Presence.PRESENT


def _check_quorum(meeting: Meeting, people: Sequence[Attendance]) -> None:
    """Raises ``Refused`` when too few of the members came; how many are enough is a rule of the body itself."""
    body = meeting.body
    members = [person for person in people if person.standing == Standing.MEMBER]
    counted = THERE if body.proxies_count else (Presence.PRESENT,)
    there = sum(person.presence in counted for person in members)
    rule = Quorum(body.quorum)
    if not reaches_quorum(rule, len(members), there):
        rules = body.rules or "本机构议事规则"
        raise refused(
            "quorum", f"应到 {len(members)} 人，实到 {there} 人，不足{rule.words.zh}（{rules}）；请改期",
            f"{there} of {len(members)} members came, too few by the rules of the body; postpone the meeting",
        )  # fmt: skip


# --- items -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def settle(
    officer: Officer, item_id: int, result: str, *, today: date, said: Sequence[Said] = (), settled: str = "",
    reasons: str = "", votes: tuple[int, int, int] | None = None,
) -> Item:  # fmt: skip
    """作出结论: how an item of a meeting that was held ended. Raises ``Refused``: among others where the head has to
    speak last and did not, with the article. May be repeated until the minutes are issued."""
    item, whose = item_of(officer, item_id, MeetingState.HELD, today=today)
    meeting = item.meeting
    if result not in RESULTS[ItemKind(item.kind)]:
        raise refused("result", "请选择这类议题的结果", "choose a result of this kind of item", "result")
    people = {p.pk: p for p in meeting.attendances.filter(voided=False, presence__in=THERE)}
    _check_said(said, people)
    item.votes_for, item.votes_against, item.votes_abstaining = votes or (None, None, None)
    if votes is not None and sum(votes) > sum(p.standing == Standing.MEMBER for p in people.values()):
        raise refused("votes", "票数多于到会的组成人员", "more votes than members who came", "votes_for")
    before, item.result, item.reasons = item.result, result, reasons.strip()
    item.settled = settled.strip()
    if item.kind in (ItemKind.DECISION, ItemKind.CONSULTATION) and result != Result.DEFERRED:
        item.settled = text_of(settled, 4000, "settled", "议定事项（咨询意见）", "what was settled")
    _check_gates(declaration_of(meeting.body, day_of(meeting)), item, said, people)
    _check_relied_on(item, before)
    item.save()
    item.speeches.all().delete()
    Speech.objects.bulk_create(
        Speech(item=item, attendance_id=s.attendance, position=n, stance=s.stance, words=s.words.strip())
        for n, s in enumerate(said, 1)
    )
    record(
        "meetings.settle",
        f"meeting:{meeting.pk}",
        officer.pk,
        item=item.pk,
        result=result,
        spoke=len(said),
        **changed_of(item),
        **whose,
    )
    return item


def _check_said(said: Sequence[Said], people: Mapping[int, Attendance]) -> None:
    seen: set[int] = set()
    for line in said:
        person = people.get(line.attendance)
        if person is None:
            raise refused("absent", "发言的人没有到会", "somebody who did not come cannot have spoken", "said")
        if line.stance not in list(Stance):
            raise refused("stance", f"请选择「{person.label}」的态度", f"choose what “{person.label}” was for", "said")
        if line.attendance in seen:
            raise refused("twice", f"「{person.label}」登记了两次发言", f"“{person.label}” is entered twice", "said")
        seen.add(line.attendance)


def head_of(meeting: Meeting, people: Mapping[int, Attendance]) -> str:
    """Who has to speak last: the chair where he is there, else who presides."""
    for person in people.values():
        if person.office == Office.CHAIR and person.presence == Presence.PRESENT:
            return str(person.pk)
    return str(meeting.presiding_id) if meeting.presiding_id in people else ""


def _check_gates(compiled: CompiledBody, item: Item, said: Sequence[Said], people: Mapping[int, Attendance]) -> None:
    """Raises ``Refused`` with the reason and article of the first gate that does not open. The order is that of the
    members: what observers say does not come between."""
    members = [line for line in said if people[line.attendance].standing == Standing.MEMBER]
    speakers = [Speaker(str(s.attendance), Stance(s.stance), bool(s.words.strip())) for s in members]
    head = head_of(item.meeting, people)
    refusal = compiled.check("settle", Discussed(values_of(item), (), speakers, head, bool(item.reasons)))
    if refusal is not None:
        raise Refused(refusal)


def _check_relied_on(item: Item, before: str) -> None:
    """Raises ``Refused`` when a step of a case rests on the result that is changed."""
    on = day_of(item.meeting).isoformat()
    for case in item.cases.all():
        for gate in procedure_of(case).procedure.gates:
            wanted = gate.discussed
            if wanted is None or item.meeting.body.kind not in wanted.bodies:
                continue
            lost = before in wanted.result and item.result not in wanted.result
            if lost and any(case.course["done"].get(name, ["", ""])[1] >= on for name in gate.on):
                raise refused(
                    "relied_on", f"「{case.title}」已经依这一结论办理，不能改为这一结果",
                    f"“{case.title}” has gone on by this result, which cannot be changed", "result",
                )  # fmt: skip


# --- the end ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def conclude(officer: Officer, meeting_id: int, on: date, *, today: date) -> MeetingPaper:
    """印发纪要: every item has ended; the meeting posts to the ledger. Raises ``Refused``."""
    meeting, whose = locked(officer, meeting_id, MeetingState.HELD, today=today)
    if not day_of(meeting) <= on <= today:
        raise refused(
            "date_order", f"成文日期须在会议之日 {day_of(meeting)} 至今天之间",
            f"the date must lie between the meeting, {day_of(meeting)}, and today", "on",
        )  # fmt: skip
    items = list(meeting.items.filter(withdrawn="").select_related("review"))
    if not items:
        raise refused("agenda", "会议没有议题，不能印发纪要", "a meeting without items has no minutes")
    unsettled = [item.title for item in items if not item.result]
    if unsettled:
        names = "」「".join(unsettled)
        raise refused("unsettled", f"「{names}」还没有结论；没有上会的请撤下", f"no result yet: {', '.join(unsettled)}")
    compiled = declaration_of(meeting.body, day_of(meeting))
    reviewing = {gate.linked.system for gate in compiled.declared.gates if gate.linked is not None}
    for item in items:
        item.meeting = meeting
        links = [link for case in [*item.cases.all(), None] for link in links_of_item(item, case)]
        item.reviewed = any(link.system in reviewing and link.closed for link in links)
    Item.objects.bulk_update(items, ("reviewed",))
    meeting.state = MeetingState.CONCLUDED
    meeting.save(update_fields=("state",))
    post_meeting(meeting)
    paper = issue(meeting, PaperKind.MINUTES, compiled.declared.minutes.number, on, minutes_of)
    record(
        "meetings.conclude", f"meeting:{meeting.pk}", officer.pk, items=len(items), number=paper.number,
        **changed(meeting, *items), **whose,
    )  # fmt: skip
    return paper


@transaction.atomic
def reopen(officer: Officer, meeting_id: int, reason: str, *, today: date) -> Meeting:
    """更正: take the postings back, so that what was recorded can be put right and minutes be issued anew. Those issued
    before stay. Raises ``Refused``."""
    meeting, whose = locked(officer, meeting_id, MeetingState.CONCLUDED, today=today)
    meeting.note = text_of(reason, 500, "reason", "更正原因", "reason")
    post_meeting(meeting, sign=-1)
    meeting.state = MeetingState.HELD
    meeting.save(update_fields=("note", "state"))
    record("meetings.reopen", f"meeting:{meeting.pk}", officer.pk, **changed(meeting), **whose)
    return meeting
