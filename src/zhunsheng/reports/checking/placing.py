"""定位: where a figure belongs: its scope (全市, 市本级, 县区), its period, and whether it is an aim."""

from __future__ import annotations

import re

from zhunsheng.reports.checking.figure import COUNT, MONEY, RATE, TARGET, Figure
from zhunsheng.reports.checking.structure import Structure

_SCOPE = re.compile(
    r"(?P<own>[省市县区州旗](?:人民政府|政府)?本级|(?<!基)本级|[省市县区州旗]直(?:部门|单位|机关)?)"
    r"|(?P<below>各?县（市、区）|各?县（区）|县区|各县市区|各区县?|旗县区?|乡镇（街道）|镇（街道?）|乡（镇）|镇街|各乡镇|乡镇|各街道)"
    r"|(?<!占)(?<!参加)(?P<whole>全[国省市县区州旗盟镇乡局]|全街道|全系统|全区域)(?!面|覆|过|程|域|平均|民主|示范|先进|文明|优秀|统一|一体|人大|政协|的?[\d.]+%)"
)
_OF_ITS_CLAUSE = ("全国", "县区", "乡镇", "市直", "县直", "区直", "省直", "州直", "旗直")
"""Those who are only spoken of in one clause; what the clauses behind it tell need not be theirs."""
_SUBJECT = re.compile(r"(?:两?级|政府|共|也|均|合计|分别|梳理|办理|收到|受理|开展|报送)|.{0,2}$")
_YEAR = re.compile(r"(20\d{2})年(?:度)?(?P<half>上半年|1[-—–至]6月)?(?!.{0,2}(?:相比|同期))")
_BEFORE_THIS = re.compile(r"(?<![较比与同])(?:上年|去年|上一年)(?:度|同期)?(?:的)?(?:为|是|共|仅|有)?$")
_COMING = r"下一步|下步|下一?阶段|接下来|今后|明年|来年|下一年度?"
_PLANNED = re.compile(rf"安排|打算|计划|思路|设想|展望|努力的?方向|重点工作任务|工作目标|{_COMING}")
_OF_A_YEAR = re.compile(r"(?<!\d)(20\d\d)年")
_FAULTS = re.compile(r"问题|不足|短板|薄弱|困难")
_STANDS = re.compile(r"仅|只有|仍|尚|缺|不足|没有|偏|薄弱|不高|不够|滞后|现有")
"""What a part on faults and plans tells of today."""
_COMES = re.compile(rf"{_COMING}|将|力争|确保|计划|打算|拟|(?P<year>20\d\d)年")
_NEXT = re.compile(
    rf"(?:^|[。；\n])[ \u3000]*(?:(?:下半年|{_COMING})(?:工作中?)?[，：]|(?P<year>20\d\d)年，?[^，。；]{{0,6}}(?:将|要|力争|确保|计划|拟))"
)
"""So begins what a paragraph tells of what comes next, where no heading says it."""
_COUNTS = re.compile(r"\d(?!\d*年)")
"""A heading that counts something tells what was done: 二、制定检查计划1个。"""
_AIMS = re.compile(r"力争|确保|争取|目标|计划|原则上|应当|不得少于|要求|拟")
_IS_THE_AIM = re.compile(r"的[^，。；\d]{0,8}(?:目标|任务数)")
"""超额完成294天的考核目标: the number is the aim, not what was reached."""


def place(structure: Structure, figure: Figure) -> None:
    """Scope, period and whether it is an aim, from the words around."""
    text, sentence = structure.text, figure.sentence
    own = text[figure.within[0] : figure.start]
    behind = text[figure.end : figure.end + 6] if figure.attributive else ""
    figure.scope = scope_of(own) or scope_of(own + (behind if _SCOPE.match(behind) else ""))
    if not figure.scope and (wider := scope_of(text[sentence.start : figure.start])) not in _OF_ITS_CLAUSE:
        figure.scope = wider
    figure.period = _period(structure, text[sentence.start : figure.start])
    if _BEFORE_THIS.search(text[figure.within[0] : figure.start]) and figure.period.isdecimal():
        figure.period = str(int(figure.period) - 1)
    if figure.kind in (COUNT, RATE, MONEY):
        planned = _is_planned(structure, figure)
        rule = "/" in figure.unit and bool(figure.qualifier)
        aims = _AIMS.search(text[figure.within[0] : figure.start]) if planned else None
        if rule or planned or aims or _IS_THE_AIM.match(text, figure.end) or figure.unit.endswith(("/人/年", "/任期")):
            figure.kind = TARGET


def _is_planned(structure: Structure, figure: Figure) -> bool:
    """Whether the part or the paragraph it stands in is about what comes next."""
    titles = [heading.title for heading in structure.above(figure.start)]
    planned = next((title for title in titles if _is_planned_in(structure, title)), None)
    if planned is not None:
        return not _FAULTS.search(planned) or not _stands_today(structure, figure)
    paragraph = structure.text[structure.text.rfind("\n", 0, figure.sentence.start) + 1 : figure.start]
    return any(not begins["year"] or _is_later(structure, begins["year"]) for begins in _NEXT.finditer(paragraph))


def _is_planned_in(structure: Structure, title: str) -> bool:
    """Whether the part of a heading is about what comes next; one that counts something tells what was done."""
    later = any(_is_later(structure, year) for year in _OF_A_YEAR.findall(title))
    return (later or _PLANNED.search(title) is not None) and not _COUNTS.search(title)


def _is_later(structure: Structure, year: str) -> bool:
    return structure.year is not None and int(year) > structure.year


def _stands_today(structure: Structure, figure: Figure) -> bool:
    """Whether a figure of a part on faults and plans alike tells how things stand: 执法人员仅有11人."""
    text, sentence = structure.text, figure.sentence
    comes = any(
        not found["year"] or _is_later(structure, found["year"])
        for found in _COMES.finditer(text, sentence.start, figure.start)
    )
    return not comes and bool(_STANDS.search(text, sentence.start, sentence.end))


def scope_of(words: str) -> str:
    last = ""
    for found in _SCOPE.finditer(words):
        if found["whole"] and re.match(r"(?:第|前|首|率先|位居)", words[found.end() :]):
            continue
        if found["own"]:
            last = re.sub(r"(部门|单位|机关)$|(?:人民)?政府", "", found["own"])
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
