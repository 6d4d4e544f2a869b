"""Figures on pages: the number, the months, the parts, the records and the checks say the same."""

from django.urls import reverse

from tests.desk.county import SYSTEM, days_ago
from zhunsheng.cases.actions import perform

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
