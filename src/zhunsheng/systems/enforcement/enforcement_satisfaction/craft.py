"""What a round of the survey comes to: satisfaction of each unit and of all, both sides of every share kept."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from zhunsheng.kernel.craft import EntryWrite, NotPossible, Work, Worked
from zhunsheng.spreadsheets import workbook_of
from zhunsheng.workbooks import uploaded_records

ANSWERS, RESULTS = "调查结果.xlsx", "分单位满意度.xlsx"
COLUMNS = ("单位", "有效样本数", "满意数", "基本满意数")


def share(part: int, whole: int) -> Decimal:
    """A share in percent with two decimals, rounded half up; nothing of nothing is nothing."""
    return (Decimal(100 * part) / (whole or 1)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def sum_up(work: Work) -> Worked:
    """汇总结果: check every row, then sum. Satisfied are those who said satisfied or fairly satisfied."""
    rows = uploaded_records(work, ANSWERS, COLUMNS)
    units: dict[str, tuple[int, int]] = {}
    for number, row in rows:
        unit = row["单位"]
        if not unit or unit in units:
            raise NotPossible(
                f"第{number}行没有单位，或者单位「{unit}」出现了两次", f"row {number}: no unit, or one listed twice"
            )
        if not all(row[name].isascii() and row[name].isdecimal() for name in COLUMNS[1:]):
            raise NotPossible(f"第{number}行的人数应当是整数", f"row {number}: whole numbers are wanted")
        sample, satisfied = int(row["有效样本数"]), int(row["满意数"]) + int(row["基本满意数"])
        if not sample or satisfied > sample:
            raise NotPossible(
                f"第{number}行满意和基本满意的人数多于有效样本，或者没有样本",
                f"row {number}: more satisfied than answered, or no answers",
            )
        units[unit] = (sample, satisfied)
    if not units:
        raise NotPossible(f"「{ANSWERS}」中没有单位", f"{ANSWERS} lists no unit")
    ranked = sorted(units, key=lambda unit: (-share(units[unit][1], units[unit][0]), unit))
    sample, satisfied = (sum(values[side] for values in units.values()) for side in (0, 1))
    return Worked(
        {
            "sample": sample,
            "satisfied": satisfied,
            "rate": str(share(satisfied, sample)),
            "units": len(units),
            "lowest": "\n".join(f"{unit}（{share(units[unit][1], units[unit][0])}%）" for unit in ranked[-3:][::-1]),
        },
        {
            RESULTS: workbook_of(
                "分单位满意度",
                ("位次", "单位", "有效样本数", "满意和基本满意数", "满意度（%）"),
                [
                    (n, unit, *units[unit], float(share(units[unit][1], units[unit][0])))
                    for n, unit in enumerate(ranked, 1)
                ],
            )
        },
        [_entry(work, unit, *units[unit]) for unit in ranked],
    )


def _entry(work: Work, unit: str, sample: int, satisfied: int) -> EntryWrite:
    values = {
        "unit": unit, "year": work.fields["survey_year"], "subject": work.fields["subject"], "sample": sample,
        "satisfied": satisfied, "rate": str(share(satisfied, sample)),
    }  # fmt: skip
    return EntryWrite("enforcement_satisfaction", "add", f"{work.number} {unit}", values)
