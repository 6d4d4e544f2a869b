"""A few open cases with days near today, so that the desk of the demonstration has something to do.

They begin under the law in force today and do not touch the figures of the demonstration year.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from zhunsheng.cases.replay import CaseScript, replay
from zhunsheng.catalogue.loading import read_declaration, system
from zhunsheng.demonstration.disputes import RESPONDENTS, act_of
from zhunsheng.demonstration.meetings import call_next
from zhunsheng.demonstration.places import City
from zhunsheng.demonstration.scripts import MATTERS, THEMES, TOPICS
from zhunsheng.demonstration.supervising import give_list, score, supervise, tie_up
from zhunsheng.demonstration.telling import person, tell
from zhunsheng.intake.offering import EACH, ONLINE, OPEN, services
from zhunsheng.kernel.declaration import Declaration
from zhunsheng.law.working_days import calendar
from zhunsheng.local.actions import decide
from zhunsheng.local.site import SITE
from zhunsheng.orgs.models import Organ
from zhunsheng.registers.actions import apply_changes_in_bulk, apply_entry_change

STAGES: tuple[tuple[int, tuple[tuple[str, int], ...]], ...] = (
    (2, ()),
    (4, ()),
    (1, ()),
    (9, (("accept", 6),)),
    (14, (("accept", 12), ("assign_officers", 11), ("send_copy", 9), ("copy_received", 7))),
    (28, (("accept", 25), ("assign_officers", 24), ("send_copy", 22), ("copy_received", 20), ("reply", 13), ("hear_opinions", 8))),
    (40, (("accept", 37), ("assign_officers", 36), ("send_copy", 34), ("copy_received", 33), ("reply", 27), ("hear_opinions", 18), ("propose", 4))),
    (48, (("accept", 45), ("assign_officers", 44), ("send_copy", 42), ("copy_received", 41), ("reply", 35), ("hear_opinions", 21))),
)  # fmt: skip
"""How long ago each application came in, and the steps taken since, all in working days before today."""

WINDOW = "示例政务服务中心 2 楼 5 号窗口，电话 0000-0000000，工作日 9:00—17:00"

SITE_DATA = {
    "code": "0000000000", "icp": "示ICP备00000000号-1", "police": "示公网安备00000000000000号", "phone": "0000-0000000",
    "address": "示例路1号",
}  # fmt: skip
"""What the public pages say of themselves at their foot; numbers that nobody has."""

COURSE = {"accept": {"track": "ordinary"}, "assign_officers": {"panel_size": 2, "major": False, "technical": False}}


def ago(working_days: int) -> date:
    return calendar().add_working_days(timezone.localdate() + timedelta(days=1), -working_days)


def open_today(city: City) -> None:
    """Open them: reconsiderations at different stages, a lawsuit, requests, orders, reviews and enforcement; the
    points of the year with their tasks and returns; and call a meeting."""
    replay("administrative_reconsideration", _reconsiderations(city), officers=city.officers)
    replay("hotline_workorder", _orders(city), officers=city.officers)
    replay("info_disclosure_request", _requests(city), officers=city.officers)
    replay("legality_review", _reviews(city), officers=city.officers)
    supervise(city, timezone.localdate())
    _tell_now(city)
    give_list(city, timezone.localdate())
    tie_up(timezone.localdate())
    score(city, ago(20), ago(3))
    _may_enforce(city)
    replay("administrative_penalty_case", _enforcement(city), officers=city.officers)
    call_next(city, calendar().add_working_days(timezone.localdate(), 4))
    _open_services(city)


def _open_services(city: City) -> None:
    """Let people apply online: with the government or who takes it there, requests for information with each organ."""
    takers = {
        "hotline_workorder": city.hotline, "people_mediation": city.justice, "one_stop_legal_service": city.justice,
        "enforcement_supervision": city.justice, "normdoc_review_suggestion": city.justice,
    }  # fmt: skip
    for slug in services():
        value = {"state": EACH if slug == "info_disclosure_request" else OPEN, "where": WINDOW}
        decide(None, ONLINE, slug, takers.get(slug, city.government), ago(250), value, reason="开通网上办理")
    said = {
        "name": f"{city.government.name}法治政府公开",
        "organiser": city.government.name,
        "operator": city.justice.name,
        **SITE_DATA,
    }
    decide(None, SITE, SITE, city.government, ago(250), said, reason="公开网页的网站信息")


class _Entries(Declaration):
    """Entries of a list, kept by an organ since a while."""

    list: str
    by: str
    entries: list[dict[str, Any]]


class _Now(Declaration):
    """One case: its steps (``action working-days-ago``), what they say, and the organ that has it."""

    system: str
    by: str
    course: list[str]
    values: dict[str, dict[str, Any]] = {}


class _Today(Declaration):
    """What goes on today (``now.yaml``)."""

    lists: list[_Entries]
    cases: list[_Now]


def _tell_now(city: City) -> None:
    """Everything of ``now.yaml``: lists first, then the cases that may rest on them."""
    today = read_declaration(Path(__file__).with_name("now.yaml"), _Today)
    for kept in today.lists:
        key = system(kept.list).register_on(timezone.localdate()).key
        lines = [(_at(city, kept.by), "add", str(each[key]), dated(each), ago(120), None) for each in kept.entries]
        apply_changes_in_bulk(kept.list, lines)
    for number, case in enumerate(today.cases, 1):
        steps = [text.split() for text in case.course]
        told: list = [(action, ago(int(days)), dated(case.values.get(action, {}))) for action, days in steps]
        script = tell(case.system, _at(city, case.by), told, f"今日在办 {number}：{case.system}")
        replay(case.system, [script], officers=city.officers)


def _at(city: City, place: str) -> Organ:
    named = {"office": city.office, "government": city.government, "town": city.towns[0]}
    return named.get(place) or city.department(place)


def dated(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values with ``{soon}``, ``{ago 5}`` and ``{ahead 25}`` (working days) put in as dates, and ``{year}`` as this year."""
    return {name: _DAY.sub(_day, value) if isinstance(value, str) else value for name, value in values.items()}


_DAY = re.compile(r"\{(soon|ago|ahead|year)(?: (\d+))?\}")


def _day(found: re.Match[str]) -> str:
    if found[1] == "year":
        return str(timezone.localdate().year)
    if found[1] == "ago":
        return ago(int(found[2])).isoformat()
    return calendar().add_working_days(timezone.localdate(), int(found[2] or 15)).isoformat()


def _reconsiderations(city: City) -> list[CaseScript]:
    slug = "administrative_reconsideration"
    scripts = []
    for number, (filed, further) in enumerate(STAGES):
        respondent = tuple(RESPONDENTS)[number % len(RESPONDENTS)]
        told: list = [
            ("file", ago(filed), {
                "applicant": [{"name": person(9000 + number), "kind": "person"}],
                "respondent": [{"name": city.department(respondent).name, "kind": "organ"}],
                **act_of(respondent, RESPONDENTS[respondent][1][number // len(RESPONDENTS)]),
            }),
        ]  # fmt: skip
        told += [(action, ago(days), COURSE.get(action, {})) for action, days in further]
        scripts.append(tell(slug, city.government, told, f"在办复议 {number + 1}"))
    return scripts


def _orders(city: City) -> list[CaseScript]:
    scripts = []
    for number in range(12):
        opened = ago(1 + number % 3)
        told: list = [
            (
                "order",
                opened,
                {
                    "channel": "phone",
                    "theme": THEMES[number % len(THEMES)],
                    "matter": MATTERS[number % len(MATTERS)],
                    "place": "示例路",
                },
            )
        ]
        if number % 3:
            told.append(("dispatch", opened, {"unit": city.departments[number].name}))
        scripts.append(tell("hotline_workorder", city.hotline, told, f"在办工单 {number + 1}"))
    return scripts


def _requests(city: City) -> list[CaseScript]:
    return [
        tell("info_disclosure_request", city.office, [
            ("file", ago(days), {"applicant": {"name": person(9100 + days), "kind": "person"}, "information": f"{TOPICS[days % len(TOPICS)]}有关文件", "channel": "in_person"}),
        ], f"在办申请 {days}")
        for days in (3, 11, 18, 22)
    ]  # fmt: skip


def _reviews(city: City) -> list[CaseScript]:
    return [
        tell("legality_review", city.justice, [
            ("submit", ago(days), {"matter": f"{TOPICS[days % len(TOPICS)]}合作协议", "kind": "agreement", "submitting_unit": city.departments[days].name}),
            ("accept", ago(days)),
        ], f"在办审查 {days}")
        for days in (1, 5, 9)
    ]  # fmt: skip


CERTIFICATES = ("示例410001", "示例410002")
FOUND = (
    ("未按规定保存进货查验记录案", 3, ()),
    ("经营超过保质期的食品案", 24, (("file_case", 22), ("inquire", 20), ("approve_measure", 19), ("impose_measure", 19), ("record", 19))),
    ("未明码标价案", 30, (("file_case", 28), ("inquire", 25), ("conclude", 6), ("notify", 3))),
    ("销售不合格计量器具案", 40, (
        ("file_case", 38), ("inquire", 33), ("conclude", 20), ("notify", 18), ("hear_statement", 14), ("decide", 4), ("serve", 3),
    )),
    ("虚假宣传案", 70, (
        ("file_case", 67), ("inquire", 60), ("record", 60), ("conclude", 45), ("notify", 43), ("hear_statement", 40), ("decide", 33), ("serve", 31),
        ("publish", 30), ("pay", 24), ("close", 20),
    )),
)  # fmt: skip
"""What the market supervision department found, how long ago, and the steps taken since, in working days before today."""


def _may_enforce(city: City) -> None:
    """The department stands among the subjects of enforcement, two of its officers hold certificates."""
    organ, since = city.department("市场监督管理局"), ago(240)
    values: dict[str, Any] = {
        "name": organ.name,
        "kind": "statutory",
        "legal_basis": "示例依据，仅供演示",
        "level": "city",
    }
    apply_entry_change("enforcement_subject", organ, "add", "11410400MB0000000L", values, since)
    for number, certificate in enumerate(CERTIFICATES, 1):
        values = {"name": f"示例执法员{number}", "unit": organ.name, "kind": "enforcement", "status": "in_service"}
        apply_entry_change("enforcement_personnel", organ, "add", certificate, values, since)


def _enforcement(city: City) -> list[CaseScript]:
    organ, scripts = city.department("市场监督管理局"), []
    item = f"{city.departments.index(organ) + 1:02d}PE0001"
    for number, (matter, found, further) in enumerate(FOUND):
        day = ago(found).isoformat()
        known: dict[str, dict[str, Any]] = {
            "file_case": {
                "party": {"name": f"示例商行{number + 1}", "kind": "organisation"},
                "item_code": item, "certificate_a": CERTIFICATES[0], "certificate_b": CERTIFICATES[1],
            },
            "inquire": {"inquiry": f"当事人承认{matter.removesuffix('案')}。"},
            "conclude": {"facts": f"当事人{matter.removesuffix('案')}，有现场笔录、询问笔录证明。", "proposed_fine": 5000},
            "impose_measure": {"measure_at": f"{ago(19).isoformat()}T10:00"},
            "record": {"record_number": f"示例记录{number + 1}"},
            "notify": {"hearing_right": number == 2},
            "decide": {"fine_amount": 5000, "social_influence": True, "remedy_ends_on": (ago(1) + timedelta(days=160)).isoformat()},
            "pay": {"paid_amount": 5000},
        }  # fmt: skip
        told: list = [
            (
                "register_clue",
                ago(found),
                {"matter": matter, "area": "market", "found_on": day, "violation_ended_on": day},
            )
        ]
        told += [(action, ago(days), known.get(action, {})) for action, days in further]
        scripts.append(tell("administrative_penalty_case", organ, told, f"在办执法案件 {number + 1}"))
    return scripts
