"""The picture of a procedure (流程图): its states one below the other, its actions as arrows, the place of the case marked.

A small layout of our own: states in the order a case can reach them, one a row; an arrow to the next row runs
straight down, one further down runs in a lane on the right, one back up in a lane on the left. Lanes are shared by
arrows with the same end. Names take as many lines as they need, and boxes and gaps grow with them. Numbers only;
``_picture.html`` draws, and says the same in words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import chain
from math import ceil

from zhunsheng.catalogue.course import moves_of, order_of
from zhunsheng.catalogue.wording import listed
from zhunsheng.desk.wording import say
from zhunsheng.kernel.action import THE_LAW
from zhunsheng.kernel.transition import CompiledProcedure

BOX_WIDTH = 132
GAP = 25
"""Between two boxes, beside the lines of a label there."""
LANE = 13
LABEL = 118
FACE, LINE = 11.5, 13
"""How large the letters of a label are, and how far apart its lines."""
BOX_FACE, BOX_LINE = 13, 16
AROUND, STRAIGHT = LABEL - 16, 150
"""The room for a label at the side of a box, and for one between two."""
_NAMES = re.compile(r"(?<=、)|(?<=, )")
_PIECES = re.compile(r"[!-~]+\s*|[^!-~\s][，、；：）」”/ ]*|\s+")
"""What is not parted by a new line: a word, a Chinese character with the marks that follow it."""


@dataclass(frozen=True)
class Box:
    """A state: its rectangle and how the case stands to it (``here``, ``passed`` or ``ahead``)."""

    key: str
    lines: tuple[str, ...]
    y: int
    height: int
    stand: str
    is_final: bool

    @property
    def text_y(self) -> float:
        """The baseline of the first line of its name, from its top."""
        return self.height / 2 + 5 - BOX_LINE * (len(self.lines) - 1) / 2


@dataclass(frozen=True)
class Arrow:
    """One or several actions between the same two states. ``path`` and ``head`` are SVG paths."""

    names: str
    lines: tuple[str, ...]
    path: str
    head: str
    x: int
    y: float
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


Ways = Set[tuple[str, str]]


def ways_gone(compiled: CompiledProcedure, names: Iterable[str]) -> frozenset[tuple[str, str]]:
    """The ways a case went by the actions it took, first to last: one action may lead on from several states, and it was in but
    one of them. The way in begins with no state."""
    state, gone = "", set()
    for name in names:
        action = compiled.procedure.actions.get(name)
        if action is not None and action.to and action.to != state:
            gone.add((state, action.to))
            state = action.to
    return frozenset(gone)


def picture_of(compiled: CompiledProcedure, here: str, gone: Ways = frozenset()) -> Picture:
    """The picture of a procedure for a case in the state ``here`` that went these ways."""
    moves = moves_of(compiled)
    order = order_of(compiled, moves)
    row = {state: index for index, state in enumerate(order)}
    travelling = {pair: names for pair, names in moves.items() if pair[0] != pair[1]}
    down = {pair for pair in travelling if row[pair[1]] == row[pair[0]] + 1}
    right = sorted((p for p in travelling if row[p[1]] > row[p[0]] + 1), key=lambda p: row[p[1]])
    left = sorted((p for p in travelling if row[p[1]] < row[p[0]]), key=lambda p: row[p[1]])
    lanes_right, lanes_left = _lanes(right, row), _lanes(left, row)
    edge = 10 + LANE * len(set(lanes_left.values())) + (LABEL if left else 6)
    names = {pair: _names(compiled, taken) for pair, taken in travelling.items()}
    ports = {pair: port for pairs in (right, left) for pair, port in _ports(pairs, names).items()}
    opened = _opened(compiled, order[0], {pair[1] for pair in down})
    above = {pair[1]: names[pair] for pair in down} | {
        state: _names(compiled, taken) for state, taken in opened.items()
    }
    boxes = _boxes(compiled, order, moves, ports, above, here, gone)
    by_key = {box.key: box for box in boxes}
    arrows = [
        _straight(
            names[pair],
            by_key[pair[1]],
            by_key[pair[0]].y + by_key[pair[0]].height,
            edge,
            pair in gone,
        )
        for pair in sorted(down, key=lambda p: row[p[0]])
    ]
    arrows += [
        _straight(above[state], by_key[state], by_key[state].y - 24, edge, ("", state) in gone) for state in opened
    ]
    reach = max((_width(line, FACE) for arrow in arrows for line in arrow.lines), default=0) + 8 - BOX_WIDTH // 2
    for sign, pairs, lanes in ((1, right, lanes_right), (-1, left, lanes_left)):
        for pair in pairs:
            box, target = by_key[pair[0]], by_key[pair[1]]
            end, lane = target.y + 8, lanes[pair[1]]
            arrows.append(_around(names[pair], box.y + ports[pair], end, edge, sign, lane, pair in gone))
    aside = LABEL + LANE * len(set(lanes_right.values())) + 10 if right else max(60, ceil(reach) + 6)
    width = edge + BOX_WIDTH + aside
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


def _ports(pairs: Sequence[tuple[str, str]], names: Mapping[tuple[str, str], str]) -> dict[tuple[str, str], int]:
    """Where each arrow of a side leaves its box, from the top: below its label, and below the arrows before it."""
    ports: dict[tuple[str, str], int] = {}
    lowest: dict[str, int] = {}
    for pair in pairs:
        ports[pair] = lowest[pair[0]] = lowest.get(pair[0], 10) + 4 + LINE * len(_lines(names[pair], AROUND, FACE))
    return ports


def _opened(compiled: CompiledProcedure, first: str, reached: Set[str]) -> dict[str, list[str]]:
    """The states in which a case may begin and nothing else comes to from above, with the steps that begin it; the first needs no
    arrow."""
    opened: dict[str, list[str]] = {}
    for name in compiled.procedure.start_actions:
        state = compiled.procedure.actions[name].to
        if state and state != first and state not in reached:
            opened.setdefault(state, []).append(name)
    return opened


def _boxes(
    compiled: CompiledProcedure, order: list[str], moves: Mapping[tuple[str, str], list[str]], ports: Mapping[tuple[str, str], int],
    above: Mapping[str, str], here: str, gone: Ways,
) -> list[Box]:  # fmt: skip
    passed = {origin for origin, _target in gone}
    boxes: list[Box] = []
    y = 6
    for state in order:
        declared = compiled.procedure.states[state]
        if boxes:
            y += GAP + LINE * len(_lines(above.get(state, "—"), STRAIGHT, FACE))
        stand = "here" if state == here else "passed" if state in passed else "ahead"
        lines = _lines(("▶ " if state == here else "") + say(declared), BOX_WIDTH - 12, BOX_FACE)
        lowest = max((port for pair, port in ports.items() if pair[0] == state), default=0)
        height = max(18 + BOX_LINE * len(lines), lowest + 8)
        boxes.append(Box(state, lines, y, height, stand, declared.final))
        y += height
    return boxes


def _names(compiled: CompiledProcedure, names: Sequence[str]) -> str:
    return say(listed([compiled.procedure.actions[name].words for name in names]))


def _lines(text: str, room: float, face: float) -> tuple[str, ...]:
    """A text in as many lines as there is need of, parted between names where they are not too long for a line."""
    names = [name for name in _NAMES.split(text) if name]
    pieces = [[name] if _width(name, face) <= room else _PIECES.findall(name) for name in names]
    lines = [""]
    for piece in chain.from_iterable(pieces):
        if lines[-1] and _width((lines[-1] + piece).rstrip(), face) > room:
            lines.append("")
        lines[-1] += piece
    return tuple(line.strip() for line in lines)


def _width(text: str, face: float) -> float:
    """About how wide a text is drawn."""
    return sum(face if ord(char) > 255 else face * 0.56 for char in text)


def _straight(names: str, box: Box, top: int, edge: int, is_taken: bool) -> Arrow:
    """An arrow down to a box, its name beside it in the gap above the box."""
    x, lines = edge + BOX_WIDTH // 2, _lines(names, STRAIGHT, FACE)
    middle = box.y - (GAP + LINE * len(lines)) / 2
    return Arrow(
        names, lines, f"M{x} {top}V{box.y - 6}", f"M{x - 4} {box.y - 7}h8l-4 7z", x + 8, middle + 3 - LINE * (len(lines) - 1) / 2,
        "start", is_taken,
    )  # fmt: skip


def _around(names: str, y: int, end: int, edge: int, sign: int, lane: int, is_taken: bool) -> Arrow:
    """An arrow that leaves a box to one side, runs in a lane and comes to another from the same side."""
    start = edge + BOX_WIDTH if sign > 0 else edge
    far, turn = start + sign * (LABEL - 8 + LANE * lane), 5 if end > y else -5
    path = f"M{start} {y}H{far - sign * 5}q{sign * 5} 0 {sign * 5} {turn}V{end - turn}q0 {turn} {-sign * 5} {turn}H{start + sign * 6}"
    head = f"M{start + sign * 7} {end - 4}v8l{-sign * 7} -4z"
    lines = _lines(names, AROUND, FACE)
    first = y - 4 - LINE * (len(lines) - 1)
    return Arrow(names, lines, path, head, start + sign * 6, first, "start" if sign > 0 else "end", is_taken)


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
