"""Forms begun (未提交的表单): what somebody has filled in so far is kept, so that he can go on later with a number and a code.

A form not asked to be kept goes after a day, one that was after so many days as the place has set. Nothing of it is a record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils import timezone

from zhunsheng.intake import guarding, receipts, uploads
from zhunsheng.intake.models import Begun, BegunFile
from zhunsheng.intake.receipts import Slip
from zhunsheng.intake.uploads import Uploaded
from zhunsheng.orgs.refusals import refused

DAY = timedelta(days=1)
_HELD = "zhunsheng.intake.begun"


def begin(purpose: str, mark: str, typed: Mapping[str, Any]) -> Begun:
    """Keep a form for the first time; the same form sent again is the same one, with what its later pages have said since."""
    number = receipts.new_number()
    row, is_new = Begun.objects.get_or_create(
        form=receipts.form_of(mark),
        defaults={
            "number": number, "code_hash": receipts.hash_of(number, _code_of(mark)), "purpose": purpose, "typed": dict(typed),
            "saved_at": timezone.now(),
        },
    )  # fmt: skip
    if not is_new:
        keep(row, {**row.typed, **typed})
    return row


def _code_of(mark: str) -> str:
    return receipts.code_of(f"begun:{mark}")


def slip_of(row: Begun, mark: str) -> Slip:
    """The number and code with which a form is found again; from now on it is kept longer."""
    if not row.kept:
        row.kept = True
        row.save(update_fields=["kept"])
    return Slip(row.number, _code_of(mark))


def handle_of(row: Begun, mark: str) -> str:
    """What the pages of a form carry along so that it is found again. It opens the form and is good for a day."""
    return signing.dumps([row.pk, mark], salt=_HELD)


def of_handle(handle: str) -> tuple[Begun, str] | None:
    """The form begun a page carried along, with its mark; None where it is gone or was open for too long."""
    pk, mark = _opened(handle)
    row = Begun.objects.filter(pk=pk).first() if pk else None
    return None if row is None else (row, mark)


def mark_of(handle: str) -> str:
    """The mark of the form a page carried along, though it is handed in and gone; empty where it was open for too long."""
    return _opened(handle)[1]


def _opened(handle: str) -> tuple[int, str]:
    try:
        pk, mark = signing.loads(handle, salt=_HELD, max_age=DAY)
    except (signing.BadSignature, TypeError, ValueError):
        return 0, ""
    return int(pk), str(mark)


def resume(number: str, code: str) -> tuple[Begun, str] | None:
    """The form of a number and its code, with a new mark: the old one was never written down."""
    row = receipts.find_begun(number, code)
    if row is None:
        return None
    mark = guarding.new_mark()
    row.form, row.code_hash = receipts.form_of(mark), receipts.hash_of(row.number, _code_of(mark))
    row.saved_at = timezone.now()
    row.save(update_fields=["form", "code_hash", "saved_at"])
    return row, mark


def keep(row: Begun, typed: Mapping[str, Any]) -> None:
    """Keep what was filled in since."""
    row.typed, row.saved_at = dict(typed), timezone.now()
    row.save(update_fields=["typed", "saved_at"])


def add_file(row: Begun, part: str, file: Uploaded) -> BegunFile:
    """Lay a file aside for a form. Raises ``Refused``."""
    most = settings.PUBLIC_FILES
    if row.files.count() >= most:
        raise refused("files", f"最多上传 {most} 个文件", f"at most {most} files are taken", "file")
    place, name, size = uploads.keep(file)
    return BegunFile.objects.create(begun=row, part=part, file_name=name, size=size, name=place)


def remove_file(row: Begun, place: str) -> None:
    """Take back a file of a form that was not handed in."""
    _remove(list(row.files.filter(name=place)))


def end(row: Begun) -> None:
    """Forget a form, because it was handed in or because nobody wants it any more."""
    _remove(list(row.files.all()))
    row.delete()


def _remove(files: Sequence[BegunFile]) -> None:
    """The rows at once, the contents when nothing can call the rows back any more."""
    for file in files:
        file.delete()
        transaction.on_commit(lambda place=file.name: uploads.path_of(place).unlink(missing_ok=True))


def forget() -> None:
    """Forms that have lain long enough, and the counts of ``guarding`` that are over."""
    now = timezone.now()
    old = Begun.objects.filter(kept=False, saved_at__lt=now - DAY)
    for row in (*old, *Begun.objects.filter(kept=True, saved_at__lt=now - DAY * settings.PUBLIC_DRAFT_DAYS)):
        end(row)
    guarding.forget_counts()
