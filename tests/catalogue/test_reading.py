"""Reading of declaration files."""

import pytest
from click.testing import CliRunner

from zhunsheng.catalogue.commands import catalogue
from zhunsheng.catalogue.loading import SYSTEMS_FOLDER, DeclarationError, read_declaration
from zhunsheng.kernel.procedure import Procedure
from zhunsheng.law.statutes import LawDataError, load_yaml


def test_only_true_and_false_are_truth_values(tmp_path):
    path = tmp_path / "example.yaml"
    path.write_text("on: [decide]\nonce: true\nheld: false\nanswer: no\n", encoding="utf-8")
    assert load_yaml(path) == {"on": ["decide"], "once": True, "held": False, "answer": "no"}


def test_a_key_written_twice_is_an_error_and_a_merged_one_is_none(tmp_path):
    path = tmp_path / "twice.yaml"
    path.write_text("one: &one {zh: 甲, en: A}\ntwo: {<<: *one, en: B}\n", encoding="utf-8")
    assert load_yaml(path)["two"] == {"zh": "甲", "en": "B"}
    path.write_text("name: 甲\nkind: rule\nname: 乙\n", encoding="utf-8")
    with pytest.raises(LawDataError, match=r"twice\.yaml.*「name」写了两次"):
        load_yaml(path)


def test_a_declaration_without_its_basis_is_named_with_the_place_in_both_languages(tmp_path):
    path = tmp_path / "procedure-2011-01-01.yaml"
    whole = (SYSTEMS_FOLDER / "disputes/people_mediation/procedure-2011-01-01.yaml").read_text(encoding="utf-8")
    path.write_text("".join(line for line in whole.splitlines(True) if not line.startswith("basis:")), encoding="utf-8")
    with pytest.raises(
        DeclarationError, match=r"procedure-2011-01-01\.yaml 的声明不成立.*\n  basis：必须写明 · must be there"
    ):
        read_declaration(path, Procedure)


@pytest.mark.parametrize(
    ("slug", "line"),
    [
        ("administrative_reconsideration", "  Limit Performance of the decision: as written in the paper "),
        ("administrative_reconsideration", "  Accept: To be examined → Under examination "),
        ("power_list", "  Figure power_list.items: "),
    ],
)
def test_a_system_is_shown_in_english_too(slug, line):
    name, *lines = CliRunner().invoke(catalogue, ["show", slug, "--language", "en"]).output.splitlines()
    assert any(told.startswith(line) for told in lines)
    assert not any("\u4e00" <= char <= "\u9fff" for told in lines for char in told)
    assert " · " in name
