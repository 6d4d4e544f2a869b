"""What must hold of every statute and every limit, whatever they say."""

from datetime import date
from itertools import pairwise

import pytest

from zhunsheng.kernel.limits import TIME_UNITS, Amount, Kind, Unit
from zhunsheng.kernel.words import Words
from zhunsheng.law.statutes import HERE, LawDataError, ad_hoc_limit, cite, limit, limits, load_yaml, statute, statutes


def _both_languages(words: Words) -> bool:
    """Both are there and the English is free of Chinese (a number such as GB/T 33358 is the same in both)."""
    return bool(words.zh and words.en) and not any("\u4e00" <= char <= "\u9fff" for char in words.en)


@pytest.mark.parametrize("key", sorted(limits()))
class TestEveryLimit:
    def test_cites_a_known_statute_and_version(self, key):
        basis = limit(key).basis
        found = statute(basis.statute)
        assert not basis.version or found.version(basis.version) is not None or not found.versions
        assert basis.cited.zh.startswith(found.short.zh)
        assert basis.cited.en.startswith(found.short.en)

    def test_speaks_both_languages(self, key):
        found = limit(key)
        texts = [found.name, found.basis.cited, found.roll_basis, *found.pauses]
        texts += [words for words in (found.note, found.who, found.consequence, found.procedure) if words]
        texts += [found.start] if found.start.zh else []
        if found.extension:
            texts += [words for words in (found.extension.approver, found.extension.condition) if words]
        assert [words for words in texts if not _both_languages(words)] == []

    def test_has_sensible_numbers(self, key):
        found = limit(key)
        assert found.value is None or found.value > 0 or found.unit in (Unit.SAME_DAY, Unit.IMMEDIATE)
        if found.fixed_date:
            assert date(2023, *found.fixed_date)
        if found.at_least:
            assert found.at_least.value > 0
        if found.kind is Kind.DEADLINE and found.unit in TIME_UNITS - {Unit.IMMEDIATE}:
            assert found.has_time, "a deadline without a number is for judgement, not a deadline"

    def test_extension_has_a_length_a_ceiling_or_somebody_who_sets_it(self, key):
        extension = limit(key).extension
        if extension is None:
            return
        assert extension.times >= 1
        assert extension.amount or extension.total or extension.approver
        if extension.total:
            assert extension.total.unit is limit(key).unit
            assert extension.total.value > (limit(key).value or 0)

    def test_a_limit_without_an_article_is_not_called_checked(self, key):
        found = limit(key)
        if found.verified and found.scope == "national":
            assert found.basis.article or found.basis.cited.zh != statute(found.basis.statute).short.zh

    def test_scope_is_national_or_names_a_sector_or_place(self, key):
        scope, _, name = limit(key).scope.partition(":")
        assert (scope == "national" and not name) or (scope in {"sector", "local"} and name)


@pytest.mark.parametrize("key", sorted(statutes()))
class TestEveryStatute:
    def test_speaks_both_languages(self, key):
        assert _both_languages(statute(key).name)
        assert _both_languages(statute(key).short)

    def test_versions_follow_each_other(self, key):
        versions = statute(key).versions
        begins = [v.in_force or v.adopted for v in versions]
        assert len({v.version for v in versions}) == len(versions)
        known = [day for day in begins if day]
        assert known == sorted(known)
        for earlier, later in pairwise(versions):
            if later.in_force is not None:
                assert earlier.until is not None, "a version whose successor is in force has an end"
                assert earlier.until < later.in_force

    def test_one_version_is_in_force_on_each_day(self, key):
        found = statute(key)
        for version in found.versions:
            if version.in_force:
                assert found.version_on(version.in_force) == version
            if version.until:
                assert found.version_on(version.until) == version


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


def test_ceilings_of_the_payment_regulation():
    """Articles 9 and 25: thirty days, and sixty or ninety in all."""
    for key, total in (("kx_pay_30d", 60), ("kx_complaint_result_30d", 90)):
        extension = limit(key).extension
        assert extension is not None
        assert extension.total == Amount(total, Unit.CALENDAR_DAY)


def test_citation_without_article_is_the_statute_alone():
    assert cite("civil_code", None, "").cited == statute("civil_code").short
