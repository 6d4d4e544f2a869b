"""条线关系: naming which organ looks at the work of another by line, in which systems, from when to when and on what basis; ending
it. The only writer of lines.

Which organs guide which is said by statutes, plans of the three establishments and documents of the place, not here: each line names its basis.
What a line lets somebody see is in ``access``.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone

from zhunsheng.catalogue.loading import systems
from zhunsheng.orgs.models import Line, Officer, Organ
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
