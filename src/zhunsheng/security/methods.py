"""Which requests are taken at all (请求方式). What a page takes beyond that is its own to say."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

TAKEN = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
NOTHING = "\x00"
"""A character no text has, PostgreSQL keeps nowhere, and only programs send."""


def _by_a_program(request: HttpRequest) -> bool:
    """Programs are told what is wrong in a shape of their own (``api.problems``)."""
    return request.path.startswith("/api/")


def refuse_others(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: TRACE, CONNECT and whatever somebody makes up are refused (405) before anything is looked at, and so is an
    address with a null character (400); a form with one where the database refuses it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method not in TAKEN:
            return HttpResponseNotAllowed(TAKEN)
        if not _by_a_program(request) and (NOTHING in request.path or "%00" in request.META.get("QUERY_STRING", "")):
            raise BadRequest("a null character in the address")
        return get_response(request)

    def process_exception(request: HttpRequest, error: Exception) -> None:
        if isinstance(error, DatabaseError) and any(
            NOTHING in value for _, sent in request.POST.lists() for value in sent
        ):
            raise BadRequest("a null character in the form") from error

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware
