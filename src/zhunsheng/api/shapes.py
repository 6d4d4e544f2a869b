"""What programs read and write (数据结构): the shapes of systems, cases, lists and what was published, with an example of each.
Those of figures, reports and days are in ``figure_shapes``. Nothing is looked up here."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Generic, TypeVar

from ninja import Schema
from pydantic import ConfigDict, Field

from zhunsheng.api.problems import Pair

Item = TypeVar("Item")


def example(**fields: Any) -> ConfigDict:
    """The example of a shape."""
    return ConfigDict(json_schema_extra={"examples": [fields]})


NAME = {"zh": "行政复议", "en": "Administrative reconsideration"}
ARTICLE = {"zh": "行政复议法第三十条第一款", "en": "Administrative Reconsideration Law, article 30(1)"}
ORGAN = {"id": 12, "name": "示例县司法局", "region": "999901"}


class Page(Schema, Generic[Item]):
    """A piece of a list; ``next`` is the cursor of the piece after it, absent at the end."""

    items: list[Item]
    next: str | None = None


class OrganOut(Schema):
    model_config = example(**ORGAN)
    id: int
    name: str
    region: str


# --- systems ---------------------------------------------------------------------------------------------------------


class SystemOut(Schema):
    """A kind of work: what can be opened and which lists it keeps."""

    model_config = example(
        slug="administrative_reconsideration", name=NAME, field_of_work="disputes", has_cases=True, has_list=False
    )
    slug: str
    name: Pair
    field_of_work: str
    has_cases: bool
    has_list: bool


FIELD = {
    "name": "track", "label": {"zh": "审理程序", "en": "Track"}, "type": "choice", "many": False, "sensitivity": "public",
    "choices": {"ordinary": {"zh": "普通程序", "en": "Ordinary"}, "simplified": {"zh": "简易程序", "en": "Simplified"}},
}  # fmt: skip


class FieldOut(Schema):
    """A declared field. ``choices``: code → name."""

    model_config = example(**FIELD)
    name: str
    label: Pair
    type: str
    many: bool
    sensitivity: str
    choices: dict[str, Pair] = {}


STEP = {
    "action": "accept", "name": {"zh": "受理", "en": "Accept"}, "starts": False, "from_states": ["received"], "to_state": "hearing",
    "roles": ["handler"], "required": ["track"], "optional": [], "outcomes": [], "article": ARTICLE,
}  # fmt: skip


class StepOut(Schema):
    """A declared step: from which states, by which roles, what is filled in (``required`` and ``optional``)."""

    model_config = example(**STEP)
    action: str
    name: Pair
    starts: bool
    from_states: list[str]
    to_state: str | None
    roles: list[str]
    required: list[str]
    optional: list[str]
    outcomes: list[str]
    article: Pair


class DeclarationOut(Schema):
    """What a kind of work declares on a day."""

    model_config = example(
        slug="administrative_reconsideration", name=NAME, version="2024-01-01", fields=[FIELD], steps=[STEP],
        states={"received": {"zh": "待审查", "en": "Received"}, "hearing": {"zh": "审理中", "en": "Hearing"}}, outcomes={},
        roles={"handler": {"zh": "办案人员", "en": "Handler"}},
    )  # fmt: skip
    slug: str
    name: Pair
    version: date
    states: dict[str, Pair]
    outcomes: dict[str, Pair]
    roles: dict[str, Pair]
    fields: list[FieldOut]
    steps: list[StepOut]


# --- cases -----------------------------------------------------------------------------------------------------------

CASE = {
    "id": 41, "system": "administrative_reconsideration", "number": "示复字〔2026〕3号", "title": "示某不服行政处罚案",
    "state": "hearing", "state_name": {"zh": "审理中", "en": "Hearing"}, "outcome": None, "organ": ORGAN,
    "opened_on": "2026-03-02", "closed_on": None, "voided_on": None, "next_due": "2026-05-06", "sequence": 2,
}  # fmt: skip


class CaseOut(Schema):
    """A case in a list. Names of persons in the title are masked. ``sequence`` is how many events it has, its ETag."""

    model_config = example(**CASE)
    id: int
    system: str
    number: str
    title: str
    state: str
    state_name: Pair
    outcome: str | None
    organ: OrganOut
    opened_on: date
    closed_on: date | None
    voided_on: date | None
    next_due: date | None
    sequence: int


class DeadlineOut(Schema):
    """A limit of a case with its receipt: how its end was counted, and on what it rests."""

    model_config = example(
        key="acceptance", name={"zh": "审查受理", "en": "Review of the application"}, state="running", started_on="2024-09-26",
        due_on="2024-10-09", met_on=None, provisional=False, is_overdue=False, article=ARTICLE, calendar="2026-11-01",
        steps=[{"zh": "2024-09-27：第 1 个工作日", "en": "2024-09-27: working day 1"}],
    )  # fmt: skip
    key: str
    name: Pair
    state: str
    started_on: date
    due_on: date | None
    met_on: date | None
    provisional: bool
    is_overdue: bool
    article: Pair
    steps: list[Pair]
    calendar: str


class CaseDetailOut(CaseOut):
    """A case. ``fields`` holds its values with personal data masked; ``masked`` names those that are."""

    model_config = example(
        **CASE, version="2024-01-01", masked=["applicant"], deadlines=[],
        fields={"applicant": {"name": "示某某", "kind": "person"}, "area": "公安"},
    )  # fmt: skip
    version: date
    fields: dict[str, Any]
    masked: list[str]
    deadlines: list[DeadlineOut]


class EventOut(Schema):
    """What was done to a case. Values are masked like those of the case."""

    model_config = example(
        sequence=2, action="accept", name={"zh": "受理", "en": "Accept"}, on="2026-03-04", recorded_at="2026-03-04T10:12:00+08:00",
        by="示例乙", on_behalf_of=None, organ=ORGAN, by_law=False, outcome=None, values={"track": "ordinary"},
    )  # fmt: skip
    sequence: int
    action: str
    name: Pair
    on: date
    recorded_at: datetime
    by: str | None
    on_behalf_of: str | None
    organ: OrganOut | None
    by_law: bool
    outcome: str | None
    values: dict[str, Any]


REFUSAL = {
    "code": "missing", "detail": {"zh": "「审理程序」必须填写", "en": "“Track” must be filled in"}, "article": ARTICLE, "field": "track",
}  # fmt: skip


class RefusalOut(Schema):
    """Why a step cannot be taken now."""

    model_config = example(**REFUSAL)
    code: str
    detail: Pair
    article: Pair | None
    field: str | None


CHOICE = {
    "action": "accept", "name": {"zh": "受理", "en": "Accept"}, "possible": False, "required": ["track"], "optional": [], "outcomes": [],
    "refusal": REFUSAL,
}  # fmt: skip


class ChoiceOut(Schema):
    """A step of the case's procedure: whether the account may take it now, and if not, why."""

    model_config = example(**CHOICE)
    action: str
    name: Pair
    possible: bool
    required: list[str]
    optional: list[str]
    outcomes: list[str]
    refusal: RefusalOut | None


class ChoicesOut(Schema):
    """What may be done with a case now: steps of its procedure, and verbs of office work."""

    model_config = example(sequence=1, steps=[CHOICE], verbs={"office.assign": {"zh": "交办", "en": "Hand out"}})
    sequence: int
    steps: list[ChoiceOut]
    verbs: dict[str, Pair]


class OpenIn(Schema):
    """Open a case by a starting step of a system. ``source``: the case it is opened from; the two are linked, and what that one
    hands on need not be sent again."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"system": "legality_review", "action": "submit", "organ": 12, "on": "2026-03-02",
                 "values": {"matter": "《示例道路开挖协议》", "kind": "agreement", "submitting_unit": "示例住房和城乡建设局",
                            "materials": "草案、说明"}}
            ]
        },
    )  # fmt: skip
    system: str = Field(max_length=60)
    action: str = Field(max_length=60)
    organ: int = Field(gt=0, lt=2**63, strict=True)
    on: date
    values: dict[str, Any] = {}
    outcome: str | None = Field(None, max_length=60)
    note: str = Field("", max_length=2000)
    source: int | None = Field(None, gt=0, lt=2**63, strict=True)


class AmountIn(Schema):
    """A length of time, for steps that extend a limit."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"value": 30, "unit": "day"}]})
    value: int = Field(gt=0, lt=10000, strict=True)
    unit: str = Field(max_length=30)


class StepIn(Schema):
    """Take a step of a case, or use a verb of office work on it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"on": "2026-03-04", "values": {}}]})
    on: date
    values: dict[str, Any] = {}
    outcome: str | None = Field(None, max_length=60)
    note: str = Field("", max_length=2000)
    amount: AmountIn | None = None
    request: int | None = Field(None, gt=0, lt=10000, strict=True)


class RevealIn(Schema):
    """See some fields unmasked: which, and for what purpose. Both are written down."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"fields": ["applicant"], "purpose": "送达法律文书"}]}
    )
    fields: list[str] = Field(min_length=1, max_length=20)
    purpose: str = Field(min_length=2, max_length=200)


class RevealedOut(Schema):
    """The fields asked for, whole."""

    model_config = example(fields={"applicant": {"name": "示例甲", "kind": "person"}})
    fields: dict[str, Any]


# --- lists and what was published ------------------------------------------------------------------------------------


class EntryOut(Schema):
    """An entry of a list as it stood on the day asked for."""

    model_config = example(
        id=7,
        key="330101",
        organ=ORGAN,
        valid_from="2025-01-01",
        valid_to=None,
        values={"name": "示例许可事项"},
        masked=[],
    )
    id: int
    key: str
    organ: OrganOut
    valid_from: date
    valid_to: date | None
    values: dict[str, Any]
    masked: list[str]


class ListOut(Schema):
    """A list: its fields, its key, and on what it rests."""

    model_config = example(
        slug="power_list", name={"zh": "权责清单", "en": "Power list"}, key="item_code", title="name", public=["name", "basis"],
        fields=[{**FIELD, "name": "basis", "label": {"zh": "依据", "en": "Basis"}, "type": "text", "choices": {}}],
    )  # fmt: skip
    slug: str
    name: Pair
    key: str
    title: str
    public: list[str]
    fields: list[FieldOut]


class PublicationOut(Schema):
    """A published version of a list; ``digest`` proves what it said."""

    model_config = example(
        id=3, slug="power_list", name={"zh": "权责清单", "en": "Power list"}, organ=ORGAN, whole_region=False, number=2,
        day="2026-01-01", published_at="2026-01-05T09:00:00+08:00", entries=120, digest="9f…", fields=["name", "basis"],
        stands=True, withdrawn_at=None, withdrawal="",
    )  # fmt: skip
    id: int
    slug: str
    name: Pair
    organ: OrganOut
    whole_region: bool
    number: int
    day: date
    published_at: datetime
    entries: int
    digest: str
    fields: list[str]
    stands: bool
    withdrawn_at: datetime | None
    withdrawal: str
