"""Tells Django of the room law. Only its name lives here."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LawConfig(AppConfig):
    name = "zhunsheng.law"
    label = "law"
    verbose_name = _("法规与依据")
