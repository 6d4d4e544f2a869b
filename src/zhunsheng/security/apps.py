"""Tells Django of the room security, which of its rows are never edited, and when the triggers for that go and come."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class SecurityConfig(AppConfig):
    name = "zhunsheng.security"
    label = "security"
    verbose_name = _("安全")

    def ready(self) -> None:
        from zhunsheng.security import guards
        from zhunsheng.security.models import AuditEntry, Link, OperatorSession, Release

        guards.protect(AuditEntry)
        guards.protect(Release)
        guards.protect(Link, chained=False)
        guards.protect(OperatorSession, once=("decided_by_id", "decided_at", "admitted"), free=("ends_at",))
        pre_migrate.connect(guards.before_migrations, sender=self, dispatch_uid="guards")
        post_migrate.connect(guards.install, sender=self, dispatch_uid="guards")
