"""Reading of declaration files."""

from zhunsheng.law.statutes import load_yaml


def test_only_true_and_false_are_truth_values(tmp_path):
    path = tmp_path / "example.yaml"
    path.write_text("on: [decide]\nonce: true\nheld: false\nanswer: no\n", encoding="utf-8")
    assert load_yaml(path) == {"on": ["decide"], "once": True, "held": False, "answer": "no"}
