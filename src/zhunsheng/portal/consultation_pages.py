"""The public pages of consultations (征求意见的网页): what is open, one draft by article, the form for a comment, what became of it.

What may be shown and what a comment does is decided in ``consultations``.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.contrib.syndication.views import Feed
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhunsheng.cases.models import Case
from zhunsheng.catalogue.loading import system
from zhunsheng.intake import guarding, receipts
from zhunsheng.intake.guarding import Held
from zhunsheng.kernel.articles import placed
from zhunsheng.kernel.fields import clean_text
from zhunsheng.kernel.words import Words
from zhunsheng.orgs.refusals import Refused
from zhunsheng.portal import consultations, documents
from zhunsheng.portal.acts import said_of
from zhunsheng.portal.consultations import COMMENT, CONSULTATION
from zhunsheng.portal.pages import PAGE_SIZE, Crumb, language, show
from zhunsheng.portal.public_forms import forgotten, guarded, public_form, told, why

LONGEST = {"opinion": 5000, "article": 60, "from_name": 60, "from_contact": 120}
FOLLOW = "comment.follow"
STAGES = {
    "": Words("全部", "All"),
    "open": Words("征求意见中", "Open"),
    "studied": Words("整理研究中", "Being studied"),
    "answered": Words("已公布采纳情况", "Result published"),
}
_STATES = {"open": ("open",), "studied": ("closed", "summarised"), "answered": ("answered",)}
MOST = 50


def _crumb() -> Crumb:
    return Crumb(_("征求意见"), reverse("public:consultations"))


def _found(pk: int) -> tuple[Case, consultations.Until]:
    case = consultations.one(pk)
    if case is None:
        raise Http404
    return consultations.with_last_days([case])[0]


def all_consultations(request: HttpRequest) -> HttpResponse:
    """征求意见: what can be commented on now first, then all, by how far they are."""
    today = timezone.localdate()
    stage = request.GET.get("stage", "")
    stage = stage if stage in STAGES else ""
    page = Paginator(consultations.consultations(*_STATES.get(stage, ())), PAGE_SIZE).get_page(request.GET.get("page"))
    found = [
        (case, last, (last.day - today).days if consultations.is_open(case, last, today) else None)
        for case, last in consultations.with_last_days(list(page))
    ]
    states = system(CONSULTATION).procedures[-1].states
    context = {
        "page": page, "found": [(case, last, left, states[case.state].words) for case, last, left in found],
        "stage": stage, "stages": STAGES.items(), "column": _("互动交流"),
    }  # fmt: skip
    return show(request, "consultations", context, Crumb(_("征求意见")))


def consultation(request: HttpRequest, pk: int) -> HttpResponse:
    """One draft: its text by article, until when and how to comment; afterwards what became of the opinions."""
    case, last = _found(pk)
    today = timezone.localdate()
    said = said_of(case)
    counts, shown = consultations.became(case)
    names = system(CONSULTATION).registers[-1].fields["adoption"].choices
    context = {
        "case": case, "said": said, "last": last, "is_open": consultations.is_open(case, last, today),
        "left": (last.day - today).days, "text": placed(said.get("draft_text", "").splitlines()),
        "state": system(CONSULTATION).procedure_of(case.version).procedure.states[case.state],
        "counts": [(words, counts[key]) for key, words in names.items() if counts.get(key)],
        "became": shown, "came": documents.came_of(case), "column": _("互动交流"), "dropped": case.state == "dropped",
        "unit": said.get("drafting_unit") or case.organ.name,
    }  # fmt: skip
    return show(request, "consultation", context, _crumb(), Crumb(said["draft_title"]), organ=case.organ)


@public_form(goes_back=True)
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """提意见: on one article or on the whole; without an account, and without a name where none is given."""
    case, last = _found(pk)
    title = said_of(case)["draft_title"]
    trail = (_crumb(), Crumb(title, reverse("public:consultation", args=[pk])), Crumb(_("提意见")))
    if not consultations.is_open(case, last, timezone.localdate()):
        late = {"case": case, "title": title, "last": last, "opinion": request.POST.get("opinion", "")}
        return show(request, "consultation-closed", late, *trail, status=409, organ=case.organ)
    source = request.POST if request.method == "POST" else request.GET
    typed = {name: clean_text(source.get(name, "")) for name in LONGEST}
    offered = consultations.places(case)
    problems: list[tuple[str, str]] = []
    context = {"case": case, "title": title, "last": last, "typed": typed, "places": offered}
    if request.method != "POST":
        return show(request, "comment", context | {"guard": guarding.guard(COMMENT)}, *trail, organ=case.organ)
    problems += _problems(typed, offered)
    passed = guarded(request, COMMENT)
    if isinstance(passed, Held):
        problems.append((passed.field, why(passed)))
        context["guard"] = passed.guard
    elif not problems:
        try:
            values = {name: text for name, text in typed.items() if text}
            slip = consultations.comment(case, passed.mark, values)
        except Refused as error:
            problems.append(("", error.sentence(language())))
        else:
            done = {"case": case, "title": title, "slip": slip, "last": last}
            return forgotten(show(request, "commented", done, *trail, organ=case.organ))
    if not isinstance(passed, Held):
        context["guard"] = guarding.guard(COMMENT, passed.mark)
    return show(request, "comment", context | told(problems), *trail, status=422, organ=case.organ)


def _problems(typed: dict[str, str], offered: list[str]) -> Iterable[tuple[str, str]]:
    if not typed["opinion"]:
        yield "opinion", _("请填写意见内容")
    for name, most in LONGEST.items():
        if len(typed[name]) > most:
            yield name, _("这一栏最多 %(most)s 字") % {"most": most}
    if typed["article"] and typed["article"] not in offered:
        yield "article", _("草案里没有“%(place)s”，请从列出的条文中选择") % {"place": typed["article"]}


@public_form()
def own(request: HttpRequest) -> HttpResponse:
    """我的意见: what became of a comment, by the number and code of its receipt."""
    number, code = (request.POST.get(name, "")[:40] for name in ("number", "code"))
    context: dict[str, Any] = {"guard": guarding.guard(FOLLOW), "number": number, "code": code}
    status = 200
    if request.method == "POST":
        passed = guarded(request, FOLLOW, quickest=0)
        if isinstance(passed, Held):
            context |= {"guard": passed.guard, **told([(passed.field, why(passed))])}
            status = 422
        else:
            receipt = receipts.find(number, code)
            found = consultations.of_receipt(receipt) if receipt is not None else None
            if found is None:
                context |= told([("number", _("编号或者查询码不对，请核对回执"))])
                status = 422
            else:
                case, opinion = found
                adoption = (
                    system(CONSULTATION).registers[-1].fields["adoption"].choices.get(opinion.get("adoption") or "")
                )
                context |= {"case": case, "opinion": opinion, "adoption": adoption, "title": said_of(case)["draft_title"],
                            "answered": case.state == "answered"}  # fmt: skip
    return show(request, "own-comment", context, _crumb(), Crumb(_("我的意见")), status=status)


class Consultations(Feed):  # type: ignore[type-arg]
    """征求意见: drafts open for comment, and the results that were published."""

    feed_type = Atom1Feed
    title = gettext_lazy("征求意见")
    subtitle = gettext_lazy("公开征求意见的草案和采纳情况")
    link = reverse_lazy("public:consultations")

    def items(self) -> list[Case]:
        return list(consultations.consultations().order_by("-last_on", "-pk")[:MOST])

    def item_title(self, item: Case) -> str:  # type: ignore[override]
        state = system(CONSULTATION).procedure_of(item.version).procedure.states[item.state]
        return f"{said_of(item)['draft_title']} {state.words.within(language())}"

    def item_description(self, item: Case) -> str:  # type: ignore[override]
        said = said_of(item)
        return str(said.get("summary") if item.state == "answered" else said.get("explanation") or "")

    def item_author_name(self, item: Case) -> str:
        return item.organ.name

    def item_link(self, item: Case) -> str:
        return reverse("public:consultation", args=[item.pk])

    def item_pubdate(self, item: Case) -> datetime:
        return noon(date.fromisoformat(item.fields["announced_on"]))

    def item_updateddate(self, item: Case) -> datetime:
        return noon(item.last_on)


def noon(day: date) -> datetime:
    """A day as the time a feed wants."""
    return timezone.make_aware(datetime(day.year, day.month, day.day, 12))
