"""述法: debriefs called for from all heads at once, the facts of each as the ledger has them today, and a first draft of its words.

What a debrief goes through is declared in the system; the facts are read by its step 取述法事实.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from zhunsheng.bodies.models import Attendance
from zhunsheng.cases.actions import perform
from zhunsheng.cases.models import Case
from zhunsheng.cases.replay import CaseScript, StepScript, replay
from zhunsheng.catalogue.loading import system
from zhunsheng.kernel.meeting import ItemKind, MeetingState, Presence
from zhunsheng.kernel.words import Words
from zhunsheng.ledger.formulas import measured
from zhunsheng.ledger.series import of_organ
from zhunsheng.orgs.access import Access, below
from zhunsheng.orgs.history import in_tree_order
from zhunsheng.orgs.models import Officer, Organ, OrganKind

DEBRIEFS = "year_end_debrief"
DUTIES = "first_responsible_list"
OFFICE = frozenset({"office"})
KINDS = (OrganKind.GOVERNMENT, OrganKind.OFFICE, OrganKind.DEPARTMENT, OrganKind.TOWN, OrganKind.STREET)
"""Organs whose head gives a debrief."""
MOST_NAMED = 8
"""Tasks and problems named in a draft."""


class Head(NamedTuple):
    """The head of an organ who may be called: the post as the list of duties has it, else as it is usual."""

    organ: Organ
    post: str


def heads_to_call(access: Access, year: int, on: date) -> list[Head]:
    """The heads of the organs an officer is office for who have not been called for a year yet. Three queries."""
    reach = [held.path for held in access.holdings if held.whole_tree and access.roles(DEBRIEFS, held.path, OFFICE)]
    if not reach:
        return []
    called = set(
        Case.objects.filter(system=DEBRIEFS, voided_on=None, fields__year=year)
        .order_by()
        .values_list("organ_id", flat=True)
    )
    posts: dict[int, str] = {}
    listed = Case.objects.filter(system=DUTIES, voided_on=None, fields__year=year).order_by("pk")
    for organ, told in listed.values_list("organ_id", "fields__head_post"):
        posts.setdefault(organ, str(told or ""))
    rows = Organ.objects.filter(kind__in=KINDS, valid_from__lte=on).exclude(valid_to__lte=on)
    return [
        Head(organ, posts.get(organ.pk) or f"{organ.short_name or organ.name}主要负责人")
        for organ in in_tree_order(rows)
        if organ.pk not in called and any(organ.path.startswith(path) for path in reach)
    ]


def call_all(
    heads: Sequence[Head], year: int, form: str, due_on: date, *, on: date, officer: Officer, access: Access
) -> int:
    """Call for the debriefs of some heads, all or none; gives how many. Raises ``ReplayRefused``; whoever is not the office of
    one of them is not asked for it."""
    values = {"year": year, "form": form, "due_on": due_on.isoformat()}
    scripts = [
        CaseScript(head.organ, [StepScript("call", on, {**values, "head_post": head.post})], head.organ.name)
        for head in heads if access.roles(DEBRIEFS, head.organ.path, OFFICE)
    ]  # fmt: skip
    return replay(DEBRIEFS, scripts, officer=officer, officers=[officer.pk], today=on).cases if scripts else 0


def debriefs_of(access: Access, year: int) -> list[Case]:
    """The debriefs of a year an officer may see, in the order of the organs. One query."""
    rows = Case.visible.to(access).filter(system=DEBRIEFS, voided_on=None, fields__year=year)
    return list(rows.select_related("organ").order_by("path", "pk"))


@dataclass(frozen=True)
class Fact:
    """A number of the debrief: as it was drawn, and as the ledger has it today."""

    name: Words
    figure: str
    drawn: Decimal | None
    now: Decimal | None

    @property
    def moved(self) -> bool:
        return self.drawn is not None and self.drawn != self.now


def facts_of(case: Case) -> list[Fact]:
    """The facts of a debrief, in the order the system declares them."""
    procedure = system(DEBRIEFS).procedures[-1]
    reads = {name: str(read.figure) for name, read in procedure.actions["draw"].reads.items()}
    year = int(case.fields["year"])
    found = of_organ(reads.values(), case.organ, date(year, 1, 1), date(year, 12, 1))
    return [
        Fact(procedure.fields[name].words, figure, _number(case.fields.get(name)), measured(found[figure]))
        for name, figure in reads.items()
    ]  # fmt: skip


def _number(value: Any) -> Decimal | None:
    return None if value in (None, "") else Decimal(str(value))


def duties_of(case: Case, access: Access) -> list[Case]:
    """The duties of the head as the list of the year has them, in its order. One query."""
    rows = Case.visible.to(access).filter(system=DUTIES, voided_on=None, fields__year=int(case.fields["year"]))
    return list(rows.filter(organ=case.organ).order_by("pk"))


class Study(NamedTuple):
    """A meeting at which law was studied and to which the organ or one of its people came."""

    on: date
    title: str


def studies_attended(case: Case) -> list[Study]:
    """The studies of law of the year the organ was at, by the lists of who came. One query."""
    year = int(case.fields["year"])
    first, last = (timezone.make_aware(datetime.combine(date(year + more, 1, 1), time())) for more in (0, 1))
    rows = Attendance.objects.filter(
        organ=case.organ, voided=False, presence__in=(Presence.PRESENT, Presence.REPRESENTED),
        meeting__state=MeetingState.CONCLUDED, meeting__starts_at__gte=first, meeting__starts_at__lt=last,
        meeting__items__kind=ItemKind.STUDY, meeting__items__withdrawn="",
    )  # fmt: skip
    told = rows.order_by("meeting__starts_at").values_list("meeting__starts_at", "meeting__title").distinct()
    return [Study(timezone.localdate(at), title) for at, title in told]


def draft_of(case: Case, studies: Sequence[Study], access: Access) -> Mapping[str, str]:
    """The first words of a debrief from the records: tasks closed, problems and tasks left, what comes next. Two queries."""
    year, seen = int(case.fields["year"]), Case.visible.to(access)
    tasks = list(
        seen.filter(below(case.organ.path), system="task_ledger", voided_on=None, fields__year__in=(year, year + 1))
        .exclude(state="cancelled").order_by("pk").values_list("fields__year", "state", "fields__task")
    )  # fmt: skip
    problems = list(
        seen.filter(below(case.organ.path), system="assessment_rectification", voided_on=None, closed_on=None)
        .order_by("pk").values_list("fields__problem", flat=True)
    )  # fmt: skip
    done = [str(task) for told, state, task in tasks if told == year and state == "done"]
    left = [str(task) for told, state, task in tasks if told == year and state != "done"]
    coming = [str(task) for told, _state, task in tasks if told == year + 1]
    return {
        "performance": "".join((
            _sentence(f"参加学法{len(studies)}次：", [f"{one.on.month}月{one.on.day}日{one.title}" for one in studies]),
            _sentence(f"完成年度任务{len(done)}项：", done),
        )),
        "shortcomings": "".join((
            _sentence(f"还有{len(problems)}个问题正在整改：", problems), _sentence(f"还有{len(left)}项任务没有完成：", left)
        )),
        "next_year": "".join((_sentence("继续完成：", left), _sentence("抓好整改：", problems), _sentence("新的一年：", coming))),
    }  # fmt: skip


def _sentence(begins: str, named: Sequence[Any]) -> str:
    """A sentence that names a few; nothing where there is nothing to name."""
    texts = [" ".join(str(one).split()).rstrip("。；") for one in named if one]
    if not texts:
        return ""
    more = f"等{len(texts)}项" if len(texts) > MOST_NAMED else ""
    return f"{begins}{'；'.join(texts[:MOST_NAMED])}{more}。"


@transaction.atomic
def hand_in(case: Case, words: Mapping[str, str], *, officer: Officer, on: date, sequence: int | None = None) -> Case:
    """Draw the facts once more and hand the debrief in with its words, both or neither. Raises ``Refused``."""
    perform(case.pk, "draw", on=on, officer=officer, expected_sequence=sequence)
    return perform(case.pk, "submit", on=on, officer=officer, values=words)
