"""Many registers on one page: what each `Sheet` would read by itself, read for all of them together."""

from django.db.models import Max

from accounts.models import User
from registers.access import standing
from registers.enums import RatingKind
from registers.models import Appointment, Rating, Register
from registers.schemes.store import spec_of
from workflow import actions, compiling
from workflow.history import read_all
from workflow.models import Seal, Task
from workflow.sheet import Sheet


def sheets_of(registers: list[Register], reader: User) -> list[Sheet]:
    """The sheets of these registers, from at most ten queries for any number of them."""
    reads = read_all(registers)
    tasks = _grouped(registers, Task.objects.filter(register__in=registers, open=True))
    ratings = _grouped(
        registers, Rating.objects.filter(register__in=registers, kind=RatingKind.DETERMINED).order_by("pk")
    )
    compiled = [row for row in registers if actions.may_grow_stale(spec_of(row.scheme), row)]
    stale = compiling.stale_among(compiled) if compiled else {}
    own, former = _own(registers, reader), _former(registers)
    found = []
    for register in registers:
        sheet = Sheet(register, reader)
        sheet.prepare(
            read=reads[register.pk],
            tasks=tasks[register.pk],
            ratings=[(rating.lineage, rating.rank) for rating in ratings[register.pk]],
            stale=stale.get(register.pk, []),
            own=own[register.pk],
            former=former.get(register.based_on_id),
        )
        found.append(sheet)
    return found


def _grouped(registers: list[Register], rows) -> dict[int, list]:
    found: dict[int, list] = {register.pk: [] for register in registers}
    for row in rows:
        found[row.register_id].append(row)
    return found


def _own(registers: list[Register], reader: User) -> dict[int, frozenset[int]]:
    """As `actors.own_people`, for many."""
    posts = {register.post_id for register in registers if register.post_id}
    holders: dict[int, set[int]] = {post: set() for post in posts}
    rows = Appointment.objects.on(standing(reader).day).filter(post__in=posts)
    for post, user in rows.values_list("post", "user"):
        holders[post].add(user)
    found = {}
    for register in registers:
        filler = {register.filler_id} if register.filler_id else set()
        found[register.pk] = frozenset(filler | holders.get(register.post_id, set()))
    return found


def _former(registers: list[Register]) -> dict[int, Seal]:
    """The newest seals of the versions that these are based on."""
    ids = [register.based_on_id for register in registers if register.based_on_id]
    newest = Seal.objects.filter(register__in=ids).order_by().values("register").annotate(last=Max("pk"))
    return {seal.register_id: seal for seal in Seal.objects.filter(pk__in=newest.values("last"))} if ids else {}
