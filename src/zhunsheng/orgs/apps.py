"""Tells Django of the room orgs, and the search what of it is found."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrgsConfig(AppConfig):
    name = "zhunsheng.orgs"
    label = "orgs"
    verbose_name = _("机关与人员")

    def ready(self) -> None:
        from zhunsheng.orgs import finding, lines
        from zhunsheng.orgs.reforming import register_touch
        from zhunsheng.search.asking import register_kind

        register_kind(finding.ORGANS)
        register_kind(finding.PEOPLE)
        register_touch("lines", lines.touched, lines.move)
