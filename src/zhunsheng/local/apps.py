"""本地设定: the app; registers the kinds of settings that need no room above, its duty, and what a reform leaves behind."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LocalConfig(AppConfig):
    name = "zhunsheng.local"
    label = "local"
    verbose_name = _("本地设定")

    def ready(self) -> None:
        from zhunsheng.local import actions, limits, reforming, retention, site
        from zhunsheng.local.kinds import register_kind
        from zhunsheng.local.models import Setting
        from zhunsheng.orgs.reforming import register_touch
        from zhunsheng.orgs.refusals import register_roles
        from zhunsheng.security.guards import protect

        register_kind(limits.KIND)
        register_kind(retention.KIND)
        register_kind(site.KIND)
        register_roles(actions.ROOM, actions.NAME, actions.ROLES)
        register_touch("local", reforming.touched, reforming.move)
        protect(Setting)
