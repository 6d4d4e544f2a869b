"""What everything declared (声明) is made of: values that never change, names in both languages, lists of names, and where it comes
from in law. What particular declarations hold is in the rooms of their own.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from zhunsheng.kernel.words import Words


class Declaration(BaseModel):
    """Base of everything read from a declaration: unknown keys are errors, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Labelled(Declaration):
    """A declared thing with a name in both languages."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    @property
    def words(self) -> Words:
        return Words(self.zh, self.en)


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Names = Annotated[list[str], BeforeValidator(_as_list)]


class BasisDeclaration(Declaration):
    """Where a step comes from: an article of a statute, office practice, or a local setting."""

    statute: str | None = None
    article: str | None = None
    practice: Labelled | None = None
    setting: Labelled | None = None

    @model_validator(mode="after")
    def _exactly_one_source(self) -> BasisDeclaration:
        if sum(source is not None for source in (self.article, self.practice, self.setting)) != 1:
            raise ValueError("依据必须且只能写明一种：article（条文）、practice（通行做法）或者 setting（本地设定）")
        return self


def _as_basis(value: Any) -> Any:
    return {"article": str(value)} if isinstance(value, str | int) else value


BasisField = Annotated[BasisDeclaration, BeforeValidator(_as_basis)]

Condition = dict[str, Any]
"""field -> value, list of values, or {ge, le, present, not}; all must hold. See ``conditions``."""
