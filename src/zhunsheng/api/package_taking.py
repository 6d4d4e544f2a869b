"""Taking data packages in (接收数据包): from a known installation, signed, whole, in their order, of closed months, sums equal; then
kept as they came.

The only writer of installations and of what was taken in. What stands in a package never becomes a record of our own but
through a claim (``package_claiming``).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Count, Max, Min
from django.utils import timezone

from zhunsheng.api.models import Installation, Package
from zhunsheng.api.package import check_signature, opened, public_key_of, read
from zhunsheng.api.package_making import contents_of, keep_file
from zhunsheng.api.package_shapes import EntryLine, FigureLine, OrganLine, PackageRefused, Shape
from zhunsheng.catalogue.loading import systems
from zhunsheng.ledger.months import each_of
from zhunsheng.ledger.readings import region_prefix
from zhunsheng.orgs.models import Officer, Region
from zhunsheng.security.audit import changed, record


@transaction.atomic
def trust(name: str, region: Region, public_key: str, officer: Officer | None = None) -> Installation:
    """登记对方平台, or its new key. Raises ``PackageRefused``."""
    public_key_of(public_key)
    found, _made = Installation.objects.update_or_create(
        name=name,
        defaults={"region": region, "public_key": public_key.strip(), "ended_at": None},
        create_defaults={
            "region": region, "public_key": public_key.strip(), "added_by": officer, "added_at": timezone.now(),
        },
    )  # fmt: skip
    record(
        "exchange.trust",
        f"installation:{found.pk}",
        officer.pk if officer else None,
        region=region.pk,
        public_key=found.public_key,
        **changed(found),
    )
    return found


@transaction.atomic
def distrust(name: str, officer: Officer | None = None) -> Installation:
    """停用: nothing more is taken from it. Raises ``PackageRefused``."""
    found = Installation.objects.filter(name=name, ended_at=None).first()
    if found is None:
        raise PackageRefused(f"没有登记平台「{name}」", f"no installation “{name}” is registered")
    found.ended_at = timezone.now()
    found.save(update_fields=("ended_at",))
    record("exchange.distrust", f"installation:{found.pk}", officer.pk if officer else None, **changed(found))
    return found


def take_in(content: bytes, officer: Officer | None = None, digest: str = "") -> tuple[Package, bool]:
    """Take a package in; whether it is new. The same one taken again changes nothing. ``digest``: the SHA-256 the file was
    announced with. Raises ``PackageRefused``."""
    found = opened(content)
    if digest and digest != found.file_digest:
        raise PackageRefused("文件与所报的校验值不符，请重新传送", "the file is not what was announced; send it again")
    name = str(found.told.get("installation"))[:60]
    installation = Installation.objects.filter(name=name, ended_at=None).first()
    if installation is None:
        raise PackageRefused(
            f"没有登记平台「{name}」，请先登记它的公钥",
            f"no installation “{name}” is registered; register its key first",
        )
    check_signature(found, installation.public_key)
    manifest, lines = read(found)
    region = _region(manifest, installation)
    CHECKS[manifest.kind](manifest, lines)
    with transaction.atomic():
        Installation.objects.select_for_update().get(pk=installation.pk)  # the same package twice at once is one
        same = installation.packages.filter(digest=found.digest).first()
        if same is not None:
            return same, False
        _check_place(manifest, found.digest, installation)
        keep_file(content, found.file_digest)
        kept = Package.objects.create(
            installation=installation, kind=manifest.kind, stream=manifest.stream, number=manifest.number, region=region,
            digest=found.digest, file_digest=found.file_digest, manifest=dict(found.told), made_at=manifest.made_at,
            taken_at=timezone.now(), officer=officer,
        )  # fmt: skip
        record(
            "exchange.take_in", f"package:{kept.pk}", officer.pk if officer else None, kind=kept.kind,
            number=kept.number, lines=len(lines),
        )  # fmt: skip
    return kept, True


def _region(manifest: Any, installation: Installation) -> Region:
    code = manifest.region
    region = Region.objects.filter(pk=code).first()
    if region is None or not code.startswith(region_prefix(installation.region_id)):
        raise PackageRefused(
            f"行政区划 {code} 不属于平台「{installation.name}」登记的 {installation.region_id}，或者本平台没有建立",
            f"the region {code} does not belong to “{installation.name}” ({installation.region_id}), or is not set up here",
        )
    return region


# --- the order -------------------------------------------------------------------------------------------------------


def _check_place(manifest: Any, digest: str, installation: Installation) -> None:
    """A number is taken once, and neighbours have to join. Raises ``PackageRefused``."""
    near = installation.packages.filter(
        stream=manifest.stream, number__range=(manifest.number - 1, manifest.number + 1)
    )
    known = {package.number: package for package in near}
    if manifest.number in known:
        raise PackageRefused(
            f"第 {manifest.number} 号已经收到过，内容与这一个不同；请与对方核对，对方平台从备份恢复过的，请另起序号重新导出",
            f"number {manifest.number} has come already and said something else; ask the sender, who after a restore has to number on",
        )
    before, after = known.get(manifest.number - 1), known.get(manifest.number + 1)
    if (before and manifest.previous != before.digest) or (after and after.manifest["previous"] != digest):
        raise PackageRefused(
            f"第 {manifest.number} 号与已收到的前后号衔接不上，请与对方核对",
            f"number {manifest.number} does not join those that have come before and after; ask the sender",
        )


class Gap(NamedTuple):
    """Numbers that have not come, though later ones have, and a package of the same matter."""

    package: Package
    numbers: list[int]


MOST_NUMBERS = 20


def gaps(*installations: int) -> list[Gap]:
    """What is missing of everything that is sent here, or of what some installations send. Two queries more than there are gaps."""
    rows = Package.objects.exclude(installation=None)
    if installations:
        rows = rows.filter(installation__in=installations)
    counted = rows.values("installation", "stream").order_by()
    counted = counted.annotate(first=Min("number"), last=Max("number"), count=Count("pk"), newest=Max("pk"))
    found = []
    for one in counted:
        if one["count"] == one["last"] - one["first"] + 1:
            continue
        held = rows.filter(installation=one["installation"], stream=one["stream"]).values_list("number", flat=True)
        missing = sorted(set(range(one["first"], one["last"])) - set(held))[:MOST_NUMBERS]
        found.append(Gap(Package.objects.select_related("installation").get(pk=one["newest"]), missing))
    return found


# --- the contents ----------------------------------------------------------------------------------------------------


def _check_figures(manifest: Any, lines: Sequence[Shape]) -> None:
    """Months closed; of every account the organs together hold what the region does."""
    months = {str(month) for month in each_of((manifest.first, manifest.last))}
    if not months or set(manifest.closed) != months:
        raise PackageRefused("所报月份没有全部结账", "not every month reported is closed")
    sums: dict[str, list[Decimal]] = {}
    told: set[str] = set()
    for line in lines:
        if isinstance(line, OrganLine):
            flow, closing = sums.setdefault(line.account, [Decimal(0), Decimal(0)])
            sums[line.account] = [flow + line.flow, closing + line.closing]
    for line in lines:
        if not isinstance(line, FigureLine):
            continue
        if line.figure in told:
            raise PackageRefused(f"「{line.name.zh}」报了两次", f"“{line.name.en}” is told twice")
        told.add(line.figure)
        if line.flow is None or line.closing is None:
            continue
        held = sums.get(line.figure, [Decimal(0), Decimal(0)])
        if [line.flow, line.closing] != held:
            raise PackageRefused(
                f"「{line.name.zh}」各单位合计与全地区数不符（{held[0]} 与 {line.flow}，期末 {held[1]} 与 {line.closing}）",
                f"“{line.name.en}”: the organs together do not hold what the region does "
                f"({held[0]} and {line.flow}, at the end {held[1]} and {line.closing})",
            )
        if line.source == "records" and line.value != (line.closing if line.stock else line.flow):
            raise PackageRefused(f"「{line.name.zh}」的数与入账不符", f"“{line.name.en}” is not what was posted")


def _check_list(manifest: Any, lines: Sequence[EntryLine]) -> None:
    owner = systems().get(manifest.slug)
    if owner is None or not owner.registers:
        raise PackageRefused(f"本平台没有清单「{manifest.slug}」", f"there is no list “{manifest.slug}” here")
    fields = owner.register_on(timezone.localdate()).fields
    unknown = sorted({name for line in lines for name in line.values} - set(fields))
    if unknown:
        raise PackageRefused(
            f"本平台的清单没有字段：{'、'.join(unknown)}", f"fields not known here: {', '.join(unknown)}"
        )
    if len({(line.organ, line.key) for line in lines}) != len(lines):
        raise PackageRefused("同一条目列了两次", "an entry stands in it twice")


def _check_claims(manifest: Any, lines: Sequence[Any]) -> None:
    """Of a list that was made here, and of nothing that does not stand in it."""
    sent = Package.objects.filter(installation=None, kind="list", digest=manifest.of).first()
    if sent is None:
        raise PackageRefused("认领的不是本平台下发的清单", "what was claimed was not handed down from here")
    known = {line.key for line in contents_of(sent)[1]}
    unknown = sorted({line.key for line in lines} - known)
    if unknown:
        raise PackageRefused(
            f"下发的清单没有条目：{'、'.join(unknown[:5])}", f"not in the list handed down: {', '.join(unknown[:5])}"
        )


CHECKS: dict[str, Any] = {"figures": _check_figures, "list": _check_list, "claims": _check_claims}
