"""催办: reminding those who have a case, or a part of it that was asked of them; and the notice that says so.

An urging is no step of the procedure: it moves no state and touches no limit.
"""

from __future__ import annotations

from typing import NamedTuple

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from zhunsheng.cases.materials import right_on, works_on
from zhunsheng.cases.models import Assignment, Case, Urging
from zhunsheng.orgs.access import Access
from zhunsheng.orgs.models import Officer, Organ
from zhunsheng.orgs.refusals import behalf, refused
from zhunsheng.papers.document import (
    Addressee,
    Banner,
    Block,
    Document,
    Paragraph,
    Run,
    Signature,
    Title,
    chinese_date,
)
from zhunsheng.security.audit import record as audit


class Target(NamedTuple):
    """Somebody who can be urged: the organ of the case, its handler, or those of an open assignment."""

    key: str
    organ: Organ | None
    officer: Officer | None
    assignment: Assignment | None


def targets(case: Case, access: Access) -> list[Target]:
    """Who can be urged on a case by the officer of ``access``: nobody when it is closed or he does not work on it."""
    if case.closed_on is not None or not works_on(case, access):
        return []
    found = [
        Target(f"assignment-{row.number}", row.to_organ, row.to_officer, row)
        for row in case.assignments.filter(state="open").select_related("to_organ", "to_officer").order_by("number")
        if row.to_officer_id not in access.people
    ]
    if case.next_due is not None:
        if case.handler is not None and case.handler_id not in access.people:
            found.append(Target("handler", None, case.handler, None))
        found.append(Target("organ", case.organ, None, None))
    return found


@transaction.atomic
def urge(case: Case, target: str, text: str, *, officer: Officer, access: Access) -> Urging:
    """Urge one of the ``targets``. Raises ``Refused``."""
    chosen = next((known for known in targets(case, access) if known.key == target), None)
    if chosen is None:
        raise refused(
            "target",
            "现在不能向该对象催办：案件已经办结、该项已经答复，或者没有正在计算的期限",
            "they cannot be urged now: the case is closed, the request answered, or no limit is running",
            "target",
        )
    if not text.strip():
        raise refused("missing", "请填写催办内容", "say what is urged", "text")
    right = right_on(case, access)
    whom = {"to_organ": chosen.organ, "to_officer": chosen.officer, "assignment": chosen.assignment}
    before = Urging.objects.filter(case=case, **whom).count()
    organs = right.organs()
    by_organ = case.organ_id if case.organ_id in organs else organs[0]
    made = Urging.objects.create(
        case=case, text=text.strip(), by=officer, on_behalf_of_id=right.principal, by_organ_id=by_organ,
        at=timezone.now(), count=before + 1, **whom,
    )  # fmt: skip
    audit("case.urge", f"case:{case.pk}", officer.pk, urging=made.pk, count=made.count, **behalf(right))
    return made


def urged(access: Access) -> QuerySet[Urging]:
    """The urgings that still ask something of the officer: on open cases, of requests not answered yet."""
    return Urging.objects.filter(access.asked(), Q(assignment=None) | Q(assignment__state="open"), case__closed_on=None)


def notice(urging: Urging, *, is_demonstration: bool = False) -> Document:
    """催办通知 as it prints."""
    case, assignment = urging.case, urging.assignment
    to = urging.to_organ.name if urging.to_organ else urging.to_officer.name
    matter = f"{case.number}案件" + (f"（{case.title}）" if case.title and case.title != case.number else "")
    if assignment is not None:
        asked = f"{chinese_date(assignment.on)}交你单位（你）办理的事项" if assignment.due_on is None else (
            f"{chinese_date(assignment.on)}交你单位（你）、要求在{chinese_date(assignment.due_on)}前办理的事项"
        )  # fmt: skip
        first = f"{matter}中，{asked}尚未答复。"
    elif case.next_due is not None:
        first = f"{matter}最近的办理期限于{chinese_date(case.next_due)}届满，尚未办理。"
    else:
        first = f"{matter}尚未办结。"
    times = f"这是第{urging.count}次催办。" if urging.count > 1 else ""
    on = timezone.localtime(urging.at).date()
    lines = [first + times, *(line.strip() for line in urging.text.splitlines() if line.strip())]
    blocks: list[Block] = [Banner("演示数据")] if is_demonstration else []
    blocks += [Title("催办通知"), Addressee(to), *(Paragraph((Run(line),)) for line in lines)]
    return Document((*blocks, Signature(urging.by_organ.name, on)))
