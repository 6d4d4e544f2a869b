"""The picture of a procedure (流程图): its states one below the other, its actions as arrows, the place of the case marked.

A small layout of our own: states in the order a case can reach them, one a row; an arrow to the next row runs
straight down, one further down runs in a lane on the right, one back up in a lane on the left. Lanes are shared by
arrows with the same end. Numbers only; ``_picture.html`` draws, and says the same in words.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass

from zhunsheng.catalogue.course import moves_of, order_of
from zhunsheng.desk.wording import say
from zhunsheng.kernel.action import THE_LAW
from zhunsheng.kernel.transition import CompiledProcedure

BOX_WIDTH = 132
PORT = 17
GAP = 38
LANE = 13
LABEL = 118


@dataclass(frozen=True)
class Box:
    """A state: its rectangle and how the case stands to it (``here``, ``passed`` or ``ahead``)."""

    key: str
    label: str
    y: int
    height: int
    stand: str
    is_final: bool

    @property
    def short(self) -> str:
        """The name as far as the box has room for it."""
        text = self.label
        while _width(text) > BOX_WIDTH and len(text) > 4:
            text = text[:-2] + "…"
        return text

    @property
    def text_rise(self) -> int:
        """From the foot of the box up to the baseline of its name."""
        return 5 - self.height // 2


@dataclass(frozen=True)
class Arrow:
    """One or several actions between the same two states. ``path`` and ``head`` are SVG paths."""

    names: str
    label: str
    path: str
    head: str
    x: int
    y: int
    anchor: str
    is_taken: bool


@dataclass(frozen=True)
class Sentence:
    """The picture in words: what can be done in a state and where it leads."""

    state: str
    steps: tuple[str, ...]
    is_here: bool


@dataclass(frozen=True)
class Picture:
    """Everything that is drawn."""

    width: int
    height: int
    left: int
    boxes: list[Box]
    arrows: list[Arrow]
    sentences: list[Sentence]


def picture_of(compiled: CompiledProcedure, here: str, done: Mapping[str, object]) -> Picture:
    """The picture of a procedure for a case in the state ``here`` that took the actions ``done``."""
    moves = moves_of(compiled)
    order = order_of(compiled, moves)
    row = {state: index for index, state in enumerate(order)}
    travelling = {pair: names for pair, names in moves.items() if pair[0] != pair[1]}
    down = {pair for pair in travelling if row[pair[1]] == row[pair[0]] + 1}
    right = sorted((p for p in travelling if row[p[1]] > row[p[0]] + 1), key=lambda p: row[p[1]])
    left = sorted((p for p in travelling if row[p[1]] < row[p[0]]), key=lambda p: row[p[1]])
    lanes_right, lanes_left = _lanes(right, row), _lanes(left, row)
    edge = 10 + LANE * len(set(lanes_left.values())) + (LABEL if left else 6)
    boxes = _boxes(compiled, order, moves, right, left, here, done)
    by_key = {box.key: box for box in boxes}
    arrows = [
        _straight(compiled, pair, travelling[pair], by_key, edge, done)
        for pair in sorted(down, key=lambda p: row[p[0]])
    ]
    arrows += _openings(compiled, by_key, {pair[1] for pair in down}, edge, done)
    for side, pairs, lanes in (("right", right, lanes_right), ("left", left, lanes_left)):
        ports: dict[str, int] = {}
        for pair in pairs:
            port = ports[pair[0]] = ports.get(pair[0], 0) + 1
            arrows.append(_around(compiled, pair, travelling[pair], by_key, edge, side, port, lanes[pair[1]], done))
    width = edge + BOX_WIDTH + (LABEL + LANE * len(set(lanes_right.values())) + 10 if right else 60)
    sentences = [_sentence(compiled, state, moves, state == here) for state in order]
    return Picture(width, boxes[-1].y + boxes[-1].height + 8, edge, boxes, arrows, sentences)


def _lanes(pairs: list[tuple[str, str]], row: Mapping[str, int]) -> dict[str, int]:
    """End of an arrow -> its lane; arrows whose spans do not meet share one."""
    spans: dict[str, tuple[int, int]] = {}
    for origin, target in pairs:
        low, high = sorted((row[origin], row[target]))
        before = spans.get(target, (low, high))
        spans[target] = (min(low, before[0]), max(high, before[1]))
    lanes: dict[str, int] = {}
    for target, (low, high) in sorted(spans.items(), key=lambda item: item[1][1] - item[1][0]):
        taken = {lanes[o] for o, (first, last) in spans.items() if o in lanes and first <= high and low <= last}
        lanes[target] = next(n for n in range(len(spans) + 1) if n not in taken)
    return lanes


def _boxes(
    compiled: CompiledProcedure, order: list[str], moves: Mapping[tuple[str, str], list[str]],
    right: list[tuple[str, str]], left: list[tuple[str, str]], here: str, done: Mapping[str, object],
) -> list[Box]:  # fmt: skip
    passed = {pair[0] for pair, names in moves.items() if pair[0] != pair[1] and any(n in done for n in names)}
    boxes: list[Box] = []
    y = 6
    for state in order:
        declared = compiled.procedure.states[state]
        ports = max(sum(p[0] == state for p in right), sum(p[0] == state for p in left))
        height = max(34, PORT * (ports + 1))
        stand = "here" if state == here else "passed" if state in passed else "ahead"
        boxes.append(Box(state, say(declared), y, height, stand, declared.final))
        y += height + GAP
    return boxes


def _names(compiled: CompiledProcedure, names: list[str]) -> str:
    return "、".join(say(compiled.procedure.actions[n]) for n in names)


def _label(compiled: CompiledProcedure, names: list[str], room: int) -> str:
    labels = [say(compiled.procedure.actions[n]) for n in names]
    text = labels[0]
    for label in labels[1:]:
        if _width(f"{text} / {label} …") > room:
            text = f"{text} …"
            break
        text = f"{text} / {label}"
    while _width(text) > room and len(text) > 4:
        text = text[:-2] + "…"
    return text


def _width(text: str) -> int:
    """About how wide a label is drawn."""
    return sum(13 if ord(char) > 255 else 7 for char in text)


def _straight(
    compiled: CompiledProcedure, pair: tuple[str, str], names: list[str], boxes: Mapping[str, Box], edge: int,
    done: Mapping[str, object],
) -> Arrow:  # fmt: skip
    x = edge + BOX_WIDTH // 2
    top, bottom = boxes[pair[0]].y + boxes[pair[0]].height, boxes[pair[1]].y
    return Arrow(
        _names(compiled, names), _label(compiled, names, 150), f"M{x} {top}V{bottom - 6}", f"M{x - 4} {bottom - 7}h8l-4 7z", x + 8,
        (top + bottom) // 2 + 3, "start", any(n in done for n in names),
    )  # fmt: skip


def _openings(
    compiled: CompiledProcedure, boxes: Mapping[str, Box], reached: Set[str], edge: int, done: Mapping[str, object]
) -> list[Arrow]:
    """A short arrow into each state in which a case may begin, where nothing else comes from above; the first needs none."""
    first = next(iter(boxes))
    opened: dict[str, list[str]] = {}
    for name in compiled.procedure.start_actions:
        state = compiled.procedure.actions[name].to
        if state and state != first and state not in reached:
            opened.setdefault(state, []).append(name)
    x = edge + BOX_WIDTH // 2
    arrows = []
    for state, names in opened.items():
        y = boxes[state].y
        taken = any(name in done for name in names)
        arrows.append(
            Arrow(_names(compiled, names), _label(compiled, names, 150), f"M{x} {y - 24}V{y - 6}",
                  f"M{x - 4} {y - 7}h8l-4 7z", x + 8, y - 12, "start", taken)
        )  # fmt: skip
    return arrows


def _around(
    compiled: CompiledProcedure, pair: tuple[str, str], names: list[str], boxes: Mapping[str, Box], edge: int,
    side: str, port: int, lane: int, done: Mapping[str, object],
) -> Arrow:  # fmt: skip
    origin, target = boxes[pair[0]], boxes[pair[1]]
    sign = 1 if side == "right" else -1
    start = edge + BOX_WIDTH if side == "right" else edge
    far = start + sign * (LABEL - 8 + LANE * lane)
    y, end = origin.y + 8 + PORT * port, target.y + 8
    turn = 5 if end > y else -5
    path = f"M{start} {y}H{far - sign * 5}q{sign * 5} 0 {sign * 5} {turn}V{end - turn}q0 {turn} {-sign * 5} {turn}H{start + sign * 6}"
    head = f"M{start + sign * 7} {end - 4}v8l{-sign * 7} -4z"
    return Arrow(
        _names(compiled, names), _label(compiled, names, LABEL - 18), path, head, start + sign * 6, y - 4, "start" if sign > 0 else "end",
        any(n in done for n in names),
    )  # fmt: skip


def _sentence(
    compiled: CompiledProcedure, state: str, moves: Mapping[tuple[str, str], list[str]], is_here: bool
) -> Sentence:
    steps = []
    for (origin, target), names in moves.items():
        if origin == state:
            for name in names:
                action = compiled.procedure.actions[name]
                by_law = " §" if action.by == [THE_LAW] else ""
                leads = f" → {say(compiled.procedure.states[target])}" if target != origin else ""
                steps.append(f"{say(action)}{by_law}{leads}")
    return Sentence(say(compiled.procedure.states[state]), tuple(steps), is_here)
