"""Who holds which post, and which leader is in charge of which unit, by date.

Nobody appoints himself. What gives power over others is entered by the office and takes effect when the security
administrator has confirmed it (product decision 14); what the installation itself enters (``by=None``) holds at once.
"""

import datetime

from django.db import transaction
from django.utils import timezone

from accounts import services as accounts
from accounts.exceptions import NotAllowed, NotNow
from accounts.models import User
from audit import services as audit
from registers import access, apart, two_persons
from registers.models import Appointment, Charge, Post, Unit
from registers.services import keeping, tracking
from registers.services.organisation import decides, require_office


@transaction.atomic
def appoint(
    *, by: User | None, post: Post, user: User, starts_on: datetime.date | None = None, reason: str = ""
) -> Appointment:
    """The user holds the post from that day (today). The same again changes nothing.

    Raises NotAllowed for oneself and for one of the three administrators, NotNow for a closed post.
    """
    require_office(by, post.unit)
    post = Post.objects.select_for_update().get(pk=post.pk)
    # Locked, so that an administrator's role and a post cannot be given at the same moment.
    user = User.objects.select_for_update().get(pk=user.pk)
    starts_on = starts_on or timezone.localdate()
    _require_other(by, user, "不能任命自己。")
    if post.closed_on:
        raise NotNow(f"“{post}”已撤销，不能任职。")
    if not user.is_active:
        raise NotNow(f"“{user}”的账号已停用。")
    two_persons.require(apart.refusal(user, None, starts_on))
    if held := Appointment.objects.filter(post=post, user=user, ends_on__isnull=True).first():
        return held
    pending = by is not None and decides(post)
    held = Appointment(post=post, user=user, starts_on=starts_on, pending=pending, proposed_by=by)
    tracking.save(held, by=by, reason=reason)
    audit.record(
        verb="appointment.add",
        by=by,
        bureau=post.bureau_id,
        target=held,
        from_day=starts_on.isoformat(),
        pending=pending,
    )
    return held


def _require_other(by: User | None, user: User, sentence: str) -> None:
    if by is not None and by.pk == user.pk:
        raise NotAllowed(sentence)


@transaction.atomic
def appoint_new_person(*, by: User | None, post: Post, name: str, username: str, **given) -> Appointment:
    """A person without an account gets one that cannot sign in yet, and the post. Raises what `appoint` raises."""
    require_office(by, post.unit)
    user = accounts.add_person(by=by, username=username, name=name, bureau=post.bureau_id)
    return appoint(by=by, post=post, user=user, **given)


@transaction.atomic
def end_appointment(
    *,
    by: User | None,
    appointment: Appointment,
    ends_on: datetime.date | None = None,
    seen: int | None = None,
    reason: str = "",
) -> Appointment:
    """The last day has come: from ``ends_on`` (today) he does not hold the post any more. Raises Outdated, NotNow."""
    require_office(by, appointment.post.unit)
    appointment = Appointment.objects.select_for_update().get(pk=appointment.pk)
    return _end(by, appointment, appointment.post.bureau_id, "appointment.end", ends_on, seen, reason)


def _end(by, row, bureau_id: int, verb: str, ends_on, seen, reason):
    ends_on = ends_on or timezone.localdate()
    if row.ends_on == ends_on:
        return row
    if row.ends_on is not None and row.ends_on < ends_on:
        raise NotNow(f"已于{row.ends_on}结束，不能再往后延；还要继续的，请重新登记。")
    tracking.require_seen(row, seen)
    if ends_on < row.starts_on:
        raise NotNow(f"结束日期不能早于开始日期（{row.starts_on}）。")
    row.ends_on = ends_on
    tracking.save(row, by=by, reason=reason)
    audit.record(verb=verb, by=by, bureau=bureau_id, target=row, on=ends_on.isoformat())
    return row


@transaction.atomic
def add_charge(
    *, by: User | None, post: Post, unit: Unit, starts_on: datetime.date | None = None, reason: str = ""
) -> Charge:
    """The holder of the post is in charge of the unit (分管). The same again changes nothing.

    Raises NotAllowed for a post that one holds oneself, NotNow for a unit of another bureau or one that is closed.
    """
    require_office(by, post.unit)
    post = Post.objects.select_for_update().get(pk=post.pk)
    unit = Unit.objects.get(pk=unit.pk)
    if by is not None and access.holds_post(by, post):
        raise NotAllowed("不能给自己任职的岗位设定分管。")
    if post.closed_on or unit.closed_on:
        raise NotNow("岗位或单位已撤销，不能设定分管。")
    if unit.bureau_id != post.bureau_id:
        raise NotNow("只能分管本单位的机构。")
    if held := Charge.objects.filter(post=post, unit=unit, ends_on__isnull=True).first():
        return held
    charge = Charge(post=post, unit=unit, starts_on=starts_on or timezone.localdate())
    charge.pending, charge.proposed_by = by is not None, by
    tracking.save(charge, by=by, reason=reason)
    audit.record(verb="charge.add", by=by, bureau=post.bureau_id, target=charge, pending=charge.pending)
    return charge


@transaction.atomic
def end_charge(
    *, by: User | None, charge: Charge, ends_on: datetime.date | None = None, seen: int | None = None, reason: str = ""
) -> Charge:
    """The leader is not in charge of the unit any more from that day. Raises Outdated, NotNow."""
    require_office(by, charge.post.unit)
    charge = Charge.objects.select_for_update().get(pk=charge.pk)
    return _end(by, charge, charge.post.bureau_id, "charge.end", ends_on, seen, reason)


@transaction.atomic
def confirm(*, by: User, row: Appointment | Charge) -> list[tuple[User, str]]:
    """The security administrator lets an appointment or a charge take effect; returns the codes to hand to the owners
    of the accounts, where any are needed. Raises NotAllowed for his own."""
    row = _pending_for(by, row)
    row.pending = False
    tracking.save(row, by=by, reason="安全管理员确认")
    audit.record(verb=f"{row._meta.model_name}.confirm", by=by, bureau=row.post.bureau_id, target=row)
    return keeping.hand_over(by=by, users=two_persons.holders(row), bureau=row.post.bureau_id)


@transaction.atomic
def reject(*, by: User, row: Appointment | Charge, reason: str) -> None:
    """The security administrator does not let it take effect: it ends as it began, and the reason is on record."""
    row = _pending_for(by, row)
    row.ends_on = row.starts_on
    tracking.save(row, by=by, reason=f"未予确认：{reason}")
    audit.record(verb=f"{row._meta.model_name}.reject", by=by, bureau=row.post.bureau_id, target=row, reason=reason)


def _pending_for(by: User, row: Appointment | Charge) -> Appointment | Charge:
    """The locked row that still waits. Raises NotAllowed for who may not confirm it, NotNow when another was faster."""
    row = type(row).objects.select_for_update().get(pk=row.pk)
    two_persons.require(two_persons.refusal_of_post(by, row))
    if not row.pending or row.ends_on is not None:
        raise NotNow(two_persons.settled(row))
    return row
