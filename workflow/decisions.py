"""Decisions as they are written down: what somebody saw, whether he said it already, and the row with its event."""

from accounts.exceptions import NotNow
from accounts.models import User
from audit import services as audit
from registers.access import standing
from registers.models import Register
from registers.schemes.road import Step
from workflow import desks
from workflow.acts import Act
from workflow.enums import Action
from workflow.models import Decision, Seal, Task


def token(register: Register, seal: Seal | None) -> str:
    """What a person saw when he opened the page; a form that carries an older one is refused."""
    return f"{register.step}.{register.round}.{register.waiting}.{seal.pk if seal else 0}"


def check_seen(register: Register, seal: Seal | None, act: Act) -> None:
    if act.seen and act.seen != token(register, seal):
        raise NotNow("您打开页面之后，这张登记表已有变动。请重新查看后再办理；您填写的意见仍保留在本页。")


def repeated(act: Act, by: User | None) -> Decision | None:
    """The decision that this very form already made (double click, back button), if any."""
    return Decision.objects.filter(key=act.key, by=by).first()


def write(
    register: Register,
    step: Step,
    *,
    by: User | None,
    action: Action,
    act: Act,
    seal: Seal | None,
    task: Task | None = None,
    to_step: str = "",
) -> Decision:
    """Append one decision and its one event."""
    me = standing(by) if by else None
    title = act.title or (desks.title_at(me, task.desk if task else "") if me else "")
    decision = Decision.objects.create(
        register=register,
        seal=seal,
        step=step.key,
        step_name=step.name,
        round=register.round,
        action=action,
        by=by,
        by_name=by.name if by else "",
        by_title=title,
        instead_of=task.instead_of if task else "",
        to_step=to_step,
        **act.stored(),
    )
    audit.record(
        verb=f"register.{action}",
        by=by,
        post=title,
        bureau=register.bureau_id,
        target=register,
        decision=decision.pk,
        step=step.key,
        round=register.round,
        seal=seal.digest if seal else "",
    )
    return decision
