"""Work of a system's own: found by name of the system, and importing nothing that could make it other than pure."""

import ast
from pathlib import Path

import pytest

import zhunsheng
from zhunsheng.catalogue.crafts import craft_of, modules
from zhunsheng.catalogue.loading import systems

PURE = (
    "zhunsheng.kernel",
    "zhunsheng.law.naming",
    "zhunsheng.law.statutes",
    "zhunsheng.spreadsheets",
    "zhunsheng.word_documents",
    "zhunsheng.workbooks",
    "zhunsheng.systems",
)
FILES = sorted((Path(zhunsheng.__file__).parent / "systems").glob("*/*/*.py"))


def imported(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, path
            yield node.module


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_craft_knows_only_the_kernel_the_facts_of_law_and_its_own_folder(path):
    own = f"zhunsheng.systems.{path.parent.parent.name}.{path.parent.name}"
    for name in imported(path):
        assert name.partition(".")[0] not in ("django", "datetime.now", "random", "os"), name
        if name.startswith("zhunsheng."):
            assert name.startswith(PURE), name
            assert not name.startswith("zhunsheng.systems") or name.startswith(own), name


def test_every_function_a_step_names_is_there():
    named = {
        (system.slug, action.craft.function)
        for system in systems().values()
        for procedure in system.procedures
        for action in procedure.actions.values()
        if action.craft
    }
    assert ("random_inspection", "make_draw") in named
    assert all(callable(craft_of(slug, function)) for slug, function in named)
    assert {slug for slug, _ in named} == set(modules("craft"))
