"""Which kinds of pages there are: one line each, by its address and what has to be done there first.

Names in braces are records of ``scene``. Every route of the site stands in KINDS or in NO_PAGE; ``missing()`` names those
that do not, and tests fail until they do. How a page is opened is in ``browser``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from django.urls import URLPattern, URLResolver, get_resolver
from playwright.sync_api import Page

from gallery import steps

Steps = Callable[[Page, steps.Scene], None]


class Kind(NamedTuple):
    """One kind of page: a name for its picture, its address, and the steps from there to what is shown."""

    name: str
    address: str
    steps: Steps | None = None
    status: int = 200
    signed_in: bool = True


KINDS = (
    # signing in
    Kind("sign-in", "/sign-in/", signed_in=False),
    Kind("sign-in-refused", "/sign-in/", steps.sign_in_wrongly, signed_in=False),
    Kind("sign-in-code", "/sign-in/", steps.sign_in_half, signed_in=False),
    Kind("sign-in-locked", "/sign-in/", steps.lock_out, status=429, signed_in=False),
    Kind("security", "/people/security/"),
    Kind("passkey-add", "/people/security/passkeys/add/"),
    Kind("second-factor", "/people/security/second-factor/"),
    Kind("second-factor-on", "/people/security/second-factor/", steps.turn_second_factor_on),
    Kind("second-factor-codes", "/people/security/recovery-codes/"),
    Kind("second-factor-off", "/people/security/second-factor/off/"),
    Kind("second-factor-turned-off", "/people/security/second-factor/off/", steps.turn_second_factor_off),
    # work to do, lists of cases
    Kind("to-do", "/"),
    Kind("to-do-soon", "/?show=ours&due=soon"),
    Kind("cases", "/cases/{busy_system}/"),
    Kind("cases-filtered", "/cases/administrative_reconsideration/?course=open&f_track=ordinary&sort=-due", steps.open_more_filters),
    Kind("cases-columns", "/cases/administrative_reconsideration/", steps.choose_columns),
    Kind("cases-none", "/cases/administrative_reconsideration/?q=没有这样的案件"),
    Kind("guide", "/help/systems/administrative_reconsideration/"),
    Kind("help", "/help/"),
    Kind("help-of-a-page", "/help/page/?of=/case/{case}/"),
    Kind("handbook", "/help/handbook/tutorial/first-day-clerk/"),
    Kind("tour", "/help/tour/"),
    Kind("tour-on-a-page", "/case/{case}/?tour=4&case={case}"),
    Kind("evidence", "/cases/legality_review/evidence/?state=submitted"),
    Kind("bulk-choose", "/cases/legality_review/?state=submitted", steps.to_bulk_choice),
    Kind("bulk-form", "/cases/legality_review/?state=submitted", steps.to_bulk_form),
    Kind("bulk-preview", "/cases/legality_review/?state=submitted", steps.to_bulk_preview),
    Kind("bulk-empty", "/cases/legality_review/", steps.to_bulk_without_ticks),
    # search
    Kind("search", "/search/?q=示例"),
    Kind("search-suggest", "/", steps.type_a_question),
    Kind("search-nothing", "/search/?q=没有这样的东西"),
    Kind("search-party", "/search/", steps.ask_for_a_party),
    # one case
    Kind("open", "/cases/administrative_reconsideration/new/file/"),
    Kind("open-refused", "/cases/administrative_reconsideration/new/file/", steps.send_the_form_empty, status=422),
    Kind("case", "/case/{case}/", steps.unfold_a_receipt),
    Kind("case-parties", "/case/{case}/?tab=parties"),
    Kind("case-papers", "/case/{case}/?tab=papers"),
    Kind("case-assignments", "/case/{case}/?tab=assignments"),
    Kind("case-links", "/case/{case}/?tab=links&find=复"),
    Kind("case-postings", "/case/{case}/?tab=postings"),
    Kind("case-act-in-place", "/case/{case}/", steps.begin_the_first_step),
    Kind("public-opinions", "/case/{consultation}/opinions/"),
    Kind("case-print", "/case/{closed_case}/print/"),
    Kind("case-late", "/case/{late_case}/"),
    Kind("case-closed", "/case/{closed_case}/"),
    Kind("case-order", "/case/{order}/?tab=assignments"),
    Kind("act", "/case/{new_case}/act/accept/"),
    Kind("act-refused", "/case/{case}/act/accept/"),
    Kind("act-office", "/case/{case}/act/office.assign/"),
    Kind("paper", "/case/{case}/paper/{paper}/"),
    # import, background work
    Kind("import-start", "/cases/legality_review/import/"),
    Kind("import-columns", "/import/{upload_new}/"),
    Kind("import-problems", "/import/{upload_wrong}/"),
    Kind("import-right", "/import/{upload_right}/"),
    Kind("import-done", "/import/{upload_done}/"),
    Kind("import-undone", "/import/{upload_undone}/"),
    Kind("jobs", "/jobs/"),
    Kind("job-done", "/jobs/{job_done}/"),
    Kind("job-failed", "/jobs/{job_failed}/"),
    # lists
    Kind("register", "/registers/power_list/"),
    Kind("register-past", "/registers/power_list/?day={past_day}"),
    Kind("register-entry", "/registers/power_list/entry/{entry}/"),
    Kind("register-changes", "/registers/power_list/changes/"),
    Kind("register-change-new", "/registers/power_list/changes/new/"),
    Kind("register-change", "/registers/power_list/changes/{draft}/"),
    Kind("register-change-decide", "/registers/power_list/changes/{submitted}/"),
    Kind("register-change-head", "/registers/power_list/changes/{draft}/head/"),
    Kind("register-line", "/registers/power_list/changes/{draft}/line/add/"),
    Kind("register-line-change", "/registers/power_list/changes/{draft}/line/change/?key={entry_key}"),
    Kind("register-import", "/registers/power_list/changes/{draft}/import/"),
    Kind("register-import-check", "/registers/power_list/changes/{draft}/import/", steps.upload_a_list),
    Kind("register-comparison", "/registers/power_list/comparison/"),
    Kind("register-compared", "/registers/power_list/comparison/?here={here}&there=o{there}"),
    Kind("register-versions", "/registers/power_list/versions/"),
    Kind("register-publish", "/registers/power_list/versions/new/"),
    Kind("register-version", "/registers/power_list/versions/{version}/"),
    Kind("register-version-against", "/registers/power_list/versions/{version}/?against={version_before}"),
    Kind("register-withdraw", "/registers/power_list/versions/{version}/withdraw/"),
    # papers to publish
    Kind("releases", "/releases/"),
    Kind("releases-published", "/releases/?state=published"),
    Kind("release-new", "/releases/case/{release_case}/new/?paper={release_paper}"),
    Kind("release", "/releases/{release}/"),
    Kind("release-published", "/releases/{released}/"),
    # the public's pages
    Kind("public-home", "/public/", signed_in=False),
    Kind("public-lists", "/public/lists/", signed_in=False),
    Kind("public-list", "/public/lists/power_list/?day={today}", signed_in=False),
    Kind("public-version", "/public/version/{version}/", signed_in=False),
    Kind("public-version-against", "/public/version/{version}/?against={version_before}", signed_in=False),
    Kind("public-withdrawn", "/public/version/{version_withdrawn}/", status=410, signed_in=False),
    Kind("public-proof", "/public/version/{version}/proof/", signed_in=False),
    Kind("public-entry", "/public/entry/{entry}/", signed_in=False),
    Kind("public-documents", "/public/documents/", signed_in=False),
    Kind("public-document", "/public/entry/{document}/", signed_in=False),
    Kind("public-redline", "/public/entry/{document}/redline/", signed_in=False),
    Kind("public-cleanups", "/public/documents/cleanups/", signed_in=False),
    Kind("public-consultations", "/public/consultations/", signed_in=False),
    Kind("public-consultation", "/public/consultations/{consultation}/", signed_in=False),
    Kind("public-consultation-answered", "/public/consultations/{answered}/", signed_in=False),
    Kind("public-comment", "/public/consultations/{consultation}/comment/?article=第二条", signed_in=False),
    Kind("public-comment-closed", "/public/consultations/{answered}/comment/", status=409, signed_in=False),
    Kind("public-own-comment", "/public/consultations/own/", signed_in=False),
    Kind("public-reports", "/public/reports/", signed_in=False),
    Kind("public-report", "/public/reports/{published_report}/", signed_in=False),
    Kind("public-report-corrected", "/public/reports/{corrected_report}/", signed_in=False),
    Kind("public-enforcement", "/public/enforcement/?name=示例甲", signed_in=False),
    Kind("public-draw", "/public/enforcement/draws/{draw}/", signed_in=False),
    Kind("public-decisions", "/public/decisions/", signed_in=False),
    Kind("public-decision", "/public/decisions/{released}/", signed_in=False),
    Kind("public-decision-gone", "/public/decisions/{release_withdrawn}/", status=410, signed_in=False),
    Kind("public-rate", "/public/rate/", signed_in=False),
    Kind("public-about", "/public/about/", signed_in=False),
    Kind("public-find", "/public/search/?q=示例", signed_in=False),
    Kind("public-services", "/public/services/", signed_in=False),
    Kind("public-service", "/public/services/administrative_reconsideration/", signed_in=False),
    Kind("public-service-form", "/public/services/administrative_reconsideration/form/", signed_in=False),
    Kind("public-service-form-wrong", "/public/services/info_disclosure_request/form/", steps.send_a_service_empty, status=422, signed_in=False),
    Kind("public-resume", "/public/services/resume/", signed_in=False),
    Kind("public-follow", "/public/follow/", signed_in=False),
    Kind("public-followed", "/public/follow/", steps.follow_a_receipt, signed_in=False),
    Kind("public-followed-paper", "/public/follow/", steps.open_a_paper, signed_in=False),
    # figures and reports
    Kind("figures", "/figures/?region={region}&year={year}"),
    Kind("figures-found", "/figures/?region={region}&year={year}&q=复议"),
    Kind("figure", "/figure/{figure}/?region={region}&year={year}"),
    Kind("figure-run", "/figure/{figure}/?region={region}&year={year}&span=run&from={year}-02&to={year}-09"),
    Kind("figure-ratio", "/figure/administrative_reconsideration.correction_rate/?region={region}&year={year}"),
    Kind("figure-stated", "/figure/{stated}/?region={region}&year={year}"),
    Kind("records", "/figure/{figure}/records/?region={region}&year={year}"),
    Kind("hand-out", "/figure/{figure}/tell/?region={region}&year={year}"),
    Kind("figure-series", "/figures/series/?region={region}&year={year}&since=2018&figures={figure}"),
    Kind("checks", "/figures/checks/?region={region}&year={year}"),
    Kind("closing", "/figures/closing/?region={region}&year={year}"),
    Kind("closing-month", "/figures/closing/?region={region}&year={year}&month={month}"),
    Kind("declared", "/figures/stated/?region={region}&year={year}"),
    Kind("state-figure", "/figures/stated/new/?region={region}&year={year}"),
    Kind("handed-out", "/figures/told/?region={region}&year={year}"),
    Kind("returns", "/assessment/returns/"),
    Kind("rectifications", "/assessment/rectification/"),
    Kind("consequences", "/assessment/consequences/"),
    Kind("assessment", "/assessment/?year={this_year}"),
    Kind("assessment-sheet", "/assessment/sheet/{organ}/?year={this_year}"),
    Kind("debriefs", "/assessment/debriefs/?year={this_year}"),
    Kind("debrief", "/assessment/debriefs/{debrief}/"),
    Kind("assessment-binder", "/assessment/binder/{organ}/?year={this_year}"),
    Kind("report", "/reports/{region}/{year}/"),
    Kind("report-tables", "/reports/{region}/{year}/tables/"),
    Kind("same-words", "/reports/{region}/{year}/same-words/"),
    Kind("report-calendar", "/report-calendar/?region={region}"),
    Kind("report-outlines", "/reports/{region}/{year}/outlines/"),
    Kind("report-draft", "/report-drafts/{report}/"),
    Kind("report-nothing", "/reports/{region}/2016/"),
    Kind("report-check", "/reports/check/"),
    Kind("report-checked", "/reports/check/", steps.check_a_report),
    Kind("report-comparison", "/reports/comparison/"),
    Kind("report-compared", "/reports/comparison/", steps.compare_reports),
    # law and calendar
    Kind("calendar", "/calendar/?year={this_year}"),
    Kind("calendar-unknown", "/calendar/?year={next_year}"),
    Kind("calendar-notice", "/calendar/notice/?year={next_year}"),
    Kind("calendar-preview", "/calendar/notice/?year={next_year}", steps.fill_in_a_notice),
    Kind("calendar-project", "/calendar/{this_year}/project/"),
    Kind("statutes", "/law/statutes/"),
    Kind("statute", "/law/statutes/administrative_reconsideration_law/"),
    Kind("statute-resting", "/law/statutes/administrative_reconsideration_law/resting/"),
    Kind("statute-change", "/law/statutes/administrative_reconsideration_law/change/"),
    Kind("limits", "/law/limits/?q=复议"),
    Kind("limit", "/law/limits/fy_accept_review_5d/?start=2024-09-26"),
    # local settings
    Kind("settings", "/settings/"),
    Kind("setting-limit", "/settings/limit/legality_review_completion/"),
    Kind("setting-template", "/settings/template/legality_review.completion_notice.2019-09-01/"),
    Kind("setting-number", "/settings/number/legality_review/"),
    Kind("setting-decide", "/settings/limit/legality_review_other/decide/"),
    Kind("setting-preview", "/settings/limit/legality_review_other/decide/", steps.preview_a_setting),
    Kind("setting-template-decide", "/settings/template/legality_review.completion_notice.2019-09-01/decide/"),
    Kind("setting-withdraw", "/settings/limit/legality_review_completion/withdraw/"),
    Kind("setting-count", "/settings/limit/legality_review_completion/count/"),
    Kind("settings-import", "/settings/import/"),
    # help
    Kind("help-in-place", "/case/{case}/", steps.open_the_help),
    # organs and people
    Kind("organs", "/organs/"),
    Kind("organ", "/organs/{organ}/"),
    Kind("add-organ", "/organs/{government}/add/"),
    Kind("reform-organ", "/organs/{organ}/reform/merge/"),
    Kind("reform-preview", "/organs/{organ}/reform/merge/", steps.to_reform_preview),
    Kind("reforms", "/reforms/"),
    Kind("reform", "/reforms/{reform}/"),
    Kind("people", "/people/"),
    Kind("officer", "/people/{newcomer}/"),
    Kind("officer-own", "/people/{officer}/"),
    Kind("officer-access", "/people/{newcomer}/access/?system=power_list&organ={organ}"),
    Kind("personal", "/personal/"),
    Kind("retention", "/retention/"),
    Kind("destruction", "/retention/lists/{destruction}/"),
    Kind("tombstone", "/retention/files/{destroyed}/"),
    Kind("operators", "/operators/"),
    Kind("audit", "/audit/"),
    Kind("operator-ask", "/operators/ask/"),
    Kind("add-officer", "/people/add/"),
    Kind("add-officer-refused", "/people/add/", steps.send_the_form_empty, status=422),
    Kind("appoint", "/people/{newcomer}/appoint/"),
    Kind("set-password", "/people/{newcomer}/password/"),
    Kind("reset-second-factor", "/people/{newcomer}/second-factor/"),
    Kind("service-accounts", "/people/service/"),
    Kind("open-account", "/people/service/open/"),
    Kind("service-account", "/people/service/{program}/"),
    Kind("make-token", "/people/service/{program}/token/"),
    Kind("subscribe", "/people/service/{program}/subscribe/"),
    Kind("lines", "/lines/"),
    Kind("name-line", "/lines/new/"),
    Kind("packages", "/packages/"),
    Kind("package", "/packages/{package}/"),
    Kind("reported", "/packages/reported/"),
    Kind("make-figures", "/packages/figures/"),
    Kind("own-password", "/people/password/"),
    Kind("delegate", "/people/{officer}/delegate/"),
    Kind("delegations", "/delegations/"),
    Kind("end-duty", "/duties/{duty}/end/"),
    Kind("posts", "/posts/?system=administrative_reconsideration"),
    # supervision: plans and tasks
    Kind("plans", "/supervision/"),
    Kind("plan-new", "/supervision/plans/new/"),
    Kind("plan", "/supervision/plans/{plan}/?m=1"),
    Kind("my-tasks", "/supervision/tasks/"),
    Kind("matrix", "/supervision/matrix/?year=all"),
    Kind("board", "/supervision/board/"),
    Kind("mechanisms", "/supervision/mechanisms/"),
    # bodies and meetings
    Kind("bodies", "/bodies/"),
    Kind("add-body", "/bodies/add/"),
    Kind("body", "/bodies/{body}/"),
    Kind("amend-body", "/bodies/{body}/amend/"),
    Kind("close-body", "/bodies/{body}/close/"),
    Kind("give-seat", "/bodies/{body}/seat/"),
    Kind("take-seat", "/seats/{seat}/end/"),
    Kind("call-meeting", "/bodies/{body}/call/"),
    Kind("call-refused", "/bodies/{body}/call/", steps.send_the_form_empty, status=422),
    Kind("meetings", "/meetings/?show=all"),
    Kind("meeting", "/meetings/{called}/"),
    Kind("meeting-held", "/meetings/{held}/"),
    Kind("meeting-over", "/meetings/{concluded}/"),
    Kind("change-meeting", "/meetings/{called}/change/"),
    Kind("cancel-meeting", "/meetings/{called}/cancel/"),
    Kind("invite", "/meetings/{called}/invite/"),
    Kind("put-item", "/meetings/{called}/item/"),
    Kind("take-off-item", "/items/{item}/off/"),
    Kind("attendance", "/meetings/{held}/attendance/"),
    Kind("settle-item", "/items/{item}/settle/"),
    Kind("issue-notice", "/meetings/{called}/notice/"),
    Kind("issue-minutes", "/meetings/{held}/minutes/"),
    Kind("reopen-meeting", "/meetings/{concluded}/reopen/"),
    Kind("meeting-paper", "/meetings/{concluded}/paper/{minutes}/"),
    Kind("guide-body", "/help/systems/executive_meeting/"),
    # errors
    Kind("error-404", "/no-such-page/", status=404),
    Kind("error-403", "/sign-in/", steps.send_without_token, status=403, signed_in=False),
    Kind("error-500", "/", steps.show_the_error_page, status=500),
)  # fmt: skip

NO_PAGE = {
    "looks like the binder of an assessment sheet": {"application-binder"},
    "takes a form or a button, and answers with another page": {
        "call-members", "claim", "hand-down", "report-claims", "end-delegation", "end-line", "operator-decide", "passkey-made", "passkey-remove", "sign-in-passkey", "sign-in-passkey-options", "sign-in-provider", "sign-in-provider-back", "end-subscription", "end-token", "end-devices", "evidence-pick", "evidence-remove", "follow-act", "follow-back", "import-columns", "import-mend", "import-run", "import-undo", "job-again",
        "large-text", "link", "list-columns", "material-add", "material-void", "move-up-item", "plan-confirm", "plan-defaults",
        "plan-measure", "plan-void", "register-comparison-upload",
        "register-decide", "register-import-take", "release-act", "retention-act", "destruction-act", "register-line-out", "register-settle", "report-begin", "report-draft-act", "returns-urge", "reveal", "send-again", "set-active",
        "set_language", "sign-out", "statute-change-void", "tour-answer", "unlock", "uninvite", "urge", "use-opinion", "view-remove", "view-save",
    },
    "gives a file": {
        "audit-export", "assessment-reference", "cases-workbook", "returns-file", "figure-series-file", "figures-workbook", "file-list", "import-annotated", "import-template", "job-file",
        "package-file",
        "material", "meeting-document", "paper-document", "records-workbook", "register-comparison-workbook",
        "register-import-marked", "handbook-picture", "resting-workbook", "settings-export", "template-file", "template-sample",
        "template-start",
        "consultation-feed", "data", "decision-data", "decision-feed", "decision-file", "document-feed", "document-file", "draw-file", "annual-report-file", "annual-report-figures", "annual-report-notice", "feed", "follow-file",
        "list-feed", "release-file", "destruction-certificate", "robots", "sitemap", "sitemap-part",
        "register-version-document", "register-workbook", "report-document", "report-working-paper", "urging-notice",
        "report-draft-file", "report-outline-file", "report-table-file",
    },
    "a part of a page": {
        "act-draft", "act-preview", "presence", "session", "suggest",
    },
    "leads on to another page": {
        "reports",
    },
    "for programs": {
        "api-elsewhere", "healthz", "healthz-live", "healthz-ready",
    },
}  # fmt: skip
"""Routes that are no page of their own, by why."""


def routes() -> Iterator[str]:
    """The names of all routes of the site."""

    def walk(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
        for pattern in patterns:
            if getattr(pattern, "namespace", None) == "api":
                continue  # for programs
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns)
            else:
                yield pattern.name or str(pattern.pattern)

    return walk(get_resolver().url_patterns)


def missing(seen: set[str]) -> set[str]:
    """The routes that no page in ``seen`` (names of routes that were opened) shows and NO_PAGE does not explain."""
    return set(routes()) - seen - set().union(*NO_PAGE.values())
