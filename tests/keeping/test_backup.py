"""bin/manage backup and restore, as far as one process can show it; `bin/drill restore` does the rest under load."""

import dataclasses
import os
import random

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction

from accounts.models import User
from audit import checkpoints, services
from audit.models import Event
from lianzheng.keeping import archive, backup, copies, damage, postgres, restoring
from lianzheng.keeping.faults import KeepingError
from lianzheng.keeping.tables import sums
from tests.factories import make_bureau, make_user

SECRET = "a key of sixteen and more"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def data(tmp_path, settings):
    settings.DATA_DIR = tmp_path / "data"
    (settings.DATA_DIR / "files" / "jobs").mkdir(parents=True)
    (settings.DATA_DIR / "secret_key").write_text("the key of the site")
    (settings.DATA_DIR / "files" / "jobs" / "made.pdf").write_text("made again by who asked")
    (settings.DATA_DIR / "seals").mkdir()
    (settings.DATA_DIR / "seals" / "a.txt").write_text("what nobody can make again")
    return settings.DATA_DIR


def taken(data, **more) -> backup.Taken:
    return backup.take(out=data.parent / "out", secret=SECRET, **more)


def test_a_backup_holds_the_database_and_what_cannot_be_made_again(data, tmp_path):
    make_user("甲")
    done = taken(data)
    manifest = archive.unpack(done.path, SECRET, tmp_path / "there")
    assert manifest.tables["accounts_user"].rows == 1
    names = {part.name.split("/", 1)[1] for part in manifest.parts if part.name.startswith("data/")}
    assert names == {"secret_key", "seals/a.txt"}
    assert (tmp_path / "there/data/seals/a.txt").read_text() == "what nobody can make again"
    assert done.path.stat().st_mode & 0o777 == 0o600
    assert Event.objects.get(verb="backup.make").object_label == done.path.name
    assert "甲".encode() not in done.path.read_bytes()
    assert not list(data.glob(".keeping-*")), "no copy that is not encrypted stays"


def test_a_backup_says_where_the_chains_ended_and_restoring_holds_the_rows_against_it(data):
    make_user("甲")
    with transaction.atomic():
        services.record(verb="sample.load", by=None, label="一件事")
    manifest = taken(data).manifest
    assert [(end["bureau"], end["seq"]) for end in manifest.chain] == [
        (point.bureau, point.seq - 1) for point in checkpoints.at_end()
    ], "the backup itself is the next event"
    assert manifest.chain[0]["digest"][:4] in manifest.ends
    same = dataclasses.replace(manifest, tables=sums())
    with pytest.raises(KeepingError, match="证据链的末端"):
        restoring._check_rows(same)
    restoring._check_rows(dataclasses.replace(same, chain=copies.ends_of(connection)))
    restoring._check_rows(dataclasses.replace(same, chain=[]))


def test_the_key_of_the_site_stays_out_when_asked(data):
    assert "data/secret_key" not in {part.name for part in taken(data, with_secret_key=False).manifest.parts}


def test_only_the_newest_are_kept_and_nothing_that_is_not_ours_goes(data):
    out = data.parent / "out"
    out.mkdir()
    (out / "lianzheng-notes.lzbackup").write_text("somebody's notes")
    made = [taken(data, keep=2).path for _ in range(4)]
    assert backup.backups_in(out) == made[2:]
    assert (out / "lianzheng-notes.lzbackup").exists()


def test_every_flipped_byte_of_a_backup_is_noticed(data):
    path = taken(data).path
    whole, chance = path.read_bytes(), random.Random(5)
    for _ in range(25):
        flipped = bytearray(whole)
        flipped[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        path.write_bytes(flipped)
        with pytest.raises(KeepingError):
            archive.unpack(path, SECRET)


def test_a_part_that_is_not_what_the_manifest_says_is_refused(data, tmp_path):
    path, other = taken(data).path, tmp_path / "other"
    manifest = archive.unpack(path, SECRET, tmp_path / "there")
    files = {part.name: tmp_path / "there" / part.name for part in manifest.parts}
    files["data/seals/a.txt"].write_text("what somebody made of it..")
    with other.open("wb") as stream:
        archive.write(stream, SECRET, manifest, files)
    with pytest.raises(KeepingError, match="与清单不符"):
        archive.unpack(other, SECRET)


def test_nothing_is_put_over_somebody_s_work(data):
    make_user("甲")
    path = taken(data).path
    with pytest.raises(KeepingError, match="--replace"):
        restoring.restore(path=path, secret=SECRET)
    assert User.objects.count() == 1


def test_a_backup_of_a_newer_program_is_refused(data):
    manifest = taken(data).manifest
    manifest.migrations.append("accounts.9999_of_next_year")
    with pytest.raises(KeepingError, match="更新的版本"):
        restoring.check_fits(manifest)


def test_a_damaged_database_is_not_backed_up_over_good_ones(data):
    damage.note("database disk image is malformed")
    with pytest.raises(KeepingError, match="已标为损坏"):
        taken(data)


def test_without_the_programs_of_postgresql_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(postgres, "PLACES", "/nowhere")
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(KeepingError, match="apt-get install -y postgresql-client"):
        postgres.program("pg_dump")


def test_the_command_says_what_it_did_and_how_it_failed(data, tmp_path, capsys):
    key, out = tmp_path / "key", tmp_path / "out"
    make_bureau()  # an event, so that there is a chain
    call_command("backup", make_key=key)
    assert key.stat().st_mode & 0o777 == 0o600
    call_command("backup", out=out, key_file=key, keep=1)
    assert "已读回核对" in capsys.readouterr().out
    path = backup.backups_in(out)[0]
    call_command("restore", path, check=True, key_file=key)
    said = capsys.readouterr().out
    assert "完好" in said
    assert "证据链的末端" in said
    for code, name, given in [
        (1, "backup", {"make_key": key}),
        (1, "backup", {"out": out}),
        (2, "backup", {}),
        (2, "restore", {"file": tmp_path / "none", "key_file": key}),
        (1, "restore", {"file": path}),
    ]:
        with pytest.raises(CommandError) as refused:
            call_command(name, *([given.pop("file")] if "file" in given else []), **given)
        assert refused.value.returncode == code, given
    os.truncate(path, 500)
    with pytest.raises(CommandError, match="已损坏"):
        call_command("restore", path, check=True, key_file=key)
