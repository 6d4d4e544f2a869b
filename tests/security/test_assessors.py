"""The table for assessors claims nothing without a test or a page, says something of each requirement once, and every test and page it
names is there."""

import ast
from collections import Counter
from pathlib import Path

import pytest

from zhunsheng.handbook.assessors_page import KINDS, assessed, assessors_page, ids_of, levels, named_tests

ROOT = Path(__file__).resolve().parents[2]


def functions_of(file: str) -> set[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def test_every_named_test_exists():
    known = {file: functions_of(file) for file in {name.partition("::")[0] for name in named_tests()}}
    assert sorted(name for name in named_tests() if name.partition("::")[2] not in known[name.partition("::")[0]]) == []
    assert len(named_tests()) > 100


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_named_page_says_what_it_is_named_for(language):
    gone = []
    for item in assessed()["asvs"]["documented"]:
        text = (ROOT / "docs" / language / item["page"]).read_text(encoding="utf-8")
        heads = [line for line in text.splitlines() if line.startswith("#")]
        if "under" in item and not any(item["under"][language] in line for line in heads):
            gone.append((item["page"], item["under"][language]))
    assert gone == []


def test_each_requirement_stands_there_once_and_nothing_is_shown_without_a_test():
    asvs, points = assessed()["asvs"], assessed()["gb22239"]["points"]
    counted = Counter(id_ for kind in KINDS for item in asvs[kind] for id_ in ids_of(item))
    assert [id_ for id_, times in counted.items() if times > 1] == []
    assert counted.keys() == levels().keys()
    assert Counter(levels().values()) == {1: 70, 2: 183}, "as the standard has them"
    assert all(item["tests"] for item in asvs["shown"])
    assert all(item.get("tests") or item.get("environment") for item in points)
    assert (len(points), len({point["id"] for point in points})) == (71, 71)
    shown = sum(len(ids_of(item)) for item in asvs["shown"])
    assert f"有测试证明的 {shown} 项" in assessors_page("zh")
