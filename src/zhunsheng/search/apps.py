"""全局搜索: the search app; follows reforms that hang organs elsewhere, and finds the systems, which have no app of their own."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "zhunsheng.search"
    label = "search"
    verbose_name = _("全局搜索")

    def ready(self) -> None:
        from zhunsheng.catalogue import finding
        from zhunsheng.orgs.reforming import register_touch
        from zhunsheng.search import keeping
        from zhunsheng.search.asking import register_kind

        register_kind(finding.SYSTEMS)
        register_touch("search", keeping.touched, keeping.follow)
