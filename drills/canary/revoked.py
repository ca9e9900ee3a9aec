"""Rights that end while somebody is at work: his last pages again, with the old cookie and after signing in anew."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from drills.canary import oracle
from drills.canary.crawl import Walk
from drills.canary.oracle import Words
from drills.canary.world import Mint
from drills.plumbing.model import Report
from drills.plumbing.site import Site
from registers.enums import RegisterState
from registers.models import Appointment, Charge, Power, Register, RoleGrant, Unit
from registers.services import appointments, keeping, organisation, roles, tree
from tests.factories import appoint
from tests.matrix.cast import session_of
from tests.world import World

OPENED = 15  # of each kind
FIRST = ("ledger", "letters", "powers", "regulations", "notice_board", "comments", "meetings", "issuances", "units")


def _role(name: str) -> Callable[[World], User]:
    def end(world: World) -> User:
        user = world.people[name]
        roles.end_role(by=None, grant=RoleGrant.objects.get(user=user))
        return user

    return end


def _appointment_ended(world: World) -> User:
    user = world.people["选址审批岗"]
    appointments.end_appointment(by=None, appointment=Appointment.objects.get(user=user))
    return user


def _another_in_his_place(world: World) -> User:
    """His register goes to who holds the post from today."""
    user, post = world.people["规划管理岗"], world.posts["规划管理岗"]
    appointments.end_appointment(by=None, appointment=Appointment.objects.get(user=user))
    appoint(post, starts_on=timezone.localdate())
    return user


def _post_closed(world: World) -> User:
    post = world.posts["施工许可岗"]
    Register.objects.filter(post=post).update(state=RegisterState.STOPPED, road_key=None)
    Power.objects.filter(post=post).update(closed_on=timezone.localdate())
    Appointment.objects.filter(post=post).update(ends_on=timezone.localdate())
    organisation.close_post(by=None, post=post)
    return world.people["施工许可岗"]


def _unit_moved(world: World) -> User:
    """A group goes from one section to another: its first section's head has nothing to do with it any more."""
    group = Unit.objects.get(parent=world.sections["规划股"].pk)
    tree.move_unit(by=None, unit=group, parent=Unit.objects.get(pk=world.sections["建筑管理股"].pk))
    return world.people["规划股股长"]


def _charge_ended(world: World) -> User:
    user = world.people["分管副局长"]
    for charge in Charge.objects.filter(post=world.posts["分管副局长"]):
        appointments.end_charge(by=None, charge=charge)
    return user


def _head_no_more(world: World) -> User:
    organisation.change_post(by=None, post=world.posts["建筑管理股股长"], is_head=False)
    return world.people["建筑管理股股长"]


def _account_stopped(world: World) -> User:
    keeping.set_active(by=world.people["系统管理员"], user=world.people["主要领导"], active=False)
    return world.people["主要领导"]


@dataclass(frozen=True)
class Happening:
    """What happens to whom, told in Chinese; ``happen`` gives back the person."""

    told: str
    who: str
    happen: Callable[[World], User]


HAPPENINGS = (
    Happening("角色结束（公示发布）", "公示员", _role("公示员")),
    Happening("任职结束", "选址审批岗", _appointment_ended),
    Happening("岗位换人，登记表归新人", "规划管理岗", _another_in_his_place),
    Happening("岗位撤销", "施工许可岗", _post_closed),
    Happening("机构移到别的科室", "规划股股长", _unit_moved),
    Happening("分管结束", "分管副局长", _charge_ended),
    Happening("不再是负责人", "建筑管理股股长", _head_no_more),
    Happening("账号停用", "主要领导", _account_stopped),
    Happening("角色结束（纪检监察组）", "纪检组组长", _role("纪检组组长")),
    Happening("上级的角色结束", "上级纪委", _role("上级纪委")),
    Happening("角色结束（办公室）", "办公室乙", _role("办公室乙")),
)


def replay(
    world: World, words: Words, mint: Mint, report: Report, happenings: tuple[Happening, ...], pages: int
) -> None:
    """Each happening, with the person's pages before and after."""
    for one in happenings:
        user = world.people[one.who]
        before = Walk(Site(), session_of(user), pages, mint.given)
        before.go([*opened(user), *(reverse(name) for name in FIRST)])
        one.happen(world)
        may = oracle.allowed(words, user)[0] if User.objects.get(pk=user.pk).is_active else set()
        if not set(before.seen) - may:
            report.problems.append(f"{one.told}：{one.who}没有因此失去什么，什么也没有证明")
        fresh = session_of(User.objects.get(pk=user.pk))
        for session, told in ((before.session, "原来的会话"), (fresh, "重新登录")):
            after = Walk(Site(), session, pages, mint.given)
            for path in before.visited:
                after.look(path)
                report.facts["重放"] = report.facts.get("重放", 0) + 1
            for word in sorted(set(after.seen) - may):
                report.missed += 1
                report.problems.append(f"{one.told}，{told}：{one.who}在 {after.seen[word]} 还看得到 {word}")


def opened(user: User) -> list[str]:
    """Some registers and letters of those that he may read."""
    kinds = (("register", "registers_register"), ("letter", "supervision_letter"))
    return [reverse(name, args=[pk]) for name, table in kinds for pk in sorted(oracle.readable(table, user))[-OPENED:]]
