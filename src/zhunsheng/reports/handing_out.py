"""What a report tells (报数登记): when it is given out, every figure in it is noted as told to its addressee.

Composing is elsewhere; the register itself is the ledger's.
"""

from __future__ import annotations

from zhunsheng.ledger.handing_out import Telling, as_told, hand_out
from zhunsheng.orgs.models import Officer
from zhunsheng.papers.document import Addressee
from zhunsheng.reports.composing import Composed, region_of

PURPOSE = "年度法治政府建设情况报告"


def hand_out_report(composed: Composed, region_code: str, officer: Officer | None = None) -> int:
    """Note the figures of a report that is given out; gives how many were new. The same report taken out again with the
    same figures notes nothing."""
    tellings = {}
    for used in composed.used:
        figure = used.figure
        if figure.value is not None:
            months = (used.year * 100 + 1, used.year * 100 + 12)
            tellings[figure.account, used.year] = Telling(figure.account, *months, figure.value, as_told(figure))
    addressee = next((block.text for block in composed.document.blocks if isinstance(block, Addressee)), "")
    return hand_out(
        region_of(region_code), list(tellings.values()), to_whom=addressee.rstrip("：:") or PURPOSE, purpose=PURPOSE,
        paper=composed.document.title, officer=officer, once=True,
    )  # fmt: skip
