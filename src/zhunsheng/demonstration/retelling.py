"""Places told from a file (``told/*.yaml``): what a place published for a period, and the invented records that add up to it.

A file names the region, its organs, and groups of records: entries of lists, cases that all take one course, meetings.
Everything goes through the actions an officer uses; what no record can hold is stated with the published report as source.
Nothing here knows any of the places.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from django.db import transaction
from pydantic import Field

from zhunsheng.bodies.models import Body
from zhunsheng.cases.actions import link_cases, open_case, perform
from zhunsheng.cases.replay import CaseScript, replay
from zhunsheng.catalogue.loading import DeclarationError, read_declaration, system
from zhunsheng.demonstration.meetings import call, hold, put, seat, set_up
from zhunsheng.demonstration.own_outlines import settle_outline
from zhunsheng.demonstration.places import PASSWORD
from zhunsheng.demonstration.telling import Told, tell
from zhunsheng.kernel.declaration import Declaration
from zhunsheng.law.working_days import packaged_calendar
from zhunsheng.ledger.postings import state_figure
from zhunsheng.ledger.readings import accounts
from zhunsheng.local.actions import decide
from zhunsheng.local.site import SITE
from zhunsheng.orgs.models import Duty, Officer, Organ, OrganKind, Region
from zhunsheng.registers.actions import apply_changes_in_bulk
from zhunsheng.security.audit import record
from zhunsheng.security.models import AuditEntry

FOLDER = Path(__file__).parent / "told"
BEFORE = date(2018, 1, 1)
"""Duties are held from here on, as in the demonstration city."""
CLERKS = 8


class Place(Declaration):
    """A region by its code and names."""

    code: str
    name: str
    en: str = ""


class Organs(Declaration):
    """One organ, ``times`` organs numbered in their name and mark, or one in each of the ``regions`` below. ``under``: another group."""

    name: str
    kind: OrganKind
    under: str | None = None
    mark: str = ""
    times: int = 1
    regions: dict[str, str] = {}


class Entries(Declaration):
    """``times`` entries of a list, in turn by the organs of a group; ``{n}`` and ``{organ}`` in values are put in. A group with
    ``leaves`` also goes out of the list, on that day or on its own action."""

    list: str
    by: str
    times: int = 1
    on: date
    values: dict[str, Any]
    totals: dict[str, int] = {}
    leaves: date | None = None


class Cases(Declaration):
    """``times`` cases that take one course, in turn by the organs of a group.

    A step is ``action [+working days after the one before] [outcome]``; all begin on days drawn from the period so that the
    last step falls in it, or on a day near ``begins``. ``totals`` (step.field) are divided among the cases. ``passed_by``
    names the body whose meeting passes them, as an item of the kind ``passed_as``, before the step ``passed_before``;
    ``heads`` are the steps the head takes; ``linked`` is the group (by system) whose cases are linked one by one.
    """

    system: str
    by: str
    times: int = 1
    course: list[str] = Field(min_length=1)
    values: dict[str, dict[str, Any]] = {}
    totals: dict[str, int] = {}
    begins: date | None = None
    passed_by: str | None = None
    passed_before: str | None = None
    passed_as: str = "decision"
    heads: list[str] = []
    linked: str | None = None


class Meetings(Declaration):
    """A body with its seats, and ``times`` meetings of one form with one item each."""

    body: str
    by: str
    name: str
    document: str
    chair: str
    members: str | None = None
    times: int = 0
    form: str = ""
    item: str = "other"
    title: str = ""
    law: str = ""


class Stated(Declaration):
    """A figure no record can hold, as published: for the government on the last day, or each organ of a group, another day.
    ``divided``: the value is that of the group, and falls to its organs in parts."""

    account: str
    value: Decimal
    qualifier: str = ""
    by: str | None = None
    on: date | None = None
    divided: bool = False


class Story(Declaration):
    """A file of a place."""

    region: Place
    above: list[Place] = []
    first: date
    last: date
    source: str
    organs: dict[str, Organs]
    lists: list[Entries] = []
    meetings: list[Meetings] = []
    cases: list[Cases] = []
    stated: list[Stated] = []


@dataclass(slots=True)
class Setting:
    """Where a story plays: its organs by group, who works and who heads, and the cases told so far by system."""

    story: Story
    organs: dict[str, list[Organ]]
    clerk: Officer
    head: Officer
    clerks: list[int]
    working: list[date]
    random: Random
    told: dict[str, list[int]] = field(default_factory=dict)

    @property
    def government(self) -> Organ:
        return next(iter(self.organs.values()))[0]


def stories() -> dict[str, Path]:
    """The files of places, by the code of the region."""
    return {path.name.split("-")[0]: path for path in sorted(FOLDER.glob("*.yaml"))}


def is_told(code: str) -> bool:
    """Whether the place of that code is there."""
    return AuditEntry.objects.filter(action="demo.load", subject=f"region:{code}").exists()


def length(story: Story) -> int:
    """How many records a story has, for a progress bar."""
    return sum(group.times for group in (*story.lists, *story.cases))


def tell_story(story: Story, advance: Callable[[int], None]) -> None:
    """Set the place up and tell everything of it, in one transaction."""
    with transaction.atomic():
        setting = _set_scene(story)
        for entries in story.lists:
            apply_changes_in_bulk(entries.list, _entries(setting, entries))
            advance(entries.times)
        for meetings in story.meetings:
            _hold(setting, meetings)
        for cases in story.cases:
            if cases.passed_by is None:
                _replay(setting, cases, advance)
            else:
                _pass_at_meetings(setting, cases, advance)
        for stated in story.stated:
            _state(setting, stated)
        settle_outline(setting.government, setting.clerk)
        said = {"name": f"{story.region.name}法治政府公开", "organiser": setting.government.name}
        decide(None, SITE, SITE, setting.government, BEFORE, said, reason="公开网页的网站信息")
        sign_in = {"username": setting.clerk.username, "password": PASSWORD, "duty": setting.clerk.name}
        record("demo.load", f"region:{story.region.code}", None, records=length(story), sign_ins=[sign_in])


def read_story(path: Path) -> Story:
    """A file of a place. Raises ``DeclarationError``."""
    return read_declaration(path, Story)


# --- the scene -------------------------------------------------------------------------------------------------------


def _set_scene(story: Story) -> Setting:
    parent = None
    for place in (*story.above, story.region):
        parent = Region.objects.get_or_create(
            code=place.code, defaults={"name": place.name, "name_en": place.en, "parent": parent}
        )[0]
    region = parent
    organs: dict[str, list[Organ]] = {}
    for key, group in story.organs.items():
        above = organs[group.under][0] if group.under else None
        seats = [(region, group.name)] * group.times
        if group.regions:
            seats = [
                (
                    Region.objects.get_or_create(code=code, defaults={"name": name, "parent": region})[0],
                    name + group.name,
                )
                for code, name in group.regions.items()
            ]
        organs[key] = [
            Organ.objects.create(
                region=where, name=name.replace("{n}", str(number)), short_name=name.replace("{n}", str(number)),
                kind=group.kind, parent=above, mark=group.mark.replace("{n}", str(number)),
            )
            for number, (where, name) in enumerate(seats, 1)
        ]  # fmt: skip
    government = next(iter(organs.values()))[0]
    people = [
        Officer.objects.create_officer(f"{word}{story.region.code}", password, name=f"示例·{story.region.name}{title}")
        for word, title, password in (("jingban", "经办", PASSWORD), ("lingdao", "领导", None))
    ]
    for person in people:
        Duty.objects.create(
            officer=person,
            organ=government,
            system="*",
            role="*",
            whole_tree=True,
            title=person.name,
            valid_from=BEFORE,
        )
    clerks = [
        Officer.objects.create_officer(f"yanshi{story.region.code}{number}", None, name=f"示例经办{number}").pk
        for number in range(1, CLERKS + 1)
    ]
    calendar = packaged_calendar()
    days = (date.fromordinal(number) for number in range(story.first.toordinal(), story.last.toordinal() + 1))
    working = [day for day in days if calendar.is_working(day)]
    return Setting(story, organs, *people, clerks, working, Random(story.region.code))  # noqa: S311 - repeatable, nothing secret


def _filled(value: Any, number: int, organ: Organ, step: int = 0) -> Any:
    """A value with its ``{n}``, ``{organ}`` and ``{step}`` put in, however deep it stands."""
    if isinstance(value, str):
        return value.replace("{n}", str(number)).replace("{organ}", organ.name).replace("{step}", str(step))
    if isinstance(value, Mapping):
        return {key: _filled(inner, number, organ, step) for key, inner in value.items()}
    if isinstance(value, Sequence):
        return [_filled(inner, number, organ, step) for inner in value]
    return value


def _share(total: int, times: int, number: int) -> int:
    """The part of a total that falls to one of ``times``, counted from 0: all add up to it."""
    return total // times + (number < total % times)


# --- lists -----------------------------------------------------------------------------------------------------------


def _entries(setting: Setting, group: Entries) -> Iterator[tuple[Organ, str, str, dict[str, Any], date, None]]:
    organs = setting.organs[group.by]
    key = system(group.list).register_on(group.on).key
    for number in range(group.times):
        organ = organs[number % len(organs)]
        values = _filled(group.values, number + 1, organ)
        values |= {name: _share(total, group.times, number) for name, total in group.totals.items()}
        yield organ, "add", str(values[key]), values, group.on, None
        if group.leaves is not None:
            yield organ, "remove", str(values[key]), {}, group.leaves, None


def _state(setting: Setting, stated: Stated) -> None:
    if stated.account not in accounts():
        raise DeclarationError(f"{setting.story.region.name}的演示数据：没有「{stated.account}」这个指标")
    on = stated.on or setting.story.last
    organs = setting.organs[stated.by] if stated.by else [setting.government]
    for number, organ in enumerate(organs):
        value = Decimal(_share(int(stated.value), len(organs), number)) if stated.divided else stated.value
        state_figure(stated.account, organ, on.year, value, setting.story.source, qualifier=stated.qualifier, on=on)


# --- cases -----------------------------------------------------------------------------------------------------------


def _course(setting: Setting, group: Cases, number: int, organ: Organ) -> list[Told]:
    """The dated steps of one case of a group."""
    steps: list[tuple[str, int, str]] = []
    place = 0
    for text in group.course:
        action, *more = text.split()
        place += sum(int(part[1:]) for part in more if part.startswith("+"))
        steps.append((action, place, next((part for part in more if not part.startswith("+")), "")))
    first = next((i for i, day in enumerate(setting.working) if group.begins and day >= group.begins), None)
    start = setting.random.randrange(len(setting.working) - place) if first is None else first
    told: list[Told] = []
    for position, (action, after, outcome) in enumerate(steps, 1):
        values = dict(_filled(group.values.get(action, {}), number + 1, organ, position))
        for name, total in group.totals.items():
            of, _, what = name.partition(".")
            if of == action:
                values[what] = _share(total, group.times, number)
        told.append((action, setting.working[start + after], values, outcome) if outcome else
                    (action, setting.working[start + after], values))  # fmt: skip
    return told


def _scripts(setting: Setting, group: Cases) -> Iterator[CaseScript]:
    organs = setting.organs[group.by]
    for number in range(group.times):
        organ = organs[number % len(organs)]
        told = _course(setting, group, number, organ)
        yield tell(group.system, organ, told, f"{system(group.system).name.zh} {number + 1}")


def _replay(setting: Setting, group: Cases, advance: Callable[[int], None]) -> None:
    result = replay(group.system, _scripts(setting, group), officers=setting.clerks, progress=advance)
    setting.told.setdefault(group.system, []).extend(result.case_ids)


def _pass_at_meetings(setting: Setting, group: Cases, advance: Callable[[int], None]) -> None:
    """Cases a meeting passes on the day of the step before which it has to: officers take them there and on."""
    body = Body.objects.get(organ=setting.government, kind=group.passed_by)
    earlier = setting.told.get(group.linked or "", [])
    for number, script in enumerate(_scripts(setting, group)):
        case = None
        for step in script.steps:
            officer = setting.head if step.action in group.heads else setting.clerk
            if step.action == group.passed_before and case is not None:
                title = str(script.steps[0].values.get("document_title", script.reference))
                meeting = call(setting.clerk, body, _first_form(body), step.on)
                item = put(setting.clerk, meeting, f"审议《{title}》", group.passed_as, cases=[case])
                hold(setting.clerk, meeting, [(item, _result(group.passed_as))], step.on)
            if case is None:
                case = open_case(
                    group.system, step.action, organ=script.organ, on=step.on, officer=officer, values=step.values
                ).pk
                if earlier:
                    link_cases(case, earlier[number], officer=officer)
            else:
                perform(case, step.action, on=step.on, officer=officer, values=step.values, outcome=step.outcome)
        advance(1)


# --- meetings --------------------------------------------------------------------------------------------------------


def _first_form(body: Body) -> str:
    return next(iter(system(body.kind).body_on(body.valid_from).declared.forms))


def _result(item: str) -> str:
    return "passed" if item == "decision" else "done"


def _hold(setting: Setting, group: Meetings) -> None:
    organ = setting.organs[group.by][0]
    body = Body.objects.filter(organ=organ, kind=group.body, name=group.name).first()
    if body is None:
        since = setting.working[0]
        body = set_up(setting.clerk, organ, group.body, group.name, group.document, since)
        seat(setting.clerk, body, "chair", since, person=setting.head, post=group.chair)
        for member in setting.organs[group.members] if group.members else ():
            seat(setting.clerk, body, "member", since, organ=member)
    for number in range(group.times):
        day = setting.working[(number + 1) * (len(setting.working) - 3) // (group.times + 1)]
        meeting = call(setting.clerk, body, group.form, day)
        more = {"law": group.law} if group.law else {}
        item = put(setting.clerk, meeting, group.title or group.name, group.item, **more)
        hold(setting.clerk, meeting, [(item, _result(group.item))], day)
