"""Tells Django of the room desk. Only its name, what its forms say of an empty field, what of its tables is
sealed, and what goes with a file, lives here."""

from django.apps import AppConfig
from django.forms import Field
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "zhunsheng.desk"
    label = "desk"
    verbose_name = _("工作台")

    def ready(self) -> None:
        from zhunsheng.desk import import_running
        from zhunsheng.desk.models import Upload
        from zhunsheng.retention.parts import Part, register_part
        from zhunsheng.security import resealing

        resealing.register(resealing.Column(Upload, "checked"), resealing.Column(Upload, "corrections"))
        register_part(Part("upload", import_running.forget_case))
        # One sentence for every empty field, whoever noticed it: Django or the law.
        Field.default_error_messages = {**Field.default_error_messages, "required": _("必须填写")}
