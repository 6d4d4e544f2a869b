"""The addresses of the public pages. An address that was given out stays."""

from django.contrib.sitemaps import views as sitemap_views
from django.urls import path, register_converter

from zhunsheng.portal import (
    consultation_pages,
    decision_pages,
    document_pages,
    enforcement_pages,
    feeds,
    follow_pages,
    open_data,
    pages,
    ratings,
    report_pages,
    search_pages,
    service_pages,
)


class Form:
    """A kind of file that data are given as."""

    regex = "csv|json|xlsx"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class Print:
    """A kind of file that a text is given as."""

    regex = "docx|pdf"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Form, "form")
register_converter(Print, "print")
app_name = "public"
urlpatterns = [
    path("public/", pages.home, name="home"),
    path("public/lists/", pages.lists, name="lists"),
    path("public/lists/<slug:register>/", pages.one_list, name="list"),
    path("public/version/<int:pk>/", pages.version, name="version"),
    path("public/version/<int:pk>/proof/", pages.proof, name="proof"),
    path("public/version/<int:pk>/data.<form:form>", open_data.data, name="data"),
    path("public/entry/<int:pk>/", document_pages.entry, name="entry"),
    path("public/entry/<int:pk>/redline/", document_pages.redline, name="redline"),
    path("public/entry/<int:pk>/text.docx", document_pages.file, name="document-file"),
    path("public/documents/", document_pages.library, name="documents"),
    path("public/documents/feed.atom", feeds.Documents(), name="document-feed"),
    path("public/documents/cleanups/", document_pages.cleanups, name="cleanups"),
    path("public/consultations/", consultation_pages.all_consultations, name="consultations"),
    path("public/consultations/feed.atom", consultation_pages.Consultations(), name="consultation-feed"),
    path("public/consultations/own/", consultation_pages.own, name="own-comment"),
    path("public/consultations/<int:pk>/", consultation_pages.consultation, name="consultation"),
    path("public/consultations/<int:pk>/comment/", consultation_pages.comment, name="comment"),
    path("public/reports/", report_pages.reports, name="annual-reports"),
    path("public/reports/<int:pk>/", report_pages.report, name="annual-report"),
    path("public/reports/<int:pk>/report.docx", report_pages.file, name="annual-report-file"),
    path("public/reports/<int:pk>/notice.docx", report_pages.notice, name="annual-report-notice"),
    path("public/reports/<int:pk>/figures.<form:form>", report_pages.figures, name="annual-report-figures"),
    path("public/enforcement/", enforcement_pages.enforcement, name="enforcement"),
    path("public/enforcement/draws/<int:pk>/", enforcement_pages.draw, name="draw"),
    path("public/enforcement/draws/<int:pk>/<str:name>", enforcement_pages.draw_file, name="draw-file"),
    path("public/decisions/", decision_pages.decisions, name="decisions"),
    path("public/decisions/feed.atom", decision_pages.Decisions(), name="decision-feed"),
    path("public/decisions/data.<form:form>", decision_pages.decision_data, name="decision-data"),
    path("public/decisions/<int:pk>/", decision_pages.decision, name="decision"),
    path("public/decisions/<int:pk>/text.<print:form>", decision_pages.decision_file, name="decision-file"),
    path("public/about/", pages.about, name="about"),
    path("public/search/", search_pages.search, name="find"),
    path("public/services/", service_pages.services, name="services"),
    path("public/services/resume/", service_pages.resume, name="resume"),
    path("public/services/<slug:slug>/", service_pages.service, name="service"),
    path("public/services/<slug:slug>/form/", service_pages.form, name="service-form"),
    path("public/follow/", follow_pages.follow, name="follow"),
    path("public/follow/act/", follow_pages.act, name="follow-act"),
    path("public/follow/paper/", follow_pages.paper, name="follow-paper"),
    path("public/follow/file/", follow_pages.file, name="follow-file"),
    path("public/follow/back/", follow_pages.back, name="follow-back"),
    path("public/rate/", ratings.evaluate, name="rate"),
    path("public/feed.atom", feeds.Published(), name="feed"),
    path("public/lists/<slug:register>/feed.atom", feeds.Published(), name="list-feed"),
    path(
        "public/sitemap.xml", sitemap_views.index,
        {"sitemaps": feeds.PARTS, "sitemap_url_name": "public:sitemap-part"}, name="sitemap",
    ),
    path("public/sitemap-<slug:section>.xml", sitemap_views.sitemap, {"sitemaps": feeds.PARTS}, name="sitemap-part"),
    path("robots.txt", feeds.robots, name="robots"),
]  # fmt: skip
