"""The table of every address of the site: who gets what by GET, who gets what by POST with a form that would be taken from
somebody who may, and a secret word that has to be in what those who may see it get, so that the search for secret words in
``test_routes`` is known to find them.

The letters stand for nobody, somebody without duties, another organ, the same organ without a role, the handler, the head,
the administrator, in this order:

    s  sent to sign in      .  404, it does not exist for them      2  200      3  redirected, nothing written
    w  200 or redirected, and something was written      4  422, nothing written but one's own draft      5  405
    g  410, withdrawn, with the reason
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.desk.county import PASSWORD, SYSTEM, days_ago
from tests.desk.everything import (
    GROUP,
    LIMIT,
    LIST,
    OURS,
    PDF,
    PEOPLE,
    PRIVATE,
    RULES,
    TEMPLATE,
    case_book,
    list_book,
    power,
)

TODAY = days_ago(0).isoformat()
STATUTE = "/law/statutes/municipal_county_administration_decision/"
RELEASE_NEW = "/releases/case/{unreleased}/new/?paper={unreleased_paper}"
CASE, REGISTER, SECURITY = "/case/{case}/", f"/registers/{LIST}/", "/people/security/"


@dataclass(frozen=True)
class Route:
    """A line of the table."""

    address: str
    get: str = ""
    post: str = ""
    data: dict[str, Any] | Callable[[], dict[str, Any]] = field(default_factory=dict)
    shows: str = ""


EVERYBODY = "s222222"
"""A page of every officer, whatever the duties."""
PUBLIC, NOT_TAKEN, GONE = "2222222", "4444444", "ggggggg"
WORKING = "s.22222"
"""A page of everybody with a duty."""
OF_CASE = "s..222."
"""What hangs on a case of justice."""
OF_SYSTEM = "s.2222."
"""A page of everybody with a duty in the system."""
HANDLER = "s...2.."
PLANNING, PLANNED = "s.2.2..", "s...w.."
"""A page of everybody who has to do with tasks, and what only who plans for justice may do."""
KEEPER, KEPT = "s...2.2", "s...w.w"
"""Forms about bodies: for the secretary of their meetings, and for who administers their organ."""
POST_ONLY = "s555555"


# --- forms that would be taken from somebody who may ---


def typed(**values: Any) -> dict[str, Any]:
    """A form of fields that a declaration has."""
    return {f"value_{name}": value for name, value in values.items()}


SUBMITTED = {"on": TODAY} | typed(matter="《示例》", kind="other", submitting_unit="示例县财政局", materials="草案")
ASSIGNED = {"on": TODAY} | typed(reviewer_name="示例己")
BULK = {"case": "{case}", "action": "assign_reviewer", "step": "run", **ASSIGNED}
TOLD = {"value": "1", "to_whom": "示例县人大", "purpose": "试", "paper": ""}
STATED = {
    "account": "{account}",
    "organ": "{government}",
    "year": "2024",
    "value": "7",
    "qualifier": "",
    "source_paper": "示函",
}
NOTICE = {"year": "2030", "document": "示例通知", "name": "元旦", "first": "2030-01-01", "last": "2030-01-01", "reason": "试",
          "enter": "1"}  # fmt: skip
NEW_LINE = {"reason": ""} | typed(item_code="A9", **power("示例事项"))
SETTLED = {
    "here": "{justice}",
    "there": "v{version}",
    "action": "explain",
    "key": "A2",
    "reason": "试",
    "draft": "{draft}",
}
NEW_LINE_OF_WORK = {
    "superior": "{government}", "organ": "{justice}", "work": "system:legality_review", "basis": "示委", "first_day": TODAY,
}  # fmt: skip
NEW_ORGAN = {"name": "示例县新局", "kind": "inner_body", "on": TODAY}
RENAMED = {"on": TODAY, "name": "示例县新司法局", "short_name": "", "mark": "", "name_en": "", "document": "示委", "reason": "试",
           "step": "confirm"}  # fmt: skip
APPOINTED = {"organ": "{justice}", "post": f"{LIST}:justice", "title": "", "on": TODAY, "until": ""}
NEW_OFFICER = {**APPOINTED, "username": "new-one", "name": "示例新人", "password": "Another horse 7"}
NEW_ACCOUNT = {"organ": "{justice}", "username": "svc-new", "name": "示例程序", "purpose": "对接", "post": "*:*"}
BODY = {"name": "示例小组", "document": "示委", "rules": "", "quorum": "half", "name_en": ""}
MEETING = {"starts_at": f"{days_ago(-5):%Y-%m-%d}T09:30", "place": "示例会议室"}
NEW_PLAN = {"pasted": "一、示例\n1.示例。开展示例评查。", "part": "", "level": "county", "is_own": "1", "mark": "新", "organ": "{justice}",
            "issued_on": TODAY}  # fmt: skip
CHANGED = {
    "kind": "amended",
    "on": TODAY,
    "articles": "",
    "document": "示例决定",
    "version": "",
    "reason": "试",
    "step": "confirm",
}
DECIDED = {"organ": "{justice}", "since": TODAY, "value": "7", "unit": "working_day", "document": "示例办法", "article": "9",
           "reason": "试", "step": "confirm"}  # fmt: skip
DELEGATED = {"to": "{colleague}", "first_day": TODAY, "last_day": TODAY, "systems": [], "reason": "公出"}
NEW_PASSWORD = {"old": PASSWORD, "password": "Another horse 7", "again": "Another horse 7"}


def settings_file() -> dict[str, Any]:
    return {"file": SimpleUploadedFile("示例.yaml", b"{}"), "organ": "{justice}", "how": "", "reason": "试"}


def cases() -> dict[str, Any]:
    return {"file": case_book("示例")}


def entries() -> dict[str, Any]:
    return {"file": list_book("示例"), "whole_list": "", "here": "{justice}"}


def scan() -> dict[str, Any]:
    return {"file": SimpleUploadedFile("a.pdf", PDF)}


ROUTES = {
    # --- signing in ---
    "to-do": Route("/", EVERYBODY, shows=OURS),
    "sign-in": Route("/sign-in/", "2333333", "w333333", {"username": "x", "password": "x"}),
    "sign-in-passkey": Route("/sign-in/passkey/", "5555555", "3333333", {"answer": "{{}}"}),
    "sign-in-passkey-options": Route("/sign-in/passkey/options/", "5555555", "2222222"),
    "sign-in-provider": Route("/sign-in/provider/", ".......", "5555555"),
    "sign-in-provider-back": Route("/sign-in/provider/back/", ".......", "5555555"),
    "sign-in-code": Route("/sign-in/code/", "3333333", "3333333", {"code": "1"}),
    "session": Route("/session/", "2222222", "2222222"),
    "sign-out": Route("/sign-out/", "5555555", "3wwwwww"),
    "large-text": Route("/large-text/", "5555555", "3333333"),
    "api-elsewhere": Route("/api/v2/cases", ".......", "......."),
    "set_language": Route("/language/setlang/", "3333333", "3333333", {"language": "en"}),
    # --- lists of cases ---
    "cases": Route(f"/cases/{SYSTEM}/", OF_SYSTEM, shows=OURS),
    "cases-workbook": Route(f"/cases/{SYSTEM}/workbook/", "s.wwww.", shows=OURS),
    "open": Route(f"/cases/{SYSTEM}/new/submit/", "s.2.2..", "s.w.w..", SUBMITTED),
    "import-start": Route(f"/cases/{SYSTEM}/import/", "s.2.2..", "s.w.w..", cases),
    "import-template": Route(f"/cases/{SYSTEM}/import/template/", "s.2.2.."),
    "bulk": Route(f"/cases/{SYSTEM}/bulk/", "s.3333.", "s.322w.", BULK),
    "list-columns": Route(f"/cases/{SYSTEM}/columns/", POST_ONLY, "s.wwww.", {"columns": "state"}),
    "evidence": Route(f"/cases/{SYSTEM}/evidence/", "s.2222.", "s...w..", {"for": "{task}"}, shows=OURS),
    "view-save": Route(f"/cases/{SYSTEM}/views/", POST_ONLY, "s.wwww.", {"name": "试", "query": "state=x"}),
    "view-remove": Route(f"/cases/{SYSTEM}/views/{{view}}/remove/", POST_ONLY, "s...w.."),
    # --- imports and work in the background: the handler's own ---
    "import": Route("/import/{upload}/", HANDLER, shows=PRIVATE),
    "import-columns": Route("/import/{upload}/columns/", POST_ONLY, "s...w.."),
    "import-mend": Route("/import/{upload}/mend/", POST_ONLY, "s...w..", {"reset": "1"}),
    "import-undo": Route("/import/{imported}/undo/", POST_ONLY, "s...w..", {"reason": "试", "confirmed": "1"}),
    "import-run": Route("/import/{upload}/run/", POST_ONLY, "s...w.."),
    "import-annotated": Route("/import/{upload}/annotated/", "s...w..", shows=PRIVATE),
    "jobs": Route("/jobs/", EVERYBODY),
    "job": Route("/jobs/{failed}/", HANDLER, shows=PRIVATE),
    "job-again": Route("/jobs/{failed}/again/", POST_ONLY, "s...w.."),
    "job-file": Route("/jobs/{job}/file/", "s...w..", shows=PRIVATE),
    # --- a case ---
    "case": Route(CASE, OF_CASE, shows=OURS),
    "act": Route(CASE + "act/assign_reviewer/", OF_CASE, "s..44w.", ASSIGNED),
    "act-preview": Route(
        "/case/{closed}/act/return_unreviewed/preview/", POST_ONLY, OF_CASE, {"on": TODAY}, shows=OURS
    ),
    "act-draft": Route(CASE + "act/office.hold/draft/", POST_ONLY, "s..www.", {"value_text": "试"}),
    "urge": Route(CASE + "urge/", POST_ONLY, "s..3ww.", {"target": "assignment-2", "text": "试"}),
    "urging-notice": Route(CASE + "urging/{urging}/notice/", "s..www.", shows=OURS),
    "use-opinion": Route(CASE + "opinion/1/", POST_ONLY, "s..3ww.", {"adoption": "not", "reason": "试"}),
    "material-add": Route(CASE + "material/", POST_ONLY, "s..3ww.", scan),
    "material": Route(CASE + "material/{material}/", "s..www.", shows=OURS),
    "material-void": Route(CASE + "material/{material}/void/", POST_ONLY, "s..3ww.", {"reason": "试"}),
    "case-print": Route(CASE + "print/", "s..www.", "s..www.", shows=OURS),
    "public-opinions": Route("/case/{consultation}/opinions/", "s......", "s......"),
    "presence": Route(CASE + "presence/", POST_ONLY, "s..www.", {"acting": "office.hold", "seen": "1"}),
    "file-list": Route(CASE + "contents/", "s..www.", shows=OURS),
    "reveal": Route(CASE + "reveal/matter/", POST_ONLY, "s..www."),
    "link": Route(CASE + "link/", POST_ONLY, "s..3ww.", {"number": "{number}"}),
    "evidence-pick": Route(f"/case/{{task}}/lists/?system={SYSTEM}", "s...3.."),
    "evidence-remove": Route("/case/{task}/lists/{given}/remove/", POST_ONLY, "s...w.."),
    "paper": Route("/case/{closed}/paper/{paper}/", OF_CASE, shows=OURS),
    "paper-document": Route("/case/{closed}/paper/{paper}/document/", "s..www.", shows=OURS),
    # --- figures and reports: of the region, for everybody with a duty in it ---
    "figures": Route("/figures/", WORKING),
    "figure": Route(f"/figure/{SYSTEM}.received/", WORKING),
    "records": Route(f"/figure/{SYSTEM}.received/records/", WORKING, shows=OURS),
    "records-workbook": Route(f"/figure/{SYSTEM}.received/records/workbook/", "s.wwwww", shows=OURS),
    "hand-out": Route(f"/figure/{SYSTEM}.received/tell/", WORKING, "s.wwwww", TOLD),
    "figures-workbook": Route("/figures/workbook/", "s.wwwww"),
    "figure-series": Route(f"/figures/series/?figures={SYSTEM}.received", WORKING),
    "figure-series-file": Route(f"/figures/series/file/?figures={SYSTEM}.received&form=csv", "s.wwwww"),
    "checks": Route("/figures/checks/", WORKING),
    "closing": Route("/figures/closing/", WORKING, "s.....w", {"month": "202401", "confirmed": "202401"}),
    "declared": Route("/figures/stated/", WORKING),
    "state-figure": Route("/figures/stated/new/", "s.2...2", "s.4...w", STATED),
    "handed-out": Route("/figures/told/", WORKING),
    "returns": Route("/assessment/returns/", EVERYBODY),
    "returns-file": Route("/assessment/returns/file/", POST_ONLY, "s......"),
    "returns-urge": Route("/assessment/returns/urge/", POST_ONLY, "s......"),
    "rectifications": Route("/assessment/rectification/", EVERYBODY),
    "consequences": Route("/assessment/consequences/", EVERYBODY),
    "assessment": Route("/assessment/", EVERYBODY),
    "assessment-reference": Route("/assessment/reference/", EVERYBODY),
    "assessment-sheet": Route("/assessment/sheet/1/", "s......"),
    "debriefs": Route("/assessment/debriefs/", EVERYBODY, "s......"),
    "debrief": Route("/assessment/debriefs/1/", "s......", "s......"),
    "assessment-binder": Route("/assessment/binder/1/", "s......"),
    "application-binder": Route("/assessment/binder/application/1/", "s......"),
    "reports": Route("/reports/", "s.33333"),
    "report": Route("/reports/999901/2024/", WORKING),
    "report-document": Route("/reports/999901/2024/document/", "s.wwwww"),
    "report-working-paper": Route("/reports/999901/2024/working-paper/", "s.wwwww"),
    "report-check": Route("/reports/check/", EVERYBODY, "s222222", {"text": "收到行政复议申请98件。"}),
    "report-comparison": Route("/reports/comparison/", EVERYBODY, "s444444", {"all": "1"}),
    "report-tables": Route("/reports/999901/2024/tables/", WORKING),
    "report-table-file": Route("/reports/999901/2024/tables/file/", "s.wwwww"),
    "same-words": Route("/reports/999901/2024/same-words/", WORKING),
    "report-calendar": Route("/report-calendar/", WORKING),
    "report-outlines": Route("/reports/999901/2024/outlines/", WORKING, "s......"),
    "report-outline-file": Route("/reports/999901/2024/outlines/annual-report/file/", "s.wwwww"),
    "report-begin": Route(
        "/reports/999901/2024/begin/", POST_ONLY, "s.33333", {"outline": "annual-report", "audience": "congress"}
    ),
    "report-draft": Route("/report-drafts/{report}/", WORKING),
    "report-draft-act": Route("/report-drafts/{report}/act/", POST_ONLY, "s.44444", {"step": "make_final"}),
    "report-draft-file": Route("/report-drafts/{report}/file/?form=xlsx", "s.wwwww"),
    # --- papers to publish ---
    "releases": Route("/releases/", EVERYBODY),
    "release-new": Route(RELEASE_NEW, "s...22.", "s...ww.", {"kind": "other", "title": "试"}, shows=OURS),
    "release": Route("/releases/{concept}/", "s..222.", shows=OURS),
    "release-act": Route("/releases/{concept}/act/", POST_ONLY, "s..4ww.", {"step": "confirm", "hide": "0"}),
    "release-file": Route("/releases/{concept}/file/", "s..www."),
    # --- search and help ---
    "search": Route("/search/?q=暗号", EVERYBODY, shows=OURS),
    "suggest": Route("/search/suggest/?q=暗号", EVERYBODY, shows=OURS),
    "search-party": Route("/search/party/", POST_ONLY, "swwwwww", {"q": "暗号"}),
    "help": Route("/help/", EVERYBODY),
    "handbook": Route("/help/handbook/how-to/close-a-month/", EVERYBODY),
    "handbook-picture": Route("/help/pictures/nothing.png", "s......"),
    "page-help": Route("/help/page/?of=" + CASE, OF_CASE),
    "tour": Route("/help/tour/", EVERYBODY),
    "tour-answer": Route("/help/tour/answer/", POST_ONLY, "swwwwww", {"take": "0"}),
    # --- law ---
    "guide": Route(f"/help/systems/{SYSTEM}/", EVERYBODY),
    "calendar": Route("/calendar/", EVERYBODY),
    "calendar-notice": Route("/calendar/notice/", "s.2...2", "s.w...w", NOTICE),
    "calendar-project": Route("/calendar/2026/project/", "s.2...2", "s.w...w", {"reason": "试"}),
    "statutes": Route("/law/statutes/", EVERYBODY),
    "statute": Route("/law/statutes/administrative_reconsideration_law/", EVERYBODY),
    "statute-resting": Route(STATUTE + "resting/", EVERYBODY, shows=OURS),
    "resting-workbook": Route(STATUTE + "resting/workbook/", "swwwwww", shows=OURS),
    "statute-change": Route(STATUTE + "change/", "s.2...2", "s.w...w", CHANGED),
    "statute-change-void": Route(STATUTE + "change/{change}/void/", POST_ONLY, "s.w...w", {"reason": "试"}),
    "limits": Route("/law/limits/", EVERYBODY),
    "limit": Route("/law/limits/fy_accept_review_5d/", EVERYBODY),
    # --- settings of the place ---
    "settings": Route("/settings/", WORKING, shows="示例县"),
    "setting": Route(f"/settings/limit/{LIMIT}/", WORKING, shows=RULES),
    "setting-decide": Route(f"/settings/limit/{LIMIT}/decide/", "s.2...2", "s.4...w", DECIDED),
    "setting-withdraw": Route(f"/settings/limit/{LIMIT}/withdraw/", "s.2...2", "s.4...w", DECIDED),
    "setting-count": Route(
        f"/settings/limit/{LIMIT}/count/", "s.2...2", "s.w...w", {"reason": "试", "step": "confirm"}
    ),
    "settings-export": Route("/settings/export/", "s.w...w"),
    "settings-import": Route("/settings/import/", "s.2...2", "s.4...4", settings_file),
    "template-start": Route(f"/settings/template/{TEMPLATE}/start/", WORKING),
    "template-file": Route(f"/settings/template/{TEMPLATE}/{{template}}/", "s..2222", shows=RULES),
    "template-sample": Route(f"/settings/template/{TEMPLATE}/{{template}}/sample/", "s..2222", shows=RULES),
    # --- lists ---
    "register": Route(REGISTER, OF_SYSTEM, shows=OURS),
    "register-workbook": Route(REGISTER + "workbook/", "s.wwww.", shows=OURS),
    "register-entry": Route(REGISTER + "entry/{entry}/", OF_CASE, shows=OURS),
    "register-changes": Route(REGISTER + "changes/", OF_SYSTEM, shows=OURS),
    "register-change-new": Route(
        REGISTER + "changes/new/", "s.2.2..", "s.w.w..", {"title": "试", "effective_on": TODAY}
    ),
    "register-change": Route(REGISTER + "changes/{draft}/", OF_CASE, shows=OURS),
    "register-change-head": Route(
        REGISTER + "changes/{draft}/head/", HANDLER, "s...w..", {"title": "试", "effective_on": TODAY}, shows=OURS
    ),
    "register-line": Route(REGISTER + "changes/{draft}/line/add/", HANDLER, "s...w..", NEW_LINE),
    "register-line-out": Route(REGISTER + "changes/{draft}/line-out/{line}/", POST_ONLY, "s...w.."),
    "register-import": Route(REGISTER + "changes/{draft}/import/", HANDLER, "s...3..", entries),
    "register-import-check": Route(REGISTER + "changes/{draft}/import/check/", HANDLER, shows=OURS),
    "register-import-marked": Route(REGISTER + "changes/{draft}/import/marked/", HANDLER, shows=OURS),
    "register-import-take": Route(REGISTER + "changes/{draft}/import/take/", POST_ONLY, "s...w.."),
    "register-decide": Route(REGISTER + "changes/{submitted}/approve/", POST_ONLY, "s..33w."),
    "register-comparison": Route(REGISTER + "comparison/", OF_SYSTEM),
    "register-comparison-upload": Route(REGISTER + "comparison/upload/", POST_ONLY, "s.3333.", entries),
    "register-settle": Route(REGISTER + "comparison/settle/", POST_ONLY, "s...w..", SETTLED),
    "register-comparison-workbook": Route(REGISTER + "comparison/workbook/?there=v{version}", "s.wwww."),
    "register-versions": Route(REGISTER + "versions/", OF_SYSTEM),
    "register-publish": Route(REGISTER + "versions/new/", "s.2..2.", "s.w..w.", {"day": TODAY, "note": ""}),
    "register-version": Route(REGISTER + "versions/{version}/", OF_SYSTEM),
    "register-version-document": Route(REGISTER + "versions/{version}/document/", "s.wwww."),
    "register-withdraw": Route(REGISTER + "versions/{version}/withdraw/", "s....2.", "s....w.", {"reason": "试"}),
    # --- the public's pages: the same for everybody, and nothing in them that was not published ---
    "home": Route("/public/", PUBLIC),
    "lists": Route("/public/lists/", PUBLIC),
    "list": Route(f"/public/lists/{LIST}/", PUBLIC, shows="公布的事项"),
    "version": Route("/public/version/{version}/", PUBLIC, shows="公布的事项"),
    "proof": Route("/public/version/{version}/proof/", PUBLIC),
    "data": Route("/public/version/{version}/data.xlsx", PUBLIC, shows="公布的事项"),
    "entry": Route("/public/entry/{published}/", PUBLIC, shows="公布的事项"),
    "documents": Route("/public/documents/?standing=all", PUBLIC, shows="公布的文件"),
    "redline": Route("/public/entry/{document}/redline/", PUBLIC, shows="公布的文件"),
    "document-feed": Route("/public/documents/feed.atom", PUBLIC, shows="公布的文件"),
    "document-file": Route("/public/entry/{document}/text.docx", PUBLIC),
    "cleanups": Route("/public/documents/cleanups/", PUBLIC),
    "annual-reports": Route("/public/reports/", PUBLIC),
    "annual-report": Route("/public/reports/{published_report}/", PUBLIC, shows="公布的报告"),
    "annual-report-file": Route("/public/reports/{published_report}/report.docx", PUBLIC),
    "annual-report-notice": Route("/public/reports/{published_report}/notice.docx", PUBLIC),
    "annual-report-figures": Route("/public/reports/{published_report}/figures.csv", PUBLIC),
    "enforcement": Route("/public/enforcement/", PUBLIC, shows="公布的抽查"),
    "draw": Route("/public/enforcement/draws/{draw}/", PUBLIC, shows="公布的抽查"),
    "draw-file": Route("/public/enforcement/draws/{draw}/04抽取规则.csv", PUBLIC, shows="公布的规则"),
    "decisions": Route("/public/decisions/", PUBLIC, shows="＊＊＊决定"),
    "decision": Route("/public/decisions/{released}/", PUBLIC, shows="公开的理由"),
    "decision-file": Route("/public/decisions/{released_file}/text.docx", PUBLIC, shows="公开的决定"),
    "decision-data": Route("/public/decisions/data.xlsx", PUBLIC, shows="＊＊＊决定"),
    "decision-feed": Route("/public/decisions/feed.atom", PUBLIC, shows="＊＊＊决定"),
    "rate": Route("/public/rate/", PUBLIC, "4444444", {"number": "1", "code": "1", "grade": "good"}),
    "about": Route("/public/about/", PUBLIC),
    "consultations": Route("/public/consultations/", PUBLIC, shows="公布的草案"),
    "consultation": Route("/public/consultations/{consultation}/", PUBLIC, shows="公布的草案"),
    "comment": Route(
        "/public/consultations/{consultation}/comment/", PUBLIC, "4444444", {"opinion": ""}, shows="公布的草案"
    ),
    "own-comment": Route("/public/consultations/own/", PUBLIC, "4444444", {"number": "1", "code": "1"}),
    "consultation-feed": Route("/public/consultations/feed.atom", PUBLIC, shows="公布的草案"),
    "find": Route("/public/search/?q=事项", PUBLIC, shows="公布的事项"),
    # Without a mark that was signed, a number and a code nothing is taken and nothing written.
    "services": Route("/public/services/", PUBLIC),
    "service": Route("/public/services/hotline_workorder/", PUBLIC),
    "service-form": Route("/public/services/hotline_workorder/form/", PUBLIC, NOT_TAKEN, {"matter": "试"}),
    "resume": Route("/public/services/resume/", PUBLIC, NOT_TAKEN, {"number": "1", "code": "2"}),
    "follow": Route("/public/follow/", PUBLIC, NOT_TAKEN, {"number": "1", "code": "2"}),
    "follow-act": Route("/public/follow/act/", "3333333", NOT_TAKEN, {"step": "withdraw"}),
    "follow-paper": Route("/public/follow/paper/", "3333333", NOT_TAKEN, {"paper": "{paper}"}),
    "follow-file": Route("/public/follow/file/", "3333333", NOT_TAKEN, {"file": "{material}"}),
    "follow-back": Route("/public/follow/back/", "3333333", NOT_TAKEN),
    "feed": Route("/public/feed.atom", PUBLIC),
    "list-feed": Route(f"/public/lists/{LIST}/feed.atom", PUBLIC),
    "sitemap": Route("/public/sitemap.xml", PUBLIC),
    "sitemap-part": Route("/public/sitemap-documents.xml", PUBLIC),
    "healthz": Route("/healthz", PUBLIC),
    "healthz-live": Route("/healthz/live", PUBLIC),
    "healthz-ready": Route("/healthz/ready", PUBLIC),
    "robots": Route("/robots.txt", PUBLIC),
    # --- organs and people ---
    "organs": Route("/organs/", WORKING),
    "organ": Route("/organs/{justice}/", WORKING, shows=PEOPLE),
    "add-organ": Route("/organs/{justice}/add/", "s.....2", "s.....w", NEW_ORGAN),
    "reform-organ": Route("/organs/{justice}/reform/rename/", "s.....2", "s.....w", RENAMED),
    "reforms": Route("/reforms/", WORKING),
    "reform": Route("/reforms/{reform}/", WORKING),
    "people": Route("/people/", WORKING, shows=PEOPLE),
    "add-officer": Route("/people/add/", "s.....2", "s.....w", NEW_OFFICER),
    "officer": Route("/people/{officer}/", "s..2222", shows=PEOPLE),
    "officer-access": Route("/people/{officer}/access/", "s...2.2", shows=PEOPLE),
    "audit": Route("/audit/", "s.....2"),
    "audit-export": Route("/audit/export/", "s.....w"),
    "personal": Route("/personal/", WORKING),
    "retention": Route("/retention/", "s.....2"),
    "retention-act": Route("/retention/act/", POST_ONLY, "s.....3", {"step": "hold", "number": "没有", "reason": "试"}),
    "destruction": Route("/retention/lists/{destruction}/", "s.....2"),
    "destruction-act": Route("/retention/lists/{destruction}/act/", POST_ONLY, "s.....3", {"step": "agree"}),
    "destruction-certificate": Route("/retention/lists/{destruction}/certificate/", "s.....w"),
    "tombstone": Route("/retention/files/{destroyed}/", "s..2222"),
    "operators": Route("/operators/", "s.....2"),
    "operator-ask": Route("/operators/ask/", "s.....2", "s.....w", {"reason": "试", "minutes": "30"}),
    "operator-decide": Route("/operators/1/decide/", POST_ONLY, "s.....3", {"step": "admit"}),
    "appoint": Route("/people/{officer}/appoint/", "s.....2", "s.....w", APPOINTED),
    "set-password": Route("/people/{officer}/password/", "s.....2", "s.....w", {"password": "Another horse 7"}),
    "set-active": Route("/people/{officer}/active/", POST_ONLY, "s..333w", {"active": "0"}),
    "unlock": Route("/people/{officer}/unlock/", POST_ONLY, "s..333w"),
    "reset-second-factor": Route("/people/{officer}/second-factor/", "s.....2", "s.....w", {"reason": "试"}),
    "end-duty": Route("/duties/{duty}/end/", "s.....2", "s.....w", {"on": TODAY}),
    "service-accounts": Route("/people/service/", "s.....2"),
    "open-account": Route("/people/service/open/", "s.....2", "s.....w", NEW_ACCOUNT),
    "service-account": Route("/people/service/{program}/", "s.....2", shows=PEOPLE),
    "make-token": Route(
        "/people/service/{program}/token/", "s.....2", "s.....w", {"name": "试", "scopes": "cases:read", "days": "30"}
    ),
    "end-token": Route("/people/service/{program}/token/{token}/end/", POST_ONLY, "s.....w"),
    "subscribe": Route(
        "/people/service/{program}/subscribe/",
        "s.....2",
        "s.....w",
        {"address": "https://93.184.215.14/in", "kinds": "case"},
    ),
    "end-subscription": Route("/people/service/{program}/{subscription}/end/", POST_ONLY, "s.....w"),
    "send-again": Route("/people/service/{program}/{subscription}/again/", POST_ONLY, "s.....w"),
    "lines": Route("/lines/", WORKING),
    "name-line": Route("/lines/new/", "s.....2", "s.....w", NEW_LINE_OF_WORK),
    "end-line": Route("/lines/{line}/end/", POST_ONLY, "s.3333w"),
    "packages": Route("/packages/", WORKING, "s.44444"),
    "package": Route("/packages/{package}/", WORKING, shows="下发的事项"),
    "package-file": Route("/packages/{package}/file/", "s.wwwww"),
    "reported": Route("/packages/reported/", WORKING),
    "make-figures": Route(
        "/packages/figures/", "s.....2", "s.....w", {"region": "999901", "first": "202301", "last": "202301"}
    ),
    "hand-down": Route("/packages/list/{version}/", POST_ONLY, "s....w."),
    "claim": Route("/packages/{package}/claim/", POST_ONLY, "s...w..", {"organ": "{justice}", "keys": "P1"}),
    "report-claims": Route("/packages/{package}/claims/", POST_ONLY, "s.w.w.."),
    "posts": Route("/posts/", WORKING),
    "delegate": Route("/people/{officer}/delegate/", "s...2.2", "s...w.w", DELEGATED),
    "delegations": Route("/delegations/", WORKING, shows=PEOPLE),
    "end-delegation": Route("/delegations/{delegation}/end/", POST_ONLY, "s..3w3w"),
    # --- supervision: plans and tasks ---
    "plans": Route("/supervision/", PLANNING),
    "plan-new": Route("/supervision/plans/new/", PLANNING, "s.4.w..", NEW_PLAN),
    "plan": Route("/supervision/plans/{plan}/", HANDLER, shows=OURS),
    "plan-measure": Route(
        "/supervision/plans/{plan}/measure/1/", POST_ONLY, PLANNED, {"version": "0", "title": "示例"}
    ),
    "plan-defaults": Route("/supervision/plans/{plan}/defaults/", POST_ONLY, PLANNED, {"version": "0", "lead": "示例"}),
    "plan-confirm": Route("/supervision/plans/{plan}/confirm/", POST_ONLY, PLANNED, {"version": "0"}),
    "plan-void": Route("/supervision/plans/{plan}/void/", POST_ONLY, PLANNED),
    "my-tasks": Route("/supervision/tasks/", PLANNING),
    "matrix": Route("/supervision/matrix/", PLANNING),
    "board": Route("/supervision/board/", PLANNING),
    "mechanisms": Route("/supervision/mechanisms/", "s.2...."),
    # --- bodies and their meetings ---
    "bodies": Route("/bodies/", WORKING, shows=RULES),
    "add-body": Route("/bodies/add/", "s.2.2.2", "s.4.w.w", {**BODY, "organ": "{justice}", "kind": GROUP, "on": TODAY}),
    "body": Route("/bodies/{body}/", "s..2222", shows=RULES),
    "amend-body": Route("/bodies/{body}/amend/", KEEPER, KEPT, BODY),
    "close-body": Route("/bodies/{body}/close/", KEEPER, "s...4.4", {"on": TODAY, "document": "示委"}),
    "give-seat": Route(
        "/bodies/{body}/seat/", KEEPER, KEPT, {"office": "deputy", "on": TODAY, "name": "示例", "post": "副组长"}
    ),
    "call-meeting": Route("/bodies/{body}/call/", KEEPER, KEPT, {"form": "full", **MEETING}),
    "take-seat": Route("/seats/{seat}/end/", KEEPER, KEPT, {"on": TODAY, "reason": "试"}),
    "meetings": Route("/meetings/?show=all", WORKING, shows=RULES),
    "meeting": Route("/meetings/{called}/", "s..2222", shows=RULES),
    "change-meeting": Route("/meetings/{called}/change/", KEEPER, KEPT, {"title": "试", **MEETING}),
    "cancel-meeting": Route("/meetings/{called}/cancel/", KEEPER, KEPT, {"reason": "试"}),
    "invite": Route("/meetings/{called}/invite/", KEEPER, KEPT, {"name": "示例来宾", "post": "示例"}),
    "call-members": Route("/meetings/{called}/members/", POST_ONLY, KEPT),
    "put-item": Route("/meetings/{called}/item/", KEEPER, KEPT, {"kind": "report", "title": "试"}),
    "attendance": Route(
        "/meetings/{held}/attendance/", KEEPER, KEPT, {"presence-{there}": "present", "presiding": "{there}"}
    ),
    "issue-notice": Route("/meetings/{called}/notice/", KEEPER, KEPT, {"on": TODAY}),
    "issue-minutes": Route("/meetings/{held}/minutes/", KEEPER, KEPT, {"on": TODAY}),
    "reopen-meeting": Route("/meetings/{over}/reopen/", KEEPER, KEPT, {"reason": "试"}),
    "meeting-paper": Route("/meetings/{over}/paper/{minutes}/", "s..2222", shows=RULES),
    "meeting-document": Route("/meetings/{over}/paper/{minutes}/document/", "s..wwww", shows=RULES),
    "uninvite": Route("/attendances/{observer}/void/", POST_ONLY, KEPT),
    "take-off-item": Route("/items/{second}/off/", KEEPER, KEPT, {"reason": "试"}),
    "move-up-item": Route("/items/{second}/up/", POST_ONLY, KEPT),
    "settle-item": Route("/items/{item}/settle/", KEEPER, KEPT, {"result": "done", "stance-{there}": "agree"}),
    # --- one's own sign-in ---
    "own-password": Route("/people/password/", EVERYBODY, "swwwwww", NEW_PASSWORD),
    "security": Route(SECURITY, EVERYBODY),
    "end-devices": Route(SECURITY + "devices/", POST_ONLY, "s333w33"),
    "passkey-add": Route(SECURITY + "passkeys/add/", EVERYBODY, "s222222", {"old": PASSWORD, "name": "试"}),
    "passkey-made": Route(SECURITY + "passkeys/made/", POST_ONLY, "s333333", {"name": "试", "answer": "{{}}"}),
    "passkey-remove": Route(SECURITY + "passkeys/1/remove/", "s......"),
    "second-factor": Route(SECURITY + "second-factor/", "swwwwww", "swwwwww"),
    "second-factor-off": Route(SECURITY + "second-factor/off/", HANDLER, "s...w..", {"old": PASSWORD}),
    "recovery-codes": Route(SECURITY + "recovery-codes/", HANDLER, "s...w..", {"old": PASSWORD}),
}

MORE = [
    # An entry that was not published does not exist for the public, and a word of it finds nothing.
    ("entry", Route("/public/entry/{entry}/", ".......")),
    ("entry", Route("/public/entry/{document}/", PUBLIC, shows="公布的文件")),
    ("draw-file", Route("/public/enforcement/draws/{draw}/06抽取结果.csv", ".......")),
    ("annual-report", Route("/public/reports/{report}/", ".......")),
    ("annual-report-notice", Route("/public/reports/{corrected_report}/notice.docx", ".......")),
    ("redline", Route("/public/entry/{unpublished}/redline/", ".......")),
    ("document-file", Route("/public/entry/{unpublished}/text.docx", ".......")),
    ("documents", Route("/public/documents/?q=暗号&standing=all", PUBLIC)),
    ("decision", Route("/public/decisions/{concept}/", ".......")),
    ("decision", Route("/public/decisions/{checked}/", ".......")),
    ("decision", Route("/public/decisions/{withheld}/", ".......")),
    ("decision", Route("/public/decisions/{withdrawn}/", GONE, shows="公开有误")),
    ("decision-file", Route("/public/decisions/{withdrawn}/text.docx", GONE, shows="公开有误")),
    ("decision-file", Route("/public/decisions/{withdrawn}/text.pdf", GONE, shows="公开有误")),
    ("decision-file", Route("/public/decisions/{released}/text.pdf", PUBLIC)),
    ("release", Route("/releases/{released}/", "s..222.", shows="＊＊＊")),
    ("find", Route("/public/search/?q=暗号", PUBLIC)),
    ("version", Route("/public/version/{version}/?q=暗号", PUBLIC)),
    ("data", Route("/public/version/{version}/data.csv", PUBLIC, shows="公布的事项")),
    ("data", Route("/public/version/{version}/data.json", PUBLIC, shows="公布的事项")),
    # The same pages asked for in other ways: another part of them, another organ, a search for the secret words.
    ("case", Route(CASE + "?tab=parties", OF_CASE, shows=OURS)),
    ("case", Route(CASE + "?tab=papers", OF_CASE, shows=OURS)),
    ("case", Route(CASE + "?tab=assignments", OF_CASE, shows=OURS)),
    ("case", Route(CASE + "?tab=links&find=暗号", OF_CASE, shows=OURS)),
    ("case", Route(CASE + "?tab=postings", OF_CASE)),
    ("act", Route(CASE + "act/office.hold/", OF_CASE, shows=PRIVATE)),
    (
        "act",
        Route(
            CASE + "act/office.take_back/?request=2",
            OF_CASE,
            "s..4ww.",
            {"on": TODAY, "request": "2", "value_text": "试"},
        ),
    ),
    ("act", Route(CASE + "act/office.reply/", OF_CASE, "s..444.", {"on": TODAY, "request": "2", "value_text": "试"})),
    ("material", Route(CASE + "material/{inner}/", "s...ww.", shows=OURS)),
    ("material-void", Route(CASE + "material/{inner}/void/", POST_ONLY, "s...ww.", {"reason": "试"})),
    ("paper", Route(CASE + "paper/{paper}/", "s......")),
    ("open", Route(f"/cases/{SYSTEM}/new/submit/?from={{case}}", "s...2..")),
    ("cases", Route(f"/cases/{SYSTEM}/?q=暗号", OF_SYSTEM, shows=OURS)),
    ("cases", Route(f"/cases/{SYSTEM}/?organ={{justice}}", OF_SYSTEM, shows=OURS)),
    ("cases-workbook", Route(f"/cases/{SYSTEM}/workbook/?q=暗号&form=csv", "s.wwww.", shows=OURS)),
    ("import", Route("/import/{upload}/?columns=", HANDLER)),
    ("records", Route(f"/figure/{SYSTEM}.received/records/?organ={{justice}}&own=1", WORKING, shows=OURS)),
    (
        "records-workbook",
        Route(f"/figure/{SYSTEM}.received/records/workbook/?organ={{justice}}", "s.wwwww", shows=OURS),
    ),
    ("figure", Route(f"/figure/{SYSTEM}.received/?organ={{justice}}", WORKING)),
    ("figures", Route("/figures/?region=110000", "s......")),
    ("report", Route("/reports/110000/2024/", "s......")),
    ("register", Route(REGISTER + "?organ={justice}", OF_SYSTEM, shows=OURS)),
    ("register", Route(REGISTER + "?q=暗号&known=then", OF_SYSTEM, shows=OURS)),
    ("register", Route(REGISTER + "?into={draft}", OF_SYSTEM, shows=OURS)),
    ("register-workbook", Route(REGISTER + "workbook/?organ={justice}", "s.wwww.", shows=OURS)),
    ("register-changes", Route(REGISTER + "changes/?state=submitted", OF_SYSTEM, shows=OURS)),
    ("register-change-new", Route(REGISTER + "changes/new/?entry={entry}", "s.2.2..")),
    ("register-line", Route(REGISTER + "changes/{draft}/line/change/?key=A2", HANDLER, shows=OURS)),
    ("register-decide", Route(REGISTER + "changes/{draft}/submit/", POST_ONLY, "s..3w3.")),
    ("register-decide", Route(REGISTER + "changes/{draft}/discard/", POST_ONLY, "s..3w3.")),
    (
        "register-comparison",
        Route(REGISTER + "comparison/?here={justice}&there=v{version}&show=all", "s..222.", shows=OURS),
    ),
    ("register-comparison", Route(REGISTER + "comparison/?there=w&show=all", OF_SYSTEM, shows=PRIVATE)),
    ("organ", Route("/organs/{government}/", WORKING)),
    ("organs", Route("/organs/?region=999901", WORKING)),
    ("people", Route("/people/?q=暗号", WORKING, shows=PEOPLE)),
    ("posts", Route(f"/posts/?system={SYSTEM}", WORKING, shows=PEOPLE)),
]
IN_PLACE = ("case", "presence", "act", "act-preview", "act-draft", "reveal", "job", "cases")
"""Routes that htmx asks for as well, to put a part of their page into another."""
