"""Enforcement for the public (执法公示): who may enforce, an inspector looked up by name and certificate, what was decided, and the
draws of random inspections with the files by which anybody repeats them.

Bodies, people and decisions are lists that were published; of a draw what its case makes public.
"""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from zhunsheng.catalogue.loading import system, systems
from zhunsheng.kernel.fields import clean_text
from zhunsheng.portal import reading
from zhunsheng.portal.acts import content_of, files_of, gone, public, said_of
from zhunsheng.portal.pages import PAGE_SIZE, Crumb, language, remedies, show
from zhunsheng.portal.reading import Cell
from zhunsheng.registers.models import PublishedVersion, Revision

DRAW, PEOPLE = "random_inspection", "enforcement_personnel"
LISTS = (
    "enforcement_subject", PEOPLE, "enforcement_publicity", "random_inspection_item_list", "street_power_list",
    "minor_violation_list", "enforcement_satisfaction", "enterprise_inspection_plan",
)  # fmt: skip
"""The lists of enforcement that are published, in the order in which people look for them."""
SEALED = ("01抽查事项.csv", "02检查对象.csv", "03检查人员.csv", "04抽取规则.csv")
DRAWN = ("05抽取种子.csv", "06抽取结果.csv")
OVER = ("published", "closed")
"""States in which the results are out: whom the draw fell on is public only then."""
MOST = 20


def enforcement(request: HttpRequest) -> HttpResponse:
    """执法公示: the lists, an inspector looked up, the draws."""
    standing = {version.register for version in reading.versions()}
    typed = {name: clean_text(request.GET.get(name, ""))[:60] for name in ("name", "certificate")}
    page = Paginator(public(DRAW).order_by("-opened_on", "-pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "lists": [systems()[slug] for slug in LISTS if slug in standing], "typed": typed, "asks_people": PEOPLE in standing,
        "found": _people(typed) if any(typed.values()) else None, "page": page, "column": _("执法公示"),
        "remedies": remedies(), "draws": [(case, said_of(case), case.state in OVER) for case in page],
    }  # fmt: skip
    return show(request, "enforcement", context, Crumb(_("执法公示")))


def _people(typed: dict[str, str]) -> list[tuple[Revision, PublishedVersion, tuple[Cell, ...]]]:
    """Inspectors by the whole name, the whole number of the certificate, or both, as published; never by a part of either. Nobody
    is confirmed whose certificate was suspended or had ended when the list was published."""
    wanted = {"values__status": "in_service"} | {
        f"values__{field}": text
        for field, text in (("name", typed["name"]), ("certificate_number", typed["certificate"]))
        if text
    }
    found = []
    for version in reading.versions(PEOPLE):
        if not {"name", "certificate_number"} <= set(version.fields):
            continue
        for row in reading.rows_of(version).filter(**wanted)[:MOST]:
            names = [name for name in reading.names_of(version) if row.values.get(name)]
            cells = reading.line_of(version, row, names, language()).cells
            found.append((row, version, cells))
    return list({row.entry_id: (row, version, cells) for row, version, cells in found}.values())[:MOST]


def draw(request: HttpRequest, pk: int) -> HttpResponse:
    """One random inspection: its rules, its draw with the files, its results once they are out. Of one that was withdrawn after its
    lists were sealed the stone, with the fingerprint of its rules: nobody gives up a draw he does not like unseen."""
    trail, case = Crumb(_("执法公示"), reverse("public:enforcement")), public(DRAW).filter(pk=pk).first()
    if case is None:
        if (stone := gone(DRAW, pk, "seal")) is None:
            raise Http404
        return show(
            request,
            "draw_gone",
            {"case": stone, "said": said_of(stone)},
            trail,
            Crumb(stone.number),
            status=410,
            organ=stone.organ,
        )
    said, is_over = said_of(case), case.state in OVER
    fields = system(DRAW).procedure_of(case.version).procedure.fields
    late = (
        ()
        if is_over
        else ("inspected", "problems", "seed", "public_value", "drawn", "drawn_share", "people", "result_address")
    )
    lines = [reading.cell_of(fields[name], value, language()) for name, value in said.items() if name not in late]
    context = {
        "case": case, "title": said.get("task_name") or case.number, "lines": lines, "is_over": is_over,
        "files": files_of(case, SEALED + (DRAWN if is_over else ())), "column": _("执法公示"),
        "state": system(DRAW).procedure_of(case.version).procedure.states[case.state],
    }  # fmt: skip
    return show(request, "draw", context, trail, Crumb(context["title"]), organ=case.organ)


def draw_file(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """A file of a draw, byte for byte as it was sealed."""
    case = public(DRAW).filter(pk=pk).first()
    if case is None:
        return draw(request, pk)
    wanted = SEALED + (DRAWN if case.state in OVER else ())
    row = next((row for row in files_of(case, wanted) if row.file_name == name), None)
    if row is None:
        raise Http404
    response = HttpResponse(content_of(row), content_type=row.content_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response
