"""What the step “查找相关文件” works out: documents in force on the same matter as a draft, found in the library by theme and
by the words of their titles. Whether they overlap is for a person to say.
"""

from __future__ import annotations

import re
from typing import Any

from zhunsheng.kernel.craft import ListEntry, NotPossible, Work, Worked

LIBRARY = "normdoc_public_library"
_VALID = ("valid", "kept", "to_revise")
_COMMON = re.compile(
    r"(?:关于|印发|开展|进一步|加强|促进|支持|推进|做好|管理|实施|工作|办法|规定|意见|通知|细则|方案|措施|若干|暂行|试行|草案|送审稿|[（）《》〈〉\s]|的)"
)
_LEAST, _MOST = 2, 20
"""How many pairs of neighbouring signs two titles must share, and how many documents are shown. Choices of presentation."""


def find_related(work: Work) -> Worked:
    """查找相关文件: the documents in force that a drafter should lay beside the draft, the likest first."""
    fields = work.fields
    pairs = _pairs(str(fields.get("document_title") or ""), work.organ)
    entries = [entry for entry in work.lists.get(LIBRARY, ()) if entry.values.get("status") in _VALID]
    if not entries:
        raise NotPossible(
            "文件库中没有现行有效的文件，请先把现行文件录入文件库",
            "the library holds no document in force; enter them first",
        )
    scored = [(_score(entry, pairs, str(fields.get("theme") or ""), work.organ), entry) for entry in entries]
    found = sorted((row for row in scored if row[0]), key=lambda row: (-row[0], row[1].key))[:_MOST]
    lines = [f"{entry.key}《{_title(entry)}》（{entry.values.get('maker') or entry.organ}）" for _, entry in found]
    return Worked(
        {"related_count": len(found), "related_documents": "\n".join(lines) or "没有查到相同主题或者名称相近的现行文件"}
    )


def _title(entry: ListEntry) -> str:
    return str(entry.values.get("document_title", ""))


def _score(entry: ListEntry, pairs: set[str], theme: str, organ: str) -> int:
    """Nought where nothing is in common; a shared theme counts as much as the least likeness of titles."""
    shared = len(pairs & _pairs(_title(entry), organ))
    same_theme = bool(theme) and theme == entry.values.get("theme")
    return (shared if shared >= _LEAST else 0) + (_LEAST if same_theme else 0)


def _pairs(title: str, organ: str) -> set[str]:
    """Neighbouring signs of what a title is about: without the place and the words every title has."""
    place: Any = re.match(r"[\u4e00-\u9fff]{1,8}?(?:省|市|县|区|州|镇|乡)", organ)
    words = _COMMON.sub(" ", title.replace(place[0], "") if place else title)
    return {part[at : at + 2] for part in words.split() for at in range(len(part) - 1)}
