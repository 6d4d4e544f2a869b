"""Making void what was entered by mistake: nothing counts any more, nothing runs on, nothing can be done, all is visible."""

from datetime import date

import pytest
from django.utils import timezone

from tests.cases.place import (
    APPLICATION,
    HOTLINE,
    ORDER,
    RECONSIDERATION,
    TODAY,
    counts,
    order_steps,
    scenario_steps,
    script,
    sums,
)
from zhunsheng.bodies.models import Body, Item, Meeting
from zhunsheng.cases.actions import link_cases, open_case, perform, settle_due
from zhunsheng.cases.materials import add_material
from zhunsheng.cases.models import Case, CaseLink, Deadline, Event
from zhunsheng.cases.reading import choices_for, state_of, verbs_for
from zhunsheng.cases.replay import CaseScript, StepScript, replay
from zhunsheng.cases.verification import verify_cases
from zhunsheng.cases.voiding import touched_since, void_cases
from zhunsheng.kernel.checking import VOIDED
from zhunsheng.ledger.figures import figures
from zhunsheng.ledger.models import Balance, Posting
from zhunsheng.ledger.periods import close
from zhunsheng.ledger.verification import verify
from zhunsheng.orgs.access import access_of
from zhunsheng.orgs.refusals import Refused
from zhunsheng.papers.models import Paper
from zhunsheng.registers.actions import apply_entry_change, correct
from zhunsheng.registers.models import Entry
from zhunsheng.registers.reading import entries_on, history
from zhunsheng.security.models import AuditEntry

pytestmark = pytest.mark.django_db


def told(place, *steps, organ=None):
    """Cases written together, and the moment after."""
    result = replay(HOTLINE, [script(organ or place.hotline, list(s)) for s in steps], today=TODAY)
    return result.case_ids, timezone.now()


def void(place, ids, since, officer=None, reason="表格用错了年度"):
    officer = officer or place.operator
    return void_cases(ids, since, reason, officer=officer, access=access_of(officer, TODAY), today=TODAY)


def value(place, account, first=date(2025, 1, 1), last=date(2025, 12, 31)):
    return figures(place.region.pk, first, last, only=[account])[account].value


def test_nothing_counts_any_more_and_everything_is_visible(place):
    kept, _ = told(place, order_steps())
    before = sums()
    ids, since = told(place, order_steps(), order_steps()[:2])
    assert value(place, f"{HOTLINE}.orders") == 3
    postings = Posting.objects.filter(source_id__in=ids).count()
    assert void(place, ids, since) == 2
    assert sums() == before
    assert value(place, f"{HOTLINE}.orders") == 1
    assert Posting.objects.filter(source_id__in=ids).count() == 2 * postings
    assert list(verify()) == []
    for case in Case.objects.filter(pk__in=ids):
        assert (case.outcome, case.voided_on, case.next_due) == (VOIDED, TODAY, None)
        assert case.closed_on is not None
        event = case.events.last()
        assert (event.action, event.note, event.officer) == ("office.void", "表格用错了年度", place.operator)
        assert not Deadline.objects.filter(case=case, state="running").exists()
    assert Case.objects.get(pk=kept[0]).voided_on is None
    assert AuditEntry.objects.filter(action="case.office.void").count() == 2
    assert AuditEntry.objects.get(action="cases.void").detail["cases"] == 2


def test_numbers_are_not_used_again(place):
    ids, since = told(place, order_steps()[:1])
    number = Case.objects.get(pk=ids[0]).number
    void(place, ids, since)
    again = open_case(HOTLINE, "order", organ=place.hotline, on=date(2025, 3, 3), values=ORDER, today=TODAY)
    assert (number[-2], again.number[-2]) == ("1", "2")
    papers = replay(RECONSIDERATION, [
        CaseScript(place.government, [StepScript("file", date(2024, 9, 2), APPLICATION),
                                      StepScript("accept", date(2024, 9, 4), {"track": "ordinary"})])
    ], today=TODAY)  # fmt: skip
    first = Paper.objects.get(case_id=papers.case_ids[0]).number
    void(place, papers.case_ids, timezone.now(), officer=place.head)
    case = open_case(
        RECONSIDERATION, "file", organ=place.government, on=date(2024, 9, 2), values=APPLICATION, today=TODAY
    )
    perform(case.pk, "accept", on=date(2024, 9, 4), values={"track": "ordinary"}, today=TODAY)
    assert Paper.objects.get(case_id=case.pk).number != first


def test_a_closed_month_is_corrected_in_the_next_open_one(place):
    ids, since = told(place, order_steps(date(2025, 3, 3)))
    close(place.region, 202503, None)
    void(place, ids, since)
    reversing = Posting.objects.filter(source_id=ids[0], value__lt=0, account__key=f"{HOTLINE}.orders").get()
    assert (reversing.on, reversing.month, reversing.adjusts) == (date(2025, 3, 3), 202504, 202503)
    assert value(place, f"{HOTLINE}.orders", date(2025, 3, 1), date(2025, 3, 31)) == 1
    assert value(place, f"{HOTLINE}.orders", date(2025, 1, 1), date(2025, 12, 31)) == 0
    assert list(verify()) == []


def test_nothing_is_done_to_a_void_case(place):
    ids, since = told(place, order_steps())
    void(place, ids, since)
    case = Case.objects.get()
    access = access_of(place.operator, TODAY)
    assert {refusal.code for _name, refusal in choices_for(case, access, TODAY)} <= {"voided", "already_started"}
    assert verbs_for(case, access) == []
    for action, values in (
        ("close", {}),
        ("office.reopen", {"text": "重开"}),
        ("office.assign", {"to": str(place.water.pk), "text": "示例"}),
    ):
        with pytest.raises(Refused) as refused:
            perform(case.pk, action, on=TODAY, officer=place.operator, values=values, today=TODAY)
        assert refused.value.refusal.code == "voided", action
    other = open_case(HOTLINE, "order", organ=place.hotline, on=TODAY, values=ORDER, today=TODAY)
    with pytest.raises(Refused) as refused:
        link_cases(other.pk, case.pk)
    assert refused.value.refusal.code == "voided"
    assert settle_due(TODAY) == 0
    assert state_of(case).outcome == VOIDED


def test_one_case_is_not_made_void_by_itself(place):
    ids, _since = told(place, order_steps()[:1])
    with pytest.raises(Refused) as refused:
        perform(ids[0], "office.void", on=TODAY, officer=place.operator, values={"text": "示例"}, today=TODAY)
    assert refused.value.refusal.code == "not_alone"


def test_what_was_touched_keeps_all_of_them(place, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    ids, since = told(place, *[order_steps()[:2] for _ in range(4)])
    other = open_case(HOTLINE, "order", organ=place.hotline, on=TODAY, values=ORDER, today=TODAY)
    perform(
        ids[1],
        "office.assign",
        on=TODAY,
        officer=place.operator,
        values={"to": str(place.water.pk), "text": "示例"},
        today=TODAY,
    )
    access = access_of(place.operator, TODAY)
    add_material(Case.objects.get(pk=ids[2]), [b"text"], file_name="a.txt", officer=place.operator, access=access)
    link_cases(ids[3], other.pk)
    assert [(t.case_id, t.words.zh) for t in touched_since(ids, since)] == [
        (ids[1], "有新的办理记录"), (ids[2], "已上传材料"), (ids[3], "已与其他案件关联"),
    ]  # fmt: skip
    before = counts()
    with pytest.raises(Refused) as refused:
        void(place, ids, since)
    assert refused.value.refusal.code == "touched"
    assert counts() == before
    assert not Case.objects.exclude(voided_on=None).exists()
    assert void(place, ids[:1], since) == 1


def test_a_case_put_to_a_meeting_keeps_the_import(place):
    ids, since = told(place, order_steps()[:1], order_steps()[:1])
    body = Body.objects.create(
        organ=place.government, kind="executive", name="示例县政府常务会议", valid_from=date(2020, 1, 1)
    )
    meeting = Meeting.objects.create(body=body, form="executive", title="第1次", starts_at=timezone.now())
    item = Item.objects.create(meeting=meeting, position=1, title="示例议题", kind="matter")
    item.cases.add(ids[1])
    assert [(t.case_id, t.words.zh) for t in touched_since(ids, since)] == [(ids[1], "已列入会议议题")]
    with pytest.raises(Refused):
        void(place, ids, since)


def test_what_the_law_did_by_itself_is_no_touch(place):
    result = replay(RECONSIDERATION, [
        CaseScript(place.government, [StepScript("file", date(2026, 11, 2), APPLICATION)])
    ], today=TODAY)  # fmt: skip
    since = timezone.now()
    assert settle_due(date(2026, 11, 10)) == 1  # deemed accepted when the five working days are over
    assert Case.objects.get().state == "hearing"
    assert touched_since(result.case_ids, since) == []
    assert void(place, result.case_ids, since, officer=place.head) == 1
    assert sums() == {}
    assert list(verify_cases(lambda done, total: None)) == []


def test_only_who_may_handle_them_and_with_a_reason(place):
    ids, since = told(place, order_steps()[:1])
    for officer, reason, code in ((place.lighting_officer, "示例", "role"), (place.operator, "  ", "missing")):
        with pytest.raises(Refused) as refused:
            void(place, ids, since, officer, reason)
        assert refused.value.refusal.code == code
    assert Event.objects.filter(action="office.void").count() == 0


# --- entries of lists ------------------------------------------------------------------------------------------------

CERTIFICATE, PEOPLE = "enforcement_certificate", "enforcement_personnel"


def certificates(place, *cases):
    """Certificates issued, each by (number, further steps)."""
    steps = dict(scenario_steps(CERTIFICATE))["is applied for, submitted and issued in three steps"]
    scripts = []
    for number, further in cases:
        mine = [
            s._replace(values={**s.values, "certificate_number": number}) if s.action == "issue" else s for s in steps
        ]
        scripts.append(CaseScript(place.government, [*mine, *further]))
    return replay(CERTIFICATE, scripts, today=TODAY).case_ids, timezone.now()


def in_force(on=TODAY):
    return {row.entry.key for row in entries_on(PEOPLE, access=None, true_on=on)}


def test_entries_that_cases_added_were_never_in_force(place):
    kept, _ = certificates(place, ("示例010001", []))
    before = sums()
    ids, since = certificates(place, ("示例010002", []), ("示例010003", []))
    assert in_force() == {"示例010001", "示例010002", "示例010003"}
    void(place, ids, since, officer=place.head)
    assert in_force() == {"示例010001"}
    assert sums() == before
    assert list(verify()) == []
    entry = Entry.objects.get(register=PEOPLE, key="示例010002")
    told_of = history(entry)
    assert [(h.correction, h.row.reason) for h in told_of] == [(False, ""), (True, "表格用错了年度")]
    assert told_of[-1].row.valid_to == told_of[-1].row.valid_from
    assert kept


def test_an_entry_that_a_case_changed_and_removed_is_as_it_was(place):
    """The yearly check changes the entry, the cancellation removes it; both are taken back with the cases."""
    values = {
        "certificate_number": "示例010009", "name": "示例庚", "unit": "示例县城管局", "kind": "enforcement", "field": "城管",
        "issued_on": "2020-01-02", "status": "in_service", "gender": "male", "identity_number": "11010519491231002X",
        "position": "科员", "region": "示例县",
    }  # fmt: skip
    apply_entry_change(PEOPLE, place.government, "add", "示例010009", values, date(2020, 1, 2))
    before, said = sums(), entries_on(PEOPLE, access=None, true_on=TODAY).get().values
    entry = Entry.objects.get(register=PEOPLE)
    ids, since = told(place, order_steps()[:1])
    apply_entry_change(
        PEOPLE, place.government, "change", "示例010009", {"position": "主任"}, date(2021, 1, 2), case_id=ids[0]
    )
    apply_entry_change(PEOPLE, place.government, "remove", "示例010009", {}, date(2022, 1, 2), case_id=ids[0])
    assert in_force() == set()
    since = timezone.now()
    void(place, ids, since)
    row = entries_on(PEOPLE, access=None, true_on=TODAY).get()
    assert (row.values, row.valid_from, row.valid_to) == (said, date(2020, 1, 2), None)
    assert {key: amount for key, amount in sums().items() if key[0].startswith(PEOPLE)} == {
        key: amount for key, amount in before.items() if key[0].startswith(PEOPLE)
    }
    assert list(verify()) == []
    assert len(history(entry)) == 4


def test_an_entry_changed_by_somebody_since_keeps_the_case(place):
    ids, since = certificates(place, ("示例010002", []))
    entry = Entry.objects.get(register=PEOPLE)
    correct(entry, TODAY, {"position": "所长"}, reason="更正职务")
    touched = touched_since(ids, since)
    assert [t.words.zh for t in touched] == ["写入清单的条目「示例010002」后来有改动"]
    with pytest.raises(Refused):
        void(place, ids, since, officer=place.head)
    assert in_force() == {"示例010002"}


# --- values counted once a year --------------------------------------------------------------------------------------


def test_who_is_counted_once_a_year_stays_counted_by_another_case(place):
    """示例甲 applied in the import and again by himself; 示例乙 in the import alone, and comes again later."""
    slug = "info_disclosure_request"
    steps = next(steps for _it, steps in scenario_steps(slug) if steps[0].action == "file")

    def filed(name, on):
        return CaseScript(place.government, [StepScript("file", on, {**steps[0].values, "applicant": {"name": name}})])

    ids = replay(slug, [filed("示例甲", date(2025, 3, 3)), filed("示例乙", date(2025, 3, 4))], today=TODAY).case_ids
    since = timezone.now()
    other = replay(slug, [filed("示例甲", date(2025, 5, 6))], today=TODAY).case_ids[0]
    assert value(place, f"{slug}.persons") == 2
    void(place, ids, since, officer=place.head)
    assert value(place, f"{slug}.persons") == 1
    assert Posting.objects.filter(source_id=other, account__key=f"{slug}.persons").get().on == date(2025, 5, 6)
    replay(slug, [filed("示例乙", date(2025, 6, 3))], today=TODAY)
    assert value(place, f"{slug}.persons") == 2
    assert list(verify()) == []
    assert CaseLink.objects.count() == 0
    assert Balance.objects.exists()
