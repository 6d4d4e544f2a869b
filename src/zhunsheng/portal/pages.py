"""The public pages (公开网页): the front page, lists and their versions, one entry with its course, the search.

What may be shown is decided in ``reading``. No page asks for a session or writes anything.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import defaults

from zhunsheng.catalogue.fields_of_work import FIELDS_OF_WORK
from zhunsheng.catalogue.loading import System, systems
from zhunsheng.desk.frame import LARGE_TEXT, demonstration_loads
from zhunsheng.desk.register_entry import kind_name
from zhunsheng.intake.offering import Offer, offers
from zhunsheng.kernel.register import ChangeKind
from zhunsheng.kernel.words import Words
from zhunsheng.local.site import ITEMS, site_of
from zhunsheng.orgs.models import Organ
from zhunsheng.portal import reading, script
from zhunsheng.portal.consultations import consultations, open_now
from zhunsheng.portal.documents import newest_in_force
from zhunsheng.portal.reading import Changed
from zhunsheng.registers.models import PublishedVersion
from zhunsheng.registers.publishing import changes_between, is_intact
from zhunsheng.search.wording import LONGEST_QUESTION
from zhunsheng.typed import typed_day

PAGE_SIZE = 50
NEWEST = 10
COLUMNS = 6
FEW = 5

WANTS = {
    "information": Words("要信息", "Information"),
    "remedy": Words("对行政行为不服", "Against an act"),
    "report": Words("反映问题", "Report a problem"),
    "dispute": Words("化解纠纷", "Settle a dispute"),
    "help": Words("请求帮助", "Ask for help"),
    "rules": Words("对文件提建议", "On documents"),
}
"""What people come to do, in the order in which it is offered."""

DOORS = (
    (Words("查文件", "Documents"), ("normdoc_public_library",), Words("现行有效的规范性文件", "normative documents in force")),
    (Words("查权责", "Powers"), ("power_list",), Words("各单位的权责清单", "the powers and duties of each organ")),
    (Words("查办事", "Services"), ("service_item_catalog",), Words("政务服务事项目录", "catalogue of government services")),
    (Words("查执法", "Enforcement"), ("enforcement_publicity", "enforcement_subject", "enforcement_personnel"),
     Words("执法主体、人员和抽查结果", "who enforces, and what inspections found")),
    (Words("查决策", "Decisions"), ("major_decision_catalog",), Words("重大行政决策目录", "catalogue of major decisions")),
    (Words("找法律服务", "Legal services"), ("public_legal_service_network",), Words("公共法律服务中心（站、室）", "centres and stations")),
)  # fmt: skip
"""What people come for; a door is shown when something behind it was published."""


PLACES = (
    (Words("首页", "Front page"), "home"),
    (Words("办事", "Services"), "services"),
    (Words("看办理", "Follow a matter"), "follow"),
    (Words("文件库", "Documents"), "documents"),
    (Words("清理结果", "Results of clean-ups"), "cleanups"),
    (Words("征求意见", "Consultations"), "consultations"),
    (Words("我的意见", "My comment"), "own-comment"),
    (Words("评价办理情况", "Evaluate a matter"), "rate"),
    (Words("执法公示", "Enforcement"), "enforcement"),
    (Words("年度报告", "Annual reports"), "annual-reports"),
    (Words("决定公开", "Decisions"), "decisions"),
    (Words("清单和目录", "Lists and catalogues"), "lists"),
    (Words("查找", "Search"), "find"),
)
"""The pages that everything else is reached from, for the map of the site."""


REMEDIES = ("administrative_reconsideration", "enforcement_supervision")
"""What is pointed to beside acts of enforcement."""


class Crumb(NamedTuple):
    """A place on the way to a page. ``stays``: it is in the script it was entered in, as somebody's name is."""

    label: str
    address: str = ""
    stays: bool = False


def show(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *trail: Crumb,
    status: int = 200,
    organ: Organ | None = None,
) -> HttpResponse:
    """A public page with its frame. ``organ``: whose record it shows, which says whose site it is where several places
    share one."""
    places = _places()
    place = _place_of(organ, places)
    frame = {
        "site": site_of(place.path, timezone.localdate()) if place else {},
        "several": [] if place else sorted(places.values(), key=lambda one: one.region_id),
        "trail": trail,
        "large_text": request.COOKIES.get(LARGE_TEXT) == "1",
        "is_demonstration": demonstration_loads().exists(),
        "place": place.region if place else None,
        "address": request.build_absolute_uri(request.path),
        "scripts": True,
        "traditional": language() != "en" and script.is_chosen(request),
    }
    response = render(request, f"portal/{template}.html", frame | context, status=status)
    if frame["traditional"]:
        response.content = script.in_traditional_script(response.content.decode())
        response["Content-Language"] = script.TRADITIONAL
    return response


def _places() -> dict[str, Organ]:
    """The places that publish here, by their regions: of each the first organ, whose site it is."""
    found = Organ.objects.filter(parent=None).select_related("region").order_by("-path")
    return {organ.region_id: organ for organ in found}


def _place_of(organ: Organ | None, places: dict[str, Organ]) -> Organ | None:
    """The place a page is of: the only one there is, or that of the organ whose record it shows."""
    if len(places) == 1:
        return next(iter(places.values()))
    return next((place for place in places.values() if organ is not None and organ.path.startswith(place.path)), None)


def language() -> str:
    return get_language() or "zh-hans"


def _name(system: System) -> str:
    return system.name.within(language())


def list_name(version: PublishedVersion) -> str:
    """A list of one organ, or of the whole region, in the reader's language."""
    organ = version.organ.words.within(language())
    return f"{organ}{' · ' if language() == 'en' else ''}{version.list_name.within(language())}"


def _list_crumbs(version: PublishedVersion) -> tuple[Crumb, ...]:
    return (
        Crumb(_("清单和目录"), reverse("public:lists")),
        Crumb(version.list_name.within(language()), reverse("public:list", args=[version.register])),
    )


def home(request: HttpRequest) -> HttpResponse:
    """首页: one field to ask, what people come for, what was published last."""
    standing = {version.register for version in reading.versions()}
    doors = [(name, _door(slugs[0]), what) for name, slugs, what in DOORS if standing.intersection(slugs)]
    doors += [(name, reverse(f"public:{page}"), what) for name, page, has_any, what in _more_doors() if has_any()]
    today = timezone.localdate()
    context = {
        "doors": doors, "latest": reading.latest(NEWEST), "count": len(standing),
        "consultations": [(case, last, (last.day - today).days) for case, last in open_now(today)],
        "wants": wanted(), "decisions": reading.published()[:FEW], "documents": newest_in_force(today, FEW),
    }  # fmt: skip
    return show(request, "home", context)


def _more_doors() -> tuple[tuple[Words, str, Callable[[], bool], Words], ...]:
    """Doors to what is published but stands in no list."""
    from zhunsheng.portal.report_pages import published as reports

    return (
        (Words("查决定", "Single decisions"), "decisions", lambda: reading.published().exists(),
         Words("处罚、许可、复议决定和检查结果", "penalties, licences, reconsideration, inspections")),
        (Words("提意见", "Comment"), "consultations", lambda: consultations().exists(),
         Words("公开征求意见的草案和采纳情况", "drafts open for comment, and what became of the comments")),
        (Words("看年报", "Annual reports"), "annual-reports", lambda: reports().exists(),
         Words("法治政府建设年度报告和数据", "reports and their figures as open data")),
    )  # fmt: skip


def _door(slug: str) -> str:
    pages = {"normdoc_public_library": "public:documents", "enforcement_publicity": "public:enforcement"}
    return reverse(pages[slug]) if slug in pages else reverse("public:list", args=[slug])


def wanted() -> list[tuple[Words, list[Offer]]]:
    """The services that are open, by what people want."""
    found = offers(timezone.localdate())
    groups = [(words, [one for one in found if one.service.want == want]) for want, words in WANTS.items()]
    return [group for group in groups if group[1]]


def remedies() -> list[Offer]:
    """What somebody can do who is not content with an act or with how it was done, as far as it is open."""
    return [one for one in offers(timezone.localdate()) if one.slug in REMEDIES]


def lists(request: HttpRequest) -> HttpResponse:
    """清单和目录: every list that was published, by field of work."""
    counts: dict[str, int] = {}
    for version in reading.versions():
        counts[version.register] = counts.get(version.register, 0) + 1
    groups = [
        (words, [(systems()[slug], n) for slug, n in counts.items() if systems()[slug].field_of_work == field])
        for field, words in FIELDS_OF_WORK.items()
    ]
    return show(
        request, "lists", {"groups": [group for group in groups if group[1]]}, Crumb(_("清单和目录"))
    )  # fmt: skip


def one_list(request: HttpRequest, register: str) -> HttpResponse:
    """A list: whose versions stand; with ``day`` those that tell of that day."""
    system = reading.system_of(register)
    if system is None or not PublishedVersion.objects.filter(register=register).exists():
        raise Http404
    day, wrong = day_asked(request)
    found = reading.versions(register, day)
    if day is None and not wrong and len(found) == 1:
        return version(request, found[0].pk)
    context = {"system": system, "versions": found, "day": day, "wrong_day": wrong}
    return show(request, "list", context, Crumb(_("清单和目录"), reverse("public:lists")), Crumb(_name(system)))


def echo(typed: str) -> SafeString:
    """What somebody typed, said back as it was typed, in whatever script the page is."""
    return format_html('<span translate="no">{}</span>', typed)


def day_asked(request: HttpRequest) -> tuple[date | None, str]:
    """The day in the address, and what was typed where it is none or has not come yet."""
    typed = request.GET.get("day", "").strip()[:20]
    day = typed_day(typed)
    return (None, typed) if day is None or day > timezone.localdate() else (day, "")


def version(request: HttpRequest, pk: int) -> HttpResponse:
    """A version of a list: its entries, or with ``against`` what has changed since another one."""
    row = reading.version_of(pk)
    if row is None:
        raise Http404
    if row.withdrawn_at is not None:
        return show(
            request,
            "withdrawn",
            {"version": row, "name": list_name(row)},
            *_list_crumbs(row),
            status=410,
            organ=row.organ,
        )
    others = reading.others_of(row)
    older = next((one for one in others if str(one.pk) == request.GET.get("against", "")), None)
    context: dict[str, Any] = {
        "version": row, "name": list_name(row), "others": [one for one in others if one.pk != pk],
        "newest": others[0] if others[0].pk != pk else None, "older": older,
    }  # fmt: skip
    context |= _changes(request, row, older) if older else _entries(request, row, others[0].pk == pk)
    return show(
        request, "version", context, *_list_crumbs(row), Crumb(_("第 %(n)s 版") % {"n": row.number}), organ=row.organ
    )


def _entries(request: HttpRequest, row: PublishedVersion, stands: bool) -> dict[str, Any]:
    typed = request.GET.get("q", "").strip()[:LONGEST_QUESTION] if stands else ""
    rows = reading.rows_of(row, reading.question_of(typed))
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    rows_here = list(page)
    names = reading.table_of(row, rows_here)[:COLUMNS]
    heads = [reading.declared(row).fields[name].words for name in names]
    lines = [reading.line_of(row, one, names, language()) for one in rows_here]
    return {"typed": typed, "echo": echo(typed), "may_ask": stands, "page": page, "heads": heads, "lines": lines}


def _changes(request: HttpRequest, one: PublishedVersion, other: PublishedVersion) -> dict[str, Any]:
    older, newer = sorted((one, other), key=lambda item: item.number)
    form = reading.declared(newer)
    changes = changes_between(older, newer)
    page = Paginator(changes, PAGE_SIZE).get_page(request.GET.get("page"))
    told = []
    for item in page:
        values = item.after or item.before or {}
        title = reading.said(form.fields[form.title], values.get(form.title), language()) or item.key
        fields = [
            Changed(form.fields[name].words, *(reading.said(form.fields[name], (side or {}).get(name), language())
                                               for side in (item.before, item.after)), reading.is_people(form.fields[name]))
            for name in item.fields if name in form.fields
        ]  # fmt: skip
        told.append(
            (kind_name(item.kind), item.key, title, reading.is_people(form.fields[form.title]), item.organ, fields)
        )
    counts = [(kind_name(kind), sum(item.kind is kind for item in changes)) for kind in list(ChangeKind)[:3]]
    return {"older": older, "newer": newer, "page": page, "told": told, "counts": counts}


def proof(request: HttpRequest, pk: int) -> HttpResponse:
    """验证: whether the list, read again from the records, is what was published; and how anybody repeats it."""
    row = reading.version_of(pk)
    if row is None or row.withdrawn_at is not None:
        return version(request, pk)
    context = {"version": row, "name": list_name(row), "intact": is_intact(row, list(reading.rows_of(row)))}
    here = Crumb(_("第 %(n)s 版") % {"n": row.number}, reverse("public:version", args=[pk]))
    return show(request, "proof", context, *_list_crumbs(row), here, Crumb(_("验证")), organ=row.organ)


def entry_context(pk: int) -> dict[str, Any]:
    """One entry: what stands, and what each version changed. An entry that is in no version does not exist here."""
    found = reading.entry_of(pk)
    now, course = reading.course_of(found, language()) if found else (None, [])
    if found is None or not course:
        raise Http404
    context: dict[str, Any] = {"entry": found, "course": [(one, kind_name(one.kind)) for one in course], "now": None}
    last = course[0].version
    if now is not None:
        last, row = now
        line = reading.line_of(last, row, reading.names_of(last), language())
        context |= {
            "now": last,
            "row": row,
            "line": line,
            "title": line.title,
            "fields": [c for c in line.cells if c.value],
        }
    context |= {"last": last, "list": list_name(last), "first": course[-1].version}
    context.setdefault("title", found.key)
    return context


def entry_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """An entry of a list that has no page of its own kind."""
    status = 410 if context["now"] is None else 200
    is_people = context["now"] is not None and context["line"].is_people
    here = Crumb(context["title"], stays=is_people)
    return show(
        request, "entry", context, *_list_crumbs(context["last"]), here, status=status, organ=context["entry"].organ
    )


def about(request: HttpRequest) -> HttpResponse:
    """关于本站: who keeps the site and how he is reached, the map of the site, how it serves whoever sees or moves badly."""
    today, several = timezone.localdate(), _places()
    sites = [
        (one.region if len(several) > 1 else None, site_of(one.path, today)) for _code, one in sorted(several.items())
    ]
    links = ("faults", "mark")
    told = [(region, [(item.words, site[name]) for name, item in ITEMS.items() if name in site and name not in links], site)
            for region, site in sites]  # fmt: skip
    places = [(words, reverse(f"public:{name}")) for words, name in PLACES]
    places += [(system.name, reverse("public:list", args=[system.slug])) for system in _published_systems()]
    context = {"told": told, "places": places, "draft_days": settings.PUBLIC_DRAFT_DAYS}
    return show(request, "about", context, Crumb(_("关于本站")))


def _published_systems() -> list[System]:
    return [systems()[slug] for slug in dict.fromkeys(version.register for version in reading.versions())]


# --- where nothing can be shown: the public has its own words, officers have theirs ------------------------------------------


def _is_public(request: HttpRequest) -> bool:
    return request.path.startswith(reverse("public:home"))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """没有找到: what may be the reason and where to go on."""
    if not _is_public(request):
        return defaults.page_not_found(request, exception)
    return show(request, "not-found", {}, Crumb(_("没有找到")), status=404)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """没有读懂: a request cut off or larger than a form can be."""
    return defaults.bad_request(request, exception, "portal/400.html" if _is_public(request) else "400.html")


def server_error(request: HttpRequest) -> HttpResponse:
    """出错了: a page that stands in a file and needs nothing that may be broken."""
    return defaults.server_error(request, "portal/500.html" if _is_public(request) else "500.html")


def expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """页面已过期: a form came without the cookie it was given; the switches of the public pages are such forms too."""
    is_public = request.POST.get("next", "").startswith(reverse("public:home"))
    return render(request, "403_csrf.html", {"is_public": is_public}, status=403)
