"""Sealing (加密存储): identity numbers, telephone numbers, addresses and sensitive texts are encrypted on their way into the
database and opened on their way out, at this one place. What else stands in a record costs nothing but one look for the
mark.

A sealed text is ``mark key-id:base64``. The mark is a character that no field can hold, so nobody can type something that
looks sealed. Identity numbers are found by a keyed digest.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

from django.core.exceptions import ImproperlyConfigured
from django.db import models

from zhunsheng.bulk import insert_rows
from zhunsheng.catalogue.loading import systems
from zhunsheng.kernel.fields import SEALED_OF_A_PARTY, FieldDeclaration, identity_numbers, names_to_seal
from zhunsheng.security.keys import CannotOpen, Key, keys
from zhunsheng.security.models import NumberDigest

MARK = "\x02"
_IN_JSON = '"\\u0002'
"""How a sealed text begins in the JSON of either database."""


# --- values ----------------------------------------------------------------------------------------------------------


def current_key() -> Key:
    """The key in use. Whoever seals much at a time asks for it once: it means looking whether the file of keys has changed."""
    return keys().current


def seal_text(text: str, name: str, key: Callable[[], Key] = current_key) -> str:
    """A text encrypted with the key in use, for the field of this name."""
    if not text or text.startswith(MARK):
        return text
    used = key()
    return f"{MARK}{used.id}:{base64.b64encode(used.seal(text.encode(), name.encode())).decode()}"


def open_text(sealed: str, name: str) -> str:
    """The text again. Raises ``ImproperlyConfigured`` when the key is not there or the text was changed."""
    key_id, _colon, body = sealed[1:].partition(":")
    try:
        return keys().by_id[key_id].open(base64.b64decode(body), name.encode()).decode()
    except (KeyError, CannotOpen, ValueError) as error:
        raise ImproperlyConfigured(
            f"字段 {name} 的加密内容无法打开：缺少密钥 {key_id}，或者数据库中的内容被改动。请恢复 ZHUNSHENG_HOME/keys 中原来的密钥。 "
            f"What is sealed in the field {name} cannot be opened: the key {key_id} is not there, or the database was changed. "
            "Put the former keys back into ZHUNSHENG_HOME/keys."
        ) from error


def sealed(values: Mapping[str, Any], names: frozenset[str], key: Callable[[], Key] = current_key) -> Mapping[str, Any]:
    """Values of a record as they are kept, of the fields to be sealed by name."""
    if names.isdisjoint(values):
        return values
    return {**values, **{name: _sealed(values[name], name, key) for name in names if name in values}}


def _sealed(value: Any, name: str, key: Callable[[], Key]) -> Any:
    if isinstance(value, str):
        return seal_text(value, name, key)
    if isinstance(value, list):
        return [_sealed(item, name, key) for item in value]
    if isinstance(value, Mapping):
        return {
            part: seal_text(item, part, key) if part in SEALED_OF_A_PARTY and isinstance(item, str) else item
            for part, item in value.items()
        }
    return value


def opened(value: Any, name: str = "") -> Any:
    """Values as they were before they were sealed."""
    if isinstance(value, str):
        return open_text(value, name) if value.startswith(MARK) else value
    if isinstance(value, list):
        return [opened(item, name) for item in value]
    if isinstance(value, dict):
        return {part: opened(item, part) for part, item in value.items()}
    return value


@cache
def names_of(slug: str, *, printed: bool = False) -> frozenset[str]:
    """The fields to be sealed of a system, in any version of its procedures and lists."""
    owner = systems().get(slug)
    declared = (
        (*(version.all_fields for version in owner.procedures), *(r.fields for r in owner.registers)) if owner else ()
    )
    return frozenset().union(*(names_to_seal(fields, printed=printed) for fields in declared))


class SealedJSONField(models.JSONField):
    """JSON of which parts are sealed: those the record names in ``sealed_names()``, or with ``whole`` all of it. What is
    written past the ORM goes through ``sealed`` itself."""

    def __init__(self, *args: Any, whole: bool = False, **kwargs: Any) -> None:
        self.whole = whole
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, **({"whole": True} if self.whole else {})}

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if self.whole and value and not hasattr(value, "resolve_expression"):
            value = seal_text(json.dumps(value, ensure_ascii=False, default=str), "")
        return super().get_db_prep_value(value, connection, prepared)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = super().pre_save(model_instance, add)
        if self.whole or not isinstance(value, dict):
            return value
        return sealed(value, model_instance.sealed_names())  # type: ignore[attr-defined]

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        found = super().from_db_value(value, expression, connection)
        if not isinstance(value, str) or _IN_JSON not in value:
            return found
        return json.loads(open_text(found, "")) if self.whole else opened(found, self._name_in(expression))

    def _name_in(self, expression: Any) -> str:
        """The field's name where one value was asked for alone (``fields__phone``)."""
        return str(getattr(expression, "key_name", ""))


# --- finding identity numbers ----------------------------------------------------------------------------------------


def digest_of(number: str) -> str:
    """The keyed digest an identity number is found by."""
    return hmac.new(keys().for_digests.secret, number.encode(), hashlib.sha256).hexdigest()


class Numbered(NamedTuple):
    """A record as it is written: its fields, what stood in them before (nothing in a new one) and what does now."""

    record: int
    fields: Mapping[str, FieldDeclaration]
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def keep_numbers(kind: str, written: Iterable[Numbered]) -> None:
    """Keep in step what records of a kind are found by. Asks nothing where no number has changed."""
    rows: list[tuple[str, int, str]] = []
    for record, fields, before, after in written:
        held, numbers = identity_numbers(fields, before), identity_numbers(fields, after)
        if held - numbers:
            gone = [digest_of(number) for number in held - numbers]
            NumberDigest.objects.filter(kind=kind, record=record, digest__in=gone).delete()
        rows += [(kind, record, digest_of(number)) for number in sorted(numbers - held)]
    insert_rows(NumberDigest, ("kind", "record", "digest"), rows)


def records_with(kind: str, number: str) -> models.QuerySet[NumberDigest, int]:
    """The records of a kind in which an identity number stands, for a condition on their ids."""
    return NumberDigest.objects.filter(kind=kind, digest=digest_of(number)).values_list("record", flat=True)
