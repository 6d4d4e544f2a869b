"""The county of the tests of cases, with an administrator of local settings; what is in it stands in tests/cases/place.py."""

import pytest


@pytest.fixture
def place(db):
    from tests.cases.place import make_place
    from zhunsheng.orgs.models import Duty, Officer

    made = make_place()
    made.administrator = Officer.objects.create_officer("local", None, name="示例管理员")
    Duty.objects.create(
        officer=made.administrator, organ=made.government, system="local", role="administrator", whole_tree=True
    )
    return made
