"""保管期限: for how many years each kind of record is to be kept, by which document. No number is taken
where the place has set none. Case files whose period is over are destroyed in the room ``retention``, by three persons.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from zhunsheng.catalogue.loading import systems
from zhunsheng.kernel.limits import Amount, Unit
from zhunsheng.kernel.words import Words
from zhunsheng.local.kinds import Kind, Thing
from zhunsheng.orgs.refusals import refused
from zhunsheng.typed import whole_number

RETENTION = "retention"
FOR_GOOD = "permanent"
LONGEST = 100
_UNSET = Words("未设定，按永久保存", "not set; kept for good")
_OF_THE_PLATFORM = {
    "audit": Words("审计记录", "Audit trail"),
    "reports": Words("年度报告和报数登记", "Yearly reports and figures told"),
}


@cache
def _things() -> Mapping[str, Thing]:
    things = {}
    for slug, owner in systems().items():
        if owner.procedures:
            name = Words(f"{owner.name.zh}：案卷", f"{owner.name.en}: case files")
            things[f"cases.{slug}"] = Thing(f"cases.{slug}", name, slug, _UNSET)
        if owner.registers:
            name = Words(f"{owner.registers[-1].name.zh}：各版次", f"{owner.registers[-1].name.en}: all versions")
            things[f"list.{slug}"] = Thing(f"list.{slug}", name, slug, _UNSET)
    return {**things, **{key: Thing(key, words, "", _UNSET) for key, words in _OF_THE_PLATFORM.items()}}


def _read(key: str, raw: Mapping[str, Any]) -> dict[str, Any]:
    if raw.get("term") == FOR_GOOD:
        return {"term": FOR_GOOD}
    years = whole_number(str(raw.get("years") or ""), 1, LONGEST)
    if raw.get("term") != "years" or years is None:
        raise refused(
            "years",
            f"请选择永久，或者填写 1 至 {LONGEST} 年",
            f"choose for good, or from 1 to {LONGEST} years",
            "years",
        )
    return {"term": "years", "years": years}


def _say(key: str, value: Mapping[str, Any]) -> Words:
    if value["term"] == FOR_GOOD:
        return Words("永久", "for good")
    return Amount(value["years"], Unit.YEAR).words()


KIND = Kind(RETENTION, Words("保管期限", "Retention periods"), _things, _read, _say, needs_document=True)
