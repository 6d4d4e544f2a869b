"""The inventory: every system and part the platform is to hold, and what exists for each.

``inventory.yaml`` holds facts (number, slug, name, kind, parent, field of work); what exists is read from the folders.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from zhunsheng.catalogue.loading import System, systems
from zhunsheng.law.statutes import load_yaml


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the inventory. ``kind``: R list, P procedure, T plan or assessment, F figure, D document, G body."""

    number: str
    slug: str
    zh: str
    kind: str
    field_of_work: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """What exists for one row: parts of declarations, or the folder of the parent that holds it."""

    row: Row
    exists: tuple[str, ...]

    @property
    def is_covered(self) -> bool:
        return bool(self.exists)


@cache
def rows() -> tuple[Row, ...]:
    """Every row, in the order of the inventory."""
    data = load_yaml(Path(__file__).parent / "inventory.yaml")
    return tuple(
        Row(str(r["number"]), r["slug"], r["zh"], r["kind"], field_of_work, r.get("parent"))
        for field_of_work, entries in data.items()
        for r in entries
    )


def what_exists(system: System) -> tuple[str, ...]:
    """The parts of a declaration that a folder has, in words."""
    parts: list[str] = []
    if system.procedures:
        parts.append(f"程序 {len(system.procedures)} 版")
    if system.registers:
        parts.append("清单")
    if system.bodies:
        parts.append(f"议事机构 {len(system.bodies)} 版")
    if system.figures.accounts:
        parts.append(f"指标 {len(system.figures.accounts)} 个")
    papers = len(list((system.folder / "papers").glob("*.md")))
    if papers:
        parts.append(f"文书 {papers} 种")
    return tuple(parts)


def coverage() -> list[Coverage]:
    """Each row with what exists for it. A part may be kept by its parent: its README names it in backticks."""
    found = systems()
    result: list[Coverage] = []
    for row in rows():
        if row.slug in found:
            result.append(Coverage(row, what_exists(found[row.slug])))
        elif row.parent in found and _named_in_readme(found[row.parent], row.slug):
            result.append(Coverage(row, (f"在 {row.parent} 内",)))
        else:
            result.append(Coverage(row, ()))
    return result


def _named_in_readme(system: System, slug: str) -> bool:
    readme = system.folder / "README.md"
    return readme.exists() and f"`{slug}`" in readme.read_text(encoding="utf-8")
