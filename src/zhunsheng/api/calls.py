"""One call (一次调用): the token is read, the scope asked for, the pace limited, and the call written down as the account's.

Every route is declared by ``Routes``, so that none can forget it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.security import HttpBearer

from zhunsheng.api.accounts import Caller, caller_of
from zhunsheng.api.problems import Problem, ProblemOut
from zhunsheng.security.audit import record


class TokenAuth(HttpBearer):
    """``Authorization: Bearer zst_…``: lets in a token that holds the scope of the route; the empty scope is every token's."""

    openapi_name = "token"

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:
        caller = caller_of(token)
        if caller is None:
            return None
        request.caller = caller  # type: ignore[attr-defined]
        if caller.calls > settings.API_CALLS:
            raise Problem(
                429, "rate", f"每分钟最多调用 {settings.API_CALLS} 次，请稍后再试",
                f"at most {settings.API_CALLS} calls a minute; try again later", headers={"Retry-After": "60"},
            )  # fmt: skip
        if self.scope and self.scope not in caller.scopes:
            raise Problem(
                403, "scope", f"令牌没有「{self.scope}」权限", f"the token does not hold the scope {self.scope}"
            )
        return caller


def written_down(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Decorates every route: what was called, by which token, with what answer. Queries are left out: they may name people."""

    @wraps(view)
    def called(request: Any, *arguments: Any, **named: Any) -> HttpResponse:
        response = view(request, *arguments, **named)
        caller = getattr(request, "caller", None)
        if caller is not None:
            place = request.path.removeprefix("/api/v1")
            record(
                "api.call", f"api:{request.method} {place}"[:80], caller.officer.pk,
                status=response.status_code, token=caller.token,
            )  # fmt: skip
        return response

    return called


READ_PROBLEMS = {400: ProblemOut, 401: ProblemOut, 403: ProblemOut, 404: ProblemOut, 422: ProblemOut, 429: ProblemOut}
WRITE_PROBLEMS = {**READ_PROBLEMS, 409: ProblemOut, 412: ProblemOut, 413: ProblemOut, 428: ProblemOut}


class Routes(Router):
    """A router whose routes name the scope they ask for."""

    def reads(self, path: str, scope: str, answer: Any, summary: str, *also: int, **named: Any) -> Callable[..., Any]:
        """``also``: refusals that only this route knows."""
        problems = {**READ_PROBLEMS, **dict.fromkeys(also, ProblemOut)}
        return self._declared("GET", path, scope, {200: answer, **problems}, summary, named)

    def asks(self, path: str, scope: str, answer: Any, summary: str, **named: Any) -> Callable[..., Any]:
        """A question too long for an address; nothing is written but that it was asked."""
        problems = {**READ_PROBLEMS, 413: ProblemOut}
        return self._declared("POST", path, scope, {200: answer, **problems}, summary, named)

    def writes(
        self, path: str, scope: str, answer: Any, summary: str, status: int = 200, **named: Any
    ) -> Callable[..., Any]:
        return self._declared("POST", path, scope, {status: answer, **WRITE_PROBLEMS}, summary, named)

    def puts(self, path: str, scope: str, answer: Any, summary: str, **named: Any) -> Callable[..., Any]:
        """A part of a file; the same part sent again changes nothing."""
        problems = {**READ_PROBLEMS, 409: ProblemOut, 413: ProblemOut}
        return self._declared("PUT", path, scope, {200: answer, **problems}, summary, named)

    def _declared(
        self, method: str, path: str, scope: str, responses: Any, summary: str, named: Any
    ) -> Callable[..., Any]:
        about = f"Scope: `{scope}`" if scope else "Any token."
        named = {"description": about, **named}
        return self.api_operation(
            [method], path, auth=TokenAuth(scope), response=responses, summary=summary,
            openapi_extra={"x-scope": scope}, **named,
        )  # fmt: skip
