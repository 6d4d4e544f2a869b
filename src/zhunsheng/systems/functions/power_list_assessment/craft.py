"""What the step “逐项比对” works out: a department's list of powers beside the list of the level above and beside its licences.

Items meet by their code; name, type and basis are compared element by element. Judges nothing: what a difference means is for
the assessor.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zhunsheng.kernel.craft import ListEntry, NotPossible, Work, Worked
from zhunsheng.spreadsheets import workbook_of
from zhunsheng.workbooks import uploaded_records

POWERS, LICENCES = "power_list", "administrative_license_list"
ABOVE, RESULT = "上级清单.xlsx", "清单比对结果.xlsx"
CODE = "事项编码"
ELEMENTS = {"name": "事项名称", "power_type": "权力类型", "basis": "实施依据"}
TYPES = {
    "licensing": "行政许可", "penalty": "行政处罚", "compulsion": "行政强制", "levy": "行政征收", "payment": "行政给付",
    "adjudication": "行政裁决", "confirmation": "行政确认", "reward": "行政奖励", "inspection": "行政监督（检查）", "other": "其他",
}  # fmt: skip
ONLY_ABOVE, ONLY_HERE, DIFFERS = "仅上级有", "仅本级有", "要素不同"
UNLISTED, UNFOUNDED = "权责清单有、许可清单没有", "许可清单有、权责清单没有"


def compare_lists(work: Work) -> Worked:
    """逐项比对: what is only above, only here or differs, and whether the licences are those of the list of powers."""
    department = str(work.fields["assessed"])
    powers = _of(work.lists[POWERS], department)
    if not powers:
        raise NotPossible(
            f"权责清单中没有「{department}」的事项，请核对单位名称",
            f"the list of powers has no item of {department}",
            "assessed",
        )
    licences = _of(work.lists[LICENCES], department)
    above = {row[CODE]: row for _, row in uploaded_records(work, ABOVE, (CODE, *ELEMENTS.values()))}
    only_above = sorted(above.keys() - powers.keys())
    only_here = sorted(powers.keys() - above.keys())
    differing = {
        code: elements
        for code in sorted(powers.keys() & above.keys())
        if (elements := _unlike(powers[code], above[code]))
    }
    own_licences = {code for code, values in powers.items() if values.get("power_type") == "licensing"}
    unlisted, unfounded = sorted(own_licences - licences.keys()), sorted(licences.keys() - own_licences)
    reasons = {code: str(powers[code].get("difference_reason") or "") for code in (*only_here, *differing)}
    rows = [
        *((code, above[code][ELEMENTS["name"]], ONLY_ABOVE, "", "") for code in only_above),
        *((code, powers[code].get("name"), ONLY_HERE, "", reasons[code]) for code in only_here),
        *((code, powers[code].get("name"), DIFFERS, "、".join(differing[code]), reasons[code]) for code in differing),
        *((code, powers[code].get("name"), UNLISTED, "", "") for code in unlisted),
        *((code, licences[code].get("name"), UNFOUNDED, "", "") for code in unfounded),
    ]
    return Worked(
        {
            "items_above": len(above),
            "only_above": len(only_above),
            "only_here": len(only_here),
            "elements_different": sum(map(len, differing.values())),
            "differences": len(only_above) + len(only_here) + len(differing),
            "unexplained": len(only_above) + sum(not reason for reason in reasons.values()),
            "licences_unlisted": len(unlisted),
            "licences_unfounded": len(unfounded),
        },
        {RESULT: workbook_of("清单比对结果", (CODE, "事项名称", "情况", "不同的要素", "说明"), rows)},
    )


def _of(entries: list[ListEntry] | Any, department: str) -> dict[str, Mapping[str, Any]]:
    return {entry.key: entry.values for entry in entries if entry.organ == department}


def _unlike(ours: Mapping[str, Any], theirs: Mapping[str, str]) -> list[str]:
    """The names of the elements that differ; spaces are no difference."""
    return [
        heading
        for name, heading in ELEMENTS.items()
        if _plain(TYPES.get(str(ours.get(name)), ours.get(name))) != _plain(theirs[heading])
    ]


def _plain(text: Any) -> str:
    return "".join(str(text or "").split())
