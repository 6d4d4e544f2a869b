"""A small county for the tests of the desk: two organs, three people, and cases opened through ``cases.actions``.

Imported inside fixtures by conftest, because Django starts only after conftest files are read.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page

from zhunsheng.cases.actions import open_case, perform
from zhunsheng.cases.models import Case
from zhunsheng.ledger.postings import forget_accounts
from zhunsheng.orgs.models import Duty, Officer, Organ, OrganKind, Region

PASSWORD = "correct horse 42"
SYSTEM = "legality_review"


@dataclass
class County:
    region: Region
    government: Organ
    justice: Organ
    housing: Organ
    owner: Officer
    colleague: Officer
    stranger: Officer

    def review(self, matter="《示例道路开挖协议》", kind="agreement", on=None, organ=None) -> Case:
        """A matter submitted for review."""
        values = {"matter": matter, "kind": kind, "submitting_unit": "示例住房和城乡建设局", "materials": "草案、说明"}
        return open_case(SYSTEM, "submit", organ=organ or self.justice, on=on or days_ago(0), values=values)

    def accepted(self, **kwargs) -> Case:
        """A matter that has been accepted, so that its limit runs."""
        case = self.review(**kwargs)
        return perform(case.pk, "accept", on=case.opened_on)

    def dispute(self) -> Case:
        """A reconsideration with a person as applicant, whose telephone nobody sees unasked."""
        values = {
            "applicant": [{"name": "示例丁", "kind": "person", "phone": "13800001234"}],
            "respondent": [{"name": "示例县住房和城乡建设局", "kind": "organ"}],
            "act": "《限期拆除决定书》", "matter": "penalty", "area": "housing", "request": "撤销该决定",
        }  # fmt: skip
        return open_case("administrative_reconsideration", "file", organ=self.justice, on=days_ago(1), values=values)


def days_ago(days: int) -> date:
    return timezone.localdate() - timedelta(days=days)


def officer(username: str, name: str, organ: Organ | None, **duty) -> Officer:
    person = Officer.objects.create_officer(username, PASSWORD, name=name)
    if organ is not None:
        Duty.objects.create(officer=person, organ=organ, **duty)
    return person


def make_county() -> County:
    forget_accounts()  # what was remembered belongs to a database that has been emptied since
    region = Region.objects.create(code="999901", name="示例县", name_en="Example County")
    government = Organ.objects.create(region=region, name="示例县人民政府", name_en="Example County Government",
                                      kind=OrganKind.GOVERNMENT, mark="示")  # fmt: skip
    make = {"region": region, "parent": government, "kind": OrganKind.DEPARTMENT}
    justice = Organ.objects.create(name="示例县司法局", name_en="Example Justice Bureau", mark="示司", **make)
    housing = Organ.objects.create(name="示例县住房和城乡建设局", name_en="Example Housing Bureau", mark="示建", **make)
    return County(
        region, government, justice, housing,
        officer("owner", "示例甲", justice), officer("colleague", "示例乙", housing), officer("stranger", "示例丙", None),
    )  # fmt: skip


def read(answer):
    """An answer read to its end, as a browser does: a file that it hands out is closed then."""
    b"".join(answer)
    return answer


def signed_in(person: Officer) -> Client:
    client = Client()
    client.force_login(person)
    return client


def sit_down(page: Page, site: str, person: Officer | str, address: str = "") -> None:
    """An officer comes to a browser, and opens a page where one is named; how one signs in is tried in
    ``test_signing_in_browser``."""
    known = person if isinstance(person, Officer) else Officer.objects.get(username=person)
    session = signed_in(known).cookies[settings.SESSION_COOKIE_NAME]
    page.context.clear_cookies()
    page.context.add_cookies([{"name": session.key, "value": session.value, "url": site}])
    if address:
        page.goto(f"{site}{address}")
