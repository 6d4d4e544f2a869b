"""Tells Django of the room papers, and local settings what a place may decide about papers."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PapersConfig(AppConfig):
    name = "zhunsheng.papers"
    label = "papers"
    verbose_name = _("文书")

    def ready(self) -> None:
        from zhunsheng.local.kinds import register_kind
        from zhunsheng.papers import number_patterns, place_templates

        register_kind(number_patterns.KIND)
        register_kind(place_templates.KIND)
