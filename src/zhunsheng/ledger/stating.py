"""Declared figures (申报数): what may be stated, by whom it is asked, and the statements made so far.

The posting itself is written by ``postings.state_figure``; nothing else here writes.
"""

from __future__ import annotations

from decimal import Decimal

from django.db.models import QuerySet
from django.utils import timezone

from zhunsheng.kernel.words import BilingualError
from zhunsheng.ledger.models import Period, Statement
from zhunsheng.ledger.postings import state_figure
from zhunsheng.ledger.readings import accounts, region_prefix
from zhunsheng.orgs.access import Access
from zhunsheng.orgs.models import Officer, Organ

STATISTICIAN = "statistician"
"""The role that states figures, notes what was told and closes months; held in the system ``LEDGER``."""
LEDGER = "ledger"
QUALIFIERS = ("余", "多", "以上", "近", "约", "超过", "不低于")
FIRST_YEAR = 1990
LARGEST = Decimal(10) ** 15


class StatementError(BilingualError):
    """A figure that cannot be stated; ``words`` says why, ``field`` where."""


def is_amount(value: Decimal) -> bool:
    """Whether the ledger can hold a value: of at most fifteen digits and two decimals."""
    return value.is_finite() and abs(value) < LARGEST and value == value.quantize(Decimal("0.01"))


def declared_names() -> list[str]:
    """The figures that are stated because the platform has no records of them."""
    return [key for key, account in accounts().items() if account.declared]


def state(
    account: str, organ: Organ, year: int, value: Decimal, source_paper: str, *, qualifier: str = "", officer: Officer,
    right: Access | None = None,
) -> Statement:  # fmt: skip
    """State a declared figure. Raises ``StatementError``: for a figure that has records, a value or year that cannot
    be, no source, nothing changed, or a year whose December is closed (its difference would fall into the next)."""
    declared = accounts().get(account)
    if declared is None or not declared.declared:
        raise StatementError(
            "这个指标由办理记录入账，不能申报；数不对的，请更正办理记录", "this figure is counted from records; correct the records", "account",
        )  # fmt: skip
    if not FIRST_YEAR <= year <= timezone.localdate().year:
        raise StatementError("年度不对，请写已经开始的年度", "write a year that has begun", "year")
    if not is_amount(value):
        raise StatementError(
            "请写数字，最多两位小数，不超过 15 位",
            "write a number of at most two decimals and 15 digits",
            "value",
        )
    if qualifier and qualifier not in QUALIFIERS:
        raise StatementError(f"约数只能是{'、'.join(QUALIFIERS)}", "choose a qualifier from the list", "qualifier")
    if not source_paper.strip():
        raise StatementError("请写明来源文件的名称和文号", "name the source paper", "source_paper")
    if len(source_paper) > 200:
        raise StatementError("来源文件最多 200 字", "at most 200 characters", "source_paper")
    if Period.objects.filter(region=organ.region_id, month=year * 100 + 12).exists():
        raise StatementError(
            f"{year} 年 12 月已经结账，这一年的申报数不能再改",
            f"December {year} is closed; its declared figures stand",
            "year",
        )
    last = statements(organ.region_id, account).filter(organ=organ, year=year).first()
    if last and (last.value, last.qualifier, last.source_paper) == (value, qualifier, source_paper.strip()):
        raise StatementError("与上一次申报相同，不用重复申报", "the same as the last statement", "value")
    paper = source_paper.strip()
    return state_figure(account, organ, year, value, paper, qualifier=qualifier, officer=officer, right=right)


def statements(region_code: str, account: str = "") -> QuerySet[Statement]:
    """The statements made for a region and those below, newest first; of one figure when it is named."""
    rows = Statement.objects.filter(organ__region__code__startswith=region_prefix(region_code))
    if account:
        rows = rows.filter(account__key=account)
    return rows.select_related("account", "organ", "stated_by").order_by("-pk")
