"""Lists and what was published of them over HTTP (清单与公布版本): entries on any day, versions as they were made public."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query

from zhunsheng.api import shapes
from zhunsheng.api.calls import Routes
from zhunsheng.api.case_routes import Cursor, Day, Key, Limit, Name
from zhunsheng.api.paging import USUAL, piece, slice_of, text, whole
from zhunsheng.api.problems import Problem, not_there, pair
from zhunsheng.api.reading import field_out, masked, organ_out, publication_out, system_of
from zhunsheng.catalogue.loading import UnknownSystem, systems
from zhunsheng.kernel.masking import mask
from zhunsheng.kernel.register import Register
from zhunsheng.orgs.models import Organ
from zhunsheng.registers.models import PublishedVersion
from zhunsheng.registers.publishing import entries_of, public_values, standing
from zhunsheng.registers.reading import entries_on

routes = Routes(tags=["清单 Lists"])
publications = Routes(tags=["公布 Publications"])
READ, PUBLISHED = "registers:read", "publications:read"


def _declared(slug: str, on: Any = None) -> Register:
    try:
        return system_of(slug).register_on(on or timezone.localdate())
    except UnknownSystem as error:
        raise not_there() from error


@routes.reads("/registers", READ, shapes.Page[shapes.ListOut], "清单 · the lists, with their fields")
def list_registers(request: HttpRequest, cursor: Cursor = "", limit: Limit = USUAL) -> Any:
    today = timezone.localdate()
    found, after = slice_of([s.slug for s in systems().values() if s.registers], cursor, limit)
    return {"items": [_list_out(slug, _declared(slug, today)) for slug in found], "next": after}


def _list_out(slug: str, declared: Register) -> dict[str, Any]:
    return {
        "slug": slug, "name": pair(declared.name.words), "key": declared.key, "title": declared.title,
        "public": declared.public, "fields": [field_out(name, one) for name, one in declared.fields.items()],
    }  # fmt: skip


@routes.reads("/registers/{slug}/entries", READ, shapes.Page[shapes.EntryOut], "条目 · the entries on any day")
def list_entries(
    request: Any,
    slug: Name,
    on: Day = None,
    known_at: Annotated[datetime | None, Query()] = None,
    organ: Annotated[int | None, Query(gt=0, lt=2**63)] = None,
    below: Annotated[bool, Query()] = False,
    key: Annotated[str, Query(max_length=200)] = "",
    cursor: Cursor = "",
    limit: Limit = USUAL,
) -> Any:
    day = on or timezone.localdate()
    declared = _declared(slug, day)
    place = Organ.objects.filter(pk=organ).first() if organ else None
    if organ and place is None:
        raise Problem(422, "organ", "没有这个单位", "there is no such organ", field="organ")
    if known_at is not None and timezone.is_naive(known_at):
        known_at = timezone.make_aware(known_at)
    rows = entries_on(slug, access=request.caller.access, true_on=day, known_at=known_at, organ=place, below=below)
    if key:
        rows = rows.filter(entry__key=key)
    found, after = piece(rows, ("entry__path", "entry__key", "pk"), (text, text, whole), cursor, limit)
    return {"items": [_entry(declared, row) for row in found], "next": after}


def _entry(declared: Register, row: Any) -> dict[str, Any]:
    values, hidden = masked(declared.fields, row.values)
    return {
        "id": row.entry_id, "key": row.entry.key, "organ": organ_out(row.entry.organ), "valid_from": row.valid_from,
        "valid_to": row.valid_to, "values": values, "masked": hidden,
    }  # fmt: skip


# --- what was published ----------------------------------------------------------------------------------------------


@publications.reads(
    "/publications", PUBLISHED, shapes.Page[shapes.PublicationOut], "公布版本 · versions of lists made public"
)
def list_publications(
    request: HttpRequest,
    slug: Annotated[str, Query(max_length=60)] = "",
    on: Day = None,
    standing_only: Annotated[bool, Query()] = True,
    cursor: Cursor = "",
    limit: Limit = USUAL,
) -> Any:
    rows = standing(on) if standing_only else PublishedVersion.objects.select_related("organ")
    rows = rows.filter(register__in=[slug] if slug else systems())
    found, after = piece(rows, ("pk",), (whole,), cursor, limit, down=True)
    stood = {row.pk for row in found} if standing_only else set(standing().values_list("pk", flat=True))
    return {"items": [publication_out(row, stands=row.pk in stood) for row in found], "next": after}


def _version(key: int) -> PublishedVersion:
    found = PublishedVersion.objects.select_related("organ").filter(pk=key, register__in=systems()).first()
    if found is None:
        raise not_there()
    return found


@publications.reads("/publications/{key}", PUBLISHED, shapes.PublicationOut, "一个公布版本 · one published version")
def read_publication(request: HttpRequest, key: Key) -> Any:
    version = _version(key)
    return publication_out(version, stands=standing().filter(pk=key).exists())


@publications.reads(
    "/publications/{key}/entries", PUBLISHED, shapes.Page[shapes.EntryOut], "公布的条目 · what a version said", 410
)
def read_published(request: HttpRequest, key: Key, cursor: Cursor = "", limit: Limit = USUAL) -> Any:
    version = _version(key)
    if version.withdrawn_at is not None:
        raise Problem(
            410,
            "withdrawn",
            f"该版本已经撤下：{version.withdrawal}",
            f"the version was withdrawn: {version.withdrawal}",
        )
    fields = systems()[version.register].register_on(version.day).fields
    rows = entries_of(version)
    found, after = piece(rows, ("entry__path", "entry__key", "pk"), (text, text, whole), cursor, limit)
    items = []
    for row in found:
        said = {name: mask(fields[name], value) for name, value in public_values(row, version.fields).items()}
        items.append({
            "id": row.entry_id, "key": row.entry.key, "organ": organ_out(row.entry.organ), "valid_from": row.valid_from,
            "valid_to": row.valid_to, "values": said, "masked": [],
        })  # fmt: skip
    return {"items": items, "next": after}
