"""Why a call was not answered (不予办理): one shape for every refusal, RFC 9457, in both languages.

What is refused is decided elsewhere; here it is only put into that shape.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import BadRequest, RequestDataTooBig
from django.http import Http404, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import ConfigDict

from zhunsheng.kernel.transition import Refusal
from zhunsheng.kernel.words import Words
from zhunsheng.orgs.refusals import Refused

CONTENT_TYPE = "application/problem+json"
PAIR = {"zh": "「审理程序」必须填写", "en": "“Track” must be filled in"}
STALE = frozenset({"stale"})
MISSED = frozenset({"role", "own", "other_person"})
"""Refusals that say: not you."""


class Pair(Schema):
    """A text in both languages."""

    model_config = ConfigDict(json_schema_extra={"examples": [PAIR]})
    zh: str
    en: str


class ProblemOut(Schema):
    """A refusal as RFC 9457 has it. ``code`` is stable; ``article`` is the article it rests on, where it rests on one;
    ``field`` the field it is about."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:zhunsheng:problem:missing", "title": "「审理程序」必须填写", "status": 422,
                    "code": "missing", "detail": PAIR,
                    "article": {"zh": "行政复议法第三十条", "en": "Administrative Reconsideration Law, article 30"},
                    "field": "track", "errors": [],
                }
            ]
        }
    )  # fmt: skip

    type: str
    title: str
    status: int
    code: str
    detail: Pair
    article: Pair | None = None
    field: str | None = None
    errors: list[dict[str, Any]] = []


class Problem(Exception):
    """A call that cannot be answered."""

    def __init__(
        self, status: int, code: str, zh: str, en: str, *, field: str | None = None, article: Words | None = None,
        errors: list[dict[str, Any]] | None = None, headers: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(zh)
        self.status, self.code, self.words, self.field = status, code, Words(zh, en), field
        self.article, self.errors, self.headers = article, errors or [], headers or {}


def from_refusal(refusal: Refusal) -> Problem:
    """A refusal of the law or of a room: 412 when the case has moved on, 403 when it is not the caller's to do, else 422."""
    status = 412 if refusal.code in STALE else 403 if refusal.code in MISSED else 422
    article = refusal.basis if refusal.basis.zh else None
    return Problem(status, refusal.code, refusal.reason.zh, refusal.reason.en, field=refusal.field, article=article)


def pair(words: Words) -> dict[str, str]:
    """Words as programs read them."""
    return {"zh": words.zh, "en": words.en}


def as_response(problem: Problem) -> HttpResponse:
    """The answer that says it."""
    told = {
        "type": f"urn:zhunsheng:problem:{problem.code}", "title": problem.words.zh, "status": problem.status,
        "code": problem.code, "detail": pair(problem.words),
        "article": pair(problem.article) if problem.article else None, "field": problem.field, "errors": problem.errors,
    }  # fmt: skip
    content = json.dumps(told, ensure_ascii=False, default=str)
    return HttpResponse(content, status=problem.status, content_type=CONTENT_TYPE, headers=dict(problem.headers))


def not_there() -> Problem:
    return Problem(
        404, "not_found", "没有这个内容，或者您不能查看", "there is no such thing, or it is not yours to see"
    )


def _from_validation(error: ValidationError) -> Problem:
    errors = [{"where": ".".join(map(str, one["loc"])), "what": one["msg"]} for one in error.errors]
    return Problem(
        422, "input", "内容不符合要求，见 errors", "the input is not as it should be; see errors", errors=errors
    )


def _from_http(error: HttpError) -> Problem:
    if isinstance(error, AuthenticationError):
        return unauthorized()
    return Problem(error.status_code, "request", "请求读不出来", f"the request cannot be read: {error}")


def unauthorized() -> Problem:
    return Problem(
        401, "token", "没有令牌，或者令牌无效、到期、停用",
        "there is no token, or it is not valid, has expired or was ended", headers={"WWW-Authenticate": "Bearer"},
    )  # fmt: skip


def _told(error: Exception) -> Problem:
    """Any refusal of the house or of the frame as a problem."""
    match error:
        case Problem():
            return error
        case Refused():
            return from_refusal(error.refusal)
        case ValidationError():
            return _from_validation(error)
        case HttpError():
            return _from_http(error)
        case RequestDataTooBig():
            return Problem(413, "too_large", "内容过大", "the content is too large")
        case BadRequest():
            return Problem(400, "request", "请求读不出来", "the request cannot be read")
    return not_there()


HANDLED = (
    Problem, Refused, ValidationError, HttpError, Http404, RequestDataTooBig, BadRequest,
)  # fmt: skip


def handle_problems(api: NinjaAPI) -> None:
    """Let every refusal of the house be answered in this shape."""
    for kind in HANDLED:
        api.add_exception_handler(kind, lambda _request, error: as_response(_told(error)))
