"""Examinations and training: papers, marking, the ledger and the certificate a pass opens."""

import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from zhunsheng.cases.actions import open_case, perform
from zhunsheng.cases.materials import add_material, path_of
from zhunsheng.kernel.craft import ListEntry, NotPossible, Work
from zhunsheng.ledger.figures import figures
from zhunsheng.ledger.postings import forget_accounts
from zhunsheng.orgs.access import access_of
from zhunsheng.orgs.models import Duty, Officer, Organ, OrganKind, Region
from zhunsheng.orgs.refusals import Refused
from zhunsheng.registers.actions import apply_entry_change
from zhunsheng.registers.models import Revision
from zhunsheng.spreadsheets import workbook_of
from zhunsheng.systems.enforcement.enforcement_exam import craft
from zhunsheng.workbooks import records

TODAY = date(2026, 11, 20)
POINTS = {"single": Decimal(2), "multiple": Decimal(3), "judge": Decimal(1)}
PLAN = {
    "session_name": "示例考试", "held_on": "2026-04-18", "subjects": ["public_law"], "single_count": 2, "single_points": "2",
    "multiple_count": 1, "multiple_points": "3", "judge_count": 1, "judge_points": "1", "pass_score": "5",
}  # fmt: skip


def entry(number, kind="single", answer="A", subject="public_law"):
    options = {} if kind == "judge" else {"option_a": "甲", "option_b": "乙", "option_c": "丙"}
    return ListEntry(
        number, "示例司法局", {"kind": kind, "stem": f"第{number}题", "answer": answer, "subject": subject, **options}
    )


@pytest.mark.parametrize(
    ("kind", "text", "form"),
    [
        ("single", " a ", "A"), ("single", "AB", ""), ("single", "F", ""), ("multiple", "C、A", "AC"),
        ("multiple", "cab", "ABC"), ("multiple", "", ""), ("judge", "√", "对"), ("judge", "错误", "错"), ("judge", "也许", ""),
        ("single", "Ａ", ""),  # full width is made narrow when the sheet is read, not here
    ],
)  # fmt: skip
def test_an_answer_has_one_form(kind, text, form):
    assert craft.answer_of(kind, text) == form


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("0123456789", min_size=1, max_size=5), unique=True, max_size=40), st.integers(0, 20), st.text())
def test_a_paper_has_so_many_different_questions_or_says_the_bank_is_too_small(numbers, count, seed):
    bank = [entry(number) for number in numbers]
    if len(numbers) < count:
        with pytest.raises(NotPossible, match="不足"):
            craft.choose(bank, ["public_law"], {"single": count}, seed)
        return
    chosen = craft.choose(bank, ["public_law"], {"single": count}, seed)
    assert len({one.key for one in chosen}) == count
    assert craft.choose(bank[::-1], ["public_law"], {"single": count}, seed) == chosen


def test_a_multiple_choice_is_right_as_a_whole_or_not_at_all():
    questions = [
        craft.question_of(one, POINTS)
        for one in (entry("1"), entry("2", "multiple", "ABC"), entry("3", "judge", "对"))
    ]  # fmt: skip
    assert craft.score(questions, ["A", "CBA", "√"]) == 6
    assert craft.score(questions, ["A", "AB", "×"]) == 2
    assert craft.score(questions, ["", "", ""]) == 0


def test_an_answer_that_is_no_option_stops_the_paper():
    with pytest.raises(NotPossible, match="「7」题的答案「D」不是它的选项"):
        craft.question_of(entry("7", answer="D"), POINTS)


def test_the_untrained_are_officers_in_service_without_training_this_year():
    def officer(key, **more):
        return ListEntry(
            key, "局", {"name": key, "unit": "示例局", "kind": "enforcement", "status": "in_service", **more}
        )

    def training(certificate, year, form="training"):
        return ListEntry(f"{certificate}{year}", "局", {"certificate_number": certificate, "year": year, "form": form})

    work = Work(
        {},
        {
            craft.PERSONNEL: [officer("Z1"), officer("Z2"), officer("Z3"), officer("Z4", status="suspended"), officer("J1", kind="supervision")],
            craft.LEDGER: [training("Z1", 2026), training("Z2", 2025), training("Z3", 2026, "exam")],
        },
        {}, "示训考1", "示例司法局", date(2026, 12, 1),
    )  # fmt: skip
    found = craft.find_untrained(work)
    assert found.values == {"officers": 3, "lacking": 2, "trained": 1}
    assert [row["执法证号"] for _, row in records(found.files[craft.UNTRAINED], ("执法证号",))] == ["Z2", "Z3"]


# --- with the database ------------------------------------------------------------------------------------------------


@pytest.fixture
def organ(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    forget_accounts()
    region = Region.objects.create(code="999904", name="示例县")
    made = Organ.objects.create(region=region, name="示例县司法局", mark="示司", kind=OrganKind.DEPARTMENT)
    for number, kind, answer in (
        ("1", "single", "A"),
        ("2", "single", "B"),
        ("3", "multiple", "AC"),
        ("4", "judge", "对"),
    ):
        values = dict(entry(number, kind, answer).values)
        apply_entry_change("exam_question_bank", made, "add", number, values, date(2026, 1, 5))
    return made


def _officer(name, organ):
    officer = Officer.objects.create_officer(name, None, name=f"示例{name}")
    Duty.objects.create(officer=officer, organ=organ, valid_from=date(2020, 1, 1))
    return officer


def _composed(organ, officer):
    case = open_case(
        "enforcement_exam", "plan_exam", organ=organ, on=date(2026, 3, 2), officer=officer, values=PLAN, today=TODAY
    )
    return perform(case.pk, "compose", on=date(2026, 4, 17), officer=officer, today=TODAY)


def _file(case, name):
    return path_of(case.materials.filter(file_name=name).latest("pk").digest).read_bytes()


def _answer(case, officer, *people):
    """Everybody's answers to the questions in the order of the paper: those named are answered, in the form given."""
    numbers = [row["题目编号"] for _, row in records(_file(case, craft.PAPER), ("题次", "题目编号"))]
    head = (*craft.PERSON, *(f"第{n}题" for n in range(1, len(numbers) + 1)))
    rows = [(*person, *(answers.get(number, "") for number in numbers)) for person, answers in people]
    access = access_of(officer, TODAY)
    add_material(case, [workbook_of("答题卡", head, rows)], file_name=craft.ANSWERS, officer=officer, access=access)


def test_an_examination_from_the_bank_to_the_certificate(organ):
    organiser, examiner = _officer("organiser", organ), _officer("examiner", organ)
    case = _composed(organ, organiser)
    assert (case.fields["questions"], case.fields["full_score"]) == (4, "8")
    assert "答案" not in [cell.value for cell in load_workbook(io.BytesIO(_file(case, craft.PAPER))).active[1]]
    _answer(
        case, organiser,
        (("K1", "示例甲", "示例局"), {"1": "A", "2": "B", "3": "CA", "4": "错"}),
        (("K2", "示例乙", "示例局"), {"1": "A", "2": "C", "3": "A"}),
        (("K3", "示例丙", "示例局"), {}),
    )  # fmt: skip
    case = perform(case.pk, "mark", on=date(2026, 4, 18), officer=examiner, today=TODAY)
    marked = {name: case.fields[name] for name in ("takers", "absent", "passed", "failed", "average")}
    assert marked == {"takers": 2, "absent": 1, "passed": 1, "failed": 1, "average": "4.50"}  # 7 and 2 of 8
    ledger = {
        row.entry.key: row.values
        for row in Revision.objects.filter(entry__register="enforcement_exam").select_related("entry")
    }
    assert [(ledger[key]["score"], ledger[key]["result"]) for key in ("K1", "K2", "K3")] == [
        ("7", "passed"), ("2", "failed"), ("0", "absent"),
    ]  # fmt: skip

    application = {
        "kind": "enforcement", "name": "示例甲", "identity_number": "110101199003070038", "unit": "示例局", "staff": "on_staff",
        "exam_result": "passed",
    }  # fmt: skip

    def apply(**more):
        return open_case("enforcement_certificate", "apply", organ=organ, on=date(2026, 4, 22), officer=organiser,
                         values={**application, **more}, today=TODAY)  # fmt: skip

    def submit(applied):
        return perform(applied.pk, "submit", on=date(2026, 4, 23), officer=organiser, today=TODAY)

    with pytest.raises(Refused, match="没有这个准考证号的合格成绩"):
        submit(apply(exam_entry="K2", name="示例乙"))
    with pytest.raises(Refused, match="不是申领人"):
        submit(apply(exam_entry="K1", name="示例乙"))
    assert submit(apply(exam_entry="K1")).state == "submitted"


def test_a_bank_changed_after_the_paper_stops_the_marking(organ):
    organiser, examiner = _officer("organiser", organ), _officer("examiner", organ)
    case = _composed(organ, organiser)
    _answer(case, organiser, (("K1", "示例甲", "示例局"), {"1": "A"}))
    apply_entry_change("exam_question_bank", organ, "change", "1", {"answer": "C"}, date(2026, 4, 17))
    with pytest.raises(Refused, match="组卷以后改动过"):
        perform(case.pk, "mark", on=date(2026, 4, 18), officer=examiner, today=TODAY)
    assert not Revision.objects.filter(entry__register="enforcement_exam").exists()


def test_nothing_is_marked_before_the_day_of_the_examination(organ):
    organiser, examiner = _officer("organiser", organ), _officer("examiner", organ)
    case = _composed(organ, organiser)
    _answer(case, organiser, (("K1", "示例甲", "示例局"), {"1": "A"}))
    with pytest.raises(Refused, match="2026-04-18 举行，还不能阅卷"):
        perform(case.pk, "mark", on=date(2026, 4, 17), officer=examiner, today=TODAY)


def test_a_number_that_has_a_result_is_not_given_again(organ):
    organiser, examiner = _officer("organiser", organ), _officer("examiner", organ)
    for again in (False, True):
        case = _composed(organ, organiser)
        _answer(case, organiser, (("K1", "示例甲", "示例局"), {"1": "A"}))
        if not again:
            number = perform(case.pk, "mark", on=date(2026, 4, 18), officer=examiner, today=TODAY).number
            continue
        with pytest.raises(Refused, match=f"「K1」在「{number}」已有成绩"):
            perform(case.pk, "mark", on=date(2026, 4, 20), officer=examiner, today=TODAY)


def test_results_are_not_announced_while_somebody_waits_for_a_check_of_his_mark(organ):
    organiser, examiner, office = (_officer(name, organ) for name in ("organiser", "examiner", "office"))
    case = _composed(organ, organiser)
    _answer(case, organiser, (("K1", "示例甲", "示例局"), {"1": "A"}))
    perform(case.pk, "mark", on=date(2026, 4, 18), officer=examiner, today=TODAY)

    def take(action, day, **values):
        return perform(case.pk, action, on=date(2026, 4, day), officer=office, values=values, today=TODAY)

    take("ask_review", 20, review_request="第三题")
    with pytest.raises(Refused, match="复核申请还没有答复"):
        take("close", 20)
    take("answer_review", 21, review_answer="维持")
    take("ask_review", 22, review_request="第四题")
    with pytest.raises(Refused, match="复核申请还没有答复"):
        take("close", 22)
    take("answer_review", 23, review_answer="维持")
    assert take("close", 23).state == "closed"


@pytest.mark.parametrize("passing", ["0", "8.5"])
def test_a_passing_score_lies_within_what_can_be_reached(organ, passing):
    organiser = _officer("organiser", organ)
    plan = {**PLAN, "pass_score": passing}
    case = open_case("enforcement_exam", "plan_exam", organ=organ, on=date(2026, 3, 2), values=plan, today=TODAY)
    with pytest.raises(Refused, match="大于零、不高于满分8"):
        perform(case.pk, "compose", on=date(2026, 4, 17), officer=organiser, today=TODAY)


def test_a_mistaken_mark_is_corrected_person_by_person_with_the_old_value_on_record(organ):
    organiser, examiner, office = (_officer(name, organ) for name in ("organiser", "examiner", "office"))
    case = _composed(organ, organiser)
    first = (("K1", "示例甲", "示例局"), {"1": "A", "2": "B", "3": "AC"})
    _answer(case, organiser, first, (("K2", "示例乙", "示例局"), {"1": "A", "2": "C"}), (("K3", "示例丙", "示例局"), {"1": "A"}))  # fmt: skip
    case = perform(case.pk, "mark", on=date(2026, 4, 18), officer=examiner, today=TODAY)
    assert (case.fields["passed"], case.fields["failed"], case.fields.get("corrections")) == (1, 2, None)
    ground = {"correction_ground": "乙的第三题录入有误，丙没有参加考试"}
    with pytest.raises(Refused, match="阅卷的人不得决定撤回成绩"):
        perform(case.pk, "withdraw_marks", on=date(2026, 4, 20), officer=examiner, values=ground, today=TODAY)
    perform(case.pk, "withdraw_marks", on=date(2026, 4, 20), officer=office, values=ground, today=TODAY)
    _answer(case, organiser, first, (("K2", "示例乙", "示例局"), {"1": "A", "2": "B", "3": "AC"}))
    case = perform(case.pk, "mark", on=date(2026, 4, 21), officer=examiner, today=TODAY)
    assert case.fields["corrections"] == "K2：示例乙 2分（不合格）→示例乙 7分（合格）\nK3：示例丙 2分（不合格）→无"

    def standing(key, day):
        row = Revision.objects.filter(
            entry__register="enforcement_exam", entry__key=key, known_to=None, valid_from__lte=day
        )
        row = row.exclude(valid_to__lte=day).first()
        return row and (row.values["score"], row.values["result"])

    assert [standing(key, date(2026, 4, 21)) for key in ("K1", "K2", "K3")] == [("7", "passed"), ("7", "passed"), None]
    assert standing("K2", date(2026, 4, 18)) == ("2", "failed")
    counted = figures(organ.region_id, date(2026, 1, 1), date(2026, 12, 31))
    names = ("exams", "takers", "passed", "failed", "marks_withdrawn")
    assert [counted[f"enforcement_exam.{name}"].value for name in names] == [1, 2, 2, 0, 1]
