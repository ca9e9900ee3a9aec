"""备案报告 and 公示 as official papers: true to the data, for whoever sees the page, and for nobody else."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import Event
from documents import notice_paper as paper_of_notice
from documents.filing_report import filing_report
from documents.notice_paper import notice_paper
from tests.documents.letters import sheets
from tests.roads import fresh, register_at, step_once
from tests.workflow.notice_world import at_notice, let_end, make_notice_world, published
from tests.world import make_world
from workflow.acts import new_key
from workflow.enums import ItemOutcome
from workflow.models import FilingItem, Meeting, MeetingItem
from workflow.services import filings, notices

pytestmark = pytest.mark.django_db


def text_of(data: bytes) -> str:
    return "".join(line.text for page in sheets(data) for line in page.lines)


@pytest.fixture
def filing():
    world = make_world("s000")
    register = register_at(world, "bureau", "compile")
    step_once(register)
    items = list(FilingItem.objects.filter(register=fresh(register), role="discipline"))
    letter = filings.file(
        by=world.people["办公室甲"], cycle=world.cycle, items=items, filed_on=timezone.localdate(), key=new_key()
    )
    letter.world = world
    return letter


@pytest.fixture
def notice():
    world = make_notice_world("bureau")
    post, other = world.posts["规划管理岗"], world.posts["选址审批岗"]
    made = published(world, at_notice(world.cycle, post), at_notice(world.cycle, other))
    made.world = world
    return made


def test_a_filing_report_says_number_body_registers_and_points(filing, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        letter = filing_report(filing)
    assert letter.number.replace("〔", "[") == filing.number.replace("〔", "[")
    assert letter.addressee == filing.body
    assert letter.date == filing.filed_on
    assert letter.upward
    [table] = letter.attachments[0].tables
    assert [row.cells[1].plain for row in table.rows] == [item.register.subject_name for item in filing.items.all()]
    seal = filing.items.get().seal
    points = sum(len(row["points"]) for one in (seal.data, *seal.data["compiled"]) for row in one["rows"])
    assert points > 0
    assert any(f"登记廉政风险点共{points}个" in part.text for part in letter.paragraphs)
    assert table.totals.cells[3].plain == str(points)


def test_points_of_a_register_that_is_compiled_into_another_are_counted_once(filing):
    other = filing.items.get()
    FilingItem.objects.create(
        register=other.register, seal=other.seal, bureau=other.bureau, step=other.step, body=other.body,
        role=other.role, filing=filing,
    )  # fmt: skip
    letter = filing_report(filing)
    [table] = letter.attachments[0].tables
    assert table.totals.cells[3].plain == table.rows[0].cells[4].plain
    assert "不重复计算" in letter.attachments[0].note


def test_what_happened_after_the_day_of_the_letter_is_not_in_it(filing):
    register = filing.items.get().register
    by = filing.world.people["办公室甲"]
    for days in (-1, 1):
        day = filing.filed_on + datetime.timedelta(days=days)
        meeting = Meeting.objects.create(
            bureau=filing.bureau,
            cycle=filing.world.cycle,
            body="党组会",
            held_on=day,
            number=f"纪要{days}",
            recorded_by=by,
        )
        MeetingItem.objects.create(meeting=meeting, register=register, outcome=ItemOutcome.PASSED)
    said = "".join(part.text for part in filing_report(filing).paragraphs)
    assert "纪要-1" in said
    assert "纪要1" not in said


def test_who_may_read_the_letter_may_take_the_report_and_one_event_says_so(client, filing):
    client.force_login(filing.world.people["办公室甲"])
    address = reverse("filing_pdf", args=[filing.pk])
    shown = reverse("filing_report", args=[filing.pk])
    assert shown in client.get(reverse("filing", args=[filing.pk])).content.decode()
    page = client.get(shown).content.decode()
    assert address in page
    assert "备案登记表目录" in page
    answer = client.get(address)
    assert "备案的报告" in text_of(answer.content)
    assert filing.body in text_of(answer.content)
    assert Event.objects.filter(verb="letter.print").count() == 1
    client.head(address)
    assert Event.objects.filter(verb="letter.print").count() == 1
    client.force_login(filing.world.people["规划管理岗"])
    assert client.get(address).status_code == 404


def test_a_notice_says_what_its_page_says_and_nothing_that_is_masked(client, notice):
    client.force_login(notice.world.people["规划管理岗"])
    address = reverse("notice_pdf", args=[notice.pk])
    assert address in client.get(reverse("notice_read", args=[notice.pk])).content.decode()
    said = text_of(client.get(address).content)
    assert notice.number in said
    assert notice.title.replace("\n", "") in said.replace("\n", "")
    assert notice.contact in said
    assert "公开栏" in said
    assert f"（{notice.days}个工作日）" in said
    words = [text for _, text in notice_paper(notice).texts()]
    for item in notice.items.all():
        assert any(item.shown["subject"] in text for text in words)
        for row in item.shown["rows"]:
            assert row["point"][0]["text"] in words
    assert "裁量幅度" not in said
    assert not any("裁量幅度" in text for text in words)


def test_a_withdrawn_notice_and_a_draft_have_no_paper(client, notice):
    address = reverse("notice_pdf", args=[notice.pk])
    client.force_login(notice.world.people["规划管理岗"])
    notices.withdraw_notice(by=notice.world.people["办公室甲"], notice=notice, reason="内容有误，重新公示")
    assert client.get(address).status_code == 404


def test_the_public_reads_what_is_public_only_and_is_not_written_down(client, notice):
    world = make_notice_world("society")
    shown = published(world, at_notice(world.cycle, world.posts["规划管理岗"]))
    before = Event.objects.count()
    address = reverse("public_notice_pdf", args=[shown.pk])
    assert address in client.get(reverse("public_notice", args=[shown.pk])).content.decode()
    answer = client.get(address)
    assert answer.status_code == 200
    assert not answer.cookies
    assert Event.objects.count() == before
    assert client.get(reverse("public_notice_pdf", args=[notice.pk])).status_code == 404


def test_an_ended_notice_is_dated_on_its_first_day(notice):
    ended = let_end(notice)
    assert notice_paper(ended).date == ended.starts_on


def test_a_notice_too_long_to_wait_for_is_refused_with_a_sentence(client, notice, monkeypatch):
    monkeypatch.setattr(paper_of_notice, "MOST_ROWS", 3)
    client.force_login(notice.world.people["规划管理岗"])
    answer = client.get(reverse("notice_pdf", args=[notice.pk]))
    assert answer.status_code == 409
    assert "超过3行" in answer.content.decode()
