"""The reference of the command line, walked off the commands themselves: every command with its arguments and options.

Help texts hold both languages, parted by a middle dot; each page takes its own.
"""

from __future__ import annotations

from collections.abc import Iterable

import click

from zhunsheng.handbook.markdown import code, page, plain, table
from zhunsheng.kernel.words import Words

OPTION, MEANING, DEFAULT = Words("参数", "Option"), Words("含义", "Meaning"), Words("默认", "Default")
NEEDED, SEVERAL = Words("必填", "needed"), Words("可多次", "may be repeated")


def commands_page(main: click.Group, language: str) -> str:
    """Every command below ``main``."""
    lines = [f"# {Words('命令', 'Commands').within(language)}", ""]
    intro = Words(
        "在安装目录的 `.venv/bin/` 中。任何命令后加 `--help` 可以看到同样的说明。",
        "In `.venv/bin/` of the installation. Any command with `--help` says the same.",
    )
    lines += [intro.within(language), ""]
    for names, command, context in sorted(
        _walk(main, ("zhunsheng",), click.Context(main, info_name="zhunsheng")), key=lambda c: c[0]
    ):
        lines += _section(names, command, context, language)
    return page(lines)


def _walk(
    group: click.Group, names: tuple[str, ...], context: click.Context
) -> Iterable[tuple[tuple[str, ...], click.Command, click.Context]]:
    """The commands that do something, without the groups they stand in."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None or command.hidden:
            continue
        inner = click.Context(command, info_name=name, parent=context)
        if isinstance(command, click.Group):
            yield from _walk(command, (*names, name), inner)
        else:
            yield (*names, name), command, inner


def _section(names: tuple[str, ...], command: click.Command, context: click.Context, language: str) -> Iterable[str]:
    arguments = [p.make_metavar(context) for p in command.params if isinstance(p, click.Argument)]
    yield from (f"## {' '.join(names)}", "")
    yield from (f"{plain(own_language(command.help or '', language))}", "")
    yield from ("```text", " ".join([*names, *arguments]), "```", "")
    options = [p for p in command.params if isinstance(p, click.Option) and not p.hidden]
    heads = [words.within(language) for words in (OPTION, MEANING, DEFAULT)]
    yield from table(heads, [_row(option, context, language) for option in options])


def _row(option: click.Option, context: click.Context, language: str) -> tuple[str, str, str]:
    metavar = "" if option.is_flag else f" {option.make_metavar(context)}"
    meaning = [plain(own_language(option.help or "", language))]
    meaning += [
        words.within(language) for words, holds in ((NEEDED, option.required), (SEVERAL, option.multiple)) if holds
    ]
    default = (
        option.default if isinstance(option.default, str | int) and not option.is_flag and option.default != "" else ""
    )
    return (
        code(f"{option.opts[0]}{metavar}"),
        ("；" if language == "zh" else "; ").join(meaning),
        code(str(default)) if default else "",
    )


def own_language(text: str, language: str) -> str:
    """The half of a help text in one language; only its first paragraph. A text without two halves is said as it is."""
    first = text.strip().partition("\n\n")[0]
    zh, dot, en = first.partition("·")
    return (zh if language == "zh" or not dot else en).strip().rstrip(".")
