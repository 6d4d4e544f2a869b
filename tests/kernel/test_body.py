"""The declared body: quorums at their edges, gates of items, and that contradictions in a declaration are refused."""

import pytest
from pydantic import ValidationError

from zhunsheng.catalogue.loading import systems
from zhunsheng.kernel.body import EVENTS, Body, CompiledBody, Discussed, Speaker, event_fields
from zhunsheng.kernel.meeting import Quorum, Stance, reaches_quorum
from zhunsheng.kernel.words import Words

DECLARED = {
    "name": {"zh": "示例会", "en": "Example"},
    "basis": {"practice": {"zh": "示例", "en": "example"}},
    "in_force": {"from": "2024-01-01"},
    "offices": {"chair": {"zh": "主任", "en": "Chair"}, "member": {"zh": "委员", "en": "Member"}},
    "forms": {"full": {"zh": "全体会议", "en": "Full"}},
    "items": ["decision"],
    "notice": {"zh": "通知", "en": "Notice", "basis": {"practice": {"zh": "示例", "en": "example"}}},
    "minutes": {"zh": "纪要", "en": "Minutes", "basis": {"practice": {"zh": "示例", "en": "example"}}},
}


def gate(**demand):
    return {"zh": "不行", "en": "no", "on": "settle", "basis": {"statute": "law", "article": "30"}, **demand}


def body(*gates):
    return CompiledBody(
        "example", Body.model_validate({**DECLARED, "gates": list(gates)}), {"law": Words("某法", "Law")}
    )


@pytest.mark.parametrize(
    ("rule", "members", "there", "enough"),
    [("half", 4, 2, False), ("half", 5, 3, True), ("half", 4, 3, True), ("two_thirds", 9, 6, True),
     ("two_thirds", 10, 6, False), ("none", 9, 0, True)],
)  # fmt: skip
def test_a_quorum_at_its_edge(rule, members, there, enough):
    assert reaches_quorum(Quorum(rule), members, there) is enough


def test_the_head_is_last_among_those_recorded_and_only_where_there_is_one():
    last = body(gate(head_last=True))
    order = [Speaker("head", Stance.AGREE), Speaker("other", Stance.AGREE)]
    refusal = last.check("settle", Discussed({}, speakers=order, head="head"))
    assert (refusal.code, refusal.sentence("zh"), refusal.sentence("en")) == (
        "gate",
        "不行（某法第三十条）",
        "no (Law, Article 30)",
    )
    assert last.check("settle", Discussed({}, speakers=order[::-1], head="head")) is None
    assert last.check("settle", Discussed({}, speakers=order)) is None
    assert last.check("settle", Discussed({}, head="head")) is None
    assert last.check("put", Discussed({}, speakers=order, head="head")) is None


@pytest.mark.parametrize(
    ("result", "stances", "refused"),
    [("passed", "agree disagree disagree", True), ("passed", "agree disagree", False), ("not_passed", "agree", True),
     ("not_passed", "disagree neutral", False), ("deferred", "disagree disagree", False)],
)  # fmt: skip
def test_a_result_most_were_against_needs_reasons(result, stances, refused):
    said = [Speaker(str(n), Stance(stance)) for n, stance in enumerate(stances.split())]
    item = Discussed({"result": result}, speakers=[*said, Speaker("head", Stance.AGREE)], head="head")
    needs = body(gate(reasons=True))
    assert (needs.check("settle", item) is not None) is refused
    assert needs.check("settle", item._replace(reasons=True)) is None


def test_a_gate_stands_only_where_its_condition_holds():
    only = body(gate(when={"matter": "major"}, recorded=True))
    assert only.check("settle", Discussed({"matter": "other"})) is None
    assert only.check("settle", Discussed({"matter": "major"})) is not None


@pytest.mark.parametrize(
    "wrong",
    [{"gates": [gate()]}, {"gates": [gate(recorded=True, when={"weather": "fine"})]}, {"offices": {}}, {"items": ["party"]},
     {"gates": [gate(recorded=True, on="later")]}],
)  # fmt: skip
def test_a_declaration_that_contradicts_itself_does_not_load(wrong):
    with pytest.raises(ValidationError):
        Body.model_validate({**DECLARED, **wrong})


def test_every_value_of_an_event_is_a_field_with_its_names():
    fields = event_fields({slug: system.bodies[-1] for slug, system in systems().items() if system.bodies})
    assert {name for event in EVENTS.values() for name in event.values} == set(fields)
    assert fields["form"].choices["executive"] == Words("常务会议", "Executive meeting")
