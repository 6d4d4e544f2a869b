"""The language of a page (语言): Chinese unless the officer has chosen otherwise. What the browser would like is not asked,
because browsers of offices are often set to English by nobody's choice."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.middleware.locale import LocaleMiddleware
from django.utils import translation


class ChineseFirst(LocaleMiddleware):
    """The language of the cookie that the language switch sets, else the first language of the settings."""

    def process_request(self, request: HttpRequest) -> None:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language()
