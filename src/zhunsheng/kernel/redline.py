"""What changed between two versions of a text (修改对照): paragraph by paragraph, inside a paragraph word for word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from zhunsheng.kernel.articles import Paragraph

ADDED, REMOVED, CHANGED = "新增", "删除", "修改"
_ALIKE = 0.5
"""How alike two paragraphs must be to count as one that was changed. A choice of presentation, no rule of law."""


class Change(NamedTuple):
    """One changed paragraph; ``marked`` shows what was taken out and what was put in."""

    kind: str
    place: str
    before: str
    after: str
    marked: str


def changes(before: Sequence[Paragraph], after: Sequence[Paragraph]) -> Iterator[Change]:
    """What was added, removed and changed, in the order of the newer text."""
    return (change for change in whole(before, after) if change.kind)


def whole(before: Sequence[Paragraph], after: Sequence[Paragraph]) -> Iterator[Change]:
    """The newer text from beginning to end, paragraphs that stayed (kind ``""``) included."""
    old, new = [p.text for p in before], [p.text for p in after]
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from (Change("", p.place, p.text, p.text, p.text) for p in after[k:m])
        else:
            yield from _pairs(before[i:j], after[k:m])


def _pairs(before: Sequence[Paragraph], after: Sequence[Paragraph]) -> Iterator[Change]:
    """Within a changed run each new paragraph is laid beside the likest old one that is left."""
    left = list(before)
    for paragraph in after:
        likest = max(left, key=lambda p: _likeness(p.text, paragraph.text), default=None)
        if likest is None or _likeness(likest.text, paragraph.text) < _ALIKE:
            yield Change(ADDED, paragraph.place, "", paragraph.text, f"【增：{paragraph.text}】")
            continue
        left.remove(likest)
        marked = _marked(likest.text, paragraph.text)
        yield Change(CHANGED, paragraph.place or likest.place, likest.text, paragraph.text, marked)
    for paragraph in left:
        yield Change(REMOVED, paragraph.place, paragraph.text, "", f"【删：{paragraph.text}】")


def _likeness(one: str, other: str) -> float:
    """How alike two paragraphs are; the slow count is made only where the quick ones, which never say less, allow it."""
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    for quick in (matcher.real_quick_ratio, matcher.quick_ratio):
        if (most := quick()) < _ALIKE:
            return most
    return matcher.ratio()


def runs(before: str, after: str) -> Iterator[tuple[str, str]]:
    """A text as it became another: what stayed (kind ``""``), what was taken out and what was put in, in reading order."""
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            yield "", before[i:j]
            continue
        if j > i:
            yield REMOVED, before[i:j]
        if m > k:
            yield ADDED, after[k:m]


def _marked(before: str, after: str) -> str:
    signs = {"": "{}", REMOVED: "【删：{}】", ADDED: "【增：{}】"}
    return "".join(signs[kind].format(text) for kind, text in runs(before, after))
