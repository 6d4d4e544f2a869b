"""Documents in force on the same matter as a draft, found in the library. Which ones was decided by reading their titles."""

from datetime import date

import pytest

from zhunsheng.kernel.craft import ListEntry, NotPossible, Work
from zhunsheng.systems.rulemaking.normdoc_coordination.craft import LIBRARY, find_related


def _entry(key, title, status="valid", theme=None):
    return ListEntry(key, "示例县人民政府", {"document_title": title, "status": status, "theme": theme, "maker": "示例县人民政府"})  # fmt: skip


def _found(title, *entries, theme=""):
    fields = {"document_title": title, "theme": theme}
    return find_related(
        Work(fields, {LIBRARY: entries}, {}, "示规协〔2021〕1号", "示例县商务局", date(2021, 2, 8))
    ).values


LIBRARY_ENTRIES = (
    _entry("示规〔2018〕3号", "示例县市容管理办法"),
    _entry("示规〔2019〕1号", "示例县夜间经济示范街区管理办法"),
    _entry("示规〔2017〕2号", "关于促进夜间经济发展的意见", "repealed"),
    _entry("示规〔2019〕5号", "示例县物业服务管理规定", theme="商贸流通"),
)


def test_titles_that_share_their_matter_are_found_the_likest_first():
    found = _found("示例县促进夜间经济若干措施", *LIBRARY_ENTRIES)
    assert found == {
        "related_count": 1,
        "related_documents": "示规〔2019〕1号《示例县夜间经济示范街区管理办法》（示例县人民政府）",
    }


def test_a_shared_theme_is_enough_and_what_ended_is_not_shown():
    found = _found("示例县促进夜间经济若干措施", *LIBRARY_ENTRIES, theme="商贸流通")
    assert [line.partition("《")[0] for line in found["related_documents"].splitlines()] == ["示规〔2019〕1号", "示规〔2019〕5号"]  # fmt: skip


def test_the_place_and_the_words_every_title_has_make_no_likeness():
    assert _found("示例县校园食品安全管理办法", *LIBRARY_ENTRIES)["related_count"] == 0


def test_an_empty_library_is_said_so():
    with pytest.raises(NotPossible, match="文件库中没有现行有效的文件"):
        _found("示例县促进夜间经济若干措施", LIBRARY_ENTRIES[2])
