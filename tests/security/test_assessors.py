"""The table for assessors claims nothing without a test, names each item once, and every test it names is there."""

import ast
from collections import Counter
from pathlib import Path

from zhunsheng.handbook.assessors_page import assessed, assessors_page, named_tests

ROOT = Path(__file__).resolve().parents[2]


def functions_of(file: str) -> set[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def test_every_named_test_exists():
    known = {file: functions_of(file) for file in {name.partition("::")[0] for name in named_tests()}}
    assert sorted(name for name in named_tests() if name.partition("::")[2] not in known[name.partition("::")[0]]) == []
    assert len(named_tests()) > 50


def test_nothing_is_claimed_without_a_test_and_each_item_once():
    asvs, gb = assessed()["asvs"], assessed()["gb22239"]
    items = [item["id"] for item in (*asvs["covered"], *asvs["differs"])]
    assert [name for name, times in Counter(items).items() if times > 1] == []
    assert all(item["tests"] and item["level"] in (1, 2) for item in asvs["covered"])
    assert all(item["tests"] or item["environment"] for item in gb["covered"])
    assert len(items) <= asvs["of"]
    assert f"有测试证明的 {len(asvs['covered'])} 项" in assessors_page("zh")
