"""The papers a step would issue, shown beside its form as they would print. Made in ``cases.previewing``; reads only."""

from __future__ import annotations

from typing import Any

from zhunsheng.cases.materials import works_on
from zhunsheng.cases.models import Case
from zhunsheng.cases.previewing import previews
from zhunsheng.cases.reading import procedure_of
from zhunsheng.desk.forms import StepForm, say_refusal
from zhunsheng.kernel.office import is_verb


def preview_context(request: Any, case: Case, action: str, form: StepForm) -> dict[str, Any]:
    """What ``_paper_preview.html`` shows: each paper with its name, and why the step would be refused as it stands.

    Fields that are empty or wrong are left out: somebody is still writing.
    """
    if is_verb(action) or not works_on(case, request.access):  # a paper names its parties in full
        return {"previews": [], "preview_refusal": ""}
    is_complete = form.is_valid()
    data = form.cleaned_data
    found, refusal = previews(
        case, action, request.access, on=data.get("on", request.day), values=form.values, outcome=data.get("outcome"),
        note=data.get("note", ""), amount=getattr(form, "amount", None), today=request.day,
    )  # fmt: skip
    papers = procedure_of(case).procedure.papers
    return {
        "previews": [(papers[preview.kind], preview.printed.html()) for preview in found],
        "preview_refusal": say_refusal(refusal) if refusal is not None and is_complete else "",
    }
