"""For machines (订阅和收录): the Atom feed of what was published, the map of the site, and what robots may read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhunsheng.portal import consultations, reading, report_pages
from zhunsheng.portal.pages import PLACES, list_name
from zhunsheng.registers.models import PublishedVersion
from zhunsheng.releases.reading import published

MOST = 50
ON_MAP = 20_000


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

    def item_link(self, item: PublishedVersion) -> str:
        return reverse("public:version", args=[item.pk])

    def item_pubdate(self, item: PublishedVersion) -> datetime:
        return item.published_at

    item_updateddate = item_pubdate


def sitemap(request: HttpRequest) -> HttpResponse:
    """The addresses of what stands: lists, and their versions with the day of publication."""
    versions = reading.versions()
    places = [(reverse(f"public:{name}"), "") for _words, name in PLACES]
    places += [
        (reverse("public:list", args=[register]), "") for register in dict.fromkeys(v.register for v in versions)
    ]
    places += [
        (reverse("public:annual-report", args=[row.pk]), f"{timezone.localdate(row.published_at)}")
        for row in report_pages.published()
    ]
    places += [
        (reverse("public:consultation", args=[case.pk]), f"{case.last_on}") for case in consultations.consultations()
    ]
    places += [(reverse("public:version", args=[v.pk]), v.published_at.date().isoformat()) for v in versions]
    places += [
        (reverse("public:decision", args=[row.pk]), row.published_at.date().isoformat()) for row in published()[:ON_MAP]
    ]
    lines = [
        f"<url><loc>{request.build_absolute_uri(address)}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</url>"
        for address, day in places
    ]
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    return HttpResponse("\n".join([head, *lines, "</urlset>\n"]), content_type="application/xml; charset=utf-8")


def robots(request: HttpRequest) -> HttpResponse:
    """The public pages are for everybody, those of officers for no robot."""
    lines = [
        "User-agent: *", f"Allow: {reverse('public:home')}", "Disallow: /",
        f"Sitemap: {request.build_absolute_uri(reverse('public:sitemap'))}", "",
    ]  # fmt: skip
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
