"""The fixture of a county with two bureaus that are to be merged; what is in it stands in county.py, which needs Django."""

import pytest


@pytest.fixture
def county(db):
    from tests.orgs.county import make_county

    return make_county()
