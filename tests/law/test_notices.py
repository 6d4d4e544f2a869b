"""Entering a notice of public holidays, and what it does to dates of its year."""

import json
from datetime import date

import pytest
import yaml
from click.testing import CliRunner

from zhunsheng.law.commands import due, law
from zhunsheng.law.models import HolidayNotice
from zhunsheng.law.notices import NoticeError, check_notice, enter_notice, project_year, read_notice
from zhunsheng.law.statutes import limits
from zhunsheng.law.working_days import calendar
from zhunsheng.security.models import AuditEntry

NOTICE = {
    "year": 2087,
    "document": "示例：2087 年放假安排",
    "days_off": {date(2087, 1, 1): "元旦", date(2087, 1, 2): "元旦"},
    "make_up_days": [date(2087, 1, 4)],
}


@pytest.fixture(autouse=True)
def fresh_stamp():
    HolidayNotice.forget_stamp()
    yield
    HolidayNotice.forget_stamp()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "notice.yaml"
    path.write_text(yaml.safe_dump(NOTICE, allow_unicode=True), encoding="utf-8")
    return path


def add(file, *options):
    return CliRunner().invoke(law, ["notice", "add", str(file), *options])


def enter(file, *options):
    return add(file, "--yes", "--reason", "通知公布", *options)


@pytest.mark.django_db
def test_entered_notice_makes_its_year_certain(file):
    assert not calendar().is_certain(date(2087, 1, 1), date(2087, 1, 31))
    result = enter(file)
    assert result.exit_code == 0, result.output
    found = calendar()
    assert found.is_certain(date(2087, 1, 1), date(2087, 1, 31))
    # 1 January 2087 is a Wednesday: Wednesday and Thursday off, Saturday the 4th worked.
    assert [day for day in range(1, 8) if found.is_working(date(2087, 1, day))] == [3, 4, 6, 7]
    entry = AuditEntry.objects.get()
    assert entry.action == "law.notice"
    assert entry.subject == "holiday_notice:2087"
    assert entry.detail["reason"] == "通知公布"


@pytest.mark.django_db
def test_without_yes_it_is_a_preview(file):
    result = add(file)
    assert result.exit_code == 0
    assert "--yes" in result.output
    assert not HolidayNotice.objects.exists()
    assert not AuditEntry.objects.exists()


@pytest.mark.django_db
def test_nothing_is_written_without_a_reason(file):
    result = add(file, "--yes", "--reason", " ")
    assert result.exit_code == 2
    assert "理由" in result.output
    with pytest.raises(NoticeError, match="理由"):
        enter_notice(check_notice(NOTICE), None, reason="")
    with pytest.raises(NoticeError, match="理由"):
        project_year(2087, None, reason="")
    assert not HolidayNotice.objects.exists()


@pytest.mark.django_db
def test_preview_of_a_known_year_says_so_as_well(file):
    enter(file)
    assert add(file).exit_code == 2
    assert add(file, "--replace").exit_code == 0


@pytest.mark.django_db
def test_year_is_not_replaced_silently(file):
    enter(file)
    again = enter(file)
    assert again.exit_code == 2
    assert "--replace" in again.output
    file.write_text(file.read_text(encoding="utf-8").replace("示例", "更正"), encoding="utf-8")
    assert enter(file, "--replace").exit_code == 0
    assert HolidayNotice.objects.get().document.startswith("更正")
    assert AuditEntry.objects.count() == 2


@pytest.mark.django_db
def test_year_of_the_package_is_not_replaced_silently(tmp_path):
    path = tmp_path / "notice.yaml"
    path.write_text("{year: 2024, document: 示例, days_off: {2024-01-01: 元旦}, make_up_days: []}", encoding="utf-8")
    assert enter(path).exit_code == 2
    assert HolidayNotice.objects.count() == 0


@pytest.mark.django_db
def test_due_uses_what_was_entered(file, monkeypatch):
    monkeypatch.setattr("zhunsheng.law.commands._database_may_exist", lambda: True)
    enter(file)
    result = CliRunner().invoke(due, ["--limit", "2个工作日", "--from", "2087-01-01", "--json"])
    answer = json.loads(result.stdout)
    assert (answer["due"], answer["provisional"]) == ("2087-01-04", False)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"year": "2087"}, "year"),
        ({"year": True}, "year"),
        ({"document": ""}, "document"),
        ({"days_off": {}}, "days_off"),
        ({"days_off": {date(2087, 6, 31 - 1): ""}}, "2087-06-30"),
        ({"days_off": {date(2086, 6, 30): "端午节"}}, "2086-06-30"),
        ({"days_off": {"2087-02-30": "春节"}}, "2087-02-30"),
        ({"make_up_days": [date(2087, 1, 6)]}, "不是周末"),
        ({"make_up_days": [date(2087, 1, 4), date(2087, 1, 4)]}, "两次"),
        ({"days_off": {date(2087, 1, 4): "元旦"}}, "两次"),
        ({"make_up_days": "2087-01-04"}, "列表"),
        ({"name": "x"}, "year"),
    ],
)
def test_wrong_notice_is_refused(change, said):
    with pytest.raises(NoticeError, match=said):
        check_notice({**NOTICE, **change})


def test_days_around_new_year_belong_to_the_notice():
    notice = check_notice({**NOTICE, "days_off": {date(2086, 12, 31): "元旦", **NOTICE["days_off"]}})
    assert date(2086, 12, 31) in notice.days_off


@pytest.mark.parametrize("text", ["[", "year: 2087\nyear: 2088", "just text", "days_off: {2087-02-30: 春节}", ""])
def test_unreadable_file(tmp_path, text):
    path = tmp_path / "notice.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(NoticeError):
        read_notice(path)


def test_a_day_written_twice_in_the_file(tmp_path):
    path = tmp_path / "notice.yaml"
    path.write_text(
        "{year: 2087, document: 示例, days_off: {2087-01-01: 元旦, 2087-01-01: 元旦}, make_up_days: []}",
        encoding="utf-8",
    )
    with pytest.raises(NoticeError, match="两次"):
        read_notice(path)


def test_every_row_of_the_list_and_of_the_statutes_is_shown():
    for arguments, word in ((["list"], "fy_accept_review_5d"), (["statutes"], "administrative_reconsideration_law")):
        result = CliRunner().invoke(law, arguments)
        assert result.exit_code == 0
        assert word in result.stdout


def test_filters_of_the_list():
    unverified = CliRunner().invoke(law, ["list", "--unverified"]).stdout.splitlines()
    local = CliRunner().invoke(law, ["list", "--local"]).stdout.splitlines()
    of_statute = CliRunner().invoke(law, ["list", "--statute", "行政复议法"]).stdout.splitlines()
    everything = CliRunner().invoke(law, ["list"]).stdout.splitlines()
    assert 0 < len(of_statute) < len(everything)
    assert all("行政复议法" in line for line in of_statute)
    assert any("gf_legality_5_15wd" in line for line in unverified)
    assert {line.split("\t")[0] for line in local} == {
        key for key, found in limits().items() if found.scope.startswith("local:")
    }


def test_show_says_everything():
    output = CliRunner().invoke(law, ["show", "cf_police_30d"]).stdout
    for word in ("30日，可 2 次", "上一级公安机关", "鉴定期间", "治安管理处罚法第一百一十八条", "2025"):
        assert word in output
