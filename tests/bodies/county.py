"""A county whose government meets: its head, two departments, the secretary of meetings, and cases to be decided.

Imported inside fixtures by conftest, because Django starts only after conftest files are read.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from zhunsheng.bodies import actions, calling, holding
from zhunsheng.bodies.holding import Mark, Said
from zhunsheng.bodies.models import Attendance, Body, Item, Meeting
from zhunsheng.cases.actions import link_cases, open_case, perform
from zhunsheng.cases.models import Case
from zhunsheng.ledger.postings import forget_accounts
from zhunsheng.orgs.models import Duty, Officer, Organ, OrganKind, Region
from zhunsheng.registers.actions import apply_entry_change

EXECUTIVE = "executive_meeting"
GROUP = "leading_group"
DOCUMENT = "normative_document"
REVIEW = "legality_review"
PASSWORD = "correct horse 42"


@dataclass
class County:
    region: Region
    government: Organ
    justice: Organ
    finance: Organ
    head: Officer
    deputy: Officer
    secretary: Officer
    stranger: Officer
    administrator: Officer

    @property
    def today(self) -> date:
        return timezone.localdate()

    def executive(self, on=date(2024, 1, 2), **rules) -> Body:
        """The executive meeting of the government: head, deputy, and two departments as members."""
        body = actions.set_up(
            self.secretary, self.government, EXECUTIVE, "示例县人民政府常务会议", "示政〔2024〕1号", on,
            today=self.today, **rules,
        )  # fmt: skip
        self.seat(body, "chair", person=self.head, post="县长", on=on)
        self.seat(body, "deputy", person=self.deputy, post="副县长", on=on)
        self.seat(body, "member", organ=self.justice, post="局长", on=on)
        self.seat(body, "member", organ=self.finance, on=on)
        return body

    def seat(self, body, office, on=date(2024, 1, 2), **holder):
        return actions.give_seat(self.secretary, body.pk, office, on, today=self.today, **holder)

    def meeting(self, body, on=None, form="executive", **more) -> Meeting:
        return calling.call(
            self.secretary, body.pk, form, at(on or self.today), "第一会议室", today=self.today, **more
        )  # fmt: skip

    def put(self, meeting, title="示例议题", kind="decision", matter="other", **more) -> Item:
        return calling.put(self.secretary, meeting.pk, title, kind, matter=matter, today=self.today, **more)

    def hold(self, meeting, presiding="示例县长", **marks) -> Meeting:
        """Everybody came, but for those named in ``marks``: label -> mark."""
        people = list(Attendance.objects.filter(meeting=meeting, voided=False))
        given = {p.pk: marks.get(p.label, Mark("present")) for p in people}
        chosen = next(p.pk for p in people if p.label == presiding)
        return holding.hold(self.secretary, meeting.pk, given, chosen, today=self.today)

    def said(self, meeting, *lines) -> list[Said]:
        """(label, stance, words) of who spoke, in order."""
        people = {p.label: p.pk for p in Attendance.objects.filter(meeting=meeting, voided=False)}
        return [Said(people[label], *more) for label, *more in lines]

    def settle(self, item, result="passed", settled="同意。", **more) -> Item:
        return holding.settle(self.secretary, item.pk, result, settled=settled, today=self.today, **more)

    def conclude(self, meeting):
        return holding.conclude(self.secretary, meeting.pk, self.today, today=self.today)

    def document(self, on=None, reviewed=True) -> Case:
        """A normative document that waits for collective deliberation; without the review it waits for that."""
        on = on or self.today - timedelta(days=40)
        values = {
            "document_title": "示例县示例办法", "maker_kind": "government", "level": "county", "theme": "示例",
            "drafting_unit": "示例县司法局", "purpose": "示例", "business_related": False, "economic_activity": False,
        }  # fmt: skip
        case = open_case(DOCUMENT, "propose", organ=self.government, on=on, values=values)
        steps = [
            ("approve_initiation", 0, {}),
            ("announce_consultation", 0, {"consultation_channels": ["website"], "consultation_until": on.isoformat(),
                                          "shortened_reason": "示例"}),
            ("close_consultation", 1, {"opinions_received": 1, "opinions_adopted": 1, "adoption_summary": "采纳"}),
            ("submit_legality", 1, {"drafting_note": "说明"}),
        ]  # fmt: skip
        for action, days, given in steps:
            perform(case.pk, action, on=on + timedelta(days=days), values=given)
        if reviewed:
            link_cases(case.pk, self.review(on).pk)
            perform(case.pk, "submit_deliberation", on=on + timedelta(days=6))
        return Case.objects.get(pk=case.pk)

    def review(self, on=None, outcome="lawful", kind="normative_document") -> Case:
        """A legality review that is closed with an outcome."""
        on = on or self.today - timedelta(days=40)
        values = {"matter": "示例事项", "kind": kind, "submitting_unit": "示例县司法局", "materials": "草案"}
        case = open_case(REVIEW, "submit", organ=self.government, on=on, values=values)
        steps = [
            ("accept", 1, {}, None), ("assign_reviewer", 1, {"reviewer_name": "示例甲"}, None),
            ("advise", 2, {"adviser_name": "示例乙", "adviser_opinion": "无"}, None),
            ("draft_opinion", 3, {"proposed_conclusion": "合法", "opinion_text": "合法", "opinions_given": 0,
                                  "shortened_reason": "示例"}, None),
            ("issue_opinion", 4, {}, outcome),
            ("close", 5, {"amendment_confirmed": True}, None),
        ]  # fmt: skip
        for action, days, given, result in steps:
            perform(case.pk, action, on=on + timedelta(days=days), values=given, outcome=result)
        return Case.objects.get(pk=case.pk)


def at(on: date, hour: int = 9) -> datetime:
    return timezone.make_aware(datetime(on.year, on.month, on.day, hour, 30))


def make_county() -> County:
    forget_accounts()
    region = Region.objects.create(code="999903", name="示例县", name_en="Example County")
    government = Organ.objects.create(region=region, name="示例县人民政府", name_en="Example County Government",
                                      kind=OrganKind.GOVERNMENT, mark="示政")  # fmt: skip

    def department(name, mark):
        return Organ.objects.create(
            region=region, parent=government, kind=OrganKind.DEPARTMENT, name=name, name_en=f"Bureau {mark}", mark=mark
        )

    def officer(username, name, where=None, **duty):
        person = Officer.objects.create_officer(username, PASSWORD, name=name)
        if where is not None:
            Duty.objects.create(officer=person, organ=where, **duty)
        return person

    justice, finance = department("示例县司法局", "示司"), department("示例县财政局", "示财")
    apply_entry_change(
        "normdoc_maker_registry", government, "add", government.name,
        {"maker": government.name, "kind": "government", "competence": "地方组织法", "confirmed_on": "2019-12-02"},
        date(2019, 12, 2),
    )  # fmt: skip
    officer("director", "示例局长", justice, title="局长", system=REVIEW)
    secretary = officer("secretary", "示例秘书", government, system=EXECUTIVE, role="secretary")
    for system in (GROUP, "reconsideration_committee", "leader_law_study"):
        Duty.objects.create(officer=secretary, organ=government, system=system, role="secretary")
    for system in (DOCUMENT, REVIEW):
        Duty.objects.create(officer=secretary, organ=government, system=system)
    return County(
        region, government, justice, finance,
        officer("head", "示例县长", government, title="县长", system=EXECUTIVE, role="member"),
        officer("deputy", "示例副县长", government, title="副县长", system=EXECUTIVE, role="member"),
        secretary, officer("stranger", "示例丙"),
        officer("administrator", "示例庚", government, system="orgs", role="administrator", whole_tree=True),
    )  # fmt: skip
