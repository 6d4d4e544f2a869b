"""What the step “确定范围” works out: the documents in force that a campaign is about, frozen in a sheet, with another from which
the cases of the clean-up are begun by import, nothing typed again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from zhunsheng.kernel.craft import ListEntry, NotPossible, Work, Worked
from zhunsheng.spreadsheets import workbook_of

LIBRARY = "normdoc_public_library"
SCOPE, CASES = "清理范围.xlsx", "导入清理案件.xlsx"
SHOWN = ("登记号（统一编号）", "文件名称", "制定机关", "主题", "公布日期", "有效期至")
IMPORTED = ("列入清理日期", "清理活动", "清理种类", "登记号（统一编号）")
"""The headings by which the import of clean-up cases knows what it needs; the rest comes from the library."""
_IN_FORCE = ("valid", "kept", "to_revise")
_ANY = ("全部", "全面")


def fix_scope(work: Work) -> Worked:
    """确定范围: every document in force in a regular clean-up; else those whose title, theme or text has one of the words."""
    regular = work.fields.get("theme") == "regular"
    words = [] if regular else words_of(str(work.fields.get("scope_words") or ""))
    if not regular and not words:
        raise NotPossible(
            "请写明检索的关键词（几个词用顿号分开）",
            "write down the words to look for, parted by commas",
            "scope_words",
        )
    found = [entry for entry in work.lists[LIBRARY] if _within(entry, words)]
    if not found:
        raise NotPossible("文件库中没有符合的现行有效文件；没有入库的旧文件请先补录", "no document in force in the library fits; enter older ones first")  # fmt: skip
    kind = "定期清理" if regular else "专项清理"
    day = work.on.isoformat()
    names = ("document_title", "maker", "theme", "published_on", "valid_until")
    shown = [(entry.key, *(entry.values.get(name) for name in names)) for entry in found]
    cases = [(day, work.fields["campaign"], kind, entry.key) for entry in found]
    files = {SCOPE: workbook_of("清理范围", SHOWN, shown), CASES: workbook_of("清理案件", IMPORTED, cases)}
    return Worked({"in_scope": len(found)}, files)


def words_of(text: str) -> list[str]:
    """The words to look for; 全部 asks for every document and is no word."""
    return [word for word in re.split(r"[、，,；;\s]+", text) if word and word not in _ANY]


def _within(entry: ListEntry, words: list[str]) -> bool:
    values: Mapping[str, Any] = entry.values
    text = "\n".join(str(values.get(name) or "") for name in ("document_title", "theme", "text"))
    return values.get("status") in _IN_FORCE and (not words or any(word in text for word in words))
