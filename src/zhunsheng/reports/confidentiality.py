"""保密审查: passages of a report that may be a state secret or personal data, found by their form before it is published.

A hit is a question to the officer who checks, not a judgement; that nothing is found does not mean that nothing is there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from zhunsheng.kernel.words import Words
from zhunsheng.papers.document import Chart, Document, Paragraph, Signature, Table

_KINDS: tuple[tuple[Words, re.Pattern[str]], ...] = (
    (Words("密级标志", "mark of secrecy"), re.compile(r"(?:绝密|机密|秘密)(?:[★☆]|级)|[★☆]\s*(?:\d+年|长期|启用前)|内部资料|不得外传|工作秘密|仅供内部")),
    (Words("公民身份号码", "identity number"), re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)")),
    (Words("手机号码", "mobile number"), re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")),
    (Words("固定电话", "telephone number"), re.compile(r"(?<!\d)0\d{2,3}[-—]\d{7,8}(?!\d)")),
    (Words("银行账号", "bank account"), re.compile(r"(?<!\d)(?:62|60|35|4\d|5[1-5])\d{14,17}(?!\d)")),
    (Words("电子邮箱", "e-mail address"), re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    (Words("车牌号码", "number plate"), re.compile(r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·•]?[A-Z0-9]{5,6}(?![A-Z0-9])")),
    (Words("个人姓名", "name of a person"), re.compile(r"(?:申请人|当事人|原告|被处罚人|上诉人|信访人|举报人)(?!数|人|次)[：:]?[\u4e00-\u9fff]{1,2}某{0,2}(?=[，、（(诉不与等])")),
    (Words("详细住址", "address"), re.compile(r"(?:住|住址|家住)[：:]?[\u4e00-\u9fff\d]{2,20}(?:\d+号|\d+室|\d+组)")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage: what it may be, the words, and the sentence around it."""

    kind: Words
    text: str
    around: str


def hits_in(document: Document) -> list[Hit]:
    """Every passage of a document that looks secret or personal, in order."""
    return [hit for text in _texts(document) for hit in hits_of(text)]


def hits_of(text: str) -> list[Hit]:
    """Every passage of a text that looks secret or personal; of the same place only the first kind."""
    taken: list[range] = []
    found: list[tuple[int, Hit]] = []
    for kind, pattern in _KINDS:
        for match in pattern.finditer(text):
            if any(match.start() in place or match.end() - 1 in place for place in taken):
                continue
            taken.append(range(match.start(), match.end()))
            around = text[max(match.start() - 20, 0) : match.end() + 20]
            found.append((match.start(), Hit(kind, match[0], around)))
    return [hit for _start, hit in sorted(found, key=lambda pair: pair[0])]


def _texts(document: Document) -> list[str]:
    texts: list[str] = []
    for block in document.blocks:
        if isinstance(block, Paragraph):
            texts.append(block.text)
        elif isinstance(block, Table | Chart):
            table = block if isinstance(block, Table) else block.table()
            texts += [cell for row in (table.header, *table.rows) for cell in row]
        elif not isinstance(block, Signature):
            texts.append(block.text)
    return texts
