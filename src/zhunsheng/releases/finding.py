"""What the public finds of publications (公开件的查找): one that stands, by what it says after hiding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from zhunsheng.releases.copies import Copy
from zhunsheng.releases.models import Release, State
from zhunsheng.search.keeping import Found, keep_instead
from zhunsheng.search.proving import Keeper
from zhunsheng.search.wording import folded

RELEASED = "release"


def text_of(row: Release) -> Found:
    """What a publication is found by."""
    passages = Copy(row.blocks, bytes(row.docx) if row.docx is not None else None).passages()
    words = folded(row.shown_title, row.number, row.index_number, row.organ.name, *passages)
    return Found(RELEASED, row.pk, 0, row.system, row.path, row.formed_on.isoformat(), words)


def texts_of(keys: Sequence[int], lock: bool) -> Iterator[Found]:
    """What should be kept of some publications; nothing of one that does not stand."""
    rows = Release.objects.filter(pk__in=keys, state=State.PUBLISHED).select_related("organ")
    yield from (text_of(row) for row in (rows.select_for_update(of=("self",)) if lock else rows))


def keep(row: Release) -> None:
    """Put what is found of a publication in step with its state."""
    keep_instead((RELEASED,), [row.pk], [text_of(row)] if row.state == State.PUBLISHED else [])


KEEPER = Keeper((RELEASED,), Release, texts_of)
