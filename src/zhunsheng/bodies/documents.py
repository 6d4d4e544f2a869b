"""What a notice and minutes say (通知和纪要的内容), made from the meeting as it stands. Layout is for the room papers.

Minutes say what was settled, then who was there, on leave, absent and observing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from django.utils import timezone

from zhunsheng.bodies.models import Attendance, Body, Item, Meeting, Speech
from zhunsheng.bodies.reading import declared_body
from zhunsheng.kernel.declaration import Labelled
from zhunsheng.kernel.meeting import THERE, ItemKind, Presence, Result, Stance, Standing
from zhunsheng.kernel.words import chinese_number
from zhunsheng.papers.document import (
    Addressee,
    Block,
    Document,
    Heading,
    Number,
    Paragraph,
    Run,
    Signature,
    Title,
    chinese_date,
)


def notice_of(meeting: Meeting, number: str, on: date) -> Document:
    """会议通知."""
    people = list(meeting.attendances.filter(voided=False).order_by("pk"))
    blocks: list[Block] = [Number(number)] if number else []
    blocks += [
        Title(f"关于召开{meeting.title}的通知"),
        Addressee("各参会单位、人员"),
        _say(f"定于{time_of(meeting)}召开{meeting.title}，现将有关事项通知如下："),
        Heading(1, "一、时间"),
        _say(f"{time_of(meeting)}。"),
        Heading(1, "二、地点"),
        _say(f"{meeting.place}。"),
        Heading(1, "三、议题"),
    ]
    for index, item in enumerate(meeting.items.filter(withdrawn=""), 1):
        label = {ItemKind.STUDY: "讲授"}.get(ItemKind(item.kind), "汇报")
        by = f"（{label}：{item.reporter}）" if item.reporter else ""
        what = f"学习{item.law}" if item.kind == ItemKind.STUDY else item.title
        blocks.append(_say(f"{index}. {what}{by}"))
    blocks.append(Heading(1, "四、参加人员"))
    for standing, words in ((Standing.MEMBER, "出席"), (Standing.OBSERVER, "列席")):
        if names := _names(person for person in people if person.standing == standing):
            blocks.append(_say(f"{words}：{names}。"))
    blocks += [
        Heading(1, "五、有关要求"),
        _say("请按时参加。因故不能参加的，请在会前请假，并按规定委托其他负责同志参加。"),
        Signature(_signer(meeting), on),
    ]
    return Document(tuple(blocks))


def minutes_of(meeting: Meeting, number: str, on: date) -> Document:
    """会议纪要."""
    people = list(meeting.attendances.filter(voided=False).order_by("pk"))
    members = [person for person in people if person.standing == Standing.MEMBER]
    there = [person for person in members if person.presence in THERE]
    presiding = f"{meeting.presiding.label}主持" if meeting.presiding else ""
    blocks: list[Block] = [Number(number)] if number else []
    blocks += [
        Title(f"{meeting.title}纪要"),
        _say(
            f"{time_of(meeting)}，{presiding}召开{meeting.title}，地点：{meeting.place}。"
            f"会议应到{len(members)}人，实到{len(there)}人。现将会议议定事项纪要如下："
        ),
    ]
    items = meeting.items.filter(withdrawn="").prefetch_related("speeches__attendance")
    for index, item in enumerate(items, 1):
        blocks.append(Heading(1, f"{chinese_number(index)}、{item.title}"))
        blocks += _of_item(item)
    for words, found in (
        ("出席", there),
        ("请假", [person for person in people if person.presence == Presence.LEAVE]),
        ("缺席", [person for person in members if person.presence == Presence.ABSENT]),
        ("列席", [p for p in people if p.standing == Standing.OBSERVER and p.presence in THERE]),
    ):  # fmt: skip
        if found:
            blocks.append(_say(f"{words}：{_names(found)}。"))
    blocks.append(Signature(_signer(meeting), on))
    return Document(tuple(blocks))


def _of_item(item: Item) -> Iterator[Block]:
    kind, result = ItemKind(item.kind), Result(item.result)
    heard = f"会议听取了{item.reporter}的汇报" if item.reporter else "会议听取了汇报"
    by = f"（讲授：{item.reporter}）" if item.reporter else ""
    opening = {
        ItemKind.STUDY: f"会议学习了{item.law}{by}。",
        ItemKind.REPORT: f"{heard}。",
        ItemKind.CONSULTATION: "会议进行了咨询讨论。",
        ItemKind.DECISION: f"{heard}，进行了集体讨论。" if item.reporter else "会议进行了集体讨论。",
        ItemKind.OTHER: "",
    }[kind]
    closing = {
        Result.PASSED: "会议决定：通过。",
        Result.PASSED_WITH_CHANGES: "会议决定：修改后通过。",
        Result.NOT_PASSED: "会议决定：不予通过。",
        Result.DEFERRED: "会议决定：暂缓，另行研究。",
        Result.OPINION: "咨询意见如下：",
        Result.DONE: "",
    }[result]
    if item.votes_for is not None:
        closing += f"同意{item.votes_for}票，不同意{item.votes_against or 0}票，弃权{item.votes_abstaining or 0}票。"
    if opening or closing:
        yield _say(opening + closing)
    yield from (_say(line.strip()) for line in item.settled.splitlines() if line.strip())
    yield from (_say(f"不同意见（{speech.attendance.label}）：{speech.words}") for speech in _dissent(item))
    if item.reasons:
        yield _say(f"与多数意见不一致的理由：{item.reasons}")


def _dissent(item: Item) -> list[Speech]:
    return [speech for speech in item.speeches.all() if speech.stance == Stance.DISAGREE and speech.words]


def time_of(meeting: Meeting) -> str:
    """2026年3月5日9时30分."""
    at = timezone.localtime(meeting.starts_at)
    return f"{chinese_date(at.date())}{at.hour}时" + (f"{at.minute}分" if at.minute else "")


def _names(people: Iterable[Attendance]) -> str:
    return "、".join(_name(person) for person in people)


def _name(person: Attendance) -> str:
    substitute = f"（{person.substitute}代）" if person.presence == Presence.REPRESENTED and person.substitute else ""
    return f"{person.post} {person.name}".strip() + substitute


def _say(text: str) -> Paragraph:
    return Paragraph((Run(text),))


def _signer(meeting: Meeting) -> str:
    return plain_name(meeting.body, declared_body(meeting.body, timezone.localdate(meeting.starts_at)).declared.forms)


def plain_name(body: Body, forms: Mapping[str, Labelled]) -> str:
    """The name of a body without a form of meeting in it: 平顶山市人民政府 of 平顶山市人民政府常务会议."""
    name = body.name
    for words in forms.values():
        name = name.removesuffix(words.zh)
    return name
