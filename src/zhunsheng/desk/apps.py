"""Tells Django of the room desk. Only its name, and what its forms say of an empty field, lives here."""

from django.apps import AppConfig
from django.forms import Field
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "zhunsheng.desk"
    label = "desk"
    verbose_name = _("工作台")

    def ready(self) -> None:
        # One sentence for every empty field, whoever noticed it: Django or the law.
        Field.default_error_messages = {**Field.default_error_messages, "required": _("必须填写")}
