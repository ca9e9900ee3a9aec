"""Letters of supervision: who may send which, what they say, what follows, and that nothing of it can be changed."""

import datetime

import pytest
from django.db import IntegrityError
from django.utils import timezone

from accounts.exceptions import NotAllowed, NotNow
from audit.models import AppendOnlyError, Event
from registers.services.in_force import UNRATED
from supervision import access
from supervision.access import Subject
from supervision.enums import StepKind
from supervision.models import Letter
from supervision.services import letters as services
from supervision.services.letters import Draft
from tests.factories import appoint, make_user
from tests.roads import register_at
from tests.world import make_world

pytestmark = pytest.mark.django_db

FACTS = "抽查发现两件许可超过办理期限。\n未见集体研究记录。"


def day(after: int = 14) -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=after)


def to_post(world, name: str = "规划管理岗") -> Subject:
    return Subject(world.sections["规划股"], world.posts[name])


def send(world, kind: str = "rectify", by: str = "办公室甲", subject: Subject | None = None, **typed) -> Letter:
    draft = Draft(kind=kind, facts=typed.pop("facts", FACTS), due_on=typed.pop("due_on", day()), **typed)
    return services.issue(
        by=world.people[by], subject=subject or to_post(world), draft=draft, key=f"k{Letter.objects.count()}"
    )


def act(world, letter: Letter, who: str, kind: StepKind, text: str = "已经整改。", **more):
    return services.act(
        letter=letter, by=world.people[who], kind=kind, text=text, key=f"{letter.pk}{who}{kind}", **more
    )


@pytest.fixture
def world():
    return make_world("s000")


def test_each_role_sends_the_letters_that_the_scheme_gives_it(world):
    """S0-58, S0-48: the office orders rectification, the discipline group warns; nobody else sends anything."""
    names = {
        who: list(access.rules_for(world.people[who], to_post(world)))
        for who in ("办公室甲", "纪检组组长", "规划股股长", "主要领导", "上级纪委", "系统管理员")
    }
    assert names.pop("办公室甲") == ["rectify"]
    assert names.pop("纪检组组长") == ["remind", "urge", "correct"]
    assert set(map(tuple, names.values())) == {()}
    with pytest.raises(NotAllowed):
        send(world, by="规划股股长")


def test_a_card_comes_from_the_body_above_where_the_plan_says_so():
    """S1-27: 由区纪委发出廉政风险黄牌警示卡."""
    world = make_world("s001")
    assert {"yellow", "red"} <= access.rules_for(world.people["上级纪委"], to_post(world)).keys()
    assert not {"yellow", "red"} & access.rules_for(world.people["纪检组组长"], to_post(world)).keys()


def test_the_red_card_is_suggested_when_yellow_ones_repeat_at_the_same_post():
    """S1-28: 同一个岗位连续出现廉政风险漏洞或负面信息."""
    world = make_world("s001")
    for count in (1, 2):
        rules = [rule for _, rule in access.rules_for(world.people["上级纪委"], to_post(world)).values()]
        assert "red" not in services.suggested(rules, services.earlier(to_post(world)))
        send(world, "yellow", by="上级纪委", facts=f"第{count}次")
    assert "red" in services.suggested(rules, services.earlier(to_post(world)))
    assert "red" not in services.suggested(rules, services.earlier(to_post(world, "选址审批岗")))
    services.act(
        letter=Letter.objects.first(), by=world.people["上级纪委"], kind=StepKind.REVOKE, text="查无此事", key="revoke"
    )
    assert "red" not in services.suggested(rules, services.earlier(to_post(world)))


def test_the_letter_says_what_was_found_which_points_and_until_when(world):
    register = register_at(world, "post", subject="规划管理岗")
    point = register.points.get()
    assert point.live_rank != UNRATED
    letter = send(
        world, lineages=(point.lineage,), source="每月检查", demand="立即纠正", due_on=datetime.date(2099, 3, 1)
    )
    text = "\n".join(letter.paragraphs)
    assert letter.paragraphs[1:3] == FACTS.split("\n")
    assert "每月检查中发现" in text
    assert f"涉及的廉政风险点：{point.name}（" in text
    assert "立即纠正。请于2099年3月1日前" in text
    assert letter.addressee == "规划股规划管理岗"
    assert letter.number.startswith("东建廉整〔")


def test_a_letter_without_points_or_day_leaves_those_sentences_out(world):
    text = "".join(send(world, "remind", by="纪检组组长", due_on=None).paragraphs)
    assert "风险点" not in text
    assert "{" not in text
    assert "年月" not in text


def test_only_points_in_force_of_that_subject_can_be_cited(world):
    with pytest.raises(NotNow, match="重新选择"):
        send(world, lineages=("0" * 32,))


def test_what_is_missing_is_said(world):
    for typed, said in (
        ({"facts": "  "}, "发现的问题"),
        ({"due_on": None}, "回复期限"),
        ({"due_on": day(-1)}, "早于今天"),
    ):
        with pytest.raises(NotNow, match=said):
            send(world, **typed)
    assert not Letter.objects.exists()


def test_nobody_sends_a_letter_to_himself(world):
    appoint(world.posts["规划管理岗"], world.people["办公室甲"])
    with pytest.raises(NotAllowed, match="本人"):
        send(world)


def test_numbers_run_by_sort_and_sent_twice_is_sent_once(world):
    one = services.issue(
        by=world.people["办公室甲"], subject=to_post(world), draft=Draft("rectify", FACTS, due_on=day()), key="same"
    )
    again = services.issue(
        by=world.people["办公室甲"], subject=to_post(world), draft=Draft("rectify", FACTS, due_on=day()), key="same"
    )
    assert one == again
    assert Letter.objects.count() == 1
    assert send(world).number == one.number.replace("〕1号", "〕2号")
    assert "〕1号" in send(world, "remind", by="纪检组组长").number
    with pytest.raises(IntegrityError):
        Letter.objects.bulk_create([Letter(**{**_values(one), "key": "other"})])


def _values(letter: Letter) -> dict:
    return {field.attname: getattr(letter, field.attname) for field in Letter._meta.fields if not field.primary_key}


def test_the_subject_answers_the_issuer_returns_and_closes(world):
    letter = send(world)
    with pytest.raises(NotAllowed):
        act(world, letter, "选址审批岗", StepKind.REPLY)
    with pytest.raises(NotNow, match="还没有回复"):
        act(world, letter, "办公室甲", StepKind.ACCEPT)
    assert access.waiting_for(world.people["规划管理岗"]) == 1
    act(world, letter, "规划管理岗", StepKind.REPLY)
    assert access.waiting_for(world.people["规划管理岗"]) == 0
    with pytest.raises(NotNow, match="新的期限"):
        act(world, letter, "办公室甲", StepKind.RETURN)
    act(world, letter, "办公室甲", StepKind.RETURN, "原因没有查明", due_on=day(30))
    assert Letter.objects.told().get().until == day(30)
    services.act(letter=letter, by=world.people["规划管理岗"], kind=StepKind.REPLY, text="补充报告", key="second")
    act(world, letter, "办公室甲", StepKind.ACCEPT)
    with pytest.raises(NotNow, match="办结"):
        services.act(letter=letter, by=world.people["规划管理岗"], kind=StepKind.REPLY, text="再", key="third")
    verbs = list(Event.objects.filter(object_type="letter").order_by("id").values_list("verb", flat=True))
    assert verbs == ["letter.issue", "letter.reply", "letter.return", "letter.reply", "letter.accept"]


def test_who_answers_for_the_subject_does_not_close_it(world):
    """The head of the unit who also sits in the office would judge himself."""
    appoint(world.posts["规划股股长"], world.people["办公室乙"])
    letter = send(world, subject=Subject(world.sections["规划股"]))
    act(world, letter, "规划股股长", StepKind.REPLY)
    with pytest.raises(NotAllowed):
        act(world, letter, "办公室乙", StepKind.ACCEPT)
    act(world, letter, "办公室甲", StepKind.ACCEPT)


def test_a_letter_is_read_by_its_subject_his_superiors_and_the_viewing_roles(world):
    letter = send(world)
    readers = {name for name, user in world.people.items() if letter in access.readable(user)}
    assert {"规划管理岗", "规划股股长", "分管副局长", "办公室乙", "纪检组组长", "主要领导"} <= readers
    assert not readers & {
        "选址审批岗",
        "施工许可岗",
        "建筑管理股股长",
        "公示员",
        "系统管理员",
        "安全管理员",
        "审计管理员",
    }


def test_a_later_holder_of_the_post_does_not_read_the_letters_of_his_predecessor(world):
    letter = send(world)
    later = make_user("后任")
    appoint(world.posts["规划管理岗"], later, starts_on=timezone.localdate())
    assert letter in access.readable(later)  # it came on his first day
    old = Letter(**{**_values(letter), "key": "old", "number": "旧", "issued_on": day(-1)})
    old.save()
    assert old not in access.readable(later)
    assert old in access.readable(world.people["规划管理岗"])


def test_what_was_sent_cannot_be_changed(world):
    letter = send(world)
    letter.facts = "改过"
    with pytest.raises(AppendOnlyError):
        letter.save()
    with pytest.raises(AppendOnlyError):
        Letter.objects.filter(pk=letter.pk).update(facts="改过")
    assert services.digest_of(Letter.objects.get()) == letter.digest


def test_pages_lead_from_the_subject_to_the_letter_and_its_answer(world, client, django_assert_max_num_queries):
    client.force_login(world.people["办公室甲"])
    post = world.posts["规划管理岗"]
    assert post.name in client.get(f"/supervision/letters/new/?unit={post.unit_id}").content.decode()
    address = f"/supervision/letters/new/?post={post.pk}&kind=rectify"
    page = client.get(address)
    typed = {
        "key": page.context["form"]["key"].value(),
        "source": "每月检查",
        "facts": FACTS,
        "demand": "整改",
        "due_on": day(),
    }
    shown = client.post(address, typed | {"act": "preview"}).content.decode()
    assert "未见集体研究记录。" in shown
    assert not Letter.objects.exists()
    refused = client.post(address, typed | {"act": "issue", "due_on": day(-3)})
    assert refused.status_code == 409
    assert FACTS.split("\n")[0] in refused.content.decode()
    answer = client.post(address, typed | {"act": "issue"})
    letter = Letter.objects.get()
    assert answer["Location"] == f"/supervision/letters/{letter.pk}/"
    client.force_login(world.people["规划管理岗"])
    assert "收到 1 份监督文书" in client.get("/").content.decode()
    with django_assert_max_num_queries(16):
        page = client.get(f"/supervision/letters/{letter.pk}/")
    form = page.context["forms"][0]["form"]
    client.post(f"/supervision/letters/{letter.pk}/", {"key": form["key"].value(), "kind": "reply", "text": "已整改"})
    assert "已回复" in client.get("/supervision/letters/").content.decode()


def test_the_list_costs_the_same_for_any_number_of_letters(world, client, django_assert_max_num_queries):
    for n in range(12):
        send(world, facts=f"第{n}件")
    client.force_login(world.people["办公室甲"])
    with django_assert_max_num_queries(16):
        page = client.get("/supervision/letters/?all=1")
    assert len(page.context["page"].object_list) == 12


def test_who_issued_a_letter_sees_it_first_and_is_told_of_the_answer(world, client):
    letter = send(world)
    assert access.to_close(world.people["办公室甲"]) == 0
    act(world, letter, "规划管理岗", StepKind.REPLY)
    client.force_login(world.people["办公室甲"])
    assert "1 份监督文书已经回复" in client.get("/").content.decode()
    assert letter.number in client.get("/supervision/letters/").content.decode()
    assert letter.number not in client.get("/supervision/letters/?all=0").content.decode()
    act(world, letter, "办公室甲", StepKind.ACCEPT)
    assert access.to_close(world.people["办公室甲"]) == 0


def test_revoking_is_never_the_main_button(world, client):
    letter = send(world)
    client.force_login(world.people["办公室甲"])
    page = client.get(f"/supervision/letters/{letter.pk}/").content.decode()
    assert 'class="btn btn-danger" type="submit">撤销文书' in page
