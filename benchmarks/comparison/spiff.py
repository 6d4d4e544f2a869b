"""The six steps on SpiffWorkflow: the workflow is read from its row, moved on by one task and written back, with an event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.util.task import TaskState

from benchmarks.comparison.models import SpiffEvent, SpiffOrder

_serializer = BpmnWorkflowSerializer()


@cache
def _specification() -> Any:
    parser = BpmnParser()
    parser.add_bpmn_file(str(Path(__file__).parent / "order.bpmn"))
    return parser.get_spec("order_process")


def _complete(workflow: BpmnWorkflow, action: str, values: Mapping[str, Any]) -> None:
    task = next(iter(workflow.get_tasks(state=TaskState.READY, manual=True)))
    assert task.task_spec.name == action, task.task_spec.name
    task.data.update(values)
    task.run()
    workflow.do_engine_steps()


@transaction.atomic
def open_order(officer_id: int, on: date, values: Mapping[str, Any]) -> int:
    """order: a new workflow with its first task done."""
    workflow = BpmnWorkflow(_specification())
    workflow.do_engine_steps()
    _complete(workflow, "order", values)
    order = SpiffOrder.objects.create(state="order", workflow=_serializer.to_dict(workflow))
    SpiffEvent.objects.create(order=order, action="order", on=on, officer_id=officer_id, values=dict(values))
    return order.pk


@transaction.atomic
def perform(order_id: int, action: str, officer_id: int, on: date, values: Mapping[str, Any]) -> None:
    """One further task."""
    order = SpiffOrder.objects.select_for_update().get(pk=order_id)
    workflow = _serializer.from_dict(order.workflow)
    _complete(workflow, action, values)
    order.state, order.workflow = action, _serializer.to_dict(workflow)
    order.save(update_fields=["state", "workflow"])
    SpiffEvent.objects.create(order=order, action=action, on=on, officer_id=officer_id, values=dict(values))
