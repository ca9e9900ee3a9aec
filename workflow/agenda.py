"""What a body has before it: the registers of one meeting with their points, levels and who has to recuse himself."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from registers.enums import Tier
from registers.models import Appointment, Post, Register, RiskPoint, RoleGrant, Unit
from registers.parts import rates_subject
from registers.schemes.model import Level, SchemeSpec
from registers.schemes.rating import suggest_point, suggest_subject
from registers.schemes.road import Step
from workflow import decisions, desks
from workflow.models import Seal
from workflow.models.batch import called

# Whose members sit in the bodies that decide.
BODIES = (Role.LEADING_GROUP, Role.PARTY_GROUP, Role.LEADER, Role.DISCIPLINE, Role.OFFICE)


@dataclass
class Rated:
    """One thing that gets a level: a point by its lineage, or with an empty lineage the post or section."""

    lineage: str
    name: str
    rank: int | None
    hint: str = ""


@dataclass
class Topic:
    """One register on the agenda."""

    register: Register
    spec: SchemeSpec
    step: Step
    seen: str
    points: int
    rated: list[Rated] = field(default_factory=list)
    own: frozenset[int] = frozenset()

    @property
    def levels(self) -> tuple[Level, ...]:
        return self.spec.levels

    @property
    def targets(self) -> list[Step]:
        """The steps that the meeting may send this register back to."""
        route = self.spec.route(self.register.scope)
        return [route.step(target.to) for target in self.step.returns]


def topics(registers: Iterable[Register], spec: SchemeSpec) -> list[Topic]:
    """The agenda, all of one cycle: three queries for any number of registers."""
    registers = list(registers)
    ids = [register.pk for register in registers]
    newest = Seal.objects.filter(register__in=ids).order_by().values("register").annotate(Max("pk"))
    seals = {row["register"]: Seal(pk=row["pk__max"]) for row in newest}
    points: dict[int, list[RiskPoint]] = {}
    rows = RiskPoint.objects.filter(register__in=ids, block__removed_at=None)
    for point in rows.order_by("block__order", "block_id", "order", "pk"):
        points.setdefault(point.register_id, []).append(point)
    holders: dict[int, set[int]] = {}
    held = Appointment.objects.on(timezone.localdate()).filter(post__in=[r.post_id for r in registers if r.post_id])
    for post_id, user_id in held.values_list("post_id", "user_id"):
        holders.setdefault(post_id, set()).add(user_id)
    return [_topic(r, spec, points.get(r.pk, []), seals.get(r.pk), holders.get(r.post_id, set())) for r in registers]


def _topic(register, spec: SchemeSpec, points: list[RiskPoint], seal: Seal | None, holders: set[int]) -> Topic:
    step = spec.route(register.scope).step(register.step)
    own = holders | ({register.filler_id} if register.filler_id else set())
    rated = _rated(register, spec, points) if step.determines else []
    return Topic(register, spec, step, decisions.token(register, seal), len(points), rated, frozenset(own))


def _rated(register: Register, spec: SchemeSpec, points: list[RiskPoint]) -> list[Rated]:
    """What the body gives levels to, preset with what holds, was declared or is suggested."""
    if rates_subject(spec, register.scope):
        ranks = [point.declared_rank for point in points if point.declared_rank]
        told = suggest_subject(spec, register.scope, register.factors, ranks, [point.kind for point in points])
        rank = register.level_rank or register.declared_rank or told.rank
        return [Rated("", f"{register.subject_name}的等级", rank, _hint(spec, register.declared_rank))]
    found = []
    for point in points:
        told = suggest_point(spec, register.scope, point.factors, count=len(points))
        rank = point.level_rank or point.declared_rank or told.rank
        found.append(Rated(point.lineage, point.name, rank, _hint(spec, point.declared_rank)))
    return found


def _hint(spec: SchemeSpec, rank: int | None) -> str:
    level = next((level for level in spec.levels if level.rank == rank), None)
    return f"自评{level.name}" if level else ""


@dataclass(frozen=True)
class Member:
    """Somebody who may have been present, and how he is recorded."""

    user: User
    title: str

    def __str__(self) -> str:
        return called(self.title, self.user.name)


def members(bureau: Unit) -> list[Member]:
    """Those who hold a role in a deciding body of the bureau, and its leaders; each once."""
    today = timezone.localdate()
    found: dict[int, Member] = {}
    grants = RoleGrant.objects.on(today).filter(unit=bureau, role__in=BODIES, user__is_active=True)
    order = {str(role): index for index, role in enumerate(BODIES)}
    for grant in sorted(grants.select_related("user"), key=lambda grant: (order[grant.role], grant.pk)):
        found.setdefault(grant.user_id, Member(grant.user, grant.title or grant.get_role_display()))
    leaders = Post.objects.open().filter(bureau=bureau, tier=Tier.LEAD)
    held = Appointment.objects.on(today).filter(post__in=leaders, user__is_active=True)
    for row in held.select_related("user", "post__unit").order_by("post__order", "post__sort_key", "pk"):
        found.setdefault(row.user_id, Member(row.user, desks.post_title(row.post)))
    return list(found.values())
