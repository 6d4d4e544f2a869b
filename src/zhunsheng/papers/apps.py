"""Tells Django of the room papers. Only its name lives here."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PapersConfig(AppConfig):
    name = "zhunsheng.papers"
    label = "papers"
    verbose_name = _("文书")
