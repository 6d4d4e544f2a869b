"""What the step “下一阶段” works out: the first of the planned milestones whose day lies after that of the last one."""

from __future__ import annotations

from datetime import date

from zhunsheng.kernel.craft import NotPossible, Work, Worked


def next_milestone(work: Work) -> Worked:
    """下一阶段: from the lines of 阶段安排, each with its day before its words."""
    last = str(work.fields.get("milestone_due") or "")
    for line in sorted(filter(None, map(str.strip, str(work.fields.get("milestones") or "").splitlines()))):
        day, _, words = line.partition(" ")
        if not _is_day(day) or not words.strip():
            raise NotPossible(
                f"阶段安排里的「{line[:20]}」没有先写日期，例如 2026-06-30 公布清单；请用“定阶段”填写",
                f"“{line[:20]}” does not begin with its day, such as 2026-06-30 publish the list; set the milestone by hand",
            )
        if day > last:
            return Worked({"milestone": words.strip(), "milestone_due": day})
    raise NotPossible(
        "阶段安排里没有下一个阶段了，完成后请报请核查",
        "there is no further milestone; submit the task when it is done",
    )


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
