"""Proving the chain (验链): every link against the one before, every row against its link, the end of each day against the
files kept elsewhere. Goes through the tables once, in the order of their keys, in constant memory; writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from django.db import connection

from zhunsheng.bulk import stretches
from zhunsheng.kernel.words import Words
from zhunsheng.security import chain
from zhunsheng.security.anchors import Anchor
from zhunsheng.security.guards import Guard, guards, missing
from zhunsheng.security.models import Link, Release

MOST = 100
"""Findings of one table that are told; the first is what counts."""
STRAYS = 100_000
"""Rows outside the links that are kept in mind until a later link is found to vouch for them."""


@dataclass(frozen=True)
class Finding:
    """Something that is not as it was sealed. ``table`` and ``row`` are empty where it is the chain itself."""

    kind: str
    table: str
    row: int | None
    words: Words

    def __str__(self) -> str:
        return self.words.zh


@dataclass
class Proof:
    """What was looked at and what was found."""

    links: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    released: int = 0
    late: int = 0
    waiting: int = 0
    anchors: int = 0
    digest: str = chain.START
    findings: list[Finding] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(self.rows.values())

    def tell(self, kind: str, zh: str, en: str, table: str = "", row: int | None = None) -> None:
        """Add a finding, unless enough of the table have been told."""
        if sum(one.table == table for one in self.findings) < MOST:
            self.findings.append(Finding(kind, table, row, Words(zh, en)))


_others: list[Callable[[], Iterable[Finding]]] = []


def register_proof(found: Callable[[], Iterable[Finding]]) -> None:
    """Name who proves columns that may change, against what the trail tells of them, and so cannot be sealed."""
    _others.append(found)


class _Stream:
    """The rows of one table from first to last, each once. What no link has vouched for so far is kept in mind."""

    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        self.columns: list[str] = []
        self.algorithm = ""
        self.read_to = 0
        self.strays: dict[int, None] = {}
        self._rows: list[chain.Row] = []
        self._place = 0

    def use(self, columns: Sequence[str], algorithm: str) -> None:
        """Hash from here on by other columns or another algorithm."""
        if (self.columns, self.algorithm) != (list(columns), algorithm):
            self.columns, self.algorithm = list(columns), algorithm
            self._rows, self._place = [], 0

    def up_to(self, last: int) -> Iterator[chain.Row]:
        """The rows not given yet whose keys are not above ``last``."""
        while True:
            if self._place >= len(self._rows):
                key = connection.ops.quote_name(self.guard.key)
                self._rows = chain.read(self.guard, self.columns, self.algorithm, f"{key} > %s", [self.read_to])
                self._place = 0
                if not self._rows:
                    return
            row = self._rows[self._place]
            if row.key > last:
                return
            self._place += 1
            self.read_to = row.key
            yield row


def verify(anchors: Sequence[Anchor] = (), progress: Callable[[int], None] | None = None) -> Proof:
    """Prove everything; ``progress`` is told how many rows more have been looked at."""
    proof = Proof()
    for trigger in missing():
        proof.tell(
            "trigger", f"数据库缺少只增不改的触发器 {trigger}，请运行 zhunsheng migrate",
            f"the trigger {trigger}, which refuses changes, is missing in the database; run zhunsheng migrate", trigger,
        )  # fmt: skip
    streams = {guard.table: _Stream(guard) for guard in guards() if guard.chained}
    columns: dict[str, list[str]] = {}
    expected = {anchor.number: anchor for anchor in anchors}
    for link in Link.objects.order_by("number").iterator(chunk_size=20):
        _check_link(link, proof)
        columns |= link.columns
        if link.columns.get("*", [chain.fingerprint()]) != [chain.fingerprint()]:
            proof.tell(
                "key", "加密存储的密钥不是封链时的密钥：请恢复 ZHUNSHENG_HOME/keys 中原来的文件，再核对",
                "the keys are not those the chain was made with: put the former file back into ZHUNSHENG_HOME/keys, then verify",
            )  # fmt: skip
            return proof
        _check_rows(link, columns, streams, proof, progress)
        anchor = expected.pop(link.number, None)
        if anchor is not None:
            proof.anchors += 1
            if anchor.digest != link.digest:
                proof.tell(
                    "anchor", f"第 {link.number} 节与 {anchor.day} 的锚定文件不符：链曾被重写",
                    f"link {link.number} is not the one in the file of {anchor.day}: the chain was written anew",
                )  # fmt: skip
    for anchor in expected.values():
        proof.tell(
            "anchor", f"{anchor.day} 的锚定文件记到第 {anchor.number} 节，链只到第 {proof.links} 节：末尾被删除",
            f"the file of {anchor.day} knows link {anchor.number}, the chain ends at {proof.links}: its end was removed",
        )  # fmt: skip
    _check_end(streams, proof, progress)
    for ground in chain.unfounded():
        proof.tell(
            "released", f"以“{ground}”放行的记录与销毁记录不符：没有这项决定，或者放行的不是决定销毁的",
            f"what was released on “{ground}” is not what was decided: there is no such decision, or other rows were released",
        )  # fmt: skip
    for found in _others:
        proof.findings.extend(islice(found(), MOST))
    return proof


def _check_link(link: Link, proof: Proof) -> None:
    if link.number != proof.links + 1:
        proof.tell("link", f"链缺少第 {proof.links + 1} 节", f"link {proof.links + 1} is missing", row=proof.links + 1)
    elif link.previous != proof.digest:
        proof.tell(
            "link",
            f"第 {link.number} 节不接上一节",
            f"link {link.number} does not follow the one before",
            row=link.number,
        )
    if chain.text_of_link(link) != link.digest:
        proof.tell("link", f"第 {link.number} 节内容被改动", f"link {link.number} was changed", row=link.number)
    proof.links, proof.digest = link.number, link.digest


def _check_rows(
    link: Link,
    columns: dict[str, list[str]],
    streams: dict[str, _Stream],
    proof: Proof,
    progress: Callable[[int], None] | None,
) -> None:
    keys = chain.unpack(bytes(link.keys))
    marks, place = bytes(link.marks), 0
    for table, kind, count, first, last, content in link.parts:
        if kind == chain.SETTLED:
            continue  # what turns up there is a stray that no link vouches for
        wanted = list(islice(keys, count))
        told = [marks[at * chain.MARK : (at + 1) * chain.MARK] for at in range(place, place + count)]
        place += count
        stream = streams.get(table)
        if stream is None or len(wanted) != count or (wanted[0], wanted[-1]) != (first, last):
            proof.tell("link", f"第 {link.number} 节内容被改动", f"link {link.number} was changed", table, link.number)
            continue
        there = {field.column for field in stream.guard.model._meta.concrete_fields}
        if not there.issuperset(columns[table]):
            gone = "、".join(sorted(set(columns[table]) - there))
            proof.tell(
                "columns", f"{table} 的列 {gone} 已不存在，第 {link.number} 节无法核对",
                f"columns {gone} of {table} are gone; link {link.number} cannot be proven", table,
            )  # fmt: skip
            continue
        stream.use(columns[table], link.algorithm)
        rows = _rows_of(stream, kind, wanted, last)
        _compare(link, stream, wanted, told, rows, content, proof)
        proof.rows[table] = proof.rows.get(table, 0) + count
        proof.late += count if kind == chain.LATE else 0
        if progress is not None:
            progress(count)


def _rows_of(stream: _Stream, kind: str, wanted: list[int], last: int) -> dict[int, bytes]:
    """The rows a part vouches for, as they are now; others met on the way are strays."""
    if kind == chain.LATE:
        key = connection.ops.quote_name(stream.guard.key)
        found: dict[int, bytes] = {}
        for some in stretches(wanted, 500):
            where = f"{key} IN ({', '.join(['%s'] * len(some))})"
            found |= dict(chain.read(stream.guard, stream.columns, stream.algorithm, where, some))
        for each in wanted:
            stream.strays.pop(each, None)
        return found
    found = dict(stream.up_to(last))
    if len(found) != len(wanted) or found.keys() != set(wanted):
        for each in found.keys() - set(wanted):
            if len(stream.strays) < STRAYS:
                stream.strays[each] = None
    return found


def _compare(
    link: Link,
    stream: _Stream,
    wanted: list[int],
    told: list[bytes],
    rows: dict[int, bytes],
    content: str,
    proof: Proof,
) -> None:
    digests = []
    before = len(proof.findings)
    table = stream.guard.table
    for key, mark in zip(wanted, told, strict=True):
        digest = rows.get(key)
        if digest is None or digest[: chain.MARK] != mark:
            released = _released(table, key, mark)
            if released is not None:
                proof.released += 1
                digest = released
            elif digest is None:
                proof.tell("missing", f"{table} 的记录 {key} 被删除", f"row {key} of {table} is missing", table, key)
                continue
            else:
                proof.tell("changed", f"{table} 的记录 {key} 被改动", f"row {key} of {table} was changed", table, key)
        digests.append(digest)
    if chain.digest_of_rows(link.algorithm, digests) != content and len(proof.findings) == before:
        proof.tell(
            "link", f"第 {link.number} 节与 {table} 的记录 {wanted[0]} 至 {wanted[-1]} 不符",
            f"link {link.number} does not agree with rows {wanted[0]} to {wanted[-1]} of {table}", table, link.number,
        )  # fmt: skip


def _released(table: str, key: int, mark: bytes) -> bytes | None:
    """The hash a lawfully destroyed row had, if that is what was sealed."""
    for digests in Release.objects.filter(table_name=table, row=key).values_list("digests", flat=True):
        for digest in map(bytes.fromhex, digests):
            if digest[: chain.MARK] == mark:
                return digest
    return None


def _check_end(streams: dict[str, _Stream], proof: Proof, progress: Callable[[int], None] | None) -> None:
    """The note of the head against the links, rows outside the links, and rows not sealed yet."""
    head = chain.head()
    if (head.number, head.digest) != (proof.links, proof.digest):
        proof.tell(
            "head", f"链头记到第 {head.number} 节，链到第 {proof.links} 节，二者不符",
            f"the head notes link {head.number}, the chain ends at {proof.links}",
        )  # fmt: skip
    for table, stream in streams.items():
        open_gaps = head.tables.get(table, {"gaps": []})["gaps"]
        for key in sorted(stream.strays):
            if any(gap[0] <= key <= gap[1] for gap in open_gaps):
                proof.waiting += 1
            else:
                proof.tell(
                    "inserted", f"{table} 的记录 {key} 不在链中，系事后插入",
                    f"row {key} of {table} is in no link: it was put in afterwards", table, key,
                )  # fmt: skip
    proof.waiting += chain.count_waiting()
