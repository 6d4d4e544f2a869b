"""What programs read and write of figures, reports and days (指标的数据结构): their shapes, with an example of each."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from ninja import Schema
from pydantic import ConfigDict, Field

from zhunsheng.api.problems import Pair
from zhunsheng.api.shapes import ORGAN, OrganOut, example

# --- figures and reports ---------------------------------------------------------------------------------------------


FIGURE = {
    "account": "administrative_reconsideration.received", "name": {"zh": "收到行政复议申请", "en": "Applications received"},
    "unit": {"zh": "件", "en": "cases"}, "value": "126", "kind": "flow", "source": "records", "records": 126, "qualifier": "",
    "numerator": None, "denominator": None, "parts": {"area=公安": "40"},
}  # fmt: skip


class FigureOut(Schema):
    """A figure. ``value`` is null when nothing was ever posted. ``source``: ``records`` or ``declared``; ``records`` is how
    many postings stand behind it; a ratio keeps both its sides."""

    model_config = example(**FIGURE)
    account: str
    name: Pair
    unit: Pair
    value: str | None
    kind: str
    source: str
    records: int
    qualifier: str
    numerator: str | None
    denominator: str | None
    parts: dict[str, str]


class ReceiptOut(FigureOut):
    """A figure with its receipt: region and months, how it comes about, the accounts it is read from, what they held at both
    ends, up to which posting it was read, and when."""

    model_config = example(
        **FIGURE, region="999901", first="202501", last="202512", read_at="2026-01-05T09:00:00+08:00", up_to_posting=48210,
        definition=None, accounts={FIGURE["account"]: {"202412": "0", "202512": "126"}},
    )  # fmt: skip
    region: str
    first: str
    last: str
    definition: Pair | None
    accounts: dict[str, dict[str, str]]
    read_at: datetime
    up_to_posting: int


class PostingOut(Schema):
    """A record behind a figure: the case, entry or statement it came from is named only to whom may see it."""

    model_config = example(
        id=9001, on="2026-03-02", month=202603, adjusts=None, value="1", breakdown="area=公安", organ=ORGAN, source="case",
        source_id=41, number="示复字〔2026〕3号",
    )  # fmt: skip
    id: int
    on: date
    month: int
    adjusts: int | None
    value: str
    breakdown: str
    organ: OrganOut
    source: str
    source_id: int | None
    number: str


class ComposeIn(Schema):
    """Compose the yearly report of a region from the ledger."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"region": "999901", "year": 2025}]})
    region: str = Field(max_length=12)
    year: int = Field(ge=1990, le=2100, strict=True)
    outline: str = Field("", max_length=80)


USED = {
    "account": "administrative_reconsideration.received", "year": 2025, "section": "三、加强和改进行政复议工作", "printed": "126", "value": "126",
}  # fmt: skip


class UsedOut(Schema):
    """A figure that stands in a report."""

    model_config = example(**USED)
    account: str
    year: int
    section: str
    printed: str
    value: str | None


class ComposedOut(Schema):
    """A composed report: its text by blocks, the figures in it, and those that were not there."""

    model_config = example(
        outline="annual-report", title="示例县2025年法治政府建设年度报告", used=[USED], missing=[],
        blocks=[{"kind": "paragraph", "text": "全年收到行政复议申请126件。"}],
    )  # fmt: skip
    outline: str
    title: str
    blocks: list[dict[str, str]]
    used: list[UsedOut]
    missing: list[dict[str, Any]]


class CheckIn(Schema):
    """Check the text of any report; with region and year also against the ledger."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"text": "全年收到行政复议申请126件，其中受理100件、不予受理20件。"}]},
    )
    text: str = Field(min_length=1, max_length=300_000)
    region: str = Field("", max_length=12)
    year: int | None = Field(None, ge=1990, le=2100, strict=True)


class CheckedOut(Schema):
    """What was read in a report and what does not hold together."""

    model_config = example(
        title="示例县2025年法治政府建设年度报告", place="示例县", year=2025, figures=[{"value": "126", "unit": "件"}], findings=[], relations=[],
    )  # fmt: skip
    title: str
    place: str
    year: int | None
    figures: list[dict[str, Any]]
    findings: list[dict[str, Any]]
    relations: list[dict[str, Any]]


# --- calendar --------------------------------------------------------------------------------------------------------


DAY = {"day": "2026-10-01", "kind": "holiday", "name": {"zh": "国庆节", "en": "National Day"}}


class DayOut(Schema):
    """A day that is not what its weekday says: a holiday or a weekend day that is worked."""

    model_config = example(**DAY)
    day: date
    kind: str
    name: Pair | None


class CalendarOut(Schema):
    """The exceptions of a year. ``certain``: whether its holiday notice is known."""

    model_config = example(year=2026, certain=True, version="2026-11-01", days=[DAY])
    year: int
    certain: bool
    version: str
    days: list[DayOut]


class DueOut(Schema):
    """When a limit ends, and every step of the count."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"examples": [
        {"rule": "fy_accept_review_5d", "due": "2024-10-09", "provisional": False, "basis": "行政复议法（2023）第三十条第一款、第八十八条",
         "steps": ["2024-09-27：第 1 个工作日", "2024-09-28：周末，不计"]}
    ]})  # fmt: skip
    rule: str | None = None
    due: str | None
    provisional: bool
    basis: str
    steps: list[str]
