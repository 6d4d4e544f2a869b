"""Running limits when a notice of holidays is entered: later days move, earlier ones wait for a person, nothing else changes."""

from datetime import date

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cases.place import HOTLINE, ORDER, RECONSIDERATION
from zhunsheng.cases.actions import open_case, perform
from zhunsheng.cases.models import Case, Deadline
from zhunsheng.cases.reading import receipts
from zhunsheng.cases.verification import verify_cases
from zhunsheng.law import projection
from zhunsheng.law.commands import law
from zhunsheng.law.models import HolidayNotice
from zhunsheng.law.notices import NoticeError, calendar_with, check_notice, enter_notice, project_year
from zhunsheng.law.projection import EVERYTHING
from zhunsheng.security.models import AuditEntry

# 1 January 2087 is a Wednesday; the 4th a Saturday.
SPRING = {"year": 2087, "document": "示例：2087 年放假安排", "days_off": {date(2087, 1, 1): "元旦", date(2087, 1, 2): "元旦"},
          "make_up_days": []}  # fmt: skip
WORKED = {"year": 2087, "document": "示例：2087 年放假安排", "days_off": {date(2087, 10, 1): "国庆节"},
          "make_up_days": [date(2087, 1, 4)]}  # fmt: skip


@pytest.fixture(autouse=True)
def fresh_stamp():
    HolidayNotice.forget_stamp()
    yield
    HolidayNotice.forget_stamp()


def opened(place, on=date(2087, 1, 1)):
    return open_case(HOTLINE, "order", organ=place.hotline, on=on, values=ORDER, today=on)


def day_of(case):
    deadline = Deadline.objects.get(case=case)
    return deadline.due_on, deadline.provisional, Case.objects.get(pk=case.pk).next_due


def enter(notice, confirmed=(), **options):
    return enter_notice(check_notice(notice), None, reason="通知公布", confirmed=confirmed, **options)


def found():
    return [finding for finding in verify_cases(lambda done, total: None) if "到期" in finding or "时限" in finding]


def test_provisional_day_moves_with_the_notice(place):
    """One working day from 1 January: the 2nd while the notice is unknown, the 3rd with it."""
    case = opened(place)
    assert day_of(case) == (date(2087, 1, 2), True, date(2087, 1, 2))
    tally = enter(SPRING)
    assert (tally.moved, tally.kept, tally.settled) == (1, 0, 0)
    assert day_of(case) == (date(2087, 1, 3), False, date(2087, 1, 3))
    assert receipts(Case.objects.get(pk=case.pk))["dispatching"].due_date == date(2087, 1, 3)
    assert found() == []


def test_preview_says_the_same_and_writes_nothing(place):
    case = opened(place)
    before = day_of(case)
    (move,) = projection.preview(calendar_with(check_notice(SPRING)), 2087)
    assert (move.case_id, move.number, move.limit) == (case.pk, case.number, "dispatching")
    assert (move.old, move.new, move.provisional, move.is_earlier) == (date(2087, 1, 2), date(2087, 1, 3), False, False)
    assert day_of(case) == before
    assert not AuditEntry.objects.filter(action="case.reproject").exists()


def test_old_and_new_day_stand_in_the_audit_trail(place):
    case = opened(place)
    enter_notice(check_notice(SPRING), place.head.pk, reason=" 通知公布 ")
    entry = AuditEntry.objects.get(subject=f"case:{case.pk}", action="case.reproject")
    assert entry.officer_id == place.head.pk
    assert entry.detail == {"year": 2087, "due": {"dispatching": ["2087-01-02", "2087-01-03"]}}
    notice = AuditEntry.objects.get(action="law.notice")
    assert (notice.detail["reason"], notice.detail["moved"]) == ("通知公布", 1)


def test_day_that_stays_becomes_certain(place):
    case = opened(place, on=date(2087, 3, 3))
    assert day_of(case) == (date(2087, 3, 4), True, date(2087, 3, 4))
    tally = enter(SPRING)
    assert (tally.moved, tally.settled) == (0, 1)
    assert day_of(case) == (date(2087, 3, 4), False, date(2087, 3, 4))
    assert not AuditEntry.objects.filter(action="case.reproject").exists()


def test_earlier_day_waits_for_a_person(place):
    """One working day from Friday 3 January: Monday the 6th, but Saturday the 4th once that is a make-up day."""
    case = opened(place, on=date(2087, 1, 3))
    assert day_of(case) == (date(2087, 1, 6), True, date(2087, 1, 6))
    tally = enter(WORKED)
    assert (tally.moved, tally.kept) == (0, 1)
    assert day_of(case) == (date(2087, 1, 6), True, date(2087, 1, 6)), "kept, and marked as not settled"
    assert found() == []
    again = project_year(2087, None, reason="再次推算")
    assert (again.moved, again.kept) == (0, 1)
    assert day_of(case)[0] == date(2087, 1, 6)
    (waiting,) = projection.preview(calendar_with(check_notice(WORKED)), 2087)
    decided = project_year(2087, place.head.pk, reason="已重新告知当事人", confirmed=[waiting.key])
    assert (decided.moved, decided.kept) == (1, 0)
    assert day_of(case) == (date(2087, 1, 4), False, date(2087, 1, 4))
    assert found() == []


def test_only_the_confirmed_of_two_earlier_days_moves(place):
    first, second = opened(place, on=date(2087, 1, 3)), opened(place, on=date(2087, 1, 3))
    tally = enter(WORKED, confirmed=[f"{second.pk}:dispatching"])
    assert (tally.moved, tally.kept) == (1, 1)
    assert day_of(first)[0] == date(2087, 1, 6)
    assert day_of(second)[0] == date(2087, 1, 4)


def test_all_at_once_when_so_decided(place):
    case = opened(place, on=date(2087, 1, 3))
    assert enter(WORKED, confirmed=[EVERYTHING]).moved == 1
    assert day_of(case)[0] == date(2087, 1, 4)


def test_certain_day_moves_back_with_a_notice_that_is_replaced(place):
    enter(SPRING)
    case = opened(place)
    assert day_of(case) == (date(2087, 1, 3), False, date(2087, 1, 3))
    longer = {**SPRING, "days_off": {**SPRING["days_off"], date(2087, 1, 3): "元旦"}}
    assert enter(longer, replace=True).moved == 1
    assert day_of(case)[0] == date(2087, 1, 6)


def test_limit_that_rests_on_another_year_is_left(place):
    case = opened(place, on=date(2025, 3, 3))
    enter(SPRING)
    assert day_of(case) == (date(2025, 3, 4), False, date(2025, 3, 4))


def test_ended_limit_keeps_its_day(place):
    case = opened(place)
    perform(case.pk, "dispatch", on=date(2087, 1, 1), values={"unit": "示例县城管局"}, today=date(2087, 1, 1))
    before = Deadline.objects.get(case=case, key="dispatching").due_on
    enter(SPRING)
    assert Deadline.objects.get(case=case, key="dispatching").due_on == before


def test_nearest_day_of_a_case_is_chosen_among_kept_and_moved(place):
    """Acceptance of an application of reconsideration and its other limits: ``next_due`` is the earliest of what is stored."""
    values = {"applicant": ["示例甲"], "respondent": ["示例县公安局"], "act": "处罚", "matter": "penalty",
              "area": "public_security", "request": "撤销"}  # fmt: skip
    case = open_case(RECONSIDERATION, "file", organ=place.government, on=date(2087, 1, 1), values=values,
                     today=date(2087, 1, 1))  # fmt: skip
    enter(SPRING)
    running = Deadline.objects.filter(case=case, state="running", due_on__isnull=False)
    assert Case.objects.get(pk=case.pk).next_due == min(running.values_list("due_on", flat=True))
    assert found() == []


def test_failure_leaves_neither_notice_nor_dates(place, monkeypatch):
    case = opened(place)
    before = day_of(case)
    with pytest.raises(NoticeError):
        enter_notice(
            check_notice({**SPRING, "year": 2024, "days_off": {date(2024, 1, 1): "元旦"}}), None, reason="误录"
        )

    def breaks(*arguments, **named):
        raise RuntimeError("after the dates were written")

    monkeypatch.setattr("zhunsheng.security.audit.record", breaks)
    with pytest.raises(RuntimeError):
        enter(SPRING)
    assert day_of(case) == before
    assert not HolidayNotice.objects.exists()


def test_number_of_queries_does_not_grow_with_cases(place):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            list(projection.preview(calendar_with(check_notice(SPRING)), 2087))
        return len(asked)

    opened(place)
    one = queries()
    for _ in range(5):
        opened(place)
    assert queries() == one


def test_command_shows_and_keeps_and_then_moves(place, tmp_path):
    case = opened(place, on=date(2087, 1, 3))
    file = tmp_path / "notice.yaml"
    file.write_text(
        "{year: 2087, document: 示例, days_off: {2087-10-01: 国庆节}, make_up_days: [2087-01-04]}", encoding="utf-8"
    )

    def run(*arguments):
        result = CliRunner().invoke(law, ["notice", *arguments])
        assert result.exit_code == 0, result.output
        return result.output

    preview = run("add", str(file))
    assert f"{case.number}\t" in preview
    assert "2087-01-06 → 2087-01-04（提前，须由人决定）" in preview
    assert "保留原日期的 1 项" in run("add", str(file), "--yes", "--reason", "通知公布")
    assert day_of(case)[0] == date(2087, 1, 6)
    assert "2087-01-06 → 2087-01-04" in run("project", "2087")
    assert "已改 1 项" in run("project", "2087", "--yes", "--earlier", "--reason", "已告知")
    assert day_of(case)[0] == date(2087, 1, 4)
