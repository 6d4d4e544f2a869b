"""Pages read rows through ``visible`` and write through actions: looked for in the source, so that no page forgets it.

Reading past ``visible`` shows rows to whom they do not belong; writing past the actions leaves no entry in the audit trail.
What is allowed stands here by name, with its reason; an entry nobody needs any more fails as well.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps

import zhunsheng

ROOMS = ("desk", "portal", "api")
"""The rooms that have pages."""
MANAGERS = {"objects", "_default_manager", "_base_manager"}
WRITING = {
    "save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "execute",
}  # fmt: skip
OWN_TABLES = {"Job", "Upload", "SavedView", "ListPreference", "TourAnswer", "Presence", "Answer", "Delivery"}
"""Rows of the desk and the API themselves: work in the background, uploads, lists as officers like them, who looks at a case,
what was answered to a program. Nothing of the law."""

READS = {
    "package_routes: Package.objects": "the file the caller holds himself, by its digest",
    "package_taking: Package.objects": "the writer of packages",
    "package_making: Package.objects": "the writer of packages to be sent",
    "exchange_commands: Package.objects": "the command line, run by the operator",
    "audit_pages: Case.objects": "the key of a case by its whole number, to find its entries in the trail; nothing of it is shown",
    "acts: Case.objects": "cases that were published, with the fields marked public (tests/portal)",
    "case_rows: Case.objects": "keys of a page that was found on visible rows",
    "report_pages: ReportDraft.objects": "reports that were published (tests/portal)",
    "reading: Entry.objects": "the public's entries, shown as far as a version that stands says them (tests/portal)",
}
WRITES = {
    "accounts": "service accounts and tokens, by an administrator, audited (tests/api)",
    "webhooks": "subscriptions, by an administrator, audited, and what of them was delivered (tests/api)",
    "package_taking: Installation.objects.update_or_create": "other installations, audited (tests/api)",
    "package_taking: Package.objects.create": "their packages, checked and audited (tests/api)",
    "package_making: Package.objects.create": "packages to be sent, audited (tests/api)",
    "package_taking": "packages of other installations, checked and audited (tests/api)",
    "once": "what was answered to a program",
    "background": "jobs and uploads",
    "import_pages": "uploads",
    "import_running": "uploads",
    "list_views": "views",
    "register_import": "a file between two pages, no row",
    "statute_changes": "a workbook into memory, no row",
    "workbook": "a workbook into memory, no row",
}
"""The modules that write rows of the desk itself under names the source does not tell more of, or no rows at all."""


def page_modules() -> Iterator[tuple[str, ast.Module]]:
    package = Path(zhunsheng.__file__).parent
    for room in ROOMS:
        for path in sorted((package / room).glob("**/*.py")):
            if "migrations" not in path.parts:
                yield path.stem, ast.parse(path.read_text(encoding="utf-8"))


def guarded_models() -> set[str]:
    return {model.__name__ for model in apps.get_models() if hasattr(model, "visible")}


def reads_in(module: str, tree: ast.Module, models: set[str]) -> Iterator[str]:
    """Managers of guarded models other than ``visible``, under whatever name the model was imported."""
    names = {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name in models
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS:
            owner = ast.unparse(node.value)
            if owner in names or owner.rpartition(".")[2] in models:
                yield f"{module}: {names.get(owner, owner)}.{node.attr}"


def writes_in(module: str, tree: ast.Module) -> Iterator[str]:
    """Calls that write rows: with the model where it is named, else the module alone."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITING):
            continue
        owner = ast.unparse(node.func.value)
        model, _dot, _rest = owner.partition(".objects")
        if model != owner or ".visible" in owner:
            if model not in OWN_TABLES:
                yield f"{module}: {owner}.{node.func.attr}"
        elif node.func.attr in {"save", "delete", "execute"} or any(keyword.arg for keyword in node.keywords):
            yield module


def test_no_page_reads_past_visible():
    models = guarded_models()
    assert {"Case", "Entry"} <= models
    found = {line for module, tree in page_modules() for line in reads_in(module, tree, models)}
    assert found == set(READS)


def test_no_page_writes_past_the_actions():
    found = {line for module, tree in page_modules() for line in writes_in(module, tree)}
    assert found == set(WRITES)


def test_the_search_finds_what_it_is_for():
    tree = ast.parse(
        "from zhunsheng.cases.models import Case as C, Material\n"
        "C.objects.all()\n"
        "models.Case._base_manager.get(pk=1)\n"
        "C.visible.to(access)\n"
        "Material.objects.create(case=case)\n"
        "case.save()\n"
        "C.visible.to(access).filter(pk=1).update(title='x')\n"
        "context.update(more)\n"
        "Job.objects.filter(pk=1).update(done=1)\n"
    )
    assert list(reads_in("page", tree, {"Case"})) == ["page: Case.objects", "page: models.Case._base_manager"]
    assert sorted(writes_in("page", tree)) == [
        "page", "page: C.visible.to(access).filter(pk=1).update", "page: Material.objects.create",
    ]  # fmt: skip
