"""Which buttons a person has on a register now; a refused one comes with its sentence.

Shown are acts that lie with this person: on his desk, done by him before, or his by role. What others may do is not
listed for him.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from accounts.models import User
from accounts.roles import Permission
from registers.access import Standing, standing
from registers.enums import RegisterState
from registers.models import Register
from registers.schemes.model import SchemeSpec
from registers.schemes.road import Step
from registers.schemes.store import spec_of
from workflow import compiling, desks, guards
from workflow.enums import Action, TaskKind
from workflow.models import Decision, Task
from workflow.services import filling


@dataclass(frozen=True)
class Button:
    """One act on the page; ``refused`` is the sentence beside a disabled one."""

    key: str
    label: str
    url: str = ""
    refused: str = ""
    main: bool = False
    danger: bool = False
    post: bool = False


@dataclass(frozen=True)
class Situation:
    """A register and a person at one moment, read once for all questions."""

    user: User
    me: Standing
    register: Register
    spec: SchemeSpec
    step: Step
    tasks: tuple[Task, ...]
    decisions: tuple[Decision, ...]
    stale: tuple[Register, ...]
    own: frozenset[int] | None = None  # `actors.own_people`, where it was read already

    @property
    def desks(self) -> frozenset[str]:
        return desks.desks_of(self.me)

    def mine(self, kind: TaskKind = TaskKind.ACT) -> list[Task]:
        return [task for task in self.tasks if task.kind == kind and task.desk in self.desks]

    def has_acted(self) -> bool:
        """Whether he decided at this step in this round."""
        here = (self.register.step, self.register.round)
        return any(row.by_id == self.user.pk and (row.step, row.round) == here for row in self.decisions)

    def url(self, name: str) -> str:
        return reverse(name, args=[self.register.pk])


def situation(
    user: User,
    register: Register,
    *,
    tasks: list[Task] | None = None,
    decisions: list[Decision] | None = None,
    stale: list[Register] | None = None,
    own: frozenset[int] | None = None,
) -> Situation:
    """Everything the questions below need; what the page has read already may be handed over."""
    spec = spec_of(register.scheme)
    if stale is None:
        stale = compiling.stale_children(register) if may_grow_stale(spec, register) else []
    return Situation(
        user=user,
        me=standing(user),
        register=register,
        spec=spec,
        step=spec.route(register.scope).step(register.step),
        tasks=tuple(guards.open_tasks(register) if tasks is None else tasks),
        decisions=tuple(Decision.objects.filter(register=register).order_by("pk") if decisions is None else decisions),
        stale=tuple(stale),
        own=own,
    )


def may_grow_stale(spec: SchemeSpec, register: Register) -> bool:
    """While it is with its filler he compiles anew anyhow."""
    return register.state == RegisterState.MOVING and compiles(spec, register)


def compiles(spec: SchemeSpec, register: Register) -> bool:
    """Whether registers below are compiled into this one."""
    return bool(spec.scope(register.scope).compiles)


def available_actions(user: User, register: Register, now: Situation | None = None) -> list[Button]:
    """The buttons of this person on this register, the main one first."""
    now = now or situation(user, register)
    if now.me.is_administrator:
        return []
    if register.state == RegisterState.IN_FORCE:
        return _in_force(now) + _letters(now)
    if register.road_key is None:
        return _letters(now)
    buttons = [*_confirming(now), *_at_step(now), *_letters(now), *_withdrawing(now), *_recompiling(now)]
    return buttons + _stopping(now)


def _at_step(now: Situation) -> list[Button]:
    if now.mine(TaskKind.PAIR):
        return [Button("pair", "确定互查对象", reverse("cycle_pairs", args=[now.register.cycle_id]), main=True)]
    if not now.mine() and not now.has_acted():
        return []
    return BY_KIND[now.step.kind](now)


def refusal(now: Situation, action: Action) -> str:
    """Why this person may not do this now; empty when he may."""
    known = guards.Known(now.tasks, now.stale, now.own, now.decisions)
    refused = guards.refusal(user=now.user, register=now.register, step=now.step, action=action, known=known)
    return str(refused) if refused else ""


def _fill(now: Situation) -> list[Button]:
    register = now.register
    if register.waiting or not now.mine():
        return []
    other = register.filler_id not in (None, now.user.pk)
    refused = f"这张登记表正由{register.filler}填写。" if other else ""
    fill = Button(
        "fill", "继续填写" if register.filler_id else "开始填写", now.url("register_fill"), refused, main=not refused
    )
    buttons = [fill]
    if now.step.mode == "compile":
        buttons.append(Button("compile", "汇总下级登记表", now.url("register_compile"), refused, post=True))
    return [*buttons, Button("submit", "核对并提交", now.url("register_submit"), refused)]


def _opinions(now: Situation) -> list[Button]:
    refused = refusal(now, Action.OPINE)
    return [Button("opine", "提出意见", now.url("register_opine"), refused, main=not refused)]


def _judging(now: Situation) -> list[Button]:
    """Agree or send back. The two are refused for the same reasons but one: what is stale may still go back."""
    refused = refusal(now, Action.AGREE)
    agree = Button(
        "agree", agree_label(now.spec, now.register, now.step), now.url("register_agree"), refused, main=True
    )
    if not now.step.returns:
        return [agree]
    back = refusal(now, Action.SEND_BACK) if refused else ""
    return [agree, Button("send_back", "退回…", now.url("register_send_back"), back, danger=not back)]


def agree_label(spec: SchemeSpec, register: Register, step: Step) -> str:
    """同意 with where it goes; with 确定等级 where the step determines levels."""
    steps = spec.route(register.scope).steps
    index = steps.index(step)
    verb = "同意并确定等级" if step.determines else "同意"
    if step.quorum != "any" or index + 1 >= len(steps):
        return verb
    return f"{verb}，送{steps[index + 1].name}"


def _batch(key: str, label: str, page: str, action: Action) -> Callable[[Situation], list[Button]]:
    """A step that is done on a page for many registers at once."""

    def buttons(now: Situation) -> list[Button]:
        act = Action.NOTICE_END if action == Action.PUBLISH and now.register.waiting == "notice" else action
        text = "结束公示" if act == Action.NOTICE_END else label
        refused = refusal(now, act) or _not_yet(now)
        url = f"{reverse(page)}?cycle={now.register.cycle_id}"
        return [Button(key, text, url, refused, main=not refused)]

    return buttons


def _not_yet(now: Situation) -> str:
    days = [task.not_before for task in now.mine() if task.not_before and task.not_before > now.me.day]
    return f"公示期未满，{days[0].month}月{days[0].day}日起可以办理。" if days else ""


BY_KIND = {
    "fill": _fill,
    "opinions": _opinions,
    "exchange": _judging,
    "review": _judging,
    "countersign": _judging,
    "audit": _judging,
    "superior": _judging,
    "meeting": _batch("meeting", "记录会议决定", "meeting_new", Action.MEETING),
    "notice": _batch("notice", "拟定公示", "notices", Action.PUBLISH),
    "issue": _batch("issue", "印发", "issuance_new", Action.ISSUE),
}


def _letters(now: Situation) -> list[Button]:
    """Handing in to bodies outside and their receipts."""
    buttons = []
    if now.mine(TaskKind.FILE):
        buttons.append(Button("file", "报送备案", reverse("filings")))
    if now.mine(TaskKind.RECEIPT):
        buttons.append(Button("receipt", "出具备案回执", reverse("filings_inbox"), main=True))
    return buttons


def _confirming(now: Situation) -> list[Button]:
    if now.register.waiting != "confirm" or not now.mine(TaskKind.CONFIRM):
        return []
    return [Button("confirm", "核对并确认", now.url("register_confirm"), main=True)]


def _withdrawing(now: Situation) -> list[Button]:
    """Offered to who submitted this round."""
    submitted = [row for row in now.decisions if row.action == Action.SUBMIT and row.round == now.register.round]
    if not submitted or submitted[-1].by_id != now.user.pk or now.mine():
        return []
    refused = filling.withdrawal_refusal(now.register, now.user)
    return [Button("withdraw", "撤回", now.url("register_withdraw"), refused)]


def _recompiling(now: Situation) -> list[Button]:
    if not now.stale or now.register.state != RegisterState.MOVING or now.register.filler_id != now.user.pk:
        return []
    return [Button("recompile", "重新汇总", now.url("register_recompile"), main=True)]


def _runs_cycle(now: Situation) -> bool:
    """Whether the cycle is his to run in this register's bureau."""
    grants = now.me.grants_with(Permission.RUN_CYCLE)
    if any(grant.unit_id == now.register.bureau_id for grant in grants):
        return True
    return bool(grants) and now.me.may_own(Permission.RUN_CYCLE, now.register.bureau)


def _stopping(now: Situation) -> list[Button]:
    return [Button("stop", "终止…", now.url("register_stop"), danger=True)] if _runs_cycle(now) else []


def _in_force(now: Situation) -> list[Button]:
    """变更: by who filled it or by the office."""
    if now.register.filler_id != now.user.pk and not _runs_cycle(now):
        return []
    key = f"{now.register.subject_key}|{now.register.scope}|{now.register.cycle.series}"
    busy = Register.objects.filter(road_key=key).exists()
    refused = "这个对象已有一张登记表在办理中。" if busy else ""
    return [Button("new_version", "变更（新版本）", now.url("register_new_version"), refused)]
