"""Recall and precision on reports invented with known figures and known faults."""

from __future__ import annotations

from collections import Counter

from tests.reports.checking.invented import invent
from zhunsheng.reports.checking.checking import check

REPORTS = 40


def test_finds_the_figures_and_faults_of_invented_reports() -> None:
    wanted = read = right = 0
    faults, found, hit = Counter[str](), Counter[str](), Counter[str]()
    for seed in range(REPORTS):
        made = invent(seed, faults=seed % 4)
        checked = check(made.text)
        truth, told = Counter(made.figures), Counter((f.base_value, f.base_unit) for f in checked.figures)
        wanted, read, right = wanted + truth.total(), read + told.total(), right + (truth & told).total()
        wrong, said = Counter(made.faults), Counter(finding.rule for finding in checked.findings)
        faults, found, hit = faults + wrong, found + said, hit + (wrong & said)
    assert right / wanted >= 0.99
    assert right / read >= 0.99
    missed = {rule: (hit[rule], there) for rule, there in faults.items() if hit[rule] < 0.9 * there}
    assert not missed
    assert hit.total() / faults.total() >= 0.95
    assert hit.total() / found.total() >= 0.95
