"""Cookies beside those Django names by settings: what is said on the next page (提示), under the name of the settings."""

from __future__ import annotations

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class _InACookie(CookieStorage):
    cookie_name = settings.MESSAGES_COOKIE_NAME


class Messages(FallbackStorage):
    """As Django has it: in a cookie, what is too long for one in the session."""

    storage_classes = (_InACookie, SessionStorage)
