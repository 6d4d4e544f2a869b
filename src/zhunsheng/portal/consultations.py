"""Consultations for the public (征求意见): what is open for comment and until when, what became of the opinions, and the one thing
the public does here: hand in a comment, which is an opinion entered in the case.

No opinion is shown: only the gist an officer wrote of it, with what became of it, once the result was published.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from zhunsheng.cases.actions import perform
from zhunsheng.cases.models import Case, Deadline
from zhunsheng.catalogue.loading import system
from zhunsheng.intake import receipts
from zhunsheng.intake.models import Receipt
from zhunsheng.intake.receipts import Slip
from zhunsheng.kernel.articles import placed
from zhunsheng.kernel.limits import Kind
from zhunsheng.kernel.words import Words
from zhunsheng.portal.acts import opinions_of, public
from zhunsheng.typed import whole_number

CONSULTATION = "public_consultation"
COMMENT = "comment"
"""What a receipt of a comment is for."""
ADOPTED = ("adopted", "partly", "not_adopted", "irrelevant")


class Until(NamedTuple):
    """The last day for comments, and the article of the least time where that reaches beyond the day in the notice."""

    day: date
    because: Words | None = None


class Became(NamedTuple):
    """An opinion as it is published: the article, its gist, what became of it and why."""

    article: str
    gist: str
    adoption: Words
    reason: str


def consultations(*states: str) -> QuerySet[Case]:
    """The consultations that were announced, in some states or in all; the newest first."""
    rows = public(CONSULTATION)
    if states:
        rows = rows.filter(state__in=states)
    return rows.order_by("-opened_on", "-pk")


def one(pk: int) -> Case | None:
    return public(CONSULTATION).filter(pk=pk).first()


def until(case: Case, limits: Mapping[str, Deadline]) -> Until:
    """Until when comments are taken: the day in the notice, or longer where the least time by law ends later and the
    notice gives no ground for less."""
    told = date.fromisoformat(case.fields["closing_on"])
    compiled = system(CONSULTATION).procedure_of(case.version)
    if not case.fields.get("shortened_reason"):
        for key, row in limits.items():
            limit = compiled.deadlines[key].limit
            if limit.kind is Kind.MIN_PERIOD and row.due_on is not None and row.due_on > told:
                return Until(row.due_on, compiled.citation(compiled.deadlines[key].declaration.basis))
    return Until(told)


def limits_of(cases: list[Case]) -> dict[int, dict[str, Deadline]]:
    """The limits of some consultations; one query."""
    found: dict[int, dict[str, Deadline]] = {case.pk: {} for case in cases}
    for row in Deadline.objects.filter(case__in=found):
        found[row.case_id][row.key] = row
    return found


def with_last_days(cases: list[Case]) -> list[tuple[Case, Until]]:
    """Some consultations with the last day for comments."""
    limits = limits_of(cases)
    return [(case, until(case, limits[case.pk])) for case in cases]


def is_open(case: Case, last: Until, today: date) -> bool:
    return case.state == "open" and today <= last.day


def open_now(today: date) -> list[tuple[Case, Until]]:
    """What can be commented on today, what closes first before the others; two queries."""
    found = [(case, last) for case, last in with_last_days(list(consultations("open"))) if is_open(case, last, today)]
    return sorted(found, key=lambda one: one[1].day)


def places(case: Case) -> list[str]:
    """The articles of the draft, in their order."""
    return list(dict.fromkeys(p.place for p in placed(case.fields.get("draft_text", "").splitlines()) if p.place))


# --- what became of the opinions -----------------------------------------------------------------------------------------


def became(case: Case) -> tuple[dict[str, int], list[Became]]:
    """How many opinions there were by what became of them, and those published by their gist; nothing before the result is."""
    if case.state != "answered":
        return {}, []
    rows = opinions_of(case)
    counts = dict(rows.order_by().values_list("values__adoption").annotate(Count("pk")))
    names = system(CONSULTATION).registers[-1].fields["adoption"].choices
    order = {place: number for number, place in enumerate(places(case))}
    shown = rows.filter(Q(values__gist__isnull=False), values__adoption__in=ADOPTED).order_by("pk")
    said = [
        Became(row.values.get("article", ""), row.values["gist"], names[row.values["adoption"]], row.values.get("adoption_reason", ""))
        for row in shown
    ]  # fmt: skip
    return {str(key or ""): n for key, n in counts.items()}, sorted(
        said, key=lambda b: order.get(b.article, len(order))
    )


# --- a comment -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def comment(case: Case, mark: str, values: Mapping[str, Any]) -> Slip:
    """Enter what somebody handed in as an opinion of the case; a form sent twice is one opinion. Raises ``Refused``."""
    slip = receipts.slip_for(mark)
    if slip is not None:
        return slip
    slip = receipts.issue(COMMENT, mark, subject=f"{CONSULTATION}:{case.pk}")
    today = timezone.localdate()
    given = {**values, "opinion_code": _code(case, slip.number), "channel": "website", "received_on": today.isoformat()}
    perform(case.pk, "enter_opinion", on=today, values=given)
    return slip


def _code(case: Case, number: str) -> str:
    """An opinion from the site bears the number of its receipt, so that both sides speak of it by one name."""
    return f"{case.number}-{number}"


def of_receipt(receipt: Receipt) -> tuple[Case, dict[str, Any]] | None:
    """The consultation and the opinion of a receipt; what became of it only once the result is published."""
    pk = whole_number(receipt.subject.removeprefix(f"{CONSULTATION}:"))
    case = one(pk) if receipt.purpose == COMMENT and pk is not None else None
    row = opinions_of(case).filter(entry__key=_code(case, receipt.number)).first() if case is not None else None
    if case is None or row is None:
        return None
    told = ("article", "opinion", "received_on")
    if case.state == "answered":
        told += ("adoption", "adoption_reason")
    return case, {name: row.values.get(name) for name in told}
