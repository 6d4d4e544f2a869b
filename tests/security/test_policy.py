"""The one policy (``orgs.access``) over every system: who may take which step in which state, by what he is to the case; that the filter on
rows says the same as the check; and that a wrong policy would be noticed here.

How many combinations were tried is asserted, so that a policy that is asked nothing does not pass.
"""

from datetime import date, timedelta

import pytest

from zhunsheng.cases.models import Case, may_reveal
from zhunsheng.catalogue.loading import systems
from zhunsheng.kernel.case_state import CaseState
from zhunsheng.kernel.checking import check
from zhunsheng.kernel.compiled import Command
from zhunsheng.law.working_days import packaged_calendar
from zhunsheng.orgs.access import Access, Holding, access_of, regions_of
from zhunsheng.orgs.explaining import sentences, why_seen
from zhunsheng.orgs.lines import end_line, name_line
from zhunsheng.orgs.models import Delegation, Duty, Officer, Organ, Region
from zhunsheng.orgs.refusals import ROLES, Refused

CITY, OURS, OTHER, TEAM = "/1/", "/1/2/", "/1/3/", "/1/2/4/"
ME, AWAY = 7, 8


def holding(path, system, role, *, tree=False, principal=None, line=None):
    return Holding(int(path.strip("/").rpartition("/")[2]), path, system, role, tree, principal=principal, line=line)


def relations(slug, roles, others):
    """What somebody can be to a case of OURS → his duties and the roles they give there, worked out by hand: none but for
    those who hold a role over the organ itself."""
    none = frozenset()
    found = {
        "outsider": ((), none),
        "another system": ((holding(OURS, others, "*"),), none),
        "same organ, no such role": ((holding(OURS, slug, "no such role"),), none),
        "organ below": ((holding(TEAM, slug, "*", tree=True),), none),
        "organ above, not over those below": ((holding(CITY, slug, "*"),), none),
        "superior": ((holding(CITY, slug, "*", tree=True),), roles),
        "everything in the organ": ((holding(OURS, "*", "*"),), roles),
        "delegate": ((holding(OURS, slug, "*", principal=AWAY),), roles),
        "superior by line": ((holding(OURS, slug, "*", line=1),), none),
        "superior by line, with the organs below": ((holding(CITY, slug, "*", tree=True, line=1),), none),
        "superior by line who holds a role of his own": (
            (holding(OURS, slug, "*", line=1), holding(OURS, slug, "no such role")),
            none,
        ),
        "former": ((), none),
    }
    for role in roles:
        found[f"holds {role}"] = ((holding(OURS, slug, role),), frozenset({role}))
        found[f"holds {role} elsewhere"] = ((holding(OTHER, slug, role, tree=True),), none)
    for role in ROLES:
        found[f"administrator: {role}"] = ((holding(CITY, "orgs", role, tree=True),), none)
    return {name: (Access(ME, held), given) for name, (held, given) in found.items()}


def violations(most=10**9):
    """(combinations tried, those in which the policy and the declaration differ): procedure × relation × state × step."""
    tried, wrong, working_days = 0, [], packaged_calendar()
    slugs = sorted(slug for slug, owner in systems().items() if owner.procedures)
    for place, slug in enumerate(slugs):
        for procedure in systems()[slug].procedures:
            compiled = systems()[slug].procedure_of(procedure.in_force.from_)
            day = procedure.in_force.from_ + timedelta(days=30)
            declared = frozenset(procedure.roles)
            known = {
                name: (access.roles(slug, OURS, declared), given)
                for name, (access, given) in relations(slug, declared, slugs[place - 1]).items()
            }
            for name, action in procedure.actions.items():
                states = (
                    [None] if action.start else [state for state in procedure.states if state in compiled.before[name]]
                )
                for state in states:
                    case = state and CaseState(slug, compiled.version, state, day, day, "2")
                    for relation, (roles, given) in known.items():
                        may = not given.isdisjoint(action.by)
                        refusal = check(compiled, case, Command(name, day, day, str(ME), "2", roles), working_days)
                        for_role = refusal is not None and refusal.code in ("role", "by_law")
                        tried += 1
                        if for_role if may else refusal is None:
                            wrong.append((slug, relation, state, name))
                        if len(wrong) >= most:
                            return tried, wrong
    return tried, wrong


@pytest.mark.once
def test_every_relation_role_state_and_step_of_every_procedure_is_as_declared(capsys):
    tried, wrong = violations()
    assert wrong == []
    assert tried > 50_000
    with capsys.disabled():
        print(f"\n{tried:,} combinations of procedure, relation, state and step")


@pytest.mark.once
@pytest.mark.parametrize(
    ("where", "mutant"),
    [
        ("reaches", lambda self, system, path: True),
        ("reaches", lambda self, system, path: self.system in ("*", system)),
        ("reaches", lambda self, system, path: path.startswith(self.path)),
        ("reaches", lambda self, system, path: self.system in ("*", system) and path.startswith(self.path)),
        ("reaches", lambda self, system, path: self.system in ("*", system) and path == self.path),
        ("roles", lambda self, declared: declared),
        ("roles", lambda self, declared: declared & {self.role}),
        ("roles", lambda self, declared: declared if self.role == "*" else declared & {self.role}),
    ],
    ids=[
        "always",
        "any organ",
        "any system",
        "below is always included",
        "below never",
        "every role",
        "no star",
        "line acts",
    ],
)
def test_a_wrong_policy_is_noticed(monkeypatch, where, mutant):
    """A test of the test above: each of these is a mistake somebody could make."""
    monkeypatch.setattr(Holding, where, mutant)
    _tried, wrong = violations(most=1)
    assert wrong


# --- the filter on rows says the same --------------------------------------------------------------------------------


@pytest.fixture
def tree(db):
    region = Region.objects.create(code="999904", name="示例县")
    make = {"region": region, "kind": "department"}
    city = Organ.objects.create(name="示例市", **make)
    ours, other = (Organ.objects.create(name=name, parent=city, **make) for name in ("示例甲局", "示例乙局"))
    team = Organ.objects.create(name="示例队", parent=ours, **make)
    for organ in (city, ours, other, team):
        for system in ("people_mediation", "legality_review"):
            Case.objects.create(system=system, version=date(2020, 1, 1), organ=organ, path=organ.path, state="s",
                                opened_on=date(2024, 1, 1), last_on=date(2024, 1, 1))  # fmt: skip
    return {"city": city, "ours": ours, "other": other, "team": team}


def disagreements(tree):
    """(compared, cases on which the filter and the check differ), for every duty there can be."""
    compared, differing = 0, []
    for organ in tree.values():
        for system in ("*", "people_mediation", "legality_review", "orgs"):
            for whole, line in ((False, None), (True, None), (False, 1), (True, 1)):
                access = Access(ME, (Holding(organ.pk, organ.path, system, "*", whole, line=line),))
                seen = set(Case.visible.to(access).values_list("pk", flat=True))
                for case in Case.objects.all():
                    compared += 1
                    if (case.pk in seen) != bool(access.reasons(case.system, case.path)):
                        differing.append((organ.name, system, whole, str(case)))
    return compared, differing


def test_the_filter_on_rows_and_the_check_say_the_same(tree, monkeypatch):
    compared, differing = disagreements(tree)
    assert (compared, differing) == (4 * 4 * 4 * 8, [])
    right = Holding.condition
    monkeypatch.setattr(Holding, "condition", lambda self, system_field, path_field: right(self, None, path_field))
    assert disagreements(tree)[1], "a filter that forgets the system is noticed"


def test_what_somebody_was_or_is_for_another_counts_on_its_days_alone(tree):
    me, away = (Officer.objects.create_officer(name, None, name="示例") for name in ("me", "away"))
    day = date(2026, 3, 2)
    Duty.objects.create(officer=me, organ=tree["ours"], valid_from=date(2026, 1, 1), valid_to=day)
    Duty.objects.create(officer=away, organ=tree["other"], valid_from=date(2026, 1, 1))
    Delegation.objects.create(delegator=away, delegate=me, first_day=day, last_day=day, reason="公出", named_by=away)
    seen = {
        offset: sorted(
            set(Case.visible.to(access_of(me, day + timedelta(days=offset))).values_list("organ__name", flat=True))
        )
        for offset in (-1, 0, 1)
    }
    assert seen == {-1: ["示例甲局"], 0: ["示例乙局"], 1: []}


# --- by line ---------------------------------------------------------------------------------------------------------


def seen_by(officer, day):
    rows = Case.visible.to(access_of(officer, day)).values_list("organ__name", "system")
    return sorted(rows)


@pytest.fixture
def line(tree):
    """A bureau of the city that is not above the county's, an officer in each system there, and who names lines."""
    city = Organ.objects.create(name="示例市司法局", region=tree["city"].region, kind="department")
    people = {}
    for name, organ, duty in (
        ("mediator", city, {"system": "people_mediation"}), ("all", city, {}), ("reviewer", city, {"system": "legality_review"}),
        ("root", city, {"system": "orgs", "role": "security"}), ("ours", tree["ours"], {}),
    ):  # fmt: skip
        people[name] = Officer.objects.create_officer(name, None, name="示例")
        Duty.objects.create(officer=people[name], organ=organ, **duty)
    Duty.objects.create(officer=people["root"], organ=tree["city"], system="orgs", role="security", whole_tree=True)
    return city, people


def test_a_line_shows_its_system_on_its_days_alone_and_nothing_once_it_is_ended(tree, line):
    city, people = line
    first, last = date(2026, 3, 2), date.today() + timedelta(days=400)
    made = name_line(people["root"], city, tree["ours"], ["people_mediation"], "示委〔2026〕1号", first, last)
    ours = [("示例甲局", "people_mediation")]
    before, on, after = first - timedelta(days=1), first, last + timedelta(days=1)
    assert [seen_by(people["mediator"], day) for day in (before, on, last, after)] == [[], ours, ours, []]
    assert seen_by(people["all"], on) == ours  # of whatever he holds, the system of the line
    assert seen_by(people["reviewer"], on) == []
    assert ("示例甲局", "legality_review") in seen_by(people["ours"], on)
    assert seen_by(people["root"], on) == []
    access = access_of(people["all"], on)
    assert access.roles("people_mediation", tree["ours"].path, frozenset({"mediator"})) == frozenset()
    assert not may_reveal(Case.objects.get(organ=tree["ours"], system="people_mediation"), access)
    assert (access.organs(), [region.pk for region in regions_of(access)]) == ([city.pk], ["999904"])
    assert not Organ.objects.filter(access.rows(system_field=None), pk=tree["ours"].pk).exists()
    said = sentences(access, on)
    assert ["只能查看" in words.zh and "示委〔2026〕1号" in words.zh for words in why_seen(
        access, "people_mediation", tree["ours"], said,
    )] == [True]  # fmt: skip
    end_line(people["root"], made.pk)
    assert seen_by(people["mediator"], on) == seen_by(people["all"], on) == []


def test_a_line_reaches_the_organs_below_only_where_it_says_so_and_goes_with_what_is_delegated(tree, line):
    city, people = line
    day = date.today()
    name_line(people["root"], city, tree["ours"], ["people_mediation", "legality_review"], "示委", day, whole_tree=True)
    both = [("示例甲局", "people_mediation"), ("示例队", "people_mediation")]
    assert seen_by(people["mediator"], day) == both
    Delegation.objects.create(
        delegator=people["all"], delegate=people["reviewer"], systems=["people_mediation"], first_day=day, last_day=day,
        reason="公出", named_by=people["all"],
    )  # fmt: skip
    own = [(name, "legality_review") for name in ("示例甲局", "示例队")]
    assert seen_by(people["reviewer"], day) == sorted([*both, *own])


def test_lines_are_named_by_who_gives_duties_there_and_once(tree, line):
    city, people = line
    day = date.today()
    for officer, organ, slugs, code in (
        (people["ours"], tree["ours"], ["people_mediation"], "role"),
        (people["root"], tree["ours"], [], "systems"),
        (people["root"], tree["ours"], ["no such"], "systems"),
        (people["root"], city, ["people_mediation"], "self"),
    ):
        with pytest.raises(Refused) as refused:
            name_line(officer, city, organ, slugs, "示委", day)
        assert refused.value.refusal.code == code
    made = name_line(people["root"], city, tree["ours"], ["people_mediation"], "示委", day, day)
    with pytest.raises(Refused) as refused:
        name_line(people["root"], city, tree["ours"], ["people_mediation"], "示委", day)
    assert refused.value.refusal.code == "overlap"
    name_line(people["root"], city, tree["ours"], ["people_mediation"], "示委", day + timedelta(days=1))
    end_line(people["root"], made.pk)
    with pytest.raises(Refused):
        end_line(people["root"], made.pk)
