"""Tells Django of the room desk. Only its name lives here."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "zhunsheng.desk"
    label = "desk"
    verbose_name = _("工作台")
