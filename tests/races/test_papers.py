"""Papers, imports, offline forms and jobs at once: a double click does it once, everybody else gets a sentence."""

import datetime
from functools import partial

import pytest
from django.utils import timezone

from accounts.roles import Role
from audit.models import Event
from jobs import queue
from jobs import services as jobs
from jobs.models import Job
from registers.importing.apply import apply_import
from registers.importing.plan import make_plan
from registers.models import Block, FormLayout, OfflineForm, Unit
from registers.offline.ground import mark_of, whole_of
from registers.rows import rows_of
from registers.schemes import layouts
from registers.schemes.store import spec_of
from registers.services import offline
from registers.services.layouts import change_layout, reset_layout
from supervision.access import Subject
from supervision.enums import StepKind
from supervision.models import Letter, LetterStep
from supervision.services import letters
from supervision.services.letters import Draft
from tests.catalogue.files import apply as apply_catalogue
from tests.catalogue.files import book, plan
from tests.factories import appoint, grant, make_bureau, make_cycle, make_post, make_register, make_section, make_user
from tests.jobs.kinds import kind, writes
from tests.races.arena import at_once, one_winner, only_refusals
from tests.registers.workbooks import sheets_of, workbook
from tests.workflow.notice_world import at_notice, published, scheme_with
from tests.world import make_world
from workflow.models import Comment
from workflow.services.comments import add_comment, receipt_of

pytestmark = pytest.mark.django_db(transaction=True)
CLICKS = 6
HEAD = ["序号", "责任主体", "职权内容", "风险点", "风险等级", "防控措施", "责任人"]
ROW = ["1", "规划股", "规划许可", "1.越权审批；2.拖延不办", "一级", "1.双人办理；2.限时办结", "股长"]


def test_a_letter_sent_twice_at_once_goes_out_once_and_an_answer_stands_once():
    world = make_world("s000")
    subject = Subject(world.sections["规划股"], world.posts["规划管理岗"])
    draft = Draft("rectify", "超过期限。", due_on=timezone.localdate() + datetime.timedelta(days=9))
    click = partial(letters.issue, by=world.people["办公室甲"], subject=subject, draft=draft)
    outcomes = at_once(*[partial(click, key="same")] * CLICKS)
    assert {outcome.result for outcome in outcomes if not outcome.error} == {Letter.objects.get()}
    assert [outcome.error for outcome in outcomes] == [None] * CLICKS
    assert "〕2号" in click(key="other").number, "no number is lost"
    letter = Letter.objects.get(key="same")
    answer = partial(
        letters.act, letter=letter, by=world.people["规划管理岗"], kind=StepKind.REPLY, text="已整改。", key="answer"
    )
    outcomes = at_once(*[answer] * CLICKS)
    assert [outcome.error for outcome in outcomes] == [None] * CLICKS
    assert LetterStep.objects.count() == Event.objects.filter(verb="letter.reply").count() == 1


def test_a_comment_sent_twice_at_once_is_one_comment_and_every_click_gets_its_code():
    world = make_world("s000", open_registers=False)
    world.cycle = make_cycle(world.bureau, scheme_with("bureau"))
    notice = published(world, at_notice(world.cycle, world.posts["规划管理岗"]))
    click = partial(add_comment, notice=notice, item=None, text="应当两人踏勘", address="203.0.113.7", key="same form")
    outcomes = at_once(*[click] * CLICKS)
    assert [outcome.error for outcome in outcomes] == [None] * CLICKS
    assert {outcome.result for outcome in outcomes} == {receipt_of("same form")}
    assert Comment.objects.count() == Event.objects.filter(verb="comment.add").count() == 1


def test_an_offline_form_that_comes_back_twice_at_once_is_written_once():
    post = make_post(make_section(make_bureau()))
    clerk = appoint(post)
    register = make_register(post, filler=clerk)
    form = offline.issue(register=register, by=clerk)
    now = whole_of(register, list(rows_of(register)))
    outcomes = at_once(*[partial(offline.take_back, form=form, by=clerk, seen=mark_of(now), wanted=now)] * CLICKS)
    one_winner(outcomes)
    assert Event.objects.filter(verb="offline.return").count() == 1
    assert OfflineForm.objects.get().returned_at is not None


def test_of_two_first_layouts_one_stands_and_the_other_is_told():
    bureau = make_bureau()
    office, cycle = grant(Role.OFFICE, bureau), make_cycle(bureau)
    form = spec_of(cycle.scheme).forms[0]

    def typed(title: str):
        body = layouts.body_of(form) | {"title": title}
        return change_layout(by=office, bureau=bureau, scheme=cycle.scheme, key=form.key, body=body, seen=0)

    one_winner(at_once(*[partial(typed, f"表{n}") for n in range(CLICKS)]))
    assert FormLayout.objects.get().version == 1
    back = partial(reset_layout, by=office, bureau=bureau, scheme=cycle.scheme, key=form.key, seen=1)
    one_winner(at_once(*[back] * CLICKS))
    assert not FormLayout.objects.exists()


def test_an_import_confirmed_twice_at_once_is_made_once():
    bureau = make_bureau()
    office, cycle, section = grant(Role.OFFICE, bureau), make_cycle(bureau), make_section(bureau)
    make_register(section, cycle=cycle)
    sheets = sheets_of(workbook([HEAD, ROW]))
    seen = make_plan(sheets=sheets, unit=bureau, cycle=cycle).digest()
    one_winner(
        at_once(*[partial(apply_import, sheets=sheets, unit=bureau, cycle=cycle, by=office, seen=seen)] * CLICKS)
    )
    assert Block.objects.count() == 1


def test_a_catalogue_confirmed_twice_at_once_is_made_once():
    bureau = make_bureau()
    office = grant(Role.OFFICE, bureau)
    data = book(机构=[["机构名称", "上级机构"], ["新设股", ""]])
    found = plan("organisation", data, bureau, office)
    assert not found.errors
    one_winner(at_once(*[partial(apply_catalogue, "organisation", data, bureau, office, seen=found.digest())] * CLICKS))
    assert Unit.objects.filter(name="新设股").count() == 1


def test_the_same_asked_at_once_is_one_job_and_one_worker_takes_it():
    user = make_user("甲")
    with kind(writes()) as key:
        ask = partial(jobs.ask, kind=key, title="试验", params={"n": 1}, by=user, bureau=1)
        outcomes = at_once(*[ask] * CLICKS)
        assert only_refusals(outcomes)
        assert {outcome.result for outcome in outcomes} == {Job.objects.get()}
        taken = at_once(*[partial(queue.take, f"worker {n}") for n in range(CLICKS)])
        assert only_refusals(taken)
        assert [outcome.result for outcome in taken if outcome.result] == [Job.objects.get()]
