"""What every form of the public pages has in common (公开表单): read only within bounds, guarded, and no use of cookies.

A form here speaks for nobody who is signed in, so it needs no protection against requests in somebody's name; what holds
machines off is ``intake.guarding``. Nothing that was typed is ever part of an address.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from zhunsheng.intake import guarding
from zhunsheng.intake.guarding import Held, Passed
from zhunsheng.intake.uploads import body_limit
from zhunsheng.portal.pages import Crumb, language, show
from zhunsheng.security.lockout import address_of
from zhunsheng.typed import whole_number

_WITHOUT_FILES = 1024 * 1024


def public_form(
    *, files: bool = False, goes_back: bool = False
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """For a page of a public form: what is larger than a form can be is refused in words before it is read. ``goes_back``: the
    browser may keep it for its button “back”, which with a page that answers a form shows an error otherwise."""

    def of(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @(cache_control(private=True, no_cache=True, max_age=0) if goes_back else never_cache)
        @require_http_methods(["GET", "HEAD", "POST"])
        @sensitive_post_parameters()
        @wraps(view)
        def bounded(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
            most = body_limit() if files else _WITHOUT_FILES
            if request.method == "POST" and _length(request) > most:
                return too_large(request, most, goes_back=goes_back)
            return view(request, *arguments, **named)

        return bounded

    return of


def _length(request: HttpRequest) -> int:
    return whole_number(request.META.get("CONTENT_LENGTH")) or 0


def too_large(request: HttpRequest, most: int, *, goes_back: bool = True) -> HttpResponse:
    """Why nothing of it was taken. The connection is not used again: what is still coming on it is not read."""
    response = show(
        request, "too-large", {"most": most // (1024 * 1024), "goes_back": goes_back}, Crumb(_("文件太大")), status=413
    )
    response["Connection"] = "close"
    return response


def guarded(request: HttpRequest, purpose: str, *, quickest: int | None = None) -> Passed | Held:
    """Whether a form that was sent may be taken; see ``portal/_guard.html`` for its half in the page."""
    posted = {name: request.POST.get(name, "")[:2000] for name in guarding.FIELDS}
    return guarding.check(purpose, posted, address_of(request), quickest=quickest)


def told(problems: list[tuple[str, str]]) -> dict[str, Any]:
    """What is wrong with a form, for its page: all of it above the form, and each beside its field."""
    return {"problems": problems, "wrong": dict(reversed(problems))}


def forgotten(response: HttpResponse) -> HttpResponse:
    """The last page of a form: the browser forgets those before it, so that nobody who sits down next goes back to them."""
    response["Clear-Site-Data"] = '"cache"'
    response["Cache-Control"] = "no-store"
    return response


def why(held: Held) -> str:
    """Why a form is held, in the reader's language."""
    return held.reason.within(language())
