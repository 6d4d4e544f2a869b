"""The tables of organs and officers. Nothing of cases, lists or figures lives here."""

from django.contrib.auth.models import AbstractUser
from django.utils.translation import gettext_lazy as _


class Officer(AbstractUser):
    """工作人员: a person who may sign in. What the person may do follows from duties, not from this row."""

    class Meta:
        verbose_name = verbose_name_plural = _("工作人员")
