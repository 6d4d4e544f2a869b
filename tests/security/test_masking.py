"""Sensitive values are masked on every path: each declared field by the one function for it, and a person's number, telephone, address and
name on every page and in every file that shows the records they stand in. A mask that leaves something and a cell that runs are noticed.
"""

import csv
import html
import io
import zipfile

import pytest
from django.urls import reverse

from tests.desk.county import days_ago, signed_in
from zhunsheng import spreadsheets
from zhunsheng.cases.actions import open_case, perform
from zhunsheng.cases.models import Case, Event
from zhunsheng.cases.workbook import export_cases
from zhunsheng.catalogue.loading import systems
from zhunsheng.kernel import masking
from zhunsheng.kernel.fields import FieldType, Sensitivity
from zhunsheng.kernel.masking import mask
from zhunsheng.registers.actions import apply_entry_change
from zhunsheng.registers.models import Entry
from zhunsheng.security.models import AuditEntry

NUMBER, PHONE, ADDRESS, NAME, HEAD = "11010519491231002X", "13800001234", "示例路一号院", "示例子丑", "示例寅卯任董事长"
RECONSIDERATION, PEOPLE = "administrative_reconsideration", "enforcement_personnel"
PERSON = {"name": NAME, "kind": "person", "identity_number": NUMBER, "phone": PHONE, "address": ADDRESS}


def declared_fields():
    for owner in systems().values():
        for version in (*(p.all_fields for p in owner.procedures), *(r.fields for r in owner.registers)):
            yield from ((owner.slug, name, field) for name, field in version.items())


def sample(field):
    if field.type is FieldType.PARTY:
        return PERSON
    if field.type in (FieldType.CHOICE, FieldType.CHOICES):
        return next(iter(field.choices))
    return {FieldType.IDENTITY_NUMBER: NUMBER, FieldType.PHONE: PHONE}.get(field.type, ADDRESS)


def seen_whole():
    """The sensitive fields, and those of parties, of which a mask leaves something."""
    tried, left = 0, []
    for slug, name, field in declared_fields():
        if field.sensitivity is not Sensitivity.SENSITIVE and field.type is not FieldType.PARTY:
            continue
        for value in (sample(field), [sample(field)]):
            tried += 1
            shown = str(mask(field, value))
            if any(secret in shown for secret in (NUMBER, PHONE, ADDRESS, NAME)):
                left.append((slug, name))
    return tried, left


def test_every_sensitive_field_of_every_system_is_masked(monkeypatch, capsys):
    tried, left = seen_whole()
    assert left == []
    assert tried > 100
    with capsys.disabled():
        print(f"\n{tried:,} values of sensitive fields")
    monkeypatch.setattr(masking, "mask_number", lambda number: number)
    assert seen_whole()[1], "a mask that hides nothing is noticed"


def test_identity_numbers_are_sensitive_wherever_they_are_declared():
    open_ones = [
        (slug, name) for slug, name, field in declared_fields()
        if field.type is FieldType.IDENTITY_NUMBER and field.sensitivity is not Sensitivity.SENSITIVE
    ]  # fmt: skip
    assert open_ones == []


@pytest.fixture
def county(db):
    from tests.desk.county import make_county

    return make_county()


@pytest.fixture
def dispute(county):
    values = {
        "applicant": [PERSON], "respondent": [{"name": "示例县住房和城乡建设局", "kind": "organ"}],
        "act": "《限期拆除决定书》", "matter": "penalty", "area": "housing", "request": "撤销该决定", "applicant_head": HEAD,
    }  # fmt: skip
    case = open_case(RECONSIDERATION, "file", organ=county.justice, on=days_ago(1), values=values, officer=county.owner)
    values = {"name": NAME, "unit": "示例局", "kind": "enforcement", "status": "in_service", "identity_number": NUMBER}
    apply_entry_change(PEOPLE, county.justice, "add", "示执1号", values, days_ago(3))
    return perform(case.pk, "accept", on=days_ago(0), officer=county.owner, values={"track": "ordinary"})


def text_of(response):
    assert response.status_code == 200
    return text_in(b"".join(response.streaming_content) if response.streaming else response.content)


def text_in(body):
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            body = b"".join(packed.read(part) for part in packed.namelist())
    return html.unescape(body.decode(errors="ignore"))  # workbooks write Chinese as numbers of characters


def test_no_page_and_no_file_shows_them_until_somebody_asks(dispute, county):
    desk, case = signed_in(county.owner), reverse("desk:case", args=[dispute.pk])
    entry = Entry.objects.get(register=PEOPLE)
    cases, register = f"/cases/{RECONSIDERATION}/", f"/registers/{PEOPLE}/"
    addresses = [
        "/", case, *(f"{case}?tab={tab}" for tab in ("parties", "papers", "assignments", "links", "postings")),
        reverse("desk:case-print", args=[dispute.pk]), cases, f"{cases}workbook/", f"{cases}workbook/?form=csv", f"{cases}?q=拆除",
        f"/figure/{RECONSIDERATION}.received/records/", f"/figure/{RECONSIDERATION}.received/records/workbook/",
        "/search/?q=拆除", f"/search/?q={PHONE[:5]}", "/search/suggest/?q=拆除",
        register, f"{register}entry/{entry.pk}/", f"{register}workbook/", f"{case}act/office.hold/",
    ]  # fmt: skip
    for address in addresses:
        text = text_of(desk.get(address))
        for secret in (NUMBER, PHONE, ADDRESS, HEAD):
            assert secret not in text, address
        if PEOPLE not in address and "print" not in address:  # a paper is addressed to somebody by name
            assert NAME not in text, address
    assert Event.objects.filter(case=dispute).first().values["applicant"][0]["phone"] == PHONE
    shown = desk.post(reverse("desk:reveal", args=[dispute.pk, "applicant"])).content.decode()
    assert all(secret in shown for secret in (NUMBER, PHONE, ADDRESS))
    seen = AuditEntry.objects.get(action="case.reveal")
    assert (seen.kind, seen.officer, seen.detail) == ("security", county.owner, {"field": "applicant"})


@pytest.mark.django_db
def test_a_workbook_of_whole_cases_shows_them_only_unmasked(dispute):
    """That of the command, which can be read back where it is not masked."""
    texts = {}
    for masked in (True, False):
        book = io.BytesIO()
        assert export_cases(Case.objects.filter(pk=dispute.pk), RECONSIDERATION, book, masked=masked).cases == 1
        texts[masked] = text_in(book.getvalue())
    for secret in (NUMBER, PHONE, ADDRESS, HEAD, NAME):
        assert (secret in texts[True], secret in texts[False]) == (False, True), secret


def cells_that_run(desk):
    text = text_of(desk.get("/cases/legality_review/workbook/?form=csv"))
    rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))
    return [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@")) and len(cell) > 1]


def test_a_cell_that_would_run_is_quoted_and_one_that_is_not_is_noticed(county, monkeypatch):
    county.review(matter='=HYPERLINK("http://invalid.example","点我")')
    desk = signed_in(county.owner)
    assert cells_that_run(desk) == []
    monkeypatch.setattr(spreadsheets, "FORMULA", ("nothing begins so",))
    assert cells_that_run(desk)
