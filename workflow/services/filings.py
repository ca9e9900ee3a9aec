"""备案: registers owed to a body outside are handed in by a numbered letter; the body gives its receipt."""

import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.exceptions import NotAllowed, NotNow
from accounts.models import User
from accounts.roles import Role
from audit import checkpoints
from audit import services as audit
from registers.access import has_role, standing
from registers.models import Cycle, Register, Unit
from registers.schemes.store import spec_of
from workflow import decisions, desks, engine, tasks
from workflow.acts import Act
from workflow.enums import Action, TaskKind
from workflow.models import Decision, Filing, FilingItem, Task
from workflow.services.numbering import next_number


def owed(bureau: Unit) -> QuerySet[FilingItem]:
    """What still has to be handed in."""
    return FilingItem.objects.filter(bureau=bureau, filing=None, cancelled=False).select_related("register", "seal")


def receiving_desk(item: FilingItem) -> str:
    """Who gives the receipt: the role at the receiving body, or the office where the body is not in the system."""
    if item.to_unit_id is None:
        return desks.of_role(Role.OFFICE, item.bureau_id)
    desk = desks.of_role(item.role, item.to_unit_id)
    return desk if desks.holders_of([desk], timezone.localdate())[desk] else desks.of_role(Role.OFFICE, item.bureau_id)


@transaction.atomic
def file(*, by: User, cycle: Cycle, items: list[FilingItem], filed_on: datetime.date, key: str) -> Filing:
    """Hand registers to one body with one number. Raises NotAllowed, NotNow."""
    registers = {register.pk: register for register in engine.locked_all(item.register_id for item in items)}
    done = Decision.objects.filter(by=by, key__startswith=f"{key}:").first()
    if done:
        return Filing.objects.get(items__pk=int(done.key.rsplit(":", 1)[1]))
    if not any(has_role(by, role, cycle.bureau) for role in (Role.OFFICE, Role.PUBLISHER)):
        raise NotAllowed("备案由领导小组办公室报送。")
    bodies = {(item.body, item.to_unit_id) for item in items}
    if len(bodies) != 1:
        raise NotNow("请选择报送同一机关的登记表。" if items else "请至少选择一张登记表。")
    (body, to_unit_id) = bodies.pop()
    number = next_number(
        bureau=cycle.bureau, series="filing", year=filed_on.year, pattern=spec_of(cycle.scheme).filing_pattern
    )
    filing = Filing.objects.create(
        bureau=cycle.bureau, to_unit_id=to_unit_id, body=body, number=number, filed_on=filed_on, by=by
    )
    for row in items:
        _hand_in(filing, registers[row.register_id], row, by, key)
    # The last event of the transaction: what is printed of its link answers for all that was handed in.
    audit.record(verb="filing.make", by=by, bureau=cycle.bureau_id, target=filing, items=len(items))
    transaction.on_commit(lambda: checkpoints.drop_quietly(cycle.bureau_id))
    return filing


def _hand_in(filing: Filing, register: Register, row: FilingItem, by: User, key: str) -> None:
    item = FilingItem.objects.select_related("seal").get(pk=row.pk)
    if item.filing_id or item.cancelled or item.bureau_id != filing.bureau_id:
        raise NotNow(f"“{register}”已报送或已退回，请刷新。")
    item.filing = filing
    item.save()
    step = spec_of(register.scheme).route(register.scope).step(item.step)
    act = Act(key=f"{key}:{item.pk}", paper=f"{filing.number} 报 {filing.body}")
    decisions.write(register, step, by=by, action=Action.FILE, act=act, seal=item.seal)
    if not FilingItem.objects.filter(register=register, filing=None, cancelled=False).exists():
        tasks.close(register=register, by=by, kinds=(TaskKind.FILE,))
    tasks.lay(register=register, step=engine.step_of(register), desk=receiving_desk(item), kind=TaskKind.RECEIPT)


def receipt_refusal(item: FilingItem, by: User) -> str:
    """Why this person cannot give the receipt; empty when he can."""
    if item.filing_id is None:
        return "还没有报送。"
    if item.received_on:
        return "已有回执。"
    if receiving_desk(item) not in desks.desks_of(standing(by)):
        return f"回执由{item.body}填写。"
    return ""


@transaction.atomic
def receive(*, item: FilingItem, by: User, number: str, received_on: datetime.date, key: str) -> FilingItem:
    """The body's receipt; a register that waited for it goes on when all its receipts are there."""
    register = engine.locked(item.register_id)
    item = FilingItem.objects.select_related("seal", "filing").get(pk=item.pk)
    if decisions.repeated(Act(key=key), by):
        return item
    if reason := receipt_refusal(item, by):
        raise NotNow(reason)
    if not number.strip():
        raise NotNow("请填写备案号。")
    if received_on < item.filing.filed_on:
        raise NotNow("接收日期不能早于报送日期。")
    item.receipt_number, item.received_on, item.received_by = number.strip(), received_on, by
    item.save()
    step = spec_of(register.scheme).route(register.scope).step(item.step)
    act = Act(key=key, paper=f"{item.body} {item.receipt_number}")
    decisions.write(register, step, by=by, action=Action.RECEIVE, act=act, seal=item.seal)
    _after_receipt(register, step, by)
    return item


@transaction.atomic
def receive_all(*, items: list[FilingItem], by: User, number: str, received_on: datetime.date, key: str) -> int:
    """One receipt for several registers of a letter, all or none. Raises NotNow."""
    if not items:
        raise NotNow("请至少选择一张登记表。")
    for item in items:
        receive(item=item, by=by, number=number, received_on=received_on, key=f"{key}:{item.pk}")
    return len(items)


def _after_receipt(register, step, by: User) -> None:
    open_items = FilingItem.objects.filter(register=register, received_on=None, cancelled=False)
    still = {receiving_desk(item) for item in open_items.exclude(filing=None)}
    answered = Task.objects.filter(register=register, open=True, kind=TaskKind.RECEIPT).exclude(desk__in=still)
    answered.update(open=False, done_at=timezone.now(), done_by=by)
    if register.waiting == "receipt" and not open_items.filter(wait=True, step=register.step).exists():
        engine.wait_for(register, "")
        engine.advance(register, step, by)
