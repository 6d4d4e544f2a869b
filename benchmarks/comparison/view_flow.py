"""The six steps on django-viewflow: a flow of user tasks, each assigned when it is made and completed by the program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from viewflow import this
from viewflow.workflow import flow, lock
from viewflow.workflow.models import Process, Task

from zhunsheng.orgs.models import Officer

USERNAME = "shili"


def _no_page(request: Any, **_: Any) -> None:
    raise NotImplementedError("tasks of the measurement have no pages")


class OrderFlow(flow.Flow):
    """order, then five user tasks."""

    process_class = Process
    lock_impl = lock.select_for_update_lock

    order = flow.StartHandle(this.open_order).Next(this.dispatch)
    dispatch = flow.View(_no_page).Assign(username=USERNAME).Next(this.receive)
    receive = flow.View(_no_page).Assign(username=USERNAME).Next(this.reply)
    reply = flow.View(_no_page).Assign(username=USERNAME).Next(this.call_back)
    call_back = flow.View(_no_page).Assign(username=USERNAME).Next(this.close)
    close = flow.View(_no_page).Assign(username=USERNAME).Next(this.end)
    end = flow.End()

    def open_order(self, activation: Any, values: Mapping[str, Any], officer: Officer) -> Process:
        activation.task.owner = officer
        activation.process.data = dict(values)
        return activation.process


def open_order(officer: Officer, values: Mapping[str, Any]) -> int:
    """order: a new process."""
    with transaction.atomic():
        return OrderFlow.order.run(values=values, officer=officer).pk


def perform(process_id: int, action: str, values: Mapping[str, Any]) -> None:
    """One further task: locked, started, its values kept in the process, completed."""
    with transaction.atomic():
        task = Task.objects.get(process_id=process_id, flow_task=getattr(OrderFlow, action), finished=None)
        with task.activation() as activation:
            activation.start(None)
            if values:
                activation.process.data = {**activation.process.data, **values}
                activation.process.save(update_fields=["data"])
            activation.execute()
