"""What may be done to bodies and seats (议事机构和席位的办理): the only writer of them, beside ``reforming`` for reforms.

One call is one transaction, posts what changed and leaves an entry in the audit trail. Nothing is deleted: bodies are
closed, seats end. ``calling`` and ``holding`` do the same for meetings.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Q

from zhunsheng.bodies.models import Body, Meeting, Seat
from zhunsheng.bodies.posting import post_body, post_seat
from zhunsheng.bodies.reading import declared_body
from zhunsheng.catalogue.loading import UnknownSystem, systems
from zhunsheng.kernel.body import CompiledBody
from zhunsheng.kernel.meeting import KEEPER, KEEPER_WORDS, MeetingState, Office, Quorum
from zhunsheng.orgs.access import Access, access_of
from zhunsheng.orgs.models import Officer, Organ
from zhunsheng.orgs.refusals import administers, behalf, check_in_being, refused, text_of
from zhunsheng.orgs.terms import unended
from zhunsheng.security.audit import changed, changed_of, record


def keeps(access: Access, kind: str, organ: Organ) -> bool:
    """Whether an officer keeps the bodies of a kind of an organ: its secretary of meetings, or who administers the organ."""
    return bool(access.roles(kind, organ.path, frozenset({KEEPER}))) or administers(access, organ)


def check_keeper(officer: Officer, kind: str, organ: Organ, today: date) -> dict[str, int]:
    """For whom the officer keeps the bodies of a kind of an organ, as the audit trail says it. Raises ``Refused`` when he
    does not."""
    right = access_of(officer, today).capacity_for(lambda one: keeps(one, kind, organ))
    if not keeps(right, kind, organ):
        raise refused(
            "role", f"由「{organ.name}」的{KEEPER_WORDS.zh}办理，您没有这一岗位",
            f"this is for the {KEEPER_WORDS.en.lower()} of “{organ.name}”; you do not hold that role",
        )  # fmt: skip
    return behalf(right)


def declaration_of(body: Body, day: date) -> CompiledBody:
    """What is declared of bodies of its kind on a day. Raises ``Refused`` for a day before there was any."""
    try:
        return declared_body(body, day)
    except UnknownSystem as error:
        raise refused("not_in_force", *error.words, "on") from error


@transaction.atomic
def set_up(
    officer: Officer, organ: Organ, kind: str, name: str, document: str, on: date, *, today: date,
    name_en: str = "", rules: str = "", quorum: str = Quorum.HALF, proxies_count: bool = True,
    reviews_every_item: bool = False,
) -> Body:  # fmt: skip
    """设立: a new body kept by an organ, from a day. Raises ``Refused``."""
    if kind not in systems() or not systems()[kind].bodies:
        raise refused("kind", "请选择议事机构的种类", "choose the kind of body", "kind")
    whose = check_keeper(officer, kind, organ, today)
    check_in_being(organ, on, "organ")
    body = Body(kind=kind, organ=organ, valid_from=on)
    declaration_of(body, on)
    _name(body, name, name_en, document, rules)
    _rule(body, quorum, proxies_count, reviews_every_item)
    body.save()
    post_body(body, "body.set_up", on)
    record("bodies.set_up", f"body:{body.pk}", officer.pk, organ=organ.pk, kind=kind, on=on.isoformat(), **whose)
    return body


def _name(body: Body, name: str, name_en: str, document: str, rules: str) -> None:
    body.name = text_of(name, 120, "name", "名称", "name")
    same = Body.objects.filter(unended(body.valid_from), organ=body.organ, name=body.name)
    if same.exclude(pk=body.pk).exists():
        raise refused("same_name", f"本单位已经有「{body.name}」", f"the organ has a “{body.name}” already", "name")
    body.document = text_of(document, 200, "document", "设立文件", "document it is set up by")
    body.name_en, body.rules = name_en.strip()[:160], rules.strip()[:200]


def _rule(body: Body, quorum: str, proxies_count: bool, reviews_every_item: bool) -> None:
    if quorum not in list(Quorum):
        raise refused("quorum", "请选择到会人数的要求", "choose the quorum", "quorum")
    body.quorum, body.proxies_count, body.reviews_every_item = quorum, proxies_count, reviews_every_item


def _locked(body_id: int) -> Body:
    body = Body.objects.select_for_update(of=("self",)).select_related("organ").filter(pk=body_id).first()
    if body is None:
        raise refused("unknown", "没有这个议事机构，请刷新后重试", "there is no such body; reload the page")
    return body


def _check_open(body: Body, on: date, field: str) -> None:
    if body.is_over(on):
        raise refused(
            "closed", f"「{body.name}」已于 {body.valid_to} 撤销", f"“{body.name}” was closed on {body.valid_to}", field
        )
    if on < body.valid_from:
        raise refused(
            "not_yet", f"「{body.name}」{body.valid_from} 才设立，日期 {on} 过早",
            f"“{body.name}” was set up on {body.valid_from}, after {on}", field,
        )  # fmt: skip


@transaction.atomic
def amend(
    officer: Officer, body_id: int, name: str, document: str, *, today: date, name_en: str = "", rules: str = "",
    quorum: str = Quorum.HALF, proxies_count: bool = True, reviews_every_item: bool = False,
) -> Body:  # fmt: skip
    """修改 its name, its document and its own rules. Raises ``Refused``."""
    body = _locked(body_id)
    whose = check_keeper(officer, body.kind, body.organ, today)
    _check_open(body, today, "name")
    _name(body, name, name_en, document, rules)
    _rule(body, quorum, proxies_count, reviews_every_item)
    body.save()
    record("bodies.amend", f"body:{body.pk}", officer.pk, **changed(body), **whose)
    return body


@transaction.atomic
def close(officer: Officer, body_id: int, on: date, document: str, *, today: date) -> Body:
    """撤销: ``on`` is its first day no more; its seats end with it. Raises ``Refused``."""
    body = _locked(body_id)
    whose = check_keeper(officer, body.kind, body.organ, today)
    _check_open(body, on, "on")
    document = text_of(document, 200, "document", "撤销文件", "document it is closed by")
    open_meetings = Meeting.objects.filter(body=body, state__in=(MeetingState.CALLED, MeetingState.HELD))
    if open_meetings.exists():
        raise refused(
            "meetings", "还有没有办结的会议，先取消或者印发纪要",
            "there are open meetings; cancel them or issue their minutes first",
        )  # fmt: skip
    end_body(body, on, document)
    record("bodies.close", f"body:{body.pk}", officer.pk, on=on.isoformat(), **changed(body), **whose)
    return body


def end_body(body: Body, on: date, document: str) -> None:
    """Close a body and end its seats, inside the caller's transaction."""
    for seat in body.seats.filter(unended(on)).order_by("pk"):
        end_seat(body, seat, max(on, seat.valid_from), document)
    body.valid_to, body.end_document = on, document
    body.save(update_fields=("valid_to", "end_document"))
    post_body(body, "body.closed", on)


def end_seat(body: Body, seat: Seat, on: date, reason: str) -> None:
    """End a seat, inside the caller's transaction."""
    if seat.valid_to is not None:
        post_seat(body, seat, "seat.left", seat.valid_to, sign=-1)
    seat.valid_to, seat.end_reason = on, reason[:200]
    seat.save(update_fields=("valid_to", "end_reason"))
    post_seat(body, seat, "seat.left", on)


@transaction.atomic
def give_seat(
    officer: Officer, body_id: int, office: str, on: date, *, today: date, person: Officer | None = None,
    organ: Organ | None = None, name: str = "", post: str = "", document: str = "", until: date | None = None,
) -> Seat:  # fmt: skip
    """增补: a seat for an officer, for an organ (and the post in it), or for an outside person. Raises ``Refused``."""
    body = _locked(body_id)
    whose = check_keeper(officer, body.kind, body.organ, today)
    _check_open(body, on, "on")
    offices = declaration_of(body, on).declared.offices
    if office not in offices:
        raise refused("office", "请选择身份", "choose what the member is", "office")
    if (person is not None) + (organ is not None) + bool(name.strip()) != 1:
        raise refused(
            "holder", "工作人员、单位、外聘人员三者选填一项",
            "fill in exactly one of officer, organ and outside person", "holder",
        )  # fmt: skip
    if organ is not None:
        check_in_being(organ, on, "organ")
    if name.strip():
        post = text_of(post, 120, "post", "单位、职务", "unit and post")
    if until is not None and until <= on:
        raise refused("date_order", f"离任日期 {until} 须晚于任职日期 {on}", f"{until} must lie after {on}", "until")
    seat = Seat(
        body=body, office=office, officer=person, organ=organ, person=name.strip()[:60], post=post.strip()[:120],
        valid_from=on, valid_to=until, document=document.strip()[:200], position=body.seats.count(),
    )  # fmt: skip
    _check_seat(body, seat, str(offices[office].zh), str(offices[office].en))
    new_seat(body, seat)
    record("bodies.give_seat", f"body:{body.pk}", officer.pk, seat=seat.pk, office=office, on=on.isoformat(), **whose)
    return seat


def _check_seat(body: Body, seat: Seat, zh: str, en: str) -> None:
    """Raises ``Refused`` when the same holder sits there already in that term, or somebody else leads the body."""
    lasting = body.seats.filter(unended(seat.valid_from))
    if seat.valid_to is not None:
        lasting = lasting.filter(valid_from__lt=seat.valid_to)
    same = Q(person=seat.person, post=seat.post) if seat.person else Q(organ=seat.organ, officer=seat.officer)
    if seat.organ_id:
        same &= Q(post=seat.post)
    if lasting.filter(same, office=seat.office).exists():
        raise refused("held", f"已经是{zh}", f"is {en.lower()} already", "holder")
    if seat.office == Office.CHAIR and lasting.filter(office=Office.CHAIR).exists():
        raise refused("chair", f"已经有{zh}，先办理离任", f"there is a {en.lower()}; end that seat first", "office")


def new_seat(body: Body, seat: Seat) -> None:
    """Write a seat and post it, inside the caller's transaction."""
    seat.save()
    post_seat(body, seat, "seat.taken", seat.valid_from)
    if seat.valid_to is not None:
        post_seat(body, seat, "seat.left", seat.valid_to)


@transaction.atomic
def take_seat(officer: Officer, seat_id: int, on: date, reason: str, *, today: date) -> Seat:
    """离任: ``on`` is the first day the seat is no longer held. Raises ``Refused``."""
    seat = Seat.objects.select_related("body__organ").filter(pk=seat_id).first()
    if seat is None:
        raise refused("unknown", "没有这个席位，请刷新后重试", "there is no such seat; reload the page")
    body = _locked(seat.body_id)
    whose = check_keeper(officer, body.kind, body.organ, today)
    if seat.valid_to is not None and seat.valid_to <= on:
        raise refused("ended", f"已于 {seat.valid_to} 离任", f"the seat ended on {seat.valid_to}", "on")
    if on < seat.valid_from:
        raise refused(
            "date_order", f"离任日期 {on} 早于任职日期 {seat.valid_from}", f"{on} lies before {seat.valid_from}", "on"
        )
    end_seat(body, seat, on, text_of(reason, 200, "reason", "原因或者文件", "reason or document"))
    record(
        "bodies.take_seat", f"body:{body.pk}", officer.pk, seat=seat.pk, on=on.isoformat(), **changed_of(seat), **whose
    )
    return seat
