"""查找: over everything that was published: services, drafts, draws and reports by what they are called, decisions and entries of
lists by what they say.

Of the first there are few, so that each is looked at; how the others are found is in ``reading``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from zhunsheng.catalogue.loading import systems
from zhunsheng.desk.wording import name_of, say
from zhunsheng.intake.offering import offers, services
from zhunsheng.kernel.words import Words
from zhunsheng.portal import consultations, documents, reading, report_pages
from zhunsheng.portal.acts import public
from zhunsheng.portal.enforcement_pages import DRAW
from zhunsheng.portal.pages import FEW, PAGE_SIZE, Crumb, echo, language, show
from zhunsheng.releases.models import Release
from zhunsheng.search.wording import LONGEST_QUESTION, Question

NEWEST = 200
"""So many consultations and draws are looked at, the newest."""
SHOWN = 20


class Named(NamedTuple):
    """A page that is found by what it is called, or by the sentence that says what it is."""

    kind: str
    title: str
    address: str
    says: str = ""


def named(question: Question) -> list[Named]:
    """Services, drafts, draws and reports whose name holds what is asked."""
    return [one for one in (*_services(question), *_others()) if question.is_in(one.title, one.says)][:SHOWN]


def _services(question: Question) -> Iterator[Named]:
    """Those that are open; who takes them is asked only where one of them is meant."""
    if any(question.is_in(say(one), say(one.summary)) for one in services().values()):
        for offer in offers(timezone.localdate()):
            address = reverse("public:service", args=[offer.slug])
            yield Named(_("办事"), say(offer.service), address, say(offer.service.summary))


def _others() -> Iterator[Named]:
    drafts = consultations.consultations().values_list("pk", "fields__draft_title")
    for pk, title in drafts[:NEWEST]:
        yield Named(_("征求意见"), title, reverse("public:consultation", args=[pk]))
    draws = public(DRAW).order_by("-pk").values_list("pk", "number", "fields__task_name")
    for pk, number, task in draws[:NEWEST]:
        yield Named(_("双随机抽查"), task or number, reverse("public:draw", args=[pk]))
    for report in report_pages.published():
        title = _("%(name)s%(year)s年度法治政府建设情况报告") % {"name": name_of(report.region), "year": report.year}
        yield Named(_("年度报告"), title, reverse("public:annual-report", args=[report.pk]))


def _standing(find: reading.Find) -> tuple[Words, str] | None:
    """Whether a document of the library is in force, and how that is marked; of other entries there is nothing to say."""
    return (
        documents.standing_of(find.values, timezone.localdate()) if find.version.register == documents.LIBRARY else None
    )


def search(request: HttpRequest) -> HttpResponse:
    """查找: over everything that was published."""
    typed = request.GET.get("q", "").strip()[:LONGEST_QUESTION]
    register = request.GET.get("list", "")
    question = reading.question_of(typed)
    keys = reading.find(question, register if register in systems() else "")
    page = Paginator(keys, PAGE_SIZE).get_page(request.GET.get("page"))
    found = reading.decisions_holding(question) if question and not register else Release.public.none()
    context = {
        "named": named(question) if question and not register else [], "decisions": found[:FEW], "decision_count": found.count(),
        "typed": typed, "echo": echo(typed), "page": page, "finds": [(one, _standing(one)) for one in reading.finds(list(page), language())], "most": reading.MOST,
        "is_more": len(keys) == reading.MOST, "within": systems().get(register), "question": question,
    }  # fmt: skip
    return show(request, "search", context, Crumb(_("查找"), stays=bool(typed)))
