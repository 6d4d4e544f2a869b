"""法规变动: noting that a statute is amended, repealed or expires, before the declarations carry it, and where that shows.

A note changes nothing that is declared and no case; it says to look. It is shown until the declarations have a version from
its day on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from zhunsheng.catalogue.loading import System
from zhunsheng.kernel.calendar import FIRST_DAY, LAST_DAY
from zhunsheng.kernel.citing import article_words
from zhunsheng.kernel.words import NOTHING, Words
from zhunsheng.law.duties import ROLES, administers
from zhunsheng.law.models import StatuteChange
from zhunsheng.law.naming import article_order, articles_of
from zhunsheng.law.statutes import statutes
from zhunsheng.orgs.access import Access, access_of
from zhunsheng.orgs.models import Officer
from zhunsheng.orgs.refusals import behalf, refused, text_of
from zhunsheng.security.audit import changed_of, record

KINDS = {
    StatuteChange.Kind.AMENDED: Words("修改", "amended"), StatuteChange.Kind.REPEALED: Words("废止", "repealed"),
    StatuteChange.Kind.EXPIRED: Words("失效", "no longer in force"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """A change as it was noted; no articles: the whole statute."""

    pk: int
    statute: str
    kind: str
    on: date
    articles: frozenset[str]
    document: str
    version: str

    def concerns(self, article: str) -> bool:
        """Whether a declared citation (``30,88``; empty: the whole statute) is of what changes."""
        cited = articles_of(article)
        return not self.articles or not cited or not self.articles.isdisjoint(cited)

    @property
    def cited(self) -> Words:
        """The articles in words; nothing where the whole statute changes."""
        named = ",".join(sorted(self.articles, key=article_order))
        return article_words(named) if named else NOTHING

    def sentence(self, today: date) -> Words:
        """What to say beside a citation."""
        zh, en = KINDS[StatuteChange.Kind(self.kind)]
        if self.on > today:
            return Words(f"该条依据自 {self.on} 起{zh}，请留意", f"this basis is {en} from {self.on}")
        return Words(f"该条依据自 {self.on} 起已{zh}，请核对", f"this basis is {en} since {self.on}; check it")


@dataclass(frozen=True)
class Changes:
    """Every change that holds, by statute, the earliest day first."""

    by_statute: Mapping[str, tuple[Change, ...]]

    def of(self, statute: str, article: str = "") -> Change | None:
        """The first change of a citation in the law data that they do not carry yet."""
        for change in self.by_statute.get(statute, ()):
            if change.concerns(article) and not in_law_data(change):
                return change
        return None

    def in_system(self, statute: str, article: str, owner: System, since: date) -> Change | None:
        """The first change of a citation in a version of a system's declarations, while no version from its day on is
        declared. ``since``: the day the version came into force."""
        newest = max((declared.in_force.from_ for declared in declarations_of(owner)), default=since)
        for change in self.by_statute.get(statute, ()):
            if change.concerns(article) and max(since, newest) < change.on:
                return change
        return None


def declarations_of(owner: System) -> Sequence[object]:
    """Everything a system declares in versions."""
    return [*owner.procedures, *owner.registers, *owner.bodies]


def in_law_data(change: Change) -> bool:
    """Whether the law data have a version of the statute from the day of a change on, or end it by that day."""
    found = statutes().get(change.statute)
    if found is None:
        return False
    begun = any((v.in_force or v.adopted or date.min) >= change.on for v in found.versions)
    last = found.versions[-1].until if found.versions else None
    return begun or (change.kind != StatuteChange.Kind.AMENDED and last is not None)


def noted(rows: Iterable[StatuteChange] | None = None) -> Changes:
    """The changes that hold; one query."""
    rows = StatuteChange.objects.filter(voided_at=None) if rows is None else rows
    found: dict[str, list[Change]] = {}
    for row in sorted(rows, key=lambda row: (row.on, row.pk or 0)):
        found.setdefault(row.statute, []).append(as_change(row))
    return Changes({key: tuple(changes) for key, changes in found.items()})


def as_change(row: StatuteChange) -> Change:
    """A row as a value."""
    return Change(row.pk or 0, row.statute, row.kind, row.on, frozenset(row.articles), row.document, row.version)


# --- writing -----------------------------------------------------------------------------------------------------


def checked(statute: str, kind: str, on: date, articles: str, document: str, version: str = "") -> StatuteChange:
    """The change as it would be noted, not saved. Raises ``Refused``."""
    if statute not in statutes():
        raise refused("statute", "没有这部法规", "there is no such statute", "statute")
    if kind not in StatuteChange.Kind.values:
        raise refused("kind", "请选择怎样变动", "choose how it changes", "kind")
    if not FIRST_DAY <= on <= LAST_DAY:
        raise refused("date_range", f"施行日期 {on} 过早或者过晚", f"{on} is too early or too late", "on")
    found = sorted(articles_of(articles))
    wrong = [one for one in found if len(one) > 20 or not any(char.isdigit() for char in one)]
    if wrong:
        raise refused(
            "articles",
            f"「{wrong[0]}」不是条文，请写成 30,88 或者第三十条、第八十八条",
            f"“{wrong[0]}” is no article; write 30,88",
            "articles",
        )
    document = text_of(document, 200, "document", "依据文件", "document")
    if len(version.strip()) > 40:
        raise refused("too_long", "新版本最多 40 字", "the version takes at most 40 characters", "version")
    return StatuteChange(
        statute=statute, kind=kind, on=on, articles=found, document=document, version=version.strip(),
        entered_at=timezone.now(),
    )  # fmt: skip


def _right(officer: Officer | None) -> Access | None:
    if officer is None:
        return None
    right = access_of(officer, timezone.localdate()).capacity_for(administers)
    if not administers(right):
        raise refused(
            "role", f"由{next(iter(ROLES.values())).zh}办理", "this is for the administrator of law and calendar"
        )
    return right


@transaction.atomic
def note_change(
    officer: Officer | None, statute: str, kind: str, on: date, *, articles: str = "", document: str, version: str = "",
    reason: str,
) -> StatuteChange:  # fmt: skip
    """Note that a statute changes. Without an officer (a command) nobody's duty is asked. Raises ``Refused``."""
    right = _right(officer)
    row = checked(statute, kind, on, articles, document, version)
    row.reason, row.entered_by = text_of(reason, 300, "reason", "理由", "reason"), officer
    row.save()
    record(
        "law.change", f"statute:{statute}", officer.pk if officer else None, change=row.pk, kind=kind, on=on.isoformat(),
        articles=row.articles, **behalf(right),
    )  # fmt: skip
    return row


@transaction.atomic
def void_change(officer: Officer | None, pk: int, reason: str) -> StatuteChange:
    """作废: a change noted by mistake shows no more. Raises ``Refused``."""
    right = _right(officer)
    row = StatuteChange.objects.select_for_update().filter(pk=pk).first()
    if row is None or row.voided_at is not None:
        raise refused("unknown", "没有这条变动，或者已经作废", "there is no such change, or it is void already")
    row.void_reason = text_of(reason, 300, "reason", "理由", "reason")
    row.voided_by, row.voided_at = officer, timezone.now()
    row.save(update_fields=("void_reason", "voided_by", "voided_at"))
    record(
        "law.void_change", f"statute:{row.statute}", officer.pk if officer else None, change=pk, **changed_of(row),
        **behalf(right),
    )  # fmt: skip
    return row
