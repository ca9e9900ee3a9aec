"""备案: one number for a letter, the receipt that is waited for, each body only what is its own."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.exceptions import NotAllowed, NotNow
from accounts.roles import Role
from registers.models import RoleGrant
from tests.plumbing.remembered import remembered
from tests.roads import fresh, register_at, step_once
from tests.world import World, make_world
from workflow import letters
from workflow.acts import new_key
from workflow.enums import TaskKind
from workflow.models import Filing, FilingItem, Task
from workflow.services import filings

pytestmark = pytest.mark.django_db


@remembered
def world_with_something_owed() -> World:
    """Plan 000: the bureau's register goes to the county committee and waits for the discipline body's receipt."""
    world = make_world("s000")
    register = register_at(world, "bureau", "compile")
    step_once(register)
    world.waiting = fresh(register)
    return world


@pytest.fixture
def world():
    return world_with_something_owed()


def items(world, role: str) -> list[FilingItem]:
    return list(FilingItem.objects.filter(register=world.waiting, role=role))


def hand_in(world, found, key=None) -> Filing:
    by = world.people["办公室甲"]
    return filings.file(by=by, cycle=world.cycle, items=found, filed_on=timezone.localdate(), key=key or new_key())


def test_what_is_owed_waits_by_body_and_the_register_stands_still(world):
    assert world.waiting.waiting == "receipt"
    owed = letters.owed_to_bodies([world.bureau.pk])
    assert [(one.body, one.items[0].wait) for one in owed] == [("县委", False), ("县纪委监察局", True)]


def test_only_the_awaited_receipt_lets_the_register_go_on(world):
    step = world.waiting.step
    hand_in(world, items(world, "party_group"))
    letter = hand_in(world, items(world, "discipline"))
    register = fresh(world.waiting)
    assert (register.step, register.waiting) == (step, "receipt")
    filings.receive_all(
        items=list(letter.items.all()),
        by=world.people["上级纪委"],
        number="县纪备12号",
        received_on=timezone.localdate(),
        key=new_key(),
    )
    register = fresh(world.waiting)
    assert register.step != step
    assert register.waiting == ""


def test_a_body_that_gave_its_receipt_has_nothing_left_to_do(world):
    hand_in(world, items(world, "party_group"))
    letter = hand_in(world, items(world, "discipline"))
    filings.receive(
        item=letter.items.get(),
        by=world.people["上级纪委"],
        number="12",
        received_on=timezone.localdate(),
        key=new_key(),
    )
    desks = Task.objects.filter(kind=TaskKind.RECEIPT, open=True).values_list("desk", flat=True)
    assert [desk.split(":")[1] for desk in desks] == ["party_group"]


def test_one_letter_goes_to_one_body_once(world):
    both = [*items(world, "discipline"), *items(world, "party_group")]
    with pytest.raises(NotNow, match="同一机关"):
        hand_in(world, both)
    key = new_key()
    first = hand_in(world, items(world, "discipline"), key)
    assert hand_in(world, items(world, "discipline"), key) == first
    with pytest.raises(NotNow, match="已报送"):
        hand_in(world, items(world, "discipline"))
    second = hand_in(world, items(world, "party_group"))
    assert first.number != second.number
    assert first.items.count() == 1


def test_the_receipt_is_given_by_the_body_itself_and_not_before_the_letter(world):
    (item,) = hand_in(world, items(world, "discipline")).items.all()
    day = timezone.localdate()
    with pytest.raises(NotNow, match="县纪委监察局"):
        filings.receive(item=item, by=world.people["办公室甲"], number="1", received_on=day, key=new_key())
    early = day - datetime.timedelta(days=1)
    with pytest.raises(NotNow, match="不能早于"):
        filings.receive(item=item, by=world.people["上级纪委"], number="1", received_on=early, key=new_key())


def test_where_nobody_sits_at_the_body_the_own_office_notes_the_receipt(world):
    RoleGrant.objects.filter(role=Role.DISCIPLINE, unit=world.authority).delete()
    (item,) = hand_in(world, items(world, "discipline")).items.all()
    assert item in letters.inbox(world.people["办公室甲"])
    filings.receive(
        item=item, by=world.people["办公室甲"], number="来文12号", received_on=timezone.localdate(), key=new_key()
    )
    assert fresh(world.waiting).waiting == ""


def test_only_the_office_hands_in(world):
    with pytest.raises(NotAllowed):
        filings.file(
            by=world.people["纪检组组长"],
            cycle=world.cycle,
            items=items(world, "discipline"),
            filed_on=timezone.localdate(),
            key=new_key(),
        )


# Pages ----------------------------------------------------------------------------------------------------------------


def test_handed_in_and_received_in_the_browser(world, client):
    client.force_login(world.people["办公室甲"])
    text = client.get(reverse("filings")).content.decode()
    assert "等回执才能继续" in text
    data = {"key": new_key(), "cycle": world.cycle.pk, "filed_on": timezone.localdate().isoformat()}
    answer = client.post(reverse("filings"), data | {"r": [item.pk for item in items(world, "discipline")]})
    letter = Filing.objects.get()
    assert answer.url == reverse("filing", args=[letter.pk])
    sent = client.get(answer.url).content.decode()
    assert "接收备案" not in sent
    assert f'href="/cycles/{world.cycle.pk}/filing-pack/"' in sent
    client.force_login(world.people["上级纪委"])
    assert letter.number in client.get(reverse("filings_inbox")).content.decode()
    assert "接收备案" in client.get(answer.url).content.decode()
    receipt = {"key": new_key(), "number": "县纪备3号", "received_on": timezone.localdate().isoformat()}
    for _ in range(2):
        client.post(answer.url, receipt | {"r": [item.pk for item in letter.items.all()]})
    assert "县纪备3号" in client.get(answer.url).content.decode()
    assert letter.items.get().received_by == world.people["上级纪委"]


def test_nothing_ticked_is_refused_with_its_sentence(world, client):
    client.force_login(world.people["办公室甲"])
    data = {"key": new_key(), "cycle": world.cycle.pk, "filed_on": timezone.localdate().isoformat()}
    answer = client.post(reverse("filings"), data)
    assert answer.status_code == 409
    assert "请至少选择一张登记表" in answer.content.decode()


def test_letters_are_read_by_sender_and_receiver_only(world, client):
    letter = hand_in(world, items(world, "discipline"))
    for name, status in (("纪检组组长", 200), ("上级纪委", 200), ("规划管理岗", 404), ("系统管理员", 404)):
        client.force_login(world.people[name])
        assert client.get(reverse("filing", args=[letter.pk])).status_code == status, name
    client.force_login(world.people["规划管理岗"])
    assert client.get(reverse("filings")).status_code == 403


def test_pages_ask_a_bounded_number_of_questions(world, client, django_assert_max_num_queries):
    letter = hand_in(world, items(world, "discipline"))
    client.force_login(world.people["办公室甲"])
    for url in (
        reverse("filings"),
        reverse("filings_sent"),
        reverse("filings_inbox"),
        reverse("filing", args=[letter.pk]),
    ):
        with django_assert_max_num_queries(20):
            assert client.get(url).status_code == 200
