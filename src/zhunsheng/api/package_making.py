"""Making data packages (制作数据包): closed months' figures for the superior, published versions of lists for those below, and
what was claimed of them for the superior again.

Reads figures and lists, writes the packages made here and nothing else. Nothing is reported of a month that is not closed.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from zhunsheng.api.models import Package
from zhunsheng.api.package import Opened, opened, packed, read, written
from zhunsheng.api.package_shapes import KINDS, PackageRefused
from zhunsheng.api.problems import pair
from zhunsheng.cases.materials import path_of
from zhunsheng.ledger.balances import watermark
from zhunsheng.ledger.checks import run_checks
from zhunsheng.ledger.figures import figures
from zhunsheng.ledger.models import Period
from zhunsheng.ledger.months import days_of, each_of
from zhunsheng.ledger.readings import Reading, accounts, grouped_readings, readings
from zhunsheng.orgs.models import Officer, Organ, Region
from zhunsheng.registers.models import PublishedVersion
from zhunsheng.registers.publishing import entries_of, public_values
from zhunsheng.registers.reading import declared_for, entries_on
from zhunsheng.security.audit import record

_OF_THE_MOMENT = {"made_at", "number", "previous", "up_to_posting"}
"""What differs between two packages that say the same."""


# --- files -----------------------------------------------------------------------------------------------------------


def keep_file(content: bytes, digest: str) -> None:
    """Keep a file under its hash, among the files that are backed up."""
    Path(settings.MEDIA_ROOT).mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = Path(settings.MEDIA_ROOT) / f"incoming-{secrets.token_hex(8)}"
    with draft.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    path_of(digest).parent.mkdir(mode=0o700, exist_ok=True)
    draft.replace(path_of(digest))


def opened_file(package: Package) -> Opened:
    """The file of a package, which has to be the one that was kept. Raises ``PackageRefused``."""
    try:
        found = opened(path_of(package.file_digest).read_bytes())
    except OSError as error:
        raise PackageRefused(
            "数据包的文件不见了，请从备份恢复", "the file of the package is gone; restore it from a backup"
        ) from error
    if found.file_digest != package.file_digest:
        raise PackageRefused("数据包的文件被改动过", "the file of the package was changed")
    return found


def contents_of(package: Package) -> tuple[Any, list[Any]]:
    """What a package says: manifest and lines. Raises ``PackageRefused``."""
    return read(opened_file(package))


@transaction.atomic
def _made(
    manifest: Mapping[str, Any], lines: Iterator[Mapping[str, Any]], officer: Officer | None, number: int | None
) -> Package:
    """Number a package after the one before, sign and keep it. The same again is the one there is, not another number."""
    region = Region.objects.select_for_update().get(pk=manifest["region"])  # two at once must not take the same number
    data = written(lines)
    draft, _file = packed({**manifest, "number": 1, "previous": ""}, data)
    stream = KINDS[draft["kind"]].manifest.validate_python(draft).stream
    last = Package.objects.filter(installation=None, stream=stream).order_by("-number").first()
    if last is not None and number is None and _says_the_same(last.manifest, draft):
        return last
    following = last.number + 1 if last is not None else 1
    if number is not None and number < following:
        raise PackageRefused(f"序号须不小于 {following}", f"the number has to be {following} or more")
    told, content = packed(
        {**manifest, "number": number or following, "previous": last.digest if last is not None else ""}, data
    )
    found = opened(content)
    keep_file(content, found.file_digest)
    made = Package.objects.create(
        kind=told["kind"], stream=stream, number=told["number"], region=region, digest=found.digest,
        file_digest=found.file_digest, manifest=told, made_at=datetime.fromisoformat(told["made_at"]), officer=officer,
    )  # fmt: skip
    record(
        "exchange.make", f"package:{made.pk}", officer.pk if officer else None, kind=made.kind, number=made.number,
        lines=told["lines"],
    )  # fmt: skip
    return made


def _says_the_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    names = (set(one) | set(other)) - _OF_THE_MOMENT
    return all(one.get(name) == other.get(name) for name in names)


# --- figures ---------------------------------------------------------------------------------------------------------


def figures_package(
    region: Region, first: int, last: int, officer: Officer | None = None, number: int | None = None
) -> Package:
    """指标上报: every figure of a region for closed months, with what each organ holds of it. Raises ``PackageRefused``."""
    months = each_of((first, last))
    if not months:
        raise PackageRefused("起始月份晚于终止月份", "the first month lies after the last")
    closed = dict(Period.objects.filter(region=region, month__in=months).values_list("month", "closed_at"))
    open_months = [month for month in months if month not in closed]
    if open_months:
        told = "、".join(map(str, open_months))
        raise PackageRefused(f"{told} 尚未结账，结账后才能上报", f"{told}: not closed yet; close before reporting")
    begin, end = days_of((first, last))
    failing = [check.declaration for check in run_checks(region.pk, begin, end) if not check.holds]
    manifest = {
        "kind": "figures", "region": region.pk, "region_name": region.name, "first": first, "last": last,
        "made_at": timezone.now().isoformat(), "closed": {str(m): closed[m].isoformat() for m in months},
        "up_to_posting": watermark(), "failing_checks": [{"zh": each.zh, "en": each.en} for each in failing],
    }  # fmt: skip
    return _made(manifest, _figure_lines(region, begin, end), officer, number)


def _figure_lines(region: Region, begin: date, end: date) -> Iterator[dict[str, Any]]:
    held = readings(region.pk, begin, end)
    for name, figure in figures(region.pk, begin, end, found=held).items():
        if figure.value is None:
            continue
        line = {
            "figure": name, "name": pair(figure.name), "unit": pair(figure.unit), "value": _text(figure.value),
            "source": figure.source, "records": figure.records, "qualifier": figure.qualifier,
        }  # fmt: skip
        if figure.denominator is not None:
            line |= {"numerator": _text(figure.numerator), "denominator": _text(figure.denominator)}
        if name in accounts() and name in held:
            line |= {"stock": accounts()[name].stock, **_sides(name, held[name])}
        yield line
    apart = grouped_readings(region.pk, begin, end, "organ_id", parted=False)
    for organ in Organ.objects.filter(pk__in=apart).order_by("path"):
        for account, reading in sorted(apart[organ.pk].items()):
            if account in accounts():
                yield {"organ": organ.name, "account": account, **_sides(account, reading)}


def _text(value: Any) -> str:
    """A number as it is written into a package, at most six places after the point."""
    return f"{value:.6f}".rstrip("0").rstrip(".") if value is not None else "0"


def _sides(account: str, reading: Reading) -> dict[str, str]:
    """What came in within the months, and what was held at their end where the account is a level."""
    closing = reading.closing if accounts()[account].stock else reading.flow
    return {"flow": _text(reading.flow), "closing": _text(closing)}


# --- lists -----------------------------------------------------------------------------------------------------------


def list_package(version: PublishedVersion, officer: Officer | None = None, number: int | None = None) -> Package:
    """清单下发: a published version with its public fields. Raises ``PackageRefused``."""
    if version.withdrawn_at is not None:
        raise PackageRefused("该版本已经撤下", "the version was withdrawn")
    manifest = {
        "kind": "list", "slug": version.register, "name": pair(version.list_name), "region": version.organ.region_id,
        "region_name": version.organ.region.name, "organ": version.organ.name, "version": version.number,
        "day": version.day.isoformat(), "published_at": version.published_at.isoformat(), "fields": version.fields,
        "made_at": timezone.now().isoformat(),
    }  # fmt: skip
    lines = (
        {"organ": row.entry.organ.name, "key": row.entry.key, "values": public_values(row, version.fields)}
        for row in entries_of(version)
    )
    return _made(manifest, lines, officer, number)


def claims_package(
    handed_down: Package, region: Region, officer: Officer | None = None, number: int | None = None
) -> Package:
    """认领情况: which organs of a region have which entries of a list that was handed down in their own lists today. Raises
    ``PackageRefused``."""
    if handed_down.kind != "list" or handed_down.installation_id is None:
        raise PackageRefused("只有上级下发的清单才报送认领情况", "claims are reported of lists that were handed down")
    told, lines = contents_of(handed_down)
    there = {line.key: line.values for line in lines}
    today = timezone.localdate()
    compared = declared_for(told.slug, today).compare
    manifest = {
        "kind": "claims", "slug": told.slug, "name": pair(told.name.words), "region": region.pk,
        "region_name": region.name, "of": handed_down.digest, "organ": told.organ, "version": told.version,
        "day": today.isoformat(), "made_at": timezone.now().isoformat(),
    }  # fmt: skip
    own = entries_on(told.slug, access=None, true_on=today, region=region.pk)
    claimed = (
        {
            "organ": row.entry.organ.name, "key": row.entry.key, "since": row.valid_from.isoformat(),
            "same": all(row.values.get(name) == there[row.entry.key].get(name) for name in compared),
        }
        for row in own
        if row.entry.key in there
    )  # fmt: skip
    return _made(manifest, claimed, officer, number)
