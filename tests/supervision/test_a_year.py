"""In a browser: a year in the life of a county. An official plan is read and confirmed, its tasks go to thirty departments and
eleven towns, twelve returns of one bureau, the month put together, an inspection with what it found, an assessment with an
objection, debriefs, and what a leader sees at the end.

One bureau, one town and the office are played by hand; the others act in between. The bureau's clerk types words alone: whatever
he fills in is counted, and set against the cells he would fill in in Excel.
"""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import pytest
from docx import Document
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.desk.county import officer
from tests.supervision.playing import Player, calendar_of
from tests.supervision.seat import make_seat
from zhunsheng.assessment.reference import INDICATORS
from zhunsheng.assessment.returns import RETURNS, raise_due
from zhunsheng.assessment.scoring import ASSESSMENT
from zhunsheng.cases.actions import open_case, perform
from zhunsheng.cases.models import Case
from zhunsheng.cases.replay import CaseScript, StepScript, replay
from zhunsheng.orgs.models import Duty
from zhunsheng.registers.actions import apply_entry_change
from zhunsheng.supervision import rhythms

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]

YEAR = 2025
DEPARTMENTS = ("司法局", *(f"示例{number}局" for number in range(1, 30)))
PLAN = (
    "示例县2025年法治政府建设工作要点", "一、规范行政权力",
    "1.开展合法性审查。重大决定作出前开展合法性审查。（责任单位：县司法局；完成时限：年底前）",
    "2.开展案卷评查。开展行政执法案卷自查。（责任单位：各部门；完成时限：年底前）", "二、夯实基层基础",
    "3.规范基层执法。公示执法事项。（责任单位：各乡镇；完成时限：年底前）",
    "4.配齐审核人员。增加法制审核人员。（县编办负责，年底前完成）", "5.坚持学法。每季度学法1次。（责任单位：县司法局）",
)  # fmt: skip
REVIEWS = (2, 3, 2, 3, 4, 7, 3, 2, 3, 2, 4, 2)
"""The legality reviews of the bureau by month; in June there are five and more above last year's none."""


@pytest.fixture
def turn_to(monkeypatch):
    return calendar_of(monkeypatch)


@pytest.fixture
def seat(db):
    made = make_seat(DEPARTMENTS, towns=11)
    Duty.objects.create(officer=made.clerk, organ=made.organ("司法局"), role="unit")
    Duty.objects.create(officer=made.clerk, organ=made.organ("司法局"), role="unit_head")
    made.head = officer("head", "示例丙", made.government, whole_tree=True)
    made.town_clerk = officer("town", "示例丁", made.organ("第1镇人民政府"))
    return made


def test_a_year(live_server, page: Page, seat, turn_to, tmp_path):
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.set_default_timeout(120_000)  # a year is long, and a machine may be busy
    player = Player(page, live_server.url)
    turn_to(YEAR, 1, 6)
    _the_plan(player, seat, tmp_path)
    _the_tasks(player, seat)
    _the_returns(player, seat, turn_to)
    _the_inspection(player, seat, turn_to)
    _the_tasks_are_done(player, seat, turn_to)
    _the_assessment(player, seat, turn_to)
    _the_debriefs(player, seat, turn_to)
    _what_a_leader_sees(player, seat)
    assert not problems


# --- plan and tasks --------------------------------------------------------------------------------------------------


def _the_plan(player: Player, seat, tmp_path) -> None:
    """The office reads the plan as it was issued, puts right whom it names, and confirms it."""
    document = Document()
    for line in PLAN:
        document.add_paragraph(line)
    document.save(tmp_path / "plan.docx")
    page = player.comes(seat.office).opens("/")
    page.click("nav >> text=规划与要点")
    page.click("text=读入规划")
    page.set_input_files("#id_file", tmp_path / "plan.docx")
    player.types("#id_level", "county")
    player.types("#id_mark", "要25")
    player.types("#id_issued_on", f"{YEAR}-01-06")
    page.click("main button:has-text('读入')")
    expect(page.locator(".messages")).to_contain_text("已读出 5 项措施")
    expect(page.locator("#place-1")).to_have_text("1重大决定作出前开展合法性审查")
    expect(page.locator("button:has-text('确认分解')")).to_be_disabled()
    page.click("summary:has-text('完成标准和佐证') >> nth=0")
    player.types("#figure-0", "合法性审查")
    player.types("#wanted-0", "30")
    page.click("button:has-text('只保存')")
    page.click(".chip:has-text('缺 1')")
    expect(page.locator(".field-error")).to_contain_text("没有「县编办」这个单位")
    player.types("#lead-0", "司法局")
    page.click("button:has-text('只保存')")
    expect(page.locator(".step-missing")).to_have_count(0)
    page.click("button:has-text('确认分解')")
    # Thirty departments, eleven towns, the bureau of justice twice more; its study comes again every quarter.
    expect(page.locator(".messages")).to_contain_text("已确认：5 项措施，43 件任务分解到单位，1 项列入常态化任务")
    expect(page.locator("tr:has-text('规范基层执法')")).to_contain_text("0/11")
    assert Case.objects.filter(system="task_ledger").values("organ").distinct().count() == 41


def _the_tasks(player: Player, seat) -> None:
    """The bureau and a town take up theirs; the matrix shows every organ, on a phone too."""
    for person, words, how_many in (
        (seat.clerk, "重大决定作出前开展合法性审查", 4),
        (seat.town_clerk, "公示执法事项", 1),
    ):
        page = player.comes(person).opens("/")
        page.click("nav >> text=我单位任务")
        expect(page.locator("tbody tr")).to_have_count(how_many)
        page.locator("tr", has_text=words).locator("a:has-text('认领')").click()
        page.click("#step-form button.btn-primary")
        expect(page.locator("main")).to_contain_text("推进中")
        assert not player.typed
    page = player.comes(seat.office).opens(f"/supervision/matrix/?year={YEAR}")
    expect(page.locator("tfoot")).to_contain_text("0/44")
    assert page.locator("thead th").count() == 2 + 41
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.set_viewport_size({"width": 1280, "height": 800})


# --- twelve returns --------------------------------------------------------------------------------------------------


def _reviewed(seat, month: int, number: int) -> None:
    """The reviews of a month, each with one opinion that is adopted."""
    day = date(YEAR, month, 3)
    told = {"kind": "agreement", "submitting_unit": "示例1局", "materials": "草案、说明"}
    opinion = {"proposed_conclusion": "合法", "opinions_given": 1, "opinion_text": "示例意见"}
    scripts = [
        CaseScript(
            seat.organ("司法局"),
            [
                StepScript("submit", day, {**told, "matter": f"示例协议{month}-{one}"}),
                StepScript("accept", day, {}),
                StepScript("assign_reviewer", day, {"reviewer_name": "示例甲"}),
                StepScript("draft_opinion", day + timedelta(days=1), opinion),
                StepScript("issue_opinion", day + timedelta(days=2), {}, "lawful"),
                StepScript("record_feedback", day + timedelta(days=7), {"adoption": "all", "opinions_adopted": 1}),
                StepScript("close", day + timedelta(days=7), {}),
            ],
        )
        for one in range(number)
    ]
    replay("legality_review", scripts, today=day + timedelta(days=20))


def _return_of(seat, month: int) -> Case:
    return Case.objects.get(system=RETURNS, organ=seat.organ("司法局"), fields__year=YEAR, fields__month=month)


def _the_returns(player: Player, seat, turn_to) -> None:
    """Each month the return comes filled in. One is given back, one is late and urged, in one a difference is explained."""
    arranged = {"arrangement": "月报", "form": "month", "unit_kinds": ["department", "town"], "due_day": 8}
    apply_entry_change(RETURNS, seat.government, "add", "M1", arranged, date(YEAR, 1, 1), officer=seat.office)
    typed: list[tuple[str, str]] = []
    cells = 0
    for month, number in enumerate(REVIEWS, 1):
        _reviewed(seat, month, number)
        after = (YEAR + month // 12, month % 12 + 1)
        assert raise_due(turn_to(*after, 2)) == 41
        assert rhythms.raise_due(date(*after, 2)) == (1 if month % 3 == 0 else 0)
        case = _return_of(seat, month)
        told = (case.fields["reviews"], case.fields["reviews_total"])
        assert told == (number, sum(REVIEWS[:month]))
        if month == 4:
            cells = _late_and_put_together(player, seat, turn_to(*after, 12))
        player.comes(seat.clerk)
        if month == 1:
            _found_and_sent(player)
        elif month == 6:
            page = player.opens(f"/case/{case.pk}/act/send/")
            expect(page.locator("p[role=alert].message-warning")).to_contain_text("请先填写差异说明")
            assert page.locator("#step-form [type=number], #step-form [inputmode=decimal]").count() == 0
            player.step(case, "explain", difference="集中审查上半年的协议")
            player.step(case, "send")
        elif month != 4:
            player.step(case, "send")
        typed += player.typed
        if month == 2:
            typed += _given_back(player, seat, case)
        perform(case.pk, "accept", on=date(*after, 12), officer=seat.office, today=date(*after, 12))
    # In Excel: twelve times every number of the month and of the year so far. Here: two fields in the year, and both are words.
    assert [name for name, _text in typed] == ["#step-form [name=value_words]", "#step-form [name=value_difference]"]
    assert not any(letter.isdigit() for _name, text in typed for letter in text)
    assert (cells, len(REVIEWS) * cells) == (32, 384)


def _found_and_sent(player: Player) -> None:
    """From what is to be done to what is sent, as a clerk goes: nothing is typed."""
    page = player.opens("/")
    page.click(f"main >> text={YEAR}年1月月报")
    page.click(".now .buttons >> text=报送")
    page.click("#step-form button.btn-primary")
    expect(page.locator(".message-success")).to_contain_text("已办理：报送")


def _given_back(player: Player, seat, case: Case) -> list[tuple[str, str]]:
    """The office gives the return back, the bureau adds a word and sends it anew."""
    player.comes(seat.office).step(case, "give_back", return_reason="请补充典型做法")
    player.comes(seat.clerk).step(case, "explain", words="示例做法")
    player.step(case, "send")
    return player.typed


def _late_and_put_together(player: Player, seat, on: date) -> int:
    """Forty units have sent, the bureau is late and urged; the month goes to the city as a document and as a table. Gives the
    number of cells a unit has in it."""
    for case in Case.objects.filter(system=RETURNS, fields__month=4).exclude(organ=seat.organ("司法局")):
        perform(case.pk, "send", on=on - timedelta(days=6), today=on)
    page = player.comes(seat.office).opens(f"/assessment/returns/?period={YEAR}-04-1")
    expect(page.locator(".sentence")).to_contain_text(
        "应报 41 个单位，已报 40 个（审核通过 0 个），待报 1 个，其中逾期 1 个"
    )
    page.click("button:has-text('催报 1 个单位')")
    expect(page.locator(".messages")).to_contain_text("已催报 1 个单位")
    expect(player.comes(seat.clerk).opens("/").locator("tr", has_text=f"{YEAR}年4月月报")).to_contain_text("催办")
    player.step(_return_of(seat, 4), "send")
    assert not player.typed
    page = player.comes(seat.office).opens(f"/assessment/returns/?period={YEAR}-04-1")
    expect(page.locator("main")).to_contain_text("没有手工填写的数")
    paths = []
    for kind in ("docx", "xlsx"):
        player.types("#to_whom", "市委依法治市办")
        player.types("#kind", kind)
        with page.expect_download() as taken:
            page.click("main button:has-text('汇总')")
        paths.append(taken.value.path())
    table = next(table for table in Document(paths[0]).tables if table.cell(0, 0).text == "指标")
    [line] = [[cell.text for cell in row.cells] for row in table.rows if row.cells[0].text.startswith("合法性审查")]
    assert line[2:] == ["3", "10"]
    head, *rows = load_workbook(BytesIO(paths[1].read_bytes())).active.iter_rows(values_only=True)
    [own] = [row for row in rows if row[0] == "示例县司法局"]
    assert (len(rows), own[head.index("合法性审查（本期，件）")]) == (42, 3)
    return sum("（本期" in name or "（累计" in name for name in head)


# --- an inspection ---------------------------------------------------------------------------------------------------


def _the_inspection(player: Player, seat, turn_to) -> Case:
    """What an inspection found becomes a notice to put it right without being typed again, is put right, proven, closed and looked
    at again. Gives the problem."""
    case = _inspected(seat, turn_to(YEAR, 9, 15))
    player.comes(seat.office).step(case, "feed_back", feedback="两份协议没有审查，限期补审", rectify_by=f"{YEAR}-10-31")
    page = player.opens(f"/case/{case.pk}/?tab=links")
    page.click("a:has-text('下达整改')")
    expect(page.locator("[name=value_problem]")).to_have_value("两份协议没有审查")
    expect(page.locator("[name=value_due_on]")).to_have_value(f"{YEAR}-10-31")
    player.typed = []
    expect(page.locator("[name=organ]:checked")).to_have_value(str(seat.organ("司法局").pk))
    player.submits()
    assert not player.typed
    problem = Case.objects.get(system="assessment_rectification")
    expect(player.opens(f"/case/{problem.pk}/?tab=papers").locator("main")).to_contain_text("整改通知书")
    turn_to(YEAR, 9, 22)
    player.comes(seat.clerk).step(problem, "plan", measures="逐件审查协议", responsible="分管负责人")
    turn_to(YEAR, 10, 20)
    _proven_by_a_list(player.comes(seat.clerk), problem)
    player.step(problem, "report", result="已逐件审查")
    player.comes(seat.office).step(problem, "check", check_opinion="属实")
    assert Case.objects.get(pk=problem.pk).fields["checked_lists"] == "1. 合法性审查：8件"
    turn_to(YEAR, 12, 15)
    player.comes(seat.office).step(problem, "recheck", recheck_finding="没有反弹")
    expect(player.page.locator("main")).to_contain_text("整改到位")
    for person, action, words in ((seat.office, "receive", "已逐件审查"), (seat.head, "close", "没有反弹")):
        page = player.comes(person).opens(f"/case/{case.pk}/act/{action}/")
        expect(page.locator("#step-form textarea").first).to_have_value(words)
        player.submits()
        assert not player.typed
    return problem


def _proven_by_a_list(player: Player, problem: Case) -> None:
    """What proves it is not uploaded: it is the list of the quarter's reviews, filtered and given."""
    page = player.opens(f"/case/{problem.pk}/?tab=links")
    page.select_option("#list-system", "legality_review")
    page.click("button:has-text('选清单')")
    page.fill("#first", f"{YEAR}-07-01")
    page.fill("#last", f"{YEAR}-09-30")
    page.click("button:has-text('查找')")
    page.click(".list-tools >> text=作为佐证")
    # Three in July, two in August, three in September.
    expect(page.locator(".sentence")).to_contain_text("现在 8 件")
    page.click("button:has-text('附上')")
    expect(page.locator(".messages")).to_contain_text("已附清单：合法性审查 8 件")


def _inspected(seat, on: date) -> Case:
    """The inspection from the yearly plan to its report, as the team does it."""
    told = {
        "year": YEAR,
        "unit": "示例县司法局",
        "unit_kind": "department",
        "subject": "合法性审查",
        "method": "on_site",
    }
    case = open_case(
        "rule_of_law_inspection", "plan", organ=seat.government, on=on, officer=seat.office, values=told, today=on
    )
    for action, values in (
        ("approve", {"plan_document": "示法办〔2025〕1号"}),
        ("notice", {"report_by": on.isoformat()}),
        ("enter", {"team_members": "示例甲、示例乙", "told_on": on.isoformat()}),
        ("examine", {"measures": ["read"], "finding_count": 1, "findings": "两份协议没有审查"}),
        ("report", {"achievements": "审查制度已建立", "causes": "没有专人核对"}),
    ):
        case = perform(case.pk, action, on=on, officer=seat.office, values=values, today=on)
    return case


# --- the end of the year ---------------------------------------------------------------------------------------------


def _the_tasks_are_done(player: Player, seat, turn_to) -> None:
    """The bureau's task is proven by the reviews counted in the year, the town's by a word; both are verified and closed."""
    turn_to(YEAR, 12, 29)
    for person, words in ((seat.clerk, "重大决定作出前开展合法性审查"), (seat.town_clerk, "公示执法事项")):
        page = player.comes(person).opens("/supervision/tasks/")
        page.locator("tr", has_text=words).locator("a:has-text('报请核查')").click()
        player.types("#step-form [name=value_progress]", "已完成")
        if person == seat.town_clerk:
            player.types("#step-form [name=value_evidence]", "公示栏")
        player.submits()
    own, towns = (
        Case.objects.get(system="task_ledger", state="submitted", organ=seat.organ(name))
        for name in ("司法局", "第1镇人民政府")
    )
    assert own.fields["submitted_value"] == "37"
    player.comes(seat.office).step(own, "verify", opinion="属实")
    expect(player.page.locator("main")).to_contain_text("已销号")
    player.step(towns, "verify", opinion="属实")


def _the_assessment(player: Player, seat, turn_to) -> None:
    """The bureau confirms the points its records come to, the office judges otherwise, the bureau objects, the head decides."""
    indicator = {
        "year": YEAR, "group": "依法决策", "indicator": "审查意见采纳率", "unit_kind": "all", "kind": "quantity", "weight": "5",
        "standard": "得分＝分值×采纳率", "figure": "审查意见采纳率", "formula": "5×[审查意见采纳率]÷100",
    }  # fmt: skip
    scheme = {"scheme": "2025年度考核方案", "year": YEAR, "unit_kind": "all", "grades": "优秀 4；较差 0"}
    began = date(YEAR, 1, 1)
    apply_entry_change(
        INDICATORS, seat.government, "add", "A1", {**indicator, "indicator_code": "A1"}, began, officer=seat.office
    )
    apply_entry_change(ASSESSMENT, seat.government, "add", "KH", scheme, began, officer=seat.office)
    on = turn_to(YEAR + 1, 1, 12)
    told = {"year": YEAR, "indicator_code": "A1", "self_by": date(YEAR + 1, 1, 20)}
    case = open_case(ASSESSMENT, "open", organ=seat.organ("司法局"), on=on, officer=seat.office, values=told, today=on)
    player.comes(seat.clerk).step(case, "confirm_score")
    assert not player.typed
    player.comes(seat.office).step(case, "verify", score="4", score_reason="一件反馈超期")
    player.comes(seat.clerk).step(case, "object", objection="该件不属于重大决定")
    player.comes(seat.head).step(case, "rescore", score="4.5", score_reason="异议成立一半")
    page = player.opens(f"/case/{case.pk}/act/settle/")
    expect(page.locator("p[role=alert].message-warning")).to_contain_text("异议期还没有届满")
    turn_to(YEAR + 1, 1, 20)
    player.comes(seat.head).step(case, "settle")
    page = player.opens(f"/assessment/sheet/{case.organ_id}/?year={YEAR}")
    expect(page.locator(".sentence")).to_contain_text("满分 5.00，自评 5.00，核查得分 4.50")
    expect(page.locator(".sentence")).to_contain_text("优秀")


def _the_debriefs(player: Player, seat, turn_to) -> None:
    """All heads are called at once; the bureau's facts and words are filled in, and it hands them in as they are."""
    turn_to(YEAR + 1, 1, 21)
    page = player.comes(seat.office).opens(f"/assessment/debriefs/?year={YEAR}")
    player.types("#id_due_on", f"{YEAR + 1}-01-31")
    page.click("button:has-text('布置')")
    expect(page.locator(".messages")).to_contain_text("已布置 42 个单位述法")
    page = player.comes(seat.clerk).opens(f"/assessment/debriefs/?year={YEAR}")
    page.click("main >> text=示例县司法局")
    for name, number in (
        ("合法性审查（件）", "37"),
        ("销号任务（项）", "1"),
        ("整改问题（个）", "1"),
        ("整改销号（个）", "1"),
    ):
        expect(page.locator(".figure-body tr", has_text=name).first.locator("td").nth(1)).to_have_text(number)
    page.click("button:has-text('提交')")
    expect(page.locator(".messages")).to_contain_text("已提交述法报告")
    assert not player.typed


def _what_a_leader_sees(player: Player, seat) -> None:
    """Each page begins with one sentence that says how the year stands."""
    player.comes(seat.head)
    for address, words in {
        f"/supervision/board/?year={YEAR}": "2025 年任务 47 项，已销号 2 项（4%），逾期 45 项",
        f"/assessment/returns/?period={YEAR}-12-1": "应报 41 个单位，已报 1 个（审核通过 1 个）",
        f"/assessment/rectification/?year={YEAR}": "问题 1 个，已销号 1 个（100%）",
        f"/assessment/?year={YEAR}": "4.5",
        f"/assessment/debriefs/?year={YEAR}": "布置 42 个单位，已提交 1 个",
    }.items():
        expect(player.opens(address).locator("main")).to_contain_text(words)
