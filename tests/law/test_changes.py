"""Noting that a statute changes: where it shows, until when, and what rests on it."""

from datetime import date

import pytest

from tests.cases.place import APPLICATION, RECONSIDERATION, make_place
from zhunsheng.cases.actions import open_case
from zhunsheng.cases.models import Case, Deadline
from zhunsheng.cases.reading import receipts
from zhunsheng.cases.verification import verify_cases
from zhunsheng.catalogue.loading import system
from zhunsheng.catalogue.scenarios import Step, command_for, read_scenarios
from zhunsheng.law import changes as noting
from zhunsheng.law.changes import note_change, noted, void_change
from zhunsheng.law.models import StatuteChange
from zhunsheng.law.statutes import statutes
from zhunsheng.law.usage import concerned, resting
from zhunsheng.orgs.access import access_of
from zhunsheng.orgs.models import Duty, Officer
from zhunsheng.orgs.refusals import Refused
from zhunsheng.registers.actions import apply_entry_change
from zhunsheng.security.models import AuditEntry

LAW = "administrative_reconsideration_law"
TODAY = date(2026, 11, 20)
DAY = date(2026, 12, 1)


@pytest.fixture
def place(db):
    return make_place()


@pytest.fixture
def keeper(place):
    made = Officer.objects.create_officer("keeper", None, name="示例管理员")
    Duty.objects.create(officer=made, organ=place.government, system="law", role="administrator")
    return made


def note(officer=None, **more):
    given = {
        "kind": "amended",
        "on": DAY,
        "articles": "30",
        "document": "示例：主席令第1号",
        "reason": "修改决定公布",
        **more,
    }
    return note_change(officer, given.pop("statute", LAW), given.pop("kind"), given.pop("on"), **given)


@pytest.mark.django_db
def test_articles_concerned_and_others():
    note()
    changes = noted()
    assert changes.of(LAW, "30,88").sentence(TODAY).zh == "该条依据自 2026-12-01 起修改，请留意"
    assert changes.of(LAW, "30").sentence(DAY).zh == "该条依据自 2026-12-01 起已修改，请核对"
    assert changes.of(LAW, "30").sentence(DAY).en == "this basis is amended since 2026-12-01; check it"
    assert changes.of(LAW, "62") is None
    assert changes.of(LAW, "") is not None, "a citation of the whole law is concerned by any of its articles"
    assert changes.of("civil_code", "30") is None


@pytest.mark.django_db
def test_whole_statute_and_repeal():
    note(articles="", kind="repealed")
    assert noted().of(LAW, "62").sentence(DAY).zh == "该条依据自 2026-12-01 起已废止，请核对"
    assert noted().by_statute[LAW][0].cited.zh == ""


@pytest.mark.django_db
def test_it_shows_until_the_declarations_have_a_version_from_its_day_on():
    """The Law has a version in force since 2024-01-01; the procedure one since 2026-07-01."""
    owner = system(RECONSIDERATION)
    note(on=date(2024, 1, 1))
    assert noted().of(LAW, "30") is None, "the law data carry it"
    assert noted().in_system(LAW, "30", owner, date(2018, 1, 1)) is None
    note(on=date(2026, 6, 1))
    assert noted().of(LAW, "30") is not None
    assert noted().in_system(LAW, "30", owner, date(2026, 7, 1)) is None, "the procedure carries it"
    note(on=DAY)
    assert noted().in_system(LAW, "30", owner, date(2026, 7, 1)).on == DAY
    assert noted().in_system(LAW, "62", owner, date(2026, 7, 1)) is None


def test_cases_are_not_touched(place):
    case = open_case(RECONSIDERATION, "file", organ=place.government, on=date(2026, 11, 2), values=APPLICATION)
    before = receipts(case), list(Deadline.objects.filter(case=case).values_list("key", "state", "due_on"))
    assert before[0]
    note(on=date(2026, 11, 3), articles="")
    row = Case.objects.get(pk=case.pk)
    assert (receipts(row), list(Deadline.objects.filter(case=row).values_list("key", "state", "due_on"))) == before
    assert not list(verify_cases(lambda done, total: None))


@pytest.mark.parametrize(
    ("given", "field"),
    [({"statute": "nothing"}, "statute"), ({"kind": "changed"}, "kind"), ({"on": date(1800, 1, 1)}, "on"),
     ({"articles": "第几条"}, "articles"), ({"articles": "1" * 5000}, "articles"), ({"document": " "}, "document"), ({"reason": ""}, "reason"), ({"version": "长" * 41}, "version")],
)  # fmt: skip
def test_wrong_note_is_refused_at_its_field(place, given, field):
    with pytest.raises(Refused) as refused:
        note(**given)
    assert refused.value.refusal.field == field
    assert not StatuteChange.objects.exists()


def test_only_the_administrator_of_the_law_notes_and_voids(place, keeper):
    with pytest.raises(Refused):
        note(place.stranger)
    row = note(keeper)
    with pytest.raises(Refused):
        void_change(place.stranger, row.pk, "误录")
    assert AuditEntry.objects.get(action="law.change").officer_id == keeper.pk
    with pytest.raises(Refused):
        void_change(keeper, row.pk, "")
    void_change(keeper, row.pk, "误录")
    assert noted().of(LAW, "30") is None
    row.refresh_from_db()
    assert (row.void_reason, row.voided_by) == ("误录", keeper)
    with pytest.raises(Refused):
        void_change(keeper, row.pk, "再次作废")


# --- what rests on it ------------------------------------------------------------------------------------------------


def power(place, code, basis, organ=None):
    values = {
        "item_code": code,
        "name": f"示例事项{code}",
        "power_type": "penalty",
        "basis": basis,
        "implementing_organ": "示例局",
    }
    apply_entry_change("power_list", organ or place.lighting, "add", code, values, date(2025, 1, 1))


def found(place, articles, officer=None, statute=LAW):
    access = access_of(officer or place.head, TODAY)
    return [(r.kind, r.name, r.articles) for r in resting(statutes()[statute], frozenset(articles), access)]


def test_entries_that_name_the_statute_are_found_by_article(place):
    power(place, "A1", "《中华人民共和国行政复议法》第三十条、第六十二条")
    power(place, "A2", "《行政复议法实施条例》第三十条")
    power(place, "A3", "《行政复议法》第七条")
    power(place, "A4", "《行政复议法》")
    assert [line[1:] for line in found(place, {"30"})] == [
        ("示例事项A1（示例县城管局）", ("30", "62")), ("示例事项A4（示例县城管局）", ()),
    ]  # fmt: skip
    assert len(found(place, set())) == 3
    assert [line[1] for line in found(place, {"30"}, statute="administrative_reconsideration_regulation")] == [
        "示例事项A2（示例县城管局）"
    ]
    assert found(place, {"30"}, officer=place.stranger) == []


def test_entry_that_is_no_more_is_not_found(place):
    power(place, "A1", "《行政复议法》第三十条")
    apply_entry_change("power_list", place.lighting, "remove", "A1", {}, date(2025, 6, 1))
    assert found(place, {"30"}) == []


def test_open_cases_are_found_by_their_procedure_with_names_masked(place):
    case = open_case(RECONSIDERATION, "file", organ=place.government, on=date(2026, 11, 2), values=APPLICATION)
    closed = open_case(RECONSIDERATION, "file", organ=place.government, on=date(2026, 11, 2), values=APPLICATION)
    Case.objects.filter(pk=closed.pk).update(closed_on=date(2026, 11, 3))
    ((kind, name, articles),) = found(place, {"30"})
    assert (kind, articles) == ("case", ("30",))
    assert case.number in name
    assert "示例甲" not in name
    assert found(place, {"9999"}) == []


def test_case_that_names_the_statute_in_its_words_is_found(place):
    owner = system("normative_document")
    compiled = owner.procedure_on(date(2026, 11, 2))
    start = compiled.procedure.start_actions[0]
    filled = command_for(compiled, read_scenarios(owner), Step(action=start), date(2026, 11, 2), None).values
    case = open_case(
        "normative_document", start, organ=place.government, on=date(2026, 11, 2),
        values={**filled, "purpose": "依据《行政复议法》第三十条制定"},
    )  # fmt: skip
    lines = found(place, {"30"})
    assert [(kind, articles) for kind, _name, articles in lines] == [("case", ("30",))]
    assert case.number in lines[0][1]
    assert found(place, {"31"}) == []


def test_uses_of_articles():
    every, some = concerned(LAW, frozenset()), concerned(LAW, frozenset({"30"}))
    assert 0 < len(some) < len(every)
    assert all("30" in use.article for use in some)
    assert noting.KINDS.keys() == set(StatuteChange.Kind)
