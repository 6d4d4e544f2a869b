"""A case whose handling is terminated is no longer under way: the level of its system falls, and rises again when it is reopened."""

import pytest
from django.db.models import Sum

from tests.cases.place import TODAY
from zhunsheng.cases.actions import open_case, perform
from zhunsheng.ledger.models import Posting

pytestmark = pytest.mark.once

PROJECT = {
    "project": "示例项目", "firm": {"name": "示例公司", "kind": "organisation"}, "kind": "firm", "amount": 1, "place": "示例路1号",
    "declared_on": TODAY.isoformat(),
}  # fmt: skip


def test_an_investment_project_whose_handling_is_terminated_is_no_longer_open(place):
    slug = "investment_project_onestop"
    case = open_case(slug, "declare", organ=place.lighting, on=TODAY, values=PROJECT, today=TODAY)

    def level(account):
        return Posting.objects.filter(account__key=f"{slug}.{account}").aggregate(all=Sum("value"))["all"]

    def take(verb, text):
        perform(case.pk, verb, on=TODAY, values={"text": text}, officer=place.lighting_officer, today=TODAY)

    assert level("open") == 1
    take("office.terminate", "重复申报")
    assert (level("open"), level("terminated")) == (0, 1)
    take("office.reopen", "并非重复")
    assert (level("open"), level("terminated")) == (1, 0)
