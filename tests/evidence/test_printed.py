"""The checkpoint that a filing report carries: printed beside the type area, compared on a page, found out by it."""

from dataclasses import replace

import pytest
from django.db import connection, transaction
from django.utils import timezone

from audit import checkpoints
from audit.models import Chain, Event, Link
from documents.filing_report import filing_report
from documents.proof import checkpoint_of
from documents.rendering import official
from lianzheng.keeping import checking
from tests.documents.letters import sheets
from tests.evidence.test_checkpoints import cut_the_tail
from tests.plumbing.database import behind_its_back
from tests.roads import fresh, register_at, step_once
from tests.world import make_world
from workflow.acts import new_key
from workflow.models import FilingItem
from workflow.services import filings

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def filing(settings, tmp_path):
    """Handed in just now, its checkpoint dropped too."""
    settings.CHECKPOINTS = str(tmp_path / "outside")
    with transaction.atomic():
        world = make_world("s000")
        register = register_at(world, "bureau", "compile")
        step_once(register)
    items = list(FilingItem.objects.filter(register=fresh(register), role="discipline"))
    by, today = world.people["办公室甲"], timezone.localdate()
    made = filings.file(by=by, cycle=world.cycle, items=items, filed_on=today, key=new_key())
    made.world = world
    return made


def roll_back(filing) -> None:
    """As the backup of the day before leaves the chain."""
    while Event.objects.filter(verb="filing.make").exists():
        cut_the_tail(filing.bureau)


def asked(client, filing, code: str) -> str:
    client.force_login(filing.world.people["纪检组组长"])
    page = client.get("/checkpoints/", {"code": code})
    assert page.status_code == 200
    return page.content.decode()


def test_the_report_carries_the_link_of_its_own_filing(filing, settings):
    point = checkpoint_of(filing)
    link = Link.objects.get(bureau=filing.bureau_id, seq=point.seq)
    assert Event.objects.get(pk=link.event_id).verb == "filing.make"
    assert link.changes, "it answers for the rows that were handed in"
    settings.ALLOWED_HOSTS = ["localhost"]
    proof = filing_report(filing).proof
    assert proof.text == f"检查点 {point.short}"
    assert checkpoints.parse(proof.code) == checkpoints.parse(point.short)
    settings.PUBLIC_URL = "https://lz.example"
    assert filing_report(filing).proof.code.startswith("https://lz.example/checkpoints/?code=")
    dropped = checkpoints.parse(checkpoints.kept_text(filing.bureau_id))
    assert point.digest in {one.digest for one in dropped}


def test_the_printed_code_agrees_until_the_records_are_rolled_back(filing, client):
    code = checkpoint_of(filing).short
    told = asked(client, filing, code)
    assert "相符" in told
    assert "没有不符" in told
    roll_back(filing)
    told = asked(client, filing, code)
    assert "退回" in told
    assert "立即报告" in told


def test_the_page_finds_out_a_chain_computed_anew_and_a_changed_record(filing, client):
    code = checkpoint_of(filing).short
    with behind_its_back(), connection.cursor() as cursor:
        cursor.execute("UPDATE audit_event SET actor_name = '别人' WHERE verb = 'register.file'")
    assert "已被改动" in asked(client, filing, code)
    link = Link.objects.get(bureau=filing.bureau_id, seq=checkpoint_of(filing).seq)
    with behind_its_back(), connection.cursor() as cursor:
        cursor.execute("UPDATE audit_link SET digest = %s WHERE id = %s", ["0" * 64, link.pk])
    assert "重新算过" in asked(client, filing, code)
    assert "无法核对" in asked(client, filing, "987654-1 7f3a 9c02 11ab 90de")
    assert "看不懂" in asked(client, filing, "随便写的")


def test_it_is_not_for_everybody(filing, client):
    client.force_login(filing.world.people["规划管理岗"])
    assert client.get("/checkpoints/").status_code == 403


def test_a_start_says_that_the_database_was_rolled_back(filing):
    assert checking.at_start().told == []
    roll_back(filing)
    assert Chain.objects.get(bureau=filing.bureau_id).seq < 10**6
    told = checking.at_start()
    assert told.good, "a restored backup may look the same"
    assert "已不在链中" in told.told[0]


def test_a_place_that_cannot_be_read_is_said(filing, settings):
    (checkpoints.folder() / "1.txt").write_text("lianzheng checkpoint v1\nx", encoding="utf-8")
    assert any("核对不了" in said for said in checking.at_start().told)


def test_nothing_that_the_standard_places_moves_for_it(filing):
    letter = filing_report(filing)
    with_it, without = (sheets(official.render(one)) for one in (letter, replace(letter, proof=None)))
    stood, stands = (
        [[(line.y, line.text, line.left) for line in page.lines] for page in one] for one in (without, with_it)
    )
    assert [line for line in stands[0] if line[1] != letter.proof.text] == stood[0]
    assert stands[1:] == stood[1:]
    assert with_it[0].line(letter.proof.text).y > 297 - 35, "below the type area"
    assert official.render(letter) == official.render(filing_report(filing)), "the same data gives the same bytes"
