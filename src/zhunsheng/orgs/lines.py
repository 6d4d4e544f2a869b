"""条线关系: naming which organ looks at the work of another by line, in which systems, from when to when and on what basis; ending
it. The only writer of lines.

Which organs guide which is said by statutes, plans of the three establishments and documents of the place, not here: each
line names its basis. What a line lets somebody see is in ``access``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from zhunsheng.catalogue.loading import systems
from zhunsheng.kernel.words import Words
from zhunsheng.orgs.models import Line, Officer, Organ
from zhunsheng.orgs.reforming import Move, Plan, Touched
from zhunsheng.orgs.refusals import authorises, behalf, check_administrator, check_in_being, refused, text_of
from zhunsheng.security.audit import changed, record


def systems_of(field: str) -> list[str]:
    """The systems of a field of work."""
    return sorted(slug for slug, owner in systems().items() if owner.field_of_work == field)


@transaction.atomic
def name_line(
    officer: Officer, superior: Organ, organ: Organ, slugs: Iterable[str], basis: str, first_day: date,
    last_day: date | None = None, *, whole_tree: bool = False,
) -> Line:  # fmt: skip
    """登记条线关系, by who gives duties in both organs. Raises ``Refused``."""
    right = check_administrator(officer, superior, organ, may=authorises)
    basis = text_of(basis, 200, "basis", "依据", "basis")
    chosen = sorted(set(slugs))
    if not chosen or not set(chosen) <= set(systems()):
        raise refused("systems", "请选择系统", "choose the systems", "systems")
    if last_day is not None and last_day < max(first_day, timezone.localdate()):
        raise refused(
            "date_order", f"终止日期 {last_day} 早于起始日期或者今天", f"{last_day} lies before the first day or today", "last_day"
        )  # fmt: skip
    if superior.path.startswith(organ.path):
        raise refused(
            "self",
            "主管单位不能是下级单位自己或者它的所属单位",
            "an organ is not looked at by itself or by one below it",
            "superior",
        )
    for one, field in ((superior, "superior"), (organ, "organ")):
        check_in_being(one, max(first_day, one.valid_from), field)
    Organ.objects.select_for_update().get(pk=organ.pk)  # two that overlap must not be named at once
    for other in Line.objects.filter(superior=superior, organ=organ, ended_at=None):
        apart = (other.last_day is not None and other.last_day < first_day) or (
            last_day is not None and last_day < other.first_day
        )
        if not apart and not set(chosen).isdisjoint(other.systems):
            raise refused(
                "overlap", f"{other.first_day} 起已经登记过，先结束那一项，或者另选系统、日期",
                f"it is named from {other.first_day} already; end that first, or choose other systems or days", "systems",
            )  # fmt: skip
    made = Line.objects.create(
        superior=superior, organ=organ, systems=chosen, basis=basis, first_day=first_day, last_day=last_day,
        whole_tree=whole_tree, named_by=officer,
    )  # fmt: skip
    record(
        "orgs.name_line", f"line:{made.pk}", officer.pk, superior=superior.pk, organ=organ.pk, systems=chosen,
        first_day=first_day.isoformat(), last_day=last_day.isoformat() if last_day else None, **behalf(right),
    )  # fmt: skip
    return made


@transaction.atomic
def end_line(officer: Officer, line_id: int) -> Line:
    """结束, at once. Raises ``Refused``."""
    found = Line.objects.select_for_update(of=("self",)).select_related("superior", "organ").filter(pk=line_id).first()
    if found is None:
        raise refused("unknown", "没有这项条线关系，请刷新后重试", "there is no such line; reload the page")
    right = check_administrator(officer, found.superior, found.organ, may=authorises)
    if found.ended_at is not None:
        raise refused("ended", "这项条线关系已经结束", "the line has ended already")
    found.ended_by, found.ended_at = officer, timezone.now()
    found.save(update_fields=("ended_by", "ended_at"))
    record("orgs.end_line", f"line:{found.pk}", officer.pk, **changed(found), **behalf(right))
    return found


# --- reforms ---------------------------------------------------------------------------------------------------------


def touched(plan: Plan) -> list[Touched]:
    """The lines that go on with the successor."""
    sources = [organ for organ in plan.sources if plan.passes_on_work and organ != plan.target]
    count = len({line.pk for organ in sources for line, _slugs in _going(organ, plan.on, plan.systems)})
    becomes = Words("自施行日起由承接单位承接", "go on with the successor from that day")
    return [Touched(Words("条线关系", "Lines"), count, becomes)]


def move(wanted: Move) -> None:
    """The successor takes the place of an organ in its lines, from the day of the reform. The line of the former organ
    stays, so that what it has closed is seen as before; but a superior that gives work away looks at it no more."""
    for source, target in wanted.passing:
        for line, slugs in _going(source, wanted.on, wanted.systems):
            superior, organ = (target if one == source else one for one in (line.superior, line.organ))
            first_day = max(wanted.on, line.first_day)
            if not superior.path.startswith(organ.path):
                _go_on(line, wanted, superior, organ, first_day, slugs)
            if source == line.superior and wanted.systems:
                line.ended_by, line.ended_at = wanted.officer, timezone.now()
                line.save(update_fields=("ended_by", "ended_at"))
                record("orgs.end_line", f"line:{line.pk}", wanted.officer.pk, **changed(line))
                _go_on(line, wanted, source, line.organ, line.first_day, sorted(set(line.systems) - set(slugs)))


def _going(source: Organ, on: date, slugs: Sequence[str]) -> Iterator[tuple[Line, list[str]]]:
    """The lines of an organ that still hold on a day or begin later, each with the systems of it that go."""
    lasting = Line.objects.filter(ended_at=None).filter(Q(last_day=None) | Q(last_day__gte=on))
    found = lasting.filter(Q(superior=source) | Q(organ=source)).select_related("superior", "organ").order_by("pk")
    for line in found:
        if going := [slug for slug in line.systems if not slugs or slug in slugs]:
            yield line, going


def _go_on(line: Line, wanted: Move, superior: Organ, organ: Organ, first_day: date, slugs: Sequence[str]) -> None:
    """The same line between two organs of which one is another now, in the systems in which it is not named already."""
    there = Line.objects.filter(superior=superior, organ=organ, ended_at=None).filter(
        Q(last_day=None) | Q(last_day__gte=first_day)
    )
    known = {slug for other in there for slug in other.systems}
    new = [slug for slug in slugs if slug not in known]
    if not new:
        return
    made = Line.objects.create(
        superior=superior, organ=organ, systems=new, basis=line.basis, first_day=first_day, last_day=line.last_day,
        whole_tree=line.whole_tree, named_by=wanted.officer,
    )  # fmt: skip
    record(
        "orgs.name_line", f"line:{made.pk}", wanted.officer.pk, superior=superior.pk, organ=organ.pk, systems=new,
        first_day=first_day.isoformat(), last_day=line.last_day.isoformat() if line.last_day else None, instead_of=line.pk,
    )  # fmt: skip
