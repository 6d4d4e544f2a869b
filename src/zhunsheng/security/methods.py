"""Which kinds of requests are taken at all (请求方式). What a page takes beyond that is its own to say."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

TAKEN = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def refuse_others(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: TRACE, CONNECT and whatever somebody makes up are refused (405) before anything is looked at."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request) if request.method in TAKEN else HttpResponseNotAllowed(TAKEN)

    return middleware
