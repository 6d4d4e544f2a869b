"""Tells Django of the room security. Only its name lives here."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SecurityConfig(AppConfig):
    name = "zhunsheng.security"
    label = "security"
    verbose_name = _("安全")
