"""定位: where a figure belongs: its scope (全市, 市本级, 县区), its period, and whether it is an aim."""

from __future__ import annotations

import re

from zhunsheng.reports.checking.figure import COUNT, MONEY, RATE, TARGET, Figure
from zhunsheng.reports.checking.structure import Structure

_SCOPE = re.compile(
    r"(?P<own>[省市县区州旗]本级|本级|[省市县区州旗]直(?:部门|单位|机关)?)"
    r"|(?P<below>各?县（市、区）|各?县（区）|县区|各县市区|各区县?|旗县区?|乡镇（街道）|镇（街道?）|乡（镇）|镇街|各乡镇|乡镇|各街道)"
    r"|(?P<whole>全[国省市县区州旗盟镇乡局]|全街道|全系统|全区域)(?!面|覆|过|程|域)"
)
_SUBJECT = re.compile(r"(?:两?级|政府|共|也|均|合计|分别|梳理|办理|收到|受理|开展|报送)|.{0,2}$")
_YEAR = re.compile(r"(20\d{2})年(?:度)?(?P<half>上半年|1[-—–至]6月)?(?!.{0,2}(?:相比|同期))")
_BEFORE_THIS = re.compile(r"(?<![较比与同])(?:上年|去年|上一年)(?:度|同期)?(?:的)?(?:为|是|共|仅|有)?$")
_PLANNED = re.compile(r"安排|打算|计划|下一步|思路|展望|努力方向|重点工作任务|工作目标")
_AIMS = re.compile(r"力争|确保|争取|目标|计划|原则上|应当|不得少于|要求|拟")


def place(structure: Structure, figure: Figure) -> None:
    """Scope, period and whether it is an aim, from the words around."""
    text, sentence = structure.text, figure.sentence
    behind = text[figure.end : figure.end + 6] if figure.attributive else ""
    own = text[figure.within[0] : figure.start] + (behind if _SCOPE.match(behind) else "")
    figure.scope = _scope(own)
    if not figure.scope and (wider := _scope(text[sentence.start : figure.start])) not in ("县区", "乡镇"):
        figure.scope = wider
    figure.period = _period(structure, text[sentence.start : figure.start])
    if _BEFORE_THIS.search(text[figure.within[0] : figure.start]) and figure.period.isdecimal():
        figure.period = str(int(figure.period) - 1)
    if figure.kind in (COUNT, RATE, MONEY):
        planned = any(_PLANNED.search(heading.title) for heading in structure.above(figure.start))
        rule = "/" in figure.unit and bool(figure.qualifier)
        aims = _AIMS.search(text[figure.within[0] : figure.start]) if planned else None
        if rule or planned or aims or figure.unit.endswith(("/人/年", "/任期")):
            figure.kind = TARGET


def _scope(words: str) -> str:
    last = ""
    for found in _SCOPE.finditer(words):
        if found["whole"] and re.match(r"(?:第|前|首|率先|位居)", words[found.end() :]):
            continue
        if found["own"]:
            last = re.sub(r"(部门|单位|机关)$", "", found["own"])
        else:
            if found["below"] and not (found["below"].startswith("各") or _SUBJECT.match(words, found.end())):
                continue
            last = "县区" if found["below"] and "县" in found["below"] else "乡镇" if found["below"] else found["whole"]
    return last


def _period(structure: Structure, words: str) -> str:
    years = list(_YEAR.finditer(words))
    own = years[-1] if years else None
    year = own[1] if own else str(structure.year or "")
    if not year:
        return ""
    half = "上半年" in words or bool(own and own["half"]) or (structure.half and year == str(structure.year))
    return f"{year}H1" if half else year
