"""Applying and following (网上办事): the acts of a party on a case, through ``cases.actions`` like everybody's.

What a party may do is what the service declares and nothing else; who he is, is his receipt. One call is one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from zhunsheng.cases.actions import open_case, perform
from zhunsheng.cases.materials import ContentLost, add_material, path_of
from zhunsheng.cases.models import Case, Material, Volume
from zhunsheng.cases.reading import procedure_of, state_of
from zhunsheng.catalogue.loading import systems
from zhunsheng.intake import beginning, receipts, uploads
from zhunsheng.intake.models import Begun, BegunFile, Receipt
from zhunsheng.intake.offering import Offer, Place
from zhunsheng.intake.receipts import Slip
from zhunsheng.kernel.compiled import CompiledProcedure
from zhunsheng.kernel.office import Verb
from zhunsheng.kernel.service import OwnStep, Service
from zhunsheng.kernel.transition import Command, check
from zhunsheng.kernel.words import Words
from zhunsheng.law.working_days import calendar
from zhunsheng.orgs.refusals import Refused, refused
from zhunsheng.papers.models import Paper
from zhunsheng.security.audit import record

_PIECE = 1024 * 1024


@dataclass(frozen=True)
class Followed:
    """A case as its party follows it."""

    receipt: Receipt
    case: Case
    compiled: CompiledProcedure
    service: Service


@transaction.atomic
def apply(
    offer: Offer, place: Place, values: Mapping[str, Any], begun: Begun, mark: str, *, by_site: bool = False
) -> Slip:
    """Hand in what was filled in: the case is opened, the files are filed, the form is forgotten. The same form sent twice is
    one case with one receipt. Raises ``Refused``."""
    Begun.objects.select_for_update().filter(pk=begun.pk).first()
    if (slip := receipts.slip_for(mark)) is not None:
        return slip
    today = timezone.localdate()
    service = offer.service
    given = {**service.unasked(values, today.isoformat()), **values}
    case = open_case(offer.slug, service.opens, organ=place.organ, on=today, values=given, online=True)
    _file(case, begun.files.order_by("pk"), service)
    slip = receipts.issue(offer.slug, mark, case=case, by_site=by_site)
    beginning.end(begun)
    return slip


def followed(receipt: Receipt) -> Followed | None:
    """The case of a receipt; None where it is about something else, or was made void."""
    case = Case.objects.select_related("organ").filter(pk=receipt.case_id, voided_on=None).first()
    service = systems()[case.system].service if case is not None and case.system in systems() else None
    return None if case is None or service is None else Followed(receipt, case, procedure_of(case), service)


def own_steps(found: Followed) -> list[tuple[str, OwnStep]]:
    """The steps the party may take now. One that leaves the matter where it is (a word whether the answer helps) is over once it
    was taken, until the office has done something."""
    state, today = state_of(found.case, found.compiled), timezone.localdate()
    actions, roles = found.compiled.procedure.actions, frozenset(found.compiled.procedure.roles)
    events = found.case.events.exclude(action=Verb.READ).order_by("-sequence")
    last = events.values_list("action", "online").first()
    possible = []
    for name, step in found.service.steps.items():
        command = Command(name, today, today, "", str(found.case.organ_id), roles)
        if name not in actions or (actions[name].to is None and last == (name, True)):
            continue
        if check(found.compiled, state, command, calendar()) is None:
            possible.append((name, step))
    return possible


@transaction.atomic
def take_step(
    found: Followed, name: str, values: Mapping[str, Any], note: str = "", files: Iterable[uploads.Uploaded] = (),
    expected_sequence: int | None = None,
) -> None:  # fmt: skip
    """A step of the party's own. Raises ``Refused``."""
    step = found.service.steps.get(name)
    if step is None:
        raise refused("role", "这一步由工作人员办理", "this step is for an officer")
    allowed = {asked.field for asked in step.asks}
    case = perform(
        found.case.pk, name, on=timezone.localdate(), values={k: v for k, v in values.items() if k in allowed},
        outcome=step.outcome, note=note if step.note else "", expected_sequence=expected_sequence, online=True,
    )  # fmt: skip
    if step.files:
        for file in files:
            _add(case, file)


def is_taken(found: Followed, name: str, values: Mapping[str, Any], note: str, sequence: int | None) -> bool:
    """Whether the party has taken a step already, with the same words and from a page as old as this one: a second click."""
    if sequence is None:
        return False
    event = found.case.events.filter(sequence=sequence + 1, action=name, online=True).first()
    return event is not None and event.note == note and values.items() <= event.values.items()


def _add(case: Case, file: uploads.Uploaded) -> None:
    place, name, _size = uploads.keep(file)
    path = uploads.path_of(place)
    try:
        with path.open("rb") as content:
            pieces = iter(lambda: content.read(_PIECE), b"")
            add_material(case, pieces, file_name=name, officer=None, access=None, sequence=case.sequence)
    finally:
        path.unlink(missing_ok=True)


def _file(case: Case, files: Iterable[BegunFile], service: Service) -> None:
    for file in files:
        asked = service.materials.get(file.part)
        with uploads.path_of(file.name).open("rb") as content:
            pieces = iter(lambda content=content: content.read(_PIECE), b"")
            add_material(
                case, pieces, file_name=file.file_name, officer=None, access=None, title=asked.zh if asked else "",
                sequence=1,
            )  # fmt: skip


# --- papers ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Delivered:
    """A paper that is there for the party: what it is called, its files, and when he first opened it."""

    paper: Paper
    name: Words
    files: tuple[Material, ...]
    read_at: Any


def delivered(found: Followed) -> list[Delivered]:
    """The papers of a case that go to the party, the newest first; three queries."""
    kinds = [kind for kind in found.service.papers if kind in found.compiled.procedure.papers]
    rows = list(
        Paper.objects.filter(case_id=found.case.pk, kind__in=kinds).select_related("organ", "template").order_by("-pk")
    )
    files: dict[int, list[Material]] = {}
    for file in Material.objects.filter(case=found.case, paper__in=rows, voided_at=None, volume=Volume.MAIN).order_by(
        "pk"
    ):
        files.setdefault(file.paper_id or 0, []).append(file)
    read = first_read(found.case)
    return [
        Delivered(row, found.compiled.procedure.papers[row.kind].words, tuple(files.get(row.pk, ())), read.get(row.pk))
        for row in rows
    ]


def first_read(case: Case) -> dict[int, datetime]:
    """When the party first opened each paper of a case (送达回执), by the papers' keys."""
    read: dict[int, datetime] = {}
    for event in case.events.filter(action=Verb.READ):
        read.setdefault(int(event.values["paper"]), event.recorded_at)
    return read


def is_followed(case: Case) -> bool:
    """Whether somebody holds a receipt of a case."""
    return Receipt.objects.filter(case=case).exists()


@transaction.atomic
def open_paper(found: Followed, pk: int) -> Delivered | None:
    """A paper the party opens; the first time is written down on the case with its moment (送达回执), and comes to the step
    that the service names, where the party has agreed to service over the site. None: it is not his."""
    Case.objects.select_for_update().filter(pk=found.case.pk).first()
    paper = next((one for one in delivered(found) if one.paper.pk == pk), None)
    if paper is None or paper.read_at is not None:
        return paper
    today = timezone.localdate()
    text = f"{paper.name.zh}{paper.paper.number}"
    perform(found.case.pk, Verb.READ, on=today, values={"paper": pk, "text": text}, online=True)
    step = found.service.reading.get(paper.paper.kind)
    if step is not None and found.receipt.by_site:
        try:
            with transaction.atomic():
                perform(found.case.pk, step, on=today, note=text, online=True)
        except Refused:
            pass  # an officer has entered it already, or it is over: that it was read is written down all the same
    found.case.refresh_from_db()
    return next((one for one in delivered(found) if one.paper.pk == pk), None)


def open_file(found: Followed, pk: int) -> tuple[Material, Any] | None:
    """A file of a paper the party has opened; that it was taken out is in the audit trail. None: it is not his."""
    files = [file for paper in delivered(found) if paper.read_at is not None for file in paper.files]
    file = next((one for one in files if one.pk == pk), None)
    if file is None:
        return None
    try:
        content = path_of(file.digest).open("rb")
    except OSError as error:
        raise ContentLost(file.digest) from error
    record("material.download", f"case:{found.case.pk}", None, material=pk, online=True)
    return file, content
