"""Tells Django of the room papers, local settings what a place may decide about papers, security what of them is
sealed."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PapersConfig(AppConfig):
    name = "zhunsheng.papers"
    label = "papers"
    verbose_name = _("文书")

    def ready(self) -> None:
        from zhunsheng.local.kinds import register_kind
        from zhunsheng.papers import number_patterns, place_templates
        from zhunsheng.papers.models import NumberSeries, Paper, PaperTemplate
        from zhunsheng.security import resealing
        from zhunsheng.security.guards import protect

        register_kind(number_patterns.KIND)
        register_kind(place_templates.KIND)
        resealing.register(resealing.Column(Paper, "values", "system", printed=True))
        protect(Paper)
        protect(PaperTemplate)
        protect(NumberSeries, grows="last", chained=False)
