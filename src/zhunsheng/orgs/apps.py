"""Tells Django of the room orgs. Only its name lives here."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrgsConfig(AppConfig):
    name = "zhunsheng.orgs"
    label = "orgs"
    verbose_name = _("机关与人员")
