"""Papers as they are issued: printable values of a real case, kept, and the paper made again from them."""

from datetime import date

import pytest

from zhunsheng.cases.actions import open_case
from zhunsheng.kernel.fields import FieldDeclaration, FieldType
from zhunsheng.orgs.models import Organ, Region
from zhunsheng.papers.document import Number, Signature
from zhunsheng.papers.issuing import addresses_of, document_of, printable
from zhunsheng.papers.models import Paper


def _field(kind: FieldType, **more: object) -> FieldDeclaration:
    return FieldDeclaration.model_validate({"zh": "字段", "en": "Field", "type": kind, **more})


@pytest.mark.parametrize(
    ("field", "value", "printed"),
    [
        (_field(FieldType.DATE), "2026-03-05", "2026年3月5日"),
        (_field(FieldType.DATETIME), "2026-03-05T09:30", "2026年3月5日9时30分"),
        (_field(FieldType.DATETIME), "2026-03-05T15:00", "2026年3月5日15时"),
        (_field(FieldType.CHOICE, of={"general": {"zh": "普通程序", "en": "General"}}), "general", "普通程序"),
        (_field(FieldType.CHOICES, of=["公安", "水利"]), ["公安", "水利"], "公安、水利"),
        (_field(FieldType.PARTY, many=True), [{"name": "张某某", "phone": "1"}, {"name": "李某某"}], "张某某、李某某"),
        (_field(FieldType.PARTY), {"name": "示例公司"}, "示例公司"),
        (_field(FieldType.BOOLEAN), False, "否"),
        (_field(FieldType.MONEY), "1200.50", "1200.50"),
        (_field(FieldType.INTEGER), 0, "0"),
    ],
)
def test_values_print_as_a_reader_expects(field: FieldDeclaration, value: object, printed: str) -> None:
    assert printable(field, value) == printed


def test_addresses_print_without_those_who_have_none() -> None:
    assert addresses_of({"name": "示例甲", "address": "示例路1号"}) == "示例路1号"
    assert (
        addresses_of([{"name": "示例甲", "address": "示例路1号"}, {"name": "示例乙"}, {"address": "示例路3号"}])
        == "示例路1号、示例路3号"
    )
    assert addresses_of(None) == ""


def _organ() -> Organ:
    region = Region.objects.create(code="999900", name="示例市")
    return Organ.objects.create(region=region, name="示例市人民政府", mark="示政", kind="government")


@pytest.mark.django_db
def test_a_step_issues_a_paper_that_states_the_day_it_is_due() -> None:
    """Twenty working days from 21 September 2020: eight to 30 September (the 27th was worked), two to 10 October
    (worked too), ten more to 23 October."""
    values = {
        "applicant": {"name": "示例甲"}, "applicant_kind": "natural", "information": "示例路改造工程的批准文件", "channel": "in_person",
    }  # fmt: skip
    case = open_case("info_disclosure_request", "file", organ=_organ(), on=date(2020, 9, 21), values=values)
    paper = Paper.objects.get(case_id=case.pk, kind="registration")
    text = "\n".join(str(getattr(block, "text", "")) for block in document_of(paper).blocks)
    assert "2020年10月23日" in text
    assert "示例甲" in text
    assert case.number in text
    assert document_of(paper).blocks[-1] == Signature("示例市人民政府", date(2020, 9, 21))


@pytest.mark.django_db
def test_a_paper_is_made_again_from_what_was_kept() -> None:
    organ = _organ()
    paper = Paper.objects.create(
        case_id=1, sequence=2, system="administrative_reconsideration", version=date(2024, 1, 1),
        kind="acceptance_notice", number="示政复受〔2025〕12号", issued_on=date(2025, 3, 5), organ=organ,
        values={"title": "张某某诉示例县公安局", "organ": "示例市人民政府", "applicant": "张某某", "respondent": "示例县公安局",
                "act": "示例处罚决定", "case_number": "示政复〔2025〕3号"},
    )  # fmt: skip
    Organ.objects.filter(pk=organ.pk).update(name="改名后的机关")
    document = document_of(Paper.objects.get(pk=paper.pk))
    text = "\n".join(str(getattr(block, "text", "")) for block in document.blocks)
    assert Number("示政复受〔2025〕12号") in document.blocks
    assert document.blocks[-1] == Signature("示例市人民政府", date(2025, 3, 5))
    for value in ("张某某", "示例县公安局", "示例处罚决定", "示政复〔2025〕3号"):
        assert value in text
    assert "{" not in text
