"""Every place where a table leaves the platform as a file: none that is not named here with the test of it, no cell in any of
them a spreadsheet would work out; and files that come in, whole, cut or torn: read, or refused in words."""

import ast
import io
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.http import FileResponse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

import zhunsheng
from tests.desk.test_injection import HOSTILE, STARTS, formulas_in
from zhunsheng import spreadsheets
from zhunsheng.api.package import check_signature, opened, own_public_key, packed, read, written
from zhunsheng.api.package_shapes import PackageRefused
from zhunsheng.desk import list_export, workbook
from zhunsheng.kernel.words import Words
from zhunsheng.portal import open_data
from zhunsheng.registers.importing import annotated, plan_import
from zhunsheng.reports import comparison
from zhunsheng.reports.checking import folder
from zhunsheng.reports.sheets import fill_sheet
from zhunsheng.spreadsheets import csv_cell, workbook_of
from zhunsheng.workbooks import WorkbookError, tables

pytestmark = pytest.mark.once
ROOT = Path(__file__).resolve().parents[2]
HERE, INJECTION = "tests/desk/test_exports.py", "tests/desk/test_injection.py"
EXPORTS = {
    "cases/workbook.py": "tests/cases/test_workbook.py::test_text_in_an_export_never_becomes_a_formula",
    "desk/figure_series.py": f"{HERE}::test_no_cell_of_any_writer_is_worked_out",
    "desk/list_export.py": f"{INJECTION}::test_no_file_holds_a_formula",
    "desk/statute_changes.py": f"{HERE}::test_no_cell_of_any_writer_is_worked_out",
    "desk/workbook.py": f"{INJECTION}::test_no_file_holds_a_formula",
    "plans/workbook.py": f"{INJECTION}::test_the_workbook_of_a_plan_holds_no_formula",
    "portal/open_data.py": f"{INJECTION}::test_no_file_holds_a_formula",
    "portal/report_pages.py": f"{HERE}::test_no_cell_of_any_writer_is_worked_out",
    "registers/exporting.py": "tests/registers/test_exchange.py::test_exported_cells_are_text_and_never_formulas",
    "registers/importing.py": f"{HERE}::test_a_marked_table_given_back_holds_no_formula_that_came_as_text",
    "reports/checking/folder.py": f"{HERE}::test_the_summary_of_checked_reports_holds_no_formula",
    "reports/comparison.py": f"{HERE}::test_a_comparison_of_reports_holds_no_formula",
    "reports/working_paper.py": f"{HERE}::test_no_cell_of_any_writer_is_worked_out",
    "reports/yearly_tables.py": f"{HERE}::test_no_cell_of_any_writer_is_worked_out",
    "spreadsheets.py": f"{HERE}::test_no_cell_of_any_writer_is_worked_out",
    "workbooks.py": f"{HERE}::test_no_cell_of_any_writer_is_worked_out",
}
"""Every module that makes a workbook or a csv file → the test that puts a formula into it, or into the cell it shares with others."""
WRITERS = {"Workbook", "csv.writer", "csv.DictWriter", "openpyxl.Workbook"}


def modules_that_write() -> set[str]:
    package = Path(zhunsheng.__file__).parent
    found = set()
    for path in package.glob("**/*.py"):
        if "demonstration" in path.parts:
            continue
        calls = (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
        if any(ast.unparse(call.func) in WRITERS for call in calls):
            found.add(path.relative_to(package).as_posix())
    return found


def test_every_export_is_named_with_its_test():
    assert modules_that_write() == set(EXPORTS)
    for named in EXPORTS.values():
        file, _colons, test = named.partition("::")
        assert f"def {test}(" in (ROOT / file).read_text(encoding="utf-8"), named


def written_with(write) -> bytes:
    """A sheet that ``write`` has filled, as a file."""
    book = Workbook()
    write(book.active)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def contents(cell):
    """What each of the writers that modules share makes of a cell: name → the file."""
    with workbook.workbook_file("表", ["列"], [[cell]], "填报", SimpleNamespace(name=cell, username=cell))[0] as file:
        table = file.read()
    lined, _count = list_export._csv(["列"], iter([[cell]]))
    plain = Workbook(write_only=True)
    sheet = plain.create_sheet()
    sheet.append([spreadsheets.writable(sheet, cell)])  # statute_changes, cases.workbook
    statutes = io.BytesIO()
    plain.save(statutes)
    return {
        "desk.workbook": table, "desk.list_export": lined.read(), "spreadsheets.writable": statutes.getvalue(),
        "spreadsheets.workbook_of": workbook_of("表", ["列"], [[cell]]),
        "portal.open_data": "".join(open_data._csv([[cell]])).encode(),
        "reports.sheets": written_with(lambda sheet: fill_sheet(sheet, cell, [("列", 9)], [(cell,)])),
        "spreadsheets.csv_file": spreadsheets.csv_file([[cell]]),
    }  # fmt: skip


def test_word_and_excel_files_are_known_by_their_ending():
    for name, kind in (("a.docx", "wordprocessingml.document"), ("a.xlsx", "spreadsheetml.sheet")):
        assert FileResponse(io.BytesIO(), filename=name)["Content-Type"].endswith(kind)


@pytest.mark.parametrize("start", [*STARTS, HOSTILE])
def test_no_cell_of_any_writer_is_worked_out(start):
    for name, content in contents(start).items():
        assert formulas_in(content) == [], name


def test_a_writer_that_forgets_is_noticed(monkeypatch):
    """A test of the test above."""
    for module in (list_export, open_data):
        monkeypatch.setattr(module, "csv_cell", lambda value: value)
    monkeypatch.setattr(workbook, "writable", lambda _sheet, value: value)
    told = contents("=1+1")
    assert {name for name, content in told.items() if formulas_in(content)} == {
        "desk.workbook", "desk.list_export", "portal.open_data",
    }  # fmt: skip
    assert csv_cell("=1") == "'=1"


def test_a_comparison_of_reports_holds_no_formula():
    cell = comparison.Cell(1, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, 1.0, (HOSTILE,))
    found = comparison.Comparison(
        (comparison.Column(HOSTILE, "=2026", HOSTILE),),
        (comparison.Row("=1+1", HOSTILE, HOSTILE, {0: cell}, [Words(HOSTILE, HOSTILE)]),),
    )
    assert formulas_in(comparison.workbook(found)) == []


def test_the_summary_of_checked_reports_holds_no_formula(tmp_path):
    found = folder.write_summary([{"file": HOSTILE, "title": STARTS[0]}], tmp_path)
    assert formulas_in(found.read_bytes()) == []


def test_a_marked_table_given_back_holds_no_formula_that_came_as_text(county):
    file = io.BytesIO(f'序号,事项编码,事项名称\n1,{STARTS[0]},"{STARTS[3]}"\n'.encode())
    plan = plan_import("power_list", county.justice, county.review().opened_on, file, officer=county.owner)
    assert plan.problems
    assert formulas_in(annotated(file, plan)) == []


# --- what comes in ----------------------------------------------------------------------------------------------------

QUICK = settings(
    max_examples=60, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
TORN = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=6)


def torn(content: bytes, changes, end: float) -> bytes:
    """A file with some bytes changed and its end cut off."""
    found = bytearray(content)
    for place, value in changes:
        found[int(place * len(found))] = value
    return bytes(found[: max(1, int(len(found) * end))])


def table_file() -> bytes:
    book = Workbook()
    book.active.append(["编码", "名称"])
    book.active.append(["A1", HOSTILE])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


TABLE = table_file()


def read_or_refused(content: bytes) -> str:
    """All that stands in a table, or why it is refused, in both languages."""
    try:
        return str([list(rows) for _title, rows in tables(io.BytesIO(content))])
    except WorkbookError as error:
        return f"{error.words.zh} {error.words.en}"


@QUICK
@given(changes=TORN, end=st.sampled_from([1.0, 1.0, 0.9, 0.5, 0.1]))
def test_a_torn_workbook_is_read_or_refused_in_words(changes, end):
    assert read_or_refused(torn(TABLE, changes, end))


@QUICK
@given(content=st.binary(max_size=200) | st.text(max_size=80).map(lambda text: text.encode("gb18030", "replace")))
def test_any_bytes_are_read_as_a_table_or_refused_in_words(content):
    assert read_or_refused(content)


LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))


@pytest.mark.parametrize("entity", ['<!ENTITY a8 SYSTEM "file:///etc/passwd">', f'<!ENTITY a0 "ha">{LAUGHS}'])
def test_a_workbook_reads_no_file_of_the_server_and_does_not_swell(entity):
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(TABLE)) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            part = old.read(name).decode()
            if name == "xl/sharedStrings.xml":
                assert "A1" in part
                start = part.index("<sst")
                part = f"<!DOCTYPE sst [{entity}]>{part[start:].replace('A1', '&a8;')}"
            new.writestr(name, part)
    told = read_or_refused(changed.getvalue())
    assert "root:" not in told
    assert "haha" not in told


@pytest.fixture(scope="module")
def parcel(tmp_path_factory):
    """A package, and the key it was signed with."""
    with pytest.MonkeyPatch.context() as patch:
        from django.conf import settings as house

        patch.setattr(house, "HOME", tmp_path_factory.mktemp("home"))
        manifest = {
            "kind": "list", "slug": "power_list", "name": {"zh": "清单", "en": "List"}, "region": "999901",
            "region_name": "示例县", "organ": "示例局", "version": 1, "number": 1, "previous": "", "fields": [],
            "day": "2026-01-01", "published_at": "2026-01-01T00:00:00+08:00", "made_at": "2026-01-01T00:00:00+08:00",
        }  # fmt: skip
        lines = [{"organ": "示例局", "key": f"A{number}", "values": {"name": "示例"}} for number in range(20)]
        yield manifest, packed(manifest, written(lines))[1], own_public_key()


def taken_apart(content: bytes, key: str):
    found = opened(content)
    check_signature(found, key)
    return found.digest, read(found)


def said_or_refused(content: bytes, key: str) -> str:
    """What a package says, or why it is refused, in both languages."""
    try:
        return str(taken_apart(content, key))
    except PackageRefused as error:
        return f"refused: {error.words.zh} {error.words.en}"


@QUICK
@given(changes=TORN, end=st.sampled_from([1.0, 1.0, 0.99, 0.5]))
def test_a_torn_package_says_what_it_said_or_is_refused_in_words(parcel, changes, end):
    _manifest, content, key = parcel
    told = said_or_refused(torn(content, changes, end), key)
    assert told.startswith("refused: ") or told == str(taken_apart(content, key))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3), max_leaves=6,
)  # fmt: skip


@QUICK
@given(
    said=st.dictionaries(st.sampled_from(["kind", "number", "day", "name", "fields", "x"]), JSON, max_size=3), line=JSON
)
def test_whatever_a_friend_signs_has_its_shape_or_is_refused_in_words(parcel, said, line):
    manifest, _content, key = parcel
    assert said_or_refused(packed({**manifest, **said}, written([line]))[1], key)


def test_the_workbook_torn_in_these_tests_is_read_when_it_is_whole():
    assert load_workbook(io.BytesIO(TABLE)).active["A2"].value == "A1"
    assert [len(list(rows)) for _title, rows in tables(io.BytesIO(TABLE))] == [2]
