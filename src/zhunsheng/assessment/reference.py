"""参考指标: the reference scheme of this project as a workbook that the list of indicators imports. No official text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from zhunsheng.catalogue.loading import system
from zhunsheng.law.statutes import load_yaml
from zhunsheng.spreadsheets import workbook_of

INDICATORS = "assessment_indicator"
_COLUMNS = (
    "indicator_code",
    "year",
    "group",
    "indicator",
    "unit_kind",
    "kind",
    "weight",
    "standard",
    "formula",
    "evidence",
)


def lines() -> list[dict[str, Any]]:
    """The lines of the reference scheme, as they are written."""
    found: list[dict[str, Any]] = load_yaml(Path(__file__).with_name("reference.yaml"))
    return found


def workbook(year: int) -> bytes:
    """The scheme for a year, with the headings of the list of indicators."""
    fields = system(INDICATORS).registers[-1].fields
    rows = []
    for line in lines():
        kind = line.get("kind", "quantity" if "formula" in line else "quality")
        told = {
            "weight": 2, "standard": "得分＝分值×比率", **line, "indicator_code": f"{year}-{line['code']}", "year": year,
            "unit_kind": fields["unit_kind"].choices["all"].zh, "kind": fields["kind"].choices[kind].zh,
        }  # fmt: skip
        rows.append([told.get(name, "") for name in _COLUMNS])
    return workbook_of("参考指标", [fields[name].zh for name in _COLUMNS], rows)
