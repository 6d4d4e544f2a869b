"""How often the public searches the library of documents (查询次数): a byte for each search in a file of the month, nothing of what was
asked or by whom; a month that is over becomes a figure.

A page that is only read writes nothing into the database, and a search is never held up by counting it.
"""

from __future__ import annotations

import logging
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from zhunsheng.ledger.models import Statement
from zhunsheng.ledger.postings import state_figure
from zhunsheng.orgs.models import Organ
from zhunsheng.portal import documents

ACCOUNT = "normdoc_public_library.searches"
logger = logging.getLogger(__name__)


def _folder() -> Path:
    return Path(settings.HOME) / "searches"


def count(day: date) -> None:
    """One more search; where it cannot be written down the search goes on all the same."""
    try:
        _folder().mkdir(mode=0o700, exist_ok=True)
        with (_folder() / f"{day:%Y-%m}").open("ab") as file:
            file.write(b".")
    except OSError:
        logger.exception("a search was not counted")


def post(today: date) -> int:
    """What was counted in months that are over, as a figure of the government of each region whose library stands; gives how
    many months. A month that was posted before its file could be taken away is not posted again."""
    months = sorted(path for path in _folder().glob("????-??") if path.name < f"{today:%Y-%m}")
    for path in months:
        first = date.fromisoformat(f"{path.name}-01")
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        regions = {version.organ.region_id for version in documents.editions()}
        with transaction.atomic():
            for organ in Organ.objects.filter(parent=None, region__in=regions):
                _add(organ, last, path.stat().st_size)
        path.unlink()
    return len(months)


def _add(organ: Organ, last: date, searches: int) -> None:
    source = f"公开网页查询计数（{last.year}年{last.month}月）"
    stated = Statement.objects.filter(account__key=ACCOUNT, organ=organ, year=last.year)
    if stated.filter(source_paper=source).exists():
        return
    before = stated.order_by("-pk").values_list("value", flat=True).first() or 0
    state_figure(ACCOUNT, organ, last.year, before + searches, source, on=last)
