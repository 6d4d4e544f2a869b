"""Tells Django of the room registers. Only its name lives here."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistersConfig(AppConfig):
    name = "zhunsheng.registers"
    label = "registers"
    verbose_name = _("清单")
