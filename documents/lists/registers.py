"""The registers of a bureau or section as the rows of one list: seven queries for any number of them."""

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Max, QuerySet

from documents import lines
from documents.columns import Origin, Sheet, subject_rank
from documents.lists.asked import Asked, Body
from documents.tables import columns_of, points_said, subjects_said, totals_row
from paper import Table
from registers.enums import RatingKind, RegisterState
from registers.models import Power, Rating, Register
from registers.powers import words_of
from registers.querysets import tree_order
from registers.schemes.store import spec_of
from workflow.access import visible_registers
from workflow.models import Seal

_GONE = (RegisterState.STOPPED, RegisterState.REPLACED)


def body(asked: Asked) -> Body:
    """The rows of all registers that the reader may read, numbered on through the whole list."""
    wanted = _wanted(asked)
    readable = wanted if asked.reader is None else wanted.filter(pk__in=visible_registers(asked.reader).values("pk"))
    registers = list(readable.select_related("scheme", "post"))
    hidden = 0 if asked.reader is None else wanted.count() - len(registers)
    origins, waiting = _origins(asked, registers)
    sheet = Sheet(asked.spec, asked.form.scopes[0], _powers(asked, origins))
    grain = lines.grain_of(asked.keys)
    found = lines.lines_of(origins, grain)
    said = subjects_said(origins, sheet) if grain == lines.WHOLE else points_said(found, sheet, asked.keys)

    def tables(rows: range) -> tuple[Table, ...]:
        shown = found[rows.start : rows.stop]
        totals = totals_row(said, len(asked.keys)) if rows.stop >= len(found) else None
        return (Table(columns_of(asked.form), lines.table_rows(shown, asked.keys, sheet), totals=totals),)

    return Body(len(found), said, tables, _notes(origins, waiting, grain), hidden)


def _wanted(asked: Asked) -> QuerySet[Register]:
    """Registers of the scopes under the unit: in force, or the newest of a cycle; unit by unit, post by post."""
    unit = asked.unit
    rows = Register.objects.filter(scheme__key=asked.spec.key, scope__in=asked.form.scopes)
    if asked.cycle is None:
        rows = rows.in_force()
    else:
        rows = rows.filter(cycle=asked.cycle).exclude(state__in=_GONE)
    if unit.parent_id is None:
        rows = rows.filter(bureau=unit)
    else:
        rows = rows.filter(unit__tree_id=unit.tree_id, unit__lft__gte=unit.lft, unit__rght__lte=unit.rght)
    return rows.order_by(*tree_order(), "pk")


def _origins(asked: Asked, registers: Sequence[Register]) -> tuple[list[Origin], int]:
    """What each register has sealed, as one origin of rows; how many have sealed nothing yet."""
    seals, levels = _seals(registers), _levels(registers)
    needs_words = {"power_kind", "area"}.intersection(asked.keys)
    words = words_of(asked.unit.bureau or asked.unit) if needs_words else None
    powers: dict[int, Power] = {}
    found = []
    for register in registers:
        if register.pk not in seals:
            continue
        seal = seals[register.pk]
        held = seal.data.get("levels", {}) | ({} if seal.issue else levels.get(register.pk, {}))
        sheet = Sheet(spec_of(register.scheme), register.scope, powers, words=words)
        rows = tuple(seal.data["rows"])
        origin = Origin(seal.data["subject"], rows, held, seal.data["declared_rank"], sheet=sheet)
        if _taken(asked, register, origin):
            found.append(origin)
    powers.update(_powers(asked, found))
    return found, len(registers) - len(seals)


def _taken(asked: Asked, register: Register, origin: Origin) -> bool:
    only = asked.form.only
    if not only:
        return True
    priority = "priority" in only and register.post is not None and register.post.priority
    return priority or ("gravest" in only and subject_rank(origin, origin.sheet.spec) == 1)


def _seals(registers: Sequence[Register]) -> dict[int, Seal]:
    rows = Seal.objects.filter(register__in=registers).order_by().values("register").annotate(last=Max("pk"))
    return {seal.register_id: seal for seal in Seal.objects.filter(pk__in=rows.values("last"))}


def _levels(registers: Sequence[Register]) -> dict[int, dict[str, int]]:
    """Levels that bodies determined after the seal of a register that is still on its road."""
    moving = [register.pk for register in registers if register.state != RegisterState.IN_FORCE]
    found: dict[int, dict[str, int]] = defaultdict(dict)
    rows = Rating.objects.filter(register__in=moving, kind=RatingKind.DETERMINED).order_by("pk")
    for register, lineage, rank in rows.values_list("register_id", "lineage", "rank"):
        found[register][lineage] = rank
    return found


def _powers(asked: Asked, origins: Sequence[Origin]) -> dict[int, Power]:
    """What the catalogue knows of the powers, only where a column asks for it."""
    if not {"basis", "area"}.intersection(asked.keys):
        return {}
    return Power.objects.in_bulk({row["power"]["id"] for origin in origins for row in origin.rows if row["power"]})


def _notes(origins: Sequence[Origin], waiting: int, grain: str) -> tuple[str, ...]:
    notes = []
    without = [origin.subject["name"] for origin in origins if not origin.point_count]
    if without and grain != lines.WHOLE:
        notes.append(f"经查找没有廉政风险点的：{'、'.join(without)}。")
    if waiting:
        notes.append(f"另有 {waiting} 张登记表尚未提交，不在本表之内。")
    return tuple(notes)
