"""The pass (凭证) with which somebody who has shown number and code goes on for half an hour: signed, inside the forms of the pages.

No cookie, and nothing of it in an address.
"""

from __future__ import annotations

from django.core import signing
from django.http import HttpRequest

from zhunsheng.intake import applying
from zhunsheng.intake.applying import Followed
from zhunsheng.intake.models import Receipt

PASS = "pass"  # noqa: S105 - the name of a field
MINUTES = 30
_PASSES = "zhunsheng.portal.follow"


def pass_of(receipt: Receipt) -> str:
    return signing.dumps(receipt.pk, salt=_PASSES)


def passed(request: HttpRequest) -> Followed | None:
    """The case a page goes on with; None where the half hour is over, or nobody has shown anything."""
    try:
        pk = signing.loads(request.POST.get(PASS, "")[:500], salt=_PASSES, max_age=MINUTES * 60)
    except (signing.BadSignature, TypeError, ValueError):
        return None
    receipt = Receipt.objects.filter(pk=pk).first()
    return applying.followed(receipt) if receipt else None
