"""What can be signed on one page: piles of open tasks at one step, and what a signature there stands for."""

from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.models import User
from registers.models import Register
from workflow import worklist
from workflow.access import visible_registers
from workflow.enums import TaskKind
from workflow.forms.deciding import rated_items
from workflow.models import Task
from workflow.sheet import Sheet
from workflow.specs import scope_name, specs_of, step_named

RELATED = (
    *worklist.RELATED,
    *("register__scheme", "register__post", "register__filler", "register__section", "register__bureau"),
)

KINDS = frozenset({"exchange", "review", "countersign", "audit", "superior"})


@dataclass(frozen=True)
class Pile:
    """Open tasks of one step of one road."""

    scheme: int
    scope: str
    step: str
    name: str
    count: int

    @property
    def key(self) -> str:
        return f"{self.scheme}.{self.scope}.{self.step}"


def piles(user: User) -> list[Pile]:
    """The user's open tasks at steps where one agrees, by road and step, the largest pile first."""
    rows = worklist.open_tasks(user).filter(kind=TaskKind.ACT).order_by()
    counts: dict[tuple, int] = {}
    for row in rows.values_list("register__scheme", "register__scope", "step"):
        counts[row] = counts.get(row, 0) + 1
    specs = specs_of(Register(scheme_id=scheme) for scheme, _, _ in counts)
    found = []
    for (scheme, scope, key), count in counts.items():
        step = step_named(specs[scheme], scope, key)
        if step and step.kind in KINDS:
            name = f"{scope_name(specs[scheme], scope)} · {step.name}"
            found.append(Pile(scheme, scope, key, name, count))
    return sorted(found, key=lambda pile: (-pile.count, pile.name))


def tasks_of(user: User, pile: Pile) -> QuerySet[Task]:
    """The tasks of one pile with what their registers need to be shown."""
    rows = worklist.open_tasks(user, scope=pile.scope, step=pile.step)
    rows = rows.filter(kind=TaskKind.ACT, register__scheme=pile.scheme)
    return rows.select_related(*RELATED)


def registers_of(user: User, ids: list[int]) -> dict[int, Register]:
    """Those of the registers that the user may read."""
    rows = visible_registers(user).filter(pk__in=ids)
    return {
        row.pk: row for row in rows.select_related("scheme", "unit", "bureau", "section", "post", "cycle", "filler")
    }


def needs_own_page(sheet: Sheet) -> str:
    """Why a register cannot be signed among others: a level has to be chosen first."""
    step = sheet.spec.route(sheet.register.scope).step(sheet.register.step)
    if step.determines and any(rank is None for _, _, rank in _rated(sheet)):
        return "还有没定等级的风险点，请打开登记表单独办理。"
    return ""


def _rated(sheet: Sheet) -> list[tuple]:
    return list(rated_items(sheet.spec, sheet.register.scope, sheet.content, sheet.levels)) if sheet.content else []


def levels_to_fix(sheet: Sheet) -> dict[str, int]:
    """Signing among others fixes the levels as they stand, where the step determines levels."""
    step = sheet.spec.route(sheet.register.scope).step(sheet.register.step)
    return {lineage: rank for lineage, _, rank in _rated(sheet) if rank is not None} if step.determines else {}


def level_words(sheet: Sheet) -> list[tuple[str, str]]:
    """The same for reading: what would be fixed."""
    names = {lineage: name for lineage, name, _ in _rated(sheet)}
    return [(names[lineage], sheet.spec.level(rank).label) for lineage, rank in levels_to_fix(sheet).items()]


def marks_of(sheet: Sheet) -> dict[str, bool]:
    """准、全、深: the tick on the page says that all of them hold."""
    step = sheet.spec.route(sheet.register.scope).step(sheet.register.step)
    return {mark.key: True for mark in sheet.spec.marks} if step.marks else {}
