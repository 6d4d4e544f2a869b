"""What the steps of a draw of revisits work out: the catalogue of closed cases that is sealed, and the cases drawn from it.

Whoever has the filed files repeats the draw (``repeat``): no database, no clock.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from zhunsheng.kernel.craft import NotPossible, Work, Worked
from zhunsheng.kernel.lots import digest, rank
from zhunsheng.kernel.words import Words
from zhunsheng.spreadsheets import csv_file, csv_file_rows, workbook_of
from zhunsheng.workbooks import uploaded_records

SCHEME = "zhunsheng revisit draw 1"
UPLOADED, SHEET = "案件目录.xlsx", "回访登记表.xlsx"
CATALOGUE, RECORD, DRAWN = "01案件目录.csv", "02抽取记录.csv", "03抽中案件.csv"
LISTED = ("单位", "案件文号", "案件名称", "案件类型", "结案日期")
RECORDED = ("项目", "内容")
IMPORTED = ("列入回访日期", "执法案件文号", "办案单位", "案件类型", "结案日期", "当事人", "联系电话", "回访抽查")
"""The headings by which the import of revisits knows what it needs."""
KINDS = {"penalty": "行政处罚", "inspection": "行政检查", "licensing": "行政许可", "other": "其他"}
ON_THE_PLATFORM = {
    "administrative_penalty_case": {
        "penalty": "penalty", "summary_penalty": "penalty", "no_penalty": "penalty", "corrected": "inspection",
    },
    "one_window": {"granted": "licensing", "refused": "licensing"},
}  # fmt: skip
"""System and outcome of the cases that are listed -> their kind in the plan."""
UNITS = "各单位分别抽取"
SPREAD = {"all": "全部案件中抽取", "units": UNITS}


class Closed(NamedTuple):
    """A closed case as the catalogue lists it."""

    unit: str
    number: str
    name: str
    kind: str
    closed_on: str


class Finding(NamedTuple):
    """One thing that was looked at when a draw is repeated, and whether it holds."""

    words: Words
    holds: bool


def choose(cases: Iterable[Closed], wanted: int, spread: str, seed: str) -> list[Closed]:
    """So many of all cases or of each unit, in the order of the draw; all where there are fewer."""
    ranked = sorted(cases, key=lambda case: (rank(seed, case.unit, case.number), case))
    if spread != UNITS:
        return ranked[:wanted]
    left = dict.fromkeys((case.unit for case in ranked), wanted)
    chosen = []
    for case in ranked:
        if left[case.unit]:
            left[case.unit] -= 1
            chosen.append(case)
    return chosen


def seed_of(list_digest: str, public_value: str) -> str:
    """The seed: of the sealed catalogue and a value nobody can steer."""
    return digest(f"{SCHEME}|{list_digest}|{public_value}")


def seal(work: Work) -> Worked:
    """封存目录: the cases closed in the period, filed with their digest."""
    cases = sorted(_catalogue(work))
    content = csv_file([LISTED, *cases])
    return Worked(
        {
            "cases_listed": len(cases),
            "units_listed": len({case.unit for case in cases}),
            "list_digest": digest(content),
            "value_not_before": (work.on + timedelta(days=1)).isoformat(),
        },
        {CATALOGUE: content},
    )


def draw_cases(work: Work) -> Worked:
    """随机抽取: draw from the sealed catalogue, and make the record of it and the sheet from which the revisits begin."""
    fields = work.fields
    content = work.files.get(CATALOGUE, b"")
    if digest(content) != fields["list_digest"]:
        raise NotPossible(
            f"{CATALOGUE} 与封存时的摘要不符，材料被换过；请作废后来上传的同名材料",
            "the catalogue is not the file that was sealed; void the material of the same name that was added later",
        )
    seed = seed_of(str(fields["list_digest"]), str(fields["public_value"]))
    spread = SPREAD[str(fields["spread"])]
    drawn = choose(_read(content), int(fields["wanted"]), spread, seed)
    record = [
        RECORDED, ("方案", SCHEME), ("抽查编号", work.number), ("案件目录的SHA-256", str(fields["list_digest"])), ("抽取方式", spread),
        ("抽取件数", str(fields["wanted"])), ("公开值来源", str(fields["public_source"])), ("公开值", str(fields["public_value"])),
        ("公开值产生日期", str(fields["public_value_on"])), ("种子", seed),
    ]  # fmt: skip
    lines = [
        (work.on.isoformat(), case.number, case.unit, case.kind, case.closed_on, "", "", fields["draw_name"])
        for case in drawn
    ]
    return Worked(
        {"seed": seed, "drawn": len(drawn), "units_drawn": len({case.unit for case in drawn})},
        {
            RECORD: csv_file(record),
            DRAWN: csv_file([LISTED, *drawn]),
            SHEET: workbook_of("回访登记表", IMPORTED, lines),
        },
    )


def repeat(files: Mapping[str, bytes]) -> list[Finding]:
    """Repeat a draw from its three files and say of each part whether it holds. Raises ``NotPossible``."""
    missing = [name for name in (CATALOGUE, RECORD, DRAWN) if name not in files]
    if missing:
        raise NotPossible(f"缺少文件：{'、'.join(missing)}", f"missing: {', '.join(missing)}")
    told = {row[0]: row[1] for row in _rows(files[RECORD], RECORDED)}
    list_digest = digest(files[CATALOGUE])
    seed = seed_of(list_digest, told.get("公开值", ""))
    wanted = told.get("抽取件数", "")
    drawn = choose(_read(files[CATALOGUE]), int(wanted) if wanted.isdecimal() else 0, told.get("抽取方式", ""), seed)
    return [
        Finding(Words("案件目录是封存的那一份", "the catalogue is the one that was sealed"),
                told.get("案件目录的SHA-256") == list_digest),
        Finding(Words("种子由目录和公开值算出", "the seed follows from the catalogue and the public value"), told.get("种子") == seed),
        Finding(Words("重新抽取的结果与存档的一致", "the draw repeated gives the filed result"),
                csv_file([LISTED, *drawn]) == files[DRAWN]),
    ]  # fmt: skip


def _catalogue(work: Work) -> list[Closed]:
    """The cases closed on the platform, of the kinds that are looked at, and those of the uploaded catalogue that are not."""
    kinds = work.fields.get("case_kinds") or ()
    found = {
        case.number: Closed(case.organ, case.number, case.title, KINDS[kind], case.closed_on)
        for case in work.closed
        if (kind := ON_THE_PLATFORM[case.system].get(case.outcome)) in kinds and kind is not None
    }
    wanted = {KINDS[kind] for kind in kinds}
    for number, row in uploaded_records(work, UPLOADED, LISTED) if UPLOADED in work.files else ():
        case = Closed(*(row[name] for name in LISTED))
        _check_row(number, case, work.fields)
        if case.kind in wanted:
            found.setdefault(case.number, case)
    if not found:
        raise NotPossible(
            f"平台里没有这段时间办结的此类案件，材料里也没有列有此类案件的「{UPLOADED}」",
            f"no such case was closed on the platform in the period, and no {UPLOADED} with cases was uploaded",
        )
    return [*found.values()]


def _check_row(number: int, case: Closed, fields: Mapping[str, object]) -> None:
    where = f"{UPLOADED}第{number}行"
    if not case.unit or not case.number:
        raise NotPossible(f"{where}没有单位或者文号", f"{UPLOADED} row {number}: no unit or number")
    if case.kind not in KINDS.values():
        raise NotPossible(
            f"{where}的案件类型应当是：{'、'.join(KINDS.values())}",
            f"{UPLOADED} row {number}: the kind must be one of {', '.join(KINDS.values())}",
        )
    try:
        is_within = (
            str(fields["first_day"]) <= date.fromisoformat(case.closed_on).isoformat() <= str(fields["last_day"])
        )
    except ValueError:
        is_within = False
    if not is_within:
        raise NotPossible(
            f"{where}的结案日期「{case.closed_on}」不在方案的起止日期之内，日期写成2026-03-05的样子",
            f"{UPLOADED} row {number}: the day of closing is not within the period of the plan; write it like 2026-03-05",
        )


def _read(content: bytes) -> list[Closed]:
    return [Closed(*row) for row in _rows(content, LISTED)]


def _rows(content: bytes, head: Sequence[str]) -> list[list[str]]:
    """The rows below the headings of a filed file. Raises ``NotPossible``."""
    try:
        rows = csv_file_rows(content)
    except (UnicodeDecodeError, csv.Error):
        rows = []
    if not rows or tuple(rows[0]) != tuple(head) or any(len(row) != len(head) for row in rows):
        raise NotPossible(
            f"文件的表头或者列数不对，应当是：{'、'.join(head)}", f"a file must have the columns {', '.join(head)}"
        )
    return rows[1:]
