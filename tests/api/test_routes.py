"""What programs read and do: the same rows, figures and refusals as on the pages, masked, once, and never from a stale view."""

import json
from datetime import date

import pytest

from tests.api.test_calls import problem
from tests.desk.county import days_ago
from tests.registers.county import item
from zhunsheng.cases.actions import open_case, perform
from zhunsheng.cases.models import Case, Event
from zhunsheng.cases.reading import links_of
from zhunsheng.ledger.figures import figures
from zhunsheng.orgs.models import Line
from zhunsheng.registers import actions as lists
from zhunsheng.security.models import AuditEntry

TODAY = days_ago(0)
SUBMIT = {
    "matter": "《示例道路开挖协议》", "kind": "agreement", "submitting_unit": "示例住房和城乡建设局", "materials": "草案、说明",
}  # fmt: skip


def opening(county, **more):
    return {
        "system": "legality_review", "action": "submit", "organ": county.justice.pk, "on": TODAY.isoformat(),
        "values": SUBMIT, **more,
    }  # fmt: skip


def keyed(key="key-00000001", seen=None):
    return {"Idempotency-Key": key, **({"If-Match": seen} if seen else {})}


# --- reading ---------------------------------------------------------------------------------------------------------


def test_only_cases_of_the_accounts_organ_are_seen(program, county):
    ours, theirs = county.review(), county.review(organ=county.housing)
    assert [row["id"] for row in program.get("/cases").json()["items"]] == [ours.pk]
    problem(program.get(f"/cases/{theirs.pk}"), 404, "not_found")
    problem(program.get(f"/cases/{theirs.pk}/events"), 404, "not_found")
    problem(program.get(f"/cases/{theirs.pk}/actions"), 404, "not_found")


def test_duties_beyond_the_organ_of_the_account_open_nothing(program, account, county):
    from zhunsheng.orgs.models import Duty

    Duty.objects.create(officer=account.officer, organ=county.housing)
    theirs = county.review(organ=county.housing)
    problem(program.get(f"/cases/{theirs.pk}"), 404, "not_found")
    answer = program.post("/cases", opening(county, organ=county.housing.pk), headers=keyed())
    problem(answer, 403, "organ")


def test_a_list_comes_in_pieces_that_new_cases_do_not_move(program, county):
    cases = [county.review(on=days_ago(day)).pk for day in (0, 0, 1, 2, 2)]
    first = program.get("/cases?limit=2").json()
    assert [row["id"] for row in first["items"]] == [cases[1], cases[0]]
    county.review()
    second = program.get("/cases", data={"limit": 2, "cursor": first["next"]}).json()
    assert [row["id"] for row in second["items"]] == [cases[2], cases[4]]
    third = program.get("/cases", data={"limit": 2, "cursor": second["next"]}).json()
    assert ([row["id"] for row in third["items"]], third["next"]) == ([cases[3]], None)


def test_lists_are_filtered(program, county):
    county.review()
    accepted = county.accepted()
    named = program.get("/cases", data={"state": accepted.state, "system": "legality_review", "is_open": "true"}).json()
    assert [row["id"] for row in named["items"]] == [accepted.pk]
    assert program.get("/cases", data={"number": accepted.number}).json()["items"][0]["id"] == accepted.pk
    assert program.get("/cases", data={"opened_to": days_ago(1).isoformat()}).json()["items"] == []


def test_a_case_says_its_limits_and_how_they_were_counted(program, county):
    case = county.accepted()
    answer = program.get(f"/cases/{case.pk}")
    told = answer.json()
    assert answer["ETag"] == f'"{case.sequence}"'
    assert told["number"] == case.number
    [running] = [line for line in told["deadlines"] if line["state"] == "running"]
    assert running["due_on"] == Case.objects.get(pk=case.pk).next_due.isoformat()
    assert running["article"]["zh"]
    assert running["steps"]
    assert program.get(f"/cases/{case.pk}", headers={"If-None-Match": answer["ETag"]}).status_code == 304


@pytest.fixture
def reconsideration(county):
    values = {
        "applicant": {"kind": "person", "name": "示例甲", "phone": "13800001234"}, "respondent": {"kind": "organ", "name": "示例县公安局"},
        "act": "行政处罚决定", "received_by": "当面提交",
    }  # fmt: skip
    from zhunsheng.catalogue.loading import system

    wanted = system("administrative_reconsideration").procedure_on(TODAY)
    given = {
        name: values.get(name) or sample(wanted.all_fields[name]) for name, must in wanted.required["file"] if must
    }
    return open_case(
        "administrative_reconsideration", "file", organ=county.justice, on=TODAY, values={**given, "applicant": values["applicant"]},
    )  # fmt: skip


def sample(declared):
    if declared.choices:
        return next(iter(declared.choices))
    return {"party": {"kind": "organ", "name": "示例县公安局"}, "date": TODAY.isoformat()}.get(
        declared.type.value, "示例"
    )


def test_persons_are_masked_until_a_purpose_is_given_and_that_is_written_down(program, account, reconsideration):
    case = reconsideration
    shown = program.get(f"/cases/{case.pk}")
    listed, events = program.get("/cases"), program.get(f"/cases/{case.pk}/events")
    for answer in (shown, listed, events):
        assert "示例甲" not in answer.content.decode()
        assert "13800001234" not in answer.content.decode()
    assert "applicant" in shown.json()["masked"]
    problem(program.post(f"/cases/{case.pk}/reveal", {"fields": ["applicant"]}), 422, "input")
    problem(program.post(f"/cases/{case.pk}/reveal", {"fields": ["no"], "purpose": "送达文书"}), 422, "field")
    assert not AuditEntry.objects.filter(action="case.reveal").exists()
    told = program.post(f"/cases/{case.pk}/reveal", {"fields": ["applicant"], "purpose": "送达文书"}).json()
    assert "示例甲" in json.dumps(told, ensure_ascii=False)
    entry = AuditEntry.objects.get(action="case.reveal")
    assert (entry.officer_id, entry.subject) == (account.officer_id, f"case:{case.pk}")
    assert (entry.detail["field"], entry.detail["purpose"]) == ("applicant", "送达文书")


# --- doing -----------------------------------------------------------------------------------------------------------


def test_what_may_be_done_is_told_with_the_reason_why_the_rest_may_not(program, county):
    case = county.review()
    told = program.get(f"/cases/{case.pk}/actions").json()
    steps = {step["action"]: step for step in told["steps"]}
    assert steps["accept"]["possible"]
    refused = next(step for step in told["steps"] if not step["possible"] and step["refusal"]["code"] == "state")
    assert refused["refusal"]["detail"]["zh"]
    assert "office.transfer" in told["verbs"]


WRONG_KINDS = (
    {"system": ["legality_review"]}, {"action": {"submit": 1}}, {"organ": "all"}, {"organ": True}, {"organ": [1]}, {"organ": 1.5}, {"on": 20260101},
    {"on": []}, {"values": [SUBMIT]}, {"values": "matter"}, {"values": SUBMIT | {"matter": ["x"]}}, {"values": SUBMIT | {"matter": {"a": 1}}},
    {"values": SUBMIT | {"kind": ["agreement"]}}, {"values": SUBMIT | {"kind": {"__proto__": {"agreement": 1}}}},
    {"values": SUBMIT | {"__class__": "x"}},
)  # fmt: skip


@pytest.mark.once
@pytest.mark.parametrize("wrong", WRONG_KINDS, ids=str)
def test_a_value_of_another_kind_is_refused_and_not_taken_for_one_of_its_own(program, county, wrong):
    answer = program.post("/cases", opening(county, **wrong), headers=keyed())
    assert answer.status_code == 422, answer.content
    assert not Case.objects.exists()


def test_a_case_is_opened_once_however_often_it_is_sent(program, account, county):
    first = program.post("/cases", opening(county), headers=keyed())
    assert first.status_code == 201, first.content
    again = program.post("/cases", opening(county), headers=keyed())
    assert (again.status_code, again.json()) == (201, first.json())
    assert again["Idempotent-Replayed"] == "true"
    assert again["ETag"] == first["ETag"] == '"1"'
    problem(program.post("/cases", opening(county, note="另一件"), headers=keyed()), 409, "key_used")
    assert Case.objects.count() == 1
    assert Event.objects.get().officer == account.officer
    assert AuditEntry.objects.get(action="case.submit").officer == account.officer
    assert program.post("/cases", opening(county), headers=keyed("key-00000002")).json()["id"] != first.json()["id"]


def test_a_case_is_opened_from_another_with_what_that_says_already(program, county):
    review, theirs = county.accepted(), county.review(organ=county.housing)
    values = {
        "contract_number": "HT-1", "kind": "concession", "major": True, "sme": False, "signed_on": TODAY.isoformat(),
        "ends_on": days_ago(-365).isoformat(), "duties": "建设运营", "counterparty": {"name": "示例公司", "kind": "organisation"}, "amount": "500",
    }  # fmt: skip
    contract = opening(county, system="contract_performance", action="enter", values=values)
    problem(program.post("/cases", contract | {"source": review.pk}, headers=keyed()), 422, "gate")  # no opinion yet
    for action, more in (("assign_reviewer", {"reviewer_name": "示例甲"}), ("draft_opinion", {"proposed_conclusion": "合法", "opinion_text": "无", "opinions_given": 0})):  # fmt: skip
        perform(review.pk, action, on=TODAY, values=more)
    perform(review.pk, "issue_opinion", on=TODAY, outcome="lawful")
    problem(program.post("/cases", contract, headers=keyed("key-00000002")), 422, "missing")  # the name, from no review
    problem(program.post("/cases", contract | {"source": theirs.pk}, headers=keyed("key-00000003")), 404, "not_found")
    opened = program.post("/cases", contract | {"source": review.pk}, headers=keyed("key-00000004"))
    assert opened.status_code == 201, opened.content
    assert opened.json()["fields"]["contract_name"] == SUBMIT["matter"]
    assert [link.case for link in links_of(opened.json()["id"])] == [str(review.pk)]


def test_a_line_opens_no_case_of_another_organ_to_a_program(program, county):
    theirs = county.review(organ=county.housing)
    Line.objects.create(
        superior=county.justice, organ=county.housing, systems=["legality_review"], first_day=days_ago(9), basis="示委", named_by=county.owner
    )  # fmt: skip
    problem(program.get(f"/cases/{theirs.pk}"), 404, "not_found")
    problem(program.post("/cases", opening(county, source=theirs.pk), headers=keyed()), 404, "not_found")


def test_what_was_refused_has_written_nothing_and_may_be_sent_again(program, county):
    told = problem(program.post("/cases", opening(county, values={}), headers=keyed()), 422, "missing")
    assert told["field"] in SUBMIT
    assert not Case.objects.exists()
    assert program.post("/cases", opening(county), headers=keyed()).status_code == 201
    problem(program.post("/cases", opening(county)), 422, "input")  # no key
    problem(program.post("/cases", opening(county, system="none"), headers=keyed("key-00000003")), 422, "system")


def test_a_step_on_a_stale_view_is_refused(program, county):
    case = county.review()
    path, body = f"/cases/{case.pk}/actions/accept", {"on": TODAY.isoformat()}
    problem(program.post(path, body, headers=keyed()), 428, "if_match")
    problem(program.post(path, body, headers=keyed(seen='"7"')), 412, "stale")
    done = program.post(path, body, headers=keyed(seen='"1"'))
    assert (done.status_code, done["ETag"]) == (200, '"2"'), done.content
    again = program.post(path, body, headers=keyed(seen='"1"'))
    assert again.json() == done.json()
    assert Case.objects.get(pk=case.pk).sequence == 2
    told = problem(program.post(path, body, headers=keyed("key-00000009", seen='"2"')), 422, "state")
    assert told["detail"]["zh"]
    problem(
        program.post(f"/cases/{case.pk}/actions/nothing", body, headers=keyed("key-00000010", seen='"2"')),
        404,
        "not_found",
    )


# --- the other rooms -------------------------------------------------------------------------------------------------


def test_figures_come_with_their_receipt_and_records(program, county):
    case = county.review()
    month = TODAY.strftime("%Y-%m")
    asked = {"first": month, "last": month}
    named = [f for f in figures("999901", TODAY.replace(day=1), TODAY).values() if f.value and f.kind != "ratio"]
    listed = {row["account"]: row for row in program.get("/figures", data=asked).json()["items"]}
    assert set(listed) >= {figure.account for figure in named}
    account = named[0].account
    told = program.get(f"/figures/{account}", data=asked).json()
    assert (told["value"], told["region"], told["accounts"][account]["flow"]) == ("1", "999901", "1")
    [record] = program.get(f"/figures/{account}/records", data=asked).json()["items"]
    assert (record["source_id"], record["number"], record["value"]) == (case.pk, case.number, "1")
    problem(program.get("/figures", data={**asked, "region": "110000"}), 404, "region")
    problem(program.get("/figures", data={"first": "2026-03", "last": "2026-01"}), 422, "date_order")


def test_the_record_of_another_organ_is_counted_but_not_named(program, county):
    county.review(organ=county.housing)
    month = TODAY.strftime("%Y-%m")
    account = next(f.account for f in figures("999901", TODAY.replace(day=1), TODAY).values() if f.value)
    [record] = program.get(f"/figures/{account}/records", data={"first": month, "last": month}).json()["items"]
    assert (record["value"], record["source_id"], record["number"]) == ("1", None, "")


def test_lists_are_read_on_any_day_and_versions_as_published(program, county):
    begin, later = date(2024, 1, 1), date(2024, 6, 1)
    for key, name in (("A1", "对擅自施工的处罚"), ("A2", "对超载运输的处罚")):
        lists.apply_entry_change(
            "power_list", county.justice, "add", key, item(item_code=key, name=name, remarks="内部备注"), begin
        )
    lists.apply_entry_change("power_list", county.housing, "add", "B1", item(item_code="B1", name="他局的事项"), begin)
    version = lists.publish("power_list", county.justice, date(2024, 3, 5), county.owner)
    lists.apply_entry_change("power_list", county.justice, "change", "A1", {"name": "改过的名称"}, later)

    def names(path, **data):
        return [row["values"]["name"] for row in program.get(path, data=data).json()["items"]]

    entries = "/registers/power_list/entries"
    assert names(entries, on="2024-05-31") == ["对擅自施工的处罚", "对超载运输的处罚"]
    assert names(entries, on="2024-06-01") == ["改过的名称", "对超载运输的处罚"]
    assert names(entries, on="2024-06-01", known_at=version.published_at.isoformat()) == names(entries, on="2024-05-31")
    assert names(entries, on="2023-12-31") == []
    first = program.get(entries, data={"limit": 1}).json()
    assert names(entries, limit=1, cursor=first["next"]) == ["对超载运输的处罚"]
    [told] = program.get("/publications").json()["items"]
    assert (told["slug"], told["entries"], told["digest"], told["stands"]) == ("power_list", 2, version.digest, True)
    said = program.get(f"/publications/{version.pk}/entries")
    assert [row["values"]["name"] for row in said.json()["items"]] == ["对擅自施工的处罚", "对超载运输的处罚"]
    assert "内部备注" not in said.content.decode()
    lists.withdraw(version, county.owner, reason="误公布")
    problem(program.get(f"/publications/{version.pk}/entries"), 410, "withdrawn")


def test_days_and_limits_are_those_of_the_command_line(program):
    told = program.get("/due", data={"from": "2024-09-26", "rule": "fy_accept_review_5d"}).json()
    assert told["due"] == "2024-10-09"  # 27, 29 (worked) and 30 September, 8 and 9 October: 1 to 7 October are days off
    year = program.get("/calendar/2024").json()
    kinds = {row["day"]: row["kind"] for row in year["days"]}
    assert (year["certain"], kinds["2024-10-01"], kinds["2024-09-29"]) == (True, "holiday", "make_up")
    problem(program.get("/due", data={"from": "2024-09-26"}), 422, "one_of")
    problem(program.get("/due", data={"from": "2024-09-26", "rule": "none"}), 404, "unknown_rule")
    problem(program.get("/due", data={"from": "2099-09-26", "length": 9999, "unit": "year"}), 422, "limit")


def test_a_report_is_composed_and_a_text_is_checked(program, county):
    county.review()
    composed = program.post("/reports/compose", {"region": "999901", "year": TODAY.year}).json()
    assert composed["title"].endswith("报告") or composed["title"]
    assert composed["blocks"]
    checked = program.post("/reports/check", {"text": "全年收到行政复议申请10件，其中受理7件、不予受理4件。"}).json()
    assert [finding["rule"] for finding in checked["findings"]]
    problem(program.post("/reports/compose", {"region": "999901", "year": 1990}), 422, "report")
