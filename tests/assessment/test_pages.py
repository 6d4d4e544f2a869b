"""The pages of returns: one period at a glance, put together and urged by the office, seen by units as far as they are theirs."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook

from tests.cases.place import HOTLINE, live, order_steps
from tests.desk.county import make_county, officer, signed_in
from zhunsheng.assessment.returns import RETURNS, raise_due
from zhunsheng.cases.actions import perform
from zhunsheng.cases.models import Case, Urging
from zhunsheng.ledger.models import HandedOut
from zhunsheng.registers.actions import apply_entry_change

ARRANGED = {"arrangement": "月报", "form": "month", "unit_kinds": ["department"], "due_day": 8}


@pytest.fixture
def county(db):
    made = make_county()
    apply_entry_change(RETURNS, made.government, "add", "M1", ARRANGED, date(2025, 1, 1), officer=made.owner)
    live(HOTLINE, made.justice, order_steps(date(2025, 3, 3)))
    raise_due(date(2025, 4, 2))
    perform(Case.objects.get(system=RETURNS, organ=made.justice).pk, "send", on=date(2025, 4, 3))
    return made


def test_the_office_puts_a_month_together_and_urges_who_is_late(county):
    boss = officer("office", "示例丁", county.government, system=RETURNS, role="office", whole_tree=True)
    office = signed_in(boss)
    page = office.get(reverse("desk:returns"))
    assert "应报 2 个单位，已报 1 个（审核通过 0 个），待报 1 个" in page.content.decode()
    told = {"period": "2025-03-1", "to_whom": "市委依法治市办", "kind": "docx"}
    taken = office.post(reverse("desk:returns-file"), told)
    texts = [p.text for p in Document(BytesIO(b"".join(taken.streaming_content))).paragraphs]
    assert any("应报2个单位，已报1个" in text for text in texts)
    told_of = set(HandedOut.objects.filter(to_whom="市委依法治市办").values_list("account", "value"))
    assert told_of == {("hotline_workorder.orders_done", 1)}, "what a unit reported, and no nought that none did"
    table = office.post(reverse("desk:returns-file"), {**told, "kind": "xlsx"})
    rows = list(load_workbook(BytesIO(b"".join(table.streaming_content))).active.iter_rows(values_only=True))
    assert [row[0] for row in rows] == ["单位", "示例县司法局", "合计"]
    nobody = office.post(reverse("desk:returns-file"), {**told, "to_whom": " "})
    assert (nobody.status_code, "请写明报给谁" in nobody.content.decode()) == (422, True)
    wrong = SimpleUploadedFile("form.docx", b"no document")
    refused = office.post(reverse("desk:returns-file"), {**told, "kind": "form", "form": wrong})
    assert refused.status_code == 422
    assert "催报 1 个单位" in page.content.decode()
    office.post(reverse("desk:returns-urge"), {"period": "2025-03-1"})
    assert Urging.objects.get().to_organ == county.housing


def test_a_unit_sees_its_own_return_and_puts_nothing_together(county):
    unit = signed_in(officer("unit", "示例戊", county.housing, system=RETURNS, role="unit"))
    page = unit.get(reverse("desk:returns")).content.decode()
    assert "应报 1 个单位，已报 0 个" in page
    assert "汇总上报" not in page
    assert unit.post(reverse("desk:returns-file"), {"period": "2025-03-1", "to_whom": "市委"}).status_code == 404
    assert unit.get(reverse("desk:returns") + "?period=2024-01-1").status_code == 404
