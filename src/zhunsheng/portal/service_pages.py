"""办事: what people can do over the site, each with its explanation and its form, page by page, up to the receipt.

What was filled in is kept on the server between two pages (``intake.beginning``) and never in an address; no cookie is needed.
What happens when it is handed in is in ``intake.applying``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zhunsheng.cases.reading import local_limits
from zhunsheng.desk.deadline_lines import mark_of
from zhunsheng.desk.wording import name_of, say
from zhunsheng.intake import applying, beginning, guarding, receipts, uploads
from zhunsheng.intake.guarding import Guard, Held
from zhunsheng.intake.models import Begun
from zhunsheng.intake.offering import Offer, Place, offer_of
from zhunsheng.intake.receipts import Slip
from zhunsheng.kernel.compiled import CompiledProcedure
from zhunsheng.kernel.limits import Amount, Kind, local_on
from zhunsheng.orgs.models import Organ
from zhunsheng.orgs.refusals import Refused
from zhunsheng.orgs.terms import in_being
from zhunsheng.portal import service_forms
from zhunsheng.portal.limit_lines import shown_lines
from zhunsheng.portal.pages import Crumb, language, show, wanted
from zhunsheng.portal.passes import pass_of
from zhunsheng.portal.public_forms import forgotten, guarded, public_form, told, why
from zhunsheng.portal.service_forms import Problems

HANDLE = "handle"
ORGAN = "organ"
RESUMING = "resume"


def _services_crumb() -> Crumb:
    return Crumb(_("办事"), reverse("public:services"))


def _name(offer: Offer) -> str:
    return say(offer.service)


def services(request: HttpRequest) -> HttpResponse:
    """办事: what can be done, by what people want."""
    return show(request, "services", {"groups": wanted()}, Crumb(_("办事")))


def _offer(slug: str) -> Offer:
    found = offer_of(slug, timezone.localdate())
    if found is None:
        raise Http404
    return found


def _only_taker(offer: Offer) -> Organ | None:
    """The organ that takes a service, where it is one."""
    return offer.places[0].organ if len(offer.places) == 1 else None


class Period(NamedTuple):
    """A limit as people are told of it beforehand."""

    name: str
    length: str
    cited: str
    mark: str


def periods(offer: Offer, compiled: CompiledProcedure) -> list[Period]:
    """How long it takes, by which article; what a paper will say is not known beforehand."""
    today = timezone.localdate()
    local = local_limits(compiled, offer.places[0].organ.path)
    found = []
    for key in offer.service.limits:
        deadline = compiled.deadlines[key]
        limit = deadline.limit.as_set(local_on(local, deadline.limit.setting or "", today))
        if limit.kind is Kind.DOCUMENT_SET or limit.value is None:
            continue
        is_setting = deadline.declaration.basis.article is None or limit.local is not None
        length = say(Amount(limit.value, limit.unit).words())
        found.append(Period(say(deadline.declaration), length, say(limit.basis.cited), mark_of(limit, is_setting)))
    return found


def service(request: HttpRequest, slug: str) -> HttpResponse:
    """One service: who, what to bring, how long, where; and the way to its form."""
    offer = _offer(slug)
    compiled = offer.system.procedure_on(timezone.localdate())
    materials = [(item, compiled.citation(item.basis)) for item in offer.service.materials.values()]
    context = {
        "offer": offer, "service": offer.service, "materials": materials, "periods": periods(offer, compiled),
        "opening": compiled.cited[offer.service.opens],
    }  # fmt: skip
    return show(request, "service", context, _services_crumb(), Crumb(_name(offer)), organ=_only_taker(offer))


# --- the form ----------------------------------------------------------------------------------------------------------


@dataclass
class Form:
    """A form as it stands: what it is for, what was typed, where it is kept (nothing before its first page is sent)."""

    offer: Offer
    compiled: CompiledProcedure
    typed: dict[str, Any] = field(default_factory=dict)
    begun: Begun | None = None
    mark: str = ""
    problems: Problems = field(default_factory=dict)
    guard: Guard | None = None
    said: str = ""

    @property
    def last(self) -> int:
        """The number of the page on which everything is looked over."""
        return len(self.offer.service.sheets) + bool(self.offer.service.materials)

    def titles(self) -> list[str]:
        sheets = [say(sheet) for sheet in self.offer.service.sheets]
        return [*sheets, *([_("材料")] if self.offer.service.materials else []), _("核对")]

    @property
    def place(self) -> Place | None:
        return self.offer.place_of(str(self.typed.get(ORGAN, "")))

    def organs(self) -> list[Organ]:
        """The organs that can be named: those in being in the region."""
        near = self.offer.places[0].organ
        found = Organ.objects.filter(in_being(timezone.localdate()), region__code__startswith=near.region_id)
        return list(found.order_by("path"))


@public_form(files=True, goes_back=True)
def form(request: HttpRequest, slug: str) -> HttpResponse:
    """The form of a service: each page is sent, kept and answered with the next one."""
    offer = _offer(slug)
    made = Form(offer, offer.system.procedure_on(timezone.localdate()))
    if request.method != "POST":
        made.guard = guarding.guard(slug)
        return _sheet(request, made, 0)
    handle = request.POST.get(HANDLE, "")
    if not handle:
        return _first(request, made)
    held = beginning.of_handle(handle)
    if held is None or held[0].purpose != slug:
        slip = _slip_already(handle)
        return _receipt(request, made, slip) if slip else _gone(request, offer)
    made.begun, made.mark = held
    made.typed = dict(made.begun.typed)
    return _went(request, made, made.begun)


def _slip_already(handle: str) -> Slip | None:
    """The receipt of a form that was handed in and is sent once more (a second click, the page loaded anew)."""
    mark = beginning.mark_of(handle)
    return receipts.slip_for(mark) if mark else None


def _gone(request: HttpRequest, offer: Offer) -> HttpResponse:
    context = {"address": reverse("public:service-form", args=[offer.slug])}
    return show(request, "form-gone", context, _services_crumb(), Crumb(_name(offer)), status=410)


def _first(request: HttpRequest, made: Form) -> HttpResponse:
    """The first page comes in: it is kept only when no machine sent it."""
    _take(request, made, 0)
    passed = guarded(request, made.offer.slug)
    if isinstance(passed, Held):
        made.guard = passed.guard
        made.problems = {passed.field: why(passed)}
        return _sheet(request, made, 0, status=422)
    made.mark = passed.mark
    if (slip := receipts.slip_for(passed.mark)) is not None:
        return _receipt(request, made, slip)
    made.begun = beginning.begin(made.offer.slug, passed.mark, made.typed)
    made.typed = dict(made.begun.typed)
    return _went(request, made, made.begun)


def _take(request: HttpRequest, made: Form, number: int) -> None:
    """Take over what was typed on a page of fields."""
    sheets = made.offer.service.sheets
    if number < len(sheets):
        made.typed |= service_forms.typed_in(request.POST, sheets[number].asks, made.compiled)
    if number == 0:
        made.typed[ORGAN] = request.POST.get(ORGAN, "")[:20]


def _went(request: HttpRequest, made: Form, begun: Begun) -> HttpResponse:
    """A page of a form that is kept comes in: keep it, and go where the button leads."""
    number = _number(request.POST.get("sheet", "0"), made.last)
    go = request.POST.get("go", "next")
    _take(request, made, number)
    is_materials = bool(made.offer.service.materials) and number == made.last - 1
    if is_materials and not _take_files(request, made, begun, go):
        beginning.keep(begun, made.typed)
        return _sheet(request, made, number, status=422 if made.problems else 200)
    beginning.keep(begun, made.typed)
    if go == "save":
        slip = beginning.slip_of(begun, made.mark)
        return _saved(request, made, slip)
    if go.startswith("to-"):
        return _sheet(request, made, _number(go.removeprefix("to-"), made.last))
    if number == made.last:
        return _send(request, made, begun)
    made.problems = _problems_of(made, number)
    if made.problems:
        return _sheet(request, made, number, status=422)
    return _sheet(request, made, number + 1)


def _number(typed: str, most: int) -> int:
    return min(int(typed), most) if typed.isascii() and typed.isdecimal() and len(typed) < 4 else 0


def _take_files(request: HttpRequest, made: Form, begun: Begun, go: str) -> bool:
    """Lay aside the files that came with a page, or take one back; whether the page may be left."""
    for part in made.offer.service.materials:
        for file in request.FILES.getlist(f"file-{part}"):
            try:
                beginning.add_file(begun, part, file)
            except Refused as error:
                made.problems.setdefault(f"file-{part}", error.sentence(language()))
    if go.startswith("remove-"):
        beginning.remove_file(begun, go.removeprefix("remove-"))
    return not (made.problems or go == "upload" or go.startswith("remove-"))


def _problems_of(made: Form, number: int) -> Problems:
    """What is wrong on a page."""
    service = made.offer.service
    problems: Problems = {}
    if number == 0 and made.place is None:
        problems[ORGAN] = _("请选择向哪个单位提出")
    if number < len(service.sheets):
        problems |= service_forms.read(service.sheets[number].asks, made.compiled, made.typed).problems
    elif number == len(service.sheets) and service.materials and made.begun is not None:
        there = set(made.begun.files.values_list("part", flat=True))
        for part, item in service.materials.items():
            if item.required and part not in there:
                problems[f"file-{part}"] = _("请上传“%(name)s”") % {"name": say(item)}
    return problems


def _sheet(request: HttpRequest, made: Form, number: int, status: int = 200) -> HttpResponse:
    """A page of the form: fields, materials, or everything to be looked over."""
    service = made.offer.service
    titles = made.titles()
    context: dict[str, Any] = {
        "offer": made.offer, "service": service, "number": number, "titles": titles, "title": titles[number],
        "guard": made.guard, "said": made.said, "limit": uploads.body_limit() // (1024 * 1024),
        "handle": beginning.handle_of(made.begun, made.mark) if made.begun else "", "taken": pgettext("之间", "、").join(uploads.TAKEN),
        "wrong": made.problems,
        "problems": [(f"box-{name}" if name and name != guarding.ANSWER else name, words) for name, words in made.problems.items()],
        "accepted": ",".join(f".{ending}" for ending in uploads.TAKEN),
    }  # fmt: skip
    if number < len(service.sheets):
        organs = made.organs()
        asks = service.sheets[number].asks
        context |= {
            "groups": service_forms.groups_of(asks, made.compiled, made.typed, made.problems, organs),
            "organs": [organ.name for organ in organs], "chosen": str(made.typed.get(ORGAN, "")),
        }  # fmt: skip
    elif number < made.last:
        files = list(made.begun.files.order_by("pk")) if made.begun else []
        context["materials"] = [
            (part, item, made.compiled.citation(item.basis), [file for file in files if file.part == part],
             made.problems.get(f"file-{part}", ""))
            for part, item in service.materials.items()
        ]  # fmt: skip
    else:
        context |= _looked_over(made)
    return show(
        request, "service-form", context, _services_crumb(), _of(made.offer), Crumb(titles[number]), status=status,
        organ=_only_taker(made.offer),
    )  # fmt: skip


def _of(offer: Offer) -> Crumb:
    return Crumb(_name(offer), reverse("public:service", args=[offer.slug]))


def _looked_over(made: Form) -> dict[str, Any]:
    """Everything that was filled in, page by page, with what is still wrong."""
    service = made.offer.service
    parts = []
    for number, sheet in enumerate(service.sheets):
        lines = service_forms.told(
            sheet.asks, made.compiled, service_forms.read(sheet.asks, made.compiled, made.typed).values
        )
        parts.append((number, say(sheet), lines))
    if service.materials and made.begun is not None:
        files = list(made.begun.files.order_by("pk"))
        lines = [
            (say(item), pgettext("之间", "、").join(file.file_name for file in files if file.part == part))
            for part, item in service.materials.items()
            if any(file.part == part for file in files)
        ]
        parts.append((len(service.sheets), _("材料"), lines))
    return {
        "parts": parts, "taker": made.place.organ if made.place else None, "is_last": True,
        "by_site": made.compiled.citation(service.by_site) if service.by_site else None,
    }  # fmt: skip


def _send(request: HttpRequest, made: Form, begun: Begun) -> HttpResponse:
    """提交: looked through once more, then handed in."""
    problems: Problems = {}
    for number in range(made.last):
        problems |= _problems_of(made, number)
    place = made.place
    if problems or place is None:
        made.problems = {f"part-{index}": words for index, words in enumerate(problems.values())}
        return _sheet(request, made, made.last, status=422)
    values = service_forms.read(made.offer.service.asks, made.compiled, made.typed).values
    by_site = made.offer.service.by_site is not None and request.POST.get("by_site") == "1"
    try:
        slip = applying.apply(made.offer, place, values, begun, made.mark, by_site=by_site)
    except Refused as error:
        made.problems = {"": error.sentence(language())}
        return _sheet(request, made, made.last, status=422)
    return _receipt(request, made, slip)


def _receipt(request: HttpRequest, made: Form, slip: Slip) -> HttpResponse:
    """回执: the number and the code, which are shown this once, and what happens next."""
    receipt = receipts.find(*slip)
    found = applying.followed(receipt) if receipt else None
    if receipt is None or found is None:
        raise Http404
    context = {
        "slip": slip, "service": made.offer.service, "receipt": receipt, "case": found.case,
        "state": found.service.states.get(found.case.state), "organ": name_of(found.case.organ),
        "lines": shown_lines(found), "pass": pass_of(receipt),
    }  # fmt: skip
    trail = (_services_crumb(), _of(made.offer), Crumb(_("回执")))
    return forgotten(show(request, "receipt", context, *trail, organ=found.case.organ))


# --- saving and going on ---------------------------------------------------------------------------------------------------


def _saved(request: HttpRequest, made: Form, slip: Slip) -> HttpResponse:
    context = {"slip": slip, "service": made.offer.service, "days": settings.PUBLIC_DRAFT_DAYS}
    return forgotten(show(request, "form-saved", context, _services_crumb(), _of(made.offer), Crumb(_("已保存"))))


@public_form()
def resume(request: HttpRequest) -> HttpResponse:
    """继续填写: a form that was kept, by its number and code."""
    problems: list[tuple[str, str]] = []
    guard = guarding.guard(RESUMING)
    number, code = (request.POST.get(name, "")[:40] for name in ("number", "code"))
    if request.method == "POST":
        passed = guarded(request, RESUMING, quickest=0)
        if isinstance(passed, Held):
            guard, problems = passed.guard, [(passed.field, why(passed))]
        else:
            found = beginning.resume(number, code)
            offer = offer_of(found[0].purpose, timezone.localdate()) if found else None
            if found and offer:
                row, mark = found
                made = Form(offer, offer.system.procedure_on(timezone.localdate()), dict(row.typed), row, mark)
                return _sheet(request, made, 0)
            problems = [("number", _("编号或者查询码不对，或者草稿已经到期删除"))]
    context = {**told(problems), "guard": guard, "number": number, "code": code}
    crumbs = (_services_crumb(), Crumb(_("继续填写")))
    return show(request, "resume", context, *crumbs, status=422 if problems else 200)
