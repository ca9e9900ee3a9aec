"""Taking registers along their road as the people of the sample would: every move by a service, nothing set by hand."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils import timezone

from accounts.models import User
from lianzheng.sample import filling
from lianzheng.sample.organisation import Body
from registers.enums import RegisterState
from registers.models import Cycle, Register
from registers.schemes.road import Step
from registers.schemes.store import spec_of
from workflow import desks, engine, guards
from workflow.acts import Act
from workflow.enums import Action, ItemOutcome, NoticeState, TaskKind
from workflow.models import FilingItem, Notice, Task
from workflow.services import deciding, filings, issuing, meetings, notices
from workflow.services import filling as fillings
from workflow.services.issuing import Document
from workflow.services.meetings import Attendee, Item, Minutes

BATCHES = {"meeting", "notice", "issue"}
CONTACT = "局纪检组（局机关二楼，工作日接待）"


@dataclass
class Road:
    """Walks registers of one bureau; the words that people say come from bureau.json in turn."""

    body: Body
    said: itertools.cycle = field(init=False)
    peers_said: itertools.cycle = field(init=False)

    def __post_init__(self) -> None:
        self.said = itertools.cycle(self.body.data["opinions"])
        self.peers_said = itertools.cycle(self.body.data["peer_opinions"])

    def walk(self, ids: Sequence[int], until: str) -> None:
        """Take these registers of one scope on, step by step together, until they stand at that step.

        ``until`` "issued" takes them into force. A notice is published but not waited for: walk again after its end.
        """
        while True:
            rows = Register.objects.on_the_road().filter(pk__in=ids).exclude(step=until)
            rows = list(rows.select_related("scheme", "cycle", "bureau").order_by("unit", "post__order", "pk"))
            if not rows:
                return
            route = spec_of(rows[0].scheme).route(rows[0].scope)
            first = min(rows, key=lambda row: route.index(row.step)).step
            group = [row for row in rows if row.step == first]
            before = [(row.pk, row.lock_version) for row in group]
            self.take_step(group, route.step(first))
            after = list(Register.objects.filter(pk__in=[row.pk for row in group]).values_list("pk", "lock_version"))
            if sorted(after) == sorted(before):
                return

    def take_step(self, group: list[Register], step: Step) -> None:
        """One step for registers that stand at it."""
        if step.kind in BATCHES:
            {"meeting": self._meet, "notice": self._notice, "issue": self._issue}[step.kind](group, step)
            return
        for register in group:
            if step.kind == "fill":
                self.submit(register)
            else:
                self.decide(register, step)
            self.file(register)

    # -- one register --------------------------------------------------------------------------------------------

    def submit(self, register: Register, confirm: bool = True) -> None:
        """Claim, fill in, compile where the step says so, submit; the other holders of the post confirm."""
        step = engine.step_of(register)
        user = register.filler if register.filler_id else self.person(register)
        register = fillings.claim(register=register, by=user)
        filling.fill(register, user, self.body)
        if step.mode == "compile":
            fillings.compile_children(register=register, by=user)
        fillings.submit(register=register, by=user, act=Act())
        if confirm:
            for task in Task.objects.filter(register=register, open=True, kind=TaskKind.CONFIRM):
                holder = desks.holders_of([task.desk], timezone.localdate())[task.desk][0].user
                fillings.confirm(register=register, by=holder, act=Act(opinion="同意。"), agree=True)

    def decide(self, register: Register, step: Step, opinion: str = "", **given) -> None:
        """Everybody who has to agrees or gives his opinion, until the step is done."""
        peers = step.kind == "opinions"
        action, service = (Action.OPINE, deciding.opine) if peers else (Action.AGREE, deciding.agree)
        marks = {mark.key: True for mark in spec_of(register.scheme).marks} if step.marks else {}
        while user := self.person(register, action):
            words = opinion or next(self.peers_said if peers else self.said)
            levels = {"": register.declared_rank} if step.determines and register.declared_rank else {}
            service(register=register, by=user, act=Act(opinion=words, marks=marks, levels=levels, **given))
            register = engine.locked(register.pk)
            if register.step != step.key:
                return

    def send_back(self, register: Register, to: str, reason: str, opinion: str, limit_on) -> None:
        """退回 with a coded reason and a limit."""
        register = engine.locked(register.pk)
        user = self.person(register, Action.SEND_BACK)
        first = register.blocks.filter(removed_at=None).first()
        remarks = ({"lineage": first.lineage, "text": "这一行请写清在哪个环节、怎样发生。"},) if first else ()
        act = Act(opinion=opinion, reasons=(reason,), remarks=remarks, return_to=to, limit_on=limit_on)
        deciding.send_back(register=register, by=user, act=act)

    def person(self, register: Register, action: Action = Action.SUBMIT) -> User | None:
        """Somebody at the desks of the present step who may do it now."""
        tasks = [task for task in guards.open_tasks(register) if task.kind == TaskKind.ACT]
        found = desks.holders_of({task.desk for task in tasks}, timezone.localdate())
        step = engine.step_of(register)
        for task in tasks:
            for holder in found[task.desk]:
                if guards.refusal(user=holder.user, register=register, step=step, action=action) is None:
                    return holder.user
        return None

    def file(self, register: Register, receive: bool = True) -> None:
        """Hand in what is owed to bodies above, and let them give their receipts."""
        office = self.office()
        for item in list(filings.owed(register.bureau).filter(register=register)):
            today = timezone.localdate()
            filings.file(by=office, cycle=register.cycle, items=[item], filed_on=today, key=f"f{item.pk}")
            if receive:
                self._receive(FilingItem.objects.get(pk=item.pk))

    def _receive(self, item: FilingItem) -> None:
        desk = filings.receiving_desk(item)
        today = timezone.localdate()
        user = desks.holders_of([desk], today)[desk][0].user
        number = f"{item.body}收〔{today.year}〕{item.pk}号"
        filings.receive(item=item, by=user, number=number, received_on=today, key=f"r{item.pk}")

    # -- many registers ------------------------------------------------------------------------------------------

    def office(self) -> User:
        """The clerk of the office who does the batch work."""
        return self.body.people["fangkong-ganshi"]

    def _meet(self, group: list[Register], step: Step) -> None:
        today = timezone.localdate()
        leaders = [self.body.people[post["user"]] for post in self.body.data["units"][0]["posts"]]
        count = group[0].cycle.meetings.count() + 1
        minutes = Minutes(
            body=step.body or "局办公会议",
            held_on=today,
            number=f"局办公会纪要〔{today.year}〕{today:%m%d}-{count}号",
            attendees=tuple(Attendee(user.name, "", user) for user in leaders),
            note="逐项审议，会议主持人末位表态。",
        )
        items = tuple(
            Item(
                register=register,
                outcome=ItemOutcome.PASSED,
                opinion="会议研究同意。",
                levels={"": register.declared_rank} if step.determines and register.declared_rank else {},
            )
            for register in group
        )
        key = f"m{group[0].pk}-{count}"
        meetings.record_meeting(by=self.office(), cycle=group[0].cycle, minutes=minutes, items=items, key=key)

    def _notice(self, group: list[Register], step: Step) -> None:
        """Close what is over; publish what waits."""
        over = Notice.objects.filter(state=NoticeState.OPEN, ends_on__lt=timezone.localdate())
        for notice in over.filter(items__register__in=group).distinct():
            notices.close_notice(by=self.office(), notice=notice, key=f"c{notice.pk}")
        waiting = [row for row in group if not row.waiting]
        if waiting:
            self.publish(waiting, step)

    def publish(self, group: list[Register], step: Step) -> Notice:
        notice = notices.draft_notice(
            by=self.office(), cycle=group[0].cycle, rule=step.notice, registers=group, contact=CONTACT
        )
        return notices.publish(by=self.office(), notice=notice, key=f"p{notice.pk}")

    def _issue(self, group: list[Register], step: Step) -> None:
        today, cycle = timezone.localdate(), group[0].cycle
        name = spec_of(cycle.scheme).scope(group[0].scope).name
        title = f"关于印发{cycle.bureau}{name}廉政风险点和防控措施的通知"
        issuing.issue(
            by=self.office(),
            cycle=cycle,
            registers=tuple(group),
            document=Document(title=title, issued_on=today, in_force_from=today),
            key=f"i{group[0].pk}",
        )


def ids_of(cycle: Cycle, scope: str, posts: Sequence[int] = (), units: Sequence[int] = ()) -> list[int]:
    """Registers of a cycle and scope, of these posts or units (all without)."""
    rows = Register.objects.filter(cycle=cycle, scope=scope).exclude(state=RegisterState.STOPPED)
    if posts:
        rows = rows.filter(post__in=posts)
    if units:
        rows = rows.filter(unit__in=units)
    return list(rows.values_list("pk", flat=True))


def notice_end(cycle: Cycle):
    """The last day of the notices that are open in a cycle, None without one."""
    rows = Notice.objects.filter(cycle=cycle, state=NoticeState.OPEN)
    return max(rows.values_list("ends_on", flat=True), default=None)
