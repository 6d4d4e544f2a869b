"""A backup is restored into an empty place and comes to the same; a damaged one, a wrong key and a place in use are refused."""

from __future__ import annotations

import gzip
import io
import json
import os
import subprocess
import sys
import tarfile
import threading

import pytest
from django.db import connection

from tests.cases.place import HOTLINE, live, make_place, order_steps
from zhunsheng.cases.materials import path_of
from zhunsheng.cases.models import Material
from zhunsheng.durability import archive, backup
from zhunsheng.durability.restoring import NotEmpty, _take, check_empty, compare, manifest_of
from zhunsheng.orgs.models import Organ

pytestmark = pytest.mark.django_db(transaction=True)
PDF = b"%PDF-1.7 example"
SECRET = b"a key of sixteen and more"


@pytest.fixture
def home(transactional_db, settings, tmp_path):
    """A county with a case, a material, and a home of its own."""
    settings.HOME = tmp_path / "home"
    settings.MEDIA_ROOT = settings.HOME / "files"
    settings.HOME.mkdir()
    (settings.HOME / "secret_key").write_text("x" * 64)
    place = make_place()
    case = live(HOTLINE, place.hotline, order_steps())
    from zhunsheng.cases.materials import add_material
    from zhunsheng.orgs.access import access_of

    add_material(case, [PDF], file_name="回复.pdf", officer=place.operator,
                 access=access_of(place.operator, case.last_on))  # fmt: skip
    return settings.HOME


def made(home, secret=None, keep=0):
    return backup.make(home / "backups", secret, keep, lambda more: None)


def restored(file, target, home, *more):
    """What ``zhunsheng restore`` says, run as an operator does, in a process of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ZHUNSHENG_")}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    command = [
        sys.executable,
        "-m",
        "zhunsheng",
        "restore",
        str(file),
        "--into",
        target,
        "--home",
        str(home),
        "--json",
        *more,
    ]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


@pytest.fixture
def target(tmp_path):
    """An empty place of the kind of the run: a folder, or another database on the server."""
    if connection.vendor == "sqlite":
        yield str(tmp_path / "again")
        return
    from zhunsheng.durability import drill

    with drill.place(tmp_path, None) as address:
        yield address


def test_a_backup_made_while_others_write_is_restored_and_comes_to_the_same(home, target, tmp_path, settings):
    """The sums noted must be those of the rows in it, whatever was written meanwhile."""
    hotline, over = Organ.objects.get(mark="示热"), threading.Event()

    def writing():
        while not over.is_set():
            live(HOTLINE, hotline, order_steps())
        connection.close()

    writer = threading.Thread(target=writing)
    writer.start()
    try:
        file = made(home, SECRET).path
    finally:
        over.set()
        writer.join()
    key = tmp_path / "key"
    key.write_bytes(SECRET)
    answer = restored(file, target, tmp_path / "again", "--thorough", "--key", str(key))
    assert answer.returncode == 0, answer.stdout + answer.stderr
    compared = {line["en"]: line for line in json.loads(answer.stdout)["compared"]}
    assert len(compared) == 11
    assert all(line["agrees"] for line in compared.values())
    assert int(compared["rows"]["found"]) > 100
    digest = Material.objects.get().digest
    assert (tmp_path / "again" / "files" / digest[:2] / digest).read_bytes() == PDF
    settings.HOME = tmp_path / "again"
    with pytest.raises(NotEmpty, match="into an empty place"):
        check_empty(settings.HOME)


@pytest.mark.once
def test_a_damaged_or_cut_backup_a_wrong_key_and_a_database_of_another_kind_are_refused(home, tmp_path):
    file = made(home).path
    whole = file.read_bytes()
    manifest = manifest_of(file, None)
    assert manifest["files"] == 1
    assert "keys/sealing" not in {one["name"] for one in manifest["members"]}, "never beside what they open"
    bad = tmp_path / "bad.backup"
    for content in (whole[: len(whole) // 2], whole[:-2000] + bytes(1000) + whole[-1000:], b"nothing", b""):
        bad.write_bytes(content)
        with pytest.raises(archive.Unreadable):
            manifest_of(bad, None)
    sealed = made(home, SECRET).path.read_bytes()
    for content, key in (
        (sealed, SECRET + b"!"),
        (sealed, None),
        (sealed[:-1], SECRET),
        (sealed[: len(sealed) // 2], SECRET),
    ):
        bad.write_bytes(content)
        with pytest.raises(archive.Unreadable):
            manifest_of(bad, key)


@pytest.mark.once
def test_a_part_that_is_not_what_the_manifest_says_is_refused(home, tmp_path):
    """Somebody opens a backup, changes a part of it and packs it again: nothing is damaged, and yet it is not what was written."""
    file, bad = made(home).path, tmp_path / "bad.backup"
    expected = {one["name"]: one["sha256"] for one in manifest_of(file, None)["members"]}
    with tarfile.open(file, "r:gz") as old, tarfile.open(bad, "w:gz") as new:
        for part in old:
            content = old.extractfile(part).read()
            new.addfile(part, io.BytesIO(content.replace(PDF, PDF.upper())))
    _take(file, None, expected, tmp_path / "whole", lambda more: None)
    with pytest.raises(archive.Unreadable, match="is damaged; nothing was restored"):
        _take(bad, None, expected, tmp_path / "again", lambda more: None)


@pytest.mark.once
def test_whichever_byte_of_a_backup_was_damaged_it_is_told(tmp_path):
    file, bad = tmp_path / "small.backup", tmp_path / "bad.backup"
    with archive.writing(file, None, lambda _done: None) as writer:
        writer.add("one", io.BytesIO(b"content " * 20), 160)
        writer.finish({"format": 1, "engine": connection.vendor})
    whole = file.read_bytes()
    told = 0
    for place in range(len(whole)):
        for flipped in (0x01, 0x80):
            bad.write_bytes(whole[:place] + bytes([whole[place] ^ flipped]) + whole[place + 1 :])
            try:
                manifest_of(bad, None)
            except archive.Unreadable:
                told += 1
            else:  # packing can say the same in more than one way
                assert gzip.decompress(bad.read_bytes()) == gzip.decompress(whole)
    assert told > len(whole)


@pytest.mark.once
def test_what_is_not_as_it_was_noted_is_told(home):
    manifest = manifest_of(made(home).path, None)
    assert [line.en for line in compare(manifest) if not line.agrees] == []
    path_of(Material.objects.get().digest).unlink()
    live(HOTLINE, Organ.objects.get(mark="示热"), order_steps()[:1])
    assert [line.en for line in compare(manifest) if not line.agrees] == [
        "tables with another number of rows", "rows", "accounts with other figures", "files missing or damaged",
    ]  # fmt: skip


@pytest.mark.once
def test_only_the_newest_are_kept(home):
    place = home / "backups"
    place.mkdir()
    for day in range(1, 6):
        (place / f"zhunsheng-2026010{day}T000000.backup").write_bytes(b"")
    (place / "other.backup").write_bytes(b"")
    kept = made(home, keep=3)
    assert [path.name[10:18] for path in kept.removed] == ["20260101", "20260102", "20260103"]
    assert len(backup.backups(place)) == 3
    assert (place / "other.backup").exists()


@pytest.mark.once
def test_one_made_after_the_clock_was_set_back_is_kept(home):
    place = home / "backups"
    place.mkdir()
    for day in range(1, 4):
        (place / f"zhunsheng-2999010{day}T000000.backup").write_bytes(b"")
    kept = made(home, keep=3)
    assert [path.name[10:18] for path in kept.removed] == ["29990101"]
    assert kept.path in backup.backups(place)
    assert len(backup.backups(place)) == 3
