"""What is in force for some units, read in a fixed number of queries: exactly the points of the ledger, each once."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from documents.handbook.model import Level, Measure, Point, Risks, Row
from paper.flow import Risk
from paper.text import chinese_date
from registers.bands import NO_LEVEL, Bands
from registers.enums import Height
from registers.ledger import Chosen, Ledger
from registers.models import Control, Register, Responsibility
from registers.models.register import RegisterQuerySet
from registers.services.in_force import UNRATED

_FIELDS = (
    "pk",
    "rank",
    "name",
    "manifestation",
    "kind",
    "register_id",
    "register__scheme_id",
    "register__unit_id",
    "register__post_id",
    "block_id",
    "block__post_id",
    "block__post__name",
    "block__post__unit_id",
    "block__power_id",
    "block__power__name",
    "block__matter",
    "block__step_id",
    "block__step__name",
    "block__step_text",
)
_ORDER = ("register__unit__lft", "register_id", "block__order", "block_id", "order", "pk")


@dataclass
class Held:
    """The rows and registers of one subject (a unit or a post) while they are collected."""

    rows: dict[int, list[dict]] = field(default_factory=dict)  # by block
    registers: list[Register] = field(default_factory=list)


@dataclass
class InForce:
    """Points, controls and registers in force of a number of units, by subject."""

    ledger: Ledger
    units: dict[int, Held] = field(default_factory=dict)
    posts: dict[int, Held] = field(default_factory=dict)
    used_powers: dict[int, dict[int, str]] = field(default_factory=dict)  # post → powers that its rows are about
    powers: set[int] = field(default_factory=set)
    rules: list[int] = field(default_factory=list)  # regulations that controls rest on, one entry for each
    cycles: set[str] = field(default_factory=set)
    _controls: dict[tuple[int, int | None], list[Measure]] = field(default_factory=dict)
    _said: dict[int, dict[str, str]] = field(default_factory=dict)

    @property
    def bands(self) -> Bands:
        return self.ledger.bands

    @property
    def day(self) -> datetime.date | None:
        return self.ledger.chosen.day

    def read(self, units: Iterable[int]) -> "InForce":
        """Fill in what is in force for these units: five queries."""
        units = list(units)
        rows = self.ledger.rows().filter(register__unit_id__in=units).order_by(*_ORDER)
        for row in rows.values(*_FIELDS):
            self._place(row).rows.setdefault(row["block_id"], []).append(row)
            if row["block__power_id"]:
                self.powers.add(row["block__power_id"])
        self._read_registers(units)
        blocks = [block for held in (*self.units.values(), *self.posts.values()) for block in held.rows]
        self._read_controls(blocks)
        said = Responsibility.objects.filter(block_id__in=blocks).order_by("pk")
        for block, height, post, text in said.values_list("block_id", "height", "post__name", "text"):
            self._said.setdefault(block, {})[height] = post or text
        return self

    def _place(self, row: dict) -> Held:
        """A row belongs to its register's post; a unit's row to the post that it names, if that is of the same unit."""
        post = row["register__post_id"]
        if post is None and row["block__post_id"] and row["block__post__unit_id"] == row["register__unit_id"]:
            post = row["block__post_id"]
        if post is None:
            return self.units.setdefault(row["register__unit_id"], Held())
        if row["block__power_id"]:
            self.used_powers.setdefault(post, {})[row["block__power_id"]] = row["block__power__name"]
        return self.posts.setdefault(post, Held())

    def _read_registers(self, units: list[int]) -> None:
        rows: RegisterQuerySet = Register.objects.filter(unit_id__in=units)
        rows = rows.as_of(self.day) if self.day else rows.in_force()
        for register in rows.select_related("cycle", "unit").order_by("pk"):
            if not self.ledger.reach.covers(register.unit, register.post_id):
                continue
            place = self.posts if register.post_id else self.units
            place.setdefault(register.post_id or register.unit_id, Held()).registers.append(register)
            self.cycles.add(register.cycle.name)

    def _read_controls(self, blocks: list[int]) -> None:
        rows = Control.objects.filter(block_id__in=blocks).order_by("block_id", "order", "pk")
        names = ("block_id", "point_id", "text", "regulation_id", "regulation__title", "due_on")
        owners = ("owner__name", "owner_id", "block__register__post_id")
        for block, point, text, rule, title, due, owner, post, own in rows.values_list(*names, *owners):
            note = "；".join(
                said
                for said in (
                    f"依据：{title}" if title else "",
                    f"责任岗位：{owner}" if owner and post != own else "",
                    f"期限：{chinese_date(due)}" if due else "",
                )
                if said
            )
            self._controls.setdefault((block, point), []).append(Measure(text, note))
            if rule:
                self.rules.append(rule)

    @cached_property
    def marks(self) -> dict[int, Risk]:
        """For each step of a procedure the gravest level of the points at it, for the flow diagram."""
        found: dict[int, list[Level]] = {}
        for held in (*self.units.values(), *self.posts.values()):
            for row in (row for rows in held.rows.values() for row in rows if row["block__step_id"]):
                level = self._level(row["rank"], row["register__scheme_id"])
                found.setdefault(row["block__step_id"], []).append(level)
        worst = {step: min(levels, key=lambda level: level.rank) for step, levels in found.items()}
        return {step: Risk(level.name, level.tone, len(found[step])) for step, level in worst.items()}

    # -- what is told of a subject -----------------------------------------------------------------------------------

    def of_unit(self, pk: int, *, hidden: bool) -> Risks:
        """The rows of the unit itself."""
        return self._risks(self.units.get(pk, Held()), hidden, unit=pk)

    def of_post(self, pk: int, *, hidden: bool) -> Risks:
        """The rows of a post."""
        return self._risks(self.posts.get(pk, Held()), hidden)

    def _risks(self, held: Held, hidden: bool, unit: int = 0) -> Risks:
        reasons = [register.zero_reason for register in held.registers if register.zero_reason]
        return Risks(
            rows=tuple(self._row(block, rows, unit) for block, rows in held.rows.items()),
            sources=tuple(_source(register) for register in held.registers),
            none_because="；".join(reasons),
            level=next((self._level(r.level_rank, r.scheme_id) for r in held.registers if r.level_rank), None),
            hidden=hidden and not held.rows,
        )

    def _row(self, block: int, rows: list[dict], unit: int) -> Row:
        one, said = rows[0], self._said.get(block, {})
        return Row(
            about=one["block__power__name"] or one["block__matter"],
            step=one["block__step__name"] or one["block__step_text"],
            post=(one["block__post__name"] or "") if unit else "",
            points=tuple(self._point(row) for row in rows),
            controls=tuple(self._controls.get((block, None), ())),
            responsible=tuple((str(height.label), said[height]) for height in Height if said.get(height)),
        )

    def _point(self, row: dict) -> Point:
        scheme = row["register__scheme_id"]
        return Point(
            anchor=f"r{row['pk']}",
            name=row["name"],
            kind=self.bands.kind(scheme, row["kind"]),
            manifestation=row["manifestation"],
            level=self._level(row["rank"], scheme),
            controls=tuple(self._controls.get((row["block_id"], row["pk"]), ())),
        )

    def _level(self, rank: int, scheme: int) -> Level:
        level = self.bands.level(scheme, rank)
        if level is None:
            return Level(NO_LEVEL[0], NO_LEVEL[1], NO_LEVEL[2], UNRATED)
        return Level(self.bands.key(rank, scheme), level.name, level.tone, rank)


def _source(register: Register) -> str:
    """规股〔2026〕3号，2026年度，第2版，2026年3月1日起生效."""
    said = (register.number, register.cycle.name, f"第{register.version}版")
    since = f"{chinese_date(register.in_force_from)}起生效" if register.in_force_from else ""
    return "，".join(part for part in (*said, since) if part)


def ledger_for(by, reach, bands: Bands, day: datetime.date | None) -> Ledger:
    """The ledger of this reader on this day, without its counts."""
    return Ledger(by, Chosen(day=day), reach, bands)
