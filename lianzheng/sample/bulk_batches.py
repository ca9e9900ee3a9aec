"""Synthetic registers: the meetings, notices, issues and filings that carried them, one for many registers each."""

import datetime
from collections import defaultdict
from collections.abc import Sequence

from django.utils import timezone

from accounts.roles import Role
from lianzheng.sample.bulk_content import Plan
from lianzheng.sample.bulk_ground import BATCH
from lianzheng.sample.bulk_road import Walker
from registers.schemes.columns import COLUMNS
from registers.schemes.road import Step
from workflow import actors, notices
from workflow.calendar import add_working_days
from workflow.enums import Action, ItemOutcome, NoticeState
from workflow.models import (
    Decision,
    Filing,
    FilingItem,
    Issuance,
    IssuanceItem,
    Meeting,
    MeetingAttendee,
    MeetingItem,
    Notice,
    NoticeItem,
    Seal,
    Task,
)
from workflow.services.numbering import next_number

CONTACT = "领导小组办公室（工作日接待）"


def settle(walker: Walker) -> None:
    """Every batch step that is over, by scope and step; decisions carry the number of their paper."""
    groups: dict[tuple[str, str], list[Plan]] = defaultdict(list)
    steps: dict[tuple[str, str], Step] = {}
    for plan, step in walker.trail.passed:
        key = (plan.scope.key, step.key)
        groups[key].append(plan)
        steps[key] = step
    for key, plans in groups.items():
        step = steps[key]
        if step.kind == "meeting":
            _meeting(walker, plans, step)
        elif step.kind == "notice":
            make_notice(walker, plans, step, over=True)
        elif step.kind == "issue":
            _issue(walker, plans, step)
        for rule in step.files_to:
            _file(walker, plans, step, rule)


def _stamp(walker: Walker, plans: Sequence[Plan], step: Step, paper: str) -> None:
    wanted = {plan.register.pk for plan in plans}
    for decision in walker.trail.decisions:
        if decision.step == step.key and decision.register_id in wanted:
            decision.paper = paper


def number_of(walker: Walker, series: str) -> str:
    """The next number of a series of the bureau: issue, notice or filing."""
    spec = walker.spec
    patterns = {"issue": spec.number_pattern, "notice": spec.notice_pattern, "filing": spec.filing_pattern}
    year = timezone.localdate().year
    return next_number(bureau=walker.ground.bureau, series=series, year=year, pattern=patterns[series])


def _meeting(walker: Walker, plans: Sequence[Plan], step: Step) -> None:
    ground, today = walker.ground, timezone.localdate()
    number = f"纪要〔{today.year}〕{plans[0].scope.name}{step.name}"
    meeting = Meeting.objects.create(
        bureau=ground.bureau,
        cycle=walker.cycle,
        body=step.body or "局办公会议",
        held_on=today,
        number=number,
        recorded_by=ground.roles[Role.OFFICE],
    )
    MeetingAttendee.objects.bulk_create(
        MeetingAttendee(meeting=meeting, user=seat.user, name=seat.user.name)
        for seat in ground.of(ground.leadership)
        if seat.user
    )
    MeetingItem.objects.bulk_create(
        [
            MeetingItem(
                meeting=meeting,
                register=plan.register,
                seal=_seal_at(walker, plan, step),
                outcome=ItemOutcome.PASSED,
                opinion="会议研究同意。",
            )
            for plan in plans
        ],
        batch_size=BATCH,
    )
    _stamp(walker, plans, step, f"{number}({today:%Y-%m-%d})")


def _seal_at(walker: Walker, plan: Plan, step: Step) -> Seal:
    """The seal that the decision at that step was made on."""
    return walker.trail.signed[plan.register.pk, step.key]


def make_notice(walker: Walker, plans: Sequence[Plan], step: Step, *, over: bool) -> Notice:
    """A notice that has ended, or one that began yesterday and still runs."""
    spec, ground = walker.spec, walker.ground
    rule, today = spec.notice(step.notice), timezone.localdate()
    start = today - datetime.timedelta(days=30 if over else 1)
    fields = [key for key in rule.fields if key in COLUMNS and not COLUMNS[key].inner]
    notice = Notice.objects.create(
        bureau=ground.bureau,
        cycle=walker.cycle,
        rule=rule.key,
        audience=rule.audience,
        number=number_of(walker, "notice"),
        title=f"关于{ground.bureau.name}{plans[0].scope.name}廉政风险点和防控措施的公示",
        body="现将查找的廉政风险点和防控措施予以公示，接受监督。",
        contact=CONTACT,
        days=rule.days,
        fields=fields,
        starts_on=start,
        ends_on=add_working_days(start, rule.days),
        state=NoticeState.CLOSED if over else NoticeState.OPEN,
        recipient_role=rule.recipient.role,
        recipient_unit_id=actors.body_unit_id(ground.bureau, rule.recipient.at),
        drafted_by=ground.roles[Role.OFFICE],
        opened_at=timezone.now(),
        closed_at=timezone.now() if over else None,
    )
    NoticeItem.objects.bulk_create([_item(walker, notice, plan, step, over) for plan in plans], batch_size=BATCH)
    _stamp(walker, plans, step, notice.number)
    return notice


def _item(walker: Walker, notice: Notice, plan: Plan, step: Step, over: bool) -> NoticeItem:
    content = walker.trail.contents[plan.register.pk]
    return NoticeItem(
        notice=notice,
        register=plan.register,
        seal=_seal_at(walker, plan, step),
        shown=notices.shown(content, walker.spec, tuple(notice.fields)),
        outcome=ItemOutcome.PASSED if over else ItemOutcome.PENDING,
    )


def _issue(walker: Walker, plans: Sequence[Plan], step: Step) -> None:
    ground, today = walker.ground, timezone.localdate()
    issuance = Issuance.objects.create(
        bureau=ground.bureau,
        cycle=walker.cycle,
        number=plans[0].register.number,
        title=f"关于印发{plans[0].scope.name}廉政风险点和防控措施的通知",
        issued_on=today,
        in_force_from=today,
        by=ground.roles[Role.OFFICE],
    )
    IssuanceItem.objects.bulk_create(
        [IssuanceItem(issuance=issuance, register=plan.register, seal=plan.seals[-1]) for plan in plans], BATCH
    )
    _stamp(walker, plans, step, issuance.number)


def _file(walker: Walker, plans: Sequence[Plan], step: Step, rule) -> None:
    ground, today = walker.ground, timezone.localdate()
    unit = ground.bureau if rule.at == "bureau" else ground.authority
    filing = Filing.objects.create(
        bureau=ground.bureau,
        to_unit=unit,
        body=rule.body,
        number=number_of(walker, "filing"),
        filed_on=today,
        by=ground.roles[Role.OFFICE],
    )
    receiver = (ground.roles if rule.at == "bureau" else ground.above)[rule.role]
    FilingItem.objects.bulk_create(
        [
            FilingItem(
                register=plan.register,
                seal=_seal_at(walker, plan, step),
                bureau=ground.bureau,
                step=step.key,
                body=rule.body,
                role=rule.role,
                to_unit=unit,
                wait=rule.wait,
                filing=filing,
                receipt_number=f"收〔{today.year}〕{plan.register.pk}号",
                received_on=today,
                received_by=receiver,
            )
            for plan in plans
        ],
        batch_size=BATCH,
    )
    for plan in plans:
        for action, user in ((Action.FILE, ground.roles[Role.OFFICE]), (Action.RECEIVE, receiver)):
            walker.trail.decisions.append(
                Decision(
                    register=plan.register,
                    seal=_seal_at(walker, plan, step),
                    step=step.key,
                    step_name=step.name,
                    round=1,
                    action=action,
                    by=user,
                    by_name=user.name,
                    by_title=user.name,
                    paper=f"{filing.number} 报 {rule.body}",
                    key=f"{filing.pk}-{action}-{plan.register.pk}",
                )
            )


def open_notices(walker: Walker, plans: Sequence[Plan]) -> None:
    """Notices that run now, over the registers that wait for their end."""
    groups: dict[tuple[str, str], list[Plan]] = defaultdict(list)
    for plan in plans:
        groups[plan.scope.key, plan.register.step].append(plan)
    for (scope, key), shown in groups.items():
        step = walker.spec.route(scope).step(key)
        for plan in shown:
            walker.decide(plan, step, Action.PUBLISH)
        notice = make_notice(walker, shown, step, over=False)
        day = notice.ends_on + datetime.timedelta(days=1)
        for plan in shown:
            actor = next(iter(walker.actors(plan, step)))
            task = Task(register=plan.register, step=key, round=1, desk=actor.desk, due_on=day, not_before=day)
            walker.trail.tasks.append(task)
