"""The mutations of ``tools/mutations`` fit the sources: each mistake can still be made, once, and names a test that is there. That each is
noticed is shown by that program, which takes minutes."""

from pathlib import Path

from tests.security.test_assessors import functions_of
from tools.mutations import MUTATIONS

SOURCES = Path(__file__).resolve().parents[2] / "src/zhunsheng"


def test_every_mutation_can_still_be_made_and_names_a_test_that_is_there():
    texts = {one.file: (SOURCES / one.file).read_text(encoding="utf-8") for one in MUTATIONS}
    assert [one.wrong for one in MUTATIONS if texts[one.file].count(one.stands) != 1 or one.stands == one.instead] == []
    for one in MUTATIONS:
        if one.file.endswith(".py"):  # one that cannot be read would fail every test, and show nothing
            compile(texts[one.file].replace(one.stands, one.instead), one.file, "exec")
    known = {file: functions_of(file) for file in {one.test.partition("::")[0] for one in MUTATIONS}}
    gone = [one.test for one in MUTATIONS if one.test.partition("::")[2] not in known[one.test.partition("::")[0]]]
    assert gone == []
    assert len({one.wrong for one in MUTATIONS}) == len(MUTATIONS) > 40
