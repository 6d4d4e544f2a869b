"""Receipts (回执): a number that can be read aloud and a code that only its holder has.

The number has nine random digits and a check digit (ISO 7064), so that a slip is told from a wrong number. The code follows
from the mark of the form by a keyed hash: a form sent twice gives the same receipt, and only a hash of the code is kept.
"""

from __future__ import annotations

import hashlib
import secrets
from hmac import compare_digest
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from stdnum.iso7064 import mod_11_10

from zhunsheng.intake.models import Begun, Receipt
from zhunsheng.kernel.fields import clean_text

if TYPE_CHECKING:
    from zhunsheng.cases.models import Case

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""What codes are made of: nothing that is taken for something else when it is written by hand."""
_CODE = 10


class Slip(NamedTuple):
    """What is shown once and never again: the number and the code, parted so that they can be read aloud."""

    number: str
    code: str

    @property
    def shown_number(self) -> str:
        return parted(self.number)

    @property
    def shown_code(self) -> str:
        return f"{self.code[:5]}-{self.code[5:]}"


def parted(number: str) -> str:
    """A number as it is read: 482 1093 756."""
    return f"{number[:3]} {number[3:7]} {number[7:]}"


def cleaned_number(typed: str) -> str:
    """A number as it was typed, without blanks and signs, its digits made half-width."""
    return "".join(sign for sign in clean_text(typed) if sign.isascii() and sign.isdigit())


def is_number(typed: str) -> bool:
    """Whether what was typed can be a number at all; where it cannot, somebody has slipped."""
    number = cleaned_number(typed)
    return len(number) == 10 and mod_11_10.is_valid(number)


def cleaned_code(typed: str) -> str:
    """A code as it was typed, in capitals and without blanks and signs."""
    return "".join(sign for sign in clean_text(typed).upper() if sign in LETTERS)


def new_number() -> str:
    digits = "".join(secrets.choice("0123456789") for _ in range(9))
    return digits + mod_11_10.calc_check_digit(digits)


def code_of(mark: str) -> str:
    """The code that belongs to the mark of a form."""
    value = int.from_bytes(salted_hmac("zhunsheng.intake.code", mark, algorithm="sha256").digest(), "big")
    letters = []
    for _place in range(_CODE):
        value, rest = divmod(value, len(LETTERS))
        letters.append(LETTERS[rest])
    return "".join(letters)


def hash_of(number: str, code: str) -> str:
    """What is kept of a code. Slow enough on purpose, though a code is random and nobody can guess it."""
    return hashlib.scrypt(code.encode(), salt=number.encode(), n=2**12, r=8, p=1, dklen=32).hex()


def form_of(mark: str) -> str:
    """What is kept of the mark of a form, whose code must not follow from what is kept."""
    return hashlib.sha256(mark.encode()).hexdigest()


def slip_for(mark: str) -> Slip | None:
    """The receipt a form was given already; None: it was not handed in yet."""
    number = Receipt.objects.filter(form=form_of(mark)).values_list("number", flat=True).first()
    return None if number is None else Slip(number, code_of(mark))


@transaction.atomic
def issue(purpose: str, mark: str, *, case: Case | None = None, subject: str = "", by_site: bool = False) -> Slip:
    """Give a receipt for what came with a form; in the transaction that writes it. ``mark``: see ``guarding.Passed``."""
    slip = Slip(new_number(), code_of(mark))
    Receipt.objects.create(
        number=slip.number, code_hash=hash_of(*slip), form=form_of(mark), purpose=purpose, case=case, subject=subject,
        by_site=by_site, issued_at=timezone.now(),
    )  # fmt: skip
    return slip


def find(number: str, code: str) -> Receipt | None:
    """The receipt of a number and its code. A wrong number and a wrong code take as long and give the same.

    How often somebody may ask is ``guarding``'s business.
    """
    return _found(Receipt.objects.filter(number=cleaned_number(number)).first(), number, code)


def find_begun(number: str, code: str) -> Begun | None:
    """The form begun of a number and its code, likewise."""
    return _found(Begun.objects.filter(number=cleaned_number(number)).first(), number, code)


_Row = TypeVar("_Row", Receipt, Begun)


def _found(row: _Row | None, number: str, code: str) -> _Row | None:
    kept = row.code_hash if row is not None else "0" * 64
    fits = compare_digest(hash_of(cleaned_number(number), cleaned_code(code)), kept)
    return row if fits else None
