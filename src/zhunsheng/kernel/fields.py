"""Declared fields (字段) of cases and lists: what may be entered, and in what form it is kept.

A field turns what a person typed or a workbook held into one canonical value that JSON can hold (dates as
``2026-03-05``, amounts as decimal strings), or says in words what is wrong with it. Nothing here knows of forms,
columns or tables.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from math import isfinite
from typing import Any

from pydantic import model_validator
from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError as NumberError

from zhunsheng.kernel.declaration import Labelled
from zhunsheng.kernel.formulas import FormulaError
from zhunsheng.kernel.formulas import read as read_formula
from zhunsheng.kernel.words import BilingualError, Words


class FieldType(StrEnum):
    """The kinds of value a field can hold."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    MONEY = "money"
    DATE = "date"
    DATETIME = "datetime"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    CHOICES = "choices"
    ORGAN = "organ"
    OFFICER = "officer"
    IDENTITY_NUMBER = "identity_number"
    CREDIT_CODE = "credit_code"
    PHONE = "phone"
    PARTY = "party"


class Sensitivity(StrEnum):
    """Who may see the value unmasked: everybody, officers, or officers who ask for it and are logged."""

    PUBLIC = "public"
    INTERNAL = "internal"
    SENSITIVE = "sensitive"


class PartyKind(StrEnum):
    """What a party is."""

    PERSON = "person"
    ORGANISATION = "organisation"
    ORGAN = "organ"


class FieldError(BilingualError):
    """A value that does not fit its field, in both languages."""


TEXTS = frozenset({FieldType.TEXT, FieldType.LONG_TEXT, FieldType.ORGAN, FieldType.OFFICER})
"""Types whose values are words: what one of them says can be handed on to any other."""


class FieldDeclaration(Labelled):
    """One field. ``of`` lists the choices, as a list of Chinese names or as code -> names. ``cites``: its text names the
    statutes the matter rests on, so that it is found when one of them changes. ``formula``: its text is a formula of points
    (see ``formulas``)."""

    type: FieldType = FieldType.TEXT
    of: dict[str, Labelled] | list[str] | None = None
    many: bool = False
    kind: PartyKind | None = None
    counted: bool = False
    sensitivity: Sensitivity = Sensitivity.INTERNAL
    hint: Labelled | None = None
    aliases: list[str] = []
    minimum: int | None = None
    maximum: int | None = None
    cites: bool = False
    formula: bool = False

    @model_validator(mode="after")
    def _cites_in_words(self) -> FieldDeclaration:
        if self.cites and self.type not in (FieldType.TEXT, FieldType.LONG_TEXT):
            raise ValueError(f"字段「{self.zh}」：只有文字的字段可以写 cites")
        return self

    @model_validator(mode="after")
    def _choices_fit_the_type(self) -> FieldDeclaration:
        chooses = self.type in (FieldType.CHOICE, FieldType.CHOICES)
        if chooses != bool(self.of):
            raise ValueError(f"字段「{self.zh}」：选择类字段必须用 of 列出选项，其他类型不得有 of")
        return self

    @cached_property
    def choices(self) -> dict[str, Words]:
        """Code -> name of the choices."""
        if isinstance(self.of, dict):
            return {code: label.words for code, label in self.of.items()}
        return {name: Words(name, name) for name in self.of or ()}

    @property
    def is_sealed(self) -> bool:
        """Whether its value is kept encrypted: identity numbers, and sensitive values that nothing is counted or filtered by."""
        is_text = self.type in (FieldType.TEXT, FieldType.LONG_TEXT, FieldType.PHONE)
        return self.type is FieldType.IDENTITY_NUMBER or (is_text and self.sensitivity is Sensitivity.SENSITIVE)

    def parse(self, value: Any) -> Any:
        """The canonical value of ``value``; None for an empty one. Raises ``FieldError``."""
        return parse(self, value)


SEALED_OF_A_PARTY = ("identity_number", "phone", "address")
"""What of a party is kept encrypted; the name is not, parties are found by it."""


def names_to_seal(fields: Mapping[str, FieldDeclaration], *, printed: bool = False) -> frozenset[str]:
    """The fields of a declaration in whose values something is kept encrypted. ``printed``: as a paper says them, where of a
    party there is only the name."""
    kept = (
        name for name, field in fields.items() if field.is_sealed or (field.type is FieldType.PARTY and not printed)
    )
    return frozenset(kept)


NUMBERED = (FieldType.IDENTITY_NUMBER, FieldType.PARTY)
"""The types of fields in which an identity number may stand."""


def identity_numbers(fields: Mapping[str, FieldDeclaration], values: Mapping[str, Any]) -> set[str]:
    """The identity numbers in the values of a record, of fields and of parties."""
    found: set[str] = set()
    for name, field in fields.items():
        if field.type not in NUMBERED or not (value := values.get(name)):
            continue
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, Mapping):
                found.add(item.get("identity_number", ""))
            elif field.type is FieldType.IDENTITY_NUMBER:
                found.add(item)
    return found - {""}


# Invisible marks, control characters and halves of surrogate pairs: what no database and no paper can hold.
_UNSEEN = r"\u200b-\u200f\ufeff\u00ad\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff"
_TO_CLEAN = re.compile(rf"[\uff01-\uff5e\u3000{_UNSEEN}]")
_INVISIBLE = re.compile(f"[{_UNSEEN}]")
_KEPT_FULL_WIDTH = "，；：？！（）"


def clean_text(value: str) -> str:
    """Text without invisible characters and outer blanks, full-width letters and digits made half-width."""
    if _TO_CLEAN.search(value) is None:
        return value.strip()
    folded = "".join(
        unicodedata.normalize("NFKC", char) if "！" <= char <= "～" and char not in _KEPT_FULL_WIDTH else char
        for char in value
    )
    return _INVISIBLE.sub("", folded).replace("\u3000", " ").strip()


_DATE_FORMS = (
    re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]00:00(?::00)?)?$"),
    re.compile(r"^(\d{4})(\d{2})(\d{2})$"),
)
_EXCEL_EPOCH = date(1899, 12, 30)


def parse_date(value: Any) -> date:
    """A date as officers write it: 2024-03-05, 2024/3/5, 2024.3.5, 2024年3月5日, 20240305 or an Excel serial number."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and 20000 < value < 80000:
        return _EXCEL_EPOCH + timedelta(days=int(value))
    text = clean_text(str(value))
    for form in _DATE_FORMS:
        if found := form.match(text):
            try:
                return date(*(int(part) for part in found.groups()))
            except ValueError:
                break
    if re.fullmatch(r"[2-7]\d{4}", text):
        return _EXCEL_EPOCH + timedelta(days=int(text))
    raise FieldError(f"「{value}」不是日期，请写成 2024-03-05", f"“{value}” is not a date; write 2024-03-05")


_TRUE = {"是", "有", "√", "true", "1", "y", "yes", "对"}
_FALSE = {"否", "无", "×", "false", "0", "n", "no", "未"}


def parse(field: FieldDeclaration, value: Any) -> Any:
    """The canonical value of ``value`` for a field; None for an empty one. Raises ``FieldError``."""
    if field.type is FieldType.CHOICES:
        return _choices(field, value) or None
    if field.many:
        items = value if isinstance(value, list | tuple) else [value]
        return [parsed for item in items if (parsed := _parse_one(field, item)) is not None] or None
    return _parse_one(field, value)


_SINGLE = (str, int, float, Decimal, date)


def _parse_one(field: FieldDeclaration, value: Any) -> Any:
    if value is None or (isinstance(value, str) and not clean_text(value)):
        return None
    if not isinstance(value, _SINGLE) and not (field.type is FieldType.PARTY and isinstance(value, Mapping)):
        raise FieldError(f"「{field.zh}」只能填写一项", f"“{field.en}” takes one value")
    return _PARSERS[field.type](field, value)


def _text(field: FieldDeclaration, value: Any) -> str:
    text = clean_text(str(value))
    if field.formula:
        try:
            read_formula(text)
        except FormulaError as error:
            raise FieldError(f"「{field.zh}」：{error.words.zh}", f"“{field.en}”: {error.words.en}") from error
    if field.maximum is not None and len(text) > field.maximum:
        raise FieldError(
            f"「{field.zh}」最多 {field.maximum} 字", f"“{field.en}” takes at most {field.maximum} characters"
        )
    return text


_NUMBER = re.compile(r"[+-]?\d{1,18}(\.\d{1,18})?", re.ASCII)


def _number(field: FieldDeclaration, value: Any) -> Decimal:
    """A number of at most 18 digits before and after the point, inside the bounds of its field."""
    # str() of a small float is 1e-07; format() writes it out.
    written = format(Decimal(str(value)), "f") if isinstance(value, float) and isfinite(value) else str(value)
    text = clean_text(written).replace(",", "")
    if isinstance(value, bool) or not _NUMBER.fullmatch(text):
        raise FieldError(f"「{value}」不是数", f"“{value}” is not a number")
    number = Decimal(text)
    if field.minimum is not None and number < field.minimum:
        raise FieldError(f"「{field.zh}」不得小于 {field.minimum}", f"“{field.en}” is at least {field.minimum}")
    if field.maximum is not None and number > field.maximum:
        raise FieldError(f"「{field.zh}」不得大于 {field.maximum}", f"“{field.en}” is at most {field.maximum}")
    return number


def _integer(field: FieldDeclaration, value: Any) -> int:
    number = _number(field, value)
    if number != int(number):
        raise FieldError(f"「{value}」不是整数", f"“{value}” is not a whole number")
    return int(number)


def _decimal(field: FieldDeclaration, value: Any) -> str:
    return format(_number(field, value), "f")


def _date(field: FieldDeclaration, value: Any) -> str:
    return parse_date(value).isoformat()


def _datetime(field: FieldDeclaration, value: Any) -> str:
    try:
        written = value if isinstance(value, datetime) else clean_text(str(value)).replace("/", "-")
        moment = written if isinstance(written, datetime) else datetime.fromisoformat(written)
    except ValueError:
        raise FieldError(
            f"「{value}」不是时间，请写成 2024-03-05 09:30", f"“{value}” is not a time; write 2024-03-05 09:30"
        ) from None
    if moment.tzinfo is not None:
        moment = moment.astimezone(_CHINA).replace(tzinfo=None)
    return moment.isoformat(timespec="minutes")


_CHINA = timezone(timedelta(hours=8))


def _boolean(field: FieldDeclaration, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    text = clean_text(str(value)).lower()
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise FieldError(f"「{value}」应为“是”或“否”", f"“{value}” should be yes or no")


def _choice(field: FieldDeclaration, value: Any) -> str:
    choices = field.choices
    text = str(value) if str(value) in choices else clean_text(str(value))
    if text in choices:
        return text
    for code, words in choices.items():
        if text in words:
            return code
    options = "、".join(words.zh for words in choices.values())
    options_en = ", ".join(words.en for words in choices.values())
    raise FieldError(f"「{value}」不在可选项中：{options}", f"“{value}” is not one of: {options_en}")


def _choices(field: FieldDeclaration, value: Any) -> list[str]:
    if value is None:
        return []
    items = value if isinstance(value, list | tuple) else re.split(r"[、,，;；]", str(value))
    return list(dict.fromkeys(_choice(field, item) for item in items if clean_text(str(item))))


def _identity_number(field: FieldDeclaration, value: Any) -> str:
    """A resident identity number: form, birthday and check digit (GB 11643).

    The region code is not looked up: numbers keep codes that have long been abolished, and people older than a county
    bear its code.
    """
    text = re.sub(r"[\s-]", "", clean_text(str(value))).upper()
    try:
        ric.get_birth_date(text)
        fits = bool(re.fullmatch(r"[1-9]\d{16}[\dX]", text)) and ric.calc_check_digit(text) == text[-1]
    except (ValueError, NumberError):
        fits = False
    if not fits:
        raise FieldError(
            "公民身份号码不正确（应为 18 位，出生日期和校验码须相符）",
            "not a valid identity number (18 characters; the birthday and the check digit must be right)",
        )
    return text


def identity_number_in(text: str) -> str | None:
    """The identity number that was typed, in the form in which it is kept; None when it is none."""
    try:
        return _identity_number(FieldDeclaration(zh="公民身份号码", en="Identity number"), text)
    except FieldError:
        return None


def _credit_code(field: FieldDeclaration, value: Any) -> str:
    text = clean_text(str(value)).upper()
    try:
        return str(uscc.validate(text))
    except NumberError:
        raise FieldError(
            "统一社会信用代码不正确（应为 18 位，校验码须相符）",
            "not a valid unified social credit code (18 characters with a matching check digit)",
        ) from None


def _phone(field: FieldDeclaration, value: Any) -> str:
    text = re.sub(r"[\s()（）—–-]", "", clean_text(str(value)))
    if not re.fullmatch(r"\+?\d{5,15}", text):
        raise FieldError("电话号码应为 5 至 15 位数字", "a telephone number has 5 to 15 digits")
    return text


def _party(field: FieldDeclaration, value: Any) -> dict[str, str]:
    """A party: a bare name, or a mapping with ``name`` and any of kind, identity_number, credit_code, phone, address."""
    if isinstance(value, Mapping):
        party = {key: clean_text(str(item)) for key, item in value.items() if item not in (None, "")}
    else:
        party = {"name": clean_text(str(value))}
    unknown = party.keys() - {"name", "kind", "identity_number", "credit_code", "phone", "address", "organ"}
    if unknown or not party.get("name"):
        raise FieldError(f"「{field.zh}」须写明姓名或者名称", f"“{field.en}” needs a name")
    if "kind" not in party:
        party["kind"] = (field.kind or PartyKind.PERSON).value
    if party["kind"] not in PartyKind.__members__.values():
        raise FieldError(f"「{field.zh}」的类型不正确", f"“{field.en}” has an unknown kind of party")
    if "identity_number" in party:
        party["identity_number"] = _identity_number(field, party["identity_number"])
    if "credit_code" in party:
        party["credit_code"] = _credit_code(field, party["credit_code"])
    if "phone" in party:
        party["phone"] = _phone(field, party["phone"])
    return party


_PARSERS = {
    FieldType.TEXT: _text,
    FieldType.LONG_TEXT: _text,
    FieldType.INTEGER: _integer,
    FieldType.DECIMAL: _decimal,
    FieldType.MONEY: _decimal,
    FieldType.DATE: _date,
    FieldType.DATETIME: _datetime,
    FieldType.BOOLEAN: _boolean,
    FieldType.CHOICE: _choice,
    FieldType.CHOICES: _choices,
    FieldType.ORGAN: _text,
    FieldType.OFFICER: _text,
    FieldType.IDENTITY_NUMBER: _identity_number,
    FieldType.CREDIT_CODE: _credit_code,
    FieldType.PHONE: _phone,
    FieldType.PARTY: _party,
}
