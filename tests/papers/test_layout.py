"""Templates of papers: what a line means, what a value may do, and that every declared template can be filled."""

from datetime import date
from pathlib import Path

import pytest

from zhunsheng.catalogue.loading import systems
from zhunsheng.catalogue.placeholders import placeholders_of
from zhunsheng.papers.document import Addressee, Document, Heading, Number, Paragraph, Run, Signature, Title
from zhunsheng.papers.issuing import template_of
from zhunsheng.papers.layout import BLANK, TemplateError, fill, read_template

ORGAN = "示例市人民政府"
DAY = date(2026, 3, 5)


def _fill(folder: Path, text: str, number: str = "示政复受〔2026〕12号", **values: str) -> Document:
    path = folder / "notice.md"
    path.write_text(text, encoding="utf-8")
    return fill(read_template(path), values, signer=ORGAN, number=number, on=DAY)


def test_every_kind_of_line_becomes_its_block(tmp_path: Path) -> None:
    text = "# 受理通知书\n\n@number\n@to {applicant}\n## 一、事项\n### （一）其一\n收到{act}。\n@sign\n"
    assert _fill(tmp_path, text, applicant="张某某、李某某", act="处罚决定").blocks == (
        Title(f"{ORGAN}\n受理通知书"),
        Number("示政复受〔2026〕12号"),
        Addressee("张某某、李某某"),
        Heading(1, "一、事项"),
        Heading(2, "（一）其一"),
        Paragraph((Run("收到处罚决定。"),)),
        Signature(ORGAN, DAY),
    )


def test_a_paper_nobody_signs_does_not_name_the_organ(tmp_path: Path) -> None:
    assert _fill(tmp_path, "# 听证笔录\n记录如下。").title == "听证笔录"


def test_a_paper_is_signed_by_who_is_named_or_by_the_organ(tmp_path: Path) -> None:
    for values, signer in (({"unit": "示例县交通局"}, "示例县交通局"), ({}, ORGAN)):
        title, signature = _fill(tmp_path / ".." / tmp_path.name, "# 报告\n@sign {unit}", **values).blocks
        assert (title.text, signature.organ) == (f"{signer}\n报告", signer)


def test_a_paper_does_not_go_to_who_signs_it(tmp_path: Path) -> None:
    text = "# 任务分解单\n@to {organ}\n@sign above"
    title, *rest = _fill(tmp_path, text, organ="示例市司法局").blocks
    assert rest == [Addressee("示例市司法局"), Signature(ORGAN, DAY)]
    assert _fill(tmp_path / ".." / tmp_path.name, text, organ=ORGAN).blocks == (title, Signature(ORGAN, DAY))


def test_no_declared_paper_is_addressed_to_the_organ_that_signs_it() -> None:
    found, seen = [], 0
    for slug, owner in systems().items():
        for procedure in owner.procedures:
            for kind in procedure.papers:
                template, seen = template_of(slug, procedure, kind), seen + 1
                to = next((line.text for line in template.lines if line.kind == "to"), "")
                signs = [line.text or "{organ}" for line in template.lines if line.kind == "sign"]
                found += [f"{slug}.{kind}"] if to in signs else []
    assert found == []
    assert seen > 400


def test_a_label_over_a_missing_value_is_left_out(tmp_path: Path) -> None:
    text = "# 通报\n主要问题：\n{faults}\n签名：\n@sign"
    _, *rest = _fill(tmp_path, text).blocks
    assert [block.text for block in rest[:-1]] == ["签名："], "a label over nothing that is filled in by hand stays"
    assert len(_fill(tmp_path / ".." / tmp_path.name, text, faults="送达回证缺少签名").blocks) == 5


def test_what_an_organ_says_as_a_party_is_not_headed_by_its_name(tmp_path: Path) -> None:
    assert _fill(tmp_path, "# 行政答辩状\n@number {code}\n@sign", code="（2026）1号").blocks == (
        Title("行政答辩状"), Number("（2026）1号"), Signature(ORGAN, DAY),
    )  # fmt: skip


def test_a_paper_without_number_leaves_its_line_out(tmp_path: Path) -> None:
    assert not any(isinstance(block, Number) for block in _fill(tmp_path, "# 函\n@number\n@sign", number="").blocks)


def test_what_somebody_typed_is_never_read_as_a_template(tmp_path: Path) -> None:
    document = _fill(tmp_path, "# 函\n{note}{organ}", note="{organ}@sign # <b>", organ=ORGAN)
    assert document.blocks[1] == Paragraph((Run(f"{{organ}}@sign # <b>{ORGAN}"),))
    document = _fill(tmp_path / ".." / tmp_path.name, "# 函\n{note}{organ}", note="@sign\n# 标题", organ="")
    assert [type(block) for block in document.blocks] == [Title, Paragraph, Paragraph]


def test_a_line_that_would_say_nothing_is_left_out(tmp_path: Path) -> None:
    document = _fill(tmp_path, "# 笔录\n第三人：{third_party}\n申请人：{applicant}", applicant="张某某")
    assert [block.text for block in document.blocks] == ["笔录", "申请人：张某某"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("关于“{act}”（{number_of_act}）的决定", "关于“决定书”的决定"),
        ("由你单位主办，协办部门：{joint}。交办日期：{day}", "由你单位主办。交办日期：3日"),
        ("罚款：{fine}元；没收：{taken}元；期限：{day}", "期限：3日"),
        ("地点：{place}　时间：{day}", "时间：3日"),
        ("指出问题{day}，整改销号{done}个。", "指出问题3日。"),
        ("送{act}、{third_party}", "送决定书"),
        ("于{place}送达（盖章）", f"于{BLANK}送达（盖章）"),  # in a sentence it is to be filled in
    ],
)
def test_a_part_that_would_say_nothing_is_left_out(tmp_path: Path, line: str, said: str) -> None:
    document = _fill(tmp_path, f"# 通知\n{line}{{organ}}", act="决定书", day="3日", organ=ORGAN)
    assert document.blocks[1] == Paragraph((Run(f"{said}{ORGAN}"),))


def test_headings_over_nothing_are_left_out_and_what_is_left_is_numbered_anew(tmp_path: Path) -> None:
    text = "# 报告\n## 一、事实\n{facts}\n## 二、意见\n{opinion}\n## 三、附\n一、说明：{note}\n二、经办：{act}"
    document = _fill(tmp_path, text, opinion="同意", act="张某某")
    assert [block.text for block in document.blocks] == ["报告", "一、意见", "同意", "二、附", "一、经办：张某某"]


def test_a_single_missing_value_shows_as_a_blank(tmp_path: Path) -> None:
    document = _fill(tmp_path, "# 通知\n请于{due:reply}前将{act}送达。", act="答复书")
    assert document.blocks[1] == Paragraph((Run(f"请于{BLANK}前将答复书送达。"),))


def test_a_value_of_several_lines_makes_paragraphs(tmp_path: Path) -> None:
    document = _fill(tmp_path, "# 决定书\n{reasons}", reasons="第一项理由。\n\n第二项理由。")
    assert [block.text for block in document.blocks[1:]] == ["第一项理由。", "第二项理由。"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("没有标题", "一行标题"),
        ("# 一\n# 二", "一行标题"),
        ("# 函\n@seal", "第 2 行.*@seal"),
        ("# 函\n@to", "第 2 行.*@to"),
        ("# 函\n\n请于{到期}前", "第 3 行.*花括号"),
        ("# 函\n{act", "第 2 行.*花括号"),
    ],
)
def test_a_template_that_does_not_hold_is_refused_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(TemplateError, match=told):
        _fill(tmp_path, text)


def test_a_template_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"absent\.md"):
        read_template(tmp_path / "absent.md")


@pytest.mark.parametrize("slug", sorted(systems()))
def test_every_template_names_only_what_its_procedure_has(slug: str) -> None:
    problems = {
        f"{procedure.in_force.from_} {kind}": unknown
        for procedure in systems()[slug].procedures
        for kind in procedure.papers
        if (unknown := template_of(slug, procedure, kind).names - placeholders_of(procedure))
    }
    assert problems == {}
