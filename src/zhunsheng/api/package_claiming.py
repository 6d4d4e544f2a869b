"""What is done with packages that came (数据包的使用): entries of a list that was handed down beside one's own and claimed (认领) as a
change to be approved; who has claimed what; figures of those below side by side and added up.

Reads packages; writes only drafts of changes, through ``registers.change_sets``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from zhunsheng.api.models import Installation, Package
from zhunsheng.api.package_making import contents_of
from zhunsheng.api.package_shapes import FigureLine
from zhunsheng.kernel.words import Words
from zhunsheng.orgs.access import Access
from zhunsheng.orgs.models import Officer, Organ, Region
from zhunsheng.orgs.refusals import refused
from zhunsheng.registers.change_sets import ProposedLine, prepare_change_set
from zhunsheng.registers.models import ChangeSet
from zhunsheng.registers.reading import ComparedRow, compare_lists, declared_for, entries_on, values_by_key
from zhunsheng.security.audit import record


def beside_own(package: Package, organ: Organ, language: str = "zh") -> list[ComparedRow]:
    """The list of an organ, as far as it has items of the one that was handed down, beside that."""
    manifest, lines = contents_of(package)
    there = {line.key: line.values for line in lines}
    own = values_by_key(entries_on(manifest.slug, access=None, true_on=timezone.localdate(), organ=organ))
    here = {key: values for key, values in own.items() if key in there}
    return compare_lists(declared_for(manifest.slug), here, there, language)


@transaction.atomic
def claim(package: Package, organ: Organ, keys: Sequence[str], effective_on: date, officer: Officer) -> ChangeSet:
    """认领: a draft of a change that takes entries over from a list that was handed down. Raises ``Refused``."""
    manifest, lines = contents_of(package)
    there = {line.key: line.values for line in lines} if package.kind == "list" else {}
    wanted = [key for key in dict.fromkeys(keys) if key in there]
    if not wanted:
        raise refused("entries", "请选择要认领的条目", "choose the entries to claim", "keys")
    own = values_by_key(entries_on(manifest.slug, access=None, true_on=effective_on, organ=organ))
    changes = [ProposedLine("change" if key in own else "add", key, there[key]) for key in wanted]
    title = f"认领{manifest.organ}下发的第{manifest.version}版"
    made = prepare_change_set(manifest.slug, organ, title, effective_on, changes, officer)
    record("exchange.claim", f"package:{package.pk}", officer.pk, change_set=made.pk, entries=len(changes))
    return made


@dataclass(frozen=True, slots=True)
class Claimed:
    """An entry that was handed down, and which organs of which regions have it in their lists; ``differing``: those of
    them whose entry says something else."""

    key: str
    title: str
    organs: list[str]
    differing: list[str]


def claims_of(package: Package, rows: Iterable[Package]) -> tuple[list[Claimed], list[Package]]:
    """Who has claimed what of a list made here, by the newest report of each region, and those reports. ``rows``: the packages
    that may be read."""
    newest: dict[str, Package] = {}
    for row in sorted(rows, key=lambda each: each.made_at):
        if row.kind == "claims" and row.installation_id is not None and row.manifest["of"] == package.digest:
            newest[row.region_id] = row
    manifest, lines = contents_of(package)
    title = declared_for(manifest.slug).title
    found = {line.key: Claimed(line.key, str(line.values.get(title) or ""), [], []) for line in lines}
    for row in newest.values():
        for line in contents_of(row)[1]:
            found[line.key].organs.append(line.organ)
            if not line.same:
                found[line.key].differing.append(line.organ)
    return list(found.values()), list(newest.values())


# --- figures added up ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Added:
    """A figure as each region reported it, in the order of the regions; ``total`` where it is held in accounts and so may be
    added up."""

    name: Words
    unit: Words
    by_region: list[tuple[str, Decimal | None]]
    total: Decimal | None


@dataclass(frozen=True, slots=True)
class Summary:
    """What was reported for the same months: one package of each region, the newest."""

    packages: list[Package]
    missing: list[Region]
    figures: list[Added]


def reported_months(access: Access) -> list[tuple[int, int]]:
    """For which months something was reported, the newest first."""
    rows = Package.visible.to(access).filter(kind="figures").exclude(installation=None)
    months = {(row["first"], row["last"]) for row in rows.values_list("manifest", flat=True)}
    return sorted(months, key=lambda each: (each[1], each[0]), reverse=True)


def _figures_of(package: Package) -> dict[str, FigureLine]:
    return {line.figure: line for line in contents_of(package)[1] if isinstance(line, FigureLine)}


def summary(access: Access, first: int, last: int) -> Summary:
    """The reports for some months side by side. Each region counts once, by its newest report. Raises ``PackageRefused``."""
    rows = Package.visible.to(access).filter(kind="figures", manifest__first=first, manifest__last=last)
    newest: dict[str, Package] = {}
    for row in rows.exclude(installation=None).select_related("region", "installation").order_by("made_at", "pk"):
        newest[row.region_id] = row
    packages = [newest[code] for code in sorted(newest)]
    told = [_figures_of(package) for package in packages]
    names = dict.fromkeys(name for lines in told for name in lines)
    figures = []
    for name in names:
        lines = [each.get(name) for each in told]
        known = [line for line in lines if line is not None]
        adds_up = all(line.flow is not None for line in known)
        total = sum((line.value for line in known), Decimal(0)) if adds_up else None
        figures.append(
            Added(
                known[0].name.words, known[0].unit.words,
                [(one.region.name, line and line.value) for one, line in zip(packages, lines, strict=True)], total,
            )
        )  # fmt: skip
    expected = Installation.objects.filter(ended_at=None, packages__kind="figures").select_related("region").distinct()
    missing = [one.region for one in expected if one.region_id not in newest]
    return Summary(packages, missing, figures)
