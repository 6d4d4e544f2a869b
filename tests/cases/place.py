"""A small county: a hotline, two bureaus that handle its orders, a justice bureau, their officers; and cases to walk.

The systems are those the platform declares.
"""

from dataclasses import dataclass
from datetime import date

from zhunsheng.cases.actions import open_case, perform
from zhunsheng.cases.models import Case, CaseParty, ClockEntry, Deadline, Event
from zhunsheng.cases.replay import CaseScript, StepScript
from zhunsheng.ledger.balances import fold
from zhunsheng.ledger.models import Balance, Counted, Posting
from zhunsheng.ledger.postings import forget_accounts
from zhunsheng.orgs.models import Duty, Officer, Organ, Region
from zhunsheng.papers.models import NumberSeries, Paper
from zhunsheng.security import guards

TODAY = date(2026, 11, 20)
HOTLINE = "hotline_workorder"
RECONSIDERATION = "administrative_reconsideration"

ORDER = {"channel": "phone", "theme": "complaint", "matter": "路灯不亮", "caller": "示例甲", "place": "示例路1号"}
CALL_BACK = {"resolved": True, "satisfaction": "satisfied"}
APPLICATION = {
    "applicant": ["示例甲", "示例乙"],
    "respondent": ["示例县公安局"],
    "act": "行政处罚决定",
    "matter": "penalty",
    "area": "public_security",
    "request": "撤销行政处罚决定",
}


@dataclass
class Place:
    region: Region
    government: Organ
    hotline: Organ
    lighting: Organ
    water: Organ
    operator: Officer
    lighting_officer: Officer
    stranger: Officer
    head: Officer


def make_place():
    """The county with officers for every system: the operator of the hotline, one of the lighting bureau, a stranger."""
    forget_accounts()
    region = Region.objects.create(code="999902", name="示例县")
    government = Organ.objects.create(region=region, name="示例县人民政府", mark="示政", kind="government")

    def organ(name, mark):
        return Organ.objects.create(region=region, name=name, mark=mark, kind="department", parent=government)

    def officer(username, where, **duty):
        made = Officer.objects.create_officer(username, None, name=f"示例{username}")
        if where is not None:
            Duty.objects.create(officer=made, organ=where, **duty)
        return made

    hotline, lighting, water = (
        organ("示例县热线中心", "示热"),
        organ("示例县城管局", "示城管"),
        organ("示例县水务局", "示水"),
    )
    return Place(
        region, government, hotline, lighting, water, officer("operator", hotline), officer("lighting", lighting),
        officer("stranger", None), officer("head", government, whole_tree=True),
    )  # fmt: skip


def order_steps(start=date(2025, 3, 3), *, outcome="resolved"):
    """An order of the hotline from the call to its closing, one step each working day of a week."""
    days = [date.fromordinal(start.toordinal() + offset) for offset in range(5)]
    return [
        StepScript("order", days[0], ORDER),
        StepScript("dispatch", days[1], {"unit": "示例县城管局"}),
        StepScript("receive", days[1], {}),
        StepScript("reply", days[2], {"reply": "已经修复"}),
        StepScript("call_back", days[3], CALL_BACK if outcome == "resolved" else {**CALL_BACK, "resolved": False}),
        StepScript("close", days[4], {}, outcome),
    ]


def live(slug, organ, steps, *, officer=None, today=TODAY):
    """The steps taken one by one, as officers do."""
    first = steps[0]
    case = open_case(slug, first.action, organ=organ, on=first.on, officer=officer, values=first.values,
                     outcome=first.outcome, note=first.note, today=today)  # fmt: skip
    for step in steps[1:]:
        case = perform(case.pk, step.action, on=step.on, officer=officer, values=step.values, outcome=step.outcome,
                       note=step.note, today=today)  # fmt: skip
    return case


def script(organ, steps, reference=""):
    """The same steps as a record for replay."""
    return CaseScript(organ, steps, reference)


def scenario_steps(slug):
    """(name, steps) of every worked example of a system that needs nothing but actions, with the sample's values."""
    from zhunsheng.catalogue.loading import system
    from zhunsheng.catalogue.scenarios import Step, command_for, read_scenarios
    from zhunsheng.kernel.transition import Refusal, act, settle
    from zhunsheng.law.working_days import calendar

    owner = system(slug)
    scenarios = read_scenarios(owner)
    for scenario in scenarios.scenarios:
        given = [
            (day, Step(action=s) if isinstance(s, str) else s) for entry in scenario.given for day, s in entry.items()
        ]
        if any(s.refused or s.links or s.registered or s.amount or s.action.startswith("office.") for _, s in given):
            continue
        compiled = owner.procedure_on(given[0][0])
        state, steps = None, []
        for day, step in given:
            for done in settle(compiled, state, date.fromordinal(day.toordinal() - 1), calendar()) if state else ():
                state = done.case
            command = command_for(compiled, scenarios, step, day, state)
            taken = act(compiled, state, command, calendar())
            if isinstance(taken, Refusal):
                break
            steps.append(StepScript(command.action, day, command.values, command.outcome))
            state = taken.case
        else:
            yield scenario.it, steps


def counts():
    """How many rows every table has."""
    from django.apps import apps

    return {model._meta.label: model.objects.count() for model in apps.get_models()}


def everything(cases=None):
    """What the cases of the platform come to, without the ids and numbers a fresh database gives anew."""
    rows = list(cases if cases is not None else Case.objects.order_by("pk"))
    found = []
    for case in rows:
        events = list(case.events.values_list("sequence", "action", "on", "values", "outcome", "by_law"))
        clocks = sorted(
            case.clock_entries.values_list("sequence", "deadline", "kind", "on", "cause", "amount", "unit"), key=str
        )
        deadlines = sorted(case.deadlines.values_list("key", "state", "due_on", "ended_on", "provisional"), key=str)
        postings = sorted(
            Posting.objects.filter(source="case", source_id=case.pk).values_list("account__key", "organ", "on", "month", "value", "breakdown", "sequence"),
            key=str,
        )  # fmt: skip
        papers = sorted(Paper.objects.filter(case_id=case.pk).values_list("sequence", "kind", "issued_on"))
        parties = sorted(case.parties.values_list("role", "name", "kind"))
        course = {name: value for name, value in case.course.items() if name != "done"}
        done = {name: entry[:3] for name, entry in case.course["done"].items()}
        found.append({
            "row": (case.version, case.organ_id, case.state, case.outcome, case.opened_on, case.last_on, case.closed_on, case.next_due),
            "fields": case.fields, "course": course, "done": done, "events": events, "clocks": clocks, "deadlines": deadlines,
            "postings": postings, "papers": papers, "parties": parties,
        })  # fmt: skip
    return found


def sums():
    """What every account of every organ, day and breakdown comes to, where it comes to anything."""
    fold()
    found = {}
    for line in Posting.objects.values_list("account__key", "organ", "on", "breakdown", "value"):
        found[line[:4]] = found.get(line[:4], 0) + line[4]
    return {key: amount for key, amount in found.items() if amount}


def empty_the_cases(ids):
    """Take cases and all that hangs on them away, as only a test may."""
    with guards.away():
        Posting.objects.filter(source="case", source_id__in=ids).delete()
        for model in (Paper, CaseParty, Deadline, ClockEntry, Event):
            model.objects.filter(case_id__in=ids).delete()
        Case.objects.filter(pk__in=ids).delete()
        NumberSeries.objects.all().delete()
    for model in (Balance, Counted):
        model.objects.all().delete()
