"""Calling meetings (召集会议): the meeting, who is called, its agenda and the notice. The only writer of these beside
``holding``. One call is one transaction and leaves an entry in the audit trail.

What must have been done before a case is put is asked of its own procedure and of what is declared of the body.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from zhunsheng.bodies.actions import check_keeper, declaration_of
from zhunsheng.bodies.documents import notice_of, plain_name
from zhunsheng.bodies.models import Attendance, Body, Item, Meeting, MeetingPaper
from zhunsheng.bodies.papers import issue
from zhunsheng.bodies.reading import NOT_OVER, members_on
from zhunsheng.cases.facts import facts_for
from zhunsheng.cases.models import Case
from zhunsheng.cases.reading import link_to, links_of, procedure_of, state_of
from zhunsheng.kernel.body import CompiledBody, Discussed
from zhunsheng.kernel.case_state import Link
from zhunsheng.kernel.checking import check_put, voided
from zhunsheng.kernel.meeting import ItemKind, MeetingState, Office, PaperKind, Standing
from zhunsheng.kernel.transition import Command
from zhunsheng.law.working_days import calendar
from zhunsheng.orgs.access import access_of
from zhunsheng.orgs.models import Officer, Organ
from zhunsheng.orgs.refusals import Refused, refused, text_of
from zhunsheng.security.audit import changed, changed_of, record


def day_of(meeting: Meeting) -> date:
    """The day of a meeting in China."""
    return timezone.localdate(meeting.starts_at)


def locked(officer: Officer, meeting_id: int, *states: str, today: date) -> tuple[Meeting, dict[str, int]]:
    """The meeting, locked until the transaction ends, and for whom the officer acts. Raises ``Refused`` unless he keeps its
    body and it stands in one of the states."""
    meeting = (
        Meeting.objects.select_for_update(of=("self",)).select_related("body__organ", "presiding")
        .filter(pk=meeting_id).first()
    )  # fmt: skip
    if meeting is None:
        raise refused("unknown", "没有这次会议，请刷新后重试", "there is no such meeting; reload the page")
    whose = check_keeper(officer, meeting.body.kind, meeting.body.organ, today)
    if meeting.state not in states:
        stands = MeetingState(meeting.state).words
        raise refused("state", f"会议{stands.zh}，不能这样办理", f"not possible; the meeting stands at: {stands.en}")
    return meeting, whose


@transaction.atomic
def call(
    officer: Officer, body_id: int, form: str, starts_at: datetime, place: str, *, today: date, ordinal: int | None = None,
    title: str = "",
) -> Meeting:  # fmt: skip
    """召集: a meeting of a body; everybody who holds a seat on its day is called, empty seats are not. Raises ``Refused``."""
    body = Body.objects.select_for_update(of=("self",)).select_related("organ").filter(pk=body_id).first()
    if body is None:
        raise refused("unknown", "没有这个议事机构，请刷新后重试", "there is no such body; reload the page")
    whose = check_keeper(officer, body.kind, body.organ, today)
    meeting = Meeting(body=body, form=form, starts_at=starts_at, ordinal=ordinal)
    on = day_of(meeting)
    if body.is_over(on) or on < body.valid_from:
        raise refused("closed", f"「{body.name}」在 {on} 不存在", f"“{body.name}” does not exist on {on}", "starts_at")
    declared = declaration_of(body, on).declared
    if form not in declared.forms:
        raise refused("form", "请选择会议形式", "choose the form of the meeting", "form")
    meeting.title = (title.strip() or _title_of(body, declared.forms, form, ordinal))[:200]
    meeting.place = text_of(place, 120, "place", "地点", "place")
    _check_ordinal(meeting)
    meeting.save()
    _call_members(meeting)
    record("meetings.call", f"meeting:{meeting.pk}", officer.pk, body=body.pk, form=form, on=on.isoformat(), **whose)
    return meeting


def _call_members(meeting: Meeting) -> None:
    """Call everybody who holds a seat on the day of the meeting and void the calls of those who do not."""
    seated = [m for m in members_on([meeting.body], day_of(meeting)).get(meeting.body_id, ()) if m.gap is None]
    calls = meeting.attendances.filter(voided=False).exclude(seat=None)
    known = set(calls.values_list("seat", flat=True))
    calls.exclude(seat__in=[member.seat.pk for member in seated]).update(voided=True)
    Attendance.objects.bulk_create(
        Attendance(
            meeting=meeting, seat=member.seat, office=member.seat.office, officer=member.seat.officer,
            organ=member.seat.organ, name=member.name, post=member.post,
            standing=Standing.OBSERVER if member.seat.office == Office.SECRETARY else Standing.MEMBER,
        )
        for member in seated
        if member.seat.pk not in known
    )  # fmt: skip


@transaction.atomic
def call_members(officer: Officer, meeting_id: int, *, today: date) -> None:
    """更新名单: call those who sit on the day as it is known now. Raises ``Refused``."""
    meeting, whose = locked(officer, meeting_id, MeetingState.CALLED, today=today)
    _call_members(meeting)
    record("meetings.call_members", f"meeting:{meeting.pk}", officer.pk, **whose)


def _title_of(body: Body, forms: Any, form: str, ordinal: int | None) -> str:
    """平顶山市人民政府第32次常务会议: the body without a form in its name, which one it is, and the form."""
    return f"{plain_name(body, forms)}{f'第{ordinal}次' if ordinal else ''}{forms[form].zh}"


def _check_ordinal(meeting: Meeting) -> None:
    if meeting.ordinal is None:
        return
    same = Meeting.objects.filter(body=meeting.body, form=meeting.form, ordinal=meeting.ordinal)
    if meeting.ordinal < 1 or same.exclude(state=MeetingState.CANCELLED).exclude(pk=meeting.pk).exists():
        n = meeting.ordinal
        raise refused("ordinal", f"已经有第{n}次会议，请核对次数", f"there is a meeting no. {n} already", "ordinal")


@transaction.atomic
def change(officer: Officer, meeting_id: int, starts_at: datetime, place: str, title: str, *, today: date) -> Meeting:
    """改期: another time, place or title before it is held; who sits on the new day is called. Raises ``Refused``."""
    meeting, whose = locked(officer, meeting_id, MeetingState.CALLED, today=today)
    meeting.starts_at = starts_at
    on = day_of(meeting)
    if meeting.body.is_over(on) or on < meeting.body.valid_from:
        name = meeting.body.name
        raise refused("closed", f"「{name}」在 {on} 不存在", f"“{name}” does not exist on {on}", "starts_at")
    meeting.place = text_of(place, 120, "place", "地点", "place")
    meeting.title = text_of(title, 200, "title", "会议名称", "title")
    meeting.save(update_fields=("starts_at", "place", "title"))
    _call_members(meeting)
    record("meetings.change", f"meeting:{meeting.pk}", officer.pk, on=on.isoformat(), **changed(meeting), **whose)
    return meeting


@transaction.atomic
def cancel(officer: Officer, meeting_id: int, reason: str, *, today: date) -> Meeting:
    """取消 a meeting that was not held. Raises ``Refused``."""
    meeting, whose = locked(officer, meeting_id, MeetingState.CALLED, today=today)
    meeting.note = text_of(reason, 500, "reason", "原因", "reason")
    meeting.state = MeetingState.CANCELLED
    meeting.save(update_fields=("note", "state"))
    record("meetings.cancel", f"meeting:{meeting.pk}", officer.pk, **changed(meeting), **whose)
    return meeting


@transaction.atomic
def invite(
    officer: Officer, meeting_id: int, *, today: date, person: Officer | None = None, organ: Organ | None = None,
    name: str = "", post: str = "",
) -> Attendance:  # fmt: skip
    """通知列席: an officer, an organ, or somebody from outside (人大、政协领导). Raises ``Refused``."""
    meeting, whose = locked(officer, meeting_id, *NOT_OVER, today=today)
    name, post = name.strip()[:120], post.strip()[:120]
    if (person is not None) + (organ is not None) + bool(name) != 1:
        raise refused(
            "holder", "工作人员、单位、外单位人员三者选填一项",
            "fill in exactly one of officer, organ and outside person", "holder",
        )  # fmt: skip
    if person is not None:
        name = person.name
    if organ is not None:
        name, post = "", f"{organ.name}{post}"
    there = meeting.attendances.filter(voided=False, name=name, officer=person, organ=organ)
    if (there if name else there.filter(post=post)).exists():
        raise refused("held", "已经在参会名单上", "is called already", "holder")
    found = Attendance.objects.create(
        meeting=meeting, standing=Standing.OBSERVER, officer=person, organ=organ, name=name, post=post
    )
    record("meetings.invite", f"meeting:{meeting.pk}", officer.pk, attendance=found.pk, **whose)
    return found


@transaction.atomic
def uninvite(officer: Officer, attendance_id: int, *, today: date) -> None:
    """作废 the call of an observer; members are called by their seats. Raises ``Refused``."""
    found = Attendance.objects.filter(pk=attendance_id, voided=False).first()
    if found is None:
        raise refused("unknown", "没有这个参会人，请刷新后重试", "there is no such call; reload the page")
    meeting, whose = locked(officer, found.meeting_id, *NOT_OVER, today=today)
    if found.standing == Standing.MEMBER:
        raise refused(
            "member", "成员按席位参会，不能到会的登记请假，离任的在议事机构办理",
            "members are called by their seats; record the leave, or end the seat on the page of the body",
        )  # fmt: skip
    if found.speeches.exists():
        raise refused("spoke", "已经记录发言，不能作废", "spoke at the meeting and cannot be voided")
    found.voided = True
    found.save(update_fields=("voided",))
    record("meetings.uninvite", f"meeting:{meeting.pk}", officer.pk, attendance=found.pk, **changed_of(found), **whose)


# --- the agenda ------------------------------------------------------------------------------------------------------


@transaction.atomic
def put(
    officer: Officer, meeting_id: int, title: str, kind: str, *, today: date, matter: str = "", cases: Sequence[int] = (),
    review: int | None = None, rule_of_law: bool = False, reporter: str = "", law: str = "",
) -> Item:  # fmt: skip
    """列入议题. Raises ``Refused``: among others where the law wants a legality review first and there is none."""
    meeting, whose = locked(officer, meeting_id, *NOT_OVER, today=today)
    compiled = declaration_of(meeting.body, day_of(meeting))
    if kind not in compiled.declared.items:
        raise refused("kind", "请选择议题类别", "choose the kind of item", "kind")
    access = access_of(officer, today)
    decided = list(Case.visible.to(access).filter(pk__in=cases).select_related("organ"))
    if len(decided) != len(set(cases)):
        raise refused("case", "没有找到您能查看的案件", "there is no such case that you may see", "cases")
    if decided and kind == ItemKind.OTHER:
        raise refused(
            "case", "其他议题不关联办件，请选审议决定、咨询、汇报或者学法", "an item of another kind is about no case; choose decision, consultation, report or study", "cases"
        )  # fmt: skip
    matter = _matter_of(compiled, kind, matter, decided)
    reviewed = None if review is None else Case.visible.to(access).filter(pk=review).first()
    if review is not None and reviewed is None:
        raise refused("case", "没有找到您能查看的合法性审查", "there is no such review that you may see", "review")
    item = Item(
        meeting=meeting, position=meeting.items.count() + 1, title=text_of(title, 200, "title", "议题", "item"), kind=kind,
        matter=matter, rule_of_law=rule_of_law, reporter=reporter.strip()[:120], law=law.strip()[:200], review=reviewed,
    )  # fmt: skip
    if kind == ItemKind.STUDY:
        item.law = text_of(law, 200, "law", "学习的法律法规", "law that is studied")
    for case in decided:
        _check_case(meeting, case)
    _check_gates(compiled, item, decided)
    item.save()
    item.cases.set(decided)
    record(
        "meetings.put", f"meeting:{meeting.pk}", officer.pk, item=item.pk, kind=kind, matter=matter,
        cases=[case.pk for case in decided], **whose,
    )  # fmt: skip
    return item


def _matter_of(compiled: CompiledBody, kind: str, matter: str, decided: Sequence[Case]) -> str:
    """What a decision is about: a case of a system that is one of the matters says it itself."""
    matters = compiled.declared.matters
    if kind != ItemKind.DECISION or not matters:
        return ""
    own = {case.system for case in decided} & matters.keys()
    if len(own) > 1:
        raise refused(
            "cases", "不同种类的事项请分别列为议题", "put matters of different kinds as items of their own", "cases"
        )
    if own:
        return own.pop()
    if matter not in matters:
        raise refused("matter", "请选择决定的是哪一类事项", "choose what kind of matter is decided", "matter")
    return matter


def _check_case(meeting: Meeting, case: Case) -> None:
    """Raises ``Refused`` when a case stands on another agenda, or its procedure does not let it be put yet."""
    other = Item.objects.filter(cases=case, meeting__state__in=NOT_OVER, withdrawn="", result="").first()
    if other is not None:
        raise refused(
            "twice", f"「{case.title}」已经列入议题，还没有结论", f"“{case.title}” is on an agenda already", "cases"
        )
    if case.voided_on is not None:
        raise Refused(voided())
    compiled, kind, on = procedure_of(case), meeting.body.kind, day_of(meeting)
    facts: dict[str, bool | date] = {}
    for name in compiled.waiting_for(kind):
        facts |= facts_for(compiled, name, case.fields, case.organ_id, on, case.pk)
    refusal = check_put(compiled, state_of(case, compiled), kind, Command("", on, on, facts=facts), calendar())
    if refusal is not None:
        raise Refused(refusal)


def links_of_item(item: Item, case: Case | None) -> tuple[Link, ...]:
    """The cases an item rests on, as gates see them: those linked to the case it decides, and its own review."""
    links = links_of(case.pk) if case is not None else ()
    if item.review is None:
        return links
    return (*links, link_to(item.review))


def values_of(item: Item) -> dict[str, Any]:
    """An item as the conditions of gates see it."""
    return {
        "kind": item.kind, "matter": item.matter, "form": item.meeting.form, "result": item.result or None,
        "rule_of_law": item.rule_of_law, "reviews_every_item": item.meeting.body.reviews_every_item,
    }  # fmt: skip


def _check_gates(compiled: CompiledBody, item: Item, decided: Sequence[Case]) -> None:
    for case in decided or [None]:
        refusal = compiled.check("put", Discussed(values_of(item), links_of_item(item, case)))
        if refusal is not None:
            raise Refused(refusal)


@transaction.atomic
def take_off(officer: Officer, item_id: int, reason: str, *, today: date) -> None:
    """撤下 an item that has no result. Raises ``Refused``."""
    item, whose = _open_item(officer, item_id, today)
    item.withdrawn = text_of(reason, 200, "reason", "原因", "reason")
    item.save(update_fields=("withdrawn",))
    record("meetings.take_off", f"meeting:{item.meeting_id}", officer.pk, item=item.pk, **changed_of(item), **whose)


@transaction.atomic
def move_up(officer: Officer, item_id: int, *, today: date) -> None:
    """提前: let an item change places with the one before it. Raises ``Refused``."""
    item, whose = _open_item(officer, item_id, today)
    before = Item.objects.filter(meeting=item.meeting_id, withdrawn="", position__lt=item.position).last()
    if before is not None:
        item.position, before.position = before.position, item.position
        item.save(update_fields=("position",))
        before.save(update_fields=("position",))
        record(
            "meetings.move_up",
            f"meeting:{item.meeting_id}",
            officer.pk,
            item=item.pk,
            **changed_of(item, before),
            **whose,
        )


def _open_item(officer: Officer, item_id: int, today: date) -> tuple[Item, dict[str, int]]:
    item, whose = item_of(officer, item_id, *NOT_OVER, today=today)
    if item.result:
        raise refused("settled", "议题已经有结论", "the item has been settled")
    return item, whose


def item_of(officer: Officer, item_id: int, *states: str, today: date) -> tuple[Item, dict[str, int]]:
    """An item on the agenda, its meeting locked, and for whom the officer acts. Raises ``Refused``."""
    on_agenda = Item.objects.filter(pk=item_id, withdrawn="")
    meeting_id = on_agenda.values_list("meeting", flat=True).first()
    if meeting_id is None:
        raise refused("unknown", "没有这个议题，请刷新后重试", "there is no such item; reload the page")
    meeting, whose = locked(officer, meeting_id, *states, today=today)
    item = on_agenda.select_related("review").get()
    item.meeting = meeting
    return item, whose


@transaction.atomic
def issue_notice(officer: Officer, meeting_id: int, on: date, *, today: date) -> MeetingPaper:
    """印发通知; another one where something changed since. Raises ``Refused``."""
    meeting, whose = locked(officer, meeting_id, MeetingState.CALLED, today=today)
    if not meeting.items.filter(withdrawn="").exists():
        raise refused("agenda", "还没有议题，先列入议题", "there is no agenda yet")
    if on > today:
        raise refused("future", f"成文日期 {on} 晚于今天", f"{on} lies after today", "on")
    declared = declaration_of(meeting.body, day_of(meeting)).declared.notice
    paper = issue(meeting, PaperKind.NOTICE, declared.number, on, notice_of)
    record("meetings.notice", f"meeting:{meeting.pk}", officer.pk, number=paper.number, **whose)
    return paper
