"""本地设定: everything a place has decided or may decide, with its value, whose it is and since when; one thing with its history;
and taking settings along to another installation.

Everybody sees what holds for the organs of his duties. Deciding is in ``setting_deciding``; nothing is written here but
what a file brings in, through ``local.exchange``.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhunsheng.catalogue.loading import systems
from zhunsheng.desk.frame import Crumb, officers_only, page
from zhunsheng.desk.models import Upload
from zhunsheng.desk.paging import PAGE_SIZE
from zhunsheng.desk.setting_forms import ImportForm
from zhunsheng.desk.setting_templates import template_context
from zhunsheng.desk.wording import say
from zhunsheng.kernel.words import Words
from zhunsheng.ledger.completing import outstanding
from zhunsheng.local.actions import NAME, ROOM, administers
from zhunsheng.local.exchange import LARGEST, FileError, Import, as_text, bring, packed
from zhunsheng.local.kinds import Kind, Thing, kinds
from zhunsheng.local.limits import declared
from zhunsheng.local.models import Setting
from zhunsheng.local.site import site_of
from zhunsheng.local.values import LIMIT, Decision, Decisions, decisions
from zhunsheng.orgs.access import Access
from zhunsheng.orgs.history import in_tree_order
from zhunsheng.orgs.models import Organ
from zhunsheng.orgs.terms import in_being
from zhunsheng.papers.number_patterns import next_numbers
from zhunsheng.papers.numbering import NUMBER
from zhunsheng.papers.place_templates import TEMPLATE
from zhunsheng.security.audit import record
from zhunsheng.typed import whole_number


def in_reach(access: Access, day: date) -> list[Organ]:
    """The organs in being whose settings an officer may look at: those of his duties and below; one query."""
    return in_tree_order(Organ.objects.filter(in_being(day)).filter(access.rows(None, "path")))


def administered(access: Access, day: date) -> list[Organ]:
    """Those for which the officer may decide."""
    return [organ for organ in in_reach(access, day) if administers(access, organ)]


def organ_asked(request: Any, organs: list[Organ]) -> Organ:
    """The organ in the address, else the first administered, else the first in reach; 404 without any."""
    if not organs:
        raise Http404
    asked = next((organ for organ in organs if str(organ.pk) == request.GET.get("organ")), None)
    return asked or next((organ for organ in organs if administers(request.access, organ)), organs[0])


def kind_and_thing(code: str, key: str) -> tuple[Kind, Thing]:
    """The kind and thing of an address; 404 when there are none."""
    kind = kinds().get(code)
    thing = kind.things().get(key) if kind else None
    if kind is None or thing is None:
        raise Http404
    return kind, thing


@dataclass(frozen=True)
class Row:
    """One thing as an organ has it: its value in words, whose decision it is (empty: nobody's), and what comes next."""

    kind: Kind
    thing: Thing
    system: Words | str
    value: Words
    whose: str
    is_own: bool
    decision: Decision | None
    coming: tuple[date, Words] | None

    @property
    def unchecked(self) -> bool:
        """Whether what holds is a number nobody has checked against a text of this place."""
        return self.kind.code == LIMIT and self.decision is None


def row_of(kind: Kind, thing: Thing, organ: Organ, day: date, known: Decisions, names: Mapping[str, str]) -> Row:
    found = known.on(kind.code, thing.key, organ.path, day)
    value = kind.say(thing.key, found.value) if found and found.value is not None else thing.otherwise
    later = [d for d in known.of(kind.code, thing.key) if d.valid_from > day and organ.path.startswith(d.path)]
    coming = None
    if later:
        then = known.on(kind.code, thing.key, organ.path, later[0].valid_from)
        said = kind.say(thing.key, then.value) if then and then.value is not None else thing.otherwise
        coming = (later[0].valid_from, said)
    owner = systems()[thing.system].name if thing.system in systems() else ""
    whose = names.get(found.path, "") if found else ""
    return Row(kind, thing, owner, value, whose, bool(found and found.path == organ.path), found, coming)


def names_of(known: Decisions) -> dict[str, str]:
    """Path -> name of every organ that has decided anything; one query."""
    paths = {row.path for row in known.rows}
    return dict(Organ.objects.filter(path__in=paths).values_list("path", "name")) if paths else {}


@officers_only
def all_settings(request: Any) -> HttpResponse:
    """Every setting of an organ: those decided for it, or every thing of one kind."""
    organs = in_reach(request.access, request.day)
    organ = organ_asked(request, organs)
    chosen, text = request.GET.get("kind", ""), request.GET.get("q", "").strip()
    chosen = chosen if chosen in kinds() else ""
    older = request.GET.get("older") == "1"
    known = decisions()
    rows = list(_rows(chosen, text, older, organ, request.day, known))
    shown = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query["organ"] = str(organ.pk)
    context = {
        "here": "settings", "organs": organs, "organ": organ, "text": text, "chosen": chosen, "older": older,
        "kinds": [(kind.code, kind.words) for kind in kinds().values()], "page": shown, "query": query.urlencode(),
        "completing": outstanding(), "may_change": administers(request.access, organ), "groups": _grouped(shown),
        "site_is_unset": chosen in ("", "site") and organ.parent_id is None and not site_of(organ.path, request.day),
    }  # fmt: skip
    return page(request, "desk/settings.html", context, trail=[Crumb(NAME)])


def _rows(chosen: str, text: str, older: bool, organ: Organ, day: date, known: Decisions) -> Iterable[Row]:
    names = names_of(known)
    for kind in kinds().values():
        if chosen not in ("", kind.code):
            continue
        decided = {d.key for d in known.rows if d.kind == kind.code and organ.path.startswith(d.path)}
        for thing in kind.things().values():
            if thing.key not in decided and (not chosen or not (thing.is_current or older)):
                continue
            row = row_of(kind, thing, organ, day, known, names)
            if not text or text.lower() in f"{say(thing.name)} {say(row.system)} {say(row.value)}".lower():
                yield row


def _grouped(rows: Iterable[Row]) -> list[tuple[Words, list[Row], bool]]:
    """The rows by kind, each with whether anything of it is decided."""
    groups: dict[Words, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.kind.words, []).append(row)
    return [(name, members, any(row.decision for row in members)) for name, members in groups.items()]


# --- one thing -----------------------------------------------------------------------------------------------------


@officers_only
def setting(request: Any, kind: str, key: str) -> HttpResponse:
    """One thing: what holds for an organ, everything that was ever decided on it, and what follows from it."""
    found_kind, thing = kind_and_thing(kind, key)
    organs = in_reach(request.access, request.day)
    organ = organ_asked(request, organs)
    known = decisions()
    rows = Setting.visible.to(request.access).filter(kind=kind, key=key).select_related("organ", "entered_by")
    context = {
        "here": "settings", "kind": found_kind, "thing": thing, "organs": organs, "organ": organ,
        "row": row_of(found_kind, thing, organ, request.day, known, names_of(known)),
        "history": [(row, _said(found_kind, row)) for row in rows.order_by("-entered_at", "-pk")],
        "may_change": administers(request.access, organ),
        **_more(request, kind, key, organ, known),
    }  # fmt: skip
    return page(request, "desk/setting.html", context, trail=[Crumb(NAME, reverse("desk:settings")), Crumb(thing.name)])


def _said(kind: Kind, row: Setting) -> Words | None:
    return None if row.value is None else kind.say(row.key, row.value)


def _more(request: Any, kind: str, key: str, organ: Organ, known: Decisions) -> dict[str, Any]:
    """What only the page of one kind shows."""
    if kind == LIMIT:
        return {"limit": declared()[key].limit, "is_limit": True}
    if kind == NUMBER:
        years = (request.day.year, request.day.year + 1)
        return {"next": [(year, next_numbers(key, [organ], year, known)) for year in years]}
    if kind == TEMPLATE:
        return template_context(request, key, organ, known)
    return {}


# --- taking along --------------------------------------------------------------------------------------------------

TYPES = {"yaml": "application/yaml", "json": "application/json"}


@officers_only
def export(request: Any) -> HttpResponse:
    """导出: the settings made for an organ and below it, as a file."""
    organ = organ_asked(request, administered(request.access, request.day))
    form = request.GET.get("form", "yaml")
    if form not in TYPES:
        raise Http404
    rows = Setting.visible.to(request.access).filter(organ__path__startswith=organ.path).select_related("organ")
    text = as_text(packed(list(rows), request.day), form)
    record("local.export", f"organ:{organ.pk}", request.user.pk, form=form)
    name = f"{organ.name}{_('本地设定')}{request.day.isoformat()}.{form}"
    file = io.BytesIO(text.encode("utf-8"))
    return FileResponse(file, as_attachment=True, filename=name, content_type=TYPES[form])


@officers_only
def import_settings(request: Any) -> HttpResponse:
    """导入: read a file, show what it would decide, then decide it."""
    organs = administered(request.access, request.day)
    if not organs:
        raise Http404
    form = ImportForm(request.POST or None, request.FILES or None, organs=organs)
    upload = _uploaded_before(request)
    if upload is not None:
        del form.fields["file"]
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        confirmed = upload is not None and request.POST.get("step") == "confirm"
        content = bytes(upload.content) if upload else data["file"].read(LARGEST + 1)
        try:
            onto = data["how"] == "onto"
            found = bring(content, request.user, form.organ, data["reason"], write=confirmed, onto=onto)
        except FileError as error:
            form.add_error("file" if "file" in form.fields else None, say(error.words))
        else:
            if confirmed and upload is not None and not found.problems:
                Upload.objects.filter(pk=upload.pk).update(content=b"", imported_at=timezone.now())
                count = len(found.taken)
                messages.success(request, ngettext("已导入 %(n)s 项设定", "已导入 %(n)s 项设定", count) % {"n": count})
                return HttpResponseRedirect(f"{reverse('desk:settings')}?organ={form.organ.pk}")
            if upload is None:
                upload = Upload.objects.create(
                    officer=request.user, organ=form.organ, system=ROOM, name=data["file"].name[-200:],
                    digest=hashlib.sha256(content).hexdigest(), content=content, rows=len(found.lines),
                )  # fmt: skip
            return _import_preview(request, found, upload)
    trail = [Crumb(NAME, reverse("desk:settings")), Crumb(Words("导入设定", "Import settings"))]
    context = {
        "here": "settings", "form": form, "title": _("导入设定"), "verb": _("下一步"), "back": reverse("desk:settings"),
    }  # fmt: skip
    return page(request, "desk/office_form.html", context, trail=trail, status=422 if form.is_bound else 200)


def _uploaded_before(request: Any) -> Upload | None:
    """The file the officer has looked at already and now confirms."""
    mine = Upload.objects.filter(officer=request.user, system=ROOM, imported_at=None)
    return mine.filter(pk=whole_number(request.POST.get("upload"))).first()


def _import_preview(request: Any, found: Import, upload: Upload) -> HttpResponse:
    """What a file would decide, line by line."""
    lines = []
    for line in found.lines:
        kind = kinds().get(line.kind)
        thing = kind.things().get(line.key) if kind else None
        value = None
        if kind and thing and line.problem is None and not line.known and line.value is not None:
            value = kind.say(line.key, line.value)
        lines.append((line, thing.name if thing else line.key, value))
    hidden = [(name, request.POST.get(name, "")) for name in ("organ", "how", "reason")]
    context = {"here": "settings", "found": found, "lines": lines, "hidden": [*hidden, ("upload", upload.pk)]}
    trail = [Crumb(NAME, reverse("desk:settings")), Crumb(Words("核对导入", "Check the import"))]
    return page(request, "desk/setting_import.html", context, trail=trail, status=422 if found.problems else 200)
