"""The county of the tests of bodies and meetings. What it is made of is in county.py."""

import pytest


@pytest.fixture
def county(db):
    from tests.bodies.county import make_county

    return make_county()
