"""The two axes of time: whatever is done to a list, any day as known at any moment is what a naive model says."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.registers.county import item
from zhunsheng.catalogue.loading import system
from zhunsheng.ledger.models import Posting
from zhunsheng.orgs.refusals import Refused
from zhunsheng.registers import actions
from zhunsheng.registers.models import Entry, Revision
from zhunsheng.registers.reading import entries_on, history
from zhunsheng.registers.verification import verify_registers

FIRST = date(2024, 1, 1)
DAYS = 6
"""Days of the model; the last one stands for all that follow."""
TYPES = ["penalty", "licensing", "reward"]


def day(number):
    return FIRST + timedelta(days=number)


class Model:
    """One entry: for every day the number of its revision and what it says, or None."""

    def __init__(self):
        self.days = [None] * DAYS
        self.revisions = 0

    def _new(self, says):
        self.revisions += 1
        return self.revisions, says

    def add(self, on, says):
        if any(self.days[on:]):
            return False
        self.days[on:] = [self._new(says)] * (DAYS - on)
        return True

    def change(self, on, says):
        if self.days[on] is None or self.days[on] != self.days[-1]:
            return False
        if self.days[on][1] != says:
            self.days[on:] = [self._new(says)] * (DAYS - on)
        return True

    def remove(self, on):
        if self.days[on] is None or self.days[on] != self.days[-1]:
            return False
        self.days[on:] = [None] * (DAYS - on)
        return True

    def correct(self, on, says):
        wrong = self.days[on]
        if wrong is None or wrong[1] == says:
            return False
        right = self._new(says)
        self.days = [right if found == wrong else found for found in self.days]
        return True

    def move(self, on, first):
        wrong = self.days[on]
        if wrong is None:
            return False
        old = self.days.index(wrong)
        end = old + self.days.count(wrong)
        if first == old or first > end:
            return False
        before = self.days[old - 1] if old else None
        if first < old and not all(found in (None, before) for found in self.days[first:old]):
            return False
        if first < old and before is None and any(self.days[first:old]):
            return False
        if first < old and before is not None and self.days.index(before) >= first:
            return False
        for number in range(min(first, old), max(first, old)):
            self.days[number] = wrong if first < old else before
        return True


numbers = st.integers(0, DAYS - 2)
additions = st.tuples(st.just("add"), numbers, st.sampled_from(TYPES))
other_steps = st.one_of(
    additions,
    st.tuples(st.sampled_from(["change", "correct"]), numbers, st.sampled_from(TYPES)),
    st.tuples(st.just("change"), numbers, st.sampled_from(TYPES)),
    st.tuples(st.just("remove"), numbers),
    st.tuples(st.just("move"), numbers, numbers),
)
steps = st.builds(lambda first, others: [first, *others], additions, st.lists(other_steps, min_size=3, max_size=12))


def act(county, step):
    """Do to the real list what a step says; False when it is refused."""
    kind, on, *rest = step
    try:
        if kind in ("correct", "move"):
            entry = Entry.objects.filter(key="K").first()
            if entry is None:
                return False
            if kind == "correct":
                actions.correct(entry, day(on), {"power_type": rest[0]}, reason="更正")
            else:
                actions.correct(entry, day(on), valid_from=day(rest[0]), reason="更正日期")
        else:
            values = item(power_type=rest[0]) if rest else {}
            actions.apply_entry_change("power_list", county.housing, kind, "K", values, day(on))
    except Refused:
        return False
    return True


def shown(true_on, known_at=None):
    rows = list(entries_on("power_list", access=None, true_on=true_on, known_at=known_at))
    assert len(rows) <= 1
    return rows[0].values["power_type"] if rows else None


@pytest.mark.usefixtures("unkept")
@pytest.mark.django_db
@settings(
    max_examples=80 if connection.vendor == "sqlite" else 20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps)
@example([("add", 1, "penalty"), ("change", 3, "reward"), ("move", 3, 1)])  # would cover the revision before
@example([("add", 1, "penalty"), ("change", 3, "reward"), ("move", 4, 2), ("move", 1, 4)])
@example([("add", 1, "penalty"), ("remove", 3), ("add", 4, "reward"), ("move", 4, 2), ("move", 4, 3)])
def test_any_day_as_known_at_any_moment(county, taken):
    for model in (Posting, Revision, Entry):
        model.objects.all().delete()
    model = Model()
    known = []
    for step in taken:
        before = list(model.days)
        wanted = getattr(model, step[0])(*step[1:])
        if not wanted:
            model.days = before
        written = Revision.objects.count()
        assert act(county, step) is wanted
        if wanted:  # a moment after a refusal is one after nothing
            known.append((timezone.now(), [found and found[1] for found in model.days]))
        else:
            assert Revision.objects.count() == written
    for moment, says in known:
        assert [shown(day(number), moment) for number in range(DAYS)] == says
    final = [found and found[1] for found in model.days]
    assert [shown(day(number)) for number in range(DAYS)] == final
    _accounts_agree(final)
    assert list(verify_registers(lambda done, total: None)) == []
    with suppress(Entry.DoesNotExist):
        entry = Entry.objects.get(key="K")
        assert len(history(entry)) == entry.revisions.values("known_from").distinct().count()


def _accounts_agree(final):
    """The stock of every type on every day is what the list says, whatever was changed or corrected on the way."""
    assert system("power_list").figures.accounts["items"].stock
    for number, says in enumerate(final):
        for kind in TYPES:
            postings = Posting.objects.filter(
                account__key="power_list.items", breakdown=f"power_type={kind}", on__lte=day(number)
            )
            assert sum(posting.value for posting in postings) == (says == kind)
