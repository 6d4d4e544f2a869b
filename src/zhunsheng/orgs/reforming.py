"""机构改革: merging, splitting, renaming, moving and abolishing organs from a day, as one operation.

A plan says what; ``touched_by`` asks every room what it has of the organs; ``carry_out`` moves all of it in one
transaction. History stays with the organs that are no more. Rooms register here and are never imported.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from django.db import transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Substr
from django.utils import timezone

from zhunsheng.kernel.words import Words
from zhunsheng.orgs.access import Access
from zhunsheng.orgs.actions import check_unused, new_organ
from zhunsheng.orgs.models import EVERY_SYSTEM, Duty, FormerForm, Officer, Organ, Reform, ReformKind, Succession
from zhunsheng.orgs.refusals import behalf, check_administrator, check_in_being, refused, text_of
from zhunsheng.orgs.terms import unended
from zhunsheng.security.audit import changed, record


@dataclass(frozen=True, slots=True)
class Plan:
    """A reform that is meant. ``sources``: the organs it is about. ``target``: the organ in being that takes over, or
    ``new``: the organ to be set up for it (name, kind, mark) below ``parent``; for 调整隶属 ``parent`` is the new superior,
    for 更名 ``new`` is the new name. ``systems`` (分设): the kinds of work that go; ``people``: the officers who go along.
    """

    kind: str
    on: date
    sources: tuple[Organ, ...]
    target: Organ | None = None
    new: NewOrgan | None = None
    parent: Organ | None = None
    systems: tuple[str, ...] = ()
    people: tuple[int, ...] = ()

    @property
    def passes_on_work(self) -> bool:
        """Whether cases, lists and duties go to another organ."""
        return self.kind in (ReformKind.MERGE, ReformKind.SPLIT, ReformKind.ABOLISH)

    @property
    def closes(self) -> tuple[Organ, ...]:
        """The organs that are no more afterwards."""
        return self.sources if self.kind in (ReformKind.MERGE, ReformKind.ABOLISH) else ()


class NewOrgan(NamedTuple):
    """The organ a reform sets up, or the new name of one."""

    name: str
    kind: str = ""
    mark: str = ""
    short_name: str = ""
    name_en: str = ""


class Touched(NamedTuple):
    """One line of what a reform touches: what it is, how many, and what will become of it."""

    what: Words
    count: int
    becomes: Words


class Repathed(NamedTuple):
    """A subtree that hangs elsewhere in the tree: its path before and after."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Move:
    """What a room has to carry out: from whom to whom, for which systems (none named: all), since when and why.

    ``renamed``: old and new names of organs, where texts of lists name them.
    """

    on: date
    today: date
    note: Words
    officer: Officer
    passing: tuple[tuple[Organ, Organ], ...] = ()
    systems: tuple[str, ...] = ()
    repathed: tuple[Repathed, ...] = ()
    renamed: tuple[tuple[Organ, str, str], ...] = ()

    def concerns(self, system: str) -> bool:
        """Whether a kind of work goes along."""
        return not self.systems or system in self.systems


Question = Callable[[Plan], list[Touched]]
Mover = Callable[[Move], None]
_rooms: dict[str, tuple[Question, Mover]] = {}


def register_touch(room: str, question: Question, move: Mover) -> None:
    """Let a room say what a reform touches of it, and move it. ``move`` runs inside the reform's transaction."""
    _rooms[room] = (question, move)


def touched_by(plan: Plan) -> list[Touched]:
    """Everything a reform touches, room by room; lines that count nothing are left out."""
    lines = _own(plan)
    for question, _ in _rooms.values():
        lines += question(plan)
    return [line for line in lines if line.count]


def check(plan: Plan, officer: Officer) -> Access:
    """In whose right it is carried out. Raises ``Refused`` when it cannot be, before anything is asked or written."""
    today = timezone.localdate()
    if plan.on > today:
        raise refused(
            "future", f"施行日期 {plan.on} 晚于今天，请在施行之日或者以后办理",
            f"{plan.on} lies after today; carry it out on that day or later", "on",
        )  # fmt: skip
    if not plan.sources:
        raise refused("missing", "请选择涉及的单位", "choose the organs it is about", "sources")
    if plan.kind == ReformKind.MERGE and len(plan.sources) + (plan.target is not None) < 2:
        raise refused("missing", "合并至少涉及两个单位", "a merger takes two organs at least", "sources")
    if len(plan.sources) > 1 and plan.kind != ReformKind.MERGE:
        raise refused("several", "这种方式一次只能办理一个单位", "this takes one organ at a time", "sources")
    involved = [*plan.sources, *(organ for organ in (plan.target, plan.parent) if organ is not None)]
    right = check_administrator(officer, *involved)
    for organ in plan.sources:
        check_in_being(organ, plan.on, "sources")
    _check_receiver(plan)
    return right


def _check_receiver(plan: Plan) -> None:
    """The organ that takes over, or the new superior, must be in being and not be (below) one that goes."""
    if plan.kind == ReformKind.RENAME:
        if plan.new is None:
            raise refused("missing", "须填写新名称", "the new name must be filled in", "name")
        _check_new(plan.new, plan.sources[0], plan)
        return
    if plan.kind == ReformKind.MOVE and plan.parent is None:
        raise refused("missing", "请选择新的上级单位", "choose the new superior", "parent")
    if plan.passes_on_work and (plan.target is None) == (plan.new is None):
        raise refused(
            "target", "承接单位二选一：选择现有单位，或者填写新设单位的名称",
            "either choose the organ that takes over or name a new one", "target",
        )  # fmt: skip
    if plan.passes_on_work and plan.new is not None and plan.parent is None:
        raise refused("missing", "请选择新设单位的上级", "choose the superior of the new organ", "parent")
    if plan.passes_on_work and plan.new is not None and plan.parent is not None:
        _check_new(plan.new, plan.parent, plan)
    if plan.kind == ReformKind.SPLIT and not plan.systems:
        raise refused("missing", "请选择划出的业务", "choose the kinds of work that go", "systems")
    for organ, field in ((plan.target, "target"), (plan.parent, "parent")):
        if organ is None:
            continue
        check_in_being(organ, plan.on, field)
        for source in plan.sources:
            inside = organ.path.startswith(source.path)
            if inside and not (plan.kind == ReformKind.SPLIT and (field == "parent" or organ != source)):
                raise refused(
                    "circle", f"「{organ.name}」属于「{source.name}」，不能由它承接或者作为上级",
                    f"“{organ.name}” belongs to “{source.name}” and cannot take it over", field,
                )  # fmt: skip


def _check_new(new: NewOrgan, near: Organ, plan: Plan) -> None:
    """No other organ has its name or mark; the mark of one that ends, or its own, it may go on with."""
    own = [organ.pk for organ in plan.sources] if plan.kind == ReformKind.RENAME else []
    check_unused(near, "name", text_of(new.name, 120, "name", "名称", "name"), plan.on, own)
    check_unused(near, "mark", new.mark.strip(), plan.on, own or [organ.pk for organ in plan.closes])


@transaction.atomic
def carry_out(plan: Plan, officer: Officer, *, reason: str, document: str) -> Reform:
    """Carry a reform out: all of it, or nothing. Raises ``Refused``; also what the rooms refuse."""
    right = check(plan, officer)
    reason = text_of(reason, 1000, "reason", "事由", "reason")
    document = text_of(document, 120, "document", "文号", "document number")
    # In one order everywhere, so that two reforms of the same organs never wait for each other.
    list(
        Organ.objects.select_for_update(of=("self",)).filter(pk__in=[organ.pk for organ in plan.sources]).order_by("pk")
    )
    moved = [[line.what.zh, line.what.en, line.count] for line in touched_by(plan)]
    reform = Reform.objects.create(
        kind=plan.kind, on=plan.on, document=document, reason=reason, officer=officer, moved=moved
    )
    label = ReformKind(plan.kind).label
    note = Words(f"机构改革（{label}），{document}", f"reform ({plan.kind}), {document}")
    move = _change_tree(plan, reform, Move(plan.on, timezone.localdate(), note, officer, systems=plan.systems))
    _move_duties(plan, move)
    for _, mover in _rooms.values():
        mover(move)
    record(
        "orgs.reform", f"reform:{reform.pk}", officer.pk, kind=plan.kind, on=plan.on.isoformat(), document=document,
        sources=[organ.pk for organ in plan.sources], targets=[target.pk for _, target in move.passing], **behalf(right),
    )  # fmt: skip
    return reform


# --- the tree --------------------------------------------------------------------------------------------------------


def _change_tree(plan: Plan, reform: Reform, move: Move) -> Move:
    if plan.kind == ReformKind.RENAME and plan.new is not None:
        organ, new = plan.sources[0], plan.new
        before = organ.name
        _keep_form(organ, reform)
        organ.name, organ.name_en, organ.short_name = new.name.strip(), new.name_en.strip(), new.short_name.strip()
        organ.mark = new.mark.strip() or organ.mark
        organ.save()
        return replace(move, renamed=((organ, before, organ.name),))
    if plan.kind == ReformKind.MOVE and plan.parent is not None:
        return replace(move, repathed=(_hang(plan.sources[0], plan.parent, reform),))
    target = plan.target
    if target is None and plan.new is not None and plan.parent is not None:
        kind = plan.new.kind or plan.sources[0].kind
        target = new_organ(
            plan.parent, plan.new.name, kind, plan.on,
            name_en=plan.new.name_en, short_name=plan.new.short_name, mark=plan.new.mark,
            besides=[organ.pk for organ in plan.closes],
        )  # fmt: skip
    if target is None:
        raise refused("target", "没有承接单位", "there is no successor", "target")
    passing = tuple((source, target) for source in plan.sources if source.pk != target.pk)
    repathed: list[Repathed] = []
    for source, successor in passing:
        Succession.objects.create(reform=reform, source=source, target=successor, systems=list(plan.systems))
        if plan.closes:
            children = source.children.filter(unended(plan.on)).order_by("pk")
            repathed += [_hang(child, successor, reform) for child in children]
            source.valid_to, source.successor = plan.on, successor
            source.save(update_fields=("valid_to", "successor"))
    renamed = tuple((source, source.name, successor.name) for source, successor in passing if plan.closes)
    return replace(move, passing=passing, repathed=tuple(repathed), renamed=renamed)


def _keep_form(organ: Organ, reform: Reform) -> None:
    FormerForm.objects.create(
        organ=organ, reform=reform, name=organ.name, name_en=organ.name_en, short_name=organ.short_name,
        mark=organ.mark, parent=organ.parent, until=reform.on,
    )  # fmt: skip


def _hang(organ: Organ, parent: Organ, reform: Reform) -> Repathed:
    """Hang an organ with everything below it under another; its former place is kept."""
    _keep_form(organ, reform)
    change = Repathed(organ.path, f"{parent.path}{organ.pk}/")
    organ.parent = parent
    Organ.objects.filter(pk=organ.pk).update(parent=parent)
    Organ.objects.filter(path__startswith=change.before).update(path=path_after(change))
    organ.path = change.after
    return change


def path_after(change: Repathed) -> Concat:
    """The new path of a row below a subtree that hangs elsewhere now; for ``update(path=…)`` on any table with paths."""
    return Concat(Value(change.after), Substr(F("path"), len(change.before) + 1))


# --- duties ----------------------------------------------------------------------------------------------------------

_DUTIES = Words("任职", "Duties")


def _lasting(plan: Plan, source: Organ) -> list[Duty]:
    return list(Duty.objects.filter(unended(plan.on), organ=source).select_related("officer").order_by("pk"))


def _going(plan: Plan, source: Organ) -> list[Duty]:
    """The duties that go along: all of an organ that closes; at a division those of the chosen officers in the systems."""
    goes = {*plan.systems, EVERY_SYSTEM}
    return [
        duty
        for duty in _lasting(plan, source)
        if plan.kind != ReformKind.SPLIT or (duty.officer_id in plan.people and duty.system in goes)
    ]


def nobody_left(plan: Plan) -> bool:
    """Whether everybody who holds a duty in an organ that stays goes along, so that nobody is left for its other work."""
    return any(
        (held := _lasting(plan, source)) and len(held) == len(_going(plan, source))
        for source in plan.sources
        if source not in plan.closes
    )


def _own(plan: Plan) -> list[Touched]:
    lines = []
    if plan.passes_on_work:
        count = sum(len(_going(plan, source)) for source in plan.sources if source != plan.target)
        lines.append(
            Touched(
                _DUTIES, count, Words("在原单位终止，自施行日起在承接单位任职", "end, and begin anew at the successor")
            )
        )
    below = Q(pk__in=())
    for source in plan.sources:
        if plan.kind == ReformKind.MOVE or (plan.closes and source != plan.target):
            below |= Q(path__startswith=source.path) & ~Q(pk=source.pk)
    lines.append(
        Touched(
            Words("下级单位", "Organs below"),
            Organ.objects.filter(below, unended(plan.on)).count(),
            Words("随同调整隶属", "hang below the new superior"),
        )
    )
    return lines


def _move_duties(plan: Plan, move: Move) -> None:
    for source, target in move.passing:
        for duty in _going(plan, source):
            begins, until = max(plan.on, duty.valid_from), duty.valid_to
            duty.valid_to = begins
            duty.save(update_fields=("valid_to",))
            record("orgs.end_duty", f"duty:{duty.pk}", move.officer.pk, on=begins.isoformat(), **changed(duty))
            lasting = unended(begins)
            same = {"officer": duty.officer, "organ": target, "system": duty.system, "role": duty.role}
            if not Duty.objects.filter(lasting, **same, whole_tree=duty.whole_tree, valid_from__lte=begins).exists():
                made = Duty.objects.create(
                    **same, title=duty.title, whole_tree=duty.whole_tree, valid_from=begins, valid_to=until
                )
                record(
                    "orgs.appoint", f"duty:{made.pk}", move.officer.pk, officer=duty.officer_id, organ=target.pk,
                    system=duty.system, role=duty.role, valid_to=until and until.isoformat(),
                )  # fmt: skip
