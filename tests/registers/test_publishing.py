"""Published versions: numbered, opened again exactly, proved by their digest, compared; who may publish what."""

import hashlib
import json
from datetime import date, timedelta

import pytest
from django.utils import timezone

from tests.registers.county import item
from tests.registers.test_actions import refused
from zhunsheng.papers.document import Table
from zhunsheng.registers import actions
from zhunsheng.registers.models import Entry, PublishedVersion
from zhunsheng.registers.publishing import changes_between, entries_of, gazette, is_intact
from zhunsheng.registers.reading import declared_for
from zhunsheng.security.models import AuditEntry

pytestmark = pytest.mark.django_db
FIRST, SECOND = date(2024, 3, 5), date(2024, 6, 1)


@pytest.fixture
def listed(county):
    for key in ("A1", "A2"):
        actions.apply_entry_change(
            "power_list", county.housing, "add", key, item(item_code=key, remarks="内部备注"), date(2024, 1, 1)
        )


def publish(county, day=FIRST, organ=None, officer=None, **more):
    return actions.publish("power_list", organ or county.housing, day, officer or county.reviewer, **more)


def names(version):
    return {row.entry.key: row.values["name"] for row in entries_of(version)}


def test_a_version_can_be_opened_again_exactly(county, listed):
    version = publish(county)
    before = names(version)
    actions.apply_entry_change("power_list", county.housing, "change", "A1", {"name": "新名称"}, SECOND)
    actions.apply_entry_change("power_list", county.housing, "remove", "A2", {}, SECOND)
    actions.correct(Entry.objects.get(key="A1"), FIRST, {"name": "更正的名称"}, reason="录入有误")
    assert names(version) == before == {"A1": item()["name"], "A2": item()["name"]}
    assert is_intact(version, list(entries_of(version)))
    assert (version.number, version.entries) == (1, 2)
    assert AuditEntry.objects.filter(action="register.publish").count() == 1


def test_the_digest_is_of_the_public_fields_in_canonical_form(county, listed):
    version = publish(county)
    values = {
        "basis": "建筑法第六十四条", "implementing_organ": "示例县住房和城乡建设局",
        "name": "对未取得许可擅自施工的处罚", "power_type": "penalty",
    }  # fmt: skip
    content = [[county.housing.pk, key, {**values, "item_code": key}] for key in ("A1", "A2")]
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert version.digest == hashlib.sha256(text.encode()).hexdigest()
    rows = list(entries_of(version))
    rows[0].values["name"] = "被改动"
    assert not is_intact(version, rows)


def test_numbers_follow_one_another_for_each_organ(county, listed):
    numbers = [publish(county, day).number for day in (FIRST, SECOND)]
    actions.apply_entry_change("power_list", county.culture, "add", "B1", item(), date(2024, 1, 1))
    assert [*numbers, publish(county, organ=county.culture).number] == [1, 2, 1]


def test_the_government_publishes_the_lists_of_the_region(county, listed):
    actions.apply_entry_change("power_list", county.culture, "add", "B1", item(), date(2024, 1, 1))
    version = publish(county, organ=county.government, whole_region=True)
    assert set(names(version)) == {"A1", "A2", "B1"}
    table = next(
        b for b in gazette(version, declared_for("power_list"), entries_of(version)).blocks if isinstance(b, Table)
    )
    assert table.header[:2] == ("序号", "单位")
    assert [row[0] for row in table.rows] == ["1", "2", "3"]
    assert "内部备注" not in str(table.rows)
    with refused("not_government"):
        publish(county, whole_region=True)


def test_what_cannot_be_published(county, listed):
    for code, act in (
        ("future", lambda: publish(county, timezone.localdate() + timedelta(days=1))),
        ("empty", lambda: publish(county, organ=county.culture)),
        ("role", lambda: publish(county, officer=county.keeper)),
        ("role", lambda: publish(county, officer=county.stranger)),
    ):
        with refused(code):
            act()
    publish(county, SECOND)
    with refused("before_last"):
        publish(county, FIRST)
    assert PublishedVersion.objects.count() == 1


def test_two_versions_side_by_side(county, listed):
    older = publish(county)
    actions.apply_entry_change(
        "power_list", county.housing, "change", "A1", {"name": "新名称", "remarks": "改"}, SECOND
    )
    actions.apply_entry_change("power_list", county.housing, "remove", "A2", {}, SECOND)
    actions.apply_entry_change("power_list", county.housing, "add", "A3", item(), SECOND)
    newer = publish(county, SECOND)
    found = [(str(c.kind), c.key, c.fields) for c in changes_between(older, newer)]
    assert found == [("change", "A1", ("name",)), ("remove", "A2", ()), ("add", "A3", ())]
