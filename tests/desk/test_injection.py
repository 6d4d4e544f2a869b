"""What a hostile hand types stays text: no formula in any file, no mark in any page, no statement in the database, no path
out of the folders; what is too large is refused in words."""

import csv
import io
import re

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from tests.desk.county import SYSTEM, days_ago, read
from tests.registers.county import item
from zhunsheng.cases.models import Case
from zhunsheng.catalogue.loading import system
from zhunsheng.plans.reading import read_plan
from zhunsheng.plans.workbook import write_workbook
from zhunsheng.registers import actions as lists
from zhunsheng.spreadsheets import FORMULA
from zhunsheng.systems.enforcement.random_inspection.draw import ITEMS, from_csv, to_csv
from zhunsheng.typed import whole_number

pytestmark = pytest.mark.once
HOSTILE = '=HYPERLINK("x")<script>alert(1)</script>\'; DROP TABLE cases_case; --{{7*7}}'
STARTS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1")


@pytest.fixture
def hostile(county):
    case = county.review(matter=HOSTILE)
    lists.apply_entry_change(
        "power_list", county.justice, "add", "=1+1", item(item_code="=1+1", name=HOSTILE), days_ago(9)
    )
    county.version = lists.publish("power_list", county.justice, days_ago(1), county.owner)
    return case


def formulas_in(content: bytes) -> list[str]:
    """The cells a spreadsheet would work out."""
    if content.startswith(b"PK"):
        book = load_workbook(io.BytesIO(content))
        return [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    return [cell for row in rows for cell in row if cell.startswith(FORMULA)]


def test_no_file_holds_a_formula(owner, county, hostile):
    figure = f"/figure/{SYSTEM}.received/records/workbook/"
    files = [
        f"/cases/{SYSTEM}/workbook/", f"/cases/{SYSTEM}/workbook/?form=csv", figure, "/registers/power_list/workbook/",
        f"/public/version/{county.version.pk}/data.xlsx", f"/public/version/{county.version.pk}/data.csv",
    ]  # fmt: skip
    for address in files:
        answer = owner.get(address)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert answer.status_code == 200, address
        assert formulas_in(content) == [], address
        assert b"HYPERLINK" in content or content.startswith(b"PK"), address


def test_the_search_for_formulas_finds_them():
    assert formulas_in(b"a,=1\n") == ["=1"]


@pytest.mark.parametrize("start", STARTS)
def test_published_files_of_a_draw_hold_no_formula_and_are_read_again_as_they_were(start):
    row = [start, "示例事项", "A", "B"][: len(read_heads())]
    row += ["示例"] * (len(read_heads()) - len(row))
    content = to_csv(ITEMS, [row])
    assert formulas_in(content) == []
    assert from_csv(content) == (ITEMS, [row])


def read_heads():
    from zhunsheng.systems.enforcement.random_inspection.draw import HEADS

    return HEADS[ITEMS]


def test_the_workbook_of_a_plan_holds_no_formula(tmp_path):
    plan = read_plan("一、示例\n（一）=1+1。\n1.=HYPERLINK(1)。开展示例评查。\n")
    write_workbook(plan, tmp_path / "plan.xlsx")
    assert formulas_in((tmp_path / "plan.xlsx").read_bytes()) == []


def test_no_page_holds_a_mark_somebody_typed(owner, county, hostile):
    pages = [
        "/", f"/case/{hostile.pk}/", f"/case/{hostile.pk}/?tab=parties", f"/cases/{SYSTEM}/", f"/cases/{SYSTEM}/?q=HYPERLINK",
        "/search/?q=HYPERLINK", "/registers/power_list/", f"/public/version/{county.version.pk}/", "/public/search/?q=<script>alert(1)",
        f"/cases/{SYSTEM}/?q=<script>alert(1)</script>", f"/case/{hostile.pk}/print/",
    ]  # fmt: skip
    for address in pages:
        text = owner.get(address).content.decode()
        assert "<script>alert(1)" not in text, address
        assert "49--" not in text, address


TYPED = st.text(max_size=40) | st.sampled_from(
    ["' OR 1=1 --", "%27", "\x00", "../../secret_key", "；删除", "1e999", "-0", "𠮷"]
)


@settings(max_examples=12, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(
    typed=st.dictionaries(
        st.sampled_from(["q", "state", "organ", "from", "to", "page", "sort", "order", "course"]), TYPED, max_size=4
    )
)
def test_lists_bear_whatever_stands_in_their_address(owner, hostile, typed):
    for address in (f"/cases/{SYSTEM}/", "/registers/power_list/", "/search/"):
        expected = (400,) if any("\x00" in text for text in typed.values()) else (200, 302, 404)
        assert owner.get(address, typed).status_code in expected, (address, typed)
    assert Case.objects.count() == 1


NUMBERED = "before entry for from here into item m organ page sequence since version year"
PAGES = (
    "/", f"/cases/{SYSTEM}/", f"/cases/{SYSTEM}/new/submit/", "/registers/power_list/",
    "/registers/power_list/workbook/", "/registers/power_list/comparison/", f"/figure/{SYSTEM}.received/",
    f"/figure/{SYSTEM}.received/records/", "/calendar/", "/public/decisions/",
)  # fmt: skip


def test_a_number_of_thousands_of_digits_is_no_number(owner, hostile):
    for address in PAGES:
        answer = read(owner.get(address, dict.fromkeys(NUMBERED.split(), "9" * 5_000)))
        assert answer.status_code in (200, 302, 404), address
    for typed in ("9" * 5_000, "9" * 19, "-1", "²", "１２", "", None):
        assert whole_number(typed) == (12 if typed == "１２" else None)


FIELDS = sorted(system(SYSTEM).procedures[-1].all_fields)


@settings(max_examples=12, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(typed=st.dictionaries(st.sampled_from([*FIELDS, "on", "organ", "note", "outcome"]), TYPED, max_size=6))
def test_a_form_bears_whatever_is_typed_and_says_what_is_wrong(owner, county, typed):
    answer = owner.post(f"/cases/{SYSTEM}/new/submit/", {"csrfmiddlewaretoken": "-", **typed})
    assert answer.status_code in (422, 302), typed
    if answer.status_code == 422:
        assert re.search(r"field-error|message-error", answer.content.decode()), typed


@pytest.mark.parametrize(
    "name", ["../secret_key", "..%2fsecret_key", "%2e%2e/secret_key", "....//secret_key", "/etc/passwd", "a\\..\\b"]
)
def test_no_path_leads_out_of_the_folders(owner, name):
    for address in (f"/static/{name}", f"/static/desk/{name}", f"/help/pictures/{name}", f"/help/{name}/"):
        answer = Client().get(address)
        assert answer.status_code in (302, 404), address
        assert owner.get(address).status_code in (302, 404), address


def test_an_oversized_form_is_refused(owner, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000
    answer = owner.post(f"/cases/{SYSTEM}/new/submit/", {"matter": "字" * 10_000})
    assert answer.status_code in (400, 413)
    assert not Case.objects.exists()
