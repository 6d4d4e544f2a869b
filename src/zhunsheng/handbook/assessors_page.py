"""The page for assessors (测评对照): OWASP ASVS and GB/T 22239, item by item, each with what shows it, from ``assessors.yaml``.

What is not shown by a test says so: documented, for the environment, done in another way, or open.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from zhunsheng.handbook.markdown import code, page, table
from zhunsheng.kernel.words import Words
from zhunsheng.law.statutes import load_yaml

NAME = Words("测评对照", "For assessors")
_FILE = Path(__file__).parent / "assessors.yaml"
KINDS = ("shown", "documented", "environment", "differs", "open")
"""What can be said of a requirement."""

Item = Mapping[str, Any]


@cache
def assessed() -> dict[str, Any]:
    """What stands in ``assessors.yaml``."""
    return load_yaml(_FILE)


def ids_of(item: Item) -> list[str]:
    """The requirements one line is about."""
    return [item["id"]] if "id" in item else list(item["ids"])


@cache
def levels() -> dict[str, int]:
    """Requirement → its level."""
    return {id_: level for level, ids in assessed()["asvs"]["levels"].items() for id_ in ids.split()}


def named_tests() -> set[str]:
    """Every test an item rests on, as ``file::test``."""
    both = (*assessed()["asvs"]["shown"], *assessed()["gb22239"]["points"])
    return {test for item in both for test in item.get("tests", ())}


def assessors_page(language: str) -> str:
    """Both tables in one language."""

    def say(zh: str, en: str) -> str:
        return Words(zh, en).within(language)

    lines = [f"# {NAME.within(language)}", ""]
    lines += [say(
        "条文以标准原文为准，这里只用几个字说明。有测试的才算已经证明；其余写明是有文档、由运行环境负责、另行处理，还是没有结论。",
        "What a requirement says in full stands in its standard. Shown is what a test shows; of the others it is said whether they are documented, "
        "for the environment, met in another way or not, or open.",
    ), ""]  # fmt: skip
    return page([*lines, *_asvs(language, say), *_classified_protection(language, say)])


def _asvs(language: str, say: Callable[[str, str], str]) -> Iterable[str]:
    asvs = assessed()["asvs"]
    counts = {kind: sum(len(ids_of(item)) for item in asvs[kind]) for kind in KINDS}
    absent = sum(len(ids_of(item)) for item in asvs["shown"] if item.get("absent"))
    yield from [f"## OWASP ASVS {asvs['version']}", ""]
    yield say(
        f"第 1、2 级共 {len(levels())} 项：有测试证明的 {counts['shown']} 项（其中 {absent} 项说的是平台没有的东西），有文档的 {counts['documented']} 项，由运行环境负责的 "
        f"{counts['environment']} 项，另行处理的 {counts['differs']} 项，没有结论的 {counts['open']} 项。",
        f"Levels 1 and 2, {len(levels())} requirements: {counts['shown']} shown by tests ({absent} of them because it has nothing of the kind), {counts['documented']} documented, {counts['environment']} "
        f"for the environment, {counts['differs']} met in another way or not, {counts['open']} open.",
    )
    yield ""
    names = {
        "shown": say("有测试证明", "Shown by tests"), "documented": say("有文档", "Documented"),
        "environment": say("由运行环境负责", "For the environment"), "differs": say("另行处理", "Otherwise"),
        "open": say("没有结论", "Open"),
    }  # fmt: skip
    heads = [say("项", "Item"), say("级", "Level"), say("内容", "What")]
    evidence = {"shown": say("测试", "Tests"), "documented": say("文档", "Page")}
    for kind in filter(asvs.get, KINDS):
        yield from [f"### {names[kind]}", ""]
        more = [evidence[kind]] if kind in evidence else []
        yield from table(heads + more, [_row(item, language, more) for item in asvs[kind]])


def _row(item: Item, language: str, more: list[str]) -> list[str]:
    ids = ids_of(item)
    level = "/".join(sorted({str(levels()[id_]) for id_ in ids}))
    cells = ["<br>".join(f"V{id_}" for id_ in ids), level, item[language]]
    return cells + ([_tests(item["tests"]) if "tests" in item else _link(item, language)] if more else [])


def _link(item: Item, language: str) -> str:
    """To the page that documents something, from the folder of the reference."""
    words = item["under"][language] if "under" in item else item[language]
    return f"[{words}]({posixpath.relpath(item['page'], 'reference')})"


def _classified_protection(language: str, say: Callable[[str, str], str]) -> Iterable[str]:
    points = assessed()["gb22239"]["points"]
    shown = sum(bool(item.get("tests")) for item in points)
    yield from [f"## GB/T 22239—2019 {say('第三级', 'level 3')}", ""]
    yield say(
        f"安全通用要求的控制点 {len(points)} 个，有测试证明的 {shown} 个（软件的部分），其余由运行环境和运行单位负责。等级测评由测评机构进行。",
        f"Of {len(points)} control points of the general requirements {shown} are shown by tests, in the part that is software; the others are for the "
        "environment and for whoever runs it. The assessment itself is made by an assessor.",
    )
    yield ""
    heads = [
        say("项", "Item"),
        say("内容", "What"),
        say("证据", "Evidence"),
        say("由运行环境负责", "For the environment"),
    ]
    yield from table(heads, [
        (item["id"], item[language], _tests(item.get("tests", ())) or "—", item.get("environment", {}).get(language, "—")) for item in points
    ])  # fmt: skip


def _tests(tests: Iterable[str]) -> str:
    return "<br>".join(code(test) for test in tests)
