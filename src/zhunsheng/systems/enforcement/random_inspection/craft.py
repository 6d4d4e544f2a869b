"""What the steps of a random inspection work out: sealing the lists, the draw, reading the results.

The draw itself is in ``draw``; here it is fed from the lists and files of a case.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from zhunsheng.kernel.craft import EntryWrite, ListEntry, NotPossible, Work, Worked
from zhunsheng.kernel.fields import FieldError, parse_date
from zhunsheng.kernel.lots import digest
from zhunsheng.spreadsheets import workbook_of
from zhunsheng.systems.enforcement.random_inspection import draw
from zhunsheng.systems.enforcement.random_inspection.draw import Inspectee, Inspector, Lists, Rules
from zhunsheng.workbooks import uploaded_records

ITEMS, OBJECTS, INSPECTORS, PERSONNEL, VISITS = (
    "random_inspection_item_list", "inspection_object_registry", "inspector_registry", "enforcement_personnel",
    "enterprise_inspection_plan",
)  # fmt: skip
CREDIT = {"a": "A", "b": "B", "c": "C", "d": "D", "": "未分类"}
SHEET = "07检查结果登记表.xlsx"
COLUMNS = ("序号", "统一社会信用代码", "名称", "检查日期", "检查结果", "发现的问题")
RESULTS = (
    "未发现问题", "未按规定公示应当公示的信息", "公示信息隐瞒真实情况、弄虚作假", "通过登记的住所（经营场所）无法联系",
    "不配合检查情节严重", "发现问题已责令改正", "发现问题待后续处理", "未开展本次抽查涉及的经营活动",
)  # fmt: skip
"""The kinds of results; those without a problem are the first and the last."""
NO_PROBLEM = (RESULTS[0], RESULTS[-1])


def parts(text: Any) -> list[str]:
    """The codes in a text, however they are parted."""
    for mark in "、，,；;\n":
        text = str(text or "").replace(mark, " ")
    return list(dict.fromkeys(str(text).split()))


def visits_of(entries: Iterable[ListEntry], year: int) -> Counter[str]:
    """Code of a firm -> visits planned or made in the year, whoever makes them; merged and cancelled ones do not count."""
    return Counter(
        str(entry.values.get("firm_code"))
        for entry in entries
        if entry.values.get("status") in ("planned", "done")
        and str(entry.values.get("planned_on", ""))[:4] == str(year)
    )


def seal(work: Work) -> Worked:
    """封存: make the lists to be drawn from, and the files that are published."""
    fields = work.fields
    items = _items(work)
    departments = tuple(dict.fromkeys(str(item.values["department"]) for item in items))
    objects = _objects(work)
    inspectors = _inspectors(work, departments)
    rules = Rules(
        work.number, departments, int(fields["inspectors_each"]),
        {name: Decimal(str(fields.get(f"ratio_{key or 'unrated'}") or 0)) for key, name in CREDIT.items()},
        Decimal(3 if fields["kind"] == "disclosure" else 0), str(fields["public_source"]),
        (work.on + timedelta(days=1)).isoformat(), digest(work.secret),
    )  # fmt: skip
    listed = [(item.key, str(item.values["name"]), str(item.values["department"])) for item in items]
    try:
        files = draw.seal(Lists(listed, objects, inspectors), rules)
    except draw.DrawError as error:
        raise NotPossible(*error.words) from error
    taking_part = sum(one.takes_part for one in objects)
    return Worked(
        {
            "departments": "、".join(departments),
            "joint": len(departments) > 1,
            "objects_total": len(objects),
            "objects_eligible": taking_part,
            "inspectors_total": len(inspectors),
            "commitment": rules.commitment,
            "rules_digest": digest(files[draw.RULES]),
            "random_number": work.secret,
            "value_not_before": rules.not_before,
        },
        files,
    )


def _items(work: Work) -> list[ListEntry]:
    known = {entry.key: entry for entry in work.lists[ITEMS]}
    wanted = parts(work.fields["item_codes"])
    unknown = [code for code in wanted if code not in known]
    if unknown or not wanted:
        raise NotPossible(
            f"随机抽查事项清单中没有编码「{'、'.join(unknown)}」，请先核对清单",
            f"the list of random inspection items has no “{', '.join(unknown)}”",
        )
    return [known[code] for code in wanted]


def _objects(work: Work) -> list[Inspectee]:
    kinds = set(work.fields.get("object_kinds") or ())
    industry = str(work.fields.get("industry") or "")
    visits = visits_of(work.lists[VISITS], int(str(work.fields["checks_from"])[:4]))
    found = {}
    for entry in work.lists[OBJECTS]:
        values = entry.values
        if values.get("kind") not in kinds or industry not in str(values.get("industry", "")):
            continue
        limit = values.get("visit_limit")
        reason = ""
        if values.get("status") != "active":
            reason = "不在存续（在营）状态"
        elif limit is not None and visits[entry.key] >= int(limit):
            reason = f"本年已安排检查{visits[entry.key]}次，达到上限"
        credit = CREDIT.get(str(values.get("credit_class") or ""), "")
        found[entry.key] = Inspectee(entry.key, str(values["name"]), credit, not reason, reason)
    return list(found.values())


def _inspectors(work: Work, departments: Iterable[str]) -> list[Inspector]:
    """Those available in the registry whose certificate to enforce is valid to the last day of the checks."""
    wanted, certified = set(departments), _certified(work)
    return [
        Inspector(entry.key, str(v["name"]), str(v["department"]), frozenset(parts(v.get("recused_from"))))
        for entry in work.lists[INSPECTORS]
        if (v := entry.values)["department"] in wanted and v.get("status") == "available" and entry.key in certified
    ]


def _certified(work: Work) -> set[str]:
    """The numbers of certificates with which inspections may be made (持证上岗)."""
    last = str(work.fields["checks_until"])
    return {
        entry.key
        for entry in work.lists[PERSONNEL]
        if (v := entry.values).get("kind") == "enforcement" and v.get("status") == "in_service"
        and str(v.get("valid_until") or last) >= last
    }  # fmt: skip


def make_draw(work: Work) -> Worked:
    """抽取: lift the seal, draw, and prove at once that anybody can repeat it."""
    names = (draw.ITEMS, draw.OBJECTS, draw.INSPECTORS, draw.RULES)
    missing = [name for name in names if name not in work.files]
    if missing:
        raise NotPossible(
            f"案件材料中没有封存的文件：{'、'.join(missing)}", f"the sealed files are missing: {', '.join(missing)}"
        )
    sealed = {name: work.files[name] for name in names}
    if digest(sealed[draw.RULES]) != work.fields["rules_digest"]:
        raise NotPossible(
            f"{draw.RULES} 与封存时的摘要不符，材料被换过；请作废后来上传的同名材料",
            "the rules are not the file that was sealed; void the material of the same name that was added later",
        )
    value, day = str(work.fields["public_value"]), str(work.fields["public_value_on"])
    if day > work.on.isoformat():
        raise NotPossible(
            f"公开值产生日期 {day} 还没有到，抽取只能在公开值产生之后进行",
            f"the public value is of {day}, which has not come; draw once it is known",
            field="public_value_on",
        )
    number = str(work.fields["random_number"])
    seed = draw.seed_of(str(work.fields["rules_digest"]), number, value)
    try:
        rows = {name: draw.from_csv(content)[1] for name, content in sealed.items()}
        rules, _ = draw.read_rules(rows[draw.RULES])
        drawn = draw.draw(draw.read_lists(rows), rules, seed)
        files = {draw.SEED: draw.seed_file(number, value, day, seed), draw.RESULT: draw.result_file(drawn)}
        failed = [finding for finding in draw.repeat([*sealed.values(), *files.values()]) if not finding.holds]
    except draw.DrawError as error:
        raise NotPossible(*error.words) from error
    if failed:
        raise NotPossible(f"不成立：{failed[0].zh}", f"this does not hold: {failed[0].en}")
    objects = [one.inspectee for one in drawn]
    sheet = workbook_of("检查结果", COLUMNS, [(n, o.code, o.name, "", "", "") for n, o in enumerate(objects, 1)])
    eligible = Decimal(int(work.fields["objects_eligible"]))
    return Worked(
        {
            "seed": seed,
            "drawn": len(drawn),
            "drawn_share": str((Decimal(100 * len(drawn)) / eligible).quantize(Decimal("0.01"))),
            "people": len({i.certificate for one in drawn for i in one.inspectors}),
            "inspected": 0,
            "problems": 0,
            "left": len(drawn),
        },
        {**files, SHEET: sheet},
        [_visit(work, n, one) for n, one in enumerate(objects, 1)],
    )


def _visit(work: Work, number: int, one: Inspectee) -> EntryWrite:
    """The visit in the common plan of all departments, so that it is counted and its clashes are seen."""
    values = {
        "firm_code": one.code, "firm_name": one.name, "department": str(work.fields["departments"]), "kind": "random",
        "items": str(work.fields["task_name"]), "planned_on": work.fields["checks_from"], "status": "planned",
    }  # fmt: skip
    return EntryWrite(VISITS, "add", visit_key(work.number, one.code), values)


def visit_key(task: str, code: str) -> str:
    """The number of a visit of a random inspection."""
    return f"{task} {code}"


def read_results(work: Work) -> Worked:
    """登记检查结果: read the sheet of results; it may come several times until nothing is left."""
    rows = uploaded_records(work, SHEET, COLUMNS)
    drawn = {row[1] for row in draw.from_csv(work.files[draw.RESULT])[1]}
    found: dict[str, Mapping[str, str]] = {}
    for number, row in rows:
        if not row["检查结果"]:
            continue
        _check_row(number, row, drawn, found)
        _check_day(number, row["检查日期"], str(work.fields["public_value_on"]), work.on)
        found[row["统一社会信用代码"]] = row
    done = {e.key for e in work.lists[VISITS] if e.values.get("status") == "done"}
    new = {code: row for code, row in found.items() if visit_key(work.number, code) not in done}
    if not new:
        raise NotPossible("登记表中没有新的检查结果", "the sheet has no new result")
    bad = [code for code, row in new.items() if row["检查结果"] not in NO_PROBLEM]
    inspected = int(work.fields.get("inspected") or 0) + len(new)
    return Worked(
        {
            "newly_inspected": len(new),
            "newly_problems": len(bad),
            "inspected": inspected,
            "problems": int(work.fields.get("problems") or 0) + len(bad),
            "left": len(drawn) - inspected,
        },
        entries=[
            EntryWrite(VISITS, "change", visit_key(work.number, code), {
                "status": "done", "done_on": row["检查日期"], "result": row["检查结果"], "problem": row["发现的问题"] or None,
            })
            for code, row in new.items()
        ],
    )  # fmt: skip


def _check_row(number: int, row: Mapping[str, str], drawn: set[str], found: Mapping[str, Any]) -> None:
    code = row["统一社会信用代码"]
    if code not in drawn:
        raise NotPossible(f"登记表第{number}行：「{code}」没有被抽中", f"row {number}: {code} was not drawn")
    if code in found:
        raise NotPossible(f"登记表第{number}行：「{code}」出现了两次", f"row {number}: {code} stands twice")
    if row["检查结果"] not in RESULTS:
        raise NotPossible(
            f"登记表第{number}行的检查结果应当是其中一种：{'、'.join(RESULTS)}",
            f"row {number}: the result must be one of {', '.join(RESULTS)}",
        )
    if row["检查结果"] not in NO_PROBLEM and not row["发现的问题"]:
        raise NotPossible(f"登记表第{number}行没有写明发现的问题", f"row {number}: the problem is not described")


def _check_day(number: int, text: str, drawn_on: str, today: date) -> None:
    """An inspection lies between the draw and the day its result is entered."""
    if not text:
        raise NotPossible(f"登记表第{number}行没有填写检查日期", f"row {number}: the day of the inspection is missing")
    try:
        day = parse_date(text)
    except FieldError as error:
        raise NotPossible(
            f"登记表第{number}行的检查日期：{error.words.zh}", f"row {number}: {error.words.en}"
        ) from error
    if not drawn_on <= day.isoformat() <= today.isoformat():
        raise NotPossible(
            f"登记表第{number}行的检查日期 {day} 应当在抽取（{drawn_on}）以后、登记（{today}）以前",
            f"row {number}: {day} must lie after the draw ({drawn_on}) and not after the entry ({today})",
        )
