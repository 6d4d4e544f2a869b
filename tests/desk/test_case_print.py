"""The whole case on one page, the whole matter on one tab, and postings with the month they are booked in."""

import pytest
from django.urls import reverse

from tests.desk.county import SYSTEM, days_ago, officer, read, signed_in
from zhunsheng.cases.actions import link_cases, open_case, perform
from zhunsheng.cases.materials import add_material
from zhunsheng.cases.models import Case
from zhunsheng.ledger.months import month_of
from zhunsheng.ledger.periods import close
from zhunsheng.orgs.access import access_of
from zhunsheng.orgs.models import Line, Organ
from zhunsheng.papers.models import Paper
from zhunsheng.security.models import AuditEntry

pytestmark = pytest.mark.once

RECONSIDERATION, LAWSUIT = "administrative_reconsideration", "litigation_response"
HOTLINE, SUPERVISION = "hotline_workorder", "enforcement_supervision"


@pytest.fixture
def file(county, settings, tmp_path):
    """A reconsideration with a paper, a material and a request that was answered."""
    settings.MEDIA_ROOT = tmp_path
    values = {
        "applicant": [{"name": "示例丁", "phone": "13812345678"}], "respondent": ["示例县公安局"], "act": "行政处罚决定",
        "matter": "penalty", "area": "public_security", "request": "撤销",
    }  # fmt: skip
    case = open_case(RECONSIDERATION, "file", organ=county.justice, on=days_ago(9), officer=county.owner, values=values)
    perform(case.pk, "accept", on=days_ago(8), officer=county.owner, values={"track": "ordinary"})
    perform(
        case.pk,
        "office.countersign",
        on=days_ago(7),
        officer=county.owner,
        values={"to": str(county.housing.pk), "text": "请会签"},
    )
    perform(
        case.pk,
        "office.sign",
        on=days_ago(6),
        officer=county.colleague,
        values={"agrees": "是", "text": "没有意见"},
        request=1,
    )
    access = access_of(county.owner, days_ago(0))
    add_material(case, [b"%PDF-1.4"], file_name="申请书.pdf", officer=county.owner, access=access, volume="inner")
    return Case.objects.get(pk=case.pk)


def printed(client, case, **values):
    address = reverse("desk:case-print", args=[case.pk])
    return client.post(address) if values.get("full") else client.get(address)


def test_everything_of_the_case_is_on_the_page(county, owner, file):
    text = printed(owner, file).content.decode()
    paper = Paper.objects.get()
    for part in (
        file.number,
        "行政处罚决定",
        "受理",
        "请会签",
        "没有意见",
        paper.number,
        "申请书.pdf",
        "SHA-256",
        "official-document",
    ):
        assert part in text, part
    assert text.index("收到申请") < text.index("official-document")


def test_personal_data_are_masked_until_asked_for_which_is_logged(county, owner, file):
    masked = printed(owner, file).content.decode()
    assert "13812345678" not in masked
    full = printed(owner, file, full=True).content.decode()
    assert "13812345678" in full
    entries = AuditEntry.objects.filter(action="case.print").order_by("pk")
    assert [entry.detail["revealed"] for entry in entries] == [False, True]


def test_who_only_looks_on_gets_neither_papers_nor_the_inner_volume(county, file):
    assert printed(signed_in(county.stranger), file).status_code == 404
    clerk = signed_in(officer("clerk", "示例戊", county.housing))
    perform(
        file.pk,
        "office.assign",
        on=days_ago(0),
        officer=county.owner,
        values={"to": str(county.housing.pk), "text": "请协助"},
    )
    text = printed(clerk, file).content.decode()
    assert "请协助" in text
    assert "official-document" not in text
    assert "申请书.pdf" not in text


def test_who_looks_on_by_line_reads_of_papers_and_files_that_they_are_there(county, owner, file):
    """They name people in full, and for him personal data stay masked."""
    access = access_of(county.owner, days_ago(0))
    add_material(file, [b"%PDF-1.4"], file_name="身份证.pdf", officer=county.owner, access=access)
    bureau = Organ.objects.create(region=county.region, name="示例市司法局", kind="department")
    person = officer("guide", "示例己", bureau, system=RECONSIDERATION, role="*")
    Line.objects.create(
        superior=bureau,
        organ=county.justice,
        systems=[RECONSIDERATION],
        first_day=days_ago(9),
        basis="示委",
        named_by=county.owner,
    )
    guide, paper, scan = signed_in(person), Paper.objects.get(case_id=file.pk), file.materials.get(volume="main")
    kept = [reverse(f"desk:{name}", args=[file.pk, key]) for name, key in (
        ("paper", paper.pk), ("paper-document", paper.pk), ("material", scan.pk),
    )]  # fmt: skip
    kept.append(reverse("desk:file-list", args=[file.pk]))
    assert [read(owner.get(address)).status_code for address in kept] == [200] * 4
    assert [guide.get(address).status_code for address in kept] == [404] * 4
    tabs = "".join(guide.get(f"/case/{file.pk}/?tab={tab}").content.decode() for tab in ("course", "papers"))
    assert "身份证.pdf" in tabs
    assert paper.number in tabs
    assert not [address for address in kept if address in tabs]


def test_the_whole_matter_is_one_course(county, owner, file):
    page = owner.get(f"/case/{file.pk}/", {"tab": "links"})
    opening = next(o for o in page.context["openings"] if LAWSUIT in o.address)
    assert f"from={file.pk}" in opening.address
    review = county.review(on=days_ago(5))
    link_cases(file.pk, review.pk)
    page = owner.get(f"/case/{file.pk}/", {"tab": "links"})
    steps = [(step.case.number, step.name) for step in page.context["course"]]
    assert steps == [
        (file.number, "收到申请"), (file.number, "受理"), (file.number, "会签"), (file.number, "签署意见"), (review.number, "送审"),
    ]  # fmt: skip


def test_a_link_is_opened_from_either_side(county, owner):
    """Supervision declares that it follows from an order of the hotline; it is opened from the order all the same."""
    values = {
        "channel": "phone",
        "theme": "complaint",
        "matter": "执法不规范",
        "caller": "示例甲",
        "place": "示例路1号",
    }
    order = open_case(HOTLINE, "order", organ=county.justice, on=days_ago(1), values=values)
    page = owner.get(f"/case/{order.pk}/", {"tab": "links"})
    (opening,) = [o for o in page.context["openings"] if SUPERVISION in o.address]
    form = owner.get(opening.address).context["form"]
    assert form.fields["value_matter"].initial == "执法不规范"


def test_a_posting_says_in_which_month_it_is_booked(county, owner):
    last_month = days_ago(days_ago(0).day)
    close(county.region, month_of(last_month), None)
    case = county.review(on=last_month)
    text = owner.get(f"/case/{case.pk}/", {"tab": "postings"}).content.decode()
    assert f"更正 {last_month.year} 年 {last_month.month} 月" in text
    assert f"{SYSTEM}.received" in text
