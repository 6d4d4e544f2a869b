"""文书公开: the releases app; tells local settings what a place may decide, the search what the public finds, reforms what moves,
retention what goes with a file."""

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
        from zhunsheng.releases import destroying, finding, reforming, second_person
        from zhunsheng.retention.parts import register_part
        from zhunsheng.search.proving import register_keeper

        register_kind(second_person.KIND)
        register_keeper(finding.KEEPER)
        register_part(destroying.PART)
        register_touch("releases", reforming.touched, reforming.move)
