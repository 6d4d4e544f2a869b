"""条线关系 in the browser: which organ looks at the work of another by line, naming it, ending it.

What may be named is decided in ``orgs.lines``, what it lets somebody see in ``orgs.access``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from zhunsheng.catalogue.fields_of_work import FIELDS_OF_WORK
from zhunsheng.catalogue.loading import systems
from zhunsheng.desk.frame import Crumb, officers_only, page, telling
from zhunsheng.desk.organ_forms import Choices, OfficeForm, choice, day, organ_choices, text, tick
from zhunsheng.desk.organ_pages import GROUP, administered, form_page
from zhunsheng.desk.paging import PAGE_SIZE
from zhunsheng.desk.wording import Light, in_a_row, say
from zhunsheng.kernel.transition import Refusal
from zhunsheng.kernel.words import Words
from zhunsheng.orgs import lines
from zhunsheng.orgs.access import regions_of
from zhunsheng.orgs.models import Line, Organ
from zhunsheng.orgs.refusals import authorises

TITLE = Words("条线关系", "Lines")


class LineForm(OfficeForm):
    """登记条线关系: in one system, or in all of a field of work."""

    def __init__(self, *arguments: Any, organs: Sequence[Organ], today: date, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.organs = {str(organ.pk): organ for organ in organs}
        self.fields["superior"] = choice(_("上级主管单位"), organ_choices(organs))
        self.fields["organ"] = choice(_("下级单位"), organ_choices(organs))
        self.fields["whole_tree"] = tick(_("含所属单位"))
        self.fields["work"] = choice(_("系统"), _work_choices(), hint=_("选整个体系的，包括其中全部系统"))
        self.fields["basis"] = text(_("依据"), longest=200, hint=_("规定这一关系的文件、文号或者条款"))
        self.fields["first_day"] = day(_("起始日期"), today)
        self.fields["last_day"] = day(_("终止日期"), None, required=False, hint=_("含这一天；不定的留空"))

    @property
    def slugs(self) -> list[str]:
        kind, _colon, name = self.cleaned_data["work"].partition(":")
        return lines.systems_of(name) if kind == "field" else [name]

    def refuse(self, refusal: Refusal) -> None:
        super().refuse(replace(refusal, field="work") if refusal.field == "systems" else refusal)


def _work_choices() -> Choices:
    groups: Choices = [(_("整个体系"), [(f"field:{key}", say(words)) for key, words in FIELDS_OF_WORK.items()])]
    for key, words in FIELDS_OF_WORK.items():
        held = [(f"system:{s.slug}", say(s.name)) for s in systems().values() if s.field_of_work == key]
        groups.append((say(words), held))
    return groups


@dataclass(frozen=True)
class Shown:
    """One line as the reader sees it."""

    row: Line
    light: Light
    systems: str
    may_end: bool


def _in_reach(request: Any) -> Any:
    """The lines of the organs of the regions in reach, the newest first."""
    regions = regions_of(request.access)
    rows = Line.objects.filter(Q(superior__region__in=regions) | Q(organ__region__in=regions))
    return rows.select_related("superior", "organ", "named_by", "ended_by").order_by("-first_day", "-pk")


def _light(row: Line, today: date) -> Light:
    if row.ended_at is not None:
        return Light("closed", _("已提前结束"))
    if row.last_day is not None and row.last_day < today:
        return Light("closed", _("已期满"))
    return Light("waiting", _("尚未开始")) if row.first_day > today else Light("good", _("有效"))


def _work(row: Line) -> str:
    """What a line is for: a whole field of work by its name, else the systems."""
    for key, words in FIELDS_OF_WORK.items():
        if len(row.systems) > 1 and row.systems == lines.systems_of(key):
            return say(words)
    return in_a_row(say(systems()[slug].name) for slug in row.systems if slug in systems())


@officers_only
def line_list(request: Any) -> HttpResponse:
    """Everybody with a duty sees who looks at whose work."""
    if not request.access.holdings:
        raise Http404
    shown = Paginator(_in_reach(request), PAGE_SIZE).get_page(request.GET.get("page"))
    found = []
    for row in shown:
        light = _light(row, request.day)
        may = authorises(request.access, row.superior) and authorises(request.access, row.organ)
        found.append(Shown(row, light, _work(row), may and light.kind != "closed"))
    context = {
        "page": shown, "lines": found, "count": shown.paginator.count,
        "may_name": bool(administered(request.access, request.day, authorises)),
    }  # fmt: skip
    return page(request, "desk/lines.html", context, trail=[Crumb(GROUP), Crumb(TITLE)])


@officers_only
def name_line(request: Any) -> HttpResponse:
    """登记, by the security administrator."""
    organs = administered(request.access, request.day, authorises)
    if not organs:
        raise Http404
    form = LineForm(request.POST or None, organs=organs, today=request.day)
    back = reverse("desk:lines")
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with form.refusals():
            lines.name_line(
                request.user, form.organs[data["superior"]], form.organs[data["organ"]], form.slugs, data["basis"],
                data["first_day"], data["last_day"], whole_tree=data["whole_tree"],
            )  # fmt: skip
            messages.success(request, _("已登记，即刻生效"))
            return HttpResponseRedirect(back)
    intro = _("登记以后，在上级主管单位任这些系统职务的人看得到下级单位的案件和清单，但不能办理，遮盖的内容也不显示。")
    way = [Crumb(GROUP), Crumb(TITLE, back)]
    return form_page(request, form, _("登记条线关系"), back, way, verb=gettext_lazy("登记"), intro=intro)


@officers_only
@require_POST
def end_line(request: Any, pk: int) -> HttpResponse:
    """结束, at once."""
    found = get_object_or_404(_in_reach(request), pk=pk)
    with telling(request, _("已结束，即刻不再看得到")):
        lines.end_line(request.user, found.pk)
    return HttpResponseRedirect(reverse("desk:lines"))
