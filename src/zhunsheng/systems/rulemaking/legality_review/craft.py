"""What the step “校核文本” of a legality review works out: the sheets a reviewer goes through, each hit with its ground.

It judges nothing. The reading of files is in ``draft_text``, the words in ``wording``, the citations in ``citations``, the
comparison of two versions in ``kernel.redline``, opinions one by one in ``opinions``; what a file must hold is here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from zhunsheng.kernel.articles import Paragraph
from zhunsheng.kernel.craft import ListEntry, NotPossible, Work, Worked
from zhunsheng.kernel.redline import changes
from zhunsheng.spreadsheets import workbook_of
from zhunsheng.systems.rulemaking.legality_review.citations import citations
from zhunsheng.systems.rulemaking.legality_review.draft_text import paragraphs_of
from zhunsheng.systems.rulemaking.legality_review.opinions import answer_opinion, enter_opinion, strike_opinion
from zhunsheng.systems.rulemaking.legality_review.wording import DOCUMENT, RULE, hits

__all__ = ["answer_opinion", "check_text", "enter_opinion", "strike_opinion"]

LIBRARY, NEGATIVE = "normdoc_public_library", "market_access_negative_list"
HITS, CITED, REDLINE = "文本校核提示.xlsx", "引用依据核对.xlsx", "修改对照.xlsx"
_OWN = (HITS, CITED, REDLINE)

ENTRY = ("设定行政许可", "规章设定行政许可", "限制外地经营者", "减损权益、增加义务", "规章减损权利、增加义务")
"""Hits that may restrict who enters a market; beside them stands what the negative lists say of the trade."""

REQUIRED: Mapping[str, Sequence[tuple[str, str]]] = {
    "normative_document": (
        ("送审稿", "送审稿|草案"), ("起草说明", "说明"), ("制定依据", "依据"), ("征求意见及采纳情况", "征求意见|意见汇总|采纳"),
    ),
    "major_decision": (
        ("决策草案", "草案|送审稿"), ("法律、法规、规章等依据", "依据"), ("履行决策法定程序的说明", "程序.*说明|说明"),
    ),
    "agreement": (("协议文本", "协议|合同"), ("相对方资信材料", "资信|营业执照|资质")),
}  # fmt: skip
"""Kind of matter -> the materials and the words in the names of files they are known by. For major decisions Article 26 of
the Major Decision Regulation; for other kinds practice."""


def check_text(work: Work) -> Worked:
    """校核文本: the draft among the materials, held against its rank, the lists and its earlier version."""
    fields = work.fields
    draft = _file(work.files, str(fields.get("draft_file") or ""), "draft_file")
    text = paragraphs_of(draft, work.files[draft])
    if not text:
        raise NotPossible(f"「{draft}」里没有文字（可能是扫描件）", f"{draft} holds no text (a scan?)", "draft_file")
    rank = RULE if fields.get("text_rank") == "rule" else DOCUMENT
    found = list(hits(text, rank, work.on))
    library = [{"number": entry.key, **entry.values} for entry in work.lists.get(LIBRARY, ())]
    cited = list(citations(text, library, work.on, str(fields.get("matter") or "")))
    files = {
        HITS: workbook_of("文本校核提示", ("序号", "条款", "原文", "提示事项", "命中词语", "依据", "是否写明上位法", "准入负面清单对照", "审查人员意见"), [
            (n, hit.place, hit.sentence, hit.subject, hit.words, hit.ground, "写明" if hit.names_basis else "未写明",
             _on_negative_lists(hit.subject, hit.sentence, work.lists.get(NEGATIVE, ())), "")
            for n, hit in enumerate(found, 1)
        ]),
        CITED: workbook_of("引用依据核对", ("序号", "条款", "引用的文件", "引用的条文", "核对结果", "是否有问题", "审查人员意见"), [
            (n, row.place, row.name, row.articles, row.finding, {True: "没有", False: "有", None: "人工核对"}[row.fine], "")
            for n, row in enumerate(cited, 1)
        ]),
    }  # fmt: skip
    changed = 0
    if fields.get("earlier_file"):
        earlier = _file(work.files, str(fields["earlier_file"]), "earlier_file")
        rows = list(changes(paragraphs_of(earlier, work.files[earlier]), text))
        changed = len(rows)
        files[REDLINE] = workbook_of("修改对照", ("序号", "种类", "条款", "原稿", "现稿", "对照"), [(n, *row) for n, row in enumerate(rows, 1)])  # fmt: skip
    missing = _missing(str(fields.get("kind")), work.files, text)
    values: dict[str, Any] = {
        "checked_file": draft,
        "text_hits": len(found),
        "text_citations": len(cited),
        "text_citations_wrong": sum(row.fine is False for row in cited),
        "text_changes": changed,
        "text_missing": "；".join(missing) or "材料和文本要素齐全",
    }
    return Worked(values, files)


def _on_negative_lists(subject: str, sentence: str, entries: Sequence[ListEntry]) -> str:
    """The items of the trade a sentence names, where it may restrict entry; that there are none is said as well."""
    if subject not in ENTRY:
        return ""
    items = [entry for entry in entries if (trade := str(entry.values.get("industry") or "")) and trade in sentence]
    return "；".join(f"{entry.key} {entry.values.get('item')}" for entry in items) or "清单中没有对应行业的事项"


def _file(files: Mapping[str, bytes], wanted: str, field: str) -> str:
    """The file of this name, or the newest that looks like the draft."""
    if wanted:
        if wanted not in files:
            names = "、".join(name for name in files if name not in _OWN) or "没有材料"
            raise NotPossible(f"材料中没有「{wanted}」；现有：{names}", f"there is no file {wanted} among the materials", field)  # fmt: skip
        return wanted
    texts = [name for name in files if name.endswith((".docx", ".txt")) and name not in _OWN]
    likely = [name for name in texts if re.search("送审稿|草案|修改稿|协议|合同", name) and "说明" not in name]
    if not likely:
        raise NotPossible("材料中没有送审稿（docx 或者 txt），请先上传，或者写明文件名", "there is no draft (docx or txt) among the materials; upload it or name the file", field)  # fmt: skip
    return likely[-1]


def _missing(kind: str, files: Mapping[str, bytes], text: Sequence[Paragraph]) -> list[str]:
    """What the file and the text lack."""
    names = [name for name in files if name not in _OWN]
    lacking = [
        f"缺少材料：{title}"
        for title, words in REQUIRED.get(kind, ())
        if not any(re.search(words, name) for name in names)
    ]
    if kind == "normative_document":
        whole = "\n".join(paragraph.text for paragraph in text)
        elements = (
            ("施行日期", r"起施行|起实施|之日起生效"),
            ("有效期", "有效期|有效至"),
            ("制定依据", "根据|依据|依照"),
        )
        lacking += [f"文本没有写明{title}" for title, words in elements if not re.search(words, whole)]
    return lacking
