"""随机抽取: the draw of objects and inspectors as a pure function of published files, and its repetition by anybody.

Before the draw the lists, the rules and the hash of a random number are published (``seal``). The seed is made of the
hash of all that, the random number and a value that comes into being in public afterwards; nobody can know or steer it.
Every choice is the smallest SHA-256 of the seed and a key: no random generator of any language has a part in it.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from math import ceil
from typing import NamedTuple

from zhunsheng.kernel.lots import digest, rank
from zhunsheng.kernel.words import BilingualError
from zhunsheng.spreadsheets import csv_file, csv_file_rows

SCHEME = "zhunsheng random inspection 1"
CLASSES = ("A", "B", "C", "D", "未分类")
YES, NO = "是", "否"

ITEMS, OBJECTS, INSPECTORS = "01抽查事项.csv", "02检查对象.csv", "03检查人员.csv"
RULES, SEED, RESULT = "04抽取规则.csv", "05抽取种子.csv", "06抽取结果.csv"
HEADS = {
    ITEMS: ("事项编码", "事项名称", "检查部门"),
    OBJECTS: ("统一社会信用代码", "名称", "信用等级", "参加抽取", "不参加的理由"),
    INSPECTORS: ("执法证号", "姓名", "检查部门", "回避的检查对象"),
    RULES: ("规则", "内容"),
    SEED: ("种子", "内容"),
    RESULT: ("序号", "统一社会信用代码", "名称", "信用等级", "检查部门", "执法证号", "姓名"),
}


class DrawError(BilingualError):
    """The draw cannot be made, or does not hold; in Chinese and in English."""


class Inspectee(NamedTuple):
    """An object of inspection (检查对象). One that does not take part is listed with the reason."""

    code: str
    name: str
    credit: str
    takes_part: bool = True
    reason: str = ""


class Inspector(NamedTuple):
    """An inspector, with the codes of the objects he must not inspect (回避)."""

    certificate: str
    name: str
    department: str
    recused: frozenset[str] = frozenset()


class Rules(NamedTuple):
    """How is drawn: percent of each credit class, at least ``least`` percent of all, ``each`` inspectors of each
    department. ``commitment`` is the SHA-256 of the random number kept back."""

    task: str
    departments: tuple[str, ...]
    each: int
    ratios: Mapping[str, Decimal]
    least: Decimal
    source: str
    not_before: str
    commitment: str


class Chosen(NamedTuple):
    """An object drawn, with those who inspect it."""

    inspectee: Inspectee
    inspectors: tuple[Inspector, ...]


class Lists(NamedTuple):
    """What is sealed."""

    items: Sequence[tuple[str, str, str]]
    objects: Sequence[Inspectee]
    inspectors: Sequence[Inspector]


# --- the draw --------------------------------------------------------------------------------------------------------


def seed_of(rules_digest: str, random_number: str, public_value: str) -> str:
    """The seed: of the rules (which hold the hashes of the lists), the number kept back, and the public value."""
    return digest(f"{SCHEME}|{rules_digest}|{random_number}|{public_value}")


def sample(objects: Iterable[Inspectee], rules: Rules, seed: str) -> list[Inspectee]:
    """The objects drawn, in the order of the draw."""
    ranked = sorted((o for o in objects if o.takes_part), key=lambda o: (rank(seed, "object", o.code), o.code))
    chosen: set[str] = set()
    for credit in CLASSES:
        of_class = [o for o in ranked if o.credit == credit]
        chosen |= {o.code for o in of_class[: share(len(of_class), rules.ratios.get(credit, Decimal(0)))]}
    missing = share(len(ranked), rules.least) - len(chosen)
    if missing > 0:
        chosen |= {o.code for o in [o for o in ranked if o.code not in chosen][:missing]}
    return [o for o in ranked if o.code in chosen]


def share(size: int, percent: Decimal) -> int:
    """So many percent of so many, rounded up: a rate is a least one."""
    return min(size, ceil(Decimal(size) * percent / 100))


def assign(objects: Sequence[Inspectee], inspectors: Sequence[Inspector], rules: Rules, seed: str) -> list[Chosen]:
    """For each object so many inspectors of each department, none of them recused, the work spread evenly."""
    load = {i.certificate: 0 for i in inspectors}
    result = []
    for one in objects:
        team: list[Inspector] = []
        for department in rules.departments:
            free = free_for(one, department, inspectors, rules)
            free.sort(key=lambda i: (load[i.certificate], rank(seed, "inspector", one.code, i.certificate)))
            team += free[: rules.each]
        for inspector in team:
            load[inspector.certificate] += 1
        result.append(Chosen(one, tuple(team)))
    return result


def free_for(one: Inspectee, department: str, inspectors: Iterable[Inspector], rules: Rules) -> list[Inspector]:
    """Those of a department who may inspect an object. Raises ``DrawError`` where they are too few."""
    free = [i for i in inspectors if i.department == department and one.code not in i.recused]
    if len(free) < rules.each:
        raise DrawError(
            f"「{one.name}」可以由{department}选派的检查人员只有 {len(free)} 名（每个部门应当选派 {rules.each} 名，"
            "检查期间没有有效执法证的、须回避的不计），请先补充检查人员名录库或者核对执法人员库",
            f"{department} has only {len(free)} inspectors who may inspect {one.name}, not recused and with a valid certificate; "
            f"{rules.each} are wanted",
        )
    return free


def draw(lists: Lists, rules: Rules, seed: str) -> list[Chosen]:
    """Objects and inspectors of a task. The same lists in any order give the same draw."""
    return assign(sample(lists.objects, rules, seed), lists.inspectors, rules, seed)


def check_lists(lists: Lists, rules: Rules) -> None:
    """Raises ``DrawError`` where lists or rules do not do for a draw."""
    for name, keys in (
        (ITEMS, [item[0] for item in lists.items]),
        (OBJECTS, [o.code for o in lists.objects]),
        (INSPECTORS, [i.certificate for i in lists.inspectors]),
    ):
        twice = sorted(key for key, times in Counter(keys).items() if times > 1)
        if twice:
            raise DrawError(f"{name[2:-4]}中「{twice[0]}」出现了两次", f"“{twice[0]}” stands twice in {name}")
        if not keys:
            raise DrawError(f"没有{name[2:-4]}，不能抽取", f"{name} is empty")
    if rules.each * len(rules.departments) < 2:
        raise DrawError(
            "检查人员不得少于两人，请增加每个部门选派的人数", "there must be at least two inspectors; raise the number"
        )
    if rules.least <= 0 and not any(ratio > 0 for ratio in rules.ratios.values()):
        raise DrawError("抽取比例全部为零，抽不出检查对象", "every rate is zero, nothing would be drawn")
    odd = sorted({o.credit for o in lists.objects} - {*CLASSES})
    if odd:
        raise DrawError(f"信用等级「{odd[0]}」不在 {'、'.join(CLASSES)} 之中", f"unknown credit class “{odd[0]}”")
    taking_part = {o.credit for o in lists.objects if o.takes_part}
    if taking_part and rules.least <= 0 and not any(rules.ratios.get(credit, 0) > 0 for credit in taking_part):
        raise DrawError(
            "参加抽取的对象所属信用等级的抽取比例都是零，抽不出检查对象",
            "the rates of the classes of all objects that take part are zero, nothing would be drawn",
        )
    if not any(o.takes_part for o in lists.objects):
        raise DrawError("所有检查对象都不参加抽取，不能抽取", "no object takes part in the draw")


def check_staff(lists: Lists, rules: Rules) -> None:
    """Raises ``DrawError`` where an object might be drawn that nobody could inspect: lists are sealed once, and a draw that
    fails after it could not be made good."""
    for department in rules.departments:
        if department.split() != [department]:
            raise DrawError(
                f"检查部门「{department}」的名称中有空格，请先更正事项清单和检查人员名录库",
                f"the name of the department “{department}” has a blank; correct the lists first",
            )
        people = [i for i in lists.inspectors if i.department == department]
        recused = Counter(code for i in people for code in i.recused)
        for one in lists.objects:
            if one.takes_part and len(people) - recused[one.code] < rules.each:
                free_for(one, department, people, rules)


# --- the published files ---------------------------------------------------------------------------------------------


def to_csv(name: str, rows: Iterable[Sequence[object]]) -> bytes:
    """A file as it is published: UTF-8 with a mark that spreadsheets know, one line for each row."""
    return csv_file([HEADS[name], *rows])


def from_csv(content: bytes) -> tuple[str, list[list[str]]]:
    """Which of the files it is, known by its headings, and its rows. Raises ``DrawError``."""
    try:
        rows = csv_file_rows(content)
    except (UnicodeDecodeError, csv.Error):
        rows = []
    head = tuple(rows[0]) if rows else ()
    for name, wanted in HEADS.items():
        if head == wanted:
            broken = next((i for i, row in enumerate(rows, 1) if len(row) != len(wanted)), None)
            if broken is not None:
                raise DrawError(
                    f"{name} 第 {broken} 行的列数不对", f"{name}: line {broken} has a wrong number of columns"
                )
            return name, rows[1:]
    raise DrawError("不是抽取公布的文件（表头不符）", "not one of the published files: its headings are unknown")


def seal(lists: Lists, rules: Rules) -> dict[str, bytes]:
    """The files that are published before the draw; the rules hold the hashes of the lists. Raises ``DrawError``."""
    check_lists(lists, rules)
    check_staff(lists, rules)
    files = {
        ITEMS: to_csv(ITEMS, sorted(lists.items)),
        OBJECTS: to_csv(
            OBJECTS, [(o.code, o.name, o.credit, YES if o.takes_part else NO, o.reason) for o in sorted(lists.objects)]
        ),
        INSPECTORS: to_csv(
            INSPECTORS,
            [(i.certificate, i.name, i.department, " ".join(sorted(i.recused)))
             for i in sorted(lists.inspectors, key=lambda i: i.certificate)],
        ),
    }  # fmt: skip
    written = [
        ("方案", SCHEME),
        ("任务编号", rules.task),
        ("检查部门", " ".join(rules.departments)),
        ("每个部门选派人数", rules.each),
        *((f"{credit}类抽取比例（%）", rules.ratios.get(credit, Decimal(0))) for credit in CLASSES),
        ("全部对象抽取比例不低于（%）", rules.least),
        ("公开值来源", rules.source),
        ("公开值产生日期不早于", rules.not_before),
        ("随机数的SHA-256", rules.commitment),
        *((f"{name}的SHA-256", digest(content)) for name, content in files.items()),
    ]
    return {**files, RULES: to_csv(RULES, written)}


def result_file(drawn: Iterable[Chosen]) -> bytes:
    """The file of the result: a line for each object and inspector."""
    return to_csv(
        RESULT,
        [
            (number, one.inspectee.code, one.inspectee.name, one.inspectee.credit, i.department, i.certificate, i.name)
            for number, one in enumerate(drawn, 1)
            for i in one.inspectors
        ],
    )


def seed_file(random_number: str, public_value: str, public_value_on: str, seed: str) -> bytes:
    """The file that lifts the seal."""
    lines = [("随机数", random_number), ("公开值", public_value), ("公开值产生日期", public_value_on), ("种子", seed)]
    return to_csv(SEED, lines)


def read_lists(files: Mapping[str, list[list[str]]]) -> Lists:
    """The lists of the published files."""
    return Lists(
        [(code, name, department) for code, name, department in files[ITEMS]],
        [Inspectee(code, name, credit, part == YES, why) for code, name, credit, part, why in files[OBJECTS]],
        [Inspector(number, name, unit, frozenset(codes.split())) for number, name, unit, codes in files[INSPECTORS]],
    )


def read_rules(rows: Sequence[Sequence[str]]) -> tuple[Rules, dict[str, str]]:
    """The rules, and all lines of their file by name. Raises ``DrawError``."""
    lines = {row[0]: row[1] for row in rows}
    try:
        if lines["方案"] != SCHEME:
            raise DrawError(f"不认识的抽取方案「{lines['方案']}」", f"unknown scheme “{lines['方案']}”")
        rules = Rules(
            lines["任务编号"], tuple(lines["检查部门"].split()), int(lines["每个部门选派人数"]),
            {credit: Decimal(lines[f"{credit}类抽取比例（%）"]) for credit in CLASSES},
            Decimal(lines["全部对象抽取比例不低于（%）"]), lines["公开值来源"], lines["公开值产生日期不早于"],
            lines["随机数的SHA-256"],
        )  # fmt: skip
    except (KeyError, ValueError, InvalidOperation) as error:
        raise DrawError(
            f"{RULES} 缺少或者写错了一行：{error}", f"{RULES} lacks a line or has a wrong one: {error}"
        ) from None
    return rules, lines


class Finding(NamedTuple):
    """One thing that was looked at when a draw is repeated, and whether it holds."""

    zh: str
    en: str
    holds: bool


def repeat(contents: Iterable[bytes]) -> list[Finding]:
    """Repeat a draw from its published files and say of each part whether it holds. Raises ``DrawError``."""
    raw: dict[str, bytes] = {}
    rows: dict[str, list[list[str]]] = {}
    for content in contents:
        name, read = from_csv(content)
        if name in raw and raw[name] != content:
            raise DrawError(f"有两份不同的{name}", f"there are two different files {name}")
        raw[name], rows[name] = content, read
    missing = [name for name in HEADS if name not in raw]
    if missing:
        raise DrawError(f"缺少文件：{'、'.join(missing)}", f"missing: {', '.join(missing)}")
    rules, lines = read_rules(rows[RULES])
    told = {row[0]: row[1] for row in rows[SEED]}
    number, value = told.get("随机数", ""), told.get("公开值", "")
    seed = seed_of(digest(raw[RULES]), number, value)
    lists = read_lists(rows)
    check_lists(lists, rules)
    found = [
        Finding(
            f"{name} 与规则中的摘要一致",
            f"{name} is what was sealed",
            lines.get(f"{name}的SHA-256") == digest(raw[name]),
        )
        for name in (ITEMS, OBJECTS, INSPECTORS)
    ]
    found += [
        Finding("随机数与事先公布的摘要一致", "the random number is the one promised", digest(number) == rules.commitment),
        Finding("公开值产生于名单公布之后", "the public value is later than the lists",
                bool(told.get("公开值产生日期")) and told["公开值产生日期"] >= rules.not_before),
        Finding("种子由规则、随机数和公开值算出", "the seed follows from rules, number and value", told.get("种子") == seed),
        Finding("重新抽取的结果与公布的一致", "the draw repeated gives the published result",
                result_file(draw(lists, rules, seed)) == raw[RESULT]),
    ]  # fmt: skip
    return found
