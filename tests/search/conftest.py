"""Fixtures of the search's tests: the place that handles cases and the county that is reformed, of the rooms they belong to."""

import pytest


@pytest.fixture
def place(db):
    from tests.cases.place import make_place

    return make_place()


@pytest.fixture
def county(db):
    from tests.orgs.county import make_county

    return make_county()
