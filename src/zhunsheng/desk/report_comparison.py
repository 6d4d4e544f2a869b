"""Published reports beside each other on the desk (报告对比): files sent, shown as one table, given as a workbook.

Nothing is kept: neither the files nor what was read in them.
"""

from __future__ import annotations

import io
from typing import Any

from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext as _

from zhunsheng.desk.frame import Crumb, officers_only, page
from zhunsheng.desk.told_pages import name_of_figure
from zhunsheng.desk.wording import say
from zhunsheng.kernel.words import Words
from zhunsheng.plans.sources import SourceError, text_in
from zhunsheng.reports.checking.checking import as_json, read
from zhunsheng.reports.comparison import Comparison, Row, compare, workbook

TITLE = Words("报告对比", "Compare reports")
MOST_FILES, MOST_CHARACTERS = 30, 400_000


@officers_only
def report_comparison(request: Any) -> HttpResponse:
    context: dict[str, Any] = {"here": "reports", "tab": "comparison", "most": MOST_FILES}
    if request.method == "POST":
        try:
            found = _compared(request)
        except SourceError as error:
            context["wrong"] = say(error.words)
        else:
            if request.POST.get("as") == "xlsx":
                file = io.BytesIO(workbook(found))
                return FileResponse(file, as_attachment=True, filename=f"{_('报告对比')}.xlsx")
            context |= {
                "found": found,
                "lines": [(row, name_of_figure(row.account), _cells(row, found)) for row in found.rows],
            }
    status = 422 if context.get("wrong") else 200
    return page(request, "desk/report_comparison.html", context, trail=[Crumb(TITLE)], status=status)


def _compared(request: Any) -> Comparison:
    """The files that were sent, read and laid beside each other. Raises ``SourceError`` in words."""
    files = request.FILES.getlist("files")
    if not files:
        raise SourceError("请选择至少两份报告", "choose two reports at least")
    if len(files) > MOST_FILES:
        raise SourceError(
            f"选了 {len(files)} 份，一次最多 {MOST_FILES} 份；更多的请用命令 zhunsheng report compare",
            f"{len(files)} were chosen, at most {MOST_FILES} at a time; for more use the command zhunsheng report compare",
        )
    texts = {file.name: text_in(file.read(), file.name) for file in files}
    if sum(len(text) for text in texts.values()) > MOST_CHARACTERS:
        raise SourceError(
            "这些报告的文字太多，请分几次对比，或者用命令 zhunsheng report compare",
            "these reports are too long together; compare them in parts, or use the command zhunsheng report compare",
        )
    read_reports = [{"file": name, **as_json(read(text))} for name, text in texts.items()]
    return compare(read_reports, told_by=1 if request.POST.get("all") or len(files) == 1 else 2)


def _cells(row: Row, found: Comparison) -> list[tuple[Any, int]]:
    """The cells of a row in the order of the columns, each with the length of its bar in thousandths."""
    largest = row.largest or 1.0
    cells = [row.cells.get(index) for index in range(len(found.columns))]
    return [(cell, round(1000 * abs(float(cell.value)) / largest) if cell else 0) for cell in cells]
