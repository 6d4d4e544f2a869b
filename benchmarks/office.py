"""The office that the measurements work in: one region, one hotline centre, officers with their duties, and its calls.

Values are invented and drawn by a fixed seed; nothing is timed here.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from zhunsheng.cases.replay import CaseScript, StepScript
from zhunsheng.law.working_days import packaged_calendar
from zhunsheng.orgs.models import Duty, Officer, Organ, OrganKind, Region

SYSTEM = "hotline_workorder"
REGION = "410400"
MATTERS = ("路灯不亮", "井盖缺失", "噪声扰民", "占道经营", "施工扬尘", "停水停电", "物业纠纷")
THEMES = ("consultation", "help", "complaint", "report", "suggestion")
UNITS = ("城市管理局", "交通运输局", "水利局", "教育体育局", "住房和城乡建设局", "公安局")
STREETS = ("建设路", "湛河南路", "矿工路", "开源路", "中兴路")


@dataclass(frozen=True, slots=True)
class Office:
    """The organs and the officers."""

    region: Region
    hotline: Organ
    organs: list[Organ]
    officer: Officer
    officers: list[int]


def found_office(organs: int = 60) -> Office:
    """Set up the region and its organs; one officer may do everything at the hotline, eight clerks hold no duty."""
    region = Region.objects.create(code=REGION, name="示例市")
    government = Organ(region=region, name="示例市人民政府", kind=OrganKind.GOVERNMENT, mark="示政")
    government.save()
    hotline = Organ(region=region, name="示例市热线中心", kind=OrganKind.OFFICE, parent=government, mark="示")
    hotline.save()
    others = []
    for number in range(organs - 2):
        organ = Organ(region=region, name=f"示例单位{number + 1}", kind=OrganKind.DEPARTMENT, parent=government)
        organ.save()
        others.append(organ)
    officer = Officer.objects.create_officer("shili", None, name="示例甲")
    Duty.objects.create(officer=officer, organ=hotline)
    clerks = [Officer.objects.create_officer(f"jingban{n}", None, name=f"示例经办{n}").pk for n in range(8)]
    return Office(region, hotline, [government, hotline, *others], officer, clerks)


def order_values(draw: random.Random) -> dict[str, object]:
    """What is filled in when an order is opened."""
    return {
        "channel": "phone",
        "theme": draw.choice(THEMES),
        "matter": draw.choice(MATTERS),
        "place": draw.choice(STREETS),
        "caller": {"name": "张某某", "phone": "13900000000"},
    }


def orders(organ: Organ, count: int, seed: int = 2025) -> Iterator[CaseScript]:
    """Orders of 2025, each of four to six steps on working days."""
    draw = random.Random(seed)
    calendar = packaged_calendar()
    first = date(2025, 1, 1)
    for number in range(count):
        opened = calendar.next_working_day(first + timedelta(days=draw.randrange(330)))
        replied = calendar.add_working_days(opened, draw.randint(1, 5))
        steps = [
            StepScript("order", opened, order_values(draw)),
            StepScript("dispatch", opened, {"unit": draw.choice(UNITS)}),
        ]
        if number % 3 != 0:
            steps.append(StepScript("receive", calendar.add_working_days(opened, 1)))
        steps.append(StepScript("reply", replied, {"reply": "已到现场核实并处理"}))
        if number % 3 == 2:
            steps.append(StepScript("call_back", replied, {"resolved": True, "satisfaction": "satisfied"}))
        steps.append(StepScript("close", calendar.add_working_days(replied, 1), {}, "resolved"))
        yield CaseScript(organ, steps, f"工单 {number + 1}")
