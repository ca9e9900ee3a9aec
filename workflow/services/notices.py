"""公示: publishing, closing and withdrawing a notice, and taking one register out of it.

One notice covers many registers, but every register moves by itself through `workflow.engine`.
"""

import datetime
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from accounts.exceptions import NotAllowed, NotNow, Refused
from accounts.models import User
from accounts.roles import Permission
from audit import services as audit
from registers.access import require
from registers.models import Register
from registers.schemes.store import spec_of
from workflow import decisions, engine, guards, notices, recipients, seals, tasks
from workflow.acts import Act
from workflow.calendar import add_working_days, is_estimate
from workflow.enums import Action, ItemOutcome, NoticeState, TaskKind
from workflow.models import Decision, Notice, NoticeItem
from workflow.services import comments
from workflow.services.notice_drafts import (
    Text,
    change_notice,
    delete_draft,
    draft_notice,
    locked,
    mask_of,
    require_draft,
    rule_of,
    suggested,
    write_text,
)
from workflow.services.notice_guard import require_clean
from workflow.services.numbering import next_number

__all__ = [
    "Closed",
    "Text",
    "change_notice",
    "close_notice",
    "closing_refusal",
    "delete_draft",
    "draft_notice",
    "period",
    "publish",
    "suggested",
    "take_out",
    "withdraw_notice",
]

DAY = datetime.timedelta(days=1)


@dataclass
class Closed:
    """What closing did: registers that went on, and why others did not."""

    passed: int = 0
    failed: list[str] = field(default_factory=list)


# Publishing -----------------------------------------------------------------------------------------------------------


def period(days: int, start: datetime.date | None = None) -> tuple[datetime.date, datetime.date, str]:
    """First and last day of a notice of so many working days, and a warning where the official calendar ends before."""
    start = start or timezone.localdate()
    end = add_working_days(start, days)
    warning = f"节假日表没有 {end.year} 年，公示期只扣除了周末，请核对截止日期。" if is_estimate(end) else ""
    return start, end, warning


@transaction.atomic
def publish(*, by: User, notice: Notice, key: str, seen: str = "", office_contact: bool = False) -> Notice:
    """Publish a draft: number, period, and for each register the masked table frozen as it is seen from now on.

    ``seen`` is `notices.preview_token` as the person saw it; ``office_contact``: he says that the mobile phone or
    mail given as contact is the office's. Raises NotAllowed, NotNow, HoldsPersonalData; then nothing is published.
    """
    notice = locked(notice)
    items = list(NoticeItem.objects.filter(notice=notice).order_by("register"))
    if Decision.objects.filter(key__in=[f"{key}:{item.pk}" for item in items[:1]], by=by).exists():
        return notice
    require(by, Permission.PUBLISH, notice.bureau)
    require_draft(notice)
    if seen and seen != notices.preview_token(notice):
        raise NotNow("预览之后公示的内容有变动，请重新预览后再发布。")
    _complete(notice)
    if not items:
        raise NotNow("公示中没有登记表。")
    start, end, _ = period(notice.days)
    spec = spec_of(notice.cycle.scheme)
    notice.number = next_number(bureau=notice.bureau, series="notice", year=start.year, pattern=spec.notice_pattern)
    for item in items:
        item.notice = notice
        _open_item(item, by, f"{key}:{item.pk}", end)
    found = require_clean(notice, items, office_contact)
    notice.state, notice.starts_on, notice.ends_on, notice.opened_at = NoticeState.OPEN, start, end, timezone.now()
    notice.row_version += 1
    notice.save()
    audit.record(
        verb="notice.publish",
        by=by,
        bureau=notice.bureau_id,
        target=notice,
        number=notice.number,
        registers=len(items),
        ends_on=end.isoformat(),
        digest=notices.digest_of(notice),
        personal_data=len(found),
    )
    return notice


def _complete(notice: Notice) -> None:
    """What no notice may lack, asked again: the scheme's rule is the bound, whatever the row says."""
    rule = rule_of(spec_of(notice.cycle.scheme), notice.rule)
    if notice.audience != rule.audience or (notice.audience == "section" and not notice.section_id):
        raise NotNow("没有规定公示范围，不能公示。")
    if not notice.fields or not set(notice.fields) <= set(mask_of(rule)):
        raise NotNow("公示栏目超出方案规定的范围，不能公示。")
    text = Text(title=notice.title, body=notice.body, contact=notice.contact, days=notice.days)
    write_text(notice, text, least=rule.days)


def _open_item(item: NoticeItem, by: User, key: str, end: datetime.date) -> None:
    register = item.register = engine.locked(item.register_id)
    step = engine.step_of(register)
    if refused := guards.refusal(user=by, register=register, step=step, action=Action.PUBLISH):
        raise type(refused)(f"“{register}”：{refused}")
    item.seal = seals.latest(register)
    item.shown = notices.table_of(item)
    item.save()
    mine = guards.my_tasks(by, register)
    act = Act(key=key, paper=item.notice.number)
    decisions.write(register, step, by=by, action=Action.PUBLISH, act=act, seal=item.seal, task=mine[0])
    tasks.close(register=register, by=by, kinds=(TaskKind.ACT,))
    engine.wait_for(register, "notice")
    # Due on the working day after the end: before it nothing can be done.
    for desk in dict.fromkeys(task.desk for task in mine):
        due = add_working_days(end, 1)
        tasks.lay(
            register=register,
            step=engine.step_of(register),
            desk=desk,
            kind=TaskKind.ACT,
            due=due,
            not_before=end + DAY,
        )


# Ending ---------------------------------------------------------------------------------------------------------------


def closing_refusal(notice: Notice) -> str:
    """Why the notice cannot be closed yet; empty when it can. No comment is counted before the end of the period."""
    if notice.state != NoticeState.OPEN:
        return f"公示{notice.get_state_display()}，不能结束。"
    if notice.ends_on >= timezone.localdate():
        return f"公示期到{notice.ends_on.month}月{notice.ends_on.day}日为止，期满后才能结束。"
    if left := comments.unhandled(notice):
        return f"还有 {left} 条意见没有答复，由受理机构办理后才能结束。"
    return ""


@transaction.atomic
def close_notice(*, by: User, notice: Notice, key: str) -> Closed:
    """End a notice after its period: every register still in it goes on by itself.

    A register that cannot go on is reported and stays, and the notice stays open for it. Raises NotAllowed, NotNow.
    """
    notice = locked(notice)
    require(by, Permission.PUBLISH, notice.bureau)
    if reason := closing_refusal(notice):
        raise NotNow(reason)
    result = Closed()
    for item in NoticeItem.objects.filter(notice=notice, outcome=ItemOutcome.PENDING).order_by("register"):
        register = engine.locked(item.register_id)
        if register.waiting != "notice" or not _stands_in(register, notice):
            _leave(item)  # stopped or compiled anew meanwhile
            continue
        try:
            with transaction.atomic():
                act = Act(key=f"{key}:{item.pk}", paper=notice.number)
                engine.pass_on(register=register, by=by, action=Action.NOTICE_END, act=act)
        except Refused as refused:
            result.failed.append(f"“{register}”：{refused}")
            continue
        item.outcome = ItemOutcome.PASSED
        item.save()
        result.passed += 1
    if not result.failed:
        notice.state, notice.closed_at = NoticeState.CLOSED, timezone.now()
        notice.save()
    audit.record(
        verb="notice.close",
        by=by,
        bureau=notice.bureau_id,
        target=notice,
        passed=result.passed,
        failed=len(result.failed),
    )
    return result


def _stands_in(register: Register, notice: Notice) -> bool:
    return engine.step_of(register).notice == notice.rule


def _leave(item: NoticeItem) -> None:
    item.outcome, item.taken_out_at = ItemOutcome.RETURNED, timezone.now()
    item.save()


@transaction.atomic
def withdraw_notice(*, by: User, notice: Notice, reason: str) -> Notice:
    """Take a notice back, with a reason: its registers wait for a notice again. Raises NotAllowed, NotNow."""
    notice = locked(notice)
    require(by, Permission.PUBLISH, notice.bureau)
    if notice.state != NoticeState.OPEN:
        raise NotNow(f"公示{notice.get_state_display()}，不能撤回。")
    if not reason.strip():
        raise NotNow("撤回公示须说明理由。")
    for item in NoticeItem.objects.filter(notice=notice, outcome=ItemOutcome.PENDING).order_by("register"):
        register = engine.locked(item.register_id)
        if register.waiting != "notice":
            _leave(item)
            continue
        act = Act(opinion=reason, paper=notice.number)
        step = engine.step_of(register)
        decisions.write(register, step, by=by, action=Action.WITHDRAW, act=act, seal=item.seal)
        engine.wait_for(register, "")
        engine.lay_out_again(register=register, by=by)
    notice.state, notice.closed_at = NoticeState.WITHDRAWN, timezone.now()
    notice.save()
    audit.record(verb="notice.withdraw", by=by, bureau=notice.bureau_id, target=notice, reason=reason.strip()[:300])
    return notice


@transaction.atomic
def take_out(*, by: User, item: NoticeItem, act: Act) -> NoticeItem:
    """公示意见核实: a recipient of comments sends this one register back; the others stay in the notice.

    The grounds are written anew; nothing leads from them to a comment. Raises NotAllowed, NotNow.
    """
    if decisions.repeated(act, by):
        return item
    notice = locked(item.notice)
    item = NoticeItem.objects.get(pk=item.pk)
    grant = next((grant for grant in recipients.recipients_for(notice, item) if grant.user_id == by.pk), None)
    if grant is None:
        raise NotAllowed("只有公示意见的受理人可以退回公示中的登记表，本人和有关领导应当回避。")
    if not act.opinion.strip():
        raise NotNow("请写明退回的理由（重新书写，不要引用意见原文）。")
    if act.limit_on and act.limit_on < timezone.localdate():
        raise NotNow("退回期限不能早于今天。")
    register = engine.locked(item.register_id)
    if notice.state != NoticeState.OPEN or item.outcome != ItemOutcome.PENDING or register.waiting != "notice":
        raise NotNow("这张登记表不在公示中。")
    title = grant.title or f"{grant.unit}{grant.get_role_display()}"
    given = Act(**(vars(act) | {"title": title, "paper": notice.number}))
    task = next((task for task in guards.open_tasks(register) if task.kind == TaskKind.ACT), None)
    engine.send_back(register=register, by=by, act=given, action=Action.TAKE_OUT, task=task)
    _leave(item)
    return item
