"""Carry out an import: all rows or none, in one transaction with its audit row."""

from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Max
from simple_history.utils import bulk_create_with_history

from accounts.exceptions import NotNow
from accounts.models import User
from accounts.roles import Permission
from audit import services as audit
from audit.models import Event
from registers import access
from registers.importing.cells import Sheet
from registers.importing.choices import Choices
from registers.importing.ground import read_ground
from registers.importing.plan import Planner
from registers.importing.planned import ImportPlan, PlannedPost, PlannedRow
from registers.importing.words import plain
from registers.models import Block, Control, Cycle, Post, Power, Register, Responsibility, RiskPoint, Unit
from registers.pinyin import sort_key

VERB = "import.apply"
BATCH = 500


@dataclass
class Imported:
    """What an import made."""

    counts: dict[str, int]
    registers: list[Register] = field(default_factory=list)
    event: int = 0  # the audit row that tells what was made


def check_repeat(cycle: Cycle, plan: ImportPlan) -> None:
    """Raise NotNow if one of the plan's registers has already taken exactly these rows and still has rows."""
    digests = plan.digests()
    taken = Event.objects.filter(verb=VERB, object_type="cycle", object_id=cycle.pk).values_list("detail", flat=True)
    again = [
        int(pk) for detail in taken for pk, digest in detail["registers"].items() if digests.get(int(pk)) == digest
    ]
    alive = Block.objects.filter(register__in=again, removed_at__isnull=True).values_list("register", flat=True)
    names = [register.subject_name for register in plan.registers if register.pk in set(alive)]
    if names:
        shown = "、".join(names[:5])
        raise NotNow(f"同样的内容已经导入过“{shown}”的登记表，没有重复导入。")


@transaction.atomic
def apply_import(
    *,
    sheets: list[Sheet],
    unit: Unit,
    cycle: Cycle,
    by: User | None,
    name: str = "",
    seen: str = "",
    choices: Choices | None = None,
) -> Imported:
    """Import the sheets of a workbook into the draft registers of the unit in the cycle.

    ``seen`` is the digest of the plan that the user confirmed. Raises NotAllowed without the right, NotNow when the
    table has errors, was imported before, or the plan is no longer the one that was shown.
    """
    if by is not None:
        access.require(by, Permission.IMPORT, unit)
    if cycle.bureau_id != unit.bureau_id:
        raise NotNow(f"“{cycle}”不是“{unit}”的周期。")
    # The lock comes before the plan, so that no register leaves its filler between looking and writing.
    list(Register.objects.select_for_update().filter(cycle=cycle, bureau_id=unit.bureau_id).values_list("pk"))
    plan = Planner(read_ground(unit, cycle), choices).plan(sheets)
    if plan.wrong:
        raise NotNow(f"表中还有 {plan.wrong} 处错误，没有导入任何内容。")
    if seen and seen != plan.digest():
        raise NotNow("预览之后情况有了变化，没有导入；请重新预览并核对。")
    check_repeat(cycle, plan)
    counts = plan.counts()  # before anything is made: afterwards nothing is new any more
    _make_posts(plan, by, name)
    _make_powers(plan, by, name)
    _make_rows(plan)
    for register in plan.registers:
        if register.pk in plan.ranks and register.declared_rank is None:
            register.declared_rank = plan.ranks[register.pk]
            register.content_version += 1
            register.save(update_fields=["declared_rank", "content_version"])
    digests = {str(pk): digest for pk, digest in plan.digests().items()}
    event = audit.record(
        verb=VERB,
        by=by,
        bureau=unit.bureau_id,
        target=cycle,
        label=name or str(cycle),
        unit=unit.pk,
        counts=counts,
        registers=digests,
    )
    return Imported(counts, plan.registers, event.pk)


def _make_posts(plan: ImportPlan, by: User | None, name: str) -> None:
    new = [post for post in plan.posts.values() if post.known is None]
    rows = [
        Post(
            unit=post.unit,
            bureau_id=post.unit.bureau_id,
            section_id=post.unit.section_id,
            name=post.name,
            sort_key=sort_key(post.name),
        )
        for post in new
    ]
    for post, row in zip(new, _with_history(rows, Post, by, name), strict=True):
        post.known = row


def _make_powers(plan: ImportPlan, by: User | None, name: str) -> None:
    new = [power for power in plan.powers.values() if power.known is None]
    rows = [
        Power(
            unit=power.unit,
            post=_row_of(power.post),
            bureau_id=power.unit.bureau_id,
            section_id=power.unit.section_id,
            name=power.name,
            content=power.content,
            legal_basis=power.basis,
            kind=power.kind,
        )
        for power in new
    ]
    for power, row in zip(new, _with_history(rows, Power, by, name), strict=True):
        power.known = row


def _with_history(rows: list, model: type, by: User | None, name: str) -> list:
    if not rows:
        return []
    reason = f"导入 {name}".strip()[:100]
    return bulk_create_with_history(rows, model, batch_size=BATCH, default_user=by, default_change_reason=reason)


def _row_of(post: PlannedPost | None) -> Post | None:
    return post.known if post else None


def _make_rows(plan: ImportPlan) -> None:
    last = dict(
        Block.objects.filter(register__in=[register.pk for register in plan.registers])
        .order_by()
        .values_list("register")
        .annotate(last=Max("order"))
    )
    blocks = []
    for row in plan.rows:
        last[row.register.pk] = order = last.get(row.register.pk, -1) + 1
        blocks.append(
            Block(
                register=row.register,
                order=order,
                power=row.power.known if row.power else None,
                matter=row.matter,
                step_text=row.step,
                post=_row_of(row.post) or row.register.post,
            )
        )
    Block.objects.bulk_create(blocks, BATCH)
    pairs = list(zip(plan.rows, blocks, strict=True))
    points = [_points(row, block) for row, block in pairs]
    RiskPoint.objects.bulk_create([point for group in points for point in group], BATCH)
    controls = [
        Control(block=block, point=None if c.point is None else own[c.point], text=c.text, order=order)
        for (row, block), own in zip(pairs, points, strict=True)
        for order, c in enumerate(row.controls)
    ]
    Control.objects.bulk_create(controls, BATCH)
    Responsibility.objects.bulk_create(_responsible(plan, pairs), BATCH)


def _points(row: PlannedRow, block: Block) -> list[RiskPoint]:
    return [
        RiskPoint(
            register=row.register,
            block=block,
            bureau_id=row.register.bureau_id,
            section_id=row.register.section_id,
            order=order,
            kind=point.kind,
            klass=point.klass,
            name=point.name,
            manifestation=point.manifestation,
            declared_rank=point.rank,
        )
        for order, point in enumerate(row.points)
    ]


def _responsible(plan: ImportPlan, pairs: list[tuple[PlannedRow, Block]]) -> list[Responsibility]:
    """A post where the words name exactly one of the bureau, else the words."""
    named: dict[str, list[Post]] = {}
    if plan.rows:
        for post in Post.objects.open().filter(bureau_id=plan.rows[0].register.bureau_id):
            named.setdefault(plain(post.name), []).append(post)
    made = []
    for row, block in pairs:
        for height, text in row.responsible.items():
            found = named.get(plain(text), [])
            post = found[0] if len(found) == 1 else None
            made.append(Responsibility(block=block, height=height, post=post, text="" if post else text))
    return made
