"""Many officers at once: numbers without gaps, and of two steps on one case exactly one."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from time import sleep

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from tests.cases.place import HOTLINE, ORDER, TODAY, live, make_place, order_steps
from zhunsheng.cases import reading
from zhunsheng.cases.actions import open_case, perform
from zhunsheng.cases.models import Case, Event
from zhunsheng.cases.verification import verify_cases
from zhunsheng.ledger.balances import fold, verify_balances
from zhunsheng.ledger.models import Posting
from zhunsheng.orgs.models import Duty
from zhunsheng.orgs.refusals import Refused
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


def while_somebody_waits(case, change, step):
    """What a step gives or raises that waits for a case while somebody who holds it changes something."""

    def waiting():
        try:
            return step()
        except Exception as error:  # noqa: BLE001 - handed back to the test
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Case.objects.select_for_update().get(pk=case.pk)
            found = pool.submit(waiting)
            wait_until_somebody_waits()
            change()
        return found.result()


def wait_until_somebody_waits():
    """On SQLite nobody even begins while another writes."""
    while connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)")
            if cursor.fetchone()[0]:
                return
        sleep(0.01)


def dispatched_by(case, officer):
    return perform(
        case.pk, "dispatch", on=date(2025, 3, 4), officer=officer, values={"unit": "示例县水务局"}, today=TODAY
    )


def test_a_step_that_takes_no_lock_is_noticed(place, monkeypatch):
    """A test of the tests above: of two steps at the same moment the second must be refused in words, not stopped by the tables."""
    if connection.vendor != "postgresql":
        assert settings.DATABASES["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE", "the one lock there is"
        return

    def second():
        case = live(HOTLINE, place.hotline, order_steps()[:1])
        with ThreadPoolExecutor(1) as pool:
            with transaction.atomic():
                dispatched_by(case, None)
                found = pool.submit(at_once, [lambda: dispatched_by(case, None)])
                wait_until_somebody_waits()
            return found.result()[0]

    assert isinstance(second(), Refused)
    locking = reading._locking
    monkeypatch.setattr(reading, "_locking", lambda vendor, *, with_access: locking("none", with_access=with_access))
    assert isinstance(second(), IntegrityError)


def test_a_duty_that_ends_while_its_step_waits_for_the_case_is_over(place):
    case = live(HOTLINE, place.hotline, order_steps()[:1])
    duties = Duty.objects.filter(officer=place.operator)
    answer = while_somebody_waits(
        case, lambda: duties.update(valid_to=TODAY), lambda: dispatched_by(case, place.operator)
    )
    assert isinstance(answer, Refused), answer
    assert answer.refusal.code == "role"


def test_a_case_handed_over_while_a_step_waits_for_it_is_taken_where_it_is_now(place):
    case = live(HOTLINE, place.hotline, order_steps()[:1])

    def handing_over():
        perform(
            case.pk, "office.transfer", on=date(2025, 3, 3), officer=place.head,
            values={"to": str(place.water.pk), "text": "归口办理"}, today=TODAY,
        )  # fmt: skip

    taken = while_somebody_waits(case, handing_over, lambda: dispatched_by(case, place.head))
    assert isinstance(taken, Case), taken
    assert (taken.state, taken.organ, taken.path) == ("dispatched", place.water, place.water.path)


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
