"""The outlines of the places told (``outlines/<code>.yaml``): each kept as a file of the place's own, as one from WPS would be, and
chosen as a local setting. Where there is none the place follows the one for all."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from zhunsheng.catalogue.loading import read_declaration
from zhunsheng.local.actions import decide
from zhunsheng.orgs.models import Officer, Organ
from zhunsheng.papers.docx import to_docx
from zhunsheng.reports.outline import Outline
from zhunsheng.reports.outline_choice import OUTLINE, YEARLY
from zhunsheng.reports.own_outlines import as_document, keep_outline

FOLDER = Path(__file__).parent / "outlines"
SINCE = date(2018, 1, 1)


def settle_outline(government: Organ, officer: Officer) -> None:
    """Keep the place's outline and let its yearly report follow it."""
    path = FOLDER / f"{government.region_id}.yaml"
    if path.is_file():
        form = read_declaration(path, Outline)
        name = keep_outline(government.region, f"{form.name.zh}.docx", to_docx(as_document(form)), officer)
        decide(None, OUTLINE, YEARLY, government, SINCE, {"outline": name}, reason="演示：本地年度报告的提纲")
