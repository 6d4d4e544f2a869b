"""The menu (菜单): the systems of an officer by fields of work, with what is open in each, 督导 above them and 机关与人员 below.

With 181 systems it is the longest part of most pages, so what it says of a system is worked out once. Addresses of
systems live here too.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from django.urls import reverse

from zhunsheng.catalogue.fields_of_work import FIELDS_OF_WORK
from zhunsheng.catalogue.loading import System, systems
from zhunsheng.desk.case_rows import unfinished_by_system
from zhunsheng.kernel.words import Words
from zhunsheng.orgs.access import Access
from zhunsheng.orgs.models import ADMINISTRATION, EVERY_SYSTEM
from zhunsheng.orgs.refusals import ADMINISTRATOR, SECURITY
from zhunsheng.retention.actions import holds_office
from zhunsheng.security.searching import may_read

OFFICE = {
    "organs": (Words("机构", "Organs"), {"organs", "organ", "add-organ", "reform-organ"}),
    "people": (
        Words("人员", "People"),
        {
            "people",
            "officer",
            "add-officer",
            "appoint",
            "end-duty",
            "set-password",
            "officer-access",
            "service-accounts",
            "open-account",
            "service-account",
            "make-token",
            "subscribe",
        },
    ),
    "delegations": (Words("委托代办", "Delegations"), {"delegations", "delegate"}),
    "posts": (Words("岗位", "Posts"), {"posts"}),
    "bodies": (
        Words("议事机构", "Bodies"),
        {"bodies", "body", "add-body", "amend-body", "close-body", "give-seat", "take-seat"},
    ),
    "meetings": (
        Words("会议", "Meetings"),
        {
            "meetings",
            "meeting",
            "call-meeting",
            "change-meeting",
            "cancel-meeting",
            "reopen-meeting",
            "invite",
            "put-item",
            "take-off-item",
            "settle-item",
            "attendance",
            "issue-notice",
            "issue-minutes",
            "meeting-paper",
        },
    ),
    "lines": (Words("条线关系", "Lines"), {"lines", "name-line"}),
    "packages": (Words("数据包", "Data packages"), {"packages", "package", "reported", "make-figures"}),
    "reforms": (Words("机构改革", "Reforms of organs"), {"reforms", "reform"}),
    "operators": (Words("运维会话", "Operator sessions"), {"operators", "operator-ask"}),
    "releases": (Words("文书公开", "Papers to publish"), {"releases", "release-new", "release"}),
    "retention": (Words("保管与销毁", "Retention"), {"retention", "destruction"}),
    "personal": (Words("个人信息清单", "Personal data"), {"personal"}),
    "audit": (Words("审计", "Audit"), {"audit"}),
}
"""The pages of 机关与人员 in the menu: page → its name, and the pages that belong to it."""
ADMITTING = (ADMINISTRATOR, SECURITY)
"""The administrators who have to do with operator sessions."""
SUPERVISION = {
    "plans": (Words("规划与要点", "Plans and points"), {"plans", "plan-new", "plan"}),
    "my-tasks": (Words("我单位任务", "Our tasks"), {"my-tasks"}),
    "matrix": (Words("任务矩阵", "Matrix of tasks"), {"matrix"}),
    "board": (Words("对比看板", "Comparison"), {"board"}),
    "mechanisms": (Words("推进机制", "Mechanisms"), {"mechanisms"}),
    "returns": (Words("报送汇总", "Returns"), {"returns"}),
    "rectifications": (Words("整改看板", "Rectification"), {"rectifications"}),
    "consequences": (Words("表扬问责", "Praise and accountability"), {"consequences"}),
    "assessment": (
        Words("考核得分", "Assessment"),
        {"assessment", "assessment-sheet", "assessment-binder", "application-binder"},
    ),
    "debriefs": (Words("年终述法", "Debriefs"), {"debriefs", "debrief"}),
}
"""The pages of 督导 in the menu, likewise; for whoever has to do with tasks."""
SUPERVISED = {
    "mechanisms": "mechanism_1211", "returns": "monthly_report", "rectifications": "assessment_rectification",
    "consequences": "rule_of_law_inspection", "assessment": "performance_assessment", "debriefs": "year_end_debrief",
}  # fmt: skip
"""The system one must have a duty in for a page of 督导, where it is not that of tasks."""


class MenuEntry(NamedTuple):
    """A system in the menu."""

    name: Words
    address: str
    open_cases: int
    is_current: bool


class MenuGroup(NamedTuple):
    """A field of work in the menu, with the systems of it that the officer has to do with."""

    name: Words
    entries: list[MenuEntry]

    @property
    def is_current(self) -> bool:
        return any(entry.is_current for entry in self.entries)


def address_of(system: System) -> str:
    """The page a system opens on: its cases, its list where it has no procedure, or else its bodies."""
    return _address_of(system.slug)


@cache
def _address_of(slug: str) -> str:
    system = systems()[slug]
    if not (system.procedures or system.registers):
        return f"{reverse('desk:bodies')}?kind={slug}"
    return reverse("desk:cases" if system.procedures else "desk:register", args=[slug])


@cache
def _by_field() -> Sequence[tuple[Words, list[System]]]:
    """The fields of work with their systems."""
    return [(name, [s for s in systems().values() if s.field_of_work == key]) for key, name in FIELDS_OF_WORK.items()]


@cache
def _office() -> Sequence[tuple[Words, str, frozenset[str]]]:
    """The pages of 机关与人员 with their addresses."""
    return [(name, reverse(f"desk:{key}"), frozenset(pages)) for key, (name, pages) in OFFICE.items()]


@cache
def _supervision() -> Sequence[tuple[Words, str, frozenset[str], str]]:
    """The pages of 督导 with their addresses, each with the system one must have a duty in."""
    return [
        (name, reverse(f"desk:{key}"), frozenset(pages), SUPERVISED.get(key, "task_ledger"))
        for key, (name, pages) in SUPERVISION.items()
    ]


def supervision_group(request: Any) -> list[MenuGroup]:
    """督导, above the fields of work, for those who have to do with tasks."""
    here, held = request.resolver_match.url_name, request.access.systems()
    entries = [
        MenuEntry(name, address, 0, here in pages)
        for name, address, pages, slug in _supervision()
        if EVERY_SYSTEM in held or slug in held
    ]
    return [MenuGroup(Words("督导", "Supervision of work"), entries)] if entries else []


def menu_for(access: Access, current: System | None) -> list[MenuGroup]:
    """The menu by fields of work, with the number of open cases of each system. One query."""
    open_cases = unfinished_by_system(access)
    held = access.systems()
    groups = []
    for name, members in _by_field():
        entries = [
            MenuEntry(s.name, _address_of(s.slug), open_cases.get(s.slug, 0), current is s)
            for s in members
            if EVERY_SYSTEM in held or s.slug in held or s.slug in open_cases
        ]
        if entries:
            groups.append(MenuGroup(name, entries))
    return groups


def office_group(request: Any) -> list[MenuGroup]:
    """机关与人员, below the fields of work, for everybody who holds a duty."""
    if not request.access.holdings:
        return []
    here = request.resolver_match.url_name
    administers = any(h.system == ADMINISTRATION and h.role in ADMITTING for h in request.access.holdings)
    audits, archives = may_read(request.access), holds_office(request.access)
    entries = [
        MenuEntry(name, address, 0, here in pages)
        for name, address, pages in _office()
        if (administers or "operators" not in pages)
        and (audits or "audit" not in pages)
        and (archives or "retention" not in pages)
    ]
    return [MenuGroup(Words("机关与人员", "Organs and people"), entries)]
