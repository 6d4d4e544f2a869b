"""The picture of a procedure: nothing of the declaration is lost in it, for every declared procedure."""

from itertools import pairwise

import pytest

from zhunsheng.catalogue.course import moves_of
from zhunsheng.catalogue.loading import systems
from zhunsheng.desk.course_picture import picture_of, ways_gone

PROCEDURES = [
    pytest.param(compiled, id=f"{slug} {version}")
    for slug, system in systems().items()
    for version, compiled in system.compiled.items()
]


@pytest.mark.parametrize("compiled", PROCEDURES)
def test_every_state_and_way_is_in_it(compiled):
    states = compiled.procedure.states
    here = next(iter(states))
    picture = picture_of(compiled, here)
    assert sorted(box.key for box in picture.boxes) == sorted(states)
    assert [box.key for box in picture.boxes if box.stand == "here"] == [here]
    order = [box.key for box in picture.boxes]
    ways = {pair for pair in moves_of(compiled) if pair[0] != pair[1]}
    openings = {compiled.procedure.actions[name].to for name in compiled.procedure.start_actions}
    shown = {state for above, state in pairwise(order) if state in openings and (above, state) not in ways}
    assert len(picture.arrows) == len(ways) + len(shown)
    words = "".join(step for sentence in picture.sentences for step in sentence.steps)
    assert all(action.zh in words for action in compiled.procedure.actions.values() if not action.start)


@pytest.mark.parametrize("compiled", PROCEDURES)
def test_boxes_do_not_overlap_and_nothing_leaves_the_picture(compiled):
    picture = picture_of(compiled, next(iter(compiled.procedure.states)))
    for above, below in zip(picture.boxes, picture.boxes[1:], strict=False):
        assert above.y + above.height < below.y
    assert all(0 <= arrow.x <= picture.width and 0 <= arrow.y <= picture.height for arrow in picture.arrows)
    for arrow in picture.arrows:
        for line in arrow.lines:
            length = sum(11.5 if ord(char) > 255 else 6 for char in line)
            assert (arrow.x - length >= 0) if arrow.anchor == "end" else (arrow.x + length <= picture.width), line


def test_only_the_ways_a_case_went_are_marked():
    """Put right in time: nobody was overdue, though the report could have come from there too."""
    compiled = systems()["assessment_rectification"].compiled[max(systems()["assessment_rectification"].compiled)]
    gone = ways_gone(compiled, ["tell", "plan", "office.assign", "report", "check"])
    assert gone == {("", "told"), ("told", "putting_right"), ("putting_right", "reported"), ("reported", "corrected")}
    picture = picture_of(compiled, "corrected", gone)
    stands = {box.key: box.stand for box in picture.boxes}
    assert stands["overdue"] == stands["closed"] == "ahead"
    assert (stands["putting_right"], stands["corrected"]) == ("passed", "here")
    assert sum(arrow.is_taken for arrow in picture.arrows) == 3
