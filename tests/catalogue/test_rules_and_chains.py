"""The hard rules are each shown by what refuses, and every hop of every chain is tied by a declaration."""

import pytest

from zhunsheng.catalogue.hard_rules import ByBody, ByEntry, ByExample, ByLists, HardRule, hard_rules, problems, shown_by
from zhunsheng.catalogue.ties import How, chains, ties
from zhunsheng.kernel.declaration import Labelled


def test_there_are_seventeen_rules():
    assert len(hard_rules()) == 17


@pytest.mark.parametrize("rule", hard_rules(), ids=lambda rule: rule.rule.en)
def test_a_rule_is_shown_by_everything_it_names(rule):
    assert problems(rule) == []
    assert shown_by(rule)


@pytest.mark.parametrize(
    "gone",
    [
        {"examples": [ByExample(system="fine_target_ban", example="an example nobody wrote", says="变相挂钩")]},
        {
            "examples": [
                ByExample(system="fine_target_ban", example="never passes pay tied to fines", says="另一个理由")
            ]
        },
        {"bodies": [ByBody(body="executive_meeting", says="没有这样的闸门")]},
        {"lists": [ByLists(list="power_list", agrees_with="administrative_license_list")]},
        {"entries": [ByEntry(list="power_list", says="没有这样的要求")]},
        {"least": ["leader_law_study.no_such_figure"]},
    ],
)
def test_what_is_gone_is_named(gone):
    assert len(problems(HardRule(rule=Labelled(zh="示例", en="example"), **gone))) == 1


def test_the_ground_of_a_refusal_is_that_of_its_gate():
    [minutes] = [rule for rule in hard_rules() if "会议纪要" in rule.rule.zh]
    shown, *lists = shown_by(minutes)
    assert "行政处罚法" in shown.ground.zh
    assert "会议纪要不得作为行政执法的依据" in shown.says.zh
    assert {"power_list", "enforcement_subject"} <= {each.system.slug for each in lists}
    assert all(each.ground.zh for each in lists)


@pytest.mark.parametrize("chain", chains(), ids=lambda chain: chain.chain.en)
def test_every_hop_of_a_chain_is_tied(chain):
    assert [hop for hop in chain.hops if not ties().get(tuple(hop))] == []


def test_a_tie_says_how():
    found = {tie.how for tie in ties()["enforcement_personnel", "administrative_penalty_case"]}
    assert found == {How.GIVEN}
    assert {tie.how for tie in ties()["expert_pool", "major_decision"]} == {How.TAKES_OVER}
