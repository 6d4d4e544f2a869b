"""任务: the clauses of a measure that ask somebody to do something, each with its day or rhythm and the organs it names.

A clause that only says to what end belongs to the task before it. Nothing is made up: a task without a day or an organ in
the text has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_SENTENCE = re.compile(r"[^。；]+")
_BEGINS = (
    "健全", "建立", "完善", "制定", "出台", "编制", "修订", "构建", "推行", "全面推行", "逐步推行", "实行", "全面实行", "落实", "全面落实",
    "认真落实", "有效落实", "严格落实", "严格执行", "认真执行", "严格实施", "贯彻", "深入贯彻", "持续深化", "深化", "全面深化", "推进",
    "积极推进", "深入推进", "全面推进", "大力推进", "稳步推进", "加快推进", "纵深推进", "配合", "积极配合", "探索", "开展", "深入开展", "持续开展",
    "重点开展", "扎实开展", "定期", "组织", "举办", "梳理", "分领域梳理", "清理", "及时清理", "规范", "强化", "加强", "切实加强", "加大", "明确",
    "合理划分", "整合", "引导", "鼓励", "将", "把", "做好", "持续做好", "认真做好", "办理", "认真办理", "接受", "主动接受", "自觉接受", "依法自觉接受", "拓宽", "厘清",
    "动态管理", "严禁", "不得", "依法", "统一", "发挥", "积极发挥", "充分发挥", "积极参与", "积极履行", "切实履行", "履行", "重点治理", "建成",
    "逐步建成", "优化", "扩大", "充分运用", "运用", "注重", "公开", "创新", "配齐", "广泛听取", "认真听取", "及时研究", "督促", "全面主动", "按规定对",
    "谋划落实", "主动向", "深入学习", "进一步放宽", "完成", "统筹", "积极营造", "严格规范", "全面严格", "着力实现",
)  # fmt: skip
"""A clause that begins so asks for something of its own."""
_LEADS = (
    "聚焦",
    "对",
    "涉及",
    "确有",
    "坚持",
    "按照",
    "根据",
    "围绕",
    "紧紧围绕",
    "以",
    "通过",
    "立足",
    "突出",
    "针对",
    "抓住",
    "着眼",
    "始终",
)
"""A clause that begins so, or ends in 下 or 的, leads up to the one behind it."""
_RESULT = re.compile(r"^以.{2,12}(?:带动|促进|推动|倒逼|提升|完善)")
"""What something is to bring about belongs to what goes before."""
_FIRST = ("推动", "提高", "提升", "确保")
"""At the beginning of a sentence these ask for something; later they say to what end."""
_STAFFS = re.compile(r"^增强.*(招录|培养|力量)")
_OBLIGES = re.compile(
    r"应当|不得|严禁|必须|要深入|要切实|要在|要按|要牢固|每年|每季度|每人|每\d+年|至少|年底前|年前|月底前|纳入"
)
_DAY = re.compile(r"(?:到)?((20\d\d)年(?:(\d{1,2})月(?:(\d{1,2})日|底)?|年?底)(?:之?前|以前)?)")
_COUNT = r"(?:\d+|[一二两三四五六七八九十]+)"
_RHYTHM = re.compile(rf"每{_COUNT}年|每人每年|每年|每个?季度|每半年|每月|任期内")
_TIMES = re.compile(rf"(至少|不少于)?(?:听取|接受|举办|开展|参加|清理|组织)?({_COUNT}(?:次|期|学时))")
_ORGAN = (
    r"(?:各级|各|有关|区|县|市|州|省|县级以上|本级|承担[\u4e00-\u9fff]{2,12}的)?[\u4e00-\u9fff]{0,8}?"
    r"(?:党委常委会|政府常务会议|党委政府|党委|人民政府|政府|办公室|办事处|委员会|司法局|局|审查中心|部门负责人|部门|行政机关|制定机关|决策机关|机关|议事协调机构|临时机构|派出机构|内设机构|机构|单位|街道|乡镇)"
)
_SUBJECT = re.compile(rf"^({_ORGAN}(?:、{_ORGAN})*)(?=要|应当|不得|每年|任期|原则上|统筹|负责(?!人)|在党委)")
_MOVED = re.compile(
    r"(?:推动|鼓励)((?:有关)?(?:行政执法机关|行政机关|[\u4e00-\u9fff]{0,6}议事协调机构|街道|社区))(?=切实|发挥|指导|依法|建立)"
)
_RESPONSIBLE = re.compile(r"（?(?:牵头|责任|配合)单位[：:]([^）。；]+)）?")


@dataclass(frozen=True, slots=True)
class Task:
    """A task as the text puts it. ``due``: the words of its day or rhythm; ``due_on``: the day, where it is one."""

    text: str
    due: str = ""
    due_on: str = ""
    organs: tuple[str, ...] = ()


def tasks_of(title: str, text: str) -> Iterator[Task]:
    """The tasks of a measure, in order; those of its title where it has no text. Whoever a sentence names first is asked for
    what follows in it too."""
    for sentence in _SENTENCE.findall(text or title):
        named: tuple[str, ...] = ()
        for clause in _clauses(sentence):
            named = tuple(_subjects(clause)) or named
            if _is_task(clause):
                yield _task(clause, named)


def _clauses(sentence: str) -> Iterator[str]:
    """A sentence cut before each clause that begins a task of its own."""
    current, complete = "", False
    for piece in _pieces(sentence.strip()):
        begins, leads = _begins(piece), _leads(piece)
        if complete and (begins or leads):
            yield current
            current, complete = piece, begins and not leads
        else:
            complete = complete or (begins and not leads) or (not current and piece.startswith(_FIRST))
            current = f"{current}，{piece}" if current else piece
    if current:
        yield current


def _pieces(sentence: str) -> Iterator[str]:
    """A sentence cut at its commas, those within quotation marks and brackets apart, and before 、鼓励."""
    depth, piece = 0, ""
    for character in sentence.replace("、鼓励", "，鼓励"):
        depth += (character in "“《（") - (character in "”》）")
        if character == "，" and depth <= 0:
            yield piece.strip()
            piece = ""
        else:
            piece += character
    yield piece.strip()


def _begins(clause: str) -> bool:
    return (
        clause.startswith(_BEGINS) or "不得" in clause or _SUBJECT.match(clause) is not None
        or _STAFFS.match(clause) is not None or _DAY.match(clause) is not None
    )  # fmt: skip


def _leads(clause: str) -> bool:
    if clause.startswith(_LEADS):
        return "应当" not in clause and _RESULT.match(clause) is None
    return clause.endswith(("下", "的", "等")) and len(clause) < 60


def _is_task(clause: str) -> bool:
    first = clause.startswith((*_FIRST, *_LEADS)) and not clause.startswith("以创新")
    return first or _OBLIGES.search(clause) is not None or any(_begins(piece) for piece in _pieces(clause))


def _task(clause: str, named: tuple[str, ...]) -> Task:
    due, due_on = _due(clause)
    moved = tuple(found[1] for found in _MOVED.finditer(clause))
    return Task(clause.strip("，、 "), due, due_on, tuple(dict.fromkeys((*named, *moved))))


def _due(clause: str) -> tuple[str, str]:
    """The words of a day or rhythm, and the day as such."""
    if found := _DAY.search(clause):
        year, month, day = found[2], found[3], found[4]
        on = f"{year}-{int(month or 12):02d}-{int(day) if day else _last_day(int(year), int(month or 12)):02d}"
        return found[1], on
    rhythm = _RHYTHM.search(clause)
    if rhythm is None:
        return "", ""
    times = "、".join(f"{least}{count}" for least, count in _TIMES.findall(clause[rhythm.end() :]))
    return f"{rhythm[0]}{times}", ""


def _last_day(year: int, month: int) -> int:
    return (
        31,
        29 if year % 4 == 0 and (year % 100 or year % 400 == 0) else 28,
        31,
        30,
        31,
        30,
        31,
        31,
        30,
        31,
        30,
        31,
    )[month - 1]


def _subjects(clause: str) -> Iterator[str]:
    """The organs that are to do it, where the clause names them."""
    if found := _RESPONSIBLE.search(clause):
        yield from re.split(r"[、，,\s]+", found[1].strip())
    for piece in clause.split("，"):
        if subject := _SUBJECT.match(piece):
            yield from subject[1].split("、")
