"""``zhunsheng due`` as a person at a terminal meets it."""

import json
import subprocess
import sys
from datetime import date

import pytest
from click.testing import CliRunner

from zhunsheng.kernel.limits import Kind
from zhunsheng.law.commands import due
from zhunsheng.law.statutes import limits

COUNTED = sorted(key for key, limit in limits().items() if limit.has_time)
NOT_COUNTED = sorted(limits().keys() - COUNTED)
BACKWARD = {Kind.ADVANCE_NOTICE, Kind.WINDOW_BEFORE}


@pytest.fixture(autouse=True)
def no_database(monkeypatch, tmp_path):
    monkeypatch.setenv("ZHUNSHENG_HOME", str(tmp_path / "nothing_here"))
    monkeypatch.delenv("ZHUNSHENG_DATABASE_URL", raising=False)


def ask(*arguments):
    return CliRunner().invoke(due, arguments)


def answer(*arguments):
    result = ask(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def refusal(*arguments):
    result = ask(*arguments)
    assert result.exit_code == 2
    assert not isinstance(result.exception, ValueError)
    return result.output


class TestLengths:
    def test_five_working_days_over_national_day(self):
        """27, 29 (make-up day) and 30 September, 8 and 9 October 2024."""
        result = ask("--limit", "5 working days", "--from", "2024-09-26", "--law", "administrative_reconsideration_law")
        assert result.exit_code == 0
        assert result.output.splitlines()[0] == "2024-10-09"
        assert "2024-09-29（调休上班）：第 2 个工作日" in result.output
        assert "第八十八条" in result.output
        assert "2023" in result.output

    def test_make_up_saturday_in_october(self):
        result = ask("--limit", "5个工作日", "--from", "2024-10-08", "--law", "行政复议法", "--language", "en")
        assert result.output.splitlines()[0] == "2024-10-14"
        assert "2024-10-12 (make-up working day): working day 4" in result.output
        assert not any("\u4e00" <= char <= "\u9fff" for char in result.output)

    @pytest.mark.parametrize(
        ("length", "start", "end"),
        [
            ("60 days", "2024-03-01", "2024-04-30"),
            ("60日", "2024-03-01", "2024-04-30"),
            ("3 months", "2024-02-29", "2024-05-29"),
            ("3个月", "2024-02-29", "2024-05-29"),
            ("1 month", "2024-01-31", "2024-02-29"),
            ("2年", "2022-02-28", "2024-02-28"),
            ("1 year", "2024-02-29", "2025-02-28"),
            ("24 hours", "2024-09-26T10:00", "2024-09-27T10:00"),
            ("24小时", "2024-09-30 18:30", "2024-10-01T18:30"),
            ("24 hours", "2024-09-30T18:30Z", "2024-10-02T02:30"),
        ],
    )
    def test_forms(self, length, start, end):
        assert answer("--limit", length, "--from", start)["due"] == end

    def test_first_line_says_that_a_date_is_provisional(self):
        result = ask("--limit", "5个工作日", "--from", "2090-01-02")
        assert result.output.splitlines()[0] == "2090-01-09 暂定"
        assert "2090" in result.output

    def test_notice_in_advance_leaves_both_ends_out(self):
        """Five whole working days, 8 to 12 and (make-up day) between 8 and 15 October 2024."""
        result = answer("--limit", "5个工作日", "--kind", "advance_notice", "--from", "2024-10-15")
        assert result["due"] == "2024-10-08"

    def test_notice_so_many_hours_in_advance_is_counted_back(self):
        result = answer("--limit", "24小时", "--kind", "advance_notice", "--from", "2024-10-08T09:30")
        assert result["due"] == "2024-10-07T09:30"
        assert "倒数24小时" in result["steps"][0]


class TestRules:
    @pytest.mark.parametrize("key", COUNTED)
    def test_every_limit_with_a_number_gives_a_date(self, key):
        limit = limits()[key]
        result = answer("--rule", key, "--from", "2024-09-26")
        end = date.fromisoformat(result["due"][:10])
        assert end < date(2024, 9, 26) if limit.kind in BACKWARD else end >= date(2024, 9, 26)
        assert result["rule"] == key
        assert result["steps"]
        assert result["basis"]
        assert result["provisional"] is (end.year > 2026 and limit.rolls)

    @pytest.mark.parametrize("key", NOT_COUNTED)
    def test_every_other_rule_says_that_it_is_not_a_time(self, key):
        message = refusal("--rule", key, "--from", "2024-09-26")
        assert "不是可以计算的时间" in message
        assert limits()[key].kind.value in message

    def test_threshold_says_what_it_is(self):
        key = next(k for k in NOT_COUNTED if limits()[k].kind is Kind.THRESHOLD and limits()[k].value)
        message = refusal("--rule", key, "--from", "2024-09-26", "--language", "en")
        assert f"quantity ({limits()[key].words().en})" in message

    def test_fixed_date_and_times_a_year(self):
        assert answer("--rule", "gk_annual_gov_0331", "--from", "2024-03-31")["due"] == "2024-03-31"
        assert answer("--rule", "gk_annual_gov_0331", "--from", "2024-04-01")["due"] == "2025-03-31"
        assert answer("--rule", "fz_lecture_2", "--from", "2024-04-01")["due"] == "2024-12-31"


class TestStops:
    RULE = ("--rule", "fy_decide_ordinary_60d", "--from", "2024-03-01")

    def test_overlapping_pauses_count_once(self):
        """60 days end on 30 April; fourteen stopped days move the end to 14 May."""
        stops = ("--stop", "2024-04-01..2024-04-11", "--stop", "2024-04-05..2024-04-15")
        assert answer(*self.RULE, *stops)["due"] == "2024-05-14"

    def test_open_pause_leaves_the_end_open(self):
        result = answer(*self.RULE, "--stop", "2024-04-01..")
        assert result["due"] is None
        assert "恢复以后" in " ".join(result["steps"])

    def test_a_pause_after_the_end_changes_nothing_and_says_so(self):
        result = answer(*self.RULE, "--stop", "2024-06-01..")
        assert result["due"] == "2024-04-30"
        assert "在届满以后" in " ".join(result["steps"])

    def test_reversed_pause(self):
        assert "--stop" in refusal(*self.RULE, "--stop", "2024-04-11..2024-04-01")

    @pytest.mark.parametrize("stop", ["2024-04-01", "..2024-04-01", "x..2024-04-01", "2024-04-01..2024-04-31"])
    def test_unreadable_pause(self, stop):
        assert "--stop" in refusal(*self.RULE, "--stop", stop)


class TestExtensions:
    def test_the_law_s_own(self):
        """Article 62: by thirty days at most; ninety days after 1 March are 30 May 2024."""
        assert answer("--rule", "fy_decide_ordinary_60d", "--from", "2024-03-01", "--extend")["due"] == "2024-05-30"

    def test_goes_up_to_the_ceiling_where_the_law_sets_one(self):
        assert answer("--rule", "kx_pay_30d", "--from", "2024-03-01", "--extend")["due"] == "2024-04-30"

    def test_a_shorter_one(self):
        result = answer("--rule", "fy_decide_ordinary_60d", "--from", "2024-03-01", "--extend", "20")
        assert result["due"] == "2024-05-20"

    def test_one_in_another_unit_is_told_the_unit(self):
        message = refusal("--rule", "fy_decide_ordinary_60d", "--from", "2024-03-01", "--extend", "5个工作日")
        assert "以日计" in message

    def test_a_longer_one_is_refused(self):
        assert "30日" in refusal("--rule", "fy_decide_ordinary_60d", "--from", "2024-03-01", "--extend", "31")

    def test_twice_where_the_law_says_twice(self):
        """Public Security Penalties Law: 30 days, twice extended by 30."""
        rule = ("--rule", "cf_police_30d", "--from", "2026-01-05")
        assert answer(*rule, "--extend", "--extend")["due"] == "2026-04-07"  # 5 April is a Sunday in Qingming
        assert "2" in refusal(*rule, "--extend", "--extend", "--extend")

    def test_open_length_asks_for_a_number_and_names_the_approver(self):
        rule = ("--rule", "ss_first_instance_6m", "--from", "2024-03-01")
        assert "高级人民法院" in refusal(*rule, "--extend")
        assert answer(*rule, "--extend", "3")["due"] == "2024-12-02"  # nine months; 1 December is a Sunday

    def test_ceiling_for_the_whole_period(self):
        rule = ("--rule", "kx_complaint_result_30d", "--from", "2024-03-01")
        assert answer(*rule, "--extend", "60")["due"] == "2024-05-30"
        assert "60日" in refusal(*rule, "--extend", "61")

    def test_no_extension_known(self):
        message = refusal("--rule", "fy_accept_review_5d", "--from", "2024-09-26", "--extend")
        assert "可以延长" in message
        assert "--extend" in message


class TestMistakes:
    def test_unknown_rule_names_near_ones(self):
        assert "fy_accept_review_5d" in refusal("--rule", "fy_accept_review_5", "--from", "2024-09-26")

    def test_unknown_statute_names_near_ones(self):
        message = refusal("--limit", "5日", "--law", "administrative_penalty_laws", "--from", "2024-09-26")
        assert "administrative_penalty_law" in message

    @pytest.mark.parametrize("start", ["2024-02-30", "soon", "", "1989-12-31", "2101-01-01", "2024-01-01T25:00"])
    def test_impossible_start(self, start):
        assert "--from" in refusal("--limit", "5日", "--from", start)

    @pytest.mark.parametrize("length", ["", "5", "five days", "5 weeks", "-5日", "0日", "5.5日"])
    def test_impossible_length(self, length):
        assert "--limit" in refusal("--limit", length, "--from", "2024-09-26")

    def test_both_or_neither(self):
        refusal("--from", "2024-09-26")
        refusal("--from", "2024-09-26", "--limit", "5日", "--rule", "fy_accept_review_5d")

    @pytest.mark.parametrize("length", ["999999年", "999999日", "999999个工作日"])
    def test_end_out_of_reach(self, length):
        assert "2100" in refusal("--limit", length, "--from", "2024-09-26")

    @pytest.mark.parametrize(
        "asked",
        [
            ("--rule", "gk_annual_gov_0331", "--from", "2100-12-31"),
            ("--limit", "20年", "--kind", "max_period", "--from", "2099-01-01"),
            ("--limit", "30日", "--kind", "advance_notice", "--from", "1990-01-15"),
        ],
    )
    def test_no_day_outside_the_years_that_can_be_counted_is_given(self, asked):
        assert "1990" in refusal(*asked)

    def test_pause_of_hours(self):
        refusal("--limit", "24小时", "--from", "2024-09-26", "--stop", "2024-09-26..2024-09-27")


def test_django_does_not_start_without_a_database():
    program = (
        "import sys; from zhunsheng.law.commands import due;"
        "due(['--limit', '5日', '--from', '2024-09-26'], standalone_mode=False); sys.exit('django.apps' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("2024-10-08")  # 1 October is in the holidays of National Day
