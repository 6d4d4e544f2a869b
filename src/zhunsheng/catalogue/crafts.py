"""The Python of systems that have a craft of their own (专门计算): finds it in their folders, by name of the system alone.

``craft.py`` holds the functions steps name, ``commands.py`` a group ``commands`` for the command line. Nothing imports them
by name; what they may import is held by tests/catalogue/test_crafts.py.
"""

from __future__ import annotations

import importlib
from functools import cache
from pathlib import Path
from types import ModuleType

import zhunsheng
from zhunsheng.kernel.craft import Craft

_FOLDER = Path(zhunsheng.__file__).parent / "systems"


@cache
def modules(name: str) -> dict[str, str]:
    """Slug -> module, of every system that has one of this name."""
    return {
        path.parent.name: f"zhunsheng.systems.{path.parent.parent.name}.{path.parent.name}.{name}"
        for path in sorted(_FOLDER.glob(f"*/*/{name}.py"))
    }


def craft_module(slug: str) -> ModuleType | None:
    """The functions of a system, or None where it has none."""
    found = modules("craft").get(slug)
    return importlib.import_module(found) if found else None


def craft_of(slug: str, function: str) -> Craft:
    """A function of a system; lint has seen that it exists."""
    return getattr(craft_module(slug), function)  # type: ignore[no-any-return]
