"""The checks that must notice: oracles in SQL, cells of the matrix, a register in its states; each as a generator of
what it found, so that the first finding ends it. They read a database that is made once and write nothing into it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from random import Random

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from drills.canary import oracle, querysets, world
from drills.mutants.guards import ROOT, Mutant
from drills.visibility import oracle as seeing
from drills.visibility import worlds
from drills.visibility.run import PRODUCT
from registers.models import RiskPoint
from tests.matrix import states
from tests.matrix.addresses import patterns
from tests.matrix.asking import Asker
from tests.matrix.cast import IDENTITIES, PEOPLE, Cast, make_cast, session_of
from tests.matrix.judging import Judge, cells_of, some
from tests.roads import walk
from tests.workflow import notice_world
from tests.world import make_world

# What decides who sees what: judged by the oracles before any page is asked.
SEEING = (
    "registers/access.py", "registers/reach.py", "workflow/access.py", "workflow/desks.py", "workflow/letters.py",
    "workflow/notices.py", "workflow/public_powers.py", "workflow/recipients.py", "supervision/access.py",
)  # fmt: skip
ACTING = ("workflow/guards.py", "workflow/engine.py", "workflow/access.py", "workflow/actors.py", "registers/access.py")
STEPS = ("peers", "office", "discipline", "levels")
FEW_WORLDS, WORLDS = 1, 3


@dataclass
class Ground:
    """What the checks read, made when first asked for; ``small`` for a run that must be over in seconds."""

    seed: int
    small: bool

    @cached_property
    def random_worlds(self) -> list:
        with transaction.atomic():
            seeds = [f"{self.seed}/{number}" for number in range(FEW_WORLDS if self.small else WORLDS)]
            return [person for seed in seeds for person in worlds.make(Random(seed), f"{seed} ")]

    @cached_property
    def canary(self) -> list:
        with transaction.atomic():
            return list(world.make(world.Mint(Random(self.seed)), 1)[1].values())

    @cached_property
    def cast(self) -> Cast:
        with transaction.atomic():
            return make_cast()

    @cached_property
    def judge(self) -> Judge:
        return Judge(self.cast)

    @cached_property
    def registers(self) -> list[tuple]:
        """(its state, the register, the sessions of its world's people), one at each of some steps."""
        found = []
        with transaction.atomic():
            for number, step in enumerate(STEPS):
                here = make_world("s000", tag=f"丁{number}")
                register = walk(here.register("post", "规划管理岗"), to=step)
                found.append((states.where_is(register), register, sessions_of(here)))
        return found

    def __post_init__(self) -> None:
        notice_world._versions = count(100)  # of the small scheme, whose first the random worlds work by

    def make(self, mutants: list[Mutant]) -> list[str]:
        """Everything that these need, before the first is planted; what the checks find although nothing is planted."""
        needed = {check: mutant for mutant in mutants for check in checks_of(mutant)}
        return [found for check, mutant in needed.items() if (found := next(check(self, mutant), None))]


def sessions_of(here) -> dict[str, str]:
    return {who: session_of(here.people[name]) for who, name in PEOPLE.items()}


def checks_of(mutant: Mutant) -> list[Callable[[Ground, Mutant], Iterator[str]]]:
    """In the order in which they are asked: the cheapest first."""
    found = [by_oracle] if mutant.path in SEEING else []
    if mutant.path in ACTING:
        found.append(by_states)
    if "/views/" in mutant.path or mutant.path == "jobs/views.py":
        found.append(by_cells)
    return found


def by_oracle(ground: Ground, mutant: Mutant) -> Iterator[str]:
    """What everybody sees, against two oracles in SQL."""
    day = timezone.localdate()
    for person in ground.random_worlds:
        for question, product in PRODUCT.items():
            shown = set(product(type(person).objects.get(pk=person.pk)).values_list("pk", flat=True))
            if shown != seeing.seen(question, person.pk, day):
                yield f"{question} {person}"
    if ground.small:
        return
    for person in ground.canary:
        for table in querysets.PRODUCT:
            if querysets.ids(table, person) != oracle.readable(table, person):
                yield f"{table} {person}"
        standing = seeing.seen("registers", person.pk, day)
        points = RiskPoint.objects.filter(live_rank__isnull=False, register__in=standing)
        if querysets.in_force(type(person).objects.get(pk=person.pk)) != set(points.values_list("pk", flat=True)):
            yield f"points in force {person}"


def by_states(ground: Ground, mutant: Mutant) -> Iterator[str]:
    """Every act on a register at some of its steps."""
    asker = Asker()
    for where, register, sessions in ground.registers if not ground.small else ():
        for act, method, who in states.cells(tuple(PEOPLE)):
            path = reverse(f"register_{act}" if act else "register", args=[register.pk])
            right = states.expected(where, act, who)
            if not states.fits(right, method, asker.ask(method, path, sessions[who]).status):
                yield f"{where} {method} {act} {who}"


def by_cells(ground: Ground, mutant: Mutant) -> Iterator[str]:
    """The cells of the addresses whose view stands in that module, those of the very function first."""
    found = [(pattern, view) for pattern in patterns() if (view := view_of(pattern)) and view[0] == mutant.path]
    found.sort(key=lambda one: one[1][1] != mutant.function)
    for pattern, _ in found if not ground.small else ():
        for cell in some(cells_of(pattern, ground.cast), len(IDENTITIES)):
            yield from ground.judge.faults(cell)


def view_of(pattern) -> tuple[str, str] | None:
    """(path, function) of the view behind an address, below what decorates it."""
    inner = pattern.callback
    while hasattr(inner, "__wrapped__"):
        inner = inner.__wrapped__
    code = getattr(inner, "__code__", None)
    if code is None or not code.co_filename.startswith(str(ROOT)):
        return None
    return code.co_filename.removeprefix(f"{ROOT}/"), code.co_qualname
