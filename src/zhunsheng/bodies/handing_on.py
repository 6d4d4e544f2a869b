"""交办: what a meeting settled becomes cases of the organs that carry it out, begun with what the minutes say.

Which procedures take that up, and in which of their fields, they declare (``from_meetings``). The cases themselves are opened by
``cases.actions``; here stands only what they begin with, and that they come from the item.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction

from zhunsheng.bodies.models import Item, Meeting
from zhunsheng.cases.models import Case
from zhunsheng.kernel.fields import FieldError, FieldType
from zhunsheng.kernel.meeting import MeetingState, PaperKind, Result
from zhunsheng.kernel.transition import CompiledProcedure
from zhunsheng.orgs.access import Access, access_of
from zhunsheng.orgs.models import Officer
from zhunsheng.orgs.refusals import refused
from zhunsheng.security.audit import record

CARRIED_OUT = (Result.PASSED, Result.PASSED_WITH_CHANGES, Result.OPINION, Result.DONE)
"""The results that leave something to be done."""


def settled_items(access: Access) -> Any:
    """The items an officer may hand on: of meetings he sees, whose minutes are issued, with a result that is carried out."""
    meetings = Meeting.visible.to(access).filter(state=MeetingState.CONCLUDED)
    return Item.objects.filter(meeting__in=meetings, withdrawn="", result__in=CARRIED_OUT).select_related("meeting")


def told_by(item: Item, to: CompiledProcedure, action: str) -> dict[str, Any]:
    """What the minutes say of the fields a new case asks for; what does not fit a field is left to be filled in."""
    minutes = item.meeting.papers.filter(kind=PaperKind.MINUTES).last()
    source = " ".join(filter(None, (minutes.number if minutes else "", item.meeting.title, f"议题“{item.title}”")))
    says = {"title": item.title, "settled": item.settled, "source": source}
    wanted, values = to.procedure.actions[action].field_names, {}
    for name, what in to.procedure.from_meetings.items():
        field = to.all_fields[name]
        value = says[what] if field.type is FieldType.LONG_TEXT else " ".join(says[what].split())
        if name not in wanted or not value:
            continue
        try:
            field.parse(value)
        except FieldError:
            continue  # longer than the field
        values[name] = value
    return values


@transaction.atomic
def hand_on(officer: Officer, item_id: int, cases: Sequence[Case], *, today: date) -> Item:
    """交办: keep that these cases carry out what was settled. Raises ``Refused`` where the officer does not see the meeting, its
    minutes are not issued, or nothing was settled."""
    item = settled_items(access_of(officer, today)).filter(pk=item_id).first()
    if item is None:
        raise refused(
            "item", "这个议题不能交办：纪要还没有印发，或者没有议定事项，请刷新后核对",
            "the item cannot be handed on: its minutes are not issued, or nothing was settled; reload the page",
        )  # fmt: skip
    item.carried_out_by.add(*cases)
    record(
        "meetings.hand_on", f"meeting:{item.meeting_id}", officer.pk, item=item.pk, cases=[case.pk for case in cases]
    )
    return item
