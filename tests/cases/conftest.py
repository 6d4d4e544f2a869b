"""The fixture of a small county that handles cases; what is in it stands in place.py, which needs Django to have started."""

import pytest


@pytest.fixture
def place(db):
    from tests.cases.place import make_place

    return make_place()
