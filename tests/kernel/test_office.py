"""The verbs of office work, on a small procedure of our own."""

from datetime import date

import pytest
import yaml

from zhunsheng.kernel.case_state import RequestState, dump_course, load_course
from zhunsheng.kernel.checking import VOIDED
from zhunsheng.kernel.clock import is_open, read
from zhunsheng.kernel.limits import Amount, Unit
from zhunsheng.kernel.office import TERMINATED, VERBS, Verb, perform_verb
from zhunsheng.kernel.procedure import Procedure
from zhunsheng.kernel.transition import Command, CompiledProcedure, Refusal, act, settle
from zhunsheng.kernel.words import Words
from zhunsheng.law.statutes import ad_hoc_limit
from zhunsheng.law.working_days import packaged_calendar

CALENDAR = packaged_calendar()
LIMIT = ad_hoc_limit(Amount(5, Unit.WORKING_DAY), "administrative_reconsideration_law")
PROCEDURE = CompiledProcedure(
    "example",
    Procedure.model_validate(
        yaml.safe_load("""
name: {zh: 示例, en: Example}
basis: administrative_reconsideration_law
in_force: {from: 2024-01-01}
number: 示例〔{year}〕{serial}号
roles: {clerk: {zh: 承办人, en: Clerk}}
states:
  received: {zh: 待审查, en: Received}
  hearing: {zh: 审理中, en: Hearing}
  closed: {zh: 已办结, en: Closed, final: true}
outcomes: {upheld: {zh: 维持, en: Upheld}}
actions:
  file: {zh: 收到, en: File, start: true, to: received, by: clerk, basis: "30"}
  accept: {zh: 受理, en: Accept, from: received, to: hearing, by: clerk, basis: "30"}
  deem: {zh: 视为受理, en: Deem accepted, from: received, to: hearing, by: the_law, basis: "30"}
  decide: {zh: 决定, en: Decide, from: hearing, to: closed, by: clerk, outcome: upheld, basis: "61"}
deadlines:
  review: {zh: 审查, en: Review, limit: x, from: file, until: [accept, deem], lapse: deem, basis: "30"}
""")
    ),
    {"review": LIMIT},
    {},
    {"administrative_reconsideration_law": Words("行政复议法", "Reconsideration Law")},
)
DAY = date(2024, 9, 26)
TEXTS = {"paper": "3", "text": "示例", "to": "示例局", "agrees": True, "limits": {}}


def step(case, action, day=DAY, **more):
    command = Command(action, day, date(2024, 12, 31), "officer:1", "organ:1", frozenset({"clerk"}), **more)
    if action in iter(Verb):
        return perform_verb(PROCEDURE, case, command)
    return act(PROCEDURE, case, command, CALENDAR)


def do(case, verb, day=DAY, **more):
    needed = {name: TEXTS[name] for name in VERBS[verb].values if name in TEXTS}
    more.setdefault("values", needed)
    return step(case, verb, day, **more)


@pytest.fixture
def filed():
    return step(None, "file").case


@pytest.fixture
def hearing(filed):
    return step(filed, "accept").case


@pytest.mark.parametrize("ask", [Verb.ASSIGN, Verb.COUNTERSIGN, Verb.ADD_SIGNER])
def test_asking_opens_a_request_and_asking_twice_is_refused(filed, ask):
    asked = do(filed, ask)
    assert (asked.request.number, asked.request.to, asked.request.state) == (1, "示例局", RequestState.OPEN)
    assert do(asked.case, ask).code == "asked_already"
    assert do(asked.case, ask, values={**TEXTS, "to": "另一局"}).request.number == 2


@pytest.mark.parametrize(
    ("ask", "answer", "state"),
    [
        (Verb.ASSIGN, Verb.REPLY, RequestState.ANSWERED),
        (Verb.ASSIGN, Verb.SEND_BACK, RequestState.RETURNED),
        (Verb.COUNTERSIGN, Verb.SIGN, RequestState.ANSWERED),
        (Verb.ADD_SIGNER, Verb.SIGN, RequestState.ANSWERED),
    ],
)
def test_only_who_was_asked_answers_and_only_once(filed, ask, answer, state):
    me, others = ("officer:1", "organ:1") if ask is Verb.ADD_SIGNER else ("organ:1", "officer:1")
    asked = do(filed, ask, values={**TEXTS, "to": me}).case
    for to in ("organ:2", others):  # a number may be that of an organ and that of an officer
        elsewhere = asked._replace(requests=(asked.requests[0]._replace(to=to),))
        assert do(elsewhere, answer, request=1).code == "role"
    answered = do(asked, answer, request=1)
    assert answered.request.state is state
    assert do(answered.case, answer, request=1).code == "answered"
    assert do(asked, answer, request=7).code == "no_request"


def test_taking_back(filed):
    assert do(do(filed, Verb.ASSIGN).case, Verb.TAKE_BACK, request=1).request.state is RequestState.WITHDRAWN


def test_a_decision_waits_for_countersignatures(hearing):
    asked = do(hearing, Verb.COUNTERSIGN, values={"to": "organ:1"}).case
    assert step(asked, "decide").code == "signatures"
    assert step(do(asked, Verb.SIGN, request=1).case, "decide").case.state == "closed"


def test_due_day_of_an_assignment(filed):
    good = do(filed, Verb.ASSIGN, values={**TEXTS, "due": "2024/10/9", "lead": "否"}).request
    assert (good.due, good.lead) == (date(2024, 10, 9), False)
    assert do(filed, Verb.ASSIGN, values={**TEXTS, "due": "2024-09-01"}).field == "due"
    assert do(filed, Verb.ASSIGN, values={**TEXTS, "due": "soon"}).field == "due"


def test_transfer_moves_the_case(filed):
    moved = do(filed, Verb.TRANSFER)
    assert (moved.case.organ, moved.transferred_to) == ("示例局", "示例局")
    assert do(moved.case, Verb.TRANSFER).code == "same_organ"


def test_hold_stops_work_but_no_limit(filed):
    before = read(LIMIT, filed.clocks["review"], CALENDAR).due
    held = do(filed, Verb.HOLD).case
    assert step(held, "accept").code == "held"
    assert do(held, Verb.ASSIGN).code == "held"
    assert read(LIMIT, held.clocks["review"], CALENDAR).due == before
    assert step(do(held, Verb.RESUME).case, "accept").case.state == "hearing"
    assert do(filed, Verb.RESUME).code == "not_held"


def test_what_the_law_does_takes_place_on_a_held_case_too(filed):
    held = do(filed, Verb.HOLD).case
    (deemed,) = settle(PROCEDURE, held, date(2024, 10, 9), CALENDAR)
    assert (deemed.on, deemed.case.state, deemed.by_law) == (date(2024, 10, 9), "hearing", True)
    assert list(settle(PROCEDURE, held, date(2024, 10, 8), CALENDAR)) == []


def test_a_terminated_case_is_reopened_where_it_stood(hearing):
    ended = do(hearing, Verb.TERMINATE).case
    assert (ended.state, ended.outcome) == ("closed", TERMINATED)
    assert step(ended, "decide").code == "state"
    assert do(ended, Verb.ASSIGN).code == "closed"
    kept = ended._replace(**load_course(dump_course(ended)))
    again = do(kept, Verb.REOPEN).case
    assert (again.state, again.outcome, again.held_in) == ("hearing", None, None)


def test_a_case_closed_by_law_is_not_reopened(hearing):
    assert do(step(hearing, "decide").case, Verb.REOPEN).code == "not_terminated"


@pytest.mark.parametrize("verb", list(Verb))
def test_every_verb_asks_for_what_it_needs_and_keeps_the_order_of_days(filed, verb):
    for name in VERBS[verb].values:
        if not name.endswith("?"):
            refused = do(filed, verb, values={key: text for key, text in TEXTS.items() if key != name})
            assert (refused.code, refused.field) == ("missing", name)
    assert do(filed, verb, day=date(2024, 9, 25)).code == "date_order"
    assert do(filed, verb, day=date(2025, 1, 1)).code == "future"


def test_unknown_verb(filed):
    command = Command("office.dance", DAY, DAY)
    assert isinstance(perform_verb(PROCEDURE, filed, command), Refusal)


def test_verbs_leave_a_trace_and_the_fields_alone(filed):
    after = do(filed, Verb.ASSIGN).case
    assert after.done[Verb.ASSIGN].times == 1
    assert after.sequence == filed.sequence + 1
    assert (after.fields, after.clocks, after.state) == (filed.fields, filed.clocks, filed.state)


@pytest.mark.parametrize("before", ["filed", "held", "asked", "decided"])
def test_a_case_made_void_is_at_rest_and_nothing_more_is_done_to_it(hearing, filed, before):
    case = {
        "filed": filed,
        "held": do(hearing, Verb.HOLD).case,
        "asked": do(hearing, Verb.COUNTERSIGN).case,
        "decided": step(hearing, "decide").case,
    }[before]
    void = do(case, Verb.VOID).case
    assert (void.outcome, void.held_in, void.state) == (VOIDED, None, "closed")
    assert all(not is_open(events) for events in void.clocks.values())
    assert all(request.state is not RequestState.OPEN for request in void.requests)
    assert do(void, Verb.REOPEN).code == "voided"
    assert do(void, Verb.VOID).code == "voided"
    assert step(void, "accept").code == "voided"
    assert list(settle(PROCEDURE, void, date(2025, 12, 31), CALENDAR)) == []
