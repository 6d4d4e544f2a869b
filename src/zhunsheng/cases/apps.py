"""Tells Django of the room cases. Only its name lives here."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "zhunsheng.cases"
    label = "cases"
    verbose_name = _("办件")
