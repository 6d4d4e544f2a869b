"""What a password must be (口令要求), and which ones an officer has had. The numbers are settings, see settings.py.

Setting a password is an action of ``orgs``; nothing here is told to anybody but its officer.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    MinimumLengthValidator,
    UserAttributeSimilarityValidator,
)
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from zhunsheng.orgs.models import Officer
from zhunsheng.security.models import Password

CALLED = ("准绳", "zhunsheng")
"""Words everybody would think of here."""


class LongEnough(MinimumLengthValidator):
    """At least ``min_length`` characters."""

    def get_error_message(self) -> str:
        return _("口令太短，至少 %(n)s 个字符。") % {"n": self.min_length}


class NotCommon(CommonPasswordValidator):
    """None of twenty thousand that everybody tries first."""

    def get_error_message(self) -> str:
        return _("这个口令太常见，容易被猜到。")


class NotLikeTheAccount(UserAttributeSimilarityValidator):
    """Nothing like the account or the name, and with neither in it; nor with what the platform and the installation are called."""

    def validate(self, password: str, user: Officer | None = None) -> None:
        super().validate(password, user)
        own = [value.lower() for value in (user.username, user.name) if len(value) > 2] if user else []
        if any(value in password.lower() for value in (*own, *CALLED, settings.INSTALLATION)):
            raise ValidationError(self.get_error_message())

    def get_error_message(self) -> str:
        return _("口令与账号、姓名或者平台的名称太相近。")


class EnoughClasses:
    """Capital letters, small letters, figures, other signs: of how many classes it has to be."""

    def validate(self, password: str, user: Officer | None = None) -> None:
        classes = {
            "upper" if c.isupper() else "lower" if c.islower() else "figure" if c.isdecimal() else "other"
            for c in password
        }
        if len(classes) < settings.PASSWORD_CLASSES:
            raise ValidationError(
                _("口令须有大写字母、小写字母、数字、其他符号中的至少 %(n)s 类。") % {"n": settings.PASSWORD_CLASSES}
            )


class NotUsedBefore:
    """Not the one in use, nor one of those before it."""

    def validate(self, password: str, user: Officer | None = None) -> None:
        if not settings.PASSWORD_HISTORY or user is None or user.pk is None:
            return
        former = Password.objects.filter(officer=user.pk).order_by("-pk").values_list("hash", flat=True)
        hashes = {user.password, *former[: settings.PASSWORD_HISTORY]}
        if any(check_password(password, known) for known in hashes):
            raise ValidationError(_("不能使用最近 %(n)s 次用过的口令。") % {"n": settings.PASSWORD_HISTORY})


def rules() -> str:
    """What is demanded of a password, in a sentence for the form that asks for one."""
    parts = [
        _("至少 %(n)s 个字符") % {"n": settings.PASSWORD_LENGTH},
        _("含大写字母、小写字母、数字、其他符号中的至少 %(n)s 类") % {"n": settings.PASSWORD_CLASSES},
        _("不是常见口令，不与账号、姓名、平台的名称相近"),
    ]
    if settings.PASSWORD_HISTORY:
        parts.append(_("不是最近 %(n)s 次用过的") % {"n": settings.PASSWORD_HISTORY})
    return _("；").join(parts)


def remember(person: Officer) -> None:
    """Keep the password just set among those the officer has had, and no more of them than are asked for."""
    Password.objects.create(officer=person, hash=person.password, since=timezone.now())
    kept = Password.objects.filter(officer=person).order_by("-pk").values("pk")[: max(1, settings.PASSWORD_HISTORY)]
    Password.objects.filter(officer=person).exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()


def age_in_days(person: Officer) -> int | None:
    """For how many days the officer has had his password; None when it was not set on the pages."""
    since = Password.objects.filter(officer=person).order_by("-pk").values_list("since", flat=True).first()
    return (timezone.now() - since) // timedelta(days=1) if since else None


def is_too_old(person: Officer) -> bool:
    """Whether it is time for another password."""
    age = age_in_days(person)
    return bool(settings.PASSWORD_DAYS) and age is not None and age >= settings.PASSWORD_DAYS
