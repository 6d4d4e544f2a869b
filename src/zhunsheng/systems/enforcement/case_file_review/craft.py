"""What the steps of a file review work out: which files are drawn, and what the scores of the reviewers come to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from itertools import pairwise
from typing import NamedTuple

from zhunsheng.kernel.craft import EntryWrite, NotPossible, Work, Worked
from zhunsheng.kernel.lots import digest, rank
from zhunsheng.spreadsheets import csv_file, csv_file_rows, workbook_of
from zhunsheng.workbooks import uploaded_records

CATALOGUE, DRAWN, SCORES, RESULTS = "案卷目录.xlsx", "抽取案卷.csv", "评分表.xlsx", "评查结果.xlsx"
DRAWN_FROM = "抽取所用目录.csv"
LISTED = ("单位", "案卷文号", "案件名称", "案卷类型")
SCORED = (*LISTED, "评查人", "评查人单位", "得分", "扣分理由", "一票不合格情形")
VETOES = ("主体或者人员不合法", "事实不清、证据不足", "适用依据错误", "违反法定程序", "超越或者滥用职权")
"""What fails a file whatever its score; practice, after the measures of Guangdong."""
SCHEME = "zhunsheng case file review 1"
_PENALTY, _INSPECTION, _LICENSING = ("penalty", "行政处罚"), ("inspection", "行政检查"), ("licensing", "行政许可")
ON_THE_PLATFORM = {
    "administrative_penalty_case": {
        "penalty": _PENALTY, "summary_penalty": _PENALTY, "no_penalty": _PENALTY, "corrected": _INSPECTION,
    },
    "one_window": {"granted": _LICENSING, "refused": _LICENSING},
}  # fmt: skip
"""System and outcomes of the cases whose files are reviewed: the kind that is chosen in the plan, and its name in the catalogue."""


class File(NamedTuple):
    """A file of a unit."""

    unit: str
    number: str
    name: str
    kind: str


class Score(NamedTuple):
    """What one reviewer gives a file."""

    reviewer: str
    points: Decimal
    reason: str
    veto: str


class Result(NamedTuple):
    """What a file comes to."""

    file: File
    points: Decimal
    grade: str
    veto: str
    reasons: str


# --- the draw --------------------------------------------------------------------------------------------------------


def choose(files: Iterable[File], per_unit: int, seed: str) -> list[File]:
    """So many files of each unit, those with the smallest SHA-256 of the seed and their number; all where there are fewer."""
    units: dict[str, list[File]] = {}
    for file in sorted(files):
        units.setdefault(file.unit, []).append(file)
    ranked = {
        unit: sorted(own, key=lambda file: (rank(seed, file.unit, file.number), file.number))
        for unit, own in units.items()
    }
    return [file for unit in sorted(ranked) for file in ranked[unit][:per_unit]]


def list_digest(files: Iterable[File]) -> str:
    """The hash of a catalogue, whatever the order of its rows."""
    return digest("\n".join("|".join(file) for file in sorted(files)))


def seed_of(catalogue: str, public_value: str) -> str:
    """The seed: of the catalogue, which must be complete before, and a value nobody can steer."""
    return digest(f"{SCHEME}|{catalogue}|{public_value}")


def draw_files(work: Work) -> Worked:
    """抽取案卷: draw from the catalogue and make the sheet for the scores; the catalogue is filed, so that anybody can repeat it."""
    files = _catalogue(work)
    catalogue = list_digest(files)
    seed = seed_of(catalogue, str(work.fields["public_value"]))
    drawn = choose(files, int(work.fields["per_unit"]), seed)
    sheet = workbook_of("评分表", SCORED, [(*file, "", "", "", "", "") for file in drawn for _ in range(2)])
    return Worked(
        {
            "files_listed": len(files),
            "units_drawn": len({file.unit for file in drawn}),
            "files_drawn": len(drawn),
            "list_digest": catalogue,
            "seed": seed,
        },
        {DRAWN_FROM: csv_file([LISTED, *sorted(files)]), DRAWN: csv_file([LISTED, *drawn]), SCORES: sheet},
    )


def _catalogue(work: Work) -> list[File]:
    """The files closed on the platform, of the kinds to be reviewed, and those of the uploaded catalogue that are not."""
    kinds = work.fields.get("file_kinds") or ()
    found = {
        case.number: File(case.organ, case.number, case.title, name)
        for case in work.closed
        for kind, name in (ON_THE_PLATFORM[case.system].get(case.outcome, ("", "")),)
        if kind in kinds
    }
    seen: set[str] = set()
    for number, row in uploaded_records(work, CATALOGUE, LISTED) if CATALOGUE in work.files else ():
        file = File(*(row[name] for name in LISTED))
        if not file.unit or not file.number:
            raise NotPossible(
                f"{CATALOGUE}第{number}行没有单位或者文号", f"{CATALOGUE} row {number}: no unit or number"
            )
        if file.number in seen:
            raise NotPossible(
                f"{CATALOGUE}第{number}行的文号「{file.number}」出现了两次", f"{CATALOGUE} row {number}: listed twice"
            )
        seen.add(file.number)
        found.setdefault(file.number, file)
    if not found:
        raise NotPossible(
            f"平台里没有当年办结的此类案件，材料里也没有列有案卷的「{CATALOGUE}」",
            f"no such case was closed on the platform in the year, and no {CATALOGUE} with files was uploaded",
        )
    return [*found.values()]


# --- the scores ------------------------------------------------------------------------------------------------------


def result_of(file: File, scores: Sequence[Score], marks: Mapping[str, Decimal], tolerance: Decimal) -> Result:
    """The average of the reviewers and its grade; a veto fails the file. Raises ``NotPossible``.

    Two reviewers whose scores lie too far apart are joined by a third; then the two nearest count.
    """
    label = f"「{file.number}」"
    if len({score.reviewer for score in scores}) < max(2, len(scores)):
        raise NotPossible(f"{label}应当由两名不同的评查人独立评分", f"{file.number} needs two different reviewers")
    points = sorted(score.points for score in scores)
    if len(points) == 2 and points[1] - points[0] > tolerance:
        raise NotPossible(
            f"{label}两人评分相差{points[1] - points[0]}分，超过{tolerance}分，应当由第三人评分（在评分表中加一行）",
            f"the two scores of {file.number} differ by {points[1] - points[0]}; add a row for a third reviewer",
        )
    pairs = [(high - low, low, high) for low, high in pairwise(points)]
    _, low, high = min(pairs)
    average = ((low + high) / 2).quantize(Decimal("0.01"), ROUND_HALF_UP)
    veto = "；".join(dict.fromkeys(score.veto for score in scores if score.veto))
    grade = "failing" if veto else grade_of(average, marks)
    return Result(file, average, grade, veto, "；".join(dict.fromkeys(s.reason for s in scores if s.reason)))


def grade_of(points: Decimal, marks: Mapping[str, Decimal]) -> str:
    """The grade of a score; ``marks`` gives the least of each grade above failing."""
    return next((grade for grade in ("excellent", "good", "passing") if points >= marks[grade]), "failing")


def common_faults(results: Iterable[Result]) -> str:
    """The ten reasons most often given, each with how many files it was found in."""
    counted = Counter(
        reason.strip() for result in results for reason in dict.fromkeys(result.reasons.split("；")) if reason.strip()
    )
    ranked = sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:10]
    return "\n".join(f"{reason}（{times}卷）" for reason, times in ranked) or "没有扣分"


def sum_up(work: Work) -> Worked:
    """汇总评分: read the sheet of scores, check it, give average and grade of each file and the sums."""
    drawn = [File(*row) for row in csv_file_rows(work.files[DRAWN])[1:]]
    scores: dict[str, list[Score]] = {file.number: [] for file in drawn}
    for number, row in uploaded_records(work, SCORES, SCORED):
        if not row["得分"]:
            continue
        if row["案卷文号"] not in scores:
            raise NotPossible(f"评分表第{number}行的案卷没有被抽中", f"row {number}: this file was not drawn")
        scores[row["案卷文号"]].append(_score(number, row))
    unscored = [file.number for file in drawn if not scores[file.number]]
    if unscored:
        raise NotPossible(
            f"还有{len(unscored)}卷没有评分，例如「{unscored[0]}」", f"{len(unscored)} files have no score"
        )
    fields = work.fields
    marks = {grade: Decimal(str(fields[f"{name}_from"])) for grade, name in _MARKS.items()}
    tolerance = Decimal(str(fields["tolerance"]))
    results = [result_of(file, scores[file.number], marks, tolerance) for file in drawn]
    grades = Counter(result.grade for result in results)
    total = sum((result.points for result in results), Decimal(0))
    average = (total / len(results)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    table = [(*r.file, str(r.points), GRADES[r.grade], r.veto, r.reasons) for r in results]
    return Worked(
        {
            "files_scored": len(results),
            "average": str(average),
            **{grade: grades[grade] for grade in GRADES},
            "units_scored": len({result.file.unit for result in results}),
            "faults": common_faults(results),
        },
        {RESULTS: workbook_of("评查结果", (*LISTED, "评分", "等次", "一票不合格情形", "问题"), table)},
        [_entry(work, result) for result in results],
    )


_MARKS = {"excellent": "excellent", "good": "good", "passing": "pass"}
GRADES = {"excellent": "优秀", "good": "良好", "passing": "合格", "failing": "不合格"}


def _score(number: int, row: Mapping[str, str]) -> Score:
    try:
        points = Decimal(row["得分"])
    except InvalidOperation:
        points = Decimal(-1)
    if not 0 <= points <= 100:
        raise NotPossible(
            f"评分表第{number}行的得分应当是0到100的数字", f"row {number}: a score from 0 to 100 is wanted"
        )
    if not row["评查人"]:
        raise NotPossible(f"评分表第{number}行没有填写评查人", f"row {number}: the reviewer is missing")
    if row["评查人单位"] and row["评查人单位"] == row["单位"]:
        raise NotPossible(
            f"评分表第{number}行：评查人不得评查本单位的案卷", f"row {number}: nobody reviews his own unit"
        )
    if points < 100 and not row["扣分理由"]:
        raise NotPossible(f"评分表第{number}行扣了分，应当写明扣分理由", f"row {number}: say why points were taken off")
    if row["一票不合格情形"] and row["一票不合格情形"] not in VETOES:
        raise NotPossible(
            f"评分表第{number}行的一票不合格情形应当是：{'、'.join(VETOES)}",
            f"row {number}: what fails a file must be one of {', '.join(VETOES)}",
        )
    return Score(row["评查人"], points, row["扣分理由"], row["一票不合格情形"])


def _entry(work: Work, result: Result) -> EntryWrite:
    file = result.file
    values = {
        "file_name": file.name or file.number, "unit": file.unit, "file_kind": file.kind, "review": work.number,
        "score": str(result.points), "grade": result.grade, "veto": result.veto, "problems": result.reasons,
    }  # fmt: skip
    return EntryWrite("case_file_review", "add", f"{work.number} {file.number}", {k: v for k, v in values.items() if v})
