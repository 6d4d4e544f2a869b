"""带数的名称与零: names with a number whose parts the text itself lists (“五个一”, “1+5+6”), and zeros told in words (无, 未)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from zhunsheng.reports.checking.numerals import NUMBER, chinese_value
from zhunsheng.reports.checking.structure import Structure


class Told(NamedTuple):
    """A figure told without a number of its own."""

    value: int
    unit: str
    label: str
    start: int
    end: int


_NAME = re.compile(r"“(?P<number>[二三四五六七八九十]{1,2}|\d{1,2})(?P<mark>个一|进)”")
_FORMULA = re.compile(r"“(?P<formula>\d{1,2}(?:\+\d{1,2}){1,5})[^“”]{0,6}”[^。；（]{0,16}（(?P<parts>[^（）]{4,80})）")
_LISTED_WITHIN = 400


def listed_names(structure: Structure) -> Iterator[Told]:
    """Names with a number, where the text lists as many parts as the name says."""
    text = structure.text
    seen: set[str] = set()
    for found in _NAME.finditer(text):
        number = found["number"]
        value = int(number) if number.isdecimal() else int(chinese_value(number) or 0)
        if found[0] in seen or not value:
            continue
        if _lists(text, found, value):
            seen.add(found[0])
            yield Told(
                value, "项" if found["mark"] == "个一" else "类", _beside(text, found.end()), found.start(), found.end()
            )
    for found in _FORMULA.finditer(text):
        numbers, parts = found["formula"].split("+"), found["parts"].split("+")
        if len(numbers) != len(parts):
            continue
        position = found.start("parts")
        for number, part in zip(numbers, parts, strict=True):
            if not NUMBER.search(part):
                yield Told(int(number), "个", part, position, position + len(part))
            position += len(part) + 1


def _beside(text: str, position: int) -> str:
    return re.split(r"[，。；》“、]", text[position : position + 20])[0]


def _lists(text: str, found: re.Match[str], value: int) -> bool:
    """Whether the parts are listed: behind the name for 个一, anywhere for what repeats its own word (进机关、进学校)."""
    if found["mark"] == "个一":
        following = text[found.end() : found.end() + _LISTED_WITHIN].partition("。")[0]
        return (
            len(re.findall(r"(?<!每)一(?:个|项|名|支|套|次|系列|份|张|批|条|本|场|部|周|年|月|季度)", following))
            == value
        )
    mark = re.escape(found["mark"])
    return any(
        len(run[0].split("、")) == value
        for run in re.finditer(rf"{mark}[^、“”，。；]{{1,14}}(?:、{mark}[^、“”，。；]{{1,14}})+", text)
    )


_ZERO = re.compile(
    r"(?P<none>(?<![有绝毫并])(?:均无|暂无|无|没有|没有发生|未发生|未收到|未出现|未产生|未发现|未受理|未制定|未出台|未发布|未办理|未接到|未(?=以[^，。；]{2,24}名义(?:制定|发布|印发|出台)))|零)"
    r"(?P<what>[^，。；：、！？“”（）\n]{0,28}?(?P<noun>案件|事项|规范性文件|文件|投诉|举报|上访|事件|事故|差错|申请|诉讼|复议|信访件|问题线索|发案|败诉|伤亡|纠错|积案|命案))"
    r"(?:发生|产生)?(?=[，。；、）”\n]|$|的?情况[，。；])"
    r"|(?P<rate>[^，。；：、\n]{1,12}率)(?:一直|始终|持续|连续)?(?:为|是|保持|实现|降至|降为|均为)零(?=[，。；、）\n]|$)"
)
_ONE = re.compile(
    r"(?P<none>未发生|没有发生|没有|无|未出现)一(?P<unit>起|件|例|宗|次|人|名)(?P<what>[^，。；：、\n]{0,24})"
)
_UNITS = {
    "案件": "件", "文件": "件", "规范性文件": "件", "事项": "项", "投诉": "件", "举报": "件", "上访": "起", "事件": "起", "事故": "起",
    "差错": "件", "申请": "件", "诉讼": "件", "复议": "件", "信访件": "件", "问题线索": "条", "发案": "件", "败诉": "件",
    "伤亡": "人", "纠错": "件", "积案": "件", "命案": "件",
}  # fmt: skip
_IS_A_RULE = re.compile(r"法无|无法|无正当|无关|如无|若无|凡|不得|应当|禁止|严禁|对|将")


def zeros(structure: Structure) -> Iterator[Told]:
    """Zeros reported in words: 全年无重大执法差错案件."""
    text = structure.text
    for found in _ONE.finditer(text):
        yield Told(0, found["unit"], found["what"], found.start(), found.end())
    for found in _ZERO.finditer(text):
        if found["rate"]:
            yield Told(0, "%", found["rate"], found.start(), found.end())
            continue
        start = max(text.rfind(mark, 0, found.start()) for mark in "，。；：\n（") + 1
        if (
            _IS_A_RULE.search(before := text[start : found.start()])
            or re.search(r"\d(?!\d*年)", before)
            or found["what"].startswith(("法", "证", "关", "差别", "障碍", "缝", "偿", "需"))
        ):
            continue
        if re.match(r"一[起件例宗次人名]", found["what"]):
            continue
        yield Told(0, _UNITS[found["noun"]], found["what"], found.start(), found.end())
