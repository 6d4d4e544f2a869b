"""Lists in full: declared filters, sorting, chosen columns, saved views, long exports, and one step for many cases."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from tests.desk.county import SYSTEM, days_ago, officer, signed_in
from zhunsheng.cases.actions import perform
from zhunsheng.cases.models import Case, Event
from zhunsheng.desk import background, list_export
from zhunsheng.desk.models import Job, SavedView
from zhunsheng.orgs.models import Duty

ADDRESS = f"/cases/{SYSTEM}/"


def titles(client, **query):
    return [row.case.title for row, _cells in client.get(ADDRESS, query).context["rows"]]


# --- filters, sorting, columns -----------------------------------------------------------------------------------------


def test_declared_fields_dates_and_organs_filter(county, owner):
    county.review(matter="《协议》", kind="agreement", on=days_ago(9))
    county.review(matter="《文件》", kind="normative_document", on=days_ago(8))
    closed = county.review(matter="《退回》", kind="other", on=days_ago(7))
    perform(closed.pk, "return_unreviewed", on=days_ago(3), values={"return_reason": "材料不齐"})
    assert titles(owner, f_kind="agreement") == ["《协议》"]
    assert titles(owner, closed_first=days_ago(4), closed_last=days_ago(2)) == ["《退回》"]
    assert titles(owner, closed_first=days_ago(2)) == []
    page = owner.get(ADDRESS, {"f_kind": "agreement"})
    assert ("f_kind", "类别：行政协议") in page.context["chips"]
    assert "共 3 条，筛选后 1 条" in page.content.decode()
    assert page.context["organs"] == []  # one organ is no choice


def test_the_tree_of_organs_filters_those_below(county):
    chief = officer("chief", "示例戊", county.government, whole_tree=True)
    county.review(matter="《司法》")
    county.review(matter="《住建》", organ=county.housing)
    client = signed_in(chief)
    offered = [words for _key, words in client.get(ADDRESS).context["organs"]]
    assert "示例县人民政府" in offered
    assert "　示例县司法局" in offered
    assert titles(client, organ=county.housing.pk) == ["《住建》"]
    assert len(titles(client, organ=county.government.pk)) == 2
    assert titles(client, organ="abc") == []


def test_sorting_by_columns_either_way(county, owner):
    for matter, kind in (("《丙》", "other"), ("《甲》", "agreement"), ("《乙》", "major_decision")):
        county.review(matter=matter, kind=kind)
    rising = titles(owner, sort="kind")
    assert [Case.objects.get(title=title).fields["kind"] for title in rising] == [
        "agreement",
        "major_decision",
        "other",
    ]
    assert titles(owner, sort="-kind") == rising[::-1]
    assert len(titles(owner, sort="counterparty")) == 3
    assert len(titles(owner, sort="materials'; --")) == 3


def test_chosen_columns_are_remembered_for_one_officer(county, owner):
    county.review()
    county.accepted(organ=county.housing)
    owner.post(f"{ADDRESS}columns/", {"column": ["submitting_unit", "officer", "unheard_of"], "query": "course=open"})
    assert [key for key, *_ in owner.get(ADDRESS).context["columns"]] == ["submitting_unit", "officer"]
    other = signed_in(county.colleague)
    assert "matter" in [key for key, *_ in other.get(ADDRESS).context["columns"]]
    sheet = load_workbook(BytesIO(b"".join(owner.get(f"{ADDRESS}workbook/").streaming_content))).active
    assert [cell.value for cell in sheet[3]] == ["序号", "案号", "送审单位", "经办", "备注"]
    owner.post(f"{ADDRESS}columns/", {"reset": "1", "column": ["officer"]})
    assert "matter" in [key for key, *_ in owner.get(ADDRESS).context["columns"]]


def test_saved_views_are_ones_own_or_the_organs(county, owner, colleague):
    mate = signed_in(officer("mate", "示例己", county.justice))
    owner.post(f"{ADDRESS}views/", {"name": "协议", "query": "f_kind=agreement&page=3", "shared": "1"})
    owner.post(f"{ADDRESS}views/", {"name": "我的", "query": "course=open"})
    assert [view.name for view in owner.get(ADDRESS).context["views"]] == ["协议", "我的"]
    assert [(v.name, v.query) for v in mate.get(ADDRESS).context["views"]] == [("协议", "f_kind=agreement")]
    assert colleague.get(ADDRESS).context["views"] == []
    shared = SavedView.objects.get(name="协议")
    assert mate.post(f"{ADDRESS}views/{shared.pk}/remove/").status_code == 404
    owner.post(f"{ADDRESS}views/{shared.pk}/remove/")
    assert not SavedView.objects.filter(name="协议").exists()
    assert (
        "先筛选再保存"
        in owner.post(f"{ADDRESS}views/", {"name": "空", "query": "page=2"}, follow=True).content.decode()
    )


def test_strangers_find_none_of_it(county, stranger):
    for path in ("bulk/", "columns/", "views/"):
        assert stranger.post(ADDRESS + path, {"name": "x", "query": "q=x"}).status_code == 404


# --- files -------------------------------------------------------------------------------------------------------------


def test_csv_opens_in_a_spreadsheet_and_holds_no_formula(county, owner):
    county.review(matter='=HYPERLINK("http://example.test")')
    answer = owner.get(f"{ADDRESS}workbook/", {"form": "csv"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert text.splitlines()[0].startswith("序号,案号,事项名称")
    assert "'=HYPERLINK" in text
    assert answer["Content-Disposition"].endswith('.csv"') or ".csv" in answer["Content-Disposition"]


def test_a_long_export_is_made_in_the_background_of_what_its_officer_may_see(county, owner, colleague, monkeypatch):
    monkeypatch.setattr(list_export, "AT_ONCE", 1)
    for matter in ("《一》", "《二》"):
        county.review(matter=matter)
    county.review(matter="《别处》", organ=county.housing)
    job_address = owner.get(f"{ADDRESS}workbook/", {"f_kind": "agreement"})["Location"]
    job = Job.objects.get()
    assert (job_address, job.total) == (f"/jobs/{job.pk}/", 2)
    background.run(job.pk)
    assert "文件已经做好，共 2 条" in owner.get(job_address).content.decode()
    assert colleague.get(f"{job_address}file/").status_code == 404
    content = b"".join(owner.get(f"{job_address}file/").streaming_content)
    rows = list(load_workbook(BytesIO(content)).active.iter_rows(min_row=4, values_only=True))
    assert sorted(row[2] for row in rows) == ["《一》", "《二》"]


# --- one step for many -------------------------------------------------------------------------------------------------


@pytest.fixture
def waiting(county):
    """Two cases that can be accepted today, and one submitted so late that an earlier day is refused."""
    return [county.review(matter=m, on=days_ago(d)) for m, d in (("《一》", 9), ("《二》", 8), ("《三》", 1))]


def bulk(client, **data):
    return client.post(f"{ADDRESS}bulk/", data)


def test_one_step_for_many_with_a_refused_row(county, owner, waiting):
    page = bulk(owner, case=[case.pk for case in waiting])
    assert "accept" in dict(page.context["actions"])
    chosen = {"cases": page.context["cases"], "action": "accept"}
    form = bulk(owner, **chosen)
    assert "on" in form.context["form"].fields
    filled = {**chosen, "on": days_ago(5).isoformat(), "note": "一并收件"}
    preview = bulk(owner, step="preview", **filled)
    assert [bool(line.refusal) for line in preview.context["lines"]] == [False, False, True]
    assert ("note", "一并收件") in preview.context["sent"]
    assert not Event.objects.filter(action="accept").exists()
    done = bulk(owner, step="run", **filled)
    assert (done.context["done"], done.context["refused"]) == (2, 1)
    assert Case.objects.filter(state="submitted").count() == 1
    assert {event.officer for event in Event.objects.filter(action="accept")} == {county.owner}
    again = bulk(owner, step="run", **filled)
    assert again.context["done"] == 0  # every case has moved on since it was shown, or is refused as before


def test_all_that_were_filtered(county, owner, waiting):
    county.review(matter="《别的》", kind="other")
    page = bulk(owner, scope="all", query="f_kind=agreement")
    assert page.context["count"] == 3


def test_cases_in_different_states_have_only_what_is_common(county, owner, waiting):
    accepted = county.accepted()
    page = bulk(owner, case=[waiting[0].pk, accepted.pk])
    assert "accept" not in dict(page.context["actions"])
    assert bulk(owner, cases=page.context["cases"], action="accept").status_code == 404


def test_the_address_alone_leads_to_the_list(county, owner, stranger):
    assert owner.get(f"{ADDRESS}bulk/")["Location"] == ADDRESS
    assert stranger.get(f"{ADDRESS}bulk/").status_code == 404


def test_what_one_may_not_see_is_left_out(county, owner, waiting):
    hidden = county.review(organ=county.housing)
    page = bulk(owner, case=[hidden.pk])
    assert page.status_code == 302
    both = bulk(owner, case=[hidden.pk, waiting[0].pk])
    assert both.context["count"] == 1


def test_a_role_one_does_not_hold_offers_nothing(county, waiting):
    sponsor = officer("sponsor", "示例庚", None)
    Duty.objects.create(officer=sponsor, organ=county.justice, system=SYSTEM, role="sponsor")
    page = bulk(signed_in(sponsor), case=[waiting[0].pk])
    assert "accept" not in dict(page.context["actions"])


def test_too_many_are_refused(county, owner, waiting, monkeypatch):
    monkeypatch.setattr("zhunsheng.desk.list_bulk.MOST", 2)
    page = owner.post(f"{ADDRESS}bulk/", {"case": [case.pk for case in waiting]}, follow=True)
    assert "一次最多办理 2 件" in page.content.decode()
