"""Signing in and out (登录、退出). Django does the work; what is added is the list of demonstration sign-ins."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import logout
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from zhunsheng.desk.frame import common, demonstration_loads


class SignIn(LoginView):
    """The sign-in page."""

    template_name = "desk/sign_in.html"
    redirect_authenticated_user = True
    next_page = "/"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), **common(self.request), "demonstration": demonstration_sign_ins()}


def demonstration_sign_ins() -> list[dict[str, str]]:
    """The sign-ins of the demonstration (username, password, duty), as its loading recorded them; none otherwise."""
    loaded = demonstration_loads().order_by("pk").last()
    return loaded.detail.get("sign_ins", []) if loaded else []


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return HttpResponseRedirect(reverse("desk:sign-in"))
