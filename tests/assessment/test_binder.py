"""The binder of evidence and the schemes: what proves each indicator, what is missing in red, grades, vetoes and ranks."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from docx import Document

from tests.assessment.test_scoring import INDICATOR, TODAY
from tests.cases.place import HOTLINE, make_place, order_steps
from tests.desk.county import signed_in
from zhunsheng.assessment.binder import of_sheet
from zhunsheng.assessment.schemes import grades_in, places
from zhunsheng.cases.actions import link_cases, open_case, perform
from zhunsheng.cases.models import Case
from zhunsheng.cases.replay import CaseScript, replay
from zhunsheng.orgs.access import access_of
from zhunsheng.orgs.models import Duty
from zhunsheng.registers.actions import apply_entry_change

QUALITY = {**INDICATOR, "kind": "quality", "figure": "", "formula": "", "evidence": "会议纪要"}
SCHEME = {"scheme": "2025年度考核方案", "year": 2025, "unit_kind": "all", "grades": "优秀 9；良好 8分以上；较差 0"}


@pytest.fixture
def place(db):
    made = make_place()
    replay(HOTLINE, [CaseScript(made.hotline, order_steps(date(2025, 3, 3)))], today=TODAY)
    Duty.objects.create(officer=made.head, organ=made.government, whole_tree=True)
    return made


def _indicator(place, code, **values):
    told = {**values, "indicator_code": code}
    apply_entry_change(
        "assessment_indicator", place.government, "add", code, told, date(2025, 1, 1), officer=place.head
    )


def _line(place, code, organ=None, **values):
    _indicator(place, code, **values)
    return _opened(place, code, organ)


def _opened(place, code, organ=None):
    told = {"year": 2025, "indicator_code": code, "self_by": date(2026, 1, 20)}
    return open_case(
        "performance_assessment", "open", organ=organ or place.hotline, on=date(2026, 1, 6), values=told, today=TODAY
    )


def _checked(case, score, **more):
    perform(
        case.pk, "self_score", on=date(2026, 1, 12), values={"self_score": score, "self_reason": "属实"}, today=TODAY
    )
    told = {"score": score, "score_reason": "属实", **more}
    perform(case.pk, "verify", on=date(2026, 2, 2), values=told, today=TODAY)


def test_every_indicator_has_its_evidence_and_what_is_missing_stands_in_red(place):
    order = Case.objects.get(system=HOTLINE)
    _line(place, "A1", **INDICATOR)
    _line(place, "A2", **QUALITY)
    linked = _line(place, "A3", **QUALITY)
    link_cases(linked.pk, order.pk, officer=place.head)
    told = _line(place, "A4", **QUALITY)
    written = {"self_score": "5", "self_reason": "有", "evidence": f"示政纪〔2025〕9号\n{order.number}"}
    perform(told.pk, "self_score", on=date(2026, 1, 12), values=written, today=TODAY)
    _line(place, "A5", **{**INDICATOR, "figure": "", "formula": "5×[legality_review.adoption_rate]÷100"})
    binder = of_sheet(access_of(place.head, TODAY), place.hotline, 2025, TODAY)
    kinds = {proof.code: [piece.kind.zh for piece in proof.pieces] for proof in binder.proofs}
    assert kinds["A1"] == ["统计数"]
    assert kinds["A3"][0] == "业务记录"
    assert kinds["A4"][:2] == ["书面材料（平台外）", "业务记录"]
    missing = {proof.code: [words.zh for words in proof.missing] for proof in binder.proofs if proof.missing}
    assert missing == {"A2": ["没有佐证，需要：会议纪要"], "A5": ["「审查意见采纳率」2025年没有记录"]}
    office = signed_in(place.head)
    address = reverse("desk:assessment-binder", args=[place.hotline.pk]) + "?year=2025"
    page = office.get(address).content.decode()
    assert "共 5 项指标，佐证齐全 3 项。" in page
    assert f'href="{reverse("desk:case", args=[order.pk])}"' in page
    word = Document(BytesIO(b"".join(office.get(address + "&form=docx").streaming_content)))
    reds = [p.text for p in word.paragraphs if p.style.name == "缺件"]
    assert reds == ["缺：没有佐证，需要：会议纪要", "缺：「审查意见采纳率」2025年没有记录"]
    contents = [p for p in word.paragraphs if p.style.name == "目录项"]
    assert len(contents) == 7  # one group, five indicators, the break of the page
    assert "（有缺件）" in contents[2].text
    assert "PAGEREF 目录3" in contents[2]._p.xml
    pdf = b"".join(office.get(address + "&form=pdf").streaming_content)
    assert pdf.startswith(b"%PDF")
    assert office.get(reverse("desk:assessment-binder", args=[place.water.pk]) + "?year=2025").status_code == 404


def test_an_application_for_a_model_is_bound_by_the_indicators_of_its_year(place):
    _indicator(place, "S1", **{**QUALITY, "purpose": "demonstration", "indicator": "听取汇报"})
    _indicator(place, "S2", **{**INDICATOR, "purpose": "demonstration", "figure": "", "formula": ""})
    _indicator(place, "K1", **QUALITY)
    told = {
        "honour": "示例示范县", "kind": "provincial_city", "unit_name": place.hotline.name, "year": 2025, "standard": "逐项自查",
        "evidence": "S1：示政纪〔2025〕9号\n宣传册一本", "missing": "第三方测评报告",
    }  # fmt: skip
    case = open_case(
        "demonstration_creation", "apply", organ=place.hotline, on=date(2026, 2, 2), values=told, today=TODAY
    )
    office = signed_in(place.head)
    page = office.get(reverse("desk:application-binder", args=[case.pk]))
    found = {proof.code: (len(proof.pieces), [m.zh for m in proof.missing]) for proof in page.context["binder"].proofs}
    assert found == {
        "S1": (1, []),
        "S2": (0, ["没有佐证：没有取数，没有关联案件，也没有写佐证记录"]),
        "": (1, ["第三方测评报告"]),
    }
    listed = office.get(reverse("desk:assessment") + "?year=2025").content.decode()
    assert reverse("desk:application-binder", args=[case.pk]) in listed


def test_grades_and_places_are_those_of_the_scheme_and_nobody_else_is_ranked(place):
    assert grades_in("良好80，优秀≥90分；不合格 0") == (("优秀", 90), ("良好", 80), ("不合格", 0))
    assert places([Decimal(3), Decimal(5), Decimal(3), Decimal(1)]) == [2, 1, 2, 4]
    said = {**SCHEME, "ranked": False, "ranked_by": "示法委办〔2025〕5号第九条：不排名"}
    apply_entry_change(
        "performance_assessment", place.government, "add", "KH", said, date(2025, 1, 1), officer=place.head
    )
    _checked(_line(place, "A1", **{**QUALITY, "weight": "9"}), "8.5")
    _checked(_opened(place, "A1", place.water), "9")
    office = signed_in(place.head)
    address = reverse("desk:assessment") + "?year=2025"
    lines = office.get(address).context["lines"]
    assert [(line.organ, line.grade) for line in lines] == [(place.hotline, "良好"), (place.water, "优秀")]
    refused = office.get(address + "&rank=1")
    assert [line.place for line in refused.context["lines"]] == [None, None]
    assert (
        "2025年度考核方案没有规定排名，这些单位不排名次：示法委办〔2025〕5号第九条：不排名" in refused.content.decode()
    )
    apply_entry_change(
        "performance_assessment", place.government, "change", "KH", {**said, "ranked": True, "ranked_by": "第十条"},
        date(2025, 6, 1), officer=place.head,
    )  # fmt: skip
    ranked = office.get(address + "&rank=1").context["lines"]
    assert [(line.organ, line.place) for line in ranked] == [(place.water, 1), (place.hotline, 2)]
    _checked(_line(place, "V1", place.water, **{**QUALITY, "kind": "veto", "weight": "0"}), "0", vetoed=True)
    vetoed = office.get(address).context["lines"]
    assert [line.grade for line in vetoed] == ["良好", "较差"]
