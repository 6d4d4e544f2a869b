"""What the steps of training and examinations work out: composing a paper, marking answers, who is still untrained."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from zhunsheng.kernel.craft import EntryWrite, ListEntry, NotPossible, Work, Worked
from zhunsheng.kernel.lots import digest, rank
from zhunsheng.spreadsheets import workbook_of
from zhunsheng.workbooks import uploaded_records

BANK, LEDGER, PERSONNEL = "exam_question_bank", "enforcement_exam", "enforcement_personnel"
PAPER, ANSWERS, MARKS, ATTENDANCE, UNTRAINED = (
    "试卷.xlsx", "答题卡.xlsx", "成绩表.xlsx", "培训签到表.xlsx", "未参训人员.xlsx",
)  # fmt: skip
PERSON = ("准考证号", "姓名", "单位")
KINDS = {"single": "单选", "multiple": "多选", "judge": "判断"}
OPTIONS = "ABCDE"
RIGHT, WRONG = "对", "错"


class Question(NamedTuple):
    """A question of a paper, with its answer in the one form answers are compared in."""

    number: str
    kind: str
    stem: str
    options: tuple[str, ...]
    answer: str
    points: Decimal


# --- papers ----------------------------------------------------------------------------------------------------------


def answer_of(kind: str, text: str) -> str:
    """An answer in one form: letters in order without marks between; 对 or 错. Empty where it cannot be one."""
    text = re.sub(r"[\s、，,;；.]", "", text).upper()
    if kind == "judge":
        return {**dict.fromkeys(("对", "√", "正确", "T", "TRUE", "A", "是"), RIGHT),
                **dict.fromkeys(("错", "×", "X", "错误", "F", "FALSE", "B", "否"), WRONG)}.get(text, "")  # fmt: skip
    letters = "".join(sorted(set(text)))
    fits = letters and all(letter in OPTIONS for letter in letters) and (kind == "multiple" or len(letters) == 1)
    return letters if fits else ""


def choose(bank: Iterable[ListEntry], subjects: Iterable[str], counts: Mapping[str, int], seed: str) -> list[ListEntry]:
    """So many questions of each kind, those with the smallest SHA-256 of the seed and their number.

    Raises ``NotPossible`` where the bank has too few.
    """
    usable = [entry for entry in bank if entry.values.get("subject") in set(subjects)]
    chosen: list[ListEntry] = []
    for kind, count in counts.items():
        of_kind = [entry for entry in usable if entry.values.get("kind") == kind]
        if len(of_kind) < count:
            raise NotPossible(
                f"题库中所选科目的{KINDS[kind]}题只有{len(of_kind)}道，不足{count}道",
                f"the bank has only {len(of_kind)} questions of the kind {kind}, {count} are wanted",
            )
        of_kind.sort(key=lambda entry: (rank(seed, entry.key), entry.key))
        chosen += of_kind[:count]
    return chosen


def question_of(entry: ListEntry, points: Mapping[str, Decimal]) -> Question:
    """A question of the bank. Raises ``NotPossible`` where its answer is none of its options."""
    values, kind = entry.values, str(entry.values["kind"])
    options = tuple(str(values.get(f"option_{letter.lower()}") or "") for letter in OPTIONS)
    answer = answer_of(kind, str(values["answer"]))
    offered = {letter for letter, option in zip(OPTIONS, options, strict=True) if option}
    if not answer or (kind != "judge" and not set(answer) <= offered):
        raise NotPossible(
            f"题库第「{entry.key}」题的答案「{values['answer']}」不是它的选项，请先更正题库",
            f"question {entry.key}: the answer is none of its options; correct the bank first",
        )
    return Question(entry.key, kind, str(values["stem"]), options, answer, points[kind])


def key_digest(questions: Iterable[Question]) -> str:
    """The hash of a paper with its answers; it shows whether the bank was changed between paper and marking."""
    return digest("\n".join(f"{q.number}|{q.kind}|{q.answer}|{q.points.normalize()}" for q in questions))


def _points(work: Work) -> dict[str, Decimal]:
    return {kind: Decimal(str(work.fields[f"{kind}_points"])) for kind in KINDS}


def compose(work: Work) -> Worked:
    """组卷: draw the questions and make the paper and the answer sheet. Nobody knows the seed, so nobody knows the paper."""
    counts = {kind: int(work.fields[f"{kind}_count"]) for kind in KINDS}
    points = _points(work)
    bank = work.lists[BANK]
    questions = [question_of(entry, points) for entry in choose(bank, work.fields["subjects"], counts, work.secret)]
    if not questions:
        raise NotPossible("各题型的题数都是零，请先调整计划", "no question is asked for; change the plan first")
    full = sum((question.points for question in questions), Decimal(0))
    if not 0 < Decimal(str(work.fields["pass_score"])) <= full:
        raise NotPossible(
            f"合格分数应当大于零、不高于满分{full}", f"the passing score must lie above nought and not above {full}"
        )
    head = ("题次", "题目编号", "题型", "分值", "题干", *(f"选项{letter}" for letter in OPTIONS))
    paper = [(n, q.number, KINDS[q.kind], str(q.points), q.stem, *q.options) for n, q in enumerate(questions, 1)]
    sheet = workbook_of("答题卡", (*PERSON, *_columns(len(questions))), [])
    return Worked(
        {"questions": len(questions), "full_score": str(full), "key_digest": key_digest(questions)},
        {PAPER: workbook_of("试卷", head, paper), ANSWERS: sheet},
    )


def _columns(count: int) -> tuple[str, ...]:
    return tuple(f"第{number}题" for number in range(1, count + 1))


# --- marking ---------------------------------------------------------------------------------------------------------


def score(questions: Sequence[Question], answers: Sequence[str]) -> Decimal:
    """The points of somebody's answers: all or nothing for each question."""
    return sum(
        (q.points for q, answer in zip(questions, answers, strict=True) if answer_of(q.kind, answer) == q.answer),
        Decimal(0),
    )


def mark(work: Work) -> Worked:
    """阅卷: the score of everybody on the answer sheet. Who has left every question empty counts as absent. Where the marks
    were taken back, only what differs from them is written, and each difference is told."""
    held_on = str(work.fields["held_on"])
    if held_on > work.on.isoformat():
        raise NotPossible(
            f"考试定于 {held_on} 举行，还不能阅卷；提前或者改期的请先调整安排",
            f"the examination is held on {held_on} and cannot be marked yet; change the plan first if it was moved",
        )
    questions = _paper(work)
    before = {e.key: e.values for e in work.lists[LEDGER]}
    withdrawn = {key: values for key, values in before.items() if values.get("session") == work.number}
    pass_score = Decimal(str(work.fields["pass_score"]))
    columns = _columns(len(questions))
    found: dict[str, tuple[str, ...]] = {}
    scores: list[Decimal] = []
    results: list[str] = []
    entries: list[EntryWrite] = []
    for number, row in uploaded_records(work, ANSWERS, (*PERSON, *columns)):
        admission, name, unit = (row[column] for column in PERSON)
        if not (admission and name and unit):
            raise NotPossible(
                f"答题卡第{number}行缺少准考证号、姓名或者单位", f"row {number}: number, name or unit missing"
            )
        if admission in found:
            raise NotPossible(f"答题卡第{number}行的准考证号「{admission}」出现了两次", f"row {number}: listed twice")
        if admission in before.keys() - withdrawn.keys():
            session = before[admission].get("session") or ""
            raise NotPossible(
                f"答题卡第{number}行的准考证号「{admission}」在「{session}」已有成绩，准考证号不能重复使用（补考、缓考的另编号）",
                f"row {number}: admission number {admission} has a result of {session} already; "
                "whoever sits again is given another number",
            )
        answers = [row[column] for column in columns]
        points, result = Decimal(0), "absent"
        if any(answers):
            points = score(questions, answers)
            result = "passed" if points >= pass_score else "failed"
            scores.append(points)
        found[admission] = (admission, name, unit, str(points), _RESULTS[result])
        results.append(result)
        told = {"name": name, "unit": unit, "score": str(points), "result": result}
        known = withdrawn.get(admission)
        if known is None:
            more = {"form": "exam", "session": work.number, "year": work.on.year}
            entries.append(EntryWrite(LEDGER, "add", admission, more | told))
        elif any(str(known.get(field)) != value for field, value in told.items()):
            entries.append(EntryWrite(LEDGER, "change", admission, told))
    if not scores:
        raise NotPossible("答题卡上没有人作答", "nobody on the answer sheet has answered")
    entries += [EntryWrite(LEDGER, "remove", key, {}) for key in withdrawn if key not in found]
    average = (sum(scores, Decimal(0)) / len(scores)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return Worked(
        {
            "takers": len(scores),
            "absent": results.count("absent"),
            "passed": results.count("passed"),
            "failed": results.count("failed"),
            "average": str(average),
            **({"corrections": _corrections(withdrawn, entries)} if withdrawn else {}),
        },
        {MARKS: workbook_of("成绩表", (*PERSON, "成绩", "结果"), found.values())},
        entries,
    )


_RESULTS = {"passed": "合格", "failed": "不合格", "absent": "缺考"}


def _corrections(withdrawn: Mapping[str, Mapping[str, Any]], entries: Iterable[EntryWrite]) -> str:
    """What became of the marks that were taken back, a line for each that differs."""

    def mark_of(values: Mapping[str, Any] | None) -> str:
        return f"{values['name']} {values['score']}分（{_RESULTS[values['result']]}）" if values else "无"

    lines = [f"{entry.key}：{mark_of(withdrawn.get(entry.key))}→{mark_of(entry.values)}" for entry in entries]
    return "\n".join(lines) or "重新阅卷与原成绩一致"


def _paper(work: Work) -> list[Question]:
    """The questions of the paper, with the answers of the bank, which must not have changed since."""
    bank = {entry.key: entry for entry in work.lists[BANK]}
    points = _points(work)
    numbers = [row["题目编号"] for _, row in uploaded_records(work, PAPER, ("题次", "题目编号"))]
    questions = [question_of(bank[number], points) for number in numbers if number in bank]
    if key_digest(questions) != work.fields["key_digest"]:
        raise NotPossible(
            "试卷或者题库在组卷以后改动过，答案对不上；请恢复题库或者作废后来上传的试卷",
            "the paper or the bank was changed after the paper was composed; restore it before marking",
        )
    return questions


# --- training --------------------------------------------------------------------------------------------------------


def register_training(work: Work) -> Worked:
    """登记参训: an entry in the ledger for everybody who signed, with the hours of the session."""
    rows = uploaded_records(work, ATTENDANCE, ("执法证号", "姓名", "单位"))
    entries: dict[str, EntryWrite] = {}
    for number, row in rows:
        certificate, name, unit = row["执法证号"], row["姓名"], row["单位"]
        if not (name and unit):
            raise NotPossible(f"签到表第{number}行缺少姓名或者单位", f"row {number}: name or unit missing")
        key = f"{work.number} {certificate or f'{unit} {name}'}"
        if key in entries:
            raise NotPossible(f"签到表第{number}行「{name}」出现了两次", f"row {number}: {name} is listed twice")
        entries[key] = EntryWrite(LEDGER, "add", key, {
            "form": "training", "name": name, "unit": unit, "session": work.number, "year": work.on.year,
            "result": "attended", **({"certificate_number": certificate} if certificate else {}),
            **{hours: str(work.fields[hours]) for hours in ("public_hours", "special_hours")},
        })  # fmt: skip
    if not entries:
        raise NotPossible("签到表中没有人", "the attendance sheet is empty")
    return Worked({"trainees": len(entries)}, entries=list(entries.values()))


def find_untrained(work: Work) -> Worked:
    """查未参训人员: certified officers in service without training this year."""
    officers = [
        e
        for e in work.lists[PERSONNEL]
        if e.values.get("kind") == "enforcement" and e.values.get("status") == "in_service"
    ]
    trained = {
        e.values.get("certificate_number")
        for e in work.lists[LEDGER]
        if e.values.get("form") == "training" and e.values.get("year") == work.on.year
    }
    lacking = [entry for entry in officers if entry.key not in trained]
    rows = [(entry.values["name"], entry.values["unit"], entry.key) for entry in lacking]
    return Worked(
        {"officers": len(officers), "lacking": len(lacking), "trained": len(officers) - len(lacking)},
        {UNTRAINED: workbook_of("未参训人员", ("姓名", "单位", "执法证号"), rows)},
    )
