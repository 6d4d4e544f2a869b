"""The ledger is tested with the county of the tests of cases; what is in it needs Django to have started."""

import pytest


@pytest.fixture
def place(db):
    from tests.cases.place import make_place

    return make_place()
