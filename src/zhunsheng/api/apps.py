"""Tells Django of the room api. Nothing else lives here."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApiConfig(AppConfig):
    name = "zhunsheng.api"
    label = "api"
    verbose_name = _("接口")
