"""Public pages: no account, no cookie, only what is meant for everybody, and cheap at any size."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_bureau, make_power
from tests.workflow.notice_world import at_notice, let_end, make_notice_world, make_shown_world, published, world_of
from tests.workflow.visitors import opened, take_no_time
from workflow.acts import new_key
from workflow.enums import NoticeState
from workflow.models import Comment, Notice
from workflow.services import notices

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    take_no_time(monkeypatch)


@pytest.fixture
def shown():
    return make_shown_world("society", "规划管理岗", "施工许可岗")


@pytest.fixture
def world(request):
    return world_of(request, "society")


@pytest.fixture
def notice(shown):
    return shown[1]


def text_of(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def plain_pages(notice) -> list[str]:
    bureau = notice.bureau_id
    return [
        reverse("public"),
        reverse("public_bureau", args=[bureau]),
        reverse("public_archive", args=[bureau]),
        reverse("public_notice", args=[notice.pk]),
        reverse("public_item", args=[notice.pk, notice.items.first().pk]),
        reverse("public_powers", args=[bureau]),
    ]


def test_anybody_reads_a_notice_with_exactly_the_masked_fields(client, notice):
    page = text_of(client.get(reverse("public_notice", args=[notice.pk])))
    for word in (
        notice.title,
        notice.number,
        "规划股 规划管理岗",
        "规划管理岗职权1",
        "二级 防范",
        "双人办理",
        "县建设局纪检组",
    ):
        assert word in page
    for word in ("裁量幅度内部口径", "同事帮", "可能性", "不按规定的条件"):
        assert word not in page


def test_the_public_page_is_the_preview(client, world):
    office = world.people["办公室甲"]
    register = at_notice(world.cycle, world.posts["规划管理岗"])
    draft = notices.draft_notice(by=office, cycle=world.cycle, rule="shown", registers=[register], contact="纪检组")
    client.force_login(office)
    preview = text_of(client.get(reverse("notice", args=[draft.pk])))
    form = {name: preview.split(f'name="{name}" value="')[1].split('"')[0] for name in ("key", "seen")}
    assert client.post(reverse("notice_publish", args=[draft.pk]), form).status_code == 302
    client.logout()
    public = text_of(client.get(reverse("public_notice", args=[draft.pk])))
    assert table(public) == table(preview)


def table(page: str) -> str:
    return page[page.index('<table class="ruled') : page.rindex("</table>")]


def test_plain_pages_set_no_cookie(client, notice):
    for url in plain_pages(notice):
        response = client.get(url)
        assert response.status_code == 200, url
        assert not response.cookies, url


def test_forms_are_guarded_against_other_sites(notice):
    strict = Client(enforce_csrf_checks=True)
    url = reverse("public_comment", args=[notice.pk])
    sent = opened(strict, url) | {"text": "意见内容在此"}
    assert strict.post(url, sent).status_code == 403
    token = strict.get(url).cookies["csrftoken"].value
    assert strict.post(url, sent | {"csrfmiddlewaretoken": token}).status_code == 200
    assert Comment.objects.count() == 1


def test_a_comment_gives_a_code_that_leads_to_its_answer(client, notice):
    url = reverse("public_comment", args=[notice.pk])
    page = text_of(client.post(url, opened(client, url) | {"text": "意见内容在此"}))
    code = page.split("<strong>")[1].split("</strong>")[0]
    answer = text_of(client.post(reverse("public_receipt"), {"receipt": code}))
    assert "待受理" in answer
    assert "意见内容在此" not in answer
    unknown = text_of(client.post(reverse("public_receipt"), {"receipt": "AAAA-AAAA-AAAA-AAAA"}))
    assert "没有找到" in unknown
    assert "sessionid" not in client.cookies


def test_what_was_typed_stays_when_a_comment_is_refused(client, notice):
    url = reverse("public_comment", args=[notice.pk])
    for number in range(5):
        client.post(url, opened(client, url) | {"text": f"第{number}条意见内容"})
    response = client.post(url, opened(client, url) | {"text": "不能丢的一段话"})
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) == 3600
    assert "不能丢的一段话" in response.content.decode()


def _without_number(answer) -> str:
    return answer.content.decode().replace(answer.headers["X-Request-Id"], "")


@pytest.mark.parametrize("audience", ["section", "bureau", "intranet"])
def test_inner_notices_and_unknown_ones_answer_the_same(client, audience):
    world = make_notice_world(audience)
    section = world.sections["规划股"] if audience == "section" else None
    inner = published(world, at_notice(world.cycle, world.posts["规划管理岗"]), section=section)
    for name in ("public_notice", "public_comment"):
        hidden = client.get(reverse(name, args=[inner.pk]))
        unknown = client.get(reverse(name, args=[999999]))
        assert hidden.status_code == unknown.status_code == 404
        assert _without_number(hidden) == _without_number(unknown)
    for name in ("public_bureau", "public_archive", "public_powers"):
        assert client.get(reverse(name, args=[world.bureau.pk])).status_code == 404
        assert client.get(reverse(name, args=[world.sections["规划股"].pk])).status_code == 404
    assert inner.title not in text_of(client.get(reverse("public")))
    assert world.bureau.name not in text_of(client.get(reverse("public")))


def test_drafts_and_withdrawn_notices_are_not_public(client, world):
    office = world.people["办公室甲"]
    register = at_notice(world.cycle, world.posts["规划管理岗"])
    draft = notices.draft_notice(by=office, cycle=world.cycle, rule="shown", registers=[register], contact="纪检组")
    url = reverse("public_notice", args=[draft.pk])
    assert client.get(url).status_code == 404
    notices.publish(by=office, notice=draft, key=new_key())
    assert client.get(url).status_code == 200
    notices.withdraw_notice(by=office, notice=draft, reason="有误")
    assert client.get(url).status_code == 404


def test_the_archive_keeps_ended_notices_with_a_total_only(client, world, notice):
    url = reverse("public_comment", args=[notice.pk])
    client.post(url, opened(client, url) | {"text": "意见内容在此"})
    let_end(notice)
    Notice.objects.filter(pk=notice.pk).update(state=NoticeState.CLOSED)
    assert notice.title in text_of(client.get(reverse("public_archive", args=[world.bureau.pk])))
    page = text_of(client.get(reverse("public_notice", args=[notice.pk])))
    assert "共收到意见1条" in page
    assert "意见内容在此" not in page
    assert reverse("public_comment", args=[notice.pk]) not in page


def test_only_published_powers_are_public(client, world):
    unit = world.sections["规划股"]
    open_one = make_power(unit, "用地规划许可", ("受理", "审查"), published=True, time_limit="20个工作日",
                          supervision="监督电话见公开栏")  # fmt: skip
    closed = make_power(unit, "内部审核", published=False)
    inner = make_power(unit, "车辆管理", published=True, external=False)
    page = text_of(client.get(reverse("public_powers", args=[world.bureau.pk])))
    assert open_one.name in page
    assert closed.name not in page
    assert inner.name not in page
    assert inner.name in text_of(client.get(reverse("public_powers", args=[world.bureau.pk]) + "?kind=inner"))
    card = text_of(client.get(reverse("public_power", args=[open_one.pk])))
    for word in ("20个工作日", "监督电话见公开栏", "受理", "审查"):
        assert word in card
    assert client.get(reverse("public_power", args=[closed.pk])).status_code == 404


def test_a_body_with_nothing_public_is_like_none(client, world):
    quiet = make_bureau("安静局")
    assert client.get(reverse("public_bureau", args=[quiet.pk])).status_code == 404
    assert client.get(reverse("public_bureau", args=[999999])).status_code == 404


def test_text_from_users_is_escaped(client, world):
    office = world.people["办公室甲"]
    register = at_notice(world.cycle, world.posts["规划管理岗"], rows=0)
    text = "<script>alert(1)</script>"
    draft = notices.draft_notice(
        by=office, cycle=world.cycle, rule="shown", registers=[register], contact=text, title=text, body=text
    )
    notices.publish(by=office, notice=draft, key=new_key())
    page = text_of(client.get(reverse("public_notice", args=[draft.pk])))
    assert text not in page
    assert "没有登记廉政风险点" in page


@pytest.mark.parametrize("rows", [3, 60])
def test_a_notice_costs_the_same_queries_for_few_and_for_many_rows(client, world, rows, django_assert_max_num_queries):
    notice = published(world, at_notice(world.cycle, world.posts["规划管理岗"], rows=rows))
    with django_assert_max_num_queries(7):
        page = text_of(client.get(reverse("public_notice", args=[notice.pk])))
    assert "规划管理岗风险1<" in page
    with django_assert_max_num_queries(7):
        client.get(reverse("public"))
    with django_assert_max_num_queries(8):
        client.get(reverse("public_bureau", args=[world.bureau.pk]))


def test_many_rows_are_cut_into_pages_and_none_is_lost(client, world):
    long = at_notice(world.cycle, world.posts["规划管理岗"], rows=60)
    short = at_notice(world.cycle, world.posts["施工许可岗"], rows=1)
    notice = published(world, long, short)
    page = text_of(client.get(reverse("public_notice", args=[notice.pk])))
    item = notice.items.get(register=long)
    assert "其余 30 行" in page
    assert "施工许可岗风险1<" in page
    url = reverse("public_item", args=[notice.pk, item.pk])
    both = text_of(client.get(url)) + text_of(client.get(url + "?page=2"))
    assert all(f"规划管理岗风险{number}<" in both for number in range(1, 61))


# The office's pages ---------------------------------------------------------------------------------------------------


def test_the_office_drafts_previews_publishes_and_closes_in_the_browser(client, world):
    office = world.people["办公室甲"]
    registers = [at_notice(world.cycle, world.posts[name]) for name in ("规划管理岗", "施工许可岗")]
    client.force_login(office)
    board = text_of(client.get(reverse("notices")))
    url = board.split('href="')
    url = next(part.split('"')[0] for part in url if part.startswith(reverse("notice_new"))).replace("&amp;", "&")
    text_of(client.get(url))
    assert client.get(reverse("notice_new")).url == reverse("notices")
    sent = {"title": "公示", "body": "正文", "contact": "纪检组", "days": 5, "registers": [r.pk for r in registers]}
    refused = client.post(url, sent | {"contact": ""})
    assert "公示" in refused.content.decode()
    assert client.post(url, sent).status_code == 302
    notice = Notice.objects.get()
    stale = {**sent, "row_version": 0, "title": "改后"}
    assert client.post(reverse("notice_edit", args=[notice.pk]), stale).status_code == 302
    conflict = client.post(reverse("notice_edit", args=[notice.pk]), stale)
    assert conflict.status_code == 409
    assert "他人保存的内容" in conflict.content.decode()
    notices.publish(by=office, notice=notice, key=new_key())
    page = text_of(client.get(reverse("notice", args=[notice.pk])))
    assert "期满后才能结束" in page
    assert client.post(reverse("notice_close", args=[notice.pk])).status_code == 409
    let_end(notice)
    assert client.post(reverse("notice_close", args=[notice.pk])).status_code == 302
    notice.refresh_from_db()
    assert notice.state == NoticeState.CLOSED


@pytest.mark.parametrize("name", ["规划管理岗", "规划股股长", "纪检组组长", "系统管理员", "上级办公室"])
def test_the_notice_board_of_the_office_is_the_offices(client, world, notice, name):
    client.force_login(world.people[name])
    seen = client.get(reverse("notices"))
    assert seen.status_code == 403 or notice.title not in seen.content.decode()
    assert client.get(reverse("notice", args=[notice.pk])).status_code == 404
    for action in ("publish", "close", "withdraw", "delete"):
        assert client.post(reverse(f"notice_{action}", args=[notice.pk])).status_code == 404
