"""Public pages go out packed (gzip), which makes them a fifth on a slow phone.

Only what is asked for without sending anything: on such a page nothing is secret, so its length betrays nothing (BREACH). Pages
of officers, and those that answer a form with somebody's matter, are never packed; neither are files, which are packed already.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

BEGINS = "/public/"
TEXTS = ("text/html", "text/csv", "application/json", "application/atom+xml", "application/xml")


def packed(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """The middleware."""
    packer = GZipMiddleware(get_response)  # type: ignore[arg-type]

    def respond(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if request.method != "GET" or not request.path.startswith(BEGINS):
            return response
        is_text = response.headers.get("Content-Type", "").startswith(TEXTS)
        return packer.process_response(request, response) if is_text else response  # type: ignore[arg-type]

    return respond
