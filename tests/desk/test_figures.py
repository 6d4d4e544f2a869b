"""Figures on pages: the number, the months, the parts, the records and the checks say the same."""

import pytest
from django.urls import reverse

from tests.desk.county import SYSTEM, days_ago
from zhunsheng.cases.actions import perform

pytestmark = pytest.mark.once

RECEIVED = f"{SYSTEM}.received"


def opened(client, account, **query):
    return client.get(reverse("desk:figure", args=[account]), query)


def test_the_number_is_the_sum_of_its_months_and_parts_and_records(county, owner):
    for kind in ("agreement", "agreement", "other"):
        county.review(kind=kind)
    context = opened(owner, RECEIVED).context
    assert context["figure"].value == 3
    assert sum(line.value for line in context["course"] if line.value) == 3
    [(title, parts)] = context["parts"]
    assert title == "类别"
    assert [(part.words, part.value) for part in parts] == [("行政协议", 2), ("其他涉法事务", 1)]
    records = owner.get(reverse("desk:records", args=[RECEIVED]), {"part": parts[0].key}).context
    assert records["page"].paginator.count == 2


def test_the_chart_has_its_table_beside_it(county, owner):
    county.review()
    text = opened(owner, RECEIVED).content.decode()
    assert 'data-chart="chart-data"' in text
    assert text.count("<td>12 月</td>") == 1


def test_checks_it_takes_part_in_are_shown_with_both_sides(county, owner):
    county.review()
    checks = opened(owner, RECEIVED).context["checks"]
    assert [(check.holds, check.left, check.right) for check, *_ in checks] == [(True, 1, 1)]


def test_a_ratio_leads_to_what_it_is_computed_from(county, owner):
    context = opened(owner, f"{SYSTEM}.adoption_rate").context
    for sides, account in ((context["above"], "opinions_adopted"), (context["below"], "opinions_answered")):
        [side] = sides
        assert side.address.startswith(reverse("desk:records", args=[f"{SYSTEM}.{account}"]))


def test_a_ratio_of_parts_of_one_account_opens(county, owner):
    assert opened(owner, "administrative_reconsideration.correction_rate").status_code == 200


def test_an_unknown_figure_does_not_exist(county, owner):
    assert opened(owner, "legality_review.none").status_code == 404
    assert owner.get(reverse("desk:records", args=[f"{SYSTEM}.adoption_rate"])).status_code == 404


def test_the_overview_shows_only_figures_with_a_number_until_asked(county, owner):
    county.review()
    few = owner.get("/figures/").content.decode()
    every = owner.get("/figures/", {"all": 1}).content.decode()
    assert "收到合法性审查事项" in few
    assert "复核后不合法" not in few
    assert "复核后不合法" in every


def test_the_report_shows_its_figures_as_links_and_names_what_is_missing(county, owner):
    case = county.accepted(on=days_ago(20))
    perform(case.pk, "assign_reviewer", on=days_ago(19), values={"reviewer_name": "示例甲"})
    perform(case.pk, "draft_opinion", on=days_ago(18),
            values={"proposed_conclusion": "合法", "opinion_text": "合法", "opinions_given": 0})  # fmt: skip
    perform(case.pk, "issue_opinion", on=days_ago(17), outcome="lawful")
    year = days_ago(17).year
    page = owner.get(reverse("desk:report", args=[county.region.pk, year]))
    assert reverse("desk:figure", args=[f"{SYSTEM}.reviewed"]) in page.content.decode()
    named = {account for section in page.context["sections"] for account, *_ in section.missing}
    assert page.context["missing"] >= len(named) > 0
    document = owner.get(reverse("desk:report-document", args=[county.region.pk, year]))
    assert b"".join(document.streaming_content)[:2] == b"PK"
    assert owner.get(reverse("desk:report-working-paper", args=[county.region.pk, year])).status_code == 200


def test_a_year_without_data_has_no_report_but_a_page(county, owner):
    page = owner.get(reverse("desk:report", args=[county.region.pk, 2016]))
    assert "这一年还没有入账" in page.content.decode()
    assert owner.get(reverse("desk:report-document", args=[county.region.pk, 2016])).status_code == 404


def test_the_period_is_kept_in_the_address_and_holds_for_every_number(county, owner):
    today, earlier = days_ago(0), days_ago(0).replace(day=1) - (days_ago(0) - days_ago(1))
    county.review(on=today)
    county.review(on=earlier)
    month = {"year": earlier.year, "span": f"m{earlier.month}"}
    assert opened(owner, RECEIVED, **month).context["figure"].value == 1
    run = {"span": "run", "from": earlier.strftime("%Y-%m"), "to": today.strftime("%Y-%m")}
    page = opened(owner, RECEIVED, **run)
    assert page.context["figure"].value == 2
    assert f"span=run&from={run['from']}&to={run['to']}" in page.context["asked"].query or earlier.month in (
        1,
        3,
        6,
        7,
        10,
        12,
    )
    assert owner.get(reverse("desk:records", args=[RECEIVED]), run).context["page"].paginator.count == 2


def test_months_that_cannot_be_read_are_said_and_the_year_is_shown(county, owner):
    for first, last in (("2026-07", "2026-03"), ("x", "2026-03"), ("2026-13", "2026-14"), ("", "")):
        page = opened(owner, RECEIVED, span="run", **{"from": first, "to": last})
        assert "月份请写成" in page.content.decode()
        assert page.context["asked"].months[0] % 100 == 1


def test_organs_add_up_to_the_figure_and_lead_to_their_records(county, owner):
    county.review()
    county.review(organ=county.housing)
    county.review(organ=county.housing)
    table = opened(owner, RECEIVED).context["organs"]
    assert [(line.organ.name, line.figure.value) for line in table.lines] == [
        ("示例县住房和城乡建设局", 2), ("示例县司法局", 1),
    ]  # fmt: skip
    assert owner.get(table.lines[0].address).context["page"].paginator.count == 2


def test_quarters_and_years_add_up_to_the_months(county, owner):
    county.review()
    sums = {by: sum(line.value for line in opened(owner, RECEIVED, by=by).context["course"] if line.value)
            for by in ("month", "quarter", "year")}  # fmt: skip
    assert sums == {"month": 1, "quarter": 1, "year": 1}


def test_the_search_finds_figures_by_name_and_by_system(county, owner):
    county.review()
    found = owner.get("/figures/", {"q": "合法性审查"}).content.decode()
    assert "收到合法性审查事项" in found
    assert "行政复议" not in found.partition("<main")[2]
    assert "没有符合条件的指标" in owner.get("/figures/", {"q": "查无此数"}).content.decode()


def test_a_level_at_the_end_of_a_month_carries_over(county, owner):
    county.review(on=days_ago(0))
    lines = opened(owner, f"{SYSTEM}.pending").context["course"]
    assert lines[days_ago(0).month - 1].value == 1


def test_records_as_workbook_hide_what_the_reader_may_not_see(county, owner):
    from io import BytesIO

    from openpyxl import load_workbook

    county.review(matter="《他局的协议》", organ=county.housing)
    file = owner.get(reverse("desk:records-workbook", args=[RECEIVED]))
    rows = list(load_workbook(BytesIO(b"".join(file.streaming_content))).active.values)
    assert rows[3][0] == "您的岗位不能查看这条记录"
    assert "他局" not in str(rows)
