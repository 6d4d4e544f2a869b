"""For machines (订阅和收录): the Atom feed of what was published, the map of the site, and what robots may read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhunsheng.intake.offering import offers
from zhunsheng.portal import consultations, reading, report_pages
from zhunsheng.portal.acts import public
from zhunsheng.portal.consultation_pages import noon
from zhunsheng.portal.documents import citation, documents, editions, newest_in_force
from zhunsheng.portal.enforcement_pages import DRAW
from zhunsheng.portal.pages import PLACES, list_name
from zhunsheng.registers.models import PublishedVersion, Revision
from zhunsheng.releases.reading import published

MOST = 50


class Published(Feed):  # type: ignore[type-arg]
    """最新公布: the versions published last, of every list or of one."""

    feed_type = Atom1Feed
    title = gettext_lazy("最新公布")
    subtitle = gettext_lazy("清单、目录和文件的公布版本")
    link = reverse_lazy("public:home")

    def get_object(self, request: HttpRequest, register: str | None = None) -> str | None:
        if register is not None and reading.system_of(register) is None:
            raise Http404
        return register

    def items(self, register: str | None) -> Iterable[PublishedVersion]:
        return reading.latest(MOST, register)

    def item_title(self, item: PublishedVersion) -> str:  # type: ignore[override]
        return f"{list_name(item)} {_('第 %(n)s 版') % {'n': item.number}}"

    def item_description(self, item: PublishedVersion) -> str:  # type: ignore[override]
        return _("截至 %(day)s，共 %(count)s 条。") % {"day": item.day, "count": item.entries} + item.note

    def item_author_name(self, item: PublishedVersion) -> str:
        return item.organ.name

    def item_link(self, item: PublishedVersion) -> str:
        return reverse("public:version", args=[item.pk])

    def item_pubdate(self, item: PublishedVersion) -> datetime:
        return item.published_at

    item_updateddate = item_pubdate


class Documents(Feed):  # type: ignore[type-arg]
    """最新文件: the documents in force that were entered last."""

    feed_type = Atom1Feed
    title = gettext_lazy("最新文件")
    subtitle = gettext_lazy("现行有效的政府规章和行政规范性文件")
    link = reverse_lazy("public:documents")

    def items(self) -> list[Revision]:
        return newest_in_force(timezone.localdate(), MOST)

    def item_title(self, item: Revision) -> str:  # type: ignore[override]
        return str(item.values.get("document_title") or item.entry.key)

    def item_description(self, item: Revision) -> str:  # type: ignore[override]
        return citation(item.values, item.entry.key)

    def item_author_name(self, item: Revision) -> str:
        return item.entry.organ.name

    def item_link(self, item: Revision) -> str:
        return reverse("public:entry", args=[item.entry_id])

    def item_pubdate(self, item: Revision) -> datetime:
        return noon(date.fromisoformat(item.values.get("published_on") or item.valid_from.isoformat()))

    item_updateddate = item_pubdate


class Part(Sitemap):  # type: ignore[type-arg]
    """A part of the map of the site: what stands, its address, and the day it was last changed where that is known."""

    limit = 5_000

    def __init__(
        self, found: Callable[[], Any], address: Callable[[Any], str], day: Callable[[Any], date | None] = lambda _: None
    ) -> None:  # fmt: skip
        self.items, self.location, self.lastmod = found, address, day

    def get_latest_lastmod(self) -> None:
        """Not told for a whole part: every record of it would have to be read."""


def _at(route: str, key: str = "pk") -> Callable[[Any], str]:
    return lambda item: reverse(f"public:{route}", args=[getattr(item, key)])


def _registers() -> list[str]:
    return list(dict.fromkeys(version.register for version in reading.versions()))


PARTS = {
    "pages": Part(lambda: [name for _words, name in PLACES], lambda name: reverse(f"public:{name}")),
    "services": Part(lambda: offers(timezone.localdate()), _at("service", "slug")),
    "lists": Part(_registers, lambda register: reverse("public:list", args=[register])),
    "versions": Part(reading.versions, _at("version"), lambda version: timezone.localdate(version.published_at)),
    "documents": Part(lambda: documents(editions()).order_by("pk"), _at("entry", "entry_id")),
    "decisions": Part(
        lambda: published().order_by("pk"), _at("decision"), lambda row: timezone.localdate(row.published_at)
    ),
    "consultations": Part(consultations.consultations, _at("consultation"), lambda case: case.last_on),
    "draws": Part(lambda: public(DRAW).order_by("pk"), _at("draw"), lambda case: case.last_on),
    "reports": Part(report_pages.published, _at("annual-report"), lambda row: timezone.localdate(row.published_at)),
}
"""The map of the site (网站地图 for search engines), part by part."""


def robots(request: HttpRequest) -> HttpResponse:
    """The public pages are for everybody, those of officers for no robot."""
    lines = [
        "User-agent: *", f"Allow: {reverse('public:home')}", f"Allow: {settings.STATIC_URL}", "Disallow: /",
        f"Sitemap: {request.build_absolute_uri(reverse('public:sitemap'))}", "",
    ]  # fmt: skip
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
