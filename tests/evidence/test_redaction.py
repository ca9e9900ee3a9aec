"""Personal data that is blanked by law is gone from the database, and what is left still proves itself."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from accounts.exceptions import NotAllowed, NotNow
from accounts.roles import Role
from audit import services as audit
from audit.models import Event
from audit.redaction import Found
from audit.verifier import single
from audit.verify import verify
from registers.enums import RedactionState
from registers.models import DataPass, Redaction, Unit
from registers.services import organisation, redactions
from registers.views.redactions import told
from tests.factories import grant, make_bureau, make_section, make_user
from tests.plumbing.database import behind_its_back, on_postgresql

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER = "110101199003071399"
NAME = "欧阳甲乙"


@pytest.fixture
def bureau():
    return make_bureau("取证局")


@pytest.fixture
def people(bureau):
    """The two who are asked."""
    inspector = grant(Role.DISCIPLINE, bureau, make_user("组长"))
    return inspector, grant(Role.AUDIT_ADMIN, bureau, make_user("审计员"))


@transaction.atomic
def told_everywhere(bureau) -> Unit:
    """A number and a name in a row, its history, one that may only be added to, the journal and the log."""
    office = grant(Role.OFFICE, bureau, make_user(NAME))
    section = make_section(bureau, "甲股")
    organisation.change_unit(by=office, unit=section, name="乙股", duties=f"找{NAME}，{NUMBER}。")
    organisation.change_unit(by=office, unit=section, name=f"{NAME}股", duties=f"又找{NAME}")
    DataPass.objects.create(
        kind="notice", target=1, bureau=bureau, found="x", by=office, reason=f"{NAME}同意", at=timezone.now()
    )
    audit.record(verb="signin", by=office, detail_of=NAME)
    audit.record(verb="unit.change", by=office, bureau=bureau.pk, label=NAME, words={"in": [NUMBER]})
    office.is_active = False
    office.save()
    return section


def redacted(people, bureau, datum: str) -> Redaction:
    first, second = people
    row = redactions.propose(by=first, bureau=bureau, datum=datum, what="某人的信息", ground="本人申请")
    redactions.confirm(by=second, row=row)
    return Redaction.objects.get(pk=row.pk)


def files_of_the_database() -> bytes:
    path = Path(connection.settings_dict["NAME"])
    return b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*"))


def stands(text: str) -> bool:
    """Whether the text is anywhere in any row of the database."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            if any(text in str(value) or text in repr(value) for row in cursor.fetchall() for value in row):
                return True
    return False


def test_it_is_gone_and_both_verifiers_find_nothing_amiss(bureau, people, tmp_path):
    section = told_everywhere(bureau)
    assert stands(NAME)
    for datum in (NAME, NUMBER):
        row = redacted(people, bureau, datum)
        assert (row.state, row.datum) == (RedactionState.DONE, "")
        assert not stands(datum)
        if not on_postgresql():
            assert datum.encode() not in files_of_the_database()
    section.refresh_from_db()
    assert "抹去" in section.name
    assert "〔抹去" in DataPass.objects.get().reason
    result = verify(connection)
    assert not result.findings
    assert result.redacted > 4
    call_command("evidence_pack", "--out", str(tmp_path / "pack.zip"))
    (tmp_path / single.NAME).write_text(single.text(), encoding="utf-8")
    command = [sys.executable, "-I", str(tmp_path / single.NAME), str(tmp_path / "pack.zip")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "其中依法抹去" in done.stdout


def test_who_acted_and_on_what_stays(bureau, people):
    told_everywhere(bureau)
    before = {event.pk: (event.at, event.actor, event.verb, event.object_id) for event in Event.objects.all()}
    redacted(people, bureau, NAME)
    for event in Event.objects.filter(pk__in=before):
        assert (event.at, event.actor, event.verb, event.object_id) == before[event.pk]
    assert {event.bureau for event in Event.objects.filter(verb="evidence.redact")} == {0, bureau.pk}


def test_a_row_changed_after_it_was_blanked_is_still_found_out(bureau, people):
    told_everywhere(bureau)
    redacted(people, bureau, NAME)
    with behind_its_back(), connection.cursor() as cursor:
        cursor.execute("UPDATE registers_datapass SET reason = '别的'")
    assert {(one.table, one.column) for one in verify(connection).findings} == {("registers_datapass", "reason")}


def test_rows_that_are_only_added_to_are_guarded_again(bureau, people):
    told_everywhere(bureau)
    redacted(people, bureau, NAME)
    with pytest.raises(Exception, match="only added to"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE registers_datapass SET reason = '别的'")


def test_it_takes_two_of_different_kinds(bureau, people):
    inspector, auditor = people
    told_everywhere(bureau)
    row = redactions.propose(by=inspector, bureau=bureau, datum=NAME, what="姓名", ground="申请")
    another = grant(Role.DISCIPLINE, bureau, make_user("组员"))
    stranger = grant(Role.AUDIT_ADMIN, make_bureau("别的局"), make_user("外人"))
    for who in (inspector, another, stranger, grant(Role.OFFICE, bureau, make_user("主任"))):
        with pytest.raises(NotAllowed):
            redactions.confirm(by=who, row=row)
    assert stands(NAME)
    redactions.refuse(by=auditor, row=row, reason="依据不足")
    with pytest.raises(NotNow):
        redactions.confirm(by=auditor, row=row)
    assert Redaction.objects.get().datum == ""
    with pytest.raises(NotAllowed):
        redactions.propose(by=stranger, bureau=bureau, datum=NAME, what="姓名", ground="申请")


def test_another_bureau_keeps_its_own(bureau, people):
    told_everywhere(bureau)
    other = make_bureau("别的局")
    section = make_section(other, f"{NAME}股")
    organisation.change_unit(by=grant(Role.OFFICE, other, make_user("乙")), unit=section, name=f"{NAME}二股")
    redacted(people, bureau, NAME)
    section.refresh_from_db()
    assert section.name == f"{NAME}二股"


@pytest.mark.parametrize("datum", ["甲", "1234", "a%bcdefg", '"甲乙"'])
def test_what_would_tear_up_other_things_is_refused(bureau, people, datum):
    with pytest.raises(NotNow):
        redactions.propose(by=people[0], bureau=bureau, datum=datum, what="某", ground="某")


def test_somebody_who_still_works_here_is_not_made_nameless(bureau, people):
    user = make_user("在职人员")
    with pytest.raises(NotNow, match="还在使用"):
        redactions.propose(by=people[0], bureau=bureau, datum="在职人员", what="姓名", ground="申请")
    assert user.is_active


def test_the_words_that_stay_do_not_say_it_again(bureau, people):
    with pytest.raises(NotNow, match="会留在记录里"):
        redactions.propose(by=people[0], bureau=bureau, datum=NUMBER, what=f"号码{NUMBER}", ground="申请")


def test_nobody_learns_from_it_of_comments():
    rows = {("workflow_comment", 1): {"text": "x"}, ("registers_unit", 1): {"name": "x", "duties": "x"}}
    found = Found(rows=rows | {("registers_historicalunit", 1): {"name": "x"}})
    assert told(found) == [("单位的历史", "名称", 1), ("单位", "名称、职责", 1)]


def test_the_pages(bureau, people, client):
    inspector, auditor = people
    told_everywhere(bureau)
    client.force_login(inspector)
    given = {"bureau": bureau.pk, "datum": NAME, "what": "姓名", "ground": "本人申请"}
    page = client.post("/redactions/add/", given)
    assert page.status_code == 302
    shown = client.get(page.url).content.decode()
    assert NAME in shown
    assert "以往的数据改动" in shown
    client.force_login(auditor)
    assert "确认抹去" in client.get(page.url).content.decode()
    assert client.post(page.url, {"answer": "confirm"}).status_code == 302
    assert not stands(NAME)
    assert "已抹去" in client.get("/redactions/").content.decode()
    assert client.post(page.url, {"answer": "confirm"}).status_code == 403
