"""The bodies and meetings of the demonstration: executive meetings of 2020 that studied a law once a quarter and passed the
year's normative documents, and the committees the city's report names. Everything goes through the actions of officers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from zhunsheng.bodies import actions, calling, holding
from zhunsheng.bodies.models import Attendance, Body, Meeting
from zhunsheng.cases.actions import link_cases, open_case, perform
from zhunsheng.cases.replay import CaseScript
from zhunsheng.demonstration import legislation, scripts
from zhunsheng.demonstration.places import City
from zhunsheng.demonstration.telling import Days
from zhunsheng.orgs.models import Officer, Organ

SET_UP = date(2020, 1, 2)
FIRST_MEETING = 50
"""The ordinal of the first executive meeting of the year."""
STUDIES = {
    3: "《优化营商环境条例》", 6: "《重大行政决策程序暂行条例》", 9: "《中华人民共和国民法典》", 12: "《中华人民共和国行政复议法》",
}  # fmt: skip
"""Month -> the law studied at its first executive meeting: once a quarter, as the city's report says."""
EXECUTIVE_MEMBERS = ("发展和改革委员会", "司法局", "财政局", "审计局", "市场监督管理局")
GROUP_MEMBERS = 23


def hold_year(city: City, reviews: Sequence[int], advance: Callable[[int], None]) -> None:
    """Set the bodies up, take the normative documents to the meetings that pass them, and hold every meeting."""
    secretary = Officer.objects.get(username="gongkai")
    executive = _executive(city, secretary)
    calendar = Days(2020, "meetings")
    days = calendar.working[8::10]
    told = list(scripts.documents(city, days))
    waiting: dict[date, list[tuple[int, CaseScript]]] = {}
    for script, review in zip(told, reviews, strict=False):
        number = _submitted(script, review, city)
        [day] = [step.on for step in script.steps if step.action == "deliberate"]
        waiting.setdefault(day, []).append((number, script))
    projects: dict[date, list[legislation.Deliberated]] = {}
    for day, project in legislation.propose(city, days):
        projects.setdefault(day, []).append(project)
    studied: set[int] = set()
    for index, day in enumerate(days):
        meeting = call(secretary, executive, "executive", day, ordinal=FIRST_MEETING + index)
        ends = []
        if day.month in STUDIES and day.month not in studied:
            studied.add(day.month)
            ends.append(
                (put(secretary, meeting, "会前学法", "study", law=STUDIES[day.month], reporter="市司法局"), "done")
            )
        for case, script in waiting.get(day, ()):
            title = str(script.steps[0].values["document_title"])
            ends.append(
                (put(secretary, meeting, f"审议《{title}》", "decision", cases=[case], reporter="市司法局"), "passed")
            )
        for one in projects.get(day, ()):
            item = put(
                secretary,
                meeting,
                f"审议《{one.title}》",
                "decision",
                cases=[one.case],
                matter=one.matter,
                reporter="市司法局",
            )
            ends.append((item, "passed"))
        if day.month in (3, 9) and not waiting.get(day) and day.day < 16:
            ends.append(
                (
                    put(secretary, meeting, "法治政府建设情况汇报", "report", rule_of_law=True, reporter="市司法局"),
                    "done",
                )
            )
        topic = scripts.TOPICS[index % len(scripts.TOPICS)]
        ends.append((put(secretary, meeting, f"研究{topic}工作", "decision", matter="other"), "passed"))
        hold(secretary, meeting, ends, day)
        for case, script in waiting.get(day, ()):
            _go_on(case, script, city)
            advance(1)
        for project in projects.get(day, ()):
            legislation.go_on(project)
    _committees(city)


# --- documents -------------------------------------------------------------------------------------------------------


def _submitted(script: CaseScript, review: int, city: City) -> int:
    """Take a document as far as its submission to a meeting, linked with its review; gives the case."""
    steps = list(script.steps)
    before = [step for step in steps if step.on < _deliberated(script) or step.action == "submit_deliberation"]
    first = before[0]
    clerk = Officer.objects.get(username="chengban")
    case = open_case(
        "normative_document", first.action, organ=city.government, on=first.on, officer=clerk, values=first.values
    )
    link_cases(case.pk, review, officer=clerk)
    for step in before[1:]:
        perform(case.pk, step.action, on=step.on, officer=_who(step.action, city), values=step.values)
    return case.pk


def _deliberated(script: CaseScript) -> date:
    return next(step.on for step in script.steps if step.action == "deliberate")


def _go_on(case: int, script: CaseScript, city: City) -> None:
    """Take a document that was passed from its deliberation to its filing; the meeting names itself in the case."""
    names = [step.action for step in script.steps]
    for step in script.steps[names.index("deliberate") :]:
        values = {k: v for k, v in step.values.items() if not k.startswith("meeting_")}
        perform(case, step.action, on=step.on, officer=_who(step.action, city), values=values, outcome=step.outcome)


def _who(action: str, city: City) -> Officer:
    """The mayor signs and approves; the clerk does the rest."""
    if action in ("approve_initiation", "sign"):
        return city.leaders[0]
    return Officer.objects.get(username="chengban")


# --- bodies ----------------------------------------------------------------------------------------------------------


def _executive(city: City, secretary: Officer) -> Body:
    body = set_up(secretary, city.government, "executive_meeting", "平顶山市人民政府常务会议", "平政〔2020〕1号",
                   rules="平顶山市人民政府工作规则")  # fmt: skip
    offices = ("chair", "deputy", "deputy", "deputy", "member")
    for office, leader in zip(offices, city.leaders, strict=True):
        title = leader.duties.get().title
        seat(secretary, body, office, person=leader, post=title)
    for name in EXECUTIVE_MEMBERS:
        seat(secretary, body, "member", organ=city.department(name))
    return body


def _committees(city: City) -> None:
    """The leading group, the committee for the overall rule of law, the legal experts and the study group."""
    clerk, secretary = (Officer.objects.get(username=name) for name in ("chengban", "gongkai"))
    mayor, deputy = city.leaders[:2]
    group = set_up(clerk, city.government, "leading_group", "平顶山市法治政府建设领导小组", "平政〔2020〕2号")
    seat(clerk, group, "chair", person=mayor, post="市长")
    seat(clerk, group, "deputy", person=deputy, post="常务副市长")
    for organ in city.departments[:GROUP_MEMBERS]:
        seat(clerk, group, "member", organ=organ)
    seat(clerk, group, "secretary", organ=city.justice)
    meeting = call(clerk, group, "full", date(2020, 3, 25), ordinal=1)
    hold(clerk, meeting, [
        (put(clerk, meeting, "审议2020年法治政府建设工作安排", "decision"), "passed"),
        (put(clerk, meeting, "法治政府建设示范创建情况汇报", "report", rule_of_law=True, reporter="市司法局"), "done"),
    ], date(2020, 3, 26))  # fmt: skip
    committee = set_up(clerk, city.justice, "rule_of_law_committee", "平顶山市委全面依法治市委员会", "平发〔2020〕1号")
    seat(clerk, committee, "chair", name="示例书记", post="市委书记")
    seat(clerk, committee, "deputy", person=mayor, post="市长")
    for organ in city.departments[:9]:
        seat(clerk, committee, "member", organ=organ)
    for form, ordinal, day in (("full", 2, date(2020, 4, 10)), ("special", None, date(2020, 9, 18))):
        meeting = call(clerk, committee, form, day, ordinal=ordinal)
        item = put(clerk, meeting, "审议全面依法治市工作制度", "decision", rule_of_law=True, reporter="市司法局")
        hold(clerk, meeting, [(item, "passed")], day)
    experts = set_up(
        clerk, city.government, "legal_expert_committee", "平顶山市人民政府法律专家咨询委员会", "平政〔2020〕3号"
    )
    seat(clerk, experts, "chair", organ=city.justice)
    for number in range(1, 10):
        seat(
            clerk,
            experts,
            "member",
            name=f"示例专家{number}",
            post="示例大学教授" if number % 2 else "示例律师事务所律师",
        )
    meeting = call(clerk, experts, "consultation", date(2020, 7, 16), ordinal=1)
    item = put(clerk, meeting, "城市更新项目法律问题咨询", "consultation", reporter="市住房和城乡建设局")
    hold(clerk, meeting, [(item, "opinion")], date(2020, 7, 17))
    study = set_up(
        secretary, city.government, "leader_law_study", "平顶山市人民政府党组理论学习中心组", "平政〔2020〕4号"
    )
    seat(secretary, study, "chair", person=mayor, post="市长")
    for leader in city.leaders[1:]:
        seat(secretary, study, "member", person=leader, post=leader.duties.get().title)
    for form, title, day in (
        ("study", "学习宪法", date(2020, 5, 20)), ("lecture", "领导干部法治专题讲座", date(2020, 8, 27)),
        ("class", "法治政府建设业务骨干培训班", date(2020, 11, 12)),
    ):  # fmt: skip
        meeting = call(secretary, study, form, day)
        item = put(secretary, meeting, title, "study", law="《中华人民共和国宪法》", reporter="示例教授")
        hold(secretary, meeting, [(item, "done")], day)


def set_up(
    officer: Officer, organ: Organ, kind: str, name: str, document: str, since: date = SET_UP, **more: str
) -> Body:
    """A body of that kind from a day on."""
    return actions.set_up(officer, organ, kind, name, document, since, today=timezone.localdate(), **more)


def seat(officer: Officer, body: Body, office: str, since: date = SET_UP, **holder: Any) -> None:
    """A seat in a body, by the document that set it up."""
    actions.give_seat(officer, body.pk, office, since, document=body.document, today=timezone.localdate(), **holder)


# --- meetings --------------------------------------------------------------------------------------------------------


def call(officer: Officer, body: Body, form: str, day: date, ordinal: int | None = None) -> Meeting:
    """A meeting of a body at nine o'clock of a day."""
    at = timezone.make_aware(datetime.combine(day, time(9)))
    return calling.call(
        officer, body.pk, form, at, "政府第一会议室", ordinal=ordinal, today=timezone.localdate()
    )  # fmt: skip


def put(officer: Officer, meeting: Meeting, title: str, kind: str, **more: Any) -> int:
    """An item on the agenda; gives its key."""
    return calling.put(officer, meeting.pk, title, kind, today=timezone.localdate(), **more).pk


def hold(officer: Officer, meeting: Meeting, ends: Sequence[tuple[int, str]], on: date) -> None:
    """Everybody comes but one of the deputies in turn; the head speaks last; the minutes follow."""
    today = timezone.localdate()
    people = list(Attendance.objects.filter(meeting=meeting).order_by("pk"))
    away = people[1 + meeting.pk % 3].pk if len(people) > 4 else 0
    marks = {
        p.pk: holding.Mark("leave", reason="公务外出") if p.pk == away else holding.Mark("present") for p in people
    }
    holding.hold(officer, meeting.pk, marks, people[0].pk, today=today)
    there = [p.pk for p in people[1:4] if p.pk != away and p.standing == "member"]
    said = [holding.Said(pk) for pk in (*there, people[0].pk)]
    for item, result in ends:
        decided = result in ("passed", "opinion")
        holding.settle(
            officer,
            item,
            result,
            said=said if decided else (),
            settled="原则同意，按程序办理。" if decided else "",
            today=today,
        )
    holding.conclude(officer, meeting.pk, on, today=today)


def call_next(city: City, day: date) -> None:
    """An executive meeting to come, with its agenda and its notice."""
    secretary = Officer.objects.get(username="gongkai")
    body = Body.objects.get(kind="executive_meeting")
    meeting = call(secretary, body, "executive", day)
    put(secretary, meeting, "会前学法", "study", law="《中华人民共和国行政处罚法》", reporter="市司法局")
    put(secretary, meeting, "法治政府建设情况汇报", "report", rule_of_law=True, reporter="市司法局")
    calling.invite(secretary, meeting.pk, name="示例主任", post="市人大常委会副主任", today=timezone.localdate())
    calling.issue_notice(secretary, meeting.pk, timezone.localdate(), today=timezone.localdate())
