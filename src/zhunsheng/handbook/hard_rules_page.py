"""The page of the hard rules (硬约束) for lawyers: each rule, what refuses, in which words and on which ground."""

from __future__ import annotations

from zhunsheng.catalogue.hard_rules import Shown, hard_rules, shown_by
from zhunsheng.handbook.markdown import page, plain, table
from zhunsheng.kernel.words import Words

NAME = Words("硬约束", "Hard rules")


def hard_rules_page(language: str) -> str:
    """Every rule with what shows it."""
    intro = Words(
        "下面每一条，平台都以闸门、期限或者由记录得出的下限来守住，并有办理示例证明。示例不在了，测试就不通过。",
        "The platform holds each of these by a gate, a limit or a least figure out of the records, and a worked example proves it. "
        "A test fails as soon as an example is gone.",
    )
    lines = [f"# {NAME.within(language)}", "", intro.within(language), ""]
    heads = [Words("系统", "System"), Words("示例", "Example"), Words("理由", "What it says"), Words("依据", "Ground")]
    for number, rule in enumerate(hard_rules(), 1):
        lines += [f"## {number}. {plain(rule.rule.words.within(language))}", ""]
        lines += table([head.within(language) for head in heads], [_row(shown, language) for shown in shown_by(rule)])
    return page(lines)


def _row(shown: Shown, language: str) -> list[str]:
    system = f"[{plain(shown.system.name.within(language))}](systems/{shown.system.slug}.md)"
    return [system, *(plain(words.within(language)) for words in (shown.name, shown.says, shown.ground))]
