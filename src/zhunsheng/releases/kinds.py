"""公开的种类: which papers are published, read from ``kinds.yaml``; until when a paper of a kind is due, counted by the law."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import field_validator

from zhunsheng.kernel.citing import cited_article
from zhunsheng.kernel.conditions import compile_condition
from zhunsheng.kernel.declaration import Declaration, Labelled
from zhunsheng.kernel.limits import Limit
from zhunsheng.kernel.reckoning import Reckoning, reckon
from zhunsheng.kernel.words import Words
from zhunsheng.law.statutes import limits, load_yaml, statutes
from zhunsheng.law.working_days import calendar

GROUNDS: Mapping[str, tuple[Words, str]] = {
    "secret": (Words("国家秘密", "state secret"), "14"),
    "prohibited": (Words("法律、行政法规禁止公开", "forbidden by statute"), "14"),
    "stability": (Words("可能危及国家安全、公共安全、经济安全、社会稳定", "danger to security or stability"), "14"),
    "third_party": (Words("商业秘密、个人隐私", "trade secrets and privacy"), "15"),
    "internal": (Words("内部事务信息", "internal affairs"), "16"),
    "process": (Words("过程性信息", "matters in process"), "16"),
    "case_file": (Words("行政执法案卷信息", "files of enforcement"), "16"),
}
"""Why something is withheld, with the article of the Disclosure Regulation."""


class Cited(Declaration):
    """An article of a statute."""

    statute: str
    article: str

    @property
    def words(self) -> Words:
        return cited_article(statutes()[self.statute].short, self.article)


class ReleaseKind(Labelled):
    """One kind of what is published."""

    basis: Cited
    limit: str | None = None
    withdrawal: str | None = None
    papers: dict[str, list[str]] = {}
    when: dict[str, Any] = {}
    since: date | None = None
    done_by: list[str] = []

    @field_validator("limit", "withdrawal")
    @classmethod
    def _is_known(cls, value: str | None) -> str | None:
        if value is not None and value not in limits():
            raise ValueError(f"没有「{value}」这个时限")
        return value

    def wants(self, fields: Mapping[str, Any]) -> bool:
        """Whether a case with these fields is one of those that are published."""
        test = compile_condition(self.when)
        return test is None or test(fields)


@cache
def release_kinds() -> Mapping[str, ReleaseKind]:
    """Every kind, in the order of the file."""
    raw = load_yaml(Path(__file__).parent / "kinds.yaml")
    return {code: ReleaseKind.model_validate(entry) for code, entry in raw.items()}


def kind_of_paper(system: str, paper: str) -> str:
    """The kind a paper is published under, if its declaration says one."""
    return next((code for code, kind in release_kinds().items() if paper in kind.papers.get(system, ())), "")


def limit_of(code: str) -> Limit | None:
    """The limit by which what is of a kind has to be public."""
    name = release_kinds()[code].limit
    return limits()[name] if name else None


def due_of(code: str, formed_on: date) -> Reckoning | None:
    """Until when it has to be public, counted from the day it was made."""
    limit = limit_of(code)
    return None if limit is None else reckon(limit, formed_on, calendar(), explain=True)
