"""The reference of refusals, read off the source: every code with the words it comes with and the room that says it.

A refusal is made where it is decided, ``Refusal(code, Words(zh, en))`` or a room's own short form of it; what stands there
is what people read. Values filled in at the time stand as “…”.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import zhunsheng
from zhunsheng.handbook.markdown import code, page, plain, table
from zhunsheng.kernel.words import Words

PACKAGE = Path(zhunsheng.__file__).parent
MAKERS = frozenset({"Refusal", "refusal", "refused", "_refused"})
UNSAID = Words("随情况而定", "depends on the case")
_CODE = re.compile(r"^[a-z][a-z_]+$")


def refusals_page(language: str) -> str:
    """Every refusal by room and code."""
    lines = [f"# {Words('不予办理的理由', 'Refusals').within(language)}", ""]
    intro = Words(
        "平台不予办理时，说明理由和依据，什么也不写入。下面是各种理由的代码和文字；文字里的“…”是当时填入的内容。"
        "闸门的理由写在各系统的页面里。",
        "When the platform refuses it says why and on which ground, and writes nothing. These are the codes and the words; “…” "
        "stands for what is filled in at the time. The reasons of gates stand with each system.",
    )
    lines += [intro.within(language), ""]
    by_room: dict[str, set[tuple[str, Words]]] = {}
    for room, key, words in refusals():
        by_room.setdefault(room, set()).add((key, words))
    for room, own in sorted(by_room.items()):
        lines += [f"## {plain(room_words(room).within(language))}", ""]
        heads = [Words("代码", "Code").within(language), Words("理由", "Reason").within(language)]
        lines += table(heads, [(code(key), plain(reason.within(language))) for key, reason in sorted(own)])
    return page(lines)


def room_words(room: str) -> Words:
    """What a room is called: in Chinese the first word of its docstring."""
    tree = ast.parse((PACKAGE / room / "__init__.py").read_text(encoding="utf-8"))
    return Words((ast.get_docstring(tree) or room).partition(":")[0], room)


@cache  # the whole source is read for it, and both languages' pages need it
def refusals() -> list[tuple[str, str, Words]]:
    """(room, code, words) of every refusal in the source."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" not in path.parts:
            room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
            tree = ast.parse(path.read_text(encoding="utf-8"))
            found += [(room, key, words) for key, words in _of_tree(tree)]
    return found


def _of_tree(tree: ast.Module) -> Iterator[tuple[str, Words]]:
    for scope in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        assigned = [
            (node.lineno, target.id, node.value)
            for node in ast.walk(scope) if isinstance(node, ast.Assign)
            for target in node.targets if isinstance(target, ast.Name)
        ]  # fmt: skip
        for call in (node for node in ast.walk(scope) if isinstance(node, ast.Call)):
            if _name(call.func) in MAKERS:
                before = {
                    name: value for line, name, value in sorted(assigned, key=lambda a: a[0]) if line < call.lineno
                }
                yield from _of_call(call, before)


def _of_call(call: ast.Call, assigned: dict[str, ast.expr]) -> Iterator[tuple[str, Words]]:
    """The code is the first text that looks like one; its words follow, as ``Words`` or as two texts."""
    for index, argument in enumerate(call.args[:2]):
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str) and _CODE.match(argument.value):
            yield argument.value, _words(call.args[index + 1 :], assigned) or UNSAID
            return


def _words(following: list[ast.expr], assigned: dict[str, ast.expr]) -> Words | None:
    first = following[0] if following else None
    if isinstance(first, ast.Name):
        first = assigned.get(first.id)
    if isinstance(first, ast.Call) and _name(first.func) == "Words":
        following = first.args
    texts = [_text(part) for part in following[:2]]
    if len(texts) == 2 and texts[0] and texts[1] and re.search(r"[一-鿿]", texts[0]):
        return Words(texts[0], texts[1])
    return None


def _text(node: ast.expr) -> str | None:
    """A text as it is written, with “…” for what is filled in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "…" for part in node.values)
    if isinstance(node, ast.BinOp):
        left, right = _text(node.left), _text(node.right)
        return None if left is None or right is None else left + right
    return None


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
