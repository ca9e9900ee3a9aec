"""What leaves the machine: checkpoints that find a roll-back, packs that a stand-alone verifier reads."""

import io
import json
import subprocess
import sys
from contextlib import contextmanager

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from accounts.roles import Role
from audit import checkpoints, pack, services
from audit.models import Link
from audit.verifier import single
from audit.verify import Checkpoint, snapshot, verify
from tests.factories import grant, make_bureau
from tests.plumbing.database import behind_its_back

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bureau():
    return make_bureau("取证局")


def act(bureau, **detail) -> None:
    with transaction.atomic():
        services.record(verb="signin", bureau=bureau.pk, **detail)


def called(*words: str) -> tuple[str, int]:
    out = io.StringIO()
    try:
        call_command(*words, stdout=out)
    except SystemExit as end:
        return out.getvalue(), end.code
    return out.getvalue(), 0


def cut_the_tail(bureau) -> None:
    """As a roll-back leaves it: the last act is gone, and the chain agrees with itself."""
    last = Link.objects.filter(bureau=bureau.pk).latest("seq")
    before = Link.objects.get(bureau=bureau.pk, seq=last.seq - 1)
    with behind_its_back(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_event WHERE id = %s", [last.event_id])
        cursor.execute("DELETE FROM audit_link WHERE id = %s", [last.pk])
        end = [before.seq, before.digest, bureau.pk]
        cursor.execute("UPDATE audit_chain SET seq = %s, digest = %s WHERE bureau = %s", end)


def test_a_roll_back_is_found_by_a_checkpoint_that_left_the_machine(bureau, tmp_path, settings):
    settings.CHECKPOINTS = str(tmp_path)
    act(bureau)
    act(bureau)
    assert "已写" in called("checkpoint", "--out", str(tmp_path))[0]
    assert called("verify")[1] == 0
    cut_the_tail(bureau)
    assert verify(connection).intact, "by itself the chain agrees"
    told, code = called("verify")
    assert code == 1
    assert "退回" in told
    with pytest.raises(CommandError, match="已不在链中"):
        called("checkpoint", "--out", str(tmp_path))


def test_the_worker_drops_them_by_the_hour_and_adds_only_what_moved_on(bureau, tmp_path, settings):
    settings.CHECKPOINTS = str(tmp_path)
    act(bureau)
    checkpoints.drop_quietly()
    file = tmp_path / f"{bureau.pk}.txt"
    first = file.read_text()
    checkpoints.drop_quietly()
    assert file.read_text() == first
    act(bureau)
    checkpoints.drop_quietly()
    assert file.read_text().startswith(first)
    assert len(checkpoints.parse(file.read_text())) == 2


def test_a_printed_code_is_read_as_people_type_it(bureau):
    act(bureau)
    (point,) = checkpoints.at_end([bureau.pk])
    (typed,) = checkpoints.parse(f"  {point.short.upper()} ")
    assert checkpoints.is_kept(typed)
    with pytest.raises(checkpoints.CannotRead):
        checkpoints.parse("不是检查点")


def standalone(zipped, tmp_path, *more: str) -> tuple[dict, int]:
    program = tmp_path / single.NAME
    program.write_text(single.text(), encoding="utf-8")
    command = [sys.executable, "-I", str(program), str(zipped), "--json", *more]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return json.loads(done.stdout), done.returncode


def test_both_verifiers_call_an_honest_history_intact_and_a_changed_one_not(bureau, tmp_path):
    grant(Role.OFFICE, bureau)
    act(bureau, word="如实")
    zipped = tmp_path / "evidence.zip"
    called("evidence_pack", "--out", str(zipped))
    assert verify(connection).intact
    told, code = standalone(zipped, tmp_path)
    assert code == 0, told
    with behind_its_back(), connection.cursor() as cursor:
        cursor.execute("UPDATE audit_event SET actor_name = '别人' WHERE verb = 'signin'")
    called("evidence_pack", "--out", str(zipped))
    assert not verify(connection).intact
    assert standalone(zipped, tmp_path)[1] == 1


def test_a_chain_with_both_algorithms_verifies_in_both(bureau, tmp_path, settings):
    act(bureau)
    settings.EVIDENCE_ALGORITHM = "sm3"
    act(bureau)
    settings.EVIDENCE_ALGORITHM = "sha256"
    act(bureau)
    assert set(Link.objects.filter(bureau=bureau.pk).values_list("algorithm", flat=True)) == {"sha256", "sm3"}
    assert verify(connection).intact
    zipped = tmp_path / "evidence.zip"
    called("evidence_pack", "--out", str(zipped), "--bureau", bureau.name)
    assert standalone(zipped, tmp_path)[1] == 0


def test_what_was_linked_with_sm3_verifies_on_a_machine_that_has_none(bureau, settings, monkeypatch):
    settings.EVIDENCE_ALGORITHM = "sm3"
    act(bureau)

    def none(name):
        raise ValueError(f"unsupported hash type {name}")

    monkeypatch.setattr("audit.verifier.sm3.hashlib.new", none)
    assert verify(connection).intact
    act(bureau)
    assert verify(connection).intact
    with behind_its_back(), connection.cursor() as cursor:
        cursor.execute("UPDATE audit_event SET actor_name = '别人' WHERE verb = 'signin'")
    assert not verify(connection).intact


def test_what_is_dropped_while_a_pack_is_written_is_no_false_alarm(bureau, tmp_path, settings, monkeypatch):
    settings.CHECKPOINTS = str(tmp_path / "outside")
    act(bureau)
    checkpoints.drop_quietly()

    @contextmanager
    def and_somebody_acts(wrapper):
        with snapshot(wrapper):
            later = Checkpoint(bureau.pk, 4711, "0" * 64, "sha256")
            checkpoints._add(checkpoints.folder() / f"{bureau.pk}.txt", later.text)
            yield

    monkeypatch.setattr(pack, "snapshot", and_somebody_acts)
    called("evidence_pack", "--out", str(tmp_path / "evidence.zip"), "--bureau", bureau.name)
    told, code = standalone(tmp_path / "evidence.zip", tmp_path)
    assert code == 0, told
