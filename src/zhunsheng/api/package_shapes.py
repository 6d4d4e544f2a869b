"""What may stand in a data package (数据包的格式): of each kind its manifest and its lines. Nothing else is taken in.

Shapes alone: whether the contents are true to each other is looked at in ``package_taking``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from zhunsheng.kernel.words import BilingualError, Words


class PackageRefused(BilingualError):
    """A package that cannot be made or taken in; ``words`` say what is wrong."""


def _month(value: int) -> int:
    if not 1 <= value % 100 <= 12:
        raise ValueError("no month")
    return value


Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Month = Annotated[int, Field(ge=199001, le=210012), AfterValidator(_month)]
Amount = Annotated[Decimal, Field(max_digits=24, decimal_places=6, allow_inf_nan=False)]
Text = Annotated[str, Field(min_length=1, max_length=240)]


class Shape(BaseModel):
    """A part of a package; what it does not name has no place in it."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Pair(Shape):
    """A text in both languages."""

    zh: Text
    en: Text

    @property
    def words(self) -> Words:
        return Words(self.zh, self.en)


class Manifest(Shape):
    """What every package says of itself. ``number`` runs on in what an installation sends of one matter (``stream``), and
    ``previous`` is the digest of the one before, so that one that is missing or put in its place is noticed."""

    format: int
    installation: Text
    kind: str
    number: Annotated[int, Field(ge=1, le=999_999)]
    previous: Digest | Literal[""]
    region: Annotated[str, Field(pattern=r"^\d{6,12}$")]
    region_name: Text
    made_at: AwareDatetime
    lines: Annotated[int, Field(ge=0)]
    sha256: Digest

    @property
    def stream(self) -> str:
        """The matter whose packages are numbered together."""
        return f"{self.kind}:{self.region}"


class FiguresManifest(Manifest):
    """指标上报."""

    first: Month
    last: Month
    closed: dict[str, AwareDatetime]
    up_to_posting: Annotated[int, Field(ge=0)]
    failing_checks: list[Pair]


class FigureLine(Shape):
    """One figure of the region with its receipt; an account also with what came in and what was held at the end."""

    figure: Text
    name: Pair
    unit: Pair
    value: Amount
    source: Text
    records: Annotated[int, Field(ge=0)]
    qualifier: Annotated[str, Field(max_length=240)]
    numerator: Amount | None = None
    denominator: Amount | None = None
    stock: bool | None = None
    flow: Amount | None = None
    closing: Amount | None = None


class OrganLine(Shape):
    """What one organ holds of an account."""

    organ: Text
    account: Text
    flow: Amount
    closing: Amount


class OfAList(Manifest):
    """What packages of a list have in common: which version of which, of whom, on which day."""

    slug: Text
    name: Pair
    organ: Text
    version: Annotated[int, Field(ge=1)]
    day: date


class ListManifest(OfAList):
    """清单下发."""

    published_at: AwareDatetime
    fields: list[Text]

    @property
    def stream(self) -> str:
        return f"{self.kind}:{self.region}:{self.slug}:{self.organ}"


class EntryLine(Shape):
    """One entry of a list."""

    organ: Text
    key: Text
    values: dict[Text, Any]


class ClaimsManifest(OfAList):
    """认领情况. ``of``: the digest of the package the list came in."""

    of: Digest

    @property
    def stream(self) -> str:
        return f"{self.kind}:{self.region}:{self.slug}"


class ClaimLine(Shape):
    """An organ that has an entry in its own list, since when, and whether it says the same."""

    organ: Text
    key: Text
    since: date
    same: bool


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of packages: its name, its manifest and what its lines are."""

    name: Words
    manifest: TypeAdapter[Any]
    line: TypeAdapter[Any]


KINDS = {
    "figures": Kind(
        Words("指标上报", "Figures reported"), TypeAdapter(FiguresManifest), TypeAdapter(FigureLine | OrganLine)
    ),
    "list": Kind(Words("清单下发", "List handed down"), TypeAdapter(ListManifest), TypeAdapter(EntryLine)),
    "claims": Kind(Words("认领情况", "Entries claimed"), TypeAdapter(ClaimsManifest), TypeAdapter(ClaimLine)),
}


def shaped(shape: TypeAdapter[Any], text: bytes, place: str, place_en: str) -> Any:
    """A part of a package in its shape. Raises ``PackageRefused`` that says where it is not."""
    unreadable = PackageRefused(f"数据包{place}读不出来", f"the package cannot be read in its {place_en}")
    if b"\\u0000" in text:  # no database keeps it
        raise unreadable
    try:
        return shape.validate_json(text)
    except ValidationError as error:
        wrong = ".".join(map(str, error.errors()[0]["loc"])) or "?"
        raise PackageRefused(
            f"数据包{place}的 {wrong} 不对", f"the package is wrong in its {place_en}: {wrong}"
        ) from error
    except (ValueError, RecursionError) as error:
        raise unreadable from error
