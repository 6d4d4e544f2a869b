"""The reference (参考): every page written from the declarations and the code, in both languages, and where each belongs.

``zhunsheng docs build`` writes them; what is committed must be what it writes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.utils.module_loading import import_string

from zhunsheng.catalogue.fields_of_work import FIELDS_OF_WORK
from zhunsheng.catalogue.loading import systems
from zhunsheng.environment import VARIABLES
from zhunsheng.handbook.assessors_page import NAME as ASSESSORS
from zhunsheng.handbook.assessors_page import assessors_page
from zhunsheng.handbook.chains_page import NAME as CHAINS
from zhunsheng.handbook.chains_page import chains_page
from zhunsheng.handbook.command_page import commands_page
from zhunsheng.handbook.hard_rules_page import NAME as HARD_RULES
from zhunsheng.handbook.hard_rules_page import hard_rules_page
from zhunsheng.handbook.law_page import limits_page
from zhunsheng.handbook.markdown import LANGUAGES, bullets, code, page, plain, table
from zhunsheng.handbook.personal_page import NAME as PERSONAL
from zhunsheng.handbook.personal_page import personal_page
from zhunsheng.handbook.refusal_page import refusals_page
from zhunsheng.handbook.system_pages import SystemPage
from zhunsheng.kernel.words import Words

FOLDER = "reference"
PAGES = {
    "limits": Words("全部期限", "All limits"), "hard-rules": HARD_RULES, "chains": CHAINS, "refusals": Words("不予办理的理由", "Refusals"),
    "commands": Words("命令", "Commands"), "environment": Words("环境变量", "Environment variables"), "assessors": ASSESSORS,
    "personal-data": PERSONAL, "api": Words("接口", "API"),
}  # fmt: skip

OF_ROOMS_ABOVE = {"api": "zhunsheng.api.reference.api_page"}
"""Pages that a room above writes of itself; Django must have started."""


def reference() -> dict[str, str]:
    """Path below ``docs/`` → text of every page."""
    return {f"{language}/{FOLDER}/{name}": text for language in LANGUAGES for name, text in _pages(language)}


def _pages(language: str) -> Iterator[tuple[str, str]]:
    from zhunsheng.cli import main

    yield "README.md", _index(language)
    for slug, system in systems().items():
        yield f"systems/{slug}.md", SystemPage(language).text(system)
    yield "limits.md", limits_page(language)
    yield "hard-rules.md", hard_rules_page(language)
    yield "chains.md", chains_page(language)
    yield "refusals.md", refusals_page(language)
    yield "commands.md", commands_page(main, language)
    yield "environment.md", _environment_page(language)
    yield "assessors.md", assessors_page(language)
    yield "personal-data.md", personal_page(language)
    for name, writer in OF_ROOMS_ABOVE.items():
        yield f"{name}.md", import_string(writer)(language)


def _index(language: str) -> str:
    lines = [f"# {Words('参考', 'Reference').within(language)}", ""]
    intro = Words(
        "由 `zhunsheng docs build` 从声明和程序写出，不要手工修改。",
        "Written by `zhunsheng docs build` from the declarations and the code; not to be edited by hand.",
    )
    lines += [intro.within(language), ""]
    lines += bullets(f"[{words.within(language)}]({name}.md)" for name, words in PAGES.items())
    for field, words in FIELDS_OF_WORK.items():
        own = [system for system in systems().values() if system.field_of_work == field]
        if own:
            lines += [f"## {words.within(language)}", ""]
            lines += bullets(f"[{plain(s.name.within(language))}](systems/{s.slug}.md)" for s in own)
    return page(lines)


def _environment_page(language: str) -> str:
    heads = [Words("变量", "Variable").within(language), Words("含义", "Meaning").within(language)]
    rows = [(code(name), words.within(language)) for name, words in VARIABLES.items()]
    return page([f"# {PAGES['environment'].within(language)}", "", *table(heads, rows)])


def differences(docs: Path) -> list[str]:
    """The pages below ``docs`` that are missing, differ or do not belong to the reference any more."""
    return _differing(docs, reference())


def _differing(docs: Path, wanted: dict[str, str]) -> list[str]:
    wrong = [
        name for name, text in wanted.items()
        if not (docs / name).is_file() or (docs / name).read_text(encoding="utf-8") != text
    ]  # fmt: skip
    return sorted([*wrong, *_strays(docs, wanted)])


def _strays(docs: Path, wanted: dict[str, str]) -> list[str]:
    found = [path for language in LANGUAGES for path in (docs / language / FOLDER).rglob("*.md")]
    return [name for path in found if (name := path.relative_to(docs).as_posix()) not in wanted]


def write(docs: Path) -> int:
    """Write every page and take away what does not belong any more; how many files were touched."""
    wanted = reference()
    changed = _differing(docs, wanted)
    for name in changed:
        path = docs / name
        if name in wanted:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[name], encoding="utf-8")
        else:
            path.unlink()
    return len(changed)
