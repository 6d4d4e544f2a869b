"""对照公布的数字: figures that were published somewhere, each beside what the ledger has for the same region and period.

A file of published figures is read and compared here; nothing is written. How a figure is read is the ledger's business.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cache
from pathlib import Path

from zhunsheng.kernel.figures import change_rate
from zhunsheng.kernel.words import BilingualError
from zhunsheng.ledger.figures import Figure, declared_as, figure_names, figures
from zhunsheng.ledger.readings import accounts
from zhunsheng.orgs.models import Region

COLUMNS = ("region", "year", "system_slug", "figure_name_zh", "figure_slug_en", "value", "check")
CHANGE = "_yoy"
"""A code with this ending is the change of the figure without it against the year before, in per cent."""
_PERIOD = re.compile(r"(\d{4})(?:H([12])|-(\d{4}))?(?: plan)?$")


class PublishedError(BilingualError):
    """A file that cannot be read; the message names it, the row and the column."""


@dataclass(frozen=True, slots=True)
class Published:
    """One published figure. ``period`` is None where the text speaks of no years or half-year."""

    row: int
    region: str
    period: tuple[date, date] | None
    system: str
    name: str
    code: str
    value: Decimal | None
    check: str


@dataclass(frozen=True, slots=True)
class Compared:
    """A published figure with its account and what the ledger has; ``equal`` is None where nothing can be compared."""

    published: Published
    account: str
    computed: Decimal | None
    source: str
    equal: bool | None
    note: str


def read_published(path: Path) -> list[Published]:
    """The rows of a CSV file in UTF-8 with the columns of ``COLUMNS``. Raises ``PublishedError``."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise PublishedError(
                    f"{path} 缺少这些列：{'、'.join(missing)}；第一行应当是列名",
                    f"{path} lacks the columns {', '.join(missing)}; the first row names the columns",
                )
            return [_row(path, reader.line_num, cells) for cells in reader]
    except UnicodeDecodeError as error:
        raise PublishedError(
            f"{path} 不是 UTF-8 编码的 CSV 文件，请另存为 CSV UTF-8 后再试",
            f"{path} is no CSV file in UTF-8; save it as CSV UTF-8",
        ) from error
    except (OSError, csv.Error) as error:
        raise PublishedError(f"{path} 无法读取：{error}", f"{path} cannot be read: {error}") from error


def _row(path: Path, number: int, cells: Mapping[str, str | None]) -> Published:
    read = {name: (cells.get(name) or "").strip() for name in COLUMNS}
    try:
        value = Decimal(read["value"]) if read["value"] else None
    except InvalidOperation as error:
        raise PublishedError(
            f"{path} 第 {number} 行 value 列：「{read['value']}」不是数字，请改正",
            f"{path}, row {number}, column value: “{read['value']}” is no number",
        ) from error
    return Published(
        number, read["region"], _period(read["year"]), read["system_slug"], read["figure_name_zh"], read["figure_slug_en"],
        value, read["check"],
    )  # fmt: skip


def _period(text: str) -> tuple[date, date] | None:
    """The first and last day of 2020, of a half-year written 2019H1, of the years of a plan written 2022-2025 plan; None
    for anything else."""
    found = _PERIOD.match(text)
    if found is None:
        return None
    year, half, last = int(found[1]), found[2], int(found[3] or found[1])
    return date(year, 7 if half == "2" else 1, 1), date(year, 6, 30) if half == "1" else date(last, 12, 31)


@cache
def _codes() -> dict[str, tuple[str, ...]]:
    """Code -> the figures that carry it."""
    found: dict[str, list[str]] = {}
    for name in figure_names():
        for code in declared_as(name).codes:
            found.setdefault(code, []).append(name)
    return {code: tuple(names) for code, names in found.items()}


def account_of(system: str, code: str) -> str | None:
    """The figure a code means: one so named in the system, else the one that carries the code, of the system first."""
    own = f"{system}.{code}"
    if own in figure_names():
        return own
    carrying = _codes().get(code, ())
    return next((name for name in carrying if name.startswith(f"{system}.")), carrying[0] if carrying else None)


def compare(rows: Sequence[Published]) -> list[Compared]:
    """Each row beside the ledger; the figures of a region and period are read once."""
    regions = {region.name: region.code for region in Region.objects.filter(name__in={row.region for row in rows})}
    wanted: dict[tuple[str, tuple[date, date]], set[str]] = {}
    matched: list[tuple[Published, str | None, bool]] = []
    for row in rows:
        account = account_of(row.system, row.code)
        changes = account is None and row.code.endswith(CHANGE)
        if changes:
            account = account_of(row.system, row.code.removesuffix(CHANGE))
        matched.append((row, account, changes))
        if account is not None and row.period is not None and row.region in regions:
            for period in (row.period, *([_year_before(row.period)] if changes else [])):
                wanted.setdefault((regions[row.region], period), set()).update({account, *_beside(row, account)})
    read = {key: figures(key[0], *key[1], names) for key, names in wanted.items()}
    return [_compared(row, account, changes, regions.get(row.region), read) for row, account, changes in matched]


def _beside(row: Published, account: str) -> list[str]:
    """The other accounts of the system, wanted where nought was published: it is a count only where the system is in use."""
    system = account.split(".", maxsplit=1)[0]
    return [name for name in accounts() if name.split(".")[0] == system] if row.value == 0 else []


def _year_before(period: tuple[date, date]) -> tuple[date, date]:
    first, last = period
    return first.replace(year=first.year - 1), last.replace(year=last.year - 1)


_Read = Mapping[tuple[str, tuple[date, date]], Mapping[str, Figure]]


def _compared(row: Published, account: str | None, changes: bool, region: str | None, read: _Read) -> Compared:
    notes = [row.check] if row.check else []
    if account is None:
        return Compared(row, "", None, "", None, "；".join(["没有对应的指标", *notes]))
    if row.period is None:
        return Compared(row, account, None, "", None, "；".join(["没有写明年度或者半年", *notes]))
    if region is None:
        return Compared(row, account, None, "", None, "；".join(["没有这个地方的数据", *notes]))
    figure = read[region, row.period][account]
    computed = figure.value
    if changes:
        before = read[region, _year_before(row.period)][account].value
        computed = None if computed is None or before is None else change_rate(computed, before)
    if computed is None and any(read[region, row.period][name].value is not None for name in _beside(row, account)):
        computed = Decimal(0)
    if computed is None:
        return Compared(row, account, None, figure.source, None, "；".join(["没有入账", *notes]))
    equal = None if row.value is None else _as_published(computed, row.value) == row.value
    return Compared(row, account, computed, figure.source, equal, "；".join(notes))


def _as_published(computed: Decimal, published: Decimal) -> Decimal:
    """The computed value with as many decimals as the published one has."""
    exponent = published.as_tuple().exponent
    places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return computed.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def counted(lines: Iterable[Compared]) -> dict[str, int]:
    """How many rows are equal, differ, have nothing posted, have no account."""
    totals = {"equal": 0, "differs": 0, "not_posted": 0, "no_account": 0}
    for line in lines:
        if not line.account:
            totals["no_account"] += 1
        elif line.equal is None:
            totals["not_posted"] += 1
        else:
            totals["equal" if line.equal else "differs"] += 1
    return totals
