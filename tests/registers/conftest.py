"""The fixture of a small county; what is in it stands in county.py, which needs Django to have started."""

import pytest


@pytest.fixture
def county(db):
    from tests.registers.county import make_county

    return make_county()
