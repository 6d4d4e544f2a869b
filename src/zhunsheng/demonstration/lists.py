"""The lists of the demonstration: powers and services of departments, the maker of the year's normative documents, points of legal
service, items on mobile devices."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from zhunsheng.catalogue.loading import system
from zhunsheng.demonstration.places import City
from zhunsheng.orgs.models import Officer, Organ
from zhunsheng.registers.actions import apply_changes_in_bulk, apply_entry_change, publish
from zhunsheng.registers.models import Entry

ITEMS = 3_149
TYPES = (
    ("penalty",) * 11
    + ("licensing",) * 2
    + ("inspection",) * 3
    + ("compulsion", "confirmation", "reward", "levy", "payment", "other")
)
SUBJECTS = {
    "penalty": "对违反{field}管理规定行为的处罚", "licensing": "{field}许可", "inspection": "对{field}活动的监督检查",
    "compulsion": "对{field}有关物品的查封、扣押", "confirmation": "{field}事项确认", "reward": "对{field}工作成绩突出的奖励",
    "levy": "{field}有关费用的征收", "payment": "{field}补助给付", "other": "{field}其他职权",
}  # fmt: skip


def makers(city: City) -> None:
    """The city government as a maker of normative documents."""
    apply_entry_change(
        "normdoc_maker_registry", city.government, "add", city.government.name,
        {"maker": city.government.name, "kind": "government", "competence": "地方组织法规定的职权", "confirmed_on": "2018-01-02"},
        date(2018, 1, 2),
    )  # fmt: skip


def returns(city: City) -> None:
    """All departments send a monthly return; the worker raises it."""
    apply_entry_change(
        "monthly_report", city.government, "add", "M1",
        {"arrangement": "法治政府建设工作月报", "form": "month", "unit_kinds": ["department"], "due_day": 28}, date(2020, 1, 2),
    )  # fmt: skip


def power_items(city: City) -> int:
    """3,149 items in force in 34 departments; gives how many."""
    apply_changes_in_bulk("power_list", _items(city))
    return ITEMS


def _items(city: City) -> Iterator[tuple[Organ, str, str, dict[str, Any], date, None]]:
    count = len(city.departments)
    for number in range(ITEMS):
        organ = city.departments[number % count]
        kind = TYPES[(number // count) % len(TYPES)]
        field = organ.name.removeprefix("平顶山市").removesuffix("局").removesuffix("委员会").removesuffix("办公室")
        serial = number // count + 1
        values = {
            "item_code": f"{number % count + 1:02d}{kind[:2].upper()}{serial:04d}",
            "name": SUBJECTS[kind].format(field=field) + f"（示例{serial}）",
            "power_type": kind,
            "basis": "示例依据，仅供演示",
            "implementing_organ": organ.name,
        }
        yield organ, "add", values["item_code"], values, date(2020, 1, 2), None


SERVICES = 1_487


def service_items(city: City) -> int:
    """1,487 items of government service: all can be handled online, 1,469 need one visit at most, 1,442 none, 70 are done at
    machines, and promised times are 87 per cent shorter than statutory ones; gives how many."""
    return apply_changes_in_bulk("service_item_catalog", _services(city))


def _services(city: City) -> Iterator[tuple[Organ, str, str, dict[str, Any], date, None]]:
    for number in range(SERVICES):
        organ = city.departments[number % len(city.departments)]
        modes = ["online"] + ["one_visit"] * (number < 1_469) + ["self_service"] * (number < 70)
        values = {
            "item_code": f"FW{number + 1:04d}", "name": f"{organ.short_name}服务事项（示例{number + 1}）", "item_type": "service",
            "on_application": True, "department": organ.name, "statutory_days": 20, "promised_days": 3 if number % 5 < 3 else 2,
            "visits": int(number >= 1_442), "online": True, "can_be_handled": True, "no_visit": number < 1_442, "modes": modes,
        }  # fmt: skip
        yield organ, "add", values["item_code"], values, date(2020, 1, 2), None


POINTS = {"station": (140, "乡镇", "公共法律服务工作站"), "room": (2_345, "村", "公共法律服务工作室")}
"""Kind of point -> how many stood at the end of the year, and what they are called."""


def points_of_legal_service(city: City) -> int:
    """140 stations and 2,345 rooms of public legal service; gives how many."""
    return apply_changes_in_bulk("public_legal_service_network", _points(city))


def _points(city: City) -> Iterator[tuple[Organ, str, str, dict[str, Any], date, None]]:
    for level, (count, place, name) in POINTS.items():
        for number in range(1, count + 1):
            values = {
                "point_code": f"{level[0].upper()}{number:04d}", "name": f"示例{place}{number}{name}", "level": level,
                "services": ["consultation", "legal_aid", "mediation"], "hours": "工作日 9:00—17:00",
            }  # fmt: skip
            yield city.justice, "add", values["point_code"], values, date(2020, 1, 2), None


MOBILE_ITEMS = 212


def mobile_items(city: City) -> int:
    """212 items on mobile devices, brought in by the departments; gives how many."""
    return apply_changes_in_bulk("mobile_service", _mobile_items(city))


def _mobile_items(city: City) -> Iterator[tuple[Organ, str, str, dict[str, Any], date, None]]:
    for number in range(MOBILE_ITEMS):
        organ = city.departments[number % len(city.departments)]
        values = {
            "item_code": f"YD{number + 1:04d}", "name": f"示例掌上事项{number + 1}", "channel": "province_app", "origin": "own",
            "kind": "public" if number % 4 == 0 else "government", "functions": ["apply", "query", "book"],
            "online_on": "2020-06-01",
        }  # fmt: skip
        yield organ, "add", values["item_code"], values, date(2020, 6, 1), None


def publish_lists(city: City, day: date) -> None:
    """Every list of the city that may be public, published by its government as it was on a day."""
    leader = Officer.objects.get(username="lingdao")
    for register in sorted(Entry.objects.order_by().values_list("register", flat=True).distinct()):
        if system(register).register_on(day).public:
            publish(register, city.government, day, leader, whole_region=True)
