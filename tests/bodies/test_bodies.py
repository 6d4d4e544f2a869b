"""Bodies and their seats: who sits when, what is empty, who may change it, and what it posts."""

from datetime import date

import pytest

from tests.bodies.county import EXECUTIVE, GROUP
from zhunsheng.bodies import actions
from zhunsheng.bodies.models import Body, Seat
from zhunsheng.bodies.reading import Gap, members_on
from zhunsheng.ledger.figures import figures
from zhunsheng.ledger.verification import verify
from zhunsheng.orgs.access import access_of
from zhunsheng.orgs.models import Duty
from zhunsheng.orgs.refusals import Refused
from zhunsheng.security.models import AuditEntry

START = date(2024, 1, 2)


def code_of(call, *args, **named):
    with pytest.raises(Refused) as caught:
        call(*args, **named)
    return caught.value.refusal.code


def test_the_members_of_any_day_with_the_chair_first(county):
    body = county.executive()
    county.seat(body, "member", on=date(2025, 3, 3), name="示例专家", post="示例大学教授")
    before, later = (members_on([body], day)[body.pk] for day in (date(2025, 3, 2), date(2025, 3, 3)))
    assert [(m.name, m.post) for m in before] == [
        ("示例县长", "县长"), ("示例副县长", "副县长"), ("示例局长", "示例县司法局局长"), ("", "示例县财政局"),
    ]  # fmt: skip
    assert (later[-1].name, later[-1].post) == ("示例专家", "示例大学教授")
    assert [m.gap for m in later] == [None] * 5


def test_seats_nobody_fills_are_named(county):
    body = county.executive()
    Duty.objects.filter(officer=county.deputy).update(valid_to=date(2025, 1, 1))
    Duty.objects.filter(title="局长").update(valid_to=date(2025, 1, 1))
    gaps = {m.seat.office + m.seat.post: m.gap for m in members_on([body], date(2025, 1, 1))[body.pk]}
    assert gaps == {"chair县长": None, "deputy副县长": Gap.LEFT, "member局长": Gap.VACANT, "member": None}


@pytest.mark.parametrize(
    ("holder", "code"),
    [({}, "holder"), ({"name": "示例甲"}, "missing"), ({"name": "示例甲", "post": "律师", "organ": "finance"}, "holder"),
     ({"organ": "finance"}, "held"), ({"name": "示例甲", "post": "律师", "until": START}, "date_order")],
)  # fmt: skip
def test_a_seat_that_cannot_be_is_refused_and_nothing_is_written(county, holder, code):
    body = county.executive()
    if "organ" in holder:
        holder = {**holder, "organ": county.finance}
    seats = Seat.objects.count()
    assert code_of(county.seat, body, "member", **holder) == code
    assert Seat.objects.count() == seats


def test_a_body_is_led_by_one(county):
    body = county.executive()
    assert code_of(county.seat, body, "chair", person=county.deputy) == "chair"
    chair = body.seats.get(office="chair")
    actions.take_seat(county.secretary, chair.pk, date(2025, 2, 1), "另有任用", today=county.today)
    county.seat(body, "chair", person=county.deputy, on=date(2025, 2, 1))
    for day, name in ((date(2025, 1, 31), "示例县长"), (date(2025, 2, 1), "示例副县长")):
        assert members_on([body], day)[body.pk][0].name == name


def test_only_who_keeps_it_may_change_it(county):
    body = county.executive()
    for person in (county.head, county.stranger):
        for call in (
            lambda p=person: actions.close(p, body.pk, county.today, "示政〔2026〕2号", today=county.today),
            lambda p=person: actions.give_seat(
                p, body.pk, "member", START, organ=county.government, today=county.today
            ),
            lambda p=person: actions.set_up(p, county.government, GROUP, "组", "文", START, today=county.today),
            lambda p=person: actions.amend(p, body.pk, "名", "文", today=county.today),
        ):
            assert code_of(call) == "role"
    actions.amend(
        county.administrator,
        body.pk,
        "示例县人民政府常务会议",
        "示政〔2024〕1号",
        quorum="two_thirds",
        today=county.today,
    )
    assert Body.objects.get(pk=body.pk).quorum == "two_thirds"


def test_everybody_with_a_duty_in_the_organ_sees_it_and_so_do_its_members(county):
    body = county.executive()

    def sees(person):
        return Body.visible.to(access_of(person, county.today)).filter(pk=body.pk).exists()

    director = Duty.objects.get(title="局长").officer
    assert [sees(p) for p in (county.head, county.secretary, director, county.stranger)] == [True, True, True, False]
    actions.take_seat(
        county.secretary, body.seats.get(organ=county.justice).pk, county.today, "调整", today=county.today
    )
    assert not sees(director)


def test_seats_post_the_member_units_and_closing_takes_them_back(county):
    body = actions.set_up(county.secretary, county.government, GROUP, "示例县法治政府建设领导小组", "示政〔2024〕3号", START,
                          today=county.today)  # fmt: skip
    county.seat(body, "chair", person=county.head, post="县长")
    county.seat(body, "member", organ=county.justice)
    county.seat(body, "member", organ=county.finance, until=date(2025, 7, 1))

    def units(year):
        name = f"{GROUP}.leading_group_member_units"
        return figures(county.region.pk, date(year, 1, 1), date(year, 12, 31), [name])[name].value

    assert (units(2024), units(2025)) == (2, 1)
    actions.close(county.secretary, body.pk, date(2025, 3, 1), "示政〔2025〕1号", today=county.today)
    assert (units(2024), units(2025)) == (2, 0)
    assert list(verify()) == []
    assert AuditEntry.objects.filter(subject=f"body:{body.pk}").count() == 5


def test_a_body_of_a_kind_nobody_declared_or_on_a_day_before_it_was_known_cannot_be(county):
    def set_up(kind, on=START):
        actions.set_up(county.secretary, county.government, kind, "会", "文", on, today=county.today)

    assert code_of(set_up, "legality_review") == "kind"
    assert code_of(set_up, EXECUTIVE, date(2017, 12, 31)) == "not_in_force"
