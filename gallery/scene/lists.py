"""Lists: items of two organs with differences, versions, changes on their way, a library of documents."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from gallery.scene.place import POWERS, Place, ago
from zhunsheng.api import package_taking
from zhunsheng.api.models import Package
from zhunsheng.api.package import own_public_key
from zhunsheng.api.package_making import list_package
from zhunsheng.cases.materials import path_of
from zhunsheng.orgs.models import Officer, Organ
from zhunsheng.registers import actions, change_sets
from zhunsheng.registers.change_sets import ProposedLine

LIBRARY = "normdoc_public_library"


def powers(place: Place, colleague: Officer) -> dict[str, Any]:
    """The same items in two organs, with differences; two published versions; one draft, and one to be decided."""
    here, there = place.lists

    def item(organ: Organ, number: int, on: date, **more: str) -> Any:
        values = {"name": f"对示例行为{'甲乙丙丁戊'[number - 1]}的行政处罚", "power_type": "penalty",
                  "basis": f"示例法第{'三四五六七'[number - 1]}条第一款", "implementing_organ": organ.name} | more  # fmt: skip
        return actions.apply_entry_change(POWERS, organ, "add", f"示例-{number:02d}", values, on)

    began = date(timezone.localdate().year - 2, 1, 1)
    entries = [item(here, number, began) for number in (1, 2, 3)]
    item(there, 1, began)
    item(there, 2, began, basis="示例法第四条第二款", power_type="compulsion")
    item(there, 4, began)
    first = actions.publish(POWERS, here, began, place.officer)
    actions.apply_entry_change(
        POWERS, here, "change", "示例-01", {"basis": "示例法第三条第二款"}, ago(120), officer=place.officer
    )
    actions.apply_entry_change(
        POWERS, here, "remove", "示例-03", {}, ago(60), officer=place.officer, reason="依据已经废止"
    )
    second = actions.publish(POWERS, here, timezone.localdate(), place.officer, note="按新法调整")
    package_taking.trust("zhunsheng", here.region, own_public_key())
    package_taking.take_in(path_of(list_package(second).file_digest).read_bytes())
    wrong = actions.publish(POWERS, there, timezone.localdate(), place.officer)
    actions.withdraw(wrong, place.officer, reason="依据写错，更正后重新公布")
    lines = [
        ProposedLine("change", "示例-01", {"name": "对示例行为甲的行政处罚（含情节严重的）"}, "按新法调整"),
        ProposedLine("add", "示例-05", {"item_code": "示例-05", "name": "示例许可", "power_type": "licensing", "basis": "示例法第七条",
                              "implementing_organ": here.name}, "新法设定"),
        ProposedLine("remove", "示例-02", {}, "下放乡镇"),
    ]  # fmt: skip
    draft = change_sets.prepare_change_set(POWERS, here, "按新法调整", timezone.localdate(), lines, place.officer)
    waiting = change_sets.prepare_change_set(
        POWERS, there, "定期评估", timezone.localdate(), [ProposedLine("none", reason="无需调整")], colleague
    )
    change_sets.submit(waiting.pk, colleague)
    package = Package.objects.exclude(installation=None).latest("pk")
    return library(place) | {"package": package.pk, "entry": entries[0].pk, "entry_key": "示例-01", "here": here.pk, "there": there.pk, "version": second.pk,
            "version_before": first.pk, "version_withdrawn": wrong.pk, "draft": draft.pk, "submitted": waiting.pk}  # fmt: skip


def library(place: Place) -> dict[str, Any]:
    """Two documents, one in the place of the other, published."""
    text = "示例县公园管理办法\n第一条 为了规范公园管理，制定本办法。\n第二条 公园每日{}时至二十一时开放。\n第三条 {}"
    for number, serial, more in (
        (1, "示例规〔2022〕1号", {"text": text.format("六", "禁止携带犬只入园。")}),
        (2, "示例规〔2024〕3号", {"text": text.format("五", "携带犬只入园的，应当系绳。"), "replaces": "示例规〔2022〕1号",
                             "interpretation": "为了方便群众晨练，开放时间提前一小时。"}),
    ):  # fmt: skip
        values = {
            "document_title": f"示例县公园管理办法（{'修订' if number > 1 else '试行'}）", "kind": "normative_document", "status": "valid",
            "maker": place.government.name, "theme": "城市管理", "made_on": f"202{number * 2}-04-28", "published_on": f"202{number * 2}-05-06",
            "effective_on": f"202{number * 2}-06-01", "index_number": f"000000000/202{number * 2}-00001",
        } | more  # fmt: skip
        entry = actions.apply_entry_change(LIBRARY, place.government, "add", serial, values, ago(90))
    version = actions.publish(LIBRARY, place.government, timezone.localdate(), place.officer)
    return {"document": entry.pk, "library": version.pk}
