"""Which addresses show a page: those whose view, by whatever functions of the desk, comes to ``frame.page``.

Read off the source, so that an address added tomorrow is found without anybody naming it.
"""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

from django.urls import get_resolver

import zhunsheng.desk

Place = tuple[str, str]
"""(module of the desk, function)."""


def functions_that_show() -> set[Place]:
    """Every function of the desk that comes to ``frame.page``."""
    calls = {
        place: called for path in Path(zhunsheng.desk.__file__).parent.glob("*.py") for place, called in _calls(path)
    }
    showing: set[Place] = {("frame", "page")}
    while more := {place for place, called in calls.items() if place not in showing and called & showing}:
        showing |= more
    return showing


def _calls(path: Path) -> Iterator[tuple[Place, set[Place]]]:
    """Each function of a module with the functions of the desk it calls."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    known = {node.name: (path.stem, node.name) for node in functions}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("zhunsheng.desk."):
            known |= {
                alias.asname or alias.name: (str(node.module).rpartition(".")[2], alias.name) for alias in node.names
            }
    for function in functions:
        names = {n.func.id for n in ast.walk(function) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
        yield (path.stem, function.name), {known[name] for name in names & known.keys()}


def views() -> dict[str, Place]:
    """Name of each address of the desk → its view."""
    found = {}
    for pattern in _patterns(get_resolver().url_patterns):
        view = inspect.unwrap(pattern.callback)
        if view.__module__.startswith("zhunsheng.desk."):
            found[pattern.name] = (view.__module__.rpartition(".")[2], view.__name__)
    return found


def _patterns(patterns):
    for pattern in patterns:
        yield from _patterns(pattern.url_patterns) if hasattr(pattern, "url_patterns") else [pattern]


def pages() -> set[str]:
    """The names of the addresses that show a page in its frame."""
    showing = functions_that_show()
    return {name for name, view in views().items() if view in showing}
