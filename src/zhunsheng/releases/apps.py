"""文书公开: the releases app; tells local settings what a place may decide, the search what the public finds, reforms what moves."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReleasesConfig(AppConfig):
    """文书公开."""

    name = "zhunsheng.releases"
    label = "releases"
    verbose_name = _("文书公开")

    def ready(self) -> None:
        from zhunsheng.local.kinds import register_kind
        from zhunsheng.orgs.reforming import register_touch
        from zhunsheng.releases import finding, reforming, second_person
        from zhunsheng.search.proving import register_keeper

        register_kind(second_person.KIND)
        register_keeper(finding.KEEPER)
        register_touch("releases", reforming.touched, reforming.move)
