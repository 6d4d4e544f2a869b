"""Templates of papers in the database: which holds for which paper, that an issued paper keeps its own, and taking one along."""

from datetime import date
from io import BytesIO

import docx
import pytest
from django.utils import timezone

from zhunsheng.cases.actions import open_case, perform
from zhunsheng.cases.previewing import previews
from zhunsheng.local.actions import decide
from zhunsheng.orgs.access import access_of
from zhunsheng.orgs.refusals import Refused
from zhunsheng.papers.docx_template import FileRefused, problems
from zhunsheng.papers.models import Paper, PaperTemplate
from zhunsheng.papers.place_templates import (
    _accepted,
    fields_for,
    keep_template,
    required_for,
    starting_template,
    subjects,
)
from zhunsheng.papers.printing import printed

pytestmark = pytest.mark.once

MARCH = date(2025, 3, 5)
KEY = "legality_review.completion_notice.2019-09-01"
TEXT = (
    "{{单位}}补充材料函",
    "{{文号}}",
    "{{送审单位}}：",
    "请于{{期限：补充材料}}前补送{{需要补充的材料}}。",
    "{{日期}}",
)


def file(*lines):
    word = docx.Document()
    for line in lines:
        word.add_paragraph(line)
    stream = BytesIO()
    word.save(stream)
    return stream.getvalue()


def set_template(place, content=None, since=MARCH, organ=None, key=KEY):
    value = None
    if content is not None:
        value = {"template": keep_template(key, "函.docx", content, place.administrator).pk}
    return decide(place.administrator, "template", key, organ or place.government, since, value, reason="统一文书")


def issued(place, on=MARCH, organ=None):
    review = {"matter": "示例{{文号}}协议", "kind": "agreement", "submitting_unit": "示例局", "materials": "草案"}
    case = open_case("legality_review", "submit", organ=organ or place.government, on=on, values=review)
    perform(case.pk, "request_completion", on=on, values={"missing_materials": "说明{{日期}}<b>"})
    return Paper.objects.get(case_id=case.pk)


def lines(content):
    return [p.text for p in docx.Document(BytesIO(content)).paragraphs]


def text_of(paper):
    return lines(printed(Paper.objects.select_related("template").get(pk=paper.pk)).docx())


EXPECTED = ["示例县人民政府补充材料函", "示政法审补〔2025〕1号", "示例局：", "请于2025年3月10日前补送说明{{日期}}<b>。", "2025年3月5日"]  # fmt: skip


def test_labels_of_this_paper():
    """What the tests below write into their files."""
    names = fields_for(KEY)
    assert {"文号", "单位", "日期"} <= names.keys()
    assert (names["送审单位"], names["期限：补充材料"]) == ("submitting_unit", "due:completion")
    assert [need.label.zh for need in required_for(KEY)]


def test_paper_is_issued_with_the_template_of_the_place(place):
    set_template(place, file(*TEXT))
    paper = issued(place)
    assert text_of(paper) == EXPECTED
    page = printed(paper).html()
    assert "示例局：" in page
    assert "<b>。" not in page


def test_preview_shows_the_same_before_the_number_is_taken(place):
    set_template(place, file(*TEXT))
    review = {"matter": "示例协议", "kind": "agreement", "submitting_unit": "示例局", "materials": "草案"}
    case = open_case("legality_review", "submit", organ=place.government, on=MARCH, values=review)
    (preview,), refusal = previews(
        case, "request_completion", access_of(place.head, timezone.localdate()), on=MARCH,
        values={"missing_materials": "说明"}, outcome=None, note="", amount=None, today=timezone.localdate(),
    )  # fmt: skip
    assert refusal is None
    assert lines(preview.printed.docx())[1:4] == ["（取号后生成）", "示例局：", "请于2025年3月10日前补送说明。"]


def test_issued_paper_keeps_its_template_when_another_holds(place):
    set_template(place, file(*TEXT))
    first = issued(place)
    set_template(place, file("第二版", *TEXT[1:]), since=date(2025, 4, 1))
    second, earlier = issued(place, on=date(2025, 4, 1)), issued(place, on=date(2025, 3, 31))
    assert text_of(first) == EXPECTED
    assert text_of(second)[0] == "第二版"
    assert text_of(earlier)[0] == "示例县人民政府补充材料函"
    set_template(place, None, since=date(2025, 5, 6))
    back = issued(place, on=date(2025, 5, 6))
    assert back.template is None
    assert text_of(second)[0] == "第二版"


def test_other_places_keep_the_built_in_text(place):
    set_template(place, file(*TEXT), organ=place.water)
    assert issued(place).template is None
    assert issued(place, organ=place.water).template is not None


def test_template_is_for_one_version_of_the_procedure(place):
    set_template(place, file(*TEXT), since=date(2018, 1, 1))
    old = issued(place, on=date(2019, 3, 5))
    assert (old.version, old.template) == (date(2018, 1, 1), None)
    assert issued(place).template is not None


def test_file_with_something_wrong_is_not_kept(place):
    with pytest.raises(FileRefused) as refused:
        keep_template(KEY, "函.docx", file("{{文号}}", "{{申请人}}", "{{日期}}"), place.administrator)
    assert any("没有「申请人」这个字段" in problem.said.zh for problem in refused.value.problems)
    assert refused.value.problems[0].where.zh == "正文第 2 段（{{申请人}}）"
    assert not PaperTemplate.objects.exists()


def test_same_file_is_kept_once_and_a_template_of_another_paper_is_refused(place):
    content = file(*TEXT)
    first, second = (keep_template(KEY, "函.docx", content, place.administrator) for _ in range(2))
    assert first == second
    other = "legality_review.return_notice.2019-09-01"
    with pytest.raises(Refused) as refused:
        decide(place.administrator, "template", other, place.government, MARCH, {"template": first.pk}, reason="示例")
    assert refused.value.refusal.field == "template"


@pytest.mark.parametrize("key", sorted(subjects()))
def test_starting_template_of_every_paper_is_a_good_one(key):
    found = problems(starting_template(key), _accepted(key), required_for(key))
    assert found == []
