"""确认规划: from a plan that was looked through to measures, tasks of organs and recurring duties, in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from zhunsheng.cases.actions import link_many
from zhunsheng.cases.replay import CaseScript, ReplayRefused, StepScript, replay
from zhunsheng.kernel.words import Words
from zhunsheng.ledger.series import figure_called
from zhunsheng.orgs.access import Access, access_of
from zhunsheng.orgs.models import Officer, Organ
from zhunsheng.orgs.refusals import Refused
from zhunsheng.registers.actions import apply_entry_change
from zhunsheng.registers.reading import entries_on
from zhunsheng.security.audit import changed, record
from zhunsheng.supervision.milestones import Milestone, lines_of, milestones_in, problems_of
from zhunsheng.supervision.models import MEASURES, TASKS, PlanLevel, PlanText
from zhunsheng.supervision.naming import level_of, organs_below, organs_named
from zhunsheng.supervision.planning import OFFICE, PlanRefused
from zhunsheng.supervision.rhythms import raise_due
from zhunsheng.typed import typed_day

LONGEST_TITLE = 280


class Missing(NamedTuple):
    """What has to be put right before a plan is confirmed: in which measure, in which of its tasks (none: the measure)."""

    measure: int
    task: int | None
    words: Words


@dataclass(slots=True)
class Share:
    """A task as it will be raised: of which measure, for whom; where it comes again no day is needed."""

    measure: Mapping[str, Any]
    number: int
    task: Mapping[str, Any]
    lead: list[Organ] = field(default_factory=list)
    joint: list[Organ] = field(default_factory=list)
    due_on: date | None = None
    milestones: list[Milestone] = field(default_factory=list)


def shares_of(plan: PlanText, access: Access, on: date) -> tuple[list[Share], list[Missing]]:
    """The tasks that will be raised, and what is still missing. One query, one more where measures above are named."""
    missing = list(_unknown_above(plan, access, on))
    if not plan.is_own:
        return [], missing
    among = organs_below(plan.organ, on)
    shares = []
    for place, measure in enumerate(plan.proposal["measures"]):
        if not measure["kept"]:
            continue
        taken = [(number, task) for number, task in enumerate(measure["tasks"]) if task["taken"]]
        for number, task in taken:
            share, problems = _share(plan, measure, number, task, among)
            problems += [
                Words(f"您不能给{organ.name}分解任务", f"you may not assign tasks to {organ.name}")
                for organ in (*share.lead, *share.joint) if not access.roles(TASKS, organ.path, OFFICE)
            ]  # fmt: skip
            missing += [Missing(place, number, words) for words in problems]
            shares.append(share)
    return shares, missing


def _unknown_above(plan: PlanText, access: Access, on: date) -> Iterator[Missing]:
    """The measures that answer to a number no list of measures has."""
    named = {
        place: measure["upper"]
        for place, measure in enumerate(plan.proposal["measures"])
        if measure["kept"] and measure["upper"]
    }
    if not named:
        return
    known = set(entries_on(MEASURES, access=access, true_on=on).values_list("entry__key", flat=True))
    for place, code in named.items():
        if code not in known:
            words = Words(f"措施清单里没有「{code}」这一项上级措施", f"no measure above has the number “{code}”")
            yield Missing(place, None, words)


def _share(
    plan: PlanText, measure: Mapping[str, Any], number: int, task: Mapping[str, Any], among: Sequence[Organ]
) -> tuple[Share, list[Words]]:
    problems: list[Words] = []
    lead = organs_named(task["lead"] or measure.get("lead") or plan.proposal["lead"], among)
    joint = organs_named(task["joint"], among)
    for named in (lead, joint):
        problems += [
            Words(
                f"没有「{name}」这个单位，或者不止一个，请写全称",
                f"there is no “{name}”, or several; write the full name",
            )
            for name in named.unknown
        ]
    if not lead.organs and not lead.unknown:
        problems.append(Words("没有牵头单位", "nobody leads"))
    due_on = typed_day(task["due_on"] or measure.get("due_on", "") or plan.proposal["due_on"])
    if due_on is None and not task["rhythm"]:
        problems.append(Words("没有完成期限", "there is no day"))
    if due_on is not None and due_on < plan.issued_on and not task["rhythm"]:
        problems.append(
            Words(f"完成期限 {due_on} 在印发日期 {plan.issued_on} 以前", f"{due_on} lies before the day of issue")
        )
    if not task["text"].strip():
        problems.append(Words("任务内容是空的", "the task has no words"))
    if task["figure"] and figure_called(task["figure"]) is None:
        problems.append(Words(f"没有「{task['figure']}」这个指标", f"there is no figure “{task['figure']}”"))
    if task["wanted"] and _number(task["wanted"]) is None:
        problems.append(Words(f"「{task['wanted']}」不是数", f"“{task['wanted']}” is no number"))
    milestones, unread = milestones_in(task.get("milestones", ""))
    problems += unread or problems_of(milestones, plan.issued_on, None if task["rhythm"] else due_on)
    both = {organ.pk for organ in lead.organs}
    joining = [organ for organ in joint.organs if organ.pk not in both]
    return Share(measure, number, task, lead.organs, joining, due_on, milestones), problems


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


@transaction.atomic
def confirm(plan: PlanText, officer: Officer, *, on: date, version: int) -> PlanText:
    """Make cases of the measures and tasks, and entries of what comes again; all of it or nothing. ``on``: today; what is
    made begins on the day the plan was issued. Raises ``PlanRefused``."""
    row = PlanText.objects.select_for_update().select_related("organ").get(pk=plan.pk)
    if row.confirmed_at is not None:
        raise PlanRefused("这个规划已经确认过", "the plan was confirmed already")
    if row.version != version or row.voided_at is not None:
        raise PlanRefused(
            "您打开页面以后别人改过这个规划，请再看一遍", "the plan has changed since you opened the page"
        )
    shares, missing = shares_of(row, access_of(officer, on), on)
    if missing:
        raise PlanRefused(
            f"还有 {len(missing)} 处没有填好，没有分解任何任务",
            f"{len(missing)} places are not filled in; nothing was raised",
        )
    today, on = on, row.issued_on
    measures = [measure for measure in row.proposal["measures"] if measure["kept"]]
    by_measure: dict[str, list[Share]] = {}
    for share in shares:
        by_measure.setdefault(share.measure["code"], []).append(share)
    if row.is_own:
        measures = [measure for measure in measures if measure["code"] in by_measure]
    scripts = [_measure_script(row, measure, by_measure.get(measure["code"], []), on) for measure in measures]
    keys = _replayed(row.system, scripts, officer, today)
    of_measure = dict(zip((measure["code"] for measure in measures), keys, strict=True))
    once = [share for share in shares if not share.task["rhythm"]]
    told = [(share, organ, duty) for share in once for organ, duty in _units(share)]
    cases = _replayed(TASKS, [_task_script(row, *one, on) for one in told], officer, today)
    link_many(
        ((of_measure[share.measure["code"]], case) for (share, _organ, _duty), case in zip(told, cases, strict=True)),
        officer=officer,
    )
    again = [share for share in shares if share.task["rhythm"]]
    _list_duties(row, again, officer, on)
    raised = raise_due(today) if again else 0
    row.result = {
        "measures": len(keys),
        "tasks": len(once),
        "cases": len(cases),
        "duties": len(again),
        "raised": raised,
    }
    row.confirmed_by, row.confirmed_at = officer, timezone.now()
    row.save(update_fields=["result", "confirmed_by", "confirmed_at"])
    record("plan.confirm", f"plan:{row.pk}", officer.pk, **row.result, **changed(row))
    return row


def _units(share: Share) -> Iterator[tuple[Organ, str]]:
    yield from ((organ, "lead") for organ in share.lead)
    yield from ((organ, "joint") for organ in share.joint)


def _replayed(slug: str, scripts: list[CaseScript], officer: Officer, today: date) -> list[int]:
    if not scripts:
        return []
    try:
        return replay(slug, scripts, officer=officer, officers=[officer.pk], today=today).case_ids
    except ReplayRefused as refused:
        first = refused.result.problems[0]
        raise PlanRefused(
            f"{first.reference}：{first.refusal.sentence('zh')}", f"{first.reference}: {first.refusal.sentence('en')}"
        ) from refused


def code_of(plan: PlanText, measure: Mapping[str, Any]) -> str:
    """The number of a measure in the list, with the mark of its plan."""
    return f"{plan.mark}-{measure['code']}"


def _measure_script(plan: PlanText, measure: Mapping[str, Any], shares: list[Share], on: date) -> CaseScript:
    code, title = code_of(plan, measure), measure["title"][:LONGEST_TITLE]
    lead = next((share.lead[0].name for share in shares if share.lead), "")
    due_on = max((share.due_on for share in shares if share.due_on), default=typed_day(plan.proposal["due_on"]))
    shared: dict[str, Any] = {"upper_code": measure["upper"]} if measure["upper"] else {}
    if plan.level == PlanLevel.POINTS:
        values = {
            "year": plan.year or on.year, "task_no": code, "task": title, "source": "plan" if measure["upper"] else "own",
            "source_clause": measure["upper"], "lead_unit": lead, "requirement": measure["text"] or title,
            "due_on": due_on or date(plan.year or on.year, 12, 31),
        }  # fmt: skip
        return CaseScript(plan.organ, [StepScript("propose", on, _filled(values))], f"措施{measure['number']}")
    values = {
        "plan_name": plan.title, "plan_level": plan.level, "part": measure["place"] or plan.title, "measure_code": code,
        "measure": title, "due_on": due_on, **shared,
    }  # fmt: skip
    if not plan.is_own:
        return CaseScript(plan.organ, [StepScript("list_above", on, _filled(values))], f"措施{measure['number']}")
    values |= {"lead_unit": lead, "due_on": due_on or date(on.year, 12, 31)}
    return CaseScript(plan.organ, [StepScript("list", on, _filled(values))], f"措施{measure['number']}")


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items() if value}


def _task_script(plan: PlanText, share: Share, organ: Organ, duty: str, on: date) -> CaseScript:
    task, measure = share.task, share.measure
    due_on = share.due_on or on
    text = task["text"].strip()
    values = {
        "year": plan.year or due_on.year, "task_no": f"{measure['code']}-{share.number + 1}", "task": text[:LONGEST_TITLE],
        "duty": duty, "level": level_of(organ), "requirement": task["standard"] or text, "evidence_wanted": task["evidence"],
        "figure": task["figure"], "wanted": task["wanted"], "due_on": due_on, "measure_code": code_of(plan, measure),
        "source_text": f"{plan.title} {measure['number']} {measure['title']}", "milestones": lines_of(share.milestones),
    }  # fmt: skip
    steps = [StepScript("assign", on, _filled(values))]
    if share.milestones:
        first = share.milestones[0]
        steps.append(
            StepScript("set_milestone", on, _filled({"milestone": first.words, "milestone_due": first.due_on}))
        )
    return CaseScript(organ, steps, f"{text[:20]}（{organ.name}）")


def _list_duties(plan: PlanText, shares: Sequence[Share], officer: Officer, on: date) -> None:
    """Write what comes again into the list of recurring duties; who cooperates does so with who leads."""
    for share in shares:
        task, code = share.task, code_of(plan, share.measure)
        values = {
            "duty": task["text"].strip()[:LONGEST_TITLE], "rhythm": task["rhythm"], "starts_on": date(plan.year or on.year, 1, 1),
            "units": "、".join(organ.name for organ in (*share.lead, *share.joint)),
            "requirement": task["standard"] or task["text"].strip(), "evidence_wanted": task["evidence"],
            "figure": task["figure"], "wanted": task["wanted"], "measure_code": code,
        }  # fmt: skip
        try:
            apply_entry_change(
                TASKS, plan.organ, "add", f"{code}-{share.number + 1}", _filled(values), on, officer=officer
            )
        except Refused as refused:
            raise PlanRefused(f"{values['duty'][:20]}：{refused.sentence('zh')}", refused.sentence("en")) from refused
