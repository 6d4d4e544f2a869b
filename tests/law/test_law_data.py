"""What must hold of every statute and every limit, whatever they say."""

from datetime import date
from itertools import pairwise

import pytest

from zhunsheng.kernel.limits import GENERAL_ROLL, TIME_UNITS, Amount, Kind, Unit
from zhunsheng.kernel.reckoning import reckon
from zhunsheng.kernel.words import Words
from zhunsheng.law.statutes import HERE, LawDataError, ad_hoc_limit, cite, limit, limits, load_yaml, statute, statutes
from zhunsheng.law.working_days import packaged_calendar


def _both_languages(words: Words) -> bool:
    """Both are there and the English is free of Chinese (a number such as GB/T 33358 is the same in both)."""
    return bool(words.zh and words.en) and not any("\u4e00" <= char <= "\u9fff" for char in words.en)


# Each of these looks at all of them: thousands of tests of one limit each would take longer to begin than to run.


class TestEveryLimit:
    def test_cites_a_known_statute_and_version(self):
        for key, found in limits().items():
            cited = statute(found.basis.statute)
            version = found.basis.version
            assert not version or cited.version(version) is not None or not cited.versions, key
            assert found.basis.cited.zh.startswith(cited.short.zh), key
            assert found.basis.cited.en.startswith(cited.short.en), key

    @staticmethod
    def _texts(found):
        texts = [found.name, found.basis.cited, found.roll_basis, *found.pauses]
        texts += [words for words in (found.note, found.who, found.consequence, found.procedure) if words]
        texts += [found.start] if found.start.zh else []
        if found.extension:
            texts += [words for words in (found.extension.approver, found.extension.condition) if words]
        return texts

    def test_speaks_both_languages(self):
        silent = {key: [t for t in self._texts(found) if not _both_languages(t)] for key, found in limits().items()}
        assert {key: texts for key, texts in silent.items() if texts} == {}

    def test_has_sensible_numbers(self):
        for key, found in limits().items():
            assert found.value is None or found.value > 0 or found.unit in (Unit.SAME_DAY, Unit.IMMEDIATE), key
            assert not found.fixed_date or date(2023, *found.fixed_date), key
            assert not found.at_least or found.at_least.value > 0, key
            if found.kind is Kind.DEADLINE and found.unit in TIME_UNITS - {Unit.IMMEDIATE}:
                assert found.has_time, f"{key}: a deadline without a number is for judgement, not a deadline"

    def test_extension_has_a_length_a_ceiling_or_somebody_who_sets_it(self):
        for key, found in limits().items():
            extension = found.extension
            if extension is None:
                continue
            assert extension.times >= 1, key
            assert extension.amount or extension.total or extension.approver, key
            if extension.total:
                assert extension.total.unit is found.unit, key
                assert extension.total.value > (found.value or 0), key

    def test_a_limit_without_an_article_is_not_called_checked(self):
        for key, found in limits().items():
            if found.verified and found.scope == "national":
                assert found.basis.article or found.basis.cited.zh != statute(found.basis.statute).short.zh, key

    def test_scope_is_national_or_names_a_sector_or_place(self):
        for key, found in limits().items():
            scope, _, name = found.scope.partition(":")
            assert (scope == "national" and not name) or (scope in {"sector", "local"} and name), key


class TestEveryStatute:
    def test_speaks_both_languages(self):
        for key, found in statutes().items():
            assert _both_languages(found.name), key
            assert _both_languages(found.short), key

    def test_versions_follow_each_other(self):
        for key, found in statutes().items():
            versions = found.versions
            begins = [v.in_force or v.adopted for v in versions]
            assert len({v.version for v in versions}) == len(versions), key
            known = [day for day in begins if day]
            assert known == sorted(known), key
            for earlier, later in pairwise(versions):
                if later.in_force is not None:
                    assert earlier.until is not None, f"{key}: a version whose successor is in force has an end"
                    assert earlier.until < later.in_force, key

    def test_one_version_is_in_force_on_each_day(self):
        for key, found in statutes().items():
            for version in found.versions:
                assert not version.in_force or found.version_on(version.in_force) == version, key
                assert not version.until or found.version_on(version.until) == version, key


def test_no_id_is_written_twice():
    ids = [key for path in sorted((HERE / "limits").glob("*.yaml")) for key in load_yaml(path)]
    assert sorted(ids) == sorted(set(ids)) == sorted(limits())


def test_unknown_limit_names_near_ones():
    with pytest.raises(LawDataError, match="fy_decide_ordinary_60d"):
        limit("fy_decide_ordinary_60")


def test_unknown_statute():
    with pytest.raises(LawDataError, match="no_such_law"):
        statute("no_such_law")


@pytest.mark.parametrize(
    ("day", "article"),
    [(date(2023, 12, 31), "40"), (date(2024, 1, 1), "88")],
)
def test_working_days_of_reconsideration_rest_on_the_version_in_force(day, article):
    """Articles 40 (2017) and 88 (2023) of the Administrative Reconsideration Law."""
    counted = ad_hoc_limit(Amount(5, Unit.WORKING_DAY), "administrative_reconsideration_law", day=day)
    assert counted.basis.article == article
    assert article in counted.basis.cited.en


def test_periods_of_reconsideration_roll_by_reference():
    found = ad_hoc_limit(Amount(60, Unit.CALENDAR_DAY), "administrative_reconsideration_law")
    assert found.rolls
    assert "民事诉讼法第八十五条" in found.roll_basis.zh


def test_a_power_of_an_organ_is_not_lengthened_by_a_holiday():
    """Sealing and seizure: the Compulsion Law has no rule of its own for the last day."""
    assert limit("qz_seal_30d").rolls is False
    assert limit("fy_decide_ordinary_60d").rolls is True


def test_a_right_of_the_citizen_is_not_shortened_by_a_holiday():
    """The State Compensation Law is silent too; two years from 26 September 2024 end on a Saturday."""
    claim = limit("pc_claim_2y")
    assert reckon(claim, date(2024, 9, 26), packaged_calendar()).due == date(2026, 9, 28)
    assert claim.roll_basis == GENERAL_ROLL


def test_ceilings_of_the_payment_regulation():
    """Articles 9 and 25: thirty days, and sixty or ninety in all."""
    for key, total in (("kx_pay_30d", 60), ("kx_complaint_result_30d", 90)):
        extension = limit(key).extension
        assert extension is not None
        assert extension.total == Amount(total, Unit.CALENDAR_DAY)


def test_citation_without_article_is_the_statute_alone():
    assert cite("civil_code", None, "").cited == statute("civil_code").short
