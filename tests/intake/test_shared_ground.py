"""The ground public forms stand on: receipts that only their holder can use, machines held off while people get through, files
known by their content, forms begun that can be gone on with and are forgotten."""

import io
import re
import shutil
import zipfile
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from zhunsheng.intake import beginning, guarding, receipts, uploads
from zhunsheng.intake.guarding import Held, Passed
from zhunsheng.intake.models import Begun, Receipt, Tried
from zhunsheng.kernel.words import chinese_number
from zhunsheng.orgs.refusals import Refused

pytestmark = [pytest.mark.django_db, pytest.mark.once]
PDF = b"%PDF-1.7 \n"


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


HERE, ELSEWHERE = "192.0.2.7", "198.51.100.9"


# --- receipts ---


def test_a_receipt_is_found_by_number_and_code_together_only():
    mine, other = (receipts.issue("comment", guarding.new_mark(), subject=f"comment:{n}") for n in (1, 2))
    assert receipts.find(mine.shown_number, mine.shown_code.lower()).subject == "comment:1"
    assert receipts.find(mine.number, other.code) is None
    assert receipts.find("0000000000", mine.code) is None
    kept = Receipt.objects.get(number=mine.number)
    assert mine.code not in str(vars(kept))


def test_a_form_sent_twice_has_one_receipt():
    mark = guarding.new_mark()
    assert receipts.slip_for(mark) is None
    slip = receipts.issue("comment", mark)
    assert receipts.slip_for(mark) == slip


def test_a_slip_of_the_pen_is_told_from_a_wrong_number():
    number = receipts.new_number()
    wrong = number[:3] + str((int(number[3]) + 1) % 10) + number[4:]
    assert receipts.is_number(receipts.parted(number))
    assert not receipts.is_number(wrong)


# --- machines ---


def sent(held=None, **more):
    """A form as somebody sends it who has read it first."""
    made = held.guard if held else guarding.guard("apply")
    return {"form_mark": made.mark, "question": made.question_mark} | more


def answer_to(held):
    """What a person answers to the sum that is asked."""
    numbers = {chinese_number(n): n for n in range(2, 10)}
    one, sign, other = re.fullmatch(r"(.)(加上|减去)(.)等于几？", held.guard.question.zh).groups()
    return numbers[one] + numbers[other] * (1 if sign == "加上" else -1)


def test_who_reads_before_sending_is_asked_nothing(monkeypatch):
    form = sent()
    monkeypatch.setattr(guarding.time, "time", lambda now=guarding.time.time: now() + 4)
    assert isinstance(guarding.check("apply", form, HERE), Passed)


def test_who_sends_at_once_is_asked_and_goes_on_by_answering():
    held = guarding.check("apply", sent(), HERE)
    assert isinstance(held, Held)
    assert held.field == "answer"
    again = guarding.check("apply", sent(held, answer="0"), HERE)
    assert isinstance(again, Held)
    right = sent(again, answer=f" {chinese_number(answer_to(again))} ")
    assert isinstance(guarding.check("apply", right, HERE), Passed)
    assert isinstance(guarding.check("apply", right, HERE), Held), "an answer counts once"


def test_a_flood_is_held_off_and_a_person_gets_through():
    form = sent()
    through = [guarding.check("apply", form, HERE, quickest=0) for _ in range(guarding.FREE + 30)]
    assert sum(isinstance(one, Passed) for one in through) == guarding.FREE
    assert isinstance(guarding.check("apply", sent(), ELSEWHERE, quickest=0), Passed)
    held = through[-1]
    assert isinstance(guarding.check("apply", sent(held, answer=str(answer_to(held))), HERE), Passed)
    assert HERE not in str(list(Tried.objects.values()))


def test_a_machine_that_can_do_sums_is_stopped(monkeypatch):
    monkeypatch.setattr(guarding, "ANSWERED", 2)
    outcomes = []
    for _ in range(3):
        held = guarding.check("apply", sent(), HERE)
        outcomes.append(guarding.check("apply", sent(held, answer=str(answer_to(held))), HERE))
    assert [isinstance(one, Passed) for one in outcomes] == [True, True, False]
    assert "一小时后再来" in outcomes[-1].reason.zh


def test_forged_marks_and_the_trap_are_refused():
    assert isinstance(guarding.check("apply", {"form_mark": "x"}, HERE, quickest=0), Held)
    assert isinstance(guarding.check("other", sent(), HERE, quickest=0), Held), "a mark is good for its own form"
    assert "请勿填写" in guarding.check("apply", sent(website="http://x"), HERE, quickest=0).reason.zh


# --- files ---


def package(
    ending="docx", main=b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml", **parts
):
    """An office document with a list of contents and some parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b'<Types><Override ContentType="' + main + b'"/></Types>')
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_bin", ".bin"), content)
    return made.getvalue()


MACRO_MAIN = b"application/vnd.ms-word.document.macroEnabled.main+xml"
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("program.exe", b"MZ", "不是可以上传的类型"),
        ("archive.zip", package(), "不是可以上传的类型"),
        ("picture.pdf", b"\x89PNG\r\n\x1a\n....", "与后缀名不符"),
        ("page.txt", b"text\0with nothing", "与后缀名不符"),
        ("renamed.docx", package(main=b"spreadsheetml.sheet.main+xml"), "与后缀名不符"),
        ("broken.docx", b"PK\x03\x04 and nothing", "与后缀名不符"),
        ("macro.docm", package(main=MACRO_MAIN), "不是可以上传的类型"),
        ("macro.docx", package(main=MACRO_MAIN), "带有宏"),
        ("hidden.docx", package(word__vbaProject_bin=b"x"), "带有宏"),
        ("old.doc", OLD + b"\0" * 1024 * 1024 + "_VBA_PROJECT".encode("utf-16-le"), "带有宏"),
        ("empty.pdf", b"", "空文件"),
    ],
    ids=range(11),
)
def test_files_that_are_not_taken(name, content, says):
    with pytest.raises(Refused) as refused:
        uploads.keep(SimpleUploadedFile(name, content))
    assert says in str(refused.value)
    assert not [path for path in uploads.path_of("x").parent.glob("*") if path.is_file()]


def test_an_archive_that_unpacks_to_too_much_is_not_taken(monkeypatch):
    monkeypatch.setattr(uploads, "_UNPACKED", 1024 * 1024)
    bomb = package(word__document=b"\0" * 2 * 1024 * 1024)
    lying = bytearray(bomb)
    where = lying.rindex(b"word/document") - 46 + 24  # the size unpacked, in the list at the end
    lying[where : where + 4] = (1000).to_bytes(4, "little")
    for content in (bomb, bytes(lying)):
        with pytest.raises(Refused) as refused:
            uploads.keep(SimpleUploadedFile("bomb.docx", content))
        assert "解压后过大" in str(refused.value) or "与后缀名不符" in str(refused.value)


def test_files_of_the_public_do_not_fill_the_disk(monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _place: SimpleNamespace(free=uploads.LEAST_FREE - 1))
    with pytest.raises(Refused) as refused:
        uploads.keep(SimpleUploadedFile("a.pdf", PDF))
    assert refused.value.refusal.code == "full"
    assert not [path for path in uploads.path_of("x").parent.glob("*") if path.is_file()]


def test_honest_files_are_taken():
    for name, content in (("a.pdf", PDF), ("b.docx", package()), ("c.doc", OLD + b"text"), ("d.txt", "正文".encode())):
        place, own, size = uploads.keep(SimpleUploadedFile(f"C:\\示例\\{name}", content))
        assert (own, size) == (name, len(content))
        assert uploads.path_of(place).read_bytes() == content
        uploads.path_of(place).unlink()


# --- forms begun ---


def test_a_form_is_gone_on_with_by_its_number_and_code_and_forgotten_in_time(
    settings, django_capture_on_commit_callbacks
):
    mark = guarding.new_mark()
    row = beginning.begin("apply", mark, {"matter": "示例"})
    assert beginning.begin("apply", mark, {"matter": "改过"}).pk == row.pk
    file = beginning.add_file(row, "identity", SimpleUploadedFile("a.pdf", PDF))
    slip = beginning.slip_of(row, mark)
    resumed, new_mark = beginning.resume(slip.number, slip.code)
    assert resumed.typed == {"matter": "改过"}
    assert beginning.of_handle(beginning.handle_of(resumed, new_mark)) == (resumed, new_mark)
    assert beginning.resume(slip.number, slip.code[::-1]) is None

    other = beginning.begin("apply", guarding.new_mark(), {})
    Begun.objects.update(saved_at=timezone.now() - timedelta(days=2))
    beginning.forget()
    assert set(Begun.objects.all()) == {row}, "nobody asked to keep the other"
    assert other.pk != row.pk
    Begun.objects.update(saved_at=timezone.now() - timedelta(days=settings.PUBLIC_DRAFT_DAYS + 1))
    with django_capture_on_commit_callbacks(execute=True):
        beginning.forget()
    assert not Begun.objects.exists()
    assert not uploads.path_of(file.name).exists()
