"""Annual reports in public: only what was published, as it was published, with its head data and its figures as data."""

import csv
import io
import json

import docx
import pytest
from django.test import Client

from tests.portal.test_lists import text
from tests.reports.city import YEAR, found_city, post_year, record
from tests.reports.test_drafts import Writer, _confirm_all, _publish, _reconsideration
from zhunsheng.reports import drafts

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_a_report_is_public_once_it_is_published_and_stays_as_it_was(db):
    city = found_city()
    post_year(city)
    drafter, reviewer, head = (Writer(city, role, role) for role in ("drafter", "reviewer", "head"))
    draft = drafts.begin(city.region, YEAR, "annual-report", *drafter.as_, "congress")
    _confirm_all(draft, drafter)
    drafts.make_final(draft.pk, "示政文〔2021〕1号", *head.as_)
    drafts.check_secrecy(draft.pk, "没有涉密内容", *reviewer.as_)
    address = f"/public/reports/{draft.pk}/"
    everything = (address, address + "report.docx", address + "figures.csv", address + "figures.json")
    assert {Client().get(one).status_code for one in everything} == {404}
    assert "示政文" not in text("/public/reports/")
    drafts.publish(draft.pk, *drafter.as_)

    record(city, "administrative_reconsideration.received", 2)  # what is posted later changes nothing of it
    page = text(address)
    for said in ("示政文〔2021〕1号", "收到行政复议申请98件", "主动公开", '<meta name="ArticleTitle"', "此件公开发布"):
        assert said in page, said
    assert "人大常委会：" not in page  # the copy for the public is not addressed to the congress
    assert "示政文〔2021〕1号" in text("/public/reports/")
    assert address in text("/public/sitemap-reports.xml")
    file = Client().get(address + "report.docx")
    assert "收到行政复议申请98件" in "".join(
        p.text for p in docx.Document(io.BytesIO(b"".join(file.streaming_content))).paragraphs
    )
    data = json.loads(text(address + "figures.json"))
    (received,) = [one for one in data["figures"] if (one["name"], one["year"]) == ("收到行政复议申请", YEAR)]
    assert (received["value"], received["unit"], received["printed"]) == (98, "件", "98件")
    rows = list(csv.reader(io.StringIO(text(address + "figures.csv").removeprefix("\ufeff"))))
    assert rows[0] == ["所在部分", "指标", "年度", "数值", "单位", "报告中的写法"]
    assert ["98", "件", "98件"] in [row[3:] for row in rows]
    assert Client().get(address + "figures.xlsx").status_code == 404


def test_a_corrected_report_and_its_correction_are_both_public_and_say_so(db):
    city = found_city()
    post_year(city)
    people = {role: Writer(city, role, role) for role in ("drafter", "reviewer", "head")}
    draft = drafts.begin(city.region, YEAR, "annual-report", *people["drafter"].as_)
    _confirm_all(draft, people["drafter"])
    _publish(draft, people)
    record(city, "administrative_reconsideration.received", 2)
    correction = drafts.correct(draft.pk, "漏报两件申请", *people["head"].as_)
    drafts.confirm(_reconsideration(correction).pk, *people["drafter"].as_)
    before, after = f"/public/reports/{draft.pk}/", f"/public/reports/{correction.pk}/"
    assert "更正" not in text(before)  # until the correction is published the report stands as it is
    assert Client().get(after).status_code == 404
    _publish(correction, people)
    old, new = text(before), text(after)
    assert "收到行政复议申请98件" in old
    assert "更正理由：漏报两件申请" in old
    assert after in old
    for said in (
        "更正说明",
        "更正理由：漏报两件申请",
        "<del>",
        "收到行政复议申请98件",
        "收到行政复议申请100件",
        before,
    ):
        assert said in new, said
    listed = text("/public/reports/")
    assert (f'<a href="{after}">' in listed, "更正以前的原文" in listed) == (True, True)
    notice = Client().get(after + "notice.docx")
    cells = [
        c.text
        for t in docx.Document(io.BytesIO(b"".join(notice.streaming_content))).tables
        for r in t.rows
        for c in r.cells
    ]
    assert any("98件" in cell for cell in cells)
    assert Client().get(before + "notice.docx").status_code == 404
    data = {one: json.loads(text(one + "figures.json")) for one in (before, after)}
    assert data[before]["corrected_by"].endswith(after)
    assert data[after]["corrects"].endswith(before)
    assert data[after]["corrected_by"] is None
