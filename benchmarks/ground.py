"""Whom and what the measures look at: people and registers of equal weight in a body of any size."""

import datetime
from functools import cached_property

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from registers.enums import RegisterState, UnitKind
from registers.models import Appointment, Block, Cycle, Post, Register, RoleGrant, Unit
from registers.models.content import new_lineage
from registers.rows import ControlData, PointData, RowData
from registers.services import editing
from workflow.enums import NoticeState
from workflow.models import Notice, Task
from workflow.services import filling

HOME_ROWS = 27  # what waits for the office of a single bureau in the middle of its cycle
FILL_ROWS = 6  # a post holder with six risk points
POINTS_ROWS = 5


class Ground:
    """People and things of the prepared database; every pick is the same on every run."""

    day: datetime.date = timezone.localdate()

    @cached_property
    def office(self) -> User:
        """The office with about as much to do at every size."""
        rows = Task.objects.filter(open=True, desk__startswith=f"role:{Role.OFFICE}:")
        counts = rows.values_list("desk").annotate(count=Count("register", distinct=True)).order_by("desk")
        desk, _ = min(counts, key=lambda row: abs(row[1] - HOME_ROWS), default=("", 0))
        bureau = int(desk.split(":")[2]) if desk else Unit.objects.filter(kind=UnitKind.BUREAU).first().pk
        return self._holder(Role.OFFICE, bureau)

    @cached_property
    def bureau(self) -> Unit:
        """The bureau of that office."""
        return RoleGrant.objects.filter(user=self.office).select_related("unit").first().unit

    @cached_property
    def above(self) -> User:
        """The office of the body above all bureaus."""
        return self._holder(Role.OFFICE, self.bureau.above_id)

    @cached_property
    def section(self) -> Unit:
        """The first section, with its posts."""
        return Unit.objects.filter(parent=self.bureau, kind=UnitKind.SECTION).order_by("lft").first()

    @cached_property
    def cycle(self) -> Cycle:
        return Cycle.objects.filter(bureau=self.bureau).first()

    @cached_property
    def moving(self) -> Register:
        """A post's register half way down its road."""
        return self._like(self._registers().filter(state=RegisterState.MOVING, scope="post", waiting=""))

    @cached_property
    def in_force(self) -> Register:
        return self._like(self._registers().filter(state=RegisterState.IN_FORCE, scope="post"))

    @cached_property
    def compiled(self) -> Register | None:
        """A section's register with those that it compiles."""
        rows = self._registers().filter(scope="section", state=RegisterState.MOVING)
        return rows.first()

    @cached_property
    def filled(self) -> Register:
        """A post's register with its filler, brought to six rows of one point and one control each."""
        rows = Register.objects.filter(state=RegisterState.FILLING, scope="post", step="find", filler__isnull=False)
        counted = rows.annotate(found=Count("blocks", filter=Q(blocks__removed_at=None))).order_by("-found", "pk")
        found = counted.first() or self._taken_up()
        blocks = list(Block.objects.filter(register=found, removed_at=None).order_by("order"))
        if not blocks:
            point = PointData(new_lineage(), name="材料审查把关不严", manifestation="对不符合条件的申请予以受理。")
            control = ControlData(new_lineage(), point=point.lineage, text="双人审查，结果公开。")
            data = RowData(post_id=found.post_id, points=(point,), controls=(control,))
            blocks = [editing.add_block(register=found, by=found.filler, data=data)]
        for number in range(FILL_ROWS - len(blocks)):
            editing.copy_block(block=blocks[number % len(blocks)], by=found.filler)
        return found

    def _taken_up(self) -> Register:
        register, user = self.fresh
        return filling.claim(register=register, by=user)

    @cached_property
    def fresh(self) -> tuple[Register, User]:
        """A register that nobody has opened yet, and the holder of its post."""
        held = Appointment.objects.on(self.day).values("post")
        rows = Register.objects.filter(state=RegisterState.FILLING, scope="post", filler=None, post__in=held)
        found = rows.order_by("step", "pk").first()
        return found, Appointment.objects.on(self.day).filter(post=found.post).first().user

    @cached_property
    def holder(self) -> User:
        """Somebody who holds an ordinary post and has his register to fill."""
        return self.filled.filler

    @cached_property
    def notice(self) -> Notice:
        """The public notice over about as many registers at every size."""
        rows = Notice.objects.filter(bureau=self.bureau, audience="society", state=NoticeState.CLOSED)
        return rows.annotate(count=Count("items")).order_by("-count", "pk").first()

    @cached_property
    def post(self) -> Post:
        return Post.objects.filter(unit=self.section).order_by("order").first()

    def _registers(self) -> QuerySet[Register]:
        return Register.objects.filter(bureau=self.bureau).select_related("scheme", "post", "filler").order_by("pk")

    def _like(self, rows: QuerySet[Register]) -> Register:
        """The one whose number of points is nearest to the usual."""
        return min(rows.annotate(found=Count("points")), key=lambda row: abs(row.found - POINTS_ROWS))

    def _holder(self, role: str, unit: int) -> User:
        grants = RoleGrant.objects.on(self.day).filter(role=role, unit=unit).order_by("pk")
        return grants.select_related("user").first().user
