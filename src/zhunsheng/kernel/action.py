"""One step of a procedure (环节) as it is declared: who may take it and when, what it asks for and fills in, what it issues
and enters.

The form of a declaration alone: that it fits the procedure around it is seen to in ``procedure``, and ``transition.act``
takes it.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from zhunsheng.kernel.declaration import BasisField, Condition, Declaration, Labelled, Names

THE_LAW = "the_law"
"""The role of an action that takes place by force of law when a limit lapses; no officer performs it."""

OUTCOME = "outcome"
"""The name under which the outcome of a case is asked for in conditions and broken down in figures."""


class RegisterWrite(Declaration):
    """An entry that an action makes in a list, so that nobody types it again. ``values``: field of the list -> field of the case,
    {value: …}, {due: …}, the last day of a limit as it stands after the step, or {said: …}, a field only where this step filled
    it in: what the list has learnt otherwise meanwhile (a reform of organs) stays. ``organ``: the field that names the organ whose
    part of the list it stands in; left out, or where there is none so called, that which has the case."""

    register_slug: str = Field(alias="register")
    change: Literal["add", "change", "remove"]
    key: str
    values: dict[str, str | dict[Literal["value", "due", "said"], Any]] = {}
    organ: str | None = None


class FieldNamed(Declaration):
    """What a field of the case names."""

    field: str


class FigureRead(Declaration):
    """A figure a step fills in from the ledger (取数), so that nobody types what is counted.

    ``figure``: its name, or the field that names it. ``organ``: the organ of the case, the field that names one, or ``root``,
    everything in the tree the organ of the case stands in; what lies below it counts too. ``period``: left out, the day of the step; a field with a year, fields with a year and a month (a third may hold how many months
    end with it, one where it is empty), or a first and a last day, which left out is that of the step. ``or_period``: the same, taken where a field of ``period``
    is empty. ``part``: one part of a breakdown, the dimension -> the field that holds its value.
    """

    figure: str | FieldNamed
    organ: str = "organ"
    period: Names = []
    or_period: Names = []
    gives: Literal["value", "year_to_date", "unit", "organ"] = "value"
    part: dict[str, str] = Field(default={}, max_length=1)


class ListChange(Declaration):
    """The change of a list the organ of the case has begun since the case was opened (清单变更), the newest of them that was not given
    up. ``gives``: field -> how many entries it adds, changes or removes, the day it comes into force, or the ``version`` of the
    list that was published since."""

    register_slug: str = Field(alias="register")
    gives: dict[str, Literal["added", "changed", "removed", "effective_on", "version"]]


class NotedChanges(Declaration):
    """Which figures a step reads have moved (变动), so that they are explained: ``into`` gets a line for each whose value
    differs from the period before or from the same one a year before by at least ``per_cent`` and by at least ``least``;
    it stays empty where none does.
    """

    into: str
    per_cent: int = Field(ge=1)
    least: int = Field(default=1, ge=1)


class ClosedCases(Declaration):
    """The catalogue of closed files a function is given: of which systems, and the fields of the case that say when they were
    closed: one with a year, or two with a first and a last day."""

    of: Names
    period: Names


class DiscussedFact(Declaration):
    """That the case was an item of a meeting of one of these kinds of bodies, whose minutes are out, and ended with one of these
    results. ``own``: the body is of the organ of the case or of one above it: no department passes what the government decides.
    ``gives``: field of the case -> what that meeting says: its name (``meeting``), its day (``on``), what was
    ``settled``.
    """

    bodies: Names
    result: Names
    own: bool = False
    gives: dict[str, Literal["meeting", "on", "settled"]] = {}

    @property
    def fact(self) -> str:
        """The name under which the shell answers."""
        return f"discussed:{'+'.join(self.bodies)}:{'+'.join(self.result)}{':own' if self.own else ''}"


class CraftDeclaration(Declaration):
    """The part of a step that a function of the system works out (see ``kernel.craft``): ``gives`` names the fields it fills
    in, among those the step ``sets``; ``reads`` and ``writes`` the lists it is given and makes entries in; ``closed`` the
    closed cases whose catalogue it is given.
    """

    function: str
    reads: Names = []
    closed: ClosedCases | None = None
    gives: Names
    writes: Names = []


class Action(Labelled):
    """One step (环节).

    ``below``: it may open a case for each of several organs below the officer's at once. ``asks``: the fields whose organs
    are asked with it to handle the matter (交办), the first of them to lead. ``answered``: the field that begins with what
    those have answered. ``sets``: fields to be filled, a trailing ``?`` marks an optional one. ``fixed``: fields that get
    the value written here, whoever takes the step. ``reads``: fields that get a figure of the ledger. ``changes``: the
    field that says which of them have moved. ``recounts``: the field that gets how many cases the lists given as evidence
    hold. ``outcome``: the outcomes to choose from (one: it is taken). ``by``: the roles that may take it, or ``the_law``.
    ``begins``: what the form has in these fields where nothing else is known: the organ of the case (``organ``), the day of the
    step (``day``), or what another field of the case says.
    ``to``: the state after it; absent means the state stays. ``craft``: fields worked out instead of typed. ``afresh``:
    what it fills in is filled in anew each time. ``takes_over``: system -> own field -> field of the newest linked case, of
    all where they are long texts (or its ``number``, ``title``, ``organ``, ``outcome``, ``opened_on``, ``closed_on``, or what the
    records of all of them come to, see ``procedure.RECKONED``) the form begins with; whoever takes the step may say otherwise. ``discussed``: the meeting from which
    it likewise begins, where one has passed the case; nothing demands that one has (a gate does). ``list_change``: the change of
    a list whose numbers the form begins with. ``decisive``: it waits for every countersignature asked for
    (actions with an outcome always do). ``usually_before``: steps before which it is usually taken, though nothing demands it.
    """

    start: bool = False
    below: bool = False
    from_: Names = Field(default=[], alias="from")
    to: str | None = None
    by: Names
    sets: Names = []
    fixed: dict[str, Any] = {}
    begins: dict[str, str] = {}
    reads: dict[str, FigureRead] = {}
    changes: NotedChanges | None = None
    recounts: str | None = None
    takes_over: dict[str, dict[str, str]] = {}
    discussed: DiscussedFact | None = None
    list_change: ListChange | None = None
    asks: Names = []
    answered: str | None = None
    outcome: Names = []
    papers: Names = Field(default=[], alias="paper")
    once: bool = False
    afresh: bool = False
    when: Condition = {}
    decisive: bool = False
    usually_before: Names = []
    registers: list[RegisterWrite] = []
    craft: CraftDeclaration | None = None
    basis: BasisField
    hint: Labelled | None = None

    @property
    def worked_out(self) -> frozenset[str]:
        """The fields nobody types, because a function of the system fills them in."""
        return frozenset(self.craft.gives if self.craft else ())

    @model_validator(mode="after")
    def _only_an_opening_is_for_several(self) -> Action:
        if self.below and not self.start:
            raise ValueError(f"环节「{self.zh}」：只有起始环节可以写 below")
        return self

    @property
    def required_fields(self) -> list[str]:
        return [name for name in self.sets if not name.endswith("?")]

    @property
    def field_names(self) -> list[str]:
        return [name.rstrip("?") for name in self.sets]
