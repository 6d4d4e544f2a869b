"""What the step “从文件库选编” works out: the statutes, documents and rules in force that a booklet on a matter should hold, found
by the words of their names, and their texts where the library has them. What is printed in the end is for a person to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from zhunsheng.kernel.craft import ListEntry, NotPossible, Work, Worked
from zhunsheng.law.statutes import statutes

LIBRARY, RULES = "normdoc_public_library", "emergency_rules"
TEXTS = "汇编正文.txt"
_VALID = ("valid", "kept", "to_revise")


def collect(work: Work) -> Worked:
    """从文件库选编: what is in force on the day under any of the words, the laws first."""
    terms = [term for term in re.split(r"[、,，;；\s]+", str(work.fields.get("terms") or "")) if term]

    def fits(*words: object) -> bool:
        return any(term in str(word or "") for term in terms for word in words)

    laws = [
        law.name.zh
        for law in statutes().values()
        if law.place is None and law.version_on(work.on) and fits(law.name.zh)
    ]
    documents = [
        entry
        for entry in work.lists.get(LIBRARY, ())
        if entry.values.get("status") in _VALID
        and not str(entry.values.get("valid_until") or "9999") < work.on.isoformat()
        and fits(entry.values.get("document_title"), entry.values.get("theme"))
    ]
    rules = [
        entry
        for entry in work.lists.get(RULES, ())
        if entry.values.get("standing") == "in_force" and fits(entry.values.get("name"), entry.values.get("subject"))
    ]
    lines = [
        *(f"《{name}》" for name in laws),
        *_listed(documents, "document_title", "number"),
        *_listed(rules, "name", "document_number"),
    ]
    if not lines:
        raise NotPossible(
            "法规库、文件库和应急配套制度中没有名称、主题含这些词的现行有效文件，请换关键词，或者直接填写收录的文件",
            "nothing in force bears these words in name or theme; take others, or write down what the booklet holds",
        )
    lines = list(dict.fromkeys(lines))
    texts = "\n\n".join(
        f"{e.values['document_title']}\n\n{e.values['text']}" for e in documents if e.values.get("text")
    )
    listed = "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))
    return Worked({"laws": listed, "collected": len(lines)}, {TEXTS: f"{listed}\n\n{texts}".strip().encode()})


def _listed(entries: Iterable[ListEntry], name: str, number: str) -> Iterable[str]:
    """Each with its number, where it has one."""
    for entry in entries:
        value = entry.values.get(number) or (entry.key if number == "number" else "")
        yield f"《{entry.values[name]}》" + (f"（{value}）" if value else "")
