"""A write that is done once (幂等): the answer is kept under the caller's key, in the transaction of the write.

The same key with the same content is answered again without doing anything; with other content it is refused. A write that
was refused has written nothing, nor a key: it may be sent again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from ninja import Schema

from zhunsheng.api.models import Answer
from zhunsheng.api.problems import Problem

KEPT = timedelta(days=7)


def once(request: HttpRequest, key: str, work: Callable[[], tuple[int, Schema, str]]) -> JsonResponse:
    """Do the work and answer with its status, what it gives, and its tag; or answer what was answered before."""
    account = request.caller.account  # type: ignore[attr-defined]
    digest = hashlib.sha256(f"{request.method} {request.path}\n".encode() + request.body).hexdigest()
    try:
        with transaction.atomic():
            # The key is written first: a second call with it waits here until the first is done.
            kept = Answer.objects.create(account_id=account, key=key, digest=digest, at=timezone.now())
            kept.status, given, kept.tag = work()
            kept.body = given.model_dump(mode="json")
            kept.save(update_fields=("status", "body", "tag"))
            return _response(kept)
    except IntegrityError:
        earlier = Answer.objects.filter(account_id=account, key=key).first()
        if earlier is None:
            raise
        if earlier.digest != digest:
            raise Problem(
                409, "key_used", "这个 Idempotency-Key 已经用于其他内容，请换一个",
                "this Idempotency-Key was used for other content; take another", field="Idempotency-Key",
            ) from None  # fmt: skip
        return _response(earlier, {"Idempotent-Replayed": "true"})


def _response(kept: Answer, headers: dict[str, str] | None = None) -> JsonResponse:
    tags = {"ETag": kept.tag} if kept.tag else {}
    shown = {"ensure_ascii": False}
    return JsonResponse(kept.body, status=kept.status, headers={**tags, **(headers or {})}, json_dumps_params=shown)


def forget_answers() -> int:
    """Throw away what has been kept long enough. The worker calls it."""
    gone: int = Answer.objects.filter(at__lt=timezone.now() - KEPT).delete()[0]
    return gone


def wanted_sequence(if_match: Any) -> int:
    """The sequence of the case a caller has seen, from If-Match. Raises ``Problem``."""
    if not if_match:
        raise Problem(
            428, "if_match", "须在 If-Match 中写明所见案件的 ETag", "say in If-Match which ETag of the case you have seen",
            field="If-Match",
        )  # fmt: skip
    text = str(if_match).strip().strip('"')
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise Problem(400, "if_match", "If-Match 写作案件的 ETag，如 \"3\"", 'If-Match holds an ETag of a case, such as "3"',
                      field="If-Match")  # fmt: skip
    return int(text)


def tag_of(sequence: int) -> str:
    """The ETag of a case: how many events it has."""
    return f'"{sequence}"'
