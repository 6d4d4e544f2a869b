"""The documentation is true: commands, settings, keys, rooms and links it names exist, and none that exists is missing.

Nothing here judges style, and no documented example is trusted that is not run.
"""

import ast
import re
import shlex
import shutil
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from click.testing import CliRunner

from tests.desk.showing import pages as pages_shown
from zhunsheng.catalogue import scenarios as worked_examples
from zhunsheng.catalogue.inventory import coverage
from zhunsheng.catalogue.loading import read_system, systems
from zhunsheng.catalogue.scenarios import read_scenarios, run_scenario
from zhunsheng.cli import main
from zhunsheng.desk.help_texts import help_texts
from zhunsheng.environment import VARIABLES
from zhunsheng.handbook.reading import chapters
from zhunsheng.kernel import action, declaration, fields, figures, procedure, register, service
from zhunsheng.kernel import body as bodies
from zhunsheng.kernel.declaration import Declaration
from zhunsheng.kernel.fields import FieldType
from zhunsheng.kernel.limits import TIME_UNITS, Kind
from zhunsheng.kernel.office import VERBS
from zhunsheng.law.working_days import packaged_calendar

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent
ENGLISH, CHINESE = ROOT / "README.md", ROOT / "README.zh-CN.md"
PAGES = [
    ENGLISH,
    CHINESE,
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    ROOT / "SECURITY.md",
    ROOT / "THREAT_MODEL.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
DECLARING = (ROOT / "docs/en/declaring-a-system.md").read_text(encoding="utf-8")

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
readmes = pytest.mark.parametrize("file", [ENGLISH, CHINESE], ids=lambda file: file.name)


def text_of(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def pages_where(wrong: Callable[[Path], Any]) -> dict[str, Any]:
    """What is wrong, by the page it stands on. A test for each of the five hundred pages would take longer to begin than to run."""
    return {file.relative_to(ROOT).as_posix(): found for file in PAGES if (found := wrong(file))}


def blocks(file: Path, language: str) -> list[str]:
    return [body for name, body in BLOCK.findall(text_of(file)) if name == language]


def shell_lines(file: Path) -> list[str]:
    return [line for block in blocks(file, "sh") for line in block.splitlines() if line.strip()]


def spans(file: Path) -> list[str]:
    return SPAN.findall(BLOCK.sub("", text_of(file)))


# --- commands --------------------------------------------------------------------------------------------------------


def problem_of(line: str, *, whole: bool) -> str | None:
    """What is wrong with a command line of zhunsheng; with ``whole`` what it needs must be there too."""
    command: click.Command = main
    rest = shlex.split(line)[1:]
    context = click.Context(main, info_name="zhunsheng")
    while isinstance(command, click.Group) and rest:
        found = command.get_command(context, rest[0])
        if found is None:
            return f"no command {rest[0]}"
        command, rest = found, rest[1:]
        context = click.Context(command, info_name=command.name, parent=context)
    if isinstance(command, click.Group):
        return "a group of commands, not a command" if whole else None
    try:
        given, extra, _ = command.make_parser(context).parse_args(list(rest))
    except click.UsageError as error:
        return None if not whole and not rest else str(error)
    if extra:
        return f"too much: {extra}"
    if not whole:
        return None
    lacking = [p.name for p in command.params if p.required and given.get(p.name or "") in (None, ())]
    return f"lacking: {lacking}" if lacking else None


@pytest.mark.parametrize(
    "line",
    ["zhunsheng nothing", "zhunsheng due --nothing 3", "zhunsheng report compose --year 2020", "zhunsheng ledger"],
)
def test_the_reading_of_commands_can_fail(line: str) -> None:
    assert problem_of(line, whole=True)


def wrong_commands(file: Path) -> dict[str, str]:
    whole = [line for line in shell_lines(file) if line.startswith("zhunsheng ")]
    parts = [span for span in spans(file) if span.startswith("zhunsheng ") and "`" not in span]
    wrong = {line: found for line in whole if (found := problem_of(line, whole=True))}
    return wrong | {line: found for line in parts if (found := problem_of(line, whole=False))}


def test_every_command_exists() -> None:
    assert pages_where(wrong_commands) == {}


def test_every_target_of_make_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))

    def unknown(file: Path) -> set[str]:
        lines = [*shell_lines(file), *spans(file)]
        return {line.split()[1] for line in lines if re.match(r"make [a-z]+$", line)} - targets

    assert pages_where(unknown) == {}


def test_the_documented_count_comes_out_as_printed() -> None:
    for file in (ENGLISH, CHINESE):
        line = next(line for line in shell_lines(file) if line.startswith("zhunsheng due "))
        result = CliRunner().invoke(main, shlex.split(line)[1:])
        assert result.exit_code == 0, result.output
        printed = [p for p in blocks(file, "text")[0].splitlines() if not p.startswith(("Calendar", "日历"))]
        assert [p for p in result.output.splitlines() if not p.startswith(("Calendar", "日历"))] == printed


# --- settings, rooms, coverage ---------------------------------------------------------------------------------------


@cache
def variables_read() -> set[str]:
    """The variables the code names, apart from the keys of the table that explains them."""
    files = [*(ROOT / "src").rglob("*.py"), *(ROOT / "tools").glob("*.py"), ROOT / "tests/conftest.py"]
    texts = [text for path in files if "ZHUNSHENG_" in (text := path.read_text(encoding="utf-8"))]
    nodes = [node for text in texts for node in ast.walk(ast.parse(text))]
    keys = {id(key) for node in nodes if isinstance(node, ast.Dict) for key in node.keys}
    return {
        node.value
        for node in nodes
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"ZHUNSHENG_[A-Z_]+", node.value)
        and id(node) not in keys
    }


@readmes
def test_every_variable_of_the_environment_is_documented_and_read(file: Path) -> None:
    assert set(re.findall(r"^\| `(ZHUNSHENG_[A-Z_]+)` \|", text_of(file), re.MULTILINE)) == variables_read()
    assert set(VARIABLES) == variables_read()


def test_the_reference_is_what_the_command_writes(tmp_path: Path) -> None:
    """Where this fails: run ``zhunsheng docs build`` and commit what it writes."""
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    (tmp_path / "docs/zh/reference/limits.md").write_text("# 期限\n", encoding="utf-8")
    (tmp_path / "docs/en/reference/systems/gone.md").write_text("# Gone\n", encoding="utf-8")
    found = CliRunner().invoke(main, ["docs", "build", "--out", str(tmp_path / "docs"), "--check"])
    assert found.exit_code == 1
    wrong = {line.partition("：")[0] for line in found.output.splitlines() if line.endswith("differs")}
    assert wrong == {
        str(tmp_path / "docs" / name) for name in ("zh/reference/limits.md", "en/reference/systems/gone.md")
    }
    assert CliRunner().invoke(main, ["docs", "build", "--out", str(tmp_path / "docs")]).exit_code == 0
    assert text_of(tmp_path / "docs/zh/reference/limits.md") == text_of(ROOT / "docs/zh/reference/limits.md")
    assert not (tmp_path / "docs/en/reference/systems/gone.md").exists()


@readmes
def test_every_room_is_named_and_there(file: Path) -> None:
    package = ROOT / "src/zhunsheng"
    rooms = {path.parent.name for path in package.glob("*/__init__.py")} | {"systems"}
    tables = section(text_of(file), "The rooms of the house" if file is ENGLISH else "各个房间")
    assert set(re.findall(r"^\| `(\w+)` \|", tables, re.MULTILINE)) == rooms
    drawn = text_of(ROOT / "docs/en/explanation/architecture.md")
    assert rooms - {"systems"} == set(re.findall(r"^\*\*(\w+)\*\* — ", drawn, re.MULTILINE)) - {"systems"}


@readmes
def test_no_more_coverage_is_claimed_than_there_is(file: Path) -> None:
    lines = coverage()
    [(claimed, total)] = re.findall(r"(?<![\d.])(\d+)/(\d+)\b", text_of(file))
    assert int(total) == len(lines)
    assert 0 < int(claimed) <= sum(line.is_covered for line in lines)
    part = section(text_of(file), "What is covered" if file is ENGLISH else "已有哪些系统")
    rows = [line for line in part.splitlines() if line.startswith("| ")]
    named = {slug for row in rows for slug in SPAN.findall(row)}
    assert named
    assert named <= set(systems())


@pytest.mark.django_db
def test_the_place_of_the_readme_can_be_set_up() -> None:
    from zhunsheng.orgs.access import access_of
    from zhunsheng.orgs.models import Officer, Organ

    [line] = [line for line in shell_lines(ENGLISH) if line.startswith("zhunsheng setup ")]
    result = CliRunner().invoke(main, shlex.split(line)[1:], input="Correct horse 42\nCorrect horse 42\n")
    assert result.exit_code == 0, result.output
    roles = frozenset({"administrator"})
    access = access_of(Officer.objects.get(username="guanli"), date(2026, 1, 5))
    assert access.roles("orgs", Organ.objects.get(name="新华区人民政府").path, roles) == roles


# --- both languages, links, machines ---------------------------------------------------------------------------------


def test_both_readmes_say_the_same() -> None:
    levels = [re.findall(r"^(#+) ", BLOCK.sub("", text_of(file)), re.MULTILINE) for file in (ENGLISH, CHINESE)]
    assert levels[0] == levels[1]
    lines = [[line.replace(" --language en", "") for line in shell_lines(file)] for file in (ENGLISH, CHINESE)]
    assert lines[0] == lines[1]
    codes = [re.findall(r"^\| `(\w+)` \|", text_of(file), re.MULTILINE) for file in (ENGLISH, CHINESE)]
    assert codes[0] == codes[1]
    pictures = [re.findall(r"!\[[^\]]+\]\(([^)]+)\)", text_of(file)) for file in (ENGLISH, CHINESE)]
    assert pictures[0] == pictures[1] == ["docs/screenshots/case.png", "docs/screenshots/figure.png"]


def dead_links(file: Path) -> list[str]:
    targets = re.findall(r"\]\(([^)\s]+)\)", BLOCK.sub("", text_of(file)))
    return [target for target in targets if not (file.parent / target.partition("#")[0]).exists()]


def test_no_link_is_dead() -> None:
    assert pages_where(dead_links) == {}


def files_that_are_not_there(file: Path) -> list[str]:
    named = [s for s in spans(file) if re.match(r"(src|tests|docs|tools|requirements)/[\w./*-]+$", s)]
    named += re.findall(r"\b(tests/[\w/.-]+)", "\n".join(s for s in spans(file) if s.startswith(".venv/bin/pytest")))
    return [name for name in named if not list(ROOT.glob(name.rstrip("/")))]


def test_every_named_file_exists() -> None:
    assert pages_where(files_that_are_not_there) == {}


ELSEWHERE = re.compile(
    r"(?:https?|ssh|git)://\S+"
    r"|(?<![\w.}])/(?:work|tmp|home|root|usr|opt|mnt|srv|Users|var)/\S*"
    r"|\b[\w-]+\.(?:com|org|net|io|cn|gov)\b"
)


def test_nothing_of_a_machine_or_host_is_named() -> None:
    assert pages_where(lambda file: ELSEWHERE.findall(text_of(file))) == {}


# --- the help of pages -----------------------------------------------------------------------------------------------

WITHOUT_FRAME = {"sign-in", "sign-in-code"}
"""Pages outside the frame: nobody has signed in yet."""


def test_the_reading_of_views_finds_pages_and_nothing_else() -> None:
    """Were it to find nothing, the next test would prove nothing."""
    assert {"to-do", "case", "bulk", "register-line", "reform-organ", "reveal", "page-help"} <= pages_shown()
    assert not {"cases-workbook", "act-preview", "sign-out", "material", "view-remove"} & pages_shown()


def test_every_page_has_its_help() -> None:
    """Where this fails: write a few sentences for the page in src/zhunsheng/desk/help.yaml."""
    assert sorted(pages_shown() - set(help_texts())) == []
    assert sorted(set(help_texts()) - pages_shown() - WITHOUT_FRAME) == []


def test_every_help_says_something_in_both_languages_and_leads_on() -> None:
    for name, text in help_texts().items():
        assert text.lines, name
        assert all(words.zh and words.en for words in text.lines), name
        for language in ("zh", "en"):
            assert [path for path in text.more if path not in chapters(language)] == [], name


# --- both languages of the handbook ----------------------------------------------------------------------------------

SHORTER_IN_CHINESE = {"declaring-a-system"}
"""Pages whose tables of keys stand in English alone."""
HANDBOOK = sorted({path for language in ("zh", "en") for path in chapters(language)} - SHORTER_IN_CHINESE)


def test_every_page_of_the_handbook_stands_in_both_languages() -> None:
    assert set(chapters("zh")) == set(chapters("en"))


def shape_of(file: Path) -> tuple[list[str], list[str], int]:
    """The levels of its headings, its commands, the rows of its tables: what both languages of a page share."""
    headings = re.findall(r"^(#+) ", BLOCK.sub("", text_of(file)), re.MULTILINE)
    return headings, shell_lines(file), len(re.findall(r"^\|", text_of(file), re.MULTILINE))


def test_the_handbook_says_the_same_in_both_languages() -> None:
    shapes = {path: [shape_of(ROOT / f"docs/{language}/{path}.md") for language in ("zh", "en")] for path in HANDBOOK}
    assert {path: both for path, both in shapes.items() if both[0] != both[1]} == {}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_contents_of_the_handbook_lead_everywhere(language: str) -> None:
    linked = re.findall(r"\]\(([^)\s]+)\.md\)", text_of(ROOT / f"docs/{language}/README.md"))
    own = {path for path in chapters(language) if not path.startswith("reference/")}
    assert own - {"README"} == set(linked) - {"reference/README"}


# --- the reference of declarations -----------------------------------------------------------------------------------

MODELS = {
    model.__name__: model
    for module in (declaration, action, fields, procedure, service, register, bodies, figures, worked_examples)
    for model in vars(module).values()
    if isinstance(model, type) and issubclass(model, Declaration) and model.__module__ == module.__name__
    if model.model_fields
}


def section(text: str, heading: str) -> str:
    """The text under a heading up to the next one of any level."""
    found = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#+ |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"no section {heading}"
    return found[1]


def table_of(model: str) -> dict[str, str]:
    """Key -> “needed” as the reference documents it."""
    found = re.search(rf"^#+ [^\n]*: `{model}`\n(.*?)(?=^#+ |\Z)", DECLARING, re.MULTILINE | re.DOTALL)
    assert found, f"docs/en/declaring-a-system.md has no section for {model}"
    return dict(re.findall(r"^\| `(\w+)` \| ([^|]+?) \|", found[1], re.MULTILINE))


def needed(info: Any) -> str:
    """How the reference writes whether a key is needed, or what is taken without it."""
    if info.is_required():
        return "yes"
    default = info.default
    if default is None:
        return "no"
    if isinstance(default, fields.Labelled):
        return f"{default.zh}, {default.en}"
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


@pytest.mark.parametrize("name", MODELS)
def test_every_key_of_a_declaration_is_documented(name: str) -> None:
    assert table_of(name) == {info.alias or key: needed(info) for key, info in MODELS[name].model_fields.items()}


def test_no_declaration_is_documented_that_does_not_exist() -> None:
    assert set(re.findall(r"^#+ [^\n]*: `(\w+)`$", DECLARING, re.MULTILINE)) == set(MODELS)


def test_every_type_of_field_is_documented() -> None:
    part = section(DECLARING, "The types of a field")
    assert set(re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE)) == {kind.value for kind in FieldType}


def test_every_verb_is_documented() -> None:
    named = dict(re.findall(r"`(office\.\w+)` (\w+)", section(DECLARING, "A step: `Action`")))
    assert named == {verb.value: declared.words.zh for verb, declared in VERBS.items()}


def test_every_event_of_bodies_is_documented_with_its_values() -> None:
    rows = re.findall(
        r"^\| `(\w+\.\w+)` \|(.*)\|$", section(DECLARING, "What bodies and meetings post by"), re.MULTILINE
    )
    told = {event: set(re.sub(r"\([^)]*\)", "", text).replace("`", "").replace(",", " ").split(";")[0].split())
            for event, text in rows}  # fmt: skip
    assert told == {name: set(event.values) - {"body"} for name, event in bodies.EVENTS.items()}


def test_every_code_of_refusal_is_documented() -> None:
    sources = [
        (ROOT / f"src/zhunsheng/kernel/{name}.py").read_text(encoding="utf-8")
        for name in ("checking", "transition", "office")
    ]
    codes = {
        node.args[0].value
        for source in sources
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refusal"
        if isinstance(node.args[0], ast.Constant)
    }
    documented = re.findall(r"^\| `(\w+)` \|", section(DECLARING, "Codes of refusal"), re.MULTILINE)
    assert set(documented) == codes


def test_every_kind_and_unit_of_time_is_documented() -> None:
    time = text_of(ROOT / "docs/en/explanation/time.md")
    kinds = re.findall(r"^\| `(\w+)` \|", section(time, "What a limit demands"), re.MULTILINE)
    assert set(kinds) == {kind.value for kind in Kind}
    units = re.findall(r"^\| `(\w+)` \|", section(time, "Units"), re.MULTILINE)
    assert set(units) == {unit.value for unit in TIME_UNITS}


def test_the_small_example_holds(tmp_path: Path) -> None:
    """The example of the reference is a system that loads and whose worked example comes out."""
    folder = tmp_path / "example"
    folder.mkdir()
    examples = DECLARING.partition("## A small example")[2]
    for _, body in BLOCK.findall(examples):
        name = body.partition("\n")[0].removeprefix("# ")
        (folder / name).write_text(body, encoding="utf-8")
        assert yaml.safe_load(body)
    system = read_system(folder, "disputes")
    declared = read_scenarios(system)
    assert declared is not None
    assert system.compiled
    assert [
        problem
        for example in declared.scenarios
        for problem in run_scenario(system, declared, example, packaged_calendar())
    ] == []
