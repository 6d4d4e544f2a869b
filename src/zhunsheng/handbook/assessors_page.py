"""The page for assessors (测评对照): OWASP ASVS and GB/T 22239, item by item, each with the tests that show it, from ``assessors.yaml``.

An item without a test is not claimed; what is for the environment, or is done in another way, says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from zhunsheng.handbook.markdown import code, page, table
from zhunsheng.kernel.words import Words
from zhunsheng.law.statutes import load_yaml

NAME = Words("测评对照", "For assessors")
_FILE = Path(__file__).parent / "assessors.yaml"


@cache
def assessed() -> dict[str, Any]:
    """What stands in ``assessors.yaml``."""
    return load_yaml(_FILE)


def named_tests() -> set[str]:
    """Every test an item rests on, as ``file::test``."""
    both = (*assessed()["asvs"]["covered"], *assessed()["gb22239"]["covered"])
    return {test for item in both for test in item["tests"]}


def assessors_page(language: str) -> str:
    """Both tables in one language."""

    def say(zh: str, en: str) -> str:
        return Words(zh, en).within(language)

    asvs, gb = assessed()["asvs"], assessed()["gb22239"]
    covered, differs = asvs["covered"], asvs["differs"]
    lines = [f"# {NAME.within(language)}", ""]
    lines += [say(
        "每一项写明由哪个测试证明；没有测试的不列。条文以标准原文为准，这里只用几个字说明。",
        "Each item with the tests that show it; what has none is not listed. What a requirement says in full stands in its standard.",
    ), ""]  # fmt: skip
    lines += [f"## OWASP ASVS {asvs['version']}", ""]
    lines += [say(
        f"第 1、2 级，已对照的各章（{asvs['chapters']}）共 {asvs['of']} 项，有测试证明的 {len(covered)} 项，另行处理的 {len(differs)} 项；其余不作声明。",
        f"Levels 1 and 2: of {asvs['of']} requirements in the chapters gone through ({asvs['chapters']}) {len(covered)} are shown by tests and "
        f"{len(differs)} are met in another way or not; of the others nothing is claimed.",
    ), ""]  # fmt: skip
    heads = [say("项", "Item"), say("级", "Level"), say("内容", "What"), say("测试", "Tests")]
    lines += table(heads, [
        (f"V{item['id']}", str(item["level"]), item[language], _tests(item["tests"])) for item in covered
    ])  # fmt: skip
    lines += [f"### {say('另行处理', 'Otherwise')}", ""]
    lines += table(heads[:3], [(f"V{item['id']}", str(item["level"]), item[language]) for item in differs])
    chapter = gb["chapter"][language]
    shown = sum(bool(item["tests"]) for item in gb["covered"])
    lines += [f"## GB/T 22239—2019 {say('第三级', 'level 3')}", ""]
    lines += [say(
        f"「{chapter}」一章的控制点 {len(gb['covered'])} 个，有测试证明的 {shown} 个（部分要求），其余由运行环境负责；物理环境、网络、管理各章不在软件之内。",
        f"Of {len(gb['covered'])} control points of “{chapter}” {shown} are shown by tests, in the part that is software; the others are for the "
        "environment. Chapters on sites, networks and management are not about software.",
    ), ""]  # fmt: skip
    heads = [
        say("项", "Item"),
        say("内容", "What"),
        say("证据", "Evidence"),
        say("由运行环境负责", "For the environment"),
    ]
    lines += table(heads, [
        (item["id"], item[language], _tests(item["tests"]) or "—", item["environment"] or "—") for item in gb["covered"]
    ])  # fmt: skip
    return page(lines)


def _tests(tests: Iterable[str]) -> str:
    return "<br>".join(code(test) for test in tests)
