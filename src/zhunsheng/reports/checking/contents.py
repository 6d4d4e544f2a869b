"""内容: what a yearly report must contain, and weak points it names without a figure.

The five contents are those the rules on inspecting the building of law-based government ask of the yearly report: what was
done, what falls short and why, how the first responsible persons performed, what comes next, and other matters; the last may
be empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from zhunsheng.kernel.words import Words
from zhunsheng.reports.checking.figure import Figure
from zhunsheng.reports.checking.findings import LIKELY, QUESTION, UNSURE, WARNING, Finding
from zhunsheng.reports.checking.structure import Heading, Structure

_BASIS = Words(
    "《法治政府建设与责任落实督察工作规定》对年度报告的要求",
    "asked of the yearly report by the provisions on inspecting the building of law-based government",
)
_YEARLY = re.compile(r"法治政府建设.{0,12}(?:报告|情况|总结)|(?:报告|总结).{0,8}法治政府建设")
_ABOUT = re.compile(r"法治政府")
_NO_REPORT = re.compile(r"方案|规划|计划|要点|通知|意见|办法")


class Content:
    """One of the required contents: its name, the words of a heading for it and of a sentence that only mentions it."""

    def __init__(self, name: str, heading: str, mention: str) -> None:
        self.name = name
        self.heading = re.compile(heading)
        self.mention = re.compile(mention)


_CONTENTS = (
    Content(
        "推进法治政府建设的主要举措和成效",
        r"举措|成效|主要工作|工作(?:开展)?情况|主要做法|进展|回顾|主要成绩|亮点|健全|推进|强化|加强|提升|落实|规范|优化",
        r"取得.{0,12}成效",
    ),
    Content(
        "存在的不足和原因",
        r"不足|问题|短板|差距|困难|薄弱",
        r"存在.{0,12}(?:不足|问题|短板|差距|薄弱)|(?:还|仍)有.{0,12}(?:差距|不足|短板)|(?:有待|尚需|仍需|还需)(?:进一步)?(?:加强|提高|提升|完善)",
    ),
    Content(
        "党政主要负责人履行推进法治建设第一责任人职责情况",
        r"第一责任人|主要负责(?:人|同志)(?:履行|履职)",
        r"第一责任人(?:职责)?|主要负责人.{0,20}(?:履职|述法)|主要领导.{0,30}(?:法治|主持)",
    ),
    Content(
        "下一年度的主要安排",
        r"(?:下一步|明年|下一年|下年度|今后|20\d\d年).{0,24}(?:安排|打算|计划|思路|措施|重点|举措|展望|设想|方向|工作)|下一步|工作打算|努力方向|改进措施",
        r"下一步|下一年|明年|今后",
    ),
)
_WEAK = re.compile(r"不足|问题|短板|差距|薄弱|困难")
_MATTERS = {
    "行政复议": r"复议", "行政应诉": r"应诉|诉讼", "负责人出庭": r"出庭", "行政执法": r"执法(?!.{0,4}普法)", "合法性审查": r"合法性审[查核]",
    "规范性文件": r"规范性文件", "重大行政决策": r"决策", "人民调解": r"调解|矛盾纠纷", "普法宣传": r"普法|法治宣传", "政务公开": r"政务公开|信息公开",
    "政务服务": r"政务服务", "法律顾问": r"法律顾问", "公共法律服务": r"公共法律服务|法律援助", "信访": r"信访", "营商环境": r"营商环境",
}  # fmt: skip
_FALLS_SHORT = re.compile(
    r"不够|不足|不高|不强|不到位|有待|尚需|仍需|还需|需进一步|薄弱|短板|欠缺|缺乏|差距|滞后|参差不齐|不平衡|不完善|不深"
)


def is_yearly(structure: Structure) -> bool:
    """Whether the text says it is a yearly report on law-based government."""
    return bool(_YEARLY.search(structure.title)) and not _NO_REPORT.search(structure.title)


def contents(structure: Structure, figures: Sequence[Figure]) -> Iterator[Finding]:
    """What is missing, and weak points without figures."""
    if structure.title and not is_yearly(structure):
        return
    if not structure.title and len(_ABOUT.findall(structure.text)) * 1000 < len(structure.text):
        return
    if len(structure.text) > 800:
        yield from _missing(structure, figures)
    yield from _weak_points(structure, figures)


def _missing(structure: Structure, figures: Sequence[Figure]) -> Iterator[Finding]:
    surely = bool(structure.title) and not structure.half
    headings = [heading for heading in structure.headings if heading.level < 2]
    for content in _CONTENTS:
        if any(content.heading.search(heading.title) for heading in headings):
            continue
        if content is _CONTENTS[0] and figures:
            continue
        mentioned = content.mention.search(structure.text, structure.title_start)
        if mentioned is None:
            severity, certainty = (WARNING, LIKELY) if surely else (QUESTION, UNSURE)
            asked = (
                Words("", "") if surely else Words("；如果这是年度报告，请补上", "; add it if this is a yearly report")
            )
            message = Words(
                f"没有找到“{content.name}”（{_BASIS.zh}）{asked.zh}",
                f"“{content.name}” was not found ({_BASIS.en}){asked.en}",
            )
            yield Finding("contents", severity, message, (), certainty)
        else:
            place = (mentioned.start(), min(mentioned.end() + 20, len(structure.text)))
            message = Words(
                f"“{content.name}”没有单列一部分，只在段落中提到（{_BASIS.zh}）",
                f"“{content.name}” has no part of its own and is only mentioned ({_BASIS.en})",
            )
            yield Finding("contents", QUESTION, message, (place,), LIKELY)


def _weak_points(structure: Structure, figures: Sequence[Figure]) -> Iterator[Finding]:
    """A matter the part on weak points names and no figure of the report is about."""
    parts = [heading for heading in structure.headings if heading.level < 2 and _WEAK.search(heading.title)]
    parts = [heading for heading in parts if not re.search(r"安排|打算|措施$", heading.title)]
    if not parts:
        return
    start, end = _span(structure, parts[0])
    outside = [f for f in figures if not start <= f.start < end]
    told = {structure.text[f.sentence.start : f.sentence.end] for f in outside}
    told |= {heading.title for f in outside for heading in structure.above(f.start)[-2:]}
    seen: set[str] = set()
    for sentence in structure.sentences:
        if not start <= sentence.start < end:
            continue
        for piece in re.finditer(r"[^；。]+", structure.text[sentence.start : sentence.end]):
            if not _FALLS_SHORT.search(piece[0]) or any(
                sentence.start + piece.start() <= f.start < sentence.start + piece.end() for f in figures
            ):
                continue
            for matter, words in _MATTERS.items():
                if matter in seen or not re.search(words, piece[0]):
                    continue
                seen.add(matter)
                if not any(re.search(words, other) for other in told):
                    place = (sentence.start + piece.start(), sentence.start + piece.end())
                    message = Words(
                        f"不足中提到“{matter}”，但全文没有一个有关的数据",
                        f"“{matter}” is named among the weak points, yet no figure of the report is about it",
                    )
                    yield Finding("weak_point", QUESTION, message, (place,), LIKELY)


def _span(structure: Structure, part: Heading) -> tuple[int, int]:
    following = next(
        (h.start for h in structure.headings if h.start > part.start and h.level <= part.level), len(structure.text)
    )
    return part.start, following
