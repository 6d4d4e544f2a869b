"""Evaluations by number and code: once a matter, after it is finished, a bad one with its reason and a follow-up for the organ; and a
suggestion for legislation from the site to its answer."""

import pytest

from tests.portal.citizen import NATURAL, REQUEST, Citizen, make_place, today, unhurried
from zhunsheng.cases.actions import perform
from zhunsheng.cases.models import Case
from zhunsheng.ledger.models import Posting

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(db, monkeypatch, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    unhurried(monkeypatch)
    return make_place()


def rate(citizen, grade, reason="", code=None):
    citizen.get("/public/rate/")
    return citizen.send("grade", number=citizen.slip[0], code=code or citizen.slip[1], grade=grade, reason=reason)


def test_a_matter_is_evaluated_once_when_it_is_finished(place):
    citizen = Citizen().apply("info_disclosure_request", *REQUEST)
    case = Case.objects.get()
    assert rate(citizen, "good").status == 422
    assert "还没有办结" in citizen.reasons()
    perform(case.pk, "confirm", on=today(), values=NATURAL)
    citizen.follow().step("withdraw", sure="1")
    assert "评价这次办理" in citizen.follow().said
    assert rate(citizen, "bad").status == 422
    assert "请写明原因" in citizen.reasons()
    assert rate(citizen, "bad", "太慢", code="AAAAA-AAAAA").status == 422
    assert rate(citizen, "").status == 422
    assert not Case.objects.filter(system="service_evaluation").exists()
    assert rate(citizen, "bad", "太慢").status == 200
    made = Case.objects.get(system="service_evaluation")
    assert (made.organ, made.state, made.fields["grade"], made.fields["reason"]) == (
        place.justice,
        "checking",
        "bad",
        "太慢",
    )
    assert made.deadlines.get(key="checking").state == "running"
    assert rate(citizen, "good").status == 422
    assert "一件事评价一次" in citizen.reasons()
    posted = {
        p.account.key
        for p in Posting.objects.select_related("account").filter(account__key__startswith="service_evaluation")
    }
    assert posted == {"service_evaluation.evaluations", "service_evaluation.bad", "service_evaluation.pending"}


def test_what_the_hotline_asks_itself_is_not_asked_twice(place):
    caller = {"caller__0__name": "示例甲", "caller__0__phone": "13800000000"}
    citizen = Citizen().apply("hotline_workorder", {"theme": "help", "matter": "路灯不亮"}, caller)
    assert rate(citizen, "good").status == 422
    assert "不在这里评价" in citizen.reasons()


def test_a_suggestion_for_legislation_is_followed_to_its_answer(place):
    suggestion = {"title": "制定电动自行车停放管理办法", "wish": "make", "reasons": "乱停乱放突出"}
    citizen = Citizen().apply("legislation_suggestion", suggestion, {})
    case = Case.objects.get()
    assert (case.fields["channel"], case.organ) == ("website", place.justice)
    for action, values in (
        ("assign", {"level": "rule"}),
        ("adopt", {"evaluation": "有必要", "adopted_into": "年度计划"}),
        ("answer", {"reply": "已经列入计划"}),
    ):
        perform(case.pk, action, on=today(), values=values)
    assert "已经列入计划" in citizen.follow().said
    assert rate(citizen, "very_good").status == 200
    assert Case.objects.get(system="service_evaluation").state == "closed"
