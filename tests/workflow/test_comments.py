"""A comment on a notice may be an accusation: who it concerns, and his leaders, learn nothing of it on any channel."""

import json

import pytest
from django.urls import reverse

from accounts.exceptions import NotAllowed, NotNow
from accounts.roles import Role
from audit.models import Event
from registers.models import Appointment, RoleGrant
from tests.factories import LONG_AGO, appoint, grant, make_post, make_section, make_user, put_in_charge
from tests.workflow.notice_world import (
    at_notice,
    back,
    let_end,
    make_notice_world,
    make_shown_world,
    published,
    world_of,
)
from workflow import recipients
from workflow.acts import new_key
from workflow.enums import CommentState
from workflow.models import Comment, Decision, Notice, RateHit
from workflow.services import comments, notices

pytestmark = pytest.mark.django_db
SAID = "规划管理岗擅自放宽容积率，请核查"
ADDRESS = "203.0.113.9"


@pytest.fixture
def shown():
    return make_shown_world("bureau", "规划管理岗", "施工许可岗")


@pytest.fixture
def world(request):
    return world_of(request, "bureau")


@pytest.fixture
def notice(shown):
    return shown[1]


@pytest.fixture
def item(notice):
    return notice.items.order_by("pk").first()


def say(notice, item=None, text=SAID, **fields) -> Comment:
    receipt = comments.add_comment(notice=notice, item=item, text=text, address=ADDRESS, **fields)
    return Comment.objects.get(receipt=comments.digest_of(receipt))


def readers(comment) -> set[str]:
    return {grant.user.name for grant in recipients.recipients_of(comment)}


# Who reads ------------------------------------------------------------------------------------------------------------

CONCERNED = ["规划管理岗", "规划股股长", "分管副局长", "局长", "主要领导"]
NOBODY_ELSE = [*CONCERNED, "办公室甲", "公示员", "党组书记", "施工许可岗", "审计管理员", "上级办公室", "上级纪委"]


def test_a_comment_is_read_by_the_recipient(world, notice, item):
    comment = say(notice, item)
    assert readers(comment) == {"纪检组组长"}
    assert list(recipients.readable_comments(world.people["纪检组组长"])) == [comment]
    assert recipients.comments_waiting(world.people["纪检组组长"]) == 1


@pytest.mark.parametrize("name", NOBODY_ELSE)
def test_nobody_else_can_see_count_or_infer_it(world, notice, item, client, name):
    comment = say(notice, item)
    client.force_login(world.people[name])
    assert recipients.comments_waiting(world.people[name]) == 0
    assert client.get(reverse("comment", args=[comment.pk])).status_code == 404
    assert client.get(reverse("take_out", args=[item.pk])).status_code == 404
    assert client.get(reverse("comment_items", args=[notice.pk])).status_code == 404
    before = {}
    for url in (reverse("comments"), reverse("notice_board"), reverse("notice_read", args=[notice.pk])):
        before[url] = plain(client.get(url))
        assert SAID not in "".join(before[url])
    say(notice, item, text="又一条意见，内容不同")
    for url, page in before.items():
        assert plain(client.get(url)) == page, url


def plain(response) -> list[str]:
    """The page, or that there is none for him, without the token and the number that change at every request."""
    lines = response.content.decode().splitlines()
    changing = ("csrfmiddlewaretoken", "request-number")
    return [str(response.status_code), *(line for line in lines if not any(word in line for word in changing))]


def test_the_office_that_keeps_the_notice_learns_no_number_before_the_end(world, notice, item, client):
    client.force_login(world.people["办公室甲"])
    url = reverse("notice", args=[notice.pk])
    before = plain(client.get(url))
    say(notice, item)
    assert plain(client.get(url)) == before


def test_a_recipient_who_is_himself_the_subject_does_not_read_it(world, item, notice):
    Appointment.objects.create(post=world.posts["规划管理岗"], user=world.people["纪检组组长"], starts_on=LONG_AGO)
    comment = say(notice, item)
    assert readers(comment) == {"上级纪委"}
    assert not recipients.readable_comments(world.people["纪检组组长"]).exists()
    assert recipients.readable_comments(world.people["上级纪委"]).get() == comment


def test_a_recipient_who_leads_the_subject_does_not_read_it(world, item, notice):
    head = make_post(world.leadership, "纪检组长")
    appoint(head, world.people["纪检组组长"])
    put_in_charge(head, world.sections["规划股"])
    assert readers(say(notice, item)) == {"上级纪委"}
    other = notice.items.order_by("pk").last()
    assert readers(say(notice, other)) == {"纪检组组长"}
    assert readers(say(notice)) == {"上级纪委"}, "the notice as a whole concerns his own section too"


def test_another_member_of_the_group_reads_what_one_may_not(world, item, notice):
    Appointment.objects.create(post=world.posts["规划管理岗"], user=world.people["纪检组组长"], starts_on=LONG_AGO)
    grant(Role.DISCIPLINE, world.bureau, make_user("纪检组乙"))
    assert readers(say(notice, item)) == {"纪检组乙"}


def test_without_a_discipline_group_the_body_above_reads_it(world, item, notice):
    RoleGrant.objects.filter(user=world.people["纪检组组长"]).update(ends_on=LONG_AGO)
    assert readers(say(notice, item)) == {"上级纪委"}


def test_nobody_at_all_reads_it_rather_than_the_office(world, item, notice):
    RoleGrant.objects.filter(role=Role.DISCIPLINE).update(ends_on=LONG_AGO)
    assert readers(say(notice, item)) == set()


def test_a_comment_on_the_leadership_is_not_read_by_its_members(world):
    register = at_notice(world.cycle, world.leadership, scope="section", subject_key=f"lead:{world.leadership.pk}")
    appoint(make_post(world.leadership, "纪检组长"), world.people["纪检组组长"])
    assert readers(say(published(world, register))) == {"上级纪委"}


def test_who_reads_is_asked_once_for_any_number_of_comments(world, notice, django_assert_max_num_queries):
    for number in range(4):
        say(notice, notice.items.order_by("pk")[number % 2], text=f"第{number}条意见")
    user = world.people["纪检组组长"]
    with django_assert_max_num_queries(14):
        assert recipients.comments_waiting(user) == 4


# Events and traces ----------------------------------------------------------------------------------------------------


def test_events_hold_neither_text_nor_address_nor_the_notice(world, notice, item, client):
    client.force_login(world.people["规划股股长"])
    before = Event.objects.count()
    answer = client.post(
        reverse("notice_comment", args=[notice.pk]),
        {"text": SAID, "contact": "某电话", "item": item.pk, "key": new_key()},
        REMOTE_ADDR=ADDRESS,
    )
    assert answer.status_code == 200
    event = Event.objects.exclude(verb__startswith="user").latest("pk")
    assert Event.objects.count() == before + 1
    assert (event.verb, event.actor, event.actor_name, event.address) == ("comment.add", None, "", "")
    told = json.dumps([event.detail, event.object_label, event.object_type], ensure_ascii=False)
    assert SAID not in told
    assert notice.title not in told


def test_an_accusation_typed_after_the_session_ended_is_not_kept_for_the_next_who_signs_in(notice, client):
    answer = client.post(reverse("notice_comment", args=[notice.pk]), {"text": SAID, "key": new_key()})
    assert answer.status_code == 401
    assert SAID in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    assert not client.session.keys()
    assert client.get(reverse("notice_comment", args=[notice.pk])).status_code == 302


def test_a_refused_comment_leaves_no_event_with_the_writers_address(notice, client, world):
    client.force_login(world.people["规划股股长"])
    url = reverse("notice_comment", args=[let_end(notice).pk])
    answer = client.post(url, {"text": SAID, "key": new_key()}, REMOTE_ADDR=ADDRESS)
    assert answer.status_code == 409
    assert not Event.objects.filter(address=ADDRESS).exists()


def test_the_rate_limit_keeps_no_readable_address(notice):
    say(notice)
    assert not any(ADDRESS in hit.key for hit in RateHit.objects.all())


def test_taking_out_a_register_leaves_no_link_to_a_comment(world, notice, item):
    say(notice, item)
    notices.take_out(by=world.people["纪检组组长"], item=item, act=back("措施不具体"))
    decision = Decision.objects.latest("pk")
    assert SAID not in json.dumps([decision.opinion, decision.remarks, decision.reasons], ensure_ascii=False)
    assert not [field for field in Comment._meta.get_fields() if field.related_model is Decision]


# Taking in ------------------------------------------------------------------------------------------------------------


def test_only_a_digest_of_the_receipt_code_is_kept(notice, item):
    receipt = comments.add_comment(notice=notice, item=item, text=SAID, address=ADDRESS)
    groups = receipt.split("-")
    assert [len(group) for group in groups] == [4, 4, 4, 4]
    assert not set(receipt) & set("ILO01")
    comment = Comment.objects.get()
    assert receipt not in json.dumps([str(getattr(comment, f.attname)) for f in Comment._meta.concrete_fields])
    assert comments.answer_for(receipt=receipt.lower().replace("-", " "), address=ADDRESS) == comment
    assert comments.answer_for(receipt="AAAA-BBBB-CCCC-DDDD", address=ADDRESS) is None


def test_the_same_form_sent_twice_is_one_comment_with_one_code(notice):
    codes = {comments.add_comment(notice=notice, item=None, text=SAID, address=ADDRESS, key="k" * 32) for _ in range(2)}
    assert len(codes) == 1
    assert Comment.objects.count() == 1


@pytest.mark.parametrize("text", ["", "短", "长" * 3001])
def test_too_short_or_too_long_a_text_is_refused(notice, text):
    with pytest.raises(NotNow, match="字之间"):
        say(notice, text=text)


def test_comments_are_taken_during_the_period_only(world, notice):
    let_end(notice)
    with pytest.raises(NotNow, match="公示期已过"):
        say(notice)


def test_a_comment_on_another_notices_item_is_refused(world, notice):
    other = published(world, at_notice(world.cycle, world.posts["选址审批岗"]))
    with pytest.raises(NotNow, match="不在本次公示中"):
        say(notice, other.items.get())


def test_five_comments_an_hour_come_from_one_address(notice):
    for number in range(5):
        say(notice, text=f"第{number}条意见")
    with pytest.raises(NotNow, match="过于频繁"):
        say(notice)
    comments.add_comment(notice=notice, item=None, text=SAID, address="203.0.113.10")


def test_one_ipv6_network_counts_as_one_address(notice):
    for number in range(5):
        comments.add_comment(notice=notice, item=None, text=f"第{number}条意见", address=f"2001:db8::{number}")
    with pytest.raises(NotNow):
        comments.add_comment(notice=notice, item=None, text=SAID, address="2001:db8::ffff")


def test_guessing_receipt_codes_is_limited(notice):
    for _ in range(comments.LOOKUPS):
        comments.answer_for(receipt="AAAA-BBBB-CCCC-DDDD", address=ADDRESS)
    with pytest.raises(NotNow, match="过于频繁"):
        comments.answer_for(receipt="AAAA-BBBB-CCCC-DDDD", address=ADDRESS)


# Answering ------------------------------------------------------------------------------------------------------------


def test_the_recipient_answers_and_the_writer_reads_it_by_his_code(world, notice, item):
    receipt = comments.add_comment(notice=notice, item=item, text=SAID, address=ADDRESS)
    comment = Comment.objects.get()
    comments.handle_comment(by=world.people["纪检组组长"], comment=comment, upheld=True, answer="已核实，已要求整改。")
    found = comments.answer_for(receipt=receipt, address=ADDRESS)
    assert (found.state, found.answer) == (CommentState.UPHELD, "已核实，已要求整改。")
    with pytest.raises(NotNow, match="已经答复"):
        comments.handle_comment(by=world.people["纪检组组长"], comment=comment, upheld=False, answer="改")


@pytest.mark.parametrize("name", ["办公室甲", "规划管理岗", "规划股股长", "上级纪委"])
def test_nobody_else_answers(world, notice, item, name):
    with pytest.raises(NotAllowed):
        comments.handle_comment(by=world.people[name], comment=say(notice, item), upheld=True, answer="好")


def test_a_notice_with_an_unanswered_comment_is_not_closed_and_only_the_number_is_told(world, notice, item):
    comment = say(notice, item)
    let_end(notice)
    office = world.people["办公室甲"]
    with pytest.raises(NotNow, match="还有 1 条意见") as refused:
        notices.close_notice(by=office, notice=notice, key=new_key())
    assert SAID not in str(refused.value)
    comments.handle_comment(by=world.people["纪检组组长"], comment=comment, upheld=False, answer="经核实不属实。")
    assert notices.close_notice(by=office, notice=notice, key=new_key()).passed == 2


def test_the_public_is_told_a_total_only_after_the_end(notice):
    say(notice)
    assert comments.total_of(notice) is None
    assert comments.total_of(let_end(notice)) == 1


def test_the_recipient_handles_and_takes_out_in_the_browser(world, notice, item, client):
    comment = say(notice, item)
    client.force_login(world.people["纪检组组长"])
    assert SAID in client.get(reverse("comments")).content.decode()
    page = client.get(reverse("comment", args=[comment.pk])).content.decode()
    assert SAID in page
    assert reverse("take_out", args=[item.pk]) in page
    answer = client.post(reverse("comment", args=[comment.pk]), {"upheld": "1", "answer": "已核实。"})
    assert answer.status_code == 302
    form = client.get(reverse("take_out", args=[item.pk])).content.decode()
    assert SAID not in form
    sent = {"return_to": "fill", "reasons": ["accurate"], "opinion": "请补充措施", "key": new_key()}
    assert client.post(reverse("take_out", args=[item.pk]), sent).status_code == 302
    assert Notice.objects.get().items.filter(taken_out_at=None).count() == 1


def test_a_section_notice_tells_its_comments_to_nobody_of_the_section():
    world = make_notice_world("section")
    section = world.sections["规划股"]
    make_section(section, "一组")
    notice = published(world, at_notice(world.cycle, world.posts["规划管理岗"]), section=section)
    assert readers(say(notice)) == {"纪检组组长"}
