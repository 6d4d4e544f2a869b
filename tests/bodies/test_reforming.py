"""Reforms of organs and bodies: what they show is what they move, and what was stays with the organs of then."""

from datetime import date, timedelta

import pytest

from tests.bodies.county import GROUP, at
from zhunsheng.bodies import actions
from zhunsheng.bodies.calling import call
from zhunsheng.bodies.models import Body, Meeting, Seat
from zhunsheng.bodies.reading import members_on
from zhunsheng.ledger.figures import figures
from zhunsheng.ledger.verification import verify
from zhunsheng.orgs.models import Organ
from zhunsheng.orgs.reforming import NewOrgan, Plan, carry_out, touched_by

START = date(2024, 1, 2)


@pytest.fixture
def group(county):
    body = actions.set_up(county.secretary, county.government, GROUP, "示例县法治政府建设领导小组", "示政〔2024〕3号", START,
                          today=county.today)  # fmt: skip
    county.seat(body, "chair", person=county.head, post="县长")
    county.seat(body, "member", organ=county.justice, until=date(2099, 1, 1))
    county.seat(body, "member", organ=county.finance, post="局长")
    return body


def lines_of(plan):
    return {line.what.zh: line.count for line in touched_by(plan) if "席位" in line.what.zh or "议事" in line.what.zh
            or "会议" in line.what.zh}  # fmt: skip


def merger(county, **more):
    values = {"kind": "merge", "on": county.today, "sources": (county.justice, county.finance),
              "new": NewOrgan("示例县综合局", "department", "示综"), "parent": county.government}  # fmt: skip
    return Plan(**(values | more))


def carried_out(county, plan):
    carry_out(plan, county.administrator, reason="机构改革方案", document="示委〔2026〕1号")


def test_seats_go_to_the_successor_on_the_day(county, group):
    meeting = county.meeting(group, on=county.today + timedelta(days=3), form="full")
    before = figures(county.region.pk, START, START)
    plan = merger(county)
    assert lines_of(plan) == {"议事机构的席位": 2, "未办结会议的参会通知": 1}  # nobody holds the post 局长 in finance
    carried_out(county, plan)
    target = Organ.objects.get(name="示例县综合局")
    there = members_on([group], county.today)[group.pk]
    # The director of the one bureau goes along with his duties and holds the post of the successor.
    assert [(m.post, m.name) for m in there[1:]] == [("示例县综合局", ""), ("示例县综合局局长", "示例局长")]
    assert Seat.objects.get(body=group, organ=target, post="").valid_to == date(2099, 1, 1)
    day_before = members_on([group], county.today - timedelta(days=1))[group.pk]
    assert [m.post for m in day_before[1:]] == ["示例县司法局", "示例县财政局局长"]
    assert [a.label for a in meeting.attendances.filter(voided=False).order_by("pk")] == ["示例县长", "示例县综合局"]
    assert figures(county.region.pk, START, START) == before
    assert list(verify()) == []


def test_a_successor_that_sits_there_already_is_not_seated_twice(county, group):
    county.seat(group, "member", organ=county.government)
    plan = merger(county, kind="abolish", sources=(county.justice,), target=county.government, new=None, parent=None)
    carried_out(county, plan)
    there = [m.post for m in members_on([group], county.today)[group.pk]]
    assert sorted(there) == sorted(["县长", "示例县财政局局长", "示例县人民政府"])
    assert list(verify()) == []


def test_a_body_of_an_organ_that_is_no_more_goes_on_with_its_successor(county):
    body = actions.set_up(county.administrator, county.justice, GROUP, "示例县司法局普法领导小组", "示司〔2024〕1号", START,
                          today=county.today, quorum="two_thirds")  # fmt: skip
    actions.give_seat(
        county.administrator, body.pk, "chair", START, organ=county.justice, post="局长", today=county.today
    )
    plan = merger(county)
    assert lines_of(plan) == {"保管的议事机构": 1}
    carried_out(county, plan)
    target = Organ.objects.get(name="示例县综合局")
    body.refresh_from_db()
    again = Body.objects.get(continues=body)
    assert (body.valid_to, body.organ) == (county.today, county.justice)
    assert (again.organ, again.name, again.quorum, again.valid_from) == (
        target, "示例县综合局普法领导小组", "two_thirds", county.today,
    )  # fmt: skip
    assert [(s.organ, s.post) for s in again.seats.all()] == [(target, "局长")]
    assert list(verify()) == []


def test_meetings_held_stay_and_those_to_come_go_along(county):
    body = actions.set_up(county.administrator, county.justice, GROUP, "示例县司法局普法领导小组", "示司〔2024〕1号", START,
                          today=county.today)  # fmt: skip

    past, coming = (
        call(
            county.administrator, body.pk, "full", at(county.today + timedelta(days=days)), "会议室", today=county.today
        )
        for days in (-9, 9)
    )
    carried_out(county, merger(county, on=county.today - timedelta(days=2)))
    again = Body.objects.get(continues=body)
    assert [Meeting.objects.get(pk=m.pk).body for m in (past, coming)] == [body, again]


def test_a_division_takes_the_bodies_of_the_kinds_that_go_and_leaves_the_seats(county, group):
    body = actions.set_up(county.administrator, county.justice, "reconsideration_committee", "示例县行政复议委员会",
                          "示司〔2024〕2号", START, today=county.today)  # fmt: skip
    plan = Plan(
        kind="split", on=county.today, sources=(county.justice,), target=county.finance,
        systems=("reconsideration_committee",),
    )  # fmt: skip
    assert lines_of(plan) == {"保管的议事机构": 1}
    carried_out(county, plan)
    assert Body.objects.get(continues=body).organ == county.finance
    assert Seat.objects.on(county.today).filter(body=group, organ=county.justice).exists()


def test_a_rename_touches_nothing_and_the_names_follow(county, group):
    plan = Plan(kind="rename", on=county.today, sources=(county.justice,), new=NewOrgan("示例县法治局"))
    assert lines_of(plan) == {}
    carried_out(county, plan)
    assert members_on([group], county.today)[group.pk][1].post == "示例县法治局"
