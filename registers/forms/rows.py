"""What a person typed into a row becomes values; what cannot be stored becomes errors beside the field.

An unfinished row is stored as it is: what is missing is said by `registers.quality` before the register is submitted.
"""

import datetime
import re
from dataclasses import replace

from django.http import QueryDict

from registers.enums import Height
from registers.forms.html import Choices
from registers.forms.offers import Offers
from registers.parts import CONTROLS, LEVELS, POINTS
from registers.rows import ControlData, PointData, ResponsibleData, RowData
from registers.schemes.rating import suggest_point

LIMITS = {
    "matter": 300,
    "step_text": 120,
    "name": 500,
    "manifestation": 2000,
    "text": 2000,
    "responsible": 120,
    "reason": 1000,
}
MOST_ITEMS = 60  # points, or controls, of one row
LINEAGE = re.compile(r"[0-9a-f]{32}")
UNCLEAN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f]"
)  # after line breaks were made \n; the database or a workbook refuses them


class RowForm:
    """The values that a POST gives for a row, with ``errors`` by field name.

    Closed parts are taken from the stored row, whatever was sent.
    """

    def __init__(self, sent: QueryDict, current: RowData, offers: Offers):
        self.sent = sent
        self.current = current
        self.offers = offers
        self.errors: dict[str, str] = {}
        self.data = self._read()

    def _read(self) -> RowData:
        parts, data = self.offers.parts, self.current
        if POINTS in parts:
            data = self._frame(data)
        data = replace(data, points=self._points())
        if CONTROLS in parts:
            data = replace(data, controls=self._controls(), responsible=self._responsible())
        return data

    def _frame(self, data: RowData) -> RowData:
        power = self._key("power", self.offers.power_choices, data.power_id)
        power, step = self._step(power, self._id("step"))
        return replace(
            data,
            power_id=power,
            step_id=step,
            matter=self._text("matter", "matter"),
            step_text=self._text("step_text", "step_text"),
            post_id=self._key("post", self.offers.post_choices, data.post_id) if "post" in self.sent else data.post_id,
        )

    def _step(self, power: int | None, step: int | None) -> tuple[int | None, int | None]:
        """A link names its power. Of two that disagree the one that was changed holds."""
        belongs = {row.pk: row.procedure.power_id for row in self.offers.steps}
        if step not in belongs or belongs[step] == power:
            return power, step if step in belongs else None
        return (belongs[step], step) if step != self.current.step_id else (power, None)

    # Points ---------------------------------------------------------------------------------------------------------

    def _points(self) -> tuple[PointData, ...]:
        known = {point.lineage: point for point in self.current.points}
        order = self._lineages("point") if POINTS in self.offers.parts else list(known)
        return tuple(self._point(lineage, known.get(lineage)) for lineage in order)

    def _point(self, lineage: str, old: PointData | None) -> PointData:
        was, prefix, parts = old or PointData(lineage), f"p-{lineage}-", self.offers.parts
        now = was
        if POINTS in parts:
            now = replace(
                now,
                name=self._text(f"{prefix}name", "name"),
                manifestation=self._text(f"{prefix}manifestation", "manifestation"),
                kind=self._one_of(f"{prefix}kind", self.offers.kinds, was.kind),
                klass=self._one_of(f"{prefix}klass", self.offers.classes, was.klass),
                channel=self._one_of(f"{prefix}channel", self.offers.channels, was.channel),
            )
        if LEVELS in parts:
            now = replace(now, factors=self._factors(prefix, was))
            now = replace(now, declared_rank=self._rank(prefix, was, now, fresh=old is None))
        return now

    def _factors(self, prefix: str, was: PointData) -> dict[str, str]:
        answers = {
            factor.key: self._one_of(f"{prefix}f-{factor.key}", choices, was.factors.get(factor.key, ""))
            for factor, choices in self.offers.factors
        }
        return {key: value for key, value in answers.items() if value}

    def _rank(self, prefix: str, was: PointData, now: PointData, *, fresh: bool) -> int | None:
        """The level that the clerk chose; until he chose one himself it follows the suggestion."""
        if self.offers.rates_subject:
            return None
        sent = self.sent.get(f"{prefix}rank", "")
        chosen = int(sent) if sent in self.offers.levels.values else None
        touched = fresh or sent != self.sent.get(f"{prefix}shown", "")
        if touched and chosen is not None:
            return chosen
        return followed_rank(self.offers, was, now)

    # Controls and responsibility --------------------------------------------------------------------------------------

    def _controls(self) -> tuple[ControlData, ...]:
        known = {control.lineage: control for control in self.current.controls}
        return tuple(
            self._control(lineage, known.get(lineage) or ControlData(lineage)) for lineage in self._lineages("control")
        )

    def _control(self, lineage: str, was: ControlData) -> ControlData:
        prefix = f"c-{lineage}-"
        point = self.sent.get(f"{prefix}point", "")
        return replace(
            was,
            point=point if LINEAGE.fullmatch(point) else "",
            text=self._text(f"{prefix}text", "text"),
            kind=self._one_of(f"{prefix}kind", self.offers.control_kinds, was.kind),
            owner_id=self._key(f"{prefix}owner", self.offers.post_choices, was.owner_id),
            regulation_id=self._key(f"{prefix}regulation", self.offers.regulations, was.regulation_id),
            due_on=self._date(f"{prefix}due"),
        )

    def _responsible(self) -> dict[str, ResponsibleData]:
        found = {}
        for height in Height.values:
            was = self.current.responsible.get(height, ResponsibleData())
            post = self._key(f"r-{height}-post", self.offers.post_choices, was.post_id)
            said = ResponsibleData(post, "" if post else self._text(f"r-{height}-text", "responsible"))
            if said != ResponsibleData():
                found[height] = said
        return found

    # Single values ----------------------------------------------------------------------------------------------------

    def _lineages(self, name: str) -> list[str]:
        sent = [value for value in self.sent.getlist(name) if LINEAGE.fullmatch(value)]
        return list(dict.fromkeys(sent))[:MOST_ITEMS]

    def _text(self, name: str, kind: str) -> str:
        value = clean(self.sent.get(name, ""))
        if len(value) > LIMITS[kind]:
            self.errors[name] = f"最多 {LIMITS[kind]} 个字，现在有 {len(value)} 个。"
        return value

    def _one_of(self, name: str, choices: Choices, was: str) -> str:
        value = self.sent.get(name, "")
        if not value or value in choices.values or value == was:
            return value
        self.errors[name] = "所选的选项已不存在，请重新选择。"
        return was

    def _key(self, name: str, choices: Choices, was: int | None) -> int | None:
        value = self._one_of(name, choices, str(was or ""))
        return int(value) if value else None

    def _id(self, name: str) -> int | None:
        value = self.sent.get(name, "")
        return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else None

    def _date(self, name: str) -> datetime.date | None:
        value = self.sent.get(name, "").strip()
        try:
            return datetime.date.fromisoformat(value) if value else None
        except ValueError:
            self.errors[name] = "请填写日期，如 2012-03-01。"
            return None


def followed_rank(offers: Offers, was: PointData, now: PointData) -> int | None:
    """The level of a point whose answers changed: as suggested, unless the clerk had chosen another."""
    spec, scope = offers.spec, offers.register.scope
    before = suggest_point(spec, scope, was.factors).rank
    after = suggest_point(spec, scope, now.factors).rank
    return after if after is not None and was.declared_rank in (None, before) else was.declared_rank


def clean(value: str) -> str:
    """Typed text as it is stored: one kind of line break, no control characters, no blanks around."""
    return UNCLEAN.sub("", value.replace("\r\n", "\n").replace("\r", "\n")).strip()
