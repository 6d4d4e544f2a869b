"""核对用的工作簿: the measures of a plan under the headings of the list of measures, the tasks beside them, the doubts."""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from zhunsheng.plans.outline import Plan

MEASURES = ("措施编号", "规划（方案）名称", "所属部分", "措施", "牵头单位", "完成期限")
TASKS = ("措施编号", "任务", "期限原文", "完成期限", "原文点到的单位", "所在行", "原文")


def write_workbook(plan: Plan, path: Path) -> None:
    """Write it; the sheet of measures can be imported as it is once the lead units are filled in."""
    book = Workbook()
    measures = book.active
    measures.title = "措施"
    tasks, doubts = book.create_sheet("任务"), book.create_sheet("存疑")
    measures.append(MEASURES)
    tasks.append(TASKS)
    doubts.append(("位置", "存疑"))
    headings = {(heading.part, heading.number): heading.title for heading in plan.headings}
    for measure in plan.measures:
        code = f"{measure.part}-{measure.number.strip('（）')}"
        days = [task.due_on for task in measure.tasks if task.due_on]
        place = headings.get((measure.part, measure.heading), "")
        organs = list(dict.fromkeys(organ for task in measure.tasks for organ in task.organs))
        measures.append(
            (code, plan.title, place, measure.title, organs[0] if len(organs) == 1 else "", max(days, default=""))
        )
        for task in measure.tasks:
            tasks.append((code, task.text, task.due, task.due_on, "、".join(task.organs), measure.line, measure.text))
    for doubt in plan.doubts:
        doubts.append(tuple(doubt))
    for sheet, widths in (
        (measures, (12, 36, 30, 48, 20, 14)),
        (tasks, (12, 60, 18, 14, 24, 8, 60)),
        (doubts, (24, 80)),
    ):
        sheet.freeze_panes = "A2"
        for column, width in zip("ABCDEFG", widths, strict=False):
            sheet.column_dimensions[column].width = width
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                cell.alignment = Alignment(wrap_text=True, vertical="top")
                if isinstance(cell.value, str):
                    cell.data_type = "s"  # a text that begins with = stays a text
    book.save(path)
