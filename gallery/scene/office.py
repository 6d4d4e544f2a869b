"""The office: who works there, meetings, plans and their assessment, figures, settings, a reform."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django_otp.oath import totp

from gallery.scene.place import REVIEW, Place, ago
from zhunsheng.api import accounts, webhooks
from zhunsheng.api.models import Delivery
from zhunsheng.bodies import actions as seats
from zhunsheng.bodies import calling, holding
from zhunsheng.bodies.holding import Mark, Said
from zhunsheng.bodies.models import Attendance, Meeting
from zhunsheng.cases.actions import open_case
from zhunsheng.ledger import periods, stating
from zhunsheng.ledger.handing_out import Telling, hand_out
from zhunsheng.local import actions as local
from zhunsheng.orgs import actions
from zhunsheng.orgs.delegating import delegate
from zhunsheng.orgs.models import Duty, Officer, ReformKind
from zhunsheng.orgs.reforming import NewOrgan, Plan, carry_out
from zhunsheng.registers import actions as lists
from zhunsheng.security import operating, second_factor
from zhunsheng.supervision import planning
from zhunsheng.supervision.confirming import confirm

PASSWORD = "correct horse 42"  # noqa: S105 - of somebody who never signs in
STATED = "info_disclosure.portal_items_published"


def duties(place: Place) -> None:
    """One person opens every page here; in use an administrator has no other duty, and no page would give him both."""
    held = [("orgs", "administrator"), ("orgs", "auditor"), ("retention", "archivist")]
    if operating.is_demanded():  # then new accounts wait for the security administrator
        held.append(("orgs", "security"))
    for system, role in held:
        Duty.objects.create(officer=place.officer, organ=place.government, system=system, role=role, whole_tree=True)
    operating.ask(place.officer, "核对失败的后台任务", 60)


def people(place: Place) -> tuple[Officer, Officer]:
    """A colleague with every duty, and a newcomer who signs in with a code and is away for a week."""
    apart, today = operating.is_demanded(), timezone.localdate()
    colleague = actions.add_officer(
        place.officer, "lian", "示例辛", PASSWORD, place.government, "*", "*", date(2018, 1, 1), whole_tree=True
    )
    newcomer = actions.add_officer(
        place.officer, "xinren", "示例癸", PASSWORD, place.department, "*", "*", ago(60), title="科员"
    )
    for person in (colleague, newcomer) if apart else ():
        actions.set_active(place.officer, person, True)
    newcomer.set_password(place.password)  # in short: the demonstration's is shorter than the rules let it be
    newcomer.save(update_fields=["password"])
    second_factor.confirm(newcomer, f"{totp(second_factor.begin(newcomer).bin_key):06d}")
    delegate(newcomer, newcomer, colleague, today, today + timedelta(days=7), "外出培训")
    return colleague, newcomer


def program(place: Place) -> int:
    """A service account with a token, and a message that was given up."""
    made = accounts.open_account(
        place.officer, place.department, "svc-oa", "办公系统", "办公系统读取待办和办理进度", "*", "*"
    )
    accounts.make_token(place.officer, made, "正式环境", ["cases:read", "cases:write"], 180)
    told, _secret = webhooks.subscribe(place.officer, made, "https://93.184.215.14/in", ["case"])
    Delivery.objects.create(
        subscription=told, kind="case", record=1, attempts=9, dead_at=timezone.now(), problem="HTTP 503"
    )
    return made.pk


def assessment(place: Place) -> dict[str, Any]:
    """One indicator of this year's scheme, the line of the department that is assessed by it, and the debrief of its head."""
    code, year = "示例指标-01", timezone.localdate().year
    values = {
        "indicator_code": code, "year": str(year), "group": "化解矛盾", "indicator": "热线工单办结率", "unit_kind": "all",
        "kind": "quantity", "weight": "5", "standard": "按办结率分档",
        "formula": "分档([hotline_workorder.done_rate]; 50: 2, 90: 5)",
    }  # fmt: skip
    lists.apply_entry_change(
        "assessment_indicator", place.government, "add", code, values, date(year, 1, 1), officer=place.officer
    )
    told = {"year": year, "indicator_code": code, "self_by": timezone.localdate().isoformat()}
    open_case("performance_assessment", "open", organ=place.department, on=ago(5), officer=place.officer, values=told)
    called = {"year": year, "head_post": "示例局局长", "form": "written", "due_on": ago(-20).isoformat()}
    debrief = open_case(
        "year_end_debrief", "call", organ=place.department, on=ago(3), officer=place.officer, values=called
    )
    return {"debrief": debrief.pk}


def meetings(place: Place, deputy: Officer) -> dict[str, Any]:
    """A body with a seat that is empty; a meeting that is called, one that was held, one whose minutes are out."""
    today = timezone.localdate()
    body = seats.set_up(
        place.officer, place.government, "executive_meeting", "示例县人民政府常务会议（示例）", "示政〔2024〕1号", ago(90),
        today=today,
    )  # fmt: skip
    holders: tuple[tuple[str, dict[str, Any]], ...] = (
        ("chair", {"person": place.officer, "post": "县长"}),
        ("deputy", {"person": deputy, "post": "副县长"}),
        ("member", {"organ": place.office, "post": "局长"}),
    )
    seat, *_others = [
        seats.give_seat(place.officer, body.pk, office, ago(90), today=today, **holder) for office, holder in holders
    ]

    def meeting(number: int, day: date, title: str) -> tuple[Meeting, int]:
        at = timezone.make_aware(datetime.combine(day, time(9)))
        made = calling.call(place.officer, body.pk, "executive", at, "第一会议室", today=today, ordinal=number)
        calling.invite(place.officer, made.pk, today=today, name="示例寅", post="示例律师事务所")
        item = calling.put(
            place.officer, made.pk, title, "decision", matter="other", today=today, reporter="示例县司法局"
        )
        calling.put(place.officer, made.pk, "学习行政复议法", "study", law="《中华人民共和国行政复议法》", today=today)
        return made, item.pk

    def held(made: Meeting) -> list[int]:
        called = list(Attendance.objects.filter(meeting=made).order_by("pk").values_list("pk", flat=True))
        holding.hold(place.officer, made.pk, {pk: Mark("present") for pk in called}, called[0], today=today)
        return called

    concluded, decided = meeting(1, ago(30), "审议示例行动方案")
    head, *others = held(concluded)
    order = [*(Said(pk, "agree", "同意。") for pk in others), Said(head)]
    for item in concluded.items.all():
        decision = item.pk == decided
        holding.settle(
            place.officer, item.pk, "passed" if decision else "done", said=order if decision else (),
            settled="会议原则同意。", today=today,
        )  # fmt: skip
    minutes = holding.conclude(place.officer, concluded.pk, ago(29), today=today)
    recorded, open_item = meeting(2, ago(2), "审议示例采购方案")
    held(recorded)
    called, _item = meeting(3, today + timedelta(days=7), "审议示例工作要点")
    return {"body": body.pk, "seat": seat.pk, "called": called.pk, "held": recorded.pk, "item": open_item,
            "concluded": concluded.pk, "minutes": minutes.pk}  # fmt: skip


POINTS = """{name}年度法治政府建设工作要点
一、加强组织领导
1.压实第一责任人职责。每季度组织一次学法。完善考核办法。（牵头单位：{unit}；完成时限：年底前）
二、规范行政执法
2.开展案卷评查。开展行政执法案卷自查。（责任单位：各部门）
"""


def plans(place: Place) -> dict[str, Any]:
    """Points of the year that were confirmed, and others that are being looked through."""
    text = POINTS.format(name=place.government.name, unit=place.department.name)
    today = timezone.localdate()
    plans = [
        planning.read_in(
            text,
            organ=place.government,
            officer=place.officer,
            level="points",
            is_own=True,
            mark=mark,
            issued_on=ago(20),
        )
        for mark in ("要点甲", "要点乙")
    ]
    for plan in plans:
        planning.set_defaults(plan, place.officer, version=0, lead=place.department.name, due_on=f"{today.year}-12-31")
    confirm(plans[0], place.officer, on=today, version=1)
    return {"plan": plans[1].pk}


def figures(place: Place) -> None:
    """A figure stated, one told to somebody, and a month that is closed."""
    region, year = place.government.region, place.year
    if not stating.statements(region.code, STATED).filter(year=year).exists():
        stating.state(
            STATED, place.government, year, Decimal(22400), "示例文件〔2026〕3号", qualifier="余", officer=place.officer
        )
    told = Telling(f"{REVIEW}.received", year * 100 + 1, year * 100 + 12, Decimal(180), "180件")
    hand_out(region, [told], to_whom="示例督察组", purpose="法治督察", paper="示例函〔2026〕5号", officer=place.officer)
    periods.close(region, year * 100 + 1, place.officer)


def settings(place: Place) -> None:
    """A limit the place has set for itself."""
    key, document = "legality_review_completion", "示例市合法性审查办法"
    value = {"value": 3, "unit": "working_day"}
    local.decide(
        place.officer, "limit", key, place.government, ago(90), value, document=document, article="6", reason="办法印发"
    )


def reform(place: Place) -> dict[str, Any]:
    """An organ that was renamed."""
    renamed = NewOrgan(place.renamed, mark=place.department.mark)
    reform = carry_out(
        Plan(ReformKind.RENAME, ago(2), (place.department,), new=renamed), place.officer, reason="机构改革方案",
        document="示委〔2026〕6号",
    )  # fmt: skip
    return {"reform": reform.pk}
