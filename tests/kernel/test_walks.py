"""Random walks over every declared procedure: whatever is done to a case, the kernel answers and its books stay true."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from zhunsheng.catalogue.loading import systems
from zhunsheng.catalogue.scenarios import Scenarios, Step, command_for, read_scenarios
from zhunsheng.kernel.action import THE_LAW
from zhunsheng.kernel.case_state import Link, dump_course, load_course
from zhunsheng.kernel.clock import ClockState, read
from zhunsheng.kernel.fields import FieldType
from zhunsheng.kernel.figures import evaluate_check, parse_check
from zhunsheng.kernel.limits import Amount, Kind, Unit, longest_extension
from zhunsheng.kernel.transition import Command, Refusal, Transition, act, choices, settle
from zhunsheng.law.working_days import packaged_calendar

CALENDAR = packaged_calendar()
WALKED = [(slug, version) for slug, system in systems().items() for version in system.compiled]
# A walk is driven by one seed, so shrinking would only cost time; the error names the steps that were taken.
WALKS = settings(max_examples=20, deadline=None, phases=[Phase.explicit, Phase.generate])
GARBAGE = [
    None,
    "",
    "示例",
    "abc",
    -1,
    10**30,
    1.5,
    float("nan"),
    True,
    [],
    ["x", None],
    {},
    {"name": ""},
    "\x00\ud800",
    b"x",
    (1,),
]


@cache
def sample(slug: str) -> Scenarios:
    return read_scenarios(systems()[slug]) or Scenarios.model_construct(sample={}, scenarios=[])


def value_for(dice, field, day):
    """A value that fits a field, drawn from what the field accepts."""
    match field.type:
        case FieldType.CHOICE:
            return dice.choice(sorted(field.choices))
        case FieldType.CHOICES:
            return [dice.choice(sorted(field.choices))]
        case FieldType.BOOLEAN:
            return dice.random() < 0.5
        case FieldType.DATE:
            return (day + timedelta(days=dice.randint(0, 30))).isoformat()
        case FieldType.DATETIME:
            return f"{day.isoformat()}T09:30"
        case FieldType.INTEGER | FieldType.DECIMAL | FieldType.MONEY:
            return max(field.minimum or 0, min(dice.randint(0, 50), field.maximum or 50))
        case FieldType.IDENTITY_NUMBER:
            return "11010519491231002X"
        case FieldType.CREDIT_CODE:
            return "91110000600037341L"
        case FieldType.PHONE:
            return "07190000000"
        case FieldType.PARTY:
            return {"name": "示例甲", "kind": (field.kind or "person")}
    return "示例"


class Walker:
    """One case on its way, with everything that happened to it."""

    def __init__(self, dice, slug, version):
        self.dice, self.slug = dice, slug
        self.system = systems()[slug]
        self.compiled = self.system.compiled[version]
        in_force = self.compiled.procedure.in_force
        self.day = max(in_force.from_, date(2019, 1, 2)) + timedelta(days=dice.randint(0, 60))
        if in_force.until is not None:
            self.day = min(self.day, in_force.until)
        self.case = None
        self.steps = []
        self.commands = []

    def command(self, action):
        declared = self.compiled.procedure.actions[action]
        command = command_for(self.compiled, sample(self.slug), Step(action=action), self.day, self.case)
        values = dict(command.values)
        for name in declared.field_names:
            if name not in values or self.dice.randint(0, 3) == 0:
                values[name] = value_for(self.dice, self.compiled.all_fields[name], self.day)
        outcome = self.dice.choice(declared.outcome) if declared.outcome else None
        registered = {g.registered.fact for g in self.compiled.procedure.gates if g.registered}
        officer = f"officer:{self.dice.randint(0, 9)}"
        return command._replace(
            values=values, outcome=outcome, officer=officer, amount=self.extension(action),
            facts=dict.fromkeys(registered, True),
        )  # fmt: skip

    def extension(self, action):
        for key, deadline in self.compiled.procedure.deadlines.items():
            limit = self.compiled.limits[key]
            if deadline.extended_by == action and limit.extension:
                most = longest_extension(limit)
                return most or Amount(self.dice.randint(1, 30), limit.unit)
        return None

    def take(self, command):
        result = act(self.compiled, self.case, command, CALENDAR)
        assert isinstance(result, Transition | Refusal)
        if isinstance(result, Transition):
            self.case = result.case
            self.steps.append(result)
            self.commands.append(command)
        else:
            assert result.reason.zh
            assert result.reason.en
        return result

    def settle(self, through):
        for step in settle(self.compiled, self.case, through, CALENDAR):
            self.case = step.case
            self.steps.append(step)
            roles = frozenset({THE_LAW})
            self.commands.append(Command(step.action, step.on, through, roles=roles))

    def link(self):
        """Linked cases a gate may ask for, closed as it asks."""
        gates = [g.linked for g in self.compiled.procedure.gates if g.linked]
        links = tuple(Link(g.system, "示例", g.outcome[0] if g.outcome else None, True) for g in gates)
        if self.case is not None and links:
            self.case = self.case._replace(links=links)

    def walk(self, length=14):
        starts = self.compiled.procedure.start_actions
        self.take(self.command(self.dice.choice(starts)))
        for _ in range(length if self.case else 0):
            self.day += timedelta(days=self.dice.choice([0, 0, 1, 2, 5, 12, 45, 100]))
            self.settle(self.day - timedelta(days=1))
            self.link()
            possible = [
                name for name, refusal in choices(self.compiled, self.case, self.anybody(), CALENDAR) if refusal is None
            ]
            if possible:
                self.take(self.command(self.dice.choice(possible)))
            yield
            if self.case.state in self.compiled.final:
                break

    def anybody(self):
        registered = {g.registered.fact for g in self.compiled.procedure.gates if g.registered}
        return Command(
            "", self.day, self.day, "officer:any", "organ", frozenset(self.compiled.procedure.roles),
            facts=dict.fromkeys(registered, True),
        )  # fmt: skip


def check_clocks(walker):
    """Reading a clock never fails; a running one ends on or after its start, save where it counts backward."""
    for key, events in walker.case.clocks.items():
        limit = walker.compiled.limits[key]
        receipt = read(limit, events, CALENDAR)
        for language in ("zh", "en"):
            assert all(step.within(language) for step in receipt.steps)
        if receipt.due_date and limit.kind not in (Kind.ADVANCE_NOTICE, Kind.WINDOW_BEFORE):
            assert receipt.due_date >= receipt.start
        if limit.unit is Unit.WORKING_DAY and receipt.due_date:
            assert CALENDAR.is_working(receipt.due_date)
        assert (receipt.state is ClockState.STOPPED) == (receipt.stopped_since is not None)


def check_books(walker):
    """Every declared relation between counted figures holds on what the walk has posted, counted from nothing.

    Sums of numbers that people type are left out: such a relation is there to find what they typed wrongly.
    """
    accounts = walker.system.figures.accounts
    totals = Counter()
    for step in walker.steps:
        for posting in step.postings:
            totals[posting.account, None] += Decimal(posting.value)
            for _, value in posting.breakdown:
                totals[posting.account, value] += Decimal(posting.value)

    def value(term):
        if term.at == "opening":
            return Decimal(0)
        return Decimal(totals[f"{walker.slug}.{term.account}", term.breakdown])

    for declared in walker.system.figures.checks:
        parsed = parse_check(declared.that)
        if any(accounts[term.account].sum or accounts[term.account].distinct for term in parsed.terms):
            continue
        result = evaluate_check(parsed, value)
        taken = " → ".join(step.action for step in walker.steps)
        assert result.holds, f"{declared.that}: {result.left} and {result.right} after {taken}"


@pytest.mark.parametrize(("slug", "version"), WALKED)
class TestEveryProcedure:
    @WALKS
    @given(dice=st.randoms(use_true_random=True))
    def test_clocks_and_books_stay_true(self, slug, version, dice):
        walker = Walker(dice, slug, version)
        for _ in walker.walk():
            check_clocks(walker)
            course = load_course(dump_course(walker.case))
            assert all(getattr(walker.case, name) == kept for name, kept in course.items())
        check_books(walker)

    @WALKS
    @given(dice=st.randoms(use_true_random=True))
    def test_replaying_the_commands_gives_the_same_case(self, slug, version, dice):
        walker = Walker(dice, slug, version)
        for _ in walker.walk():
            pass
        again = None
        for command in walker.commands:
            if again is not None:
                again = again._replace(links=walker.case.links)
            step = act(walker.compiled, again, command, CALENDAR)
            assert isinstance(step, Transition), step
            again = step.case
        if again is not None:
            assert again == walker.case

    @WALKS
    @given(dice=st.randoms(use_true_random=True))
    def test_garbage_is_refused_in_words(self, slug, version, dice):
        walker = Walker(dice, slug, version)
        procedure = walker.compiled.procedure
        for _ in walker.walk(length=5):
            pass
        for action in [*procedure.actions, "no_such_action", ""]:
            names = procedure.actions[action].field_names if action in procedure.actions else ["x"]
            command = walker.anybody()._replace(
                action=action,
                values={name: dice.choice(GARBAGE) for name in names},
                outcome=dice.choice([None, "", "x", *procedure.outcomes]),
                amount=dice.choice([None, Amount(-1, Unit.HOUR), Amount(10**9, Unit.YEAR)]),
            )
            case = dice.choice([walker.case, None])
            result = act(walker.compiled, case, command, CALENDAR)
            assert isinstance(result, Transition | Refusal)
            if isinstance(result, Transition):
                for key, events in result.case.clocks.items():
                    read(walker.compiled.limits[key], events, CALENDAR)

    def test_every_state_leads_to_an_end(self, slug, version):
        """By declaration: from every state that can be reached, some final state can be reached."""
        procedure = systems()[slug].compiled[version].procedure
        after = {name: set() for name in procedure.states}
        for name, action in procedure.actions.items():
            for state in procedure.states_before(name) if not action.start else []:
                after[state].add(action.to or state)
        reached = {procedure.actions[name].to for name in procedure.start_actions}
        while more := {t for s in reached for t in after[s]} - reached:
            reached |= more
        final = {name for name, state in procedure.states.items() if state.final}
        ending = set(final)
        while more := {s for s in after if after[s] & ending} - ending:
            ending |= more
        assert final, "no final state"
        assert reached - ending == set(), "states without a way to an end"
        assert set(procedure.states) - reached == set(), "states nobody reaches"

    def test_every_action_that_needs_a_role_has_one(self, slug, version):
        procedure = systems()[slug].compiled[version].procedure
        lapses = {d.lapse for d in procedure.deadlines.values() if d.lapse}
        for name, action in procedure.actions.items():
            assert set(action.by) <= {*procedure.roles, THE_LAW}
            if action.by == [THE_LAW]:
                assert name in lapses, f"{name} is the law's own, but no limit that lapses brings it about"
                assert action.required_fields == [], f"{name} is the law's own and nobody fills in its fields"
