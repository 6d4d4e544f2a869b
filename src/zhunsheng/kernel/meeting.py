"""The words of bodies and meetings (会议用语): what somebody is, what an item is for and how it ends, who came, what he was for.

Each value is kept as its code and shown by its words; what must be true of them is declared in ``body``.
"""

from __future__ import annotations

from collections.abc import Mapping

from zhunsheng.kernel.words import Spoken, Words

KEEPER = "secretary"
"""The role of those who keep bodies of a kind and their meetings; a duty in the system that declares them."""
KEEPER_WORDS = Words("会议秘书", "Secretary of meetings")


class Office(Spoken):
    """What somebody is in a body; how it is called there is declared with the body."""

    CHAIR = "chair", "主要负责人", "Head"
    DEPUTY = "deputy", "副职", "Deputy"
    MEMBER = "member", "成员", "Member"
    SECRETARY = "secretary", "秘书", "Secretary"


class Holder(Spoken):
    """Who may hold a seat."""

    OFFICER = "officer", "工作人员", "Officer"
    ORGAN = "organ", "单位", "Organ"
    PERSON = "person", "外聘人员", "Outside person"


class ItemKind(Spoken):
    """What an item of an agenda is for."""

    DECISION = "decision", "审议决定", "Decision"
    CONSULTATION = "consultation", "咨询", "Consultation"
    STUDY = "study", "学法", "Study of law"
    REPORT = "report", "听取汇报", "Report heard"
    OTHER = "other", "其他", "Other"


class Result(Spoken):
    """How an item ended."""

    PASSED = "passed", "通过", "Passed"
    PASSED_WITH_CHANGES = "passed_with_changes", "修改后通过", "Passed with changes"
    NOT_PASSED = "not_passed", "不通过", "Not passed"
    OPINION = "opinion", "提出咨询意见", "Opinion given"
    DONE = "done", "完成", "Done"
    DEFERRED = "deferred", "暂缓", "Deferred"


RESULTS: Mapping[ItemKind, tuple[Result, ...]] = {
    ItemKind.DECISION: (Result.PASSED, Result.PASSED_WITH_CHANGES, Result.NOT_PASSED, Result.DEFERRED),
    ItemKind.CONSULTATION: (Result.OPINION, Result.DEFERRED),
    ItemKind.STUDY: (Result.DONE, Result.DEFERRED),
    ItemKind.REPORT: (Result.DONE, Result.DEFERRED),
    ItemKind.OTHER: (Result.DONE, Result.DEFERRED),
}
"""The results an item of each kind may have."""


class Standing(Spoken):
    """How somebody takes part."""

    MEMBER = "member", "出席", "Member"
    OBSERVER = "observer", "列席", "Observer"


class Presence(Spoken):
    """Whether somebody came."""

    PRESENT = "present", "到会", "Present"
    REPRESENTED = "represented", "委托", "Represented"
    LEAVE = "leave", "请假", "On leave"
    ABSENT = "absent", "缺席", "Absent"


THERE = (Presence.PRESENT, Presence.REPRESENTED)
"""Those who came, or for whom somebody did."""


class Stance(Spoken):
    """What somebody who spoke on an item was for."""

    AGREE = "agree", "同意", "For"
    DISAGREE = "disagree", "不同意", "Against"
    NEUTRAL = "neutral", "不表态", "Neither"


class Quorum(Spoken):
    """How many of the members must be there; a rule of the body itself."""

    NONE = "none", "不作要求", "No quorum"
    HALF = "half", "过半数", "More than half"
    TWO_THIRDS = "two_thirds", "三分之二以上", "Two thirds"


def reaches_quorum(rule: Quorum, members: int, there: int) -> bool:
    """Whether enough of the members are there: more than half of them (过半数), or at least two thirds."""
    if rule is Quorum.HALF:
        return there * 2 > members
    return there * 3 >= members * 2 if rule is Quorum.TWO_THIRDS else True


class MeetingState(Spoken):
    """How a meeting stands."""

    CALLED = "called", "已召集", "Called"
    HELD = "held", "已召开", "Held"
    CONCLUDED = "concluded", "已印发纪要", "Minutes issued"
    CANCELLED = "cancelled", "已取消", "Cancelled"


class PaperKind(Spoken):
    """What a meeting issues."""

    NOTICE = "notice", "会议通知", "Notice of meeting"
    MINUTES = "minutes", "会议纪要", "Minutes"
