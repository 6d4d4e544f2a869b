"""Declarations told in words: a step, a limit, a condition, a figure, the table for lawyers, each checked against its file."""

import re
from datetime import date

import pytest

from zhunsheng.catalogue.explaining import explain, step_of
from zhunsheng.catalogue.explaining_figures import figure_of, figures_of, relations_of
from zhunsheng.catalogue.explaining_lists import explain_list
from zhunsheng.catalogue.loading import systems
from zhunsheng.catalogue.matrix import matrix_of
from zhunsheng.catalogue.wording import condition_words, one_of
from zhunsheng.kernel.words import Words

RECONSIDERATION = systems()["administrative_reconsideration"]
OF_2024 = RECONSIDERATION.compiled[date(2024, 1, 1)]
MEDIATION = systems()["people_mediation"]


def test_a_step_says_who_when_why_and_what_follows():
    told = step_of(OF_2024, "deem_accepted")
    assert told.by == ()
    assert [state.zh for state in told.before] == ["待审查"]
    assert told.after is not None
    assert told.after.zh == "审理中"
    assert told.cited.words.zh == "行政复议法第三十条"
    assert told.effects[0].zh == "期限「受理审查（通知补正）」（5个工作日）因期满而发生"


def test_a_limit_says_from_when_to_when_it_runs():
    [told] = [limit for limit in explain(RECONSIDERATION, OF_2024).limits if limit.key == "norm_review"]
    assert [sentence.zh for sentence in told.sentences] == [
        "自「因附带审查中止」起算", "只在「本机关是否有权处理」为「是」时适用", "办理「处理规范性文件或者依据」即为完成", "由行政复议人员遵守",
    ]  # fmt: skip
    assert told.length.en == "30 days"
    assert told.cited.statute == "administrative_reconsideration_law"
    assert told.law_id == "fy_norm_review_30d"


def test_a_day_written_in_the_paper_is_no_number_of_days():
    [told] = [limit for limit in explain(RECONSIDERATION, OF_2024).limits if limit.name.zh == "履行复议决定"]
    assert told.length.zh == "文书载明的日期"
    assert told.law_id == ""


def test_a_setting_of_the_place_is_said_to_be_one():
    compiled = MEDIATION.compiled[date(2011, 1, 1)]
    told = explain(MEDIATION, compiled).limits[0]
    assert told.cited.statute == ""
    assert told.cited.words.zh.startswith("本地设定：")
    assert told.law_id == ""


@pytest.mark.parametrize(
    ("condition", "zh", "en"),
    [
        ({"outcome": "settled"}, "「结果」为「达成调解协议」", "“Outcome” is “Agreement reached”"),
        ({"amount": {"ge": 5, "le": 9}}, "「款额」不少于「5」，且「款额」不多于「9」", "“Sum” is at least “5” and “Sum” is at most “9”"),
        ({"note": {"present": False}}, "「note」没有填写", "“note” is empty"),
        ({"outcome": {"not": ["failed"]}}, "「结果」不是「调解不成，终止调解」", "“Outcome” is not “Not settled”"),
    ],
)  # fmt: skip
def test_conditions_are_said_in_words(condition, zh, en):
    procedure = MEDIATION.procedures[-1]
    field = next(iter(procedure.fields.values())).model_copy(update={"zh": "款额", "en": "Sum", "of": None})
    assert condition_words(condition, {"amount": field}, procedure.outcomes) == Words(zh, en)


def test_names_of_which_one_is_enough():
    names = [Words(zh, en) for zh, en in (("甲", "A"), ("乙", "B"), ("丙", "C"))]
    assert one_of(names) == Words("「甲」、「乙」或者「丙」", "“A”, “B” or “C”")
    assert one_of(names[:1]) == Words("「甲」", "“A”")


def test_a_figure_says_which_steps_post_to_it():
    received = figure_of(RECONSIDERATION, "received")
    assert received.sentences[0].zh == "「收到申请」、「收到转送的申请」办理时各计 1"
    assert received.relations[0].zh.startswith("期初待受理审查 ＋ 收到行政复议申请 ＝ 受理 ＋ 不予受理")
    assert figure_of(MEDIATION, "success_rate").sentences[0].zh == "调成 ÷ 调解纠纷 × 100%"
    with pytest.raises(KeyError):
        figure_of(MEDIATION, "nothing")


def test_a_list_says_who_prepares_and_who_approves():
    register = systems()["power_list"].registers[-1]
    told = explain_list(systems()["power_list"], register)
    assert [role.zh for role in told.editors] == ["部门清单管理员"]
    assert [role.zh for role in told.approvers] == ["机构编制部门审核人员", "司法行政部门审核人员", "本级人民政府"]
    assert told.fields[0].marks[0].zh == "识别条目"
    assert [field.zh for field in told.compared] == ["事项名称", "权力类型", "实施依据"]


def test_the_table_marks_roles_in_their_states():
    matrix = matrix_of(OF_2024)
    states = [state.zh for state in matrix.states]
    cells = {words.zh: dict(zip(states, row, strict=True)) for words, row in matrix.rows}
    assert ("①", "立案人员") in [(mark, role.zh) for mark, role in matrix.roles]
    assert cells["受理"]["待审查"] == "①"
    assert cells["受理"]["审理中"] == ""
    assert cells["视为受理"]["待审查"] == "§"
    assert cells["收到申请"]["尚未开始"] == "①"


@pytest.mark.parametrize("system", systems().values(), ids=lambda system: system.slug)
def test_everything_declared_can_be_told_in_both_languages(system):
    """No procedure, list or figure says something the words do not know; nothing comes out empty or in one language."""
    told = [explain(system, compiled) for compiled in system.compiled.values()]
    words = [w for one in told for step in one.steps for w in (step.name, *step.effects, *step.asks, step.cited.words)]
    words += [w for one in told for limit in one.limits for w in (limit.length, *limit.sentences, limit.cited.words)]
    words += [
        w for figure in figures_of(system) for w in (figure.name, figure.unit, *figure.sentences, *figure.relations)
    ]
    words += [
        w
        for register in system.registers
        for field in explain_list(system, register).fields
        for w in (field.name, *field.marks)
    ]
    words += relations_of(system)
    assert words
    assert [w for w in words if not (w.zh.strip() and w.en.strip())] == []
    assert sum(len(one.steps) for one in told) == sum(len(p.actions) for p in system.procedures)


def test_no_figure_tells_how_it_comes_about_in_codes():
    """A field of bodies and one of a procedure may have the same name and other values."""
    told = [words.zh for system in systems().values() for figure in figures_of(system) for words in figure.sentences]
    assert [sentence for sentence in told if re.search("[a-z]{3}", sentence)] == []
    hearings = figure_of(systems()["party_committee_hearing"], "rule_of_law_items")
    assert hearings.sentences[1].zh == "只计「议事机构」为「党委常委会会议（法治建设议题）」的"
