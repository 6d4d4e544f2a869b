"""zhunsheng setup: the first region, its government and its administrator; what is wrong is said and nothing is kept."""

import pytest
from click.testing import CliRunner

from zhunsheng.cli import main
from zhunsheng.orgs.models import Duty, Officer, Organ, Region
from zhunsheng.security.models import AuditEntry

pytestmark = pytest.mark.django_db


def setup(**changed):
    given = {
        "region": "999902", "name": "示例区", "government": "示例区人民政府", "mark": "示政", "account": "guanli",
        "person": "示例甲", "password": "correct horse 42", **changed,
    }  # fmt: skip
    arguments = [part for name, value in given.items() for part in (f"--{name}", value)]
    return CliRunner().invoke(main, ["setup", *arguments])


def test_a_place_is_set_up_with_its_first_administrator():
    assert setup().exit_code == 0
    seat = Organ.objects.get(name="示例区人民政府")
    assert (seat.region_id, seat.mark, seat.parent) == ("999902", "示政", None)
    officer = Officer.objects.get(username="guanli")
    assert officer.check_password("correct horse 42")
    assert [(d.organ, d.system, d.role, d.whole_tree) for d in officer.duties.all()] == [
        (seat, "orgs", "administrator", True)
    ]
    assert AuditEntry.objects.get(action="orgs.found").subject == "region:999902"


def test_a_place_below_another_belongs_to_its_government():
    setup()
    assert (
        setup(region="999902001", name="示例镇", government="示例镇人民政府", account="zhen", above="999902").exit_code
        == 0
    )
    town = Organ.objects.get(name="示例镇人民政府")
    assert town.parent == Organ.objects.get(name="示例区人民政府")
    assert Region.objects.get(pk="999902001").parent_id == "999902"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"region": "99990"}, "六位或者九位数字"),
        ({"region": "999903", "account": "guanli"}, "已经有人使用"),
        ({"region": "999902"}, "已经建立"),
        ({"region": "999903", "account": "other", "above": "111111"}, "没有行政区划 111111"),
        ({"region": "999903", "account": "other", "password": "short"}, "10"),
        ({"region": "999903", "account": "other", "government": " "}, "政府名称"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(changed, words):
    setup()
    before = (Region.objects.count(), Organ.objects.count(), Officer.objects.count(), Duty.objects.count())
    result = setup(**changed)
    assert result.exit_code == 1
    assert words in result.output
    assert (Region.objects.count(), Organ.objects.count(), Officer.objects.count(), Duty.objects.count()) == before
