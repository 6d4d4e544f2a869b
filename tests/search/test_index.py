"""The index gives exactly the texts that hold what is asked, on both databases, however much of it is made."""

from itertools import product

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhunsheng.orgs.access import Access, Holding
from zhunsheng.search import indexing
from zhunsheng.search.keeping import Found, keep, keep_instead
from zhunsheng.search.models import Text
from zhunsheng.search.wording import asked, folded

pytestmark = pytest.mark.django_db

SIGNS = "听证会议行政复示例〔〕《》，-_'\"\\%*&|!:() 0129年号aBé"
TEXTS = st.lists(st.text(st.sampled_from(SIGNS), max_size=16), min_size=1, max_size=12)
TYPED = st.text(st.sampled_from(SIGNS), min_size=1, max_size=4)
ROOT, OFFICE, TEAM = "/1/", "/1/2/", "/1/2/3/"


def duty(path: str, system: str = "*", whole_tree: bool = False) -> Holding:
    return Holding(int(path.strip("/").split("/")[-1]), path, system, "*", whole_tree)


def access(*holdings: Holding) -> Access:
    return Access(1, holdings)


EVERYTHING = access(duty(ROOT, whole_tree=True))


def text(number: int, words: str, path: str = OFFICE, system: str = "reviews", on: str = "2024-01-01") -> Found:
    return Found("case", number, 0, system, path, on, folded(words))


def found(typed: str, who: Access = EVERYTHING, kind: str = "case") -> list[int]:
    return list(indexing.texts_holding(kind, asked(typed), who).values_list("record", flat=True))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS, TEXTS, TYPED | st.tuples(TYPED, TYPED).map(" ".join))
def test_found_is_what_holds_the_question(db, indexed, waiting, typed):
    question = asked(typed)
    with transaction.atomic():
        keep([text(number, words) for number, words in enumerate(indexed)])
        indexing.take_in()
        keep([text(100 + number, words) for number, words in enumerate(waiting)])
        truth = {
            number
            for number, words in [*enumerate(indexed), *enumerate(waiting, 100)]
            if all(any(needle in folded(words) for needle in term.needles) for term in question.terms)
        }
        assert not question or set(found(typed)) == truth
        transaction.set_rollback(True)


def test_a_part_of_what_holds_it_is_in_the_index_and_a_part_waits(db):
    keep([text(n, f"第{n}次听证会") for n in range(1, 8)])
    assert (indexing.take_in(5), indexing.count_waiting()) == (5, 2)
    assert found("听证") == [7, 6, 5, 4, 3, 2, 1]
    assert (indexing.take_in(), indexing.take_in(), indexing.count_waiting(), indexing.count_lost()) == (2, 0, 0, 0)
    assert found("听证") == [7, 6, 5, 4, 3, 2, 1]


def test_the_newest_day_comes_first(db):
    keep([text(1, "听证", on="2024-03-01"), text(2, "听证", on="2020-01-01"), text(3, "听证", on="2025-01-01")])
    indexing.take_in()
    assert found("听证") == [3, 1, 2]


@pytest.mark.parametrize("read_through", [0, 3, 8, 100])
def test_of_a_frequent_word_the_newest_are_the_same_however_many_are_read_through_first(db, monkeypatch, read_through):
    monkeypatch.setattr(indexing, "READ_THROUGH", read_through)
    keep([text(n, "听证" if n % 3 else "会议", on=f"2024-01-{n // 2 + 1:02}", system=f"s{n % 2}") for n in range(20)])
    indexing.take_in()
    newest = [19, 17, 16, 14, 13, 11, 10, 8, 7, 5, 4, 2, 1]
    for most, is_frequent in product((1, 4, 13, 20), (True, False)):
        told = indexing.newest_holding("case", asked("听证"), EVERYTHING, most, "", is_frequent=is_frequent)
        assert told == newest[:most]
        odd = indexing.newest_holding("case", asked("听证"), EVERYTHING, most, "s1", is_frequent=is_frequent)
        assert odd == [19, 17, 13, 11, 7, 5, 1][:most]


@pytest.mark.parametrize("is_indexed", [True, False])
def test_what_an_officer_may_not_see_is_not_found(db, is_indexed):
    keep(
        [
            text(1, "听证", ROOT),
            text(2, "听证", OFFICE),
            text(3, "听证", TEAM),
            text(4, "听证", OFFICE, "disputes"),
            text(5, "听证", "/1/22/"),
        ]
    )
    if is_indexed:
        indexing.take_in()
    assert found("听证") == [5, 4, 3, 2, 1]
    assert found("听证", access()) == []
    assert found("听证", access(duty(OFFICE))) == [4, 2]
    assert found("听证", access(duty(OFFICE, "disputes"))) == [4]
    assert found("听证", access(duty(OFFICE, whole_tree=True))) == [4, 3, 2]
    assert found("听证", access(duty(OFFICE, "reviews"), duty("/1/22/"))) == [5, 2]
    assert found("听证", kind="paper") == []


@pytest.mark.parametrize("is_indexed", [True, False])
def test_another_text_takes_the_place_of_the_first(db, is_indexed):
    keep([text(1, "听证"), text(2, "听证")])
    if is_indexed:
        indexing.take_in()
    keep_instead(["case"], [1], [text(1, "复议")])
    assert (found("听证"), found("复议")) == ([2], [1])
    indexing.take_in()
    assert (found("听证"), found("复议")) == ([2], [1])


def test_an_emptied_index_is_made_again(db):
    keep([text(1, "听证")])
    indexing.take_in()
    indexing.empty()
    assert (indexing.count_waiting(), found("听证")) == (1, [1])
    indexing.take_in()
    assert (indexing.count_waiting(), indexing.count_lost(), found("听")) == (0, 0, [1])


def test_a_text_lost_from_the_index_is_noticed(db):
    keep([text(1, "听证")])
    Text.objects.update(indexed=True)
    assert indexing.count_lost() == 1
