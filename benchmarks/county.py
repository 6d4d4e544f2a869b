"""The county the pages are measured in: 30 departments and a dozen towns, their officers, and what they did in four years.

A few thousand cases of seven systems are replayed through the kernel here; ``multiplying`` makes a million of them.
Values are invented and drawn by a fixed seed; nothing is timed here.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from django.utils import timezone

from zhunsheng.cases.actions import perform
from zhunsheng.cases.models import Case
from zhunsheng.cases.replay import CaseScript, replay
from zhunsheng.cases.urging import urge
from zhunsheng.demonstration.disputes import DISPUTES
from zhunsheng.demonstration.places import DEPARTMENTS
from zhunsheng.demonstration.scripts import MATTERS, STREETS, TOPICS
from zhunsheng.demonstration.telling import person, tell
from zhunsheng.kernel.office import Verb
from zhunsheng.law.working_days import packaged_calendar
from zhunsheng.orgs.access import access_of
from zhunsheng.orgs.models import Duty, Officer, Organ, OrganKind, Region
from zhunsheng.registers.actions import apply_changes_in_bulk

REGION = "410400"
YEARS = 4
CLERKS = 8
"""Officers of each organ, one for each role of the longest procedure."""
LEFT_LYING = 0.03
"""Cases with which nothing was done any more after some step."""
THEMES = ("consultation", "help", "complaint", "report", "suggestion")
BIG, REGISTER = "hotline_workorder", "power_list"
ITEMS = 120
"""Powers of each department."""


@dataclass(slots=True)
class County:
    """The organs by what they are for, the officers of each, and the three who sign in."""

    region: Region
    government: Organ
    office: Organ
    hotline: Organ
    departments: list[Organ] = field(default_factory=list)
    towns: list[Organ] = field(default_factory=list)
    committees: list[Organ] = field(default_factory=list)
    clerks: dict[int, list[Officer]] = field(default_factory=dict)
    people: dict[str, Officer] = field(default_factory=dict)

    @property
    def organs(self) -> list[Organ]:
        return [self.government, self.office, self.hotline, *self.departments, *self.towns, *self.committees]


def found_county() -> County:
    """Set up the organs and their officers: a clerk of the hotline, a head of a department, the city's leader."""
    region = Region.objects.create(code=REGION, name="示例市")

    def organ(name: str, kind: str, parent: Organ | None, mark: str) -> Organ:
        made = Organ(region=region, name=name, kind=kind, parent=parent, mark=mark)
        made.save()
        return made

    government = organ("示例市人民政府", OrganKind.GOVERNMENT, None, "示政")
    office = organ("示例市人民政府办公室", OrganKind.OFFICE, government, "示政办")
    county = County(region, government, office, organ("示例市热线中心", OrganKind.OFFICE, government, "示"))
    for name in DEPARTMENTS[:30]:
        county.departments.append(organ(f"示例市{name}", OrganKind.DEPARTMENT, government, f"示{name[:2]}"))
    for number in range(1, 13):
        town = organ(f"示例{number}镇人民政府", OrganKind.TOWN, government, f"示{number}")
        county.towns.append(town)
        county.committees.append(
            organ(f"示例{number}镇人民调解委员会", OrganKind.MEDIATION_COMMITTEE, town, f"调{number}")
        )
    for place in county.organs:
        people = [Officer(username=f"jb{place.pk}-{n}", name=f"示例经办{place.pk}-{n}") for n in range(CLERKS)]
        for one in people:
            one.set_unusable_password()
        county.clerks[place.pk] = Officer.objects.bulk_create(people)
        Duty.objects.bulk_create(Duty(officer=one, organ=place) for one in people)
    county.people = {
        "clerk": county.clerks[county.hotline.pk][0],
        "head": _appointed("示例局长", (county.departments[7], "*"), (government, "administrative_reconsideration")),
        "leader": _appointed("示例市长", (government, "*")),
    }
    return county


def _appointed(name: str, *posts: tuple[Organ, str]) -> Officer:
    officer = Officer.objects.create_officer(name, None, name=name)
    for organ, system in posts:
        Duty.objects.create(officer=officer, organ=organ, system=system, whole_tree=True)
    return officer


# --- what happened -----------------------------------------------------------------------------------------------

Part = tuple[str, int, dict[str, object], str | None]
"""(action, working days after the step before, values, outcome)."""


class Story(NamedTuple):
    """How cases of one system go: as many of a hundred, in which organs, in which steps."""

    slug: str
    share: int
    organs: Callable[[County], Sequence[Organ]]
    parts: Callable[[random.Random, int], list[Part]]


def _order(draw: random.Random, number: int) -> list[Part]:
    values = {
        "channel": draw.choice(("phone", "phone", "phone", "web", "wechat", "app", "letter")), "theme": draw.choice(THEMES),
        "matter": draw.choice(MATTERS), "place": f"{draw.choice(STREETS)}{draw.randint(1, 400)}号",
        "caller": {"name": person(number), "kind": "person", "phone": "13900000000"},
    }  # fmt: skip
    parts: list[Part] = [
        ("order", 0, values, None),
        ("dispatch", draw.randint(0, 1), {"unit": f"示例市{draw.choice(DEPARTMENTS[:30])}"}, None),
    ]
    if number % 3:
        parts.append(("receive", draw.randint(0, 1), {}, None))
    parts.append(("reply", draw.randint(1, 5), {"reply": "已到现场核实并处理，已答复诉求人"}, None))
    if number % 4 == 0:
        said = {"resolved": True, "satisfaction": draw.choice(("satisfied", "satisfied", "basically", "dissatisfied"))}
        parts.append(("call_back", 0, said, None))
    parts.append(("close", draw.randint(0, 2), {}, draw.choice(("resolved", "resolved", "explained"))))
    return parts


def _call(draw: random.Random, number: int) -> list[Part]:
    return [("answer_on_call", 0, {"theme": draw.choice(THEMES), "reply": "已告知办理地点和所需材料"}, None)]


def _mediation(draw: random.Random, number: int) -> list[Part]:
    values = {"kind": draw.choice(DISPUTES), "parties_to": [person(number), person(number + 7)]}
    outcome = "settled" if draw.random() < 0.97 else "failed"
    return [("apply", 0, values, None), ("conclude", draw.randint(1, 20), {"mediator": "示例调解员"}, outcome)]


def _disclosure(draw: random.Random, number: int) -> list[Part]:
    values = {
        "applicant": {"name": person(number), "kind": "person"},
        "information": f"{draw.choice(TOPICS)}有关文件（{number}）", "channel": draw.choice(("in_person", "signed_mail")),
    }  # fmt: skip
    reviewed = {"search_note": "已检索档案和办公系统", "secrecy_review": "经公开审查，可以按下述意见答复"}
    answer = draw.choice(("disclosed", "disclosed", "already_public", "not_held", "not_responsible"))
    return [
        ("file", 0, values, None), ("review", draw.randint(2, 8), reviewed, None), ("answer", draw.randint(1, 8), {}, answer),
        ("archive", draw.randint(2, 6), {}, None),
    ]  # fmt: skip


def _review(draw: random.Random, number: int) -> list[Part]:
    values = {
        "matter": f"{draw.choice(TOPICS)}合作协议（{number}）", "kind": draw.choice(("agreement", "agenda_item", "other")),
        "submitting_unit": f"示例市{draw.choice(DEPARTMENTS[:30])}",
    }  # fmt: skip
    given = draw.randint(1, 5)
    return [
        ("submit", 0, values, None), ("accept", draw.randint(0, 1), {}, None), ("assign_reviewer", 0, {}, None),
        ("draft_opinion", draw.randint(1, 4), {"opinions_given": given}, None), ("issue_opinion", 1, {}, "lawful"),
        ("record_feedback", draw.randint(1, 5), {"adoption": "all", "opinions_adopted": given}, None), ("close", 6, {}, None),
    ]  # fmt: skip


def _reconsideration(draw: random.Random, number: int) -> list[Part]:
    filing = {
        "applicant": [{"name": person(number), "kind": "person"}],
        "respondent": [{"name": f"示例市{draw.choice(DEPARTMENTS[:30])}", "kind": "organ"}],
        "act": draw.choice(("行政处罚决定", "工伤认定决定", "不动产登记行为", "政府信息公开答复", "责令改正通知")),
    }
    outcome = draw.choice(("upheld", "upheld", "upheld", "revoked", "varied", "unlawful"))
    return [
        ("file", 0, filing, None), ("accept", draw.randint(1, 4), {}, None),
        ("assign_officers", 0, {"panel_size": 2}, None), ("send_copy", 1, {}, None),
        ("copy_received", 2, {}, None), ("reply", 1, {}, None), ("hear_opinions", draw.randint(2, 6), {}, None),
        ("propose", draw.randint(2, 6), {}, None), ("decide", draw.randint(1, 4), {}, outcome), ("serve", 2, {}, None),
        ("archive", draw.randint(21, 30), {}, None),
    ]  # fmt: skip


def _proposal(draw: random.Random, number: int) -> list[Part]:
    topic = draw.choice(TOPICS)
    values = {
        "kind": draw.choice(("npc", "cppcc")), "reference": f"示例会议第{number}号", "subject": f"关于加强{topic}的建议（{number}）",
        "proposers": [{"name": person(number), "kind": "person"}],
    }  # fmt: skip
    return [
        ("assign", 0, values, None), ("dispatch", draw.randint(1, 4), {"lead_unit": f"示例市{draw.choice(DEPARTMENTS[:30])}"}, None),
        ("reply", draw.randint(20, 50), {}, None), ("evaluate", draw.randint(3, 10), {"satisfaction": "satisfied"}, None),
        ("close", draw.randint(3, 9), {}, draw.choice(("resolved", "planned", "explained"))),
    ]  # fmt: skip


STORIES = (
    Story(BIG, 40, lambda c: [*[c.hotline] * 30, *c.departments, *c.towns], _order),
    Story(BIG, 20, lambda c: [c.hotline], _call),
    Story("people_mediation", 16, lambda c: c.committees, _mediation),
    Story("info_disclosure_request", 8, lambda c: [c.office, *c.departments, *c.towns], _disclosure),
    Story("legality_review", 8, lambda c: [*c.departments, *c.towns], _review),
    Story("administrative_reconsideration", 2, lambda c: [c.government], _reconsideration),
    Story("proposal_handling", 6, lambda c: [c.office, *c.departments], _proposal),
)


def live(county: County, count: int) -> None:
    """Replay ``count`` cases of four years up to today; of some that are open others are asked and urged."""
    draw = random.Random(20200401)
    for story in STORIES:
        scripts: dict[int, list[CaseScript]] = {}
        for script in _scripts(county, story, count * story.share // 100, draw):
            scripts.setdefault(script.organ.pk, []).append(script)
        for organ, told in scripts.items():
            replay(
                story.slug, told, officers=[one.pk for one in county.clerks[organ]], settle_through=timezone.localdate()
            )
    _ask_others(county, draw)
    apply_changes_in_bulk(REGISTER, _powers(county))


def _scripts(county: County, story: Story, count: int, draw: random.Random) -> Iterator[CaseScript]:
    calendar, today = packaged_calendar(), timezone.localdate()
    first = today - timedelta(days=365 * YEARS)
    for number in range(count):
        parts = story.parts(draw, number)
        if draw.random() < LEFT_LYING:
            parts = parts[: draw.randint(1, len(parts))]
        day = calendar.next_working_day(first + timedelta(days=draw.randrange(365 * YEARS - 3)))
        told = []
        for action, after, values, outcome in parts:
            day = calendar.add_working_days(day, after) if after else day
            if day > today:
                break
            told.append((action, day, values, *((outcome,) if outcome else ())))
        yield tell(story.slug, draw.choice(story.organs(county)), told, f"{story.slug} {number + 1}")


def _ask_others(county: County, draw: random.Random) -> None:
    """交办 of every fifth open case, some of them sent back, and some urged."""
    leader = county.people["leader"]
    access = access_of(leader, timezone.localdate())
    for number, case in enumerate(Case.objects.filter(closed_on=None).exclude(next_due=None).order_by("pk")):
        if number % 5:
            continue
        officer = county.clerks[case.organ_id][0]
        to = draw.choice([organ for organ in county.departments if organ.pk != case.organ_id])
        due = (case.last_on + timedelta(days=draw.randint(1, 15))).isoformat()
        perform(
            case.pk,
            Verb.ASSIGN,
            on=case.last_on,
            officer=officer,
            values={"to": str(to.pk), "due": due, "text": "请办理并回复"},
        )
        if number % 4 == 0:
            back = county.clerks[to.pk][0]
            perform(
                case.pk, Verb.SEND_BACK, on=case.last_on, officer=back, values={"text": "不属于本单位职责"}, request=1
            )
        elif number % 3 == 0:
            urge(case, "organ", "请抓紧办理", officer=leader, access=access)


def _powers(county: County) -> Iterator[tuple[Organ, str, str, dict[str, object], date, None]]:
    for place, organ in enumerate(county.departments):
        for number in range(ITEMS):
            code = f"{place + 1:02d}PE{number + 1:04d}"
            values = {
                "item_code": code, "name": f"对违反{TOPICS[number % len(TOPICS)]}规定行为的处罚（示例{number + 1}）",
                "power_type": "penalty", "basis": "示例依据，仅供测量", "implementing_organ": organ.name,
            }  # fmt: skip
            yield organ, "add", code, values, date(2024, 1, 2), None
