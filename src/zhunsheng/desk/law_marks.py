"""变动提示: the mark beside a citation whose statute has changed while the declarations do not carry it yet.

What has changed is noted in ``law.changes``. A mark says to look; it changes no case and no limit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from zhunsheng.catalogue.loading import System
from zhunsheng.desk.wording import say
from zhunsheng.kernel.compiled import CompiledProcedure, Refusal
from zhunsheng.kernel.declaration import BasisDeclaration
from zhunsheng.kernel.limits import Basis
from zhunsheng.kernel.words import Words
from zhunsheng.law.changes import Change, Changes, noted
from zhunsheng.law.naming import cited_in
from zhunsheng.law.statutes import statutes
from zhunsheng.law.usage import uses


def changes_for(request: Any) -> Changes:
    """The changes that hold, asked once a request."""
    if not hasattr(request, "statute_changes"):
        request.statute_changes = noted()
    found: Changes = request.statute_changes
    return found


def mark(request: Any, change: Change | None) -> str:
    """What to say beside the citation; nothing without a change."""
    return say(change.sentence(request.day)) if change else ""


def mark_of_basis(request: Any, compiled: CompiledProcedure, owner: System, basis: BasisDeclaration | None) -> str:
    """The mark of a step, gate or paper of a procedure."""
    if basis is None or not basis.article:
        return ""
    statute = basis.statute or compiled.procedure.basis
    return mark(request, changes_for(request).in_system(statute, basis.article, owner, compiled.version))


def mark_of_refusal(request: Any, compiled: CompiledProcedure, owner: System, refusal: Refusal) -> str:
    """The mark of a reason why not: that of the declared basis it cites."""
    if not refusal.basis.zh or not changes_for(request).by_statute:
        return ""
    procedure = compiled.procedure
    parts = (*procedure.gates, *procedure.deadlines.values(), *procedure.actions.values())
    cited = next((part.basis for part in parts if compiled.citation(part.basis) == refusal.basis), None)
    return mark_of_basis(request, compiled, owner, cited)


def notices_of(request: Any, owner: System) -> list[tuple[Words, str]]:
    """(sentence, key of the statute) of every change that concerns what a system declares now."""
    changes = changes_for(request)
    found: dict[Change, None] = {}
    for use in uses():
        if use.system is owner and (change := changes.in_system(use.statute, use.article, owner, use.version)):
            found[change] = None
    return [(_of_statute(request, change), change.statute) for change in sorted(found, key=lambda change: change.on)]


def notices_of_texts(request: Any, texts: Mapping[str, Any]) -> list[tuple[Words, str]]:
    """The same of the statutes that some texts name."""
    found: dict[Change, None] = {}
    for key, changes in changes_for(request).by_statute.items():
        for text in texts.values():
            cited = cited_in(str(text or ""), statutes()[key])
            if cited is not None:
                found |= dict.fromkeys(c for c in changes if not cited or not c.articles or c.articles & cited)
    return [(_of_statute(request, change), change.statute) for change in sorted(found, key=lambda change: change.on)]


def _of_statute(request: Any, change: Change) -> Words:
    """《行政复议法》第三十条自 2026-06-01 起已修改，请核对."""
    zh, en = change.sentence(request.day)
    name, which = statutes()[change.statute].short, change.cited
    return Words(
        zh.replace("该条依据", f"《{name.zh}》{which.zh}"),
        en.replace("this basis", f"{name.en}, {which.en}" if which.en else name.en),
    )


def changed_for(
    request: Any, compiled: CompiledProcedure, owner: System
) -> Callable[[BasisDeclaration, Basis, date | None], str]:
    """What ``deadline_lines`` asks of the limits of a case: nothing of one that ended before the change."""
    changes = changes_for(request)

    def say_changed(declared: BasisDeclaration, basis: Basis, ended: date | None) -> str:
        cited = [(declared.statute or compiled.procedure.basis, declared.article or "")] if declared.article else []
        cited += [(basis.statute, basis.article)] if basis.article else []
        for statute, article in cited:
            change = changes.in_system(statute, article, owner, compiled.version)
            if change is not None and (ended is None or ended >= change.on):
                return mark(request, change)
        return ""

    return say_changed
