"""Data packages in the browser (数据包): what other installations have reported or handed down, what was made here for them, claiming,
and what was reported side by side.

What was reported is shown as theirs and never counted with ours. What may be taken in, made and claimed is decided in
``api.package_taking``, ``api.package_making`` and ``api.package_claiming``.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from zhunsheng.api import package_claiming, package_making, package_taking
from zhunsheng.api.models import Package
from zhunsheng.api.package import LARGEST
from zhunsheng.api.package_making import contents_of
from zhunsheng.api.package_shapes import FigureLine, PackageRefused
from zhunsheng.cases.materials import path_of
from zhunsheng.catalogue.loading import systems
from zhunsheng.desk.asked import period_words
from zhunsheng.desk.frame import Crumb, officers_only, page
from zhunsheng.desk.ledger_pages import may_close
from zhunsheng.desk.organ_forms import OfficeForm, choice
from zhunsheng.desk.organ_pages import GROUP, form_page
from zhunsheng.desk.paging import PAGE_SIZE
from zhunsheng.desk.register_pages import List, list_or_404
from zhunsheng.desk.wording import in_a_row, language
from zhunsheng.kernel.register import Difference
from zhunsheng.kernel.words import Words
from zhunsheng.ledger.figures import figure_names, figures
from zhunsheng.ledger.models import Period
from zhunsheng.ledger.months import days_of
from zhunsheng.orgs.access import regions_of
from zhunsheng.orgs.models import Organ, Region
from zhunsheng.orgs.refusals import Refused
from zhunsheng.registers.models import PublishedVersion
from zhunsheng.security.audit import record

TITLE = Words("数据包", "Data packages")
REPORTED = Words("上报汇总", "Reported figures")


class PackageForm(OfficeForm):
    """接收数据包."""

    file = forms.FileField(label="", widget=forms.FileInput({"class": "form-control", "accept": ".zip"}))


class FiguresForm(OfficeForm):
    """导出指标: of which region, from which closed month to which."""

    def __init__(self, *arguments: Any, regions: list[Region], months: list[int], **named: Any) -> None:
        super().__init__(*arguments, **named)
        options = [(str(month), period_words((month, month))) for month in months]
        self.fields["region"] = choice(_("行政区划"), [(r.pk, r.name) for r in regions], initial=regions[0].pk)
        self.fields["first"] = choice(_("起始月份"), options)
        self.fields["last"] = choice(_("终止月份"), options)


def trail(*crumbs: Crumb) -> list[Crumb]:
    return [Crumb(GROUP), Crumb(TITLE, reverse("desk:packages")), *crumbs]


@officers_only
def packages(request: Any) -> HttpResponse:
    """The packages one may see, the newest first: those that came, or with ``show=sent`` those made here. Whoever has a duty
    may bring one in: it is trusted for its signature, not for who carries it."""
    if not request.access.holdings:
        raise Http404
    form = PackageForm(request.POST, request.FILES) if request.method == "POST" else PackageForm()
    if request.method == "POST" and form.is_valid():
        return _taken(request, form.cleaned_data["file"])
    sent = request.GET.get("show") == "sent"
    rows = Package.visible.to(request.access).filter(installation__isnull=sent)
    rows = rows.select_related("installation__region", "officer").order_by("-pk")
    shown = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": shown, "lines": [(row, about(row)) for row in shown], "form": form, "sent": sent,
        "gaps": [] if sent else [(gap, about(gap.package), _numbers(gap)) for gap in package_taking.gaps()],
        "may_report": bool(_closing(request)),
    }  # fmt: skip
    status = 422 if form.is_bound else 200
    return page(request, "desk/packages.html", context, trail=[Crumb(GROUP), Crumb(TITLE)], status=status)


def _numbers(gap: package_taking.Gap) -> str:
    return in_a_row(map(str, gap.numbers))


def _taken(request: Any, file: Any) -> HttpResponse:
    try:
        package, is_new = package_taking.take_in(file.read(LARGEST + 1), request.user)
    except PackageRefused as error:
        messages.error(request, error.words.within(language()))
        return HttpResponseRedirect(reverse("desk:packages"))
    messages.success(request, _("已接收") if is_new else _("以前接收过，没有重复写入"))
    if not Package.visible.to(request.access).filter(pk=package.pk).exists():
        return HttpResponseRedirect(reverse("desk:packages"))
    return HttpResponseRedirect(reverse("desk:package", args=[package.pk]))


def about(package: Package) -> str:
    """What a package is of, in a line."""
    told = package.manifest
    if package.kind == "figures":
        return f"{told['region_name']}　{period_words((told['first'], told['last']))}"
    name = Words(**told["name"]).within(language())
    of_list = _("%(organ)s%(name)s第 %(number)s 版") % {"organ": told["organ"], "name": name, "number": told["version"]}
    return f"{told['region_name']}　{of_list}" if package.kind == "claims" else of_list


def _found(request: Any, pk: int, **named: Any) -> Package:
    rows = Package.visible.to(request.access).select_related("installation", "region", "officer")
    return get_object_or_404(rows, pk=pk, **named)


@officers_only
def package(request: Any, pk: int) -> HttpResponse:
    """One package: figures beside our own, a list beside that of an organ with what can be claimed, or who has claimed what."""
    row = _found(request, pk)
    context: dict[str, Any] = {"package": row, "about": about(row), "newer": _newer(request, row)}
    try:
        if row.kind == "figures":
            context |= _figures(row)
        elif row.kind == "claims" or row.installation_id is None:
            context |= _claims(request, row)
        else:
            context |= _list(request, row)
    except PackageRefused as error:
        context["broken"] = error.words.within(language())
    return page(request, "desk/package.html", context, trail=trail(Crumb(about(row))))


def _newer(request: Any, row: Package) -> Package | None:
    """A later package of the same that makes this one out of date."""
    later = Package.visible.to(request.access).filter(
        installation=row.installation, stream=row.stream, number__gt=row.number
    )
    same = ("first", "last", "of")
    found = [one for one in later.order_by("-number") if all(one.manifest.get(k) == row.manifest.get(k) for k in same)]
    return found[0] if found else None


def _figures(row: Package) -> dict[str, Any]:
    manifest, lines = contents_of(row)
    told = [line for line in lines if isinstance(line, FigureLine)]
    names = [line.figure for line in told if line.figure in figure_names()]
    own = figures(row.region_id, *days_of((manifest.first, manifest.last)), names)
    found = []
    for line in told:
        ours = own.get(line.figure)
        value = ours.shown() if ours is not None and ours.value is not None else ""
        found.append({
            "name": line.name.words, "unit": line.unit.words, "value": f"{line.value:f}", "own": value,
            "records": line.records, "is_declared": line.source == "declared",
        })  # fmt: skip
    return {"figures": found, "failing": [check.words.within(language()) for check in manifest.failing_checks]}


def _editable(request: Any, register: str) -> list[Organ]:
    """The organs whose list the officer may change."""
    found = List(systems()[register], systems()[register].register_on(request.day), request.access)
    return found.organs(found.declared.editors)


def _list(request: Any, row: Package) -> dict[str, Any]:
    organs = _editable(request, row.manifest["slug"])
    asked = request.GET.get("organ", "")
    organ = next((one for one in organs if str(one.pk) == asked), organs[0] if organs else None)
    if organ is None:
        rows = [{"key": line.key, "title": line.values.get(_title_of(row)) or ""} for line in contents_of(row)[1]]
        return {"plain": rows}
    rows = package_claiming.beside_own(row, organ, language())
    claimed = sum(one.difference is not Difference.ONLY_THERE for one in rows)
    return {"organ": organ, "organs": organs, "rows": rows, "same": Difference.SAME.value, "claimed": claimed}


def _title_of(row: Package) -> str:
    register = row.manifest["slug"]
    return systems()[register].registers[-1].title


def _claims(request: Any, row: Package) -> dict[str, Any]:
    """Of a list made here who has claimed what; of a report of claims what it says."""
    if row.kind == "list":
        rows = Package.visible.to(request.access).filter(kind="claims").select_related("region")
        claimed, reports = package_claiming.claims_of(row, rows)
        return {"claims": claimed, "reports": reports, "unclaimed": sum(not one.organs for one in claimed)}
    return {"claim_lines": contents_of(row)[1]}


@officers_only
@require_POST
def claim(request: Any, pk: int) -> HttpResponse:
    """认领: into a draft of a change of the organ's own list."""
    row = _found(request, pk, kind="list", installation__isnull=False)
    organs = _editable(request, row.manifest["slug"])
    organ = next((one for one in organs if str(one.pk) == request.POST.get("organ", "")), None)
    if organ is None:
        raise Http404
    back = reverse("desk:package", args=[pk]) + f"?organ={organ.pk}"
    try:
        made = package_claiming.claim(row, organ, request.POST.getlist("keys"), request.day, request.user)
    except Refused as error:
        messages.error(request, error.sentence(language()))
        return HttpResponseRedirect(back)
    except PackageRefused as error:
        messages.error(request, error.words.within(language()))
        return HttpResponseRedirect(back)
    messages.success(request, _("已拟订变更，请核对后报审"))
    return HttpResponseRedirect(reverse("desk:register-change", args=[row.manifest["slug"], made.pk]))


# --- making ----------------------------------------------------------------------------------------------------------


def _closing(request: Any) -> list[Region]:
    """The regions whose figures the officer may report: those whose months he may close."""
    return [region for region in regions_of(request.access) if may_close(request.access, region)]


@officers_only
def make_figures(request: Any) -> HttpResponse:
    """导出指标: of closed months."""
    regions = _closing(request)
    if not regions:
        raise Http404
    months = list(
        Period.objects.filter(region__in=regions).values_list("month", flat=True).distinct().order_by("-month")
    )
    form = FiguresForm(request.POST or None, regions=regions, months=months)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        region = next(one for one in regions if one.pk == data["region"])
        try:
            made = package_making.figures_package(region, int(data["first"]), int(data["last"]), request.user)
        except PackageRefused as error:
            form.add_error("first", error.words.within(language()))
        else:
            return _done(request, made)
    back = reverse("desk:packages") + "?show=sent"
    intro = _("已经结账的月份才能上报。文件里是全部指标及取数凭据，导出以后交给上级，或者由程序经接口报送。")
    title, verb = _("导出指标"), gettext_lazy("导出")
    return form_page(request, form, title, back, trail(), verb=verb, intro=intro)


def _done(request: Any, made: Package) -> HttpResponse:
    messages.success(request, _("已生成第 %(n)s 号，请下载后交给对方") % {"n": made.number})
    return HttpResponseRedirect(reverse("desk:package", args=[made.pk]))


@officers_only
@require_POST
def hand_down(request: Any, pk: int) -> HttpResponse:
    """下发: a published version, by those who publish the list."""
    version = get_object_or_404(PublishedVersion.objects.select_related("organ__region"), pk=pk)
    found = list_or_404(request, version.register, version.day)
    if all(organ.pk != version.organ_id for organ in found.organs(found.declared.approvers)):
        raise Http404
    try:
        made = package_making.list_package(version, request.user)
    except PackageRefused as error:
        messages.error(request, error.words.within(language()))
        return HttpResponseRedirect(reverse("desk:register-version", args=[version.register, pk]))
    return _done(request, made)


@officers_only
@require_POST
def report_claims(request: Any, pk: int) -> HttpResponse:
    """报送认领情况, by those who may claim, of the region of their organ."""
    row = _found(request, pk, kind="list", installation__isnull=False)
    organs = _editable(request, row.manifest["slug"])
    if not organs:
        raise Http404
    try:
        made = package_making.claims_package(row, organs[0].region, request.user)
    except PackageRefused as error:
        messages.error(request, error.words.within(language()))
        return HttpResponseRedirect(reverse("desk:package", args=[pk]))
    return _done(request, made)


@officers_only
def package_file(request: Any, pk: int) -> HttpResponse:
    """下载: the file as it was signed."""
    row = _found(request, pk)
    try:
        package_making.opened_file(row)
    except PackageRefused as error:
        messages.error(request, error.words.within(language()))
        return HttpResponseRedirect(reverse("desk:package", args=[pk]))
    record("exchange.download", f"package:{row.pk}", request.user.pk)
    answer = HttpResponse(path_of(row.file_digest).read_bytes(), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{row.kind}-{row.region_id}-{row.number}.zip"'
    return answer


# --- side by side ----------------------------------------------------------------------------------------------------


@officers_only
def reported(request: Any) -> HttpResponse:
    """上报汇总: what the regions below reported for the same months, each once, and the sum."""
    if not request.access.holdings:
        raise Http404
    months = package_claiming.reported_months(request.access)
    asked = request.GET.get("months", "")
    chosen = next((each for each in months if f"{each[0]}-{each[1]}" == asked), months[0] if months else None)
    context: dict[str, Any] = {
        "months": [(f"{first}-{last}", period_words((first, last))) for first, last in months],
        "chosen": f"{chosen[0]}-{chosen[1]}" if chosen else "",
    }
    if chosen is not None:
        try:
            context["summary"] = package_claiming.summary(request.access, *chosen)
        except PackageRefused as error:
            context["broken"] = error.words.within(language())
    return page(request, "desk/reported.html", context, trail=trail(Crumb(REPORTED)))
