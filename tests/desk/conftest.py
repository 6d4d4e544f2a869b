"""Fixtures of the desk's tests: the county and three people's browsers. What they are made of is in county.py."""

import pytest


@pytest.fixture
def county(db):
    from tests.desk.county import make_county

    return make_county()


@pytest.fixture
def owner(county):
    from tests.desk.county import signed_in

    return signed_in(county.owner)


@pytest.fixture
def colleague(county):
    from tests.desk.county import signed_in

    return signed_in(county.colleague)


@pytest.fixture
def stranger(county):
    from tests.desk.county import signed_in

    return signed_in(county.stranger)
