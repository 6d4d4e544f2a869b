"""What lint refuses of a folder that holds as a declaration: a system that is only a shell."""

from pathlib import Path

import pytest

from zhunsheng.catalogue.lint import lint
from zhunsheng.catalogue.loading import DeclarationError, read_system

PROCEDURE = """
name: {zh: 示例, en: Example}
basis: administrative_reconsideration_law
in_force: {from: 2024-01-01}
number: "{mark}〔{year}〕{serial}号"
roles: {handler: {zh: 承办人, en: Handler}}
states:
  open: {zh: 在办, en: Open}
  closed: {zh: 办结, en: Closed, final: true}
actions:
  file: {zh: 登记, en: File, start: true, to: open, by: handler, basis: "30"}
  close: {zh: 办结, en: Close, from: open, to: closed, by: handler, basis: "30"}
deadlines:
  review: {zh: 审查, en: Review, limit: fy_accept_review_5d, from: file, until: close, basis: "30"}
"""
BARE = """
scenarios:
  - {it: closes, zh: 办结, given: [{2024-09-26: file}, {2024-09-27: close}]}
"""
TELLING = """
scenarios:
  - it: refuses to close twice
    zh: 不能办结两次
    given: [{2024-09-26: file}, {2024-09-27: close}, {2024-09-27: {action: close, refused: state}}]
    then: {2024-09-26: {due: {review: 2024-10-09}}}
    posts: {filed: 1}
"""
LIST = """
name: {zh: 示例清单, en: Example list}
basis: {statute: administrative_reconsideration_law, article: "3"}
in_force: {from: 2024-01-01}
key: code
title: code
roles: {clerk: {zh: 经办人, en: Clerk}}
editors: clerk
approvers: clerk
fields: {code: {zh: 编码, en: Code}}
"""


def _findings(folder: Path, **files: str) -> list[str]:
    folder.mkdir()
    (folder / "README.md").write_text("# 示例")
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    system = read_system(folder, "disputes")
    return [finding.partition("：")[2] for finding in lint(system, {system.slug: system})]


def test_a_procedure_that_shows_nothing_is_a_shell(tmp_path: Path) -> None:
    found = _findings(tmp_path / "shell", **{"procedure-2024-01-01.yaml": PROCEDURE, "scenarios.yaml": BARE})
    assert found == [
        "没有一个办理示例说明什么情形下不予办理（refused）",
        "有期限，但没有一个办理示例算出期限届满日（due）",
        "没有任何指标",
    ]


def test_one_that_refuses_counts_and_posts_is_not(tmp_path: Path) -> None:
    figures = "accounts: {filed: {zh: 登记, en: Filed, on: file}}"
    assert _findings(
        tmp_path / "whole",
        **{"procedure-2024-01-01.yaml": PROCEDURE, "scenarios.yaml": TELLING, "figures.yaml": figures},
    ) == []  # fmt: skip


def test_a_paper_names_only_what_its_procedure_declares(tmp_path: Path) -> None:
    paper = PROCEDURE.replace("closed, by: handler,", "closed, by: handler, papers: note,")
    paper += 'papers:\n  note: {zh: 通知, en: Note, basis: "30"}\n'
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "note.md").write_text(
        "# 通知\n{number}{due:review}{due:reply}{address:organ}{line_2}{到期}", encoding="utf-8"
    )
    (tmp_path / "procedure-2024-01-01.yaml").write_text(paper, encoding="utf-8")
    system = read_system(tmp_path, "disputes")
    found = [finding for finding in lint(system, {system.slug: system}) if "文书 note" in finding]
    assert [finding.partition("{")[2].partition("}")[0] for finding in found] == [
        "due:reply", "address:organ", "line_2", "到期",
    ]  # fmt: skip


def test_a_choice_is_taken_over_only_from_and_into_choices_that_are_offered(tmp_path: Path) -> None:
    kinds = "fields: {kind: {zh: 种类, en: Kind, type: choice, of: {one: {zh: 甲, en: One}, two: {zh: 乙, en: Two}}}}\n"
    opens = PROCEDURE.replace("by: handler, basis", 'by: handler, sets: ["kind?"], basis', 1)
    taken = "links: [taken]\ntakes_over: {taken: {kind: {field: kind, as: {one: two, three: four}}}}\n"
    found = _findings(
        tmp_path / "taken", **{"procedure-2024-01-01.yaml": opens + kinds + taken, "scenarios.yaml": TELLING}
    )
    assert [finding for finding in found if finding.startswith("承接")] == [
        "承接 taken 的「kind」：「four」不在可选项中：甲、乙",
        "承接 taken 的「kind」：kind 没有选项 three",
    ]


def test_a_field_begins_only_with_what_it_can_hold(tmp_path: Path) -> None:
    fields = "fields: {seen_on: {zh: 发现日期, en: Seen on, type: date}, unit: {zh: 单位, en: Unit, type: organ}}\n"
    for what, fits in (("day", True), ("seen_on", True), ("organ", False), ("unit", False), ("nothing", False)):
        begins = f"sets: [seen_on], begins: {{seen_on: {what}}}, basis"
        text = PROCEDURE.replace("to: open, by: handler, basis", f"to: open, by: handler, {begins}", 1) + fields
        folder, files = tmp_path / what, {"procedure-2024-01-01.yaml": text, "scenarios.yaml": TELLING}
        if fits:
            assert not [finding for finding in _findings(folder, **files) if "先填" in finding]
        else:
            with pytest.raises(DeclarationError, match="先填的「seen_on」不能是"):
                _findings(folder, **files)


def test_a_policy_is_cited_by_its_parts_and_points(tmp_path: Path) -> None:
    policy = PROCEDURE.replace(
        "basis: administrative_reconsideration_law", "basis: municipal_county_administration_decision"
    )
    wrong = _findings(tmp_path / "wrong", **{"procedure-2024-01-01.yaml": policy})
    assert [finding.partition("没有条")[0] for finding in wrong if "没有条" in finding] == [
        f"{where}引用的市县依法行政决定" for where in ("环节 file", "环节 close", "期限 review")
    ]

    right = _findings(tmp_path / "right", **{"procedure-2024-01-01.yaml": policy.replace('"30"', '"point 14"')})
    assert [finding for finding in right if "没有条" in finding] == []


def test_a_list_nobody_sees_compares_or_keeps_is_a_shell(tmp_path: Path) -> None:
    assert _findings(tmp_path / "list", **{"register-2024-01-01.yaml": LIST}) == [
        "清单「示例清单」不与别的清单比对（compare），没有公开的字段（public），也没有环节写入"
    ]
    assert _findings(tmp_path / "shown", **{"register-2024-01-01.yaml": LIST + "public: code\n"}) == []


def test_a_level_of_open_cases_is_left_by_what_is_terminated(tmp_path: Path) -> None:
    def found(name: str, level: str) -> list[str]:
        figures = f"accounts:\n  filed: {{zh: 登记, en: Filed, on: file}}\n  level: {level}\n"
        files = {"procedure-2024-01-01.yaml": PROCEDURE, "scenarios.yaml": TELLING, "figures.yaml": figures}
        return _findings(tmp_path / name, **files)

    left = ["指标 level 是未办结的存量，终止办理（office.terminate）要减、重开（office.reopen）要加"]
    assert found("forgotten", "{zh: 在办, en: Open, on: file, less: close, stock: true}") == left
    half = "{zh: 在办, en: Open, on: file, less: [close, office.terminate], stock: true}"
    assert found("half", half) == left
    assert found("whole", half.replace("on: file", "on: [file, office.reopen]")) == []
    # What only those that ended stand in, and what is no level, is not of open cases.
    assert found("ended", "{zh: 办结, en: Closed, on: close, stock: true}") == []
    assert found("flow", "{zh: 增减, en: Change, on: file, less: close}") == []
