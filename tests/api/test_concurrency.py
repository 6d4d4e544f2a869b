"""Two programs at once: one key is done once, and no event is passed over by the mark while another is still being written."""

import threading

import pytest
from django.db import connection, connections, transaction

from tests.api.test_routes import keyed, opening
from zhunsheng.api import webhooks
from zhunsheng.api.models import Delivery
from zhunsheng.cases.actions import perform
from zhunsheng.cases.models import Case

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_same_key_sent_at_once_is_done_once(program, county):
    answers = []

    def call():
        answers.append(program.post("/cases", opening(county), headers=keyed()))
        connections.close_all()

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert Case.objects.count() == 1


def test_an_event_that_commits_after_a_later_one_is_told_too(settings, program, account, county):
    if connection.vendor != "postgresql":
        # One writer at a time: there no event can commit after a later one.
        assert settings.DATABASES["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
        return
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    first, second = county.review(), county.review()
    webhooks.subscribe(county.administrator, account, "http://127.0.0.1:9/in", ["case"])
    hold = {"on": first.opened_on, "values": {"text": "等待材料"}}
    written, go_on = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            perform(first.pk, "office.hold", **hold)
            written.set()
            go_on.wait(20)
        connections.close_all()

    thread = threading.Thread(target=slow)
    thread.start()
    assert written.wait(20)
    perform(second.pk, "office.hold", **hold)
    webhooks.gather()  # the first is not there yet: nothing may be passed over
    go_on.set()
    thread.join()
    webhooks.gather()
    assert Delivery.objects.count() == 2
