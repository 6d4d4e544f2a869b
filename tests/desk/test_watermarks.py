"""Every table that is taken out says who took it out and when: in its second row and below every printed page."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.utils import timezone
from openpyxl import load_workbook

import zhunsheng.desk
from zhunsheng.desk.workbook import mark_of, workbook_file

OFFICER = SimpleNamespace(name="示例甲", username="shili&jia")


@pytest.mark.once
def test_a_table_bears_who_took_it_out_and_when():
    file, count = workbook_file("台账", ["案号"], [["1号"], ["=1+1"]], "填报时间：2026-11-20", OFFICER)
    with file:
        sheet = load_workbook(file).active
    marks = {
        f"导出人：示例甲（shili&jia）　导出时间：{(timezone.localtime() - timedelta(minutes=m)):%Y-%m-%d %H:%M}"
        for m in (0, 1)
    }
    assert count == 2
    assert sheet["A2"].value.removeprefix("填报时间：2026-11-20　") in marks
    assert sheet.oddFooter.center.text.replace("&&", "&") in marks


@pytest.mark.once
def test_no_page_writes_a_table_without_it():
    """Tables are written by ``workbook_file``, which asks who it is, or where the mark is put there too."""
    writing = re.compile(r"\b(Workbook|export_list)\(")
    found = {
        file for file in Path(zhunsheng.desk.__file__).parent.glob("*.py") if writing.search(file.read_text("utf-8"))
    }
    assert {file.name for file in found} == {"register_pages.py", "statute_changes.py", "workbook.py"}
    for file in found:
        assert "mark_of(" in file.read_text("utf-8"), file.name
    assert mark_of(OFFICER).startswith("导出人：示例甲（shili&jia）")
