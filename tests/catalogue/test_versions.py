"""A version that says only what changed is the earlier one with that in it."""

import pytest

from zhunsheng.catalogue.versions import unchanged, written
from zhunsheng.law.statutes import LawDataError

EARLIER = """
basis: a_law
in_force: {from: 2018-01-01}
fields: {one: {zh: 一}, two: {zh: 二}}
list_columns: [one]
gates:
  - {zh: 甲, on: [a], basis: "1"}
  - {zh: 乙, on: [b], basis: "2"}
  - {zh: 丙, on: [c], basis: "3"}
"""


def later(tmp_path, text):
    (tmp_path / "procedure-2018-01-01.yaml").write_text(EARLIER, encoding="utf-8")
    path = tmp_path / "procedure-2024-01-01.yaml"
    path.write_text("differs_from: 2018-01-01\nin_force: {from: 2024-01-01}\n" + text, encoding="utf-8")
    return path


def test_entries_are_replaced_whole_dropped_or_put_last(tmp_path):
    path = later(
        tmp_path,
        """
fields: {two: {en: two}, three: {zh: 三}}
list_columns: [three]
drops: {gates: [丙], fields: [one]}
gates:
  - {zh: 丁, on: [d], basis: "4"}
  - {zh: 甲, on: [a, b], basis: "1"}
""",
    )
    found = written(path)
    assert found["fields"] == {"two": {"en": "two"}, "three": {"zh": "三"}}
    assert found["list_columns"] == ["three"]
    assert [(gate["zh"], gate["on"]) for gate in found["gates"]] == [("甲", ["a", "b"]), ("乙", ["b"]), ("丁", ["d"])]
    assert found["basis"] == "a_law"
    assert str(found["in_force"]["from"]) == "2024-01-01"
    assert "differs_from" not in found


def test_the_day_from_which_it_holds_is_never_taken_over(tmp_path):
    path = later(tmp_path, "")
    path.write_text("differs_from: 2018-01-01\n", encoding="utf-8")
    assert "in_force" not in written(path)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("drops: {fields: [none]}", "较早版本没有 none"),
        ("drops: {number: [none]}", "没有「number」"),
    ],
)
def test_what_cannot_be_dropped_is_named(tmp_path, text, says):
    with pytest.raises(LawDataError, match=says):
        written(later(tmp_path, text))


def test_an_earlier_version_that_is_not_there_is_named(tmp_path):
    path = later(tmp_path, "")
    path.write_text("differs_from: 2019-01-01\nin_force: {from: 2024-01-01}\n", encoding="utf-8")
    with pytest.raises(LawDataError, match="更早的版本"):
        written(path)


def test_what_says_the_same_again_is_found(tmp_path):
    path = later(tmp_path, 'basis: a_law\nfields: {one: {zh: 一}}\ngates:\n  - {zh: 乙, on: [b], basis: "2"}\n')
    assert unchanged(path) == ["basis", "fields.one", "乙"]
