"""How many queries each page asks: one table, the same with ten cases and with two hundred, on both databases.

A page that asks another number belongs here with its new number, if it is worth it; one that grows with rows never is.
"""

from datetime import date
from decimal import Decimal

from django.db import connection
from django.test.utils import CaptureQueriesContext

from gallery.scene.files import RECORD, destroyed_file
from tests.desk.county import SYSTEM, days_ago, officer, signed_in
from zhunsheng.cases.models import Case
from zhunsheng.cases.replay import CaseScript, StepScript, replay
from zhunsheng.law import models as law
from zhunsheng.ledger.handing_out import Telling, hand_out
from zhunsheng.local.actions import decide
from zhunsheng.local.retention import RETENTION
from zhunsheng.orgs.access import access_of
from zhunsheng.orgs.models import Officer
from zhunsheng.registers.actions import apply_changes_in_bulk
from zhunsheng.registers.models import Entry
from zhunsheng.retention.actions import ARCHIVIST, propose
from zhunsheng.retention.ended import ended
from zhunsheng.retention.models import ROOM, Proposal, of_office
from zhunsheng.search.indexing import take_in
from zhunsheng.security import sessions

LIST = f"/cases/{SYSTEM}/"
QUERIES: dict[str, int] = {
    "/": 17,
    "/?show=mine": 17,
    "/?show=overdue": 12,
    "/?show=asked&due=soon": 12,
    "/?system=legality_review": 17,
    f"{LIST}": 16,
    f"{LIST}evidence/": 10,
    f"{LIST}?course=open": 17,
    f"{LIST}?course=closed": 17,
    f"{LIST}?course=overdue": 14,
    f"{LIST}?course=soon": 14,
    f"{LIST}?course=voided": 14,
    f"{LIST}?state=submitted": 14,
    f"{LIST}?outcome=not_reviewed": 17,
    f"{LIST}?organ={{organ}}": 18,
    f"{LIST}?f_kind=agreement": 17,
    f"{LIST}?first=2026-01-01&last=2026-12-31": 17,
    f"{LIST}?q=协议": 17,
    f"{LIST}?q=协议&course=open": 17,
    f"{LIST}?sort=title": 16,
    f"{LIST}?page=2": 16,
    "/case/{case}/": 20,
    "/case/{case}/?tab=parties": 18,
    "/case/{case}/?tab=postings": 19,
    "/case/{case}/?tab=links": 22,
    "/case/{case}/print/": 21,
    "/case/{case}/act/draft_opinion/": 11,
    "/figures/": 27,
    "/figures/told/": 19,
    "/figures/series/?figures=legality_review.received,legality_review.adoption_rate": 11,
    "/figures/checks/": 11,
    "/figures/closing/": 17,
    "/figures/stated/": 12,
    "/figure/legality_review.received/": 20,
    "/figure/legality_review.received/?by=year&year={year}&span=q1": 20,
    "/figure/legality_review.adoption_rate/": 17,
    "/figure/legality_review.received/records/": 17,
    "/figure/legality_review.received/records/?part=kind=agreement": 17,
    "/figure/legality_review.received/tell/": 12,
    "/reports/999901/{year}/": 32,
    "/assessment/": 11,
    "/assessment/debriefs/": 8,
    "/assessment/rectification/": 8,
    "/assessment/consequences/": 8,
    "/assessment/returns/": 8,
    "/registers/power_list/": 13,
    "/registers/power_list/?day=2026-01-01": 13,
    "/registers/power_list/entry/{entry}/": 14,
    "/registers/power_list/changes/": 11,
    "/registers/power_list/comparison/": 11,
    "/registers/power_list/versions/": 10,
    "/search/?q=协议": 17,
    "/search/?q={number}": 17,
    "/organs/": 11,
    "/organs/{organ}/": 17,
    "/people/": 10,
    "/people/{officer}/": 10,
    "/people/security/": 12,
    "/people/service/": 8,
    "/lines/": 10,
    "/personal/": 10,
    "/retention/": 19,
    "/retention/lists/{list}/": 9,
    "/retention/files/{destroyed}/": 9,
    "/packages/": 11,
    "/packages/?show=sent": 10,
    "/packages/reported/": 9,
    "/posts/": 8,
    "/reforms/": 9,
    "/delegations/": 8,
    "/supervision/": 12,
    "/supervision/tasks/": 8,
    "/supervision/matrix/": 13,
    "/supervision/board/": 12,
    "/supervision/mechanisms/": 9,
    "/releases/": 8,
    "/releases/?state=published": 9,
    "/bodies/": 10,
    "/meetings/": 9,
    "/law/statutes/": 8,
    "/law/statutes/administrative_reconsideration_law/": 8,
    "/law/statutes/administrative_reconsideration_law/resting/": 10,
    "/law/limits/": 8,
    "/law/limits/fy_accept_review_5d/": 8,
    "/calendar/": 9,
    "/settings/": 11,
    "/help/": 7,
    "/help/systems/legality_review/": 8,
    "/jobs/": 8,
}

KEEPS = {"/organs/", "/people/", "/people/service/"}
ARCHIVED = {"/retention/", "/retention/lists/{list}/"}
"""Pages opened by the administrator of organs and people, and by the archivist, who handle no case; all others by an officer who does."""


def fill(county, count):
    """Matters submitted and accepted, every other one answered, in the name of the owner; as many powers on the list, and
    as often somebody asked for the number."""
    values = {"matter": "《示例协议》", "kind": "agreement", "submitting_unit": "示例单位", "materials": "草案、说明"}
    opened = days_ago(1)
    steps = [StepScript("submit", opened, values), StepScript("accept", opened)]
    returned = [steps[0], StepScript("return_unreviewed", opened, {"return_reason": "材料不齐"})]
    scripts = [CaseScript(county.justice, returned if number % 2 else steps) for number in range(count)]
    long_ago = date(2020, 1, 6)
    old = [
        StepScript("submit", long_ago, values),
        StepScript("return_unreviewed", long_ago, {"return_reason": "材料不齐"}),
    ]
    scripts += [CaseScript(county.justice, old)] * (count // 5)
    replay(SYSTEM, scripts, officers=[county.owner.pk])
    while take_in():
        pass
    there = Entry.objects.count()
    apply_changes_in_bulk("power_list", [power(county.justice, number) for number in range(there, there + count)])
    told = Telling("legality_review.received", 202601, 202603, Decimal(3), "3 件")
    for number in range(count // 10):
        hand_out(county.region, [told], to_whom=f"示例单位{there}-{number}", purpose="示例用途", officer=county.owner)
    archivist, today = Officer.objects.get(username="archivist"), days_ago(0)
    free = [one.record for one in ended(of_office(access_of(archivist, today)), today) if not one.hindrance]
    propose(archivist, free, "保管期限已满")


def power(organ, number):
    values = {"item_code": f"{number:06d}", "name": f"对示例{number}的处罚", "power_type": "penalty", "basis": "示例依据",
              "implementing_organ": organ.name}  # fmt: skip
    return organ, "add", values["item_code"], values, date(2024, 1, 2), None


def asked(client, address):
    """The number of queries of a page."""
    with CaptureQueriesContext(connection) as queries:
        page = client.get(address)
    assert page.status_code == 200, address
    return len(queries)


def expected():
    """SQLite is asked once more how common a text is, and for each kind of hit of the search; PostgreSQL knows it, and is asked for
    the newest of a list alone from which day on they are."""
    more = {"/search/?q=协议": 3, "/search/?q={number}": 3, f"{LIST}?q=协议&course=open": 1}
    return {page: number + (connection.vendor == "sqlite") * more.get(page, 0) for page, number in QUERIES.items()}


def addresses():
    case = Case.objects.filter(closed_on=None).earliest("pk")
    of = {"case": case.pk, "organ": case.organ_id, "number": case.number, "officer": case.handler_id,
          "year": days_ago(0).year,
          "entry": Entry.objects.earliest("pk").pk, "list": Proposal.objects.latest("pk").pk,
          "destroyed": RECORD}  # fmt: skip
    return {address: address.format(**of) for address in QUERIES}


def test_every_page_asks_so_many_queries_however_many_cases_there_are(county, owner, monkeypatch):
    monkeypatch.setattr(sessions, "EVERY", 86400)  # else a session is noted as still in use once a minute
    monkeypatch.setattr(
        law, "_STAMP_LIFETIME", 86400
    )  # and new notices of holidays are looked for every fifteen seconds
    keeper = signed_in(officer("keeper", "示例丁", county.justice, system="orgs", role="administrator"))
    archivist = signed_in(officer("archivist", "示例戊", county.justice, system=ROOM, role=ARCHIVIST))
    decide(None, RETENTION, f"cases.{SYSTEM}", county.justice, date(2020, 1, 1), {"term": "years", "years": "1"},
           reason="试", document="示例县文件材料归档范围和保管期限表")  # fmt: skip
    destroyed_file(Officer.objects.get(username="archivist"), [county.owner, county.colleague], county.justice, SYSTEM)
    fill(county, 10)
    by = dict.fromkeys(KEEPS, keeper) | dict.fromkeys(ARCHIVED, archivist)
    opens = {name: by.get(name, owner) for name in QUERIES}
    for name, address in addresses().items():
        opens[name].get(address)  # what a process reads once
    few = {name: asked(opens[name], address) for name, address in addresses().items()}
    assert few == expected()
    fill(county, 190)
    assert len(owner.get(LIST).context["rows"]) == 50
    many = {name: asked(opens[name], address) for name, address in addresses().items()}
    assert many == expected()
