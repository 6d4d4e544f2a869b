"""The course of a procedure as a BPMN 2.0 file, for drawing tools and other programs. Only what is declared is drawn.

A state is a gateway at which somebody chooses, a final state an end, a step a task of the roles that may take it; what the
law does by itself is a timer that carries its limit. Limits, gates and papers are told in the documentation of a step.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from zhunsheng.catalogue.course import moves_of, order_of, steps_of
from zhunsheng.kernel.action import THE_LAW
from zhunsheng.kernel.compiled import CompiledProcedure

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
_DIAGRAM = "http://www.omg.org/spec/BPMN/20100524/DI"
_BOUNDS = "http://www.omg.org/spec/DD/20100524/DC"
_LINES = "http://www.omg.org/spec/DD/20100524/DI"
_NAMES = {None: MODEL, "bpmndi": _DIAGRAM, "dc": _BOUNDS, "di": _LINES}
_TARGET = "urn:zhunsheng:procedure"

_ROW, _GAP = 84, 46
"""Height of a step's row; room above the rows of a state, where what leads to it comes in."""
_STATES, _FORK, _STEPS, _LANES, _LANE = 80, 140, 270, 380, 18
"""Across: the middles of states, where their ways part, the middles of steps, the first lane back and the width of one."""
_SIZES = {"userTask": (150, 56), "exclusiveGateway": (50, 50), "startEvent": (36, 36), "endEvent": (36, 36),
          "intermediateCatchEvent": (36, 36)}  # fmt: skip


@dataclass(slots=True)
class _Node:
    """One node of the diagram: what it is, its name, the text beside it, its place, and the flows at it."""

    key: str
    kind: str
    name: str
    told: str = ""
    limit: str = ""
    x: int = 0
    y: int = 0
    coming: list[str] = field(default_factory=list)
    going: list[str] = field(default_factory=list)


def to_bpmn(compiled: CompiledProcedure) -> bytes:
    """The procedure as a BPMN 2.0 document in UTF-8, with a diagram; names are Chinese."""
    nodes = {node.key: node for node in _nodes(compiled)}
    flows = list(_flows(compiled))
    for number, (origin, target) in enumerate(flows):
        nodes[origin].going.append(f"flow_{number}")
        nodes[target].coming.append(f"flow_{number}")
    _place(compiled, nodes)
    root = etree.Element(
        f"{{{MODEL}}}definitions", nsmap=_NAMES, id=f"definitions_{compiled.slug}", targetNamespace=_TARGET
    )
    process = etree.SubElement(
        root, f"{{{MODEL}}}process", id=compiled.slug, name=compiled.procedure.name.zh, isExecutable="false"
    )
    for node in nodes.values():
        _write_node(process, node)
    for number, (origin, target) in enumerate(flows):
        etree.SubElement(process, f"{{{MODEL}}}sequenceFlow", id=f"flow_{number}", sourceRef=origin, targetRef=target)
    _write_diagram(root, compiled, nodes, flows)
    document: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return document


def _nodes(compiled: CompiledProcedure) -> Iterator[_Node]:
    procedure = compiled.procedure
    for name in procedure.start_actions:
        yield _Node(f"start_{name}", "startEvent", "")
    for name, state in procedure.states.items():
        yield _Node(f"state_{name}", "endEvent" if name in compiled.final else "exclusiveGateway", state.zh)
    for name in procedure.actions:
        for place in _places_of(compiled, name).values():
            yield _step(compiled, name, place)


def _places_of(compiled: CompiledProcedure, name: str) -> dict[str, str]:
    """State in which a step may be taken -> its node there; one that opens a case stands at no state."""
    action = compiled.procedure.actions[name]
    if action.start:
        return {"": f"step_{name}"}
    states = [state for state in compiled.procedure.states if state in compiled.before[name]]
    return {state: f"step_{name}" if len(states) == 1 else f"step_{name}_in_{state}" for state in states}


def _step(compiled: CompiledProcedure, name: str, place: str) -> _Node:
    procedure = compiled.procedure
    action = procedure.actions[name]
    roles = "、".join(procedure.roles[role].zh for role in action.by if role in procedure.roles)
    papers = "、".join(procedure.papers[paper].zh for paper in action.papers)
    gates = "；".join(gate.zh for gate in procedure.gates if name in gate.on)
    lines = [
        compiled.cited[name].zh,
        roles and f"由{roles}办理",
        papers and f"文书：{papers}",
        gates and f"前提：{gates}",
    ]
    told = "\n".join(line for line in lines if line)
    if THE_LAW not in action.by:
        return _Node(place, "userTask", action.zh, told)
    lapsing = [key for key, deadline in procedure.deadlines.items() if deadline.lapse == name]
    limit = "；".join(f"{procedure.deadlines[key].zh}：{compiled.limits[key].words().zh}" for key in lapsing)
    return _Node(place, "intermediateCatchEvent", action.zh, told, limit or action.zh)


def _flows(compiled: CompiledProcedure) -> Iterator[tuple[str, str]]:
    """From node to node, each way once; a step that leads nowhere else leads back."""
    for name, action in compiled.procedure.actions.items():
        for state, place in _places_of(compiled, name).items():
            yield f"state_{state}" if state else f"start_{name}", place
            yield place, f"state_{action.to or state}"


def _place(compiled: CompiledProcedure, nodes: dict[str, _Node]) -> None:
    """States one below the other, in the order of the course; the steps of each beside it, one below the other."""
    at: dict[str, list[str]] = {}
    for name in steps_of(compiled):
        for state, place in _places_of(compiled, name).items():
            at.setdefault(state, []).append(place)
    top = _GAP
    for place in at.get("", []):
        start = nodes[place.replace("step_", "start_", 1)]
        nodes[place].x, start.x = _STEPS, _STATES
        nodes[place].y = start.y = top + _ROW // 2
        top += _ROW
    for state in order_of(compiled, moves_of(compiled)):
        top += _GAP
        places = at.get(state, [])
        for index, place in enumerate(places):
            nodes[place].x, nodes[place].y = _STEPS, top + index * _ROW + _ROW // 2
        height = max(len(places), 1) * _ROW
        nodes[f"state_{state}"].x, nodes[f"state_{state}"].y = _STATES, top + height // 2
        top += height


def _corners(compiled: CompiledProcedure, nodes: dict[str, _Node], origin: str, target: str) -> list[tuple[int, int]]:
    """The way of a flow: from a state straight to its steps; from a step by the lane of the state it leads to, along the
    room above that state's rows, and down into it."""
    begin, end = nodes[origin], nodes[target]
    begin_half, (end_width, end_height) = _SIZES[begin.kind][0] // 2, _SIZES[end.kind]
    if begin.x == _STATES:
        way = [(begin.x + begin_half, begin.y), (_FORK, begin.y), (_FORK, end.y), (end.x - end_width // 2, end.y)]
        return way if begin.y != end.y else [way[0], way[-1]]
    order = order_of(compiled, moves_of(compiled))
    state = target.removeprefix("state_")
    lane = _LANES + order.index(state) * _LANE
    rows = [nodes[place].y for name in steps_of(compiled) if (place := _places_of(compiled, name).get(state))]
    above = min([*rows, end.y]) - _ROW // 2 - _GAP // 3
    return [
        (begin.x + begin_half, begin.y),
        (lane, begin.y),
        (lane, above),
        (end.x, above),
        (end.x, end.y - end_height // 2),
    ]


def _write_node(process: etree._Element, node: _Node) -> None:
    made = etree.SubElement(process, f"{{{MODEL}}}{node.kind}", id=node.key)
    if node.name:
        made.set("name", node.name)
    if node.told:
        etree.SubElement(made, f"{{{MODEL}}}documentation").text = node.told
    for flow in node.coming:
        etree.SubElement(made, f"{{{MODEL}}}incoming").text = flow
    for flow in node.going:
        etree.SubElement(made, f"{{{MODEL}}}outgoing").text = flow
    if node.kind == "intermediateCatchEvent":
        timer = etree.SubElement(made, f"{{{MODEL}}}timerEventDefinition", id=f"timer_{node.key}")
        etree.SubElement(timer, f"{{{MODEL}}}timeDuration").text = node.limit


def _write_diagram(
    root: etree._Element, compiled: CompiledProcedure, nodes: dict[str, _Node], flows: list[tuple[str, str]]
) -> None:
    diagram = etree.SubElement(root, f"{{{_DIAGRAM}}}BPMNDiagram", id=f"diagram_{compiled.slug}")
    plane = etree.SubElement(
        diagram, f"{{{_DIAGRAM}}}BPMNPlane", id=f"plane_{compiled.slug}", bpmnElement=compiled.slug
    )
    for node in nodes.values():
        width, height = _SIZES[node.kind]
        shape = etree.SubElement(plane, f"{{{_DIAGRAM}}}BPMNShape", id=f"shape_{node.key}", bpmnElement=node.key)
        bounds = {"x": node.x - width // 2, "y": node.y - height // 2, "width": width, "height": height}
        etree.SubElement(shape, f"{{{_BOUNDS}}}Bounds", {name: str(value) for name, value in bounds.items()})
        if node.kind in ("exclusiveGateway", "endEvent"):
            label = etree.SubElement(shape, f"{{{_DIAGRAM}}}BPMNLabel")
            beside = {"x": node.x - 75, "y": node.y + height // 2 + 2, "width": 110, "height": 16}
            etree.SubElement(label, f"{{{_BOUNDS}}}Bounds", {name: str(value) for name, value in beside.items()})
    for number, (origin, target) in enumerate(flows):
        edge = etree.SubElement(plane, f"{{{_DIAGRAM}}}BPMNEdge", id=f"edge_{number}", bpmnElement=f"flow_{number}")
        for x, y in _corners(compiled, nodes, origin, target):
            etree.SubElement(edge, f"{{{_LINES}}}waypoint", x=str(x), y=str(y))
