"""Tells Django of the room portal."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "zhunsheng.portal"
    label = "portal"
    verbose_name = _("公开")
