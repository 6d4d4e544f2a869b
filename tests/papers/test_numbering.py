"""Numbers run without a gap and are never given twice, whoever takes them at the same time and whatever fails."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from zhunsheng.orgs.models import Organ, Region
from zhunsheng.papers.models import NumberSeries, Paper
from zhunsheng.papers.numbering import format_number, reserve_numbers, take_number

PATTERN = "{mark}复受〔{year}〕{serial}号"


def _organ(name: str = "示例市人民政府", mark: str = "示政") -> Organ:
    region, _ = Region.objects.get_or_create(code="999900", defaults={"name": "示例市"})
    return Organ.objects.create(region=region, name=name, mark=mark, kind="government")


class _GivenUp(Exception):
    """Something after the number was taken did not work out."""


@transaction.atomic
def _issue(organ: Organ, fails: bool = False, count: int = 1) -> None:
    for serial in reserve_numbers(organ, PATTERN, 2026, count):
        number = format_number(PATTERN, organ, 2026, serial)
        Paper.objects.create(
            case_id=1, sequence=1, system="x", version=date(2024, 1, 1), kind="x", number=number,
            issued_on=date(2026, 3, 5), organ=organ,
        )  # fmt: skip
    if fails:
        raise _GivenUp


@pytest.mark.django_db
def test_numbers_follow_one_another_in_each_series() -> None:
    organ, other = _organ(), _organ("示例县人民政府", "例政")
    assert take_number(organ, PATTERN, 2026) == "示政复受〔2026〕1号"
    assert take_number(organ, PATTERN, 2026) == "示政复受〔2026〕2号"
    assert list(reserve_numbers(organ, PATTERN, 2026, 3)) == [3, 4, 5]
    assert take_number(organ, PATTERN, 2026) == "示政复受〔2026〕6号"
    assert take_number(organ, PATTERN, 2027) == "示政复受〔2027〕1号"
    assert take_number(organ, "{mark}复终〔{year}〕{serial}号", 2026) == "示政复终〔2026〕1号"
    assert take_number(other, PATTERN, 2026) == "例政复受〔2026〕1号"


@pytest.mark.django_db
def test_an_organ_without_a_mark_is_named() -> None:
    organ = Organ(name="示例县水利局", short_name="水利局")
    assert format_number(PATTERN, organ, 2026, 12) == "水利局复受〔2026〕12号"


@pytest.mark.django_db
@pytest.mark.parametrize("count", [0, -1])
def test_no_fewer_than_one_number_is_taken(count: int) -> None:
    with pytest.raises(ValueError, match="至少"):
        reserve_numbers(_organ(), PATTERN, 2026, count)


@pytest.mark.django_db(transaction=True)
def test_no_number_is_taken_outside_a_transaction() -> None:
    organ = _organ()
    with pytest.raises(TransactionManagementError):
        take_number(organ, PATTERN, 2026)
    assert not NumberSeries.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_number_rolled_back_is_given_again() -> None:
    organ = _organ()
    with pytest.raises(_GivenUp):
        _issue(organ, fails=True)
    assert not NumberSeries.objects.exists()
    _issue(organ)
    with pytest.raises(_GivenUp):
        _issue(organ, fails=True)
    _issue(organ)
    assert sorted(Paper.objects.values_list("number", flat=True)) == ["示政复受〔2026〕1号", "示政复受〔2026〕2号"]


@pytest.mark.django_db(transaction=True)
def test_many_at_once_take_numbers_without_gap_or_double() -> None:
    """Six writers begin the same series at the same moment; every third transaction fails after it took its number."""
    organ = _organ()
    writers, each = 6, 12
    together = Barrier(writers)

    def work(seed: int) -> int:
        order = random.Random(seed)
        issued = 0
        try:
            together.wait(timeout=30)
            for turn in range(each):
                count = order.randint(1, 3)
                try:
                    _issue(organ, fails=turn % 3 == 2, count=count)
                    issued += count
                except _GivenUp:
                    pass
        finally:
            connection.close()
        return issued

    with ThreadPoolExecutor(writers) as pool:
        issued = sum(pool.map(work, range(writers)))

    assert issued >= writers * each * 2 // 3
    numbers = Paper.objects.values_list("number", flat=True)
    assert sorted(int(number[10:-1]) for number in numbers) == list(range(1, issued + 1))
    assert NumberSeries.objects.get().last == issued
