"""What the step “清点归档材料” works out: the records of a decision that come from outside the platform and are not filed yet.

Papers the platform issued, and what linked cases hold (review, consultation, minutes), are on record by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from zhunsheng.kernel.craft import Work, Worked


class Record(NamedTuple):
    """A record that belongs to the file: the words its file is known by, and the field that shows it is called for (always where
    there is none)."""

    name: str
    words: str
    called_for_by: str | None = None


RECORDS = (
    Record("决策草案", "草案|送审稿|征求意见稿"),
    Record("与有关单位协商的材料", "协商|会签|部门意见"),
    Record("座谈、走访、问卷等听取意见的记录", "座谈|走访|问卷|调查|听取意见", "participation_form"),
    Record("经参加人签字的听证会记录", "听证", "hearing_record"),
    Record("署名、盖章的专家论证意见", "专家|论证", "expert_opinion"),
    Record("采用的已有评价、评估报告", "评估|评价", "earlier_assessment"),
    Record("集体讨论决定的记录（纪要）", "纪要|会议记录|讨论记录"),
    Record("决策正式文本", "决策文本|决定|正式文本|印发"),
    Record("人大及其常委会的意见", "人大", "congress_answer"),
)


def check_file(work: Work) -> Worked:
    """清点归档材料: which of the records the file should hold it does not."""
    missing = lacking(work.fields, list(work.files))
    return Worked({"records_missing": len(missing), "missing_records": "；".join(missing) or "材料齐全"})


def lacking(fields: Mapping[str, Any], names: list[str]) -> list[str]:
    """The records called for that no file bears in its name."""
    return [
        record.name
        for record in RECORDS
        if (record.called_for_by is None or fields.get(record.called_for_by))
        and not any(re.search(record.words, name) for name in names)
    ]
