"""Many officers at once: numbers without gaps, and of two steps on one case exactly one."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connection

from tests.cases.place import HOTLINE, ORDER, TODAY, live, make_place, order_steps
from zhunsheng.cases.actions import Refused, open_case, perform
from zhunsheng.cases.models import Case, Event
from zhunsheng.cases.verification import verify_cases
from zhunsheng.ledger.balances import fold, verify_balances
from zhunsheng.ledger.models import Posting
from zhunsheng.papers.models import Paper

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 4


@pytest.fixture
def place(transactional_db):
    return make_place()


def at_once(tasks):
    """What each task gives or raises, all started at the same moment, each with a connection of its own."""
    barrier = Barrier(len(tasks))

    def run(task):
        try:
            barrier.wait()
            return task()
        except Exception as error:  # noqa: BLE001 - handed back to the test
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


def test_case_numbers_have_no_gap_and_no_double(place):
    def opening():
        return [
            open_case(HOTLINE, "order", organ=place.hotline, on=date(2025, 3, 3), values=ORDER, today=TODAY).number
            for _ in range(5)
        ]

    found = at_once([opening] * THREADS)
    numbers = [number for some in found for number in some]
    assert sorted(numbers) == sorted(f"示热热线〔2025〕{serial}号" for serial in range(1, 5 * THREADS + 1))


def test_number_of_a_refused_step_is_not_used_up(place):
    def mixed():
        opened = 0
        for index in range(6):
            try:
                open_case(
                    HOTLINE,
                    "order",
                    organ=place.hotline,
                    on=date(2025, 3, 3),
                    values=ORDER if index % 2 else {},
                    today=TODAY,
                )
                opened += 1
            except Refused:
                pass
        return opened

    assert at_once([mixed] * THREADS) == [3] * THREADS
    numbers = set(Case.objects.values_list("number", flat=True))
    assert numbers == {f"示热热线〔2025〕{serial}号" for serial in range(1, 3 * THREADS + 1)}


def test_paper_numbers_have_no_gap_and_no_double(place):
    cases = [live(HOTLINE, place.hotline, order_steps()[:3]).pk for _ in range(3 * THREADS)]
    demand = {"supervision_ground": "late", "supervision_demand": "限期办结"}

    def supervising(mine):
        return lambda: [perform(pk, "supervise", on=date(2025, 3, 20), values=demand, today=TODAY).pk for pk in mine]

    found = at_once([supervising(cases[index::THREADS]) for index in range(THREADS)])
    assert sorted(pk for some in found for pk in some) == sorted(cases)
    numbers = list(Paper.objects.values_list("number", flat=True))
    assert sorted(numbers) == sorted(f"示热热线督〔2025〕{serial}号" for serial in range(1, 3 * THREADS + 1))


@pytest.mark.parametrize(("expected", "code"), [(None, "state"), (1, "stale")])
def test_of_two_steps_on_one_case_exactly_one_succeeds(place, expected, code):
    case = live(HOTLINE, place.hotline, order_steps()[:1])

    def dispatching():
        return perform(
            case.pk,
            "dispatch",
            on=date(2025, 3, 4),
            values={"unit": "示例县水务局"},
            expected_sequence=expected,
            today=TODAY,
        )

    found = at_once([dispatching] * THREADS)
    refusals = [answer for answer in found if isinstance(answer, Refused)]
    assert len([answer for answer in found if isinstance(answer, Case)]) == 1, found
    assert [error.refusal.code for error in refusals] == [code] * (THREADS - 1)
    assert Event.objects.filter(case=case, action="dispatch").count() == 1
    assert Posting.objects.filter(account__key=f"{HOTLINE}.orders_assigned").count() == 1
    assert not list(verify_cases(lambda done, total: None))


def test_folding_between_writers_loses_no_posting(place):
    def working():
        for _ in range(4):
            live(HOTLINE, place.hotline, order_steps())

    def folding():
        for _ in range(12):
            fold()

    answers = at_once([working, working, folding])
    assert answers == [None, None, None]
    fold()
    assert verify_balances() == []
    assert Case.objects.filter(state="closed").count() == 8
