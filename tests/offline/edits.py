"""Random edits of a register, done twice: in the cells of a workbook, and in the fields of the filling page.

An edit is a tuple: (what, lineage of the row, lineage of the item, …). New things carry a key made up here.
"""

import uuid

from hypothesis import strategies as st

from registers.enums import Height
from registers.forms.offers import Offers
from registers.forms.rows import clean
from registers.importing.extract import clean as read
from registers.offline.columns import OF_POINT, OF_ROW
from registers.offline.ground import Ground as Issued
from registers.offline.lines import line_of
from registers.offline.shape import Whole
from registers.parts import LEVELS, POINTS
from registers.rows import RowData
from tests.offline.sheets import Desk
from tests.offline.worlds import TEXT, Ground, values

TYPED = TEXT.map(lambda text: clean(read(read(text)))).filter(bool)  # as a person types it


@st.composite
def edits(draw, ground: Ground, start: Whole):
    """Some edits that both ways can make; what is taken out is not edited again, and nothing twice."""
    found, used, grown = [], set(), set()
    for _ in range(draw(st.integers(1, 7))):
        edit = _edit(draw, ground, start)
        if edit and not ({*edit[1:3]} & used) and not (edit[0] == "drop_point" and edit[2] in grown):
            grown |= {edit[2]} if edit[0] == "add_control" else set()
            found.append(edit)
            if edit[0].startswith("drop") or edit[0] in ("power", "set_row"):
                used |= {edit[2]}
            if edit[0] == "drop_point":  # its controls go with it
                gone = {one.lineage for one in start.rows[edit[1]].controls if one.point == edit[2]}
                found = [one for one in found if not ({*one[2:3]} & gone)]
                used |= gone
            if edit[0] == "drop_row":
                found = [one for one in found if one is edit or one[1] != edit[1]]
                used |= {edit[1]}
    return found


def _edit(draw, ground: Ground, start: Whole):
    offers = ground.offers
    if draw(st.integers(0, 5)) == 0:
        return _head(draw, ground, start)
    if draw(st.integers(0, 7)) == 0:
        power = draw(st.sampled_from(ground.powers))
        return "add_row", uuid.UUID(int=draw(st.integers(1, 2**60))).hex, "", power, draw(TYPED), _point(draw, ground)
    lineage = draw(st.sampled_from(list(start.rows)))
    row = start.rows[lineage]
    what = draw(
        st.sampled_from(["row", "point", "point", "control", "control", "drop_row", "add_point", "add_control"])
    )
    if what == "row":
        return _row_edit(draw, ground, lineage)
    if what == "drop_row":
        return "drop_row", lineage, f"{lineage}-all"
    if what == "add_point":
        return "add_point", lineage, "", _point(draw, ground)
    if what == "add_control":
        place = draw(st.sampled_from(["", *[point.lineage for point in row.points]]))
        return "add_control", lineage, place, draw(TYPED), draw(st.none() | values(ground, "post"))
    items = row.points if what == "point" else row.controls
    if not items:
        return None
    item = draw(st.sampled_from(items)).lineage
    if draw(st.integers(0, 4)) == 0:
        return f"drop_{what}", lineage, item
    name, value = _change(draw, ground, offers, what)
    return f"set_{what}", lineage, item, name, value


def _change(draw, ground: Ground, offers: Offers, what: str):
    if what == "control":
        name = draw(st.sampled_from(["text", "owner", "regulation", "due"]))
        value = {"text": TYPED, "owner": values(ground, "post"), "regulation": values(ground, "rule")}.get(name)
        return name, draw(value if value is not None else values(ground, "due"))
    names = ["name", "manifestation", "kind"] + [f"f-{factor.key}" for factor, _ in offers.factors]
    names += ["channel"] * bool(offers.channels.all) + ["rank"] * (not offers.rates_subject)
    name = draw(st.sampled_from(names))
    return name, draw(TYPED if name in ("name", "manifestation") else values(ground, name))


def _row_edit(draw, ground: Ground, lineage: str):
    name = draw(st.sampled_from(["power", "matter", "r-direct", "r-leader"]))
    if name == "power":
        power = draw(st.sampled_from(ground.powers))
        step = draw(st.sampled_from([None, *ground.steps.get(power, [])]))
        return "power", lineage, f"{lineage}-power", power, step
    if name == "matter":
        return "set_row", lineage, f"{lineage}-matter", name, draw(TYPED)
    return "set_row", lineage, f"{lineage}-{name}", name, draw(values(ground, "post"))


def _point(draw, ground: Ground) -> dict:
    point = {"name": draw(TYPED), "kind": draw(values(ground, "kind"))}
    for factor, _ in ground.offers.factors:
        if draw(st.booleans()):
            point[f"f-{factor.key}"] = draw(values(ground, f"f-{factor.key}"))
    return point


def _head(draw, ground: Ground, start: Whole):
    offers = ground.offers
    names = []
    if LEVELS in offers.parts and offers.rates_subject:
        names = [f"f-{factor.key}" for factor, _ in offers.subject_factors] + ["declared_rank"]
    if POINTS in offers.parts and not offers.spec.scope(offers.register.scope).compiles:
        names.append("zero_reason")
    if not names:
        return None
    name = draw(st.sampled_from(names))
    if name == "zero_reason":
        return "head", name, draw(TYPED)
    if name == "declared_rank":
        return "head", name, draw(values(ground, "rank"))
    choices = {f"f-{factor.key}": found for factor, found in offers.subject_factors}[name]
    return "head", name, draw(st.sampled_from(sorted(choices.values)))


# In the workbook ------------------------------------------------------------------------------------------------------


class Book:
    """A person at the sheet. Lines are found by what is written in the hidden column."""

    def __init__(self, desk: Desk, issued: Issued):
        self.desk, self.words = desk, issued.words
        self.columns = {column.key: column for column in issued.columns}
        self.heads = {column.key: column for column in issued.head}

    def do(self, edit) -> None:
        getattr(self, edit[0])(*edit[1:])

    def _word(self, key: str, value) -> str:
        column = self.columns[key]
        if column.choices and value is not None:
            return self.words.word(column.choices, value)
        return "" if value is None else value.isoformat() if hasattr(value, "isoformat") else str(value)

    def _type(self, at: int, key: str, value) -> None:
        self.desk.type(at, **{key: self._word(key, value)})

    def _lines(self):
        for at in range(1, self.desk.sheet.max_row - self.desk.first + 2):
            yield at, line_of(self.desk.text(at, "id"))

    def _line(self, held: str, lineage: str) -> int:
        """The line that carries an item."""
        for at, line in self._lines():
            if line and held in line.holds and getattr(line, held) == lineage:
                return at
        raise LookupError(lineage)

    def _below(self, row: str, point: str | None = None) -> int:
        """An empty line below a row, or below a point of it, and below what was added there before."""
        at = 1 + max(at for at, line in self._lines() if line and line.row == row and point in (None, line.point))
        while not self.desk.text(at, "id") and self._written(at, point is not None):
            at += 1
        self.desk.insert(at)
        return at

    def _written(self, at: int, controls_only: bool) -> bool:
        """Whether something new stands there; not a new row, and not a new point where only controls count."""
        said = {column.item for key, column in self.columns.items() if self.desk.text(at, key)}
        return bool(said) and "row" not in said and not (controls_only and "point" in said)

    def _clear(self, at: int, item: str) -> None:
        for key, column in self.columns.items():
            if column.item == item:
                self.desk.type(at, **{key: ""})

    def head(self, key, value) -> None:
        column = self.heads[key]
        self.desk.head(key, self.words.word(column.choices, value) if column.choices else value)

    def power(self, row, _item, power, step) -> None:
        at = self._line("row", row)
        self._type(at, "power", power)
        self.desk.type(at, step=self.words.word("step", step))

    def set_row(self, row, _item, name, value) -> None:
        self._type(self._line("row", row), name, value)

    def set_point(self, _row, item, name, value) -> None:
        self._type(self._line("point", item), "p-declared_rank" if name == "rank" else f"p-{name}", value)

    def set_control(self, _row, item, name, value) -> None:
        keys = {"owner": "c-owner_id", "regulation": "c-regulation_id", "due": "c-due_on"}
        self._type(self._line("control", item), keys.get(name, f"c-{name}"), value)

    def drop_row(self, row, _item) -> None:
        for at, line in reversed(list(self._lines())):
            if line and line.row == row:
                self.desk.delete(at)

    def drop_point(self, _row, item) -> None:
        """As a person does who sees no lines: all cells of the point and of its controls are cleared."""
        for at, line in list(self._lines()):
            if line and line.point == item:
                self._clear(at, "point")
                self._clear(at, "control")

    def drop_control(self, _row, item) -> None:
        self._clear(self._line("control", item), "control")

    def add_point(self, row, _item, point) -> None:
        at = self._below(row)
        for name, value in point.items():
            self._type(at, f"p-{name}", value)

    def add_control(self, row, place, text, owner) -> None:
        at = self._below(row, place or None)
        self.desk.type(at, **{"c-text": text, "c-for": OF_POINT if place else OF_ROW})
        self._type(at, "c-owner_id", owner)

    def add_row(self, _row, _item, power, text, point) -> None:
        at = next(at for at, line in self._lines() if line is None and not self._said(at))
        self._type(at, "power", power)
        self.desk.type(at, **{"c-text": text, "c-for": OF_POINT})
        for name, value in point.items():
            self._type(at, f"p-{name}", value)

    def _said(self, at: int) -> bool:
        """Whether anything is written there or further down."""
        return any(
            self.desk.text(line, key) for line in range(at, self.desk.sheet.max_row - 4) for key in self.desk.keys
        )


# On the page ----------------------------------------------------------------------------------------------------------


class Form:
    """The fields of a row as the filling page sends them."""

    def __init__(self, row: RowData, offers: Offers):
        self.offers, self.changed, self.removed = offers, False, False
        self.fields: dict[str, list[str]] = {"point": [], "control": []}
        self._put(power=row.power_id, matter=row.matter, step=row.step_id, step_text=row.step_text)
        if not offers.register.post_id:
            self._put(post=row.post_id)
        for point in row.points:
            self._add_point(point.lineage, vars(point) | {f"f-{key}": value for key, value in point.factors.items()})
        for control in row.controls:
            told = vars(control) | {"owner": control.owner_id, "regulation": control.regulation_id}
            self._add_control(control.lineage, told | {"due": control.due_on})
        for height in Height.values:
            if said := row.responsible.get(height):
                self._put(**{f"r-{height}-post": said.post_id, f"r-{height}-text": said.text})

    @classmethod
    def new(cls, offers: Offers, edit) -> "Form":
        _, _, _, power, text, point = edit
        form = cls(offers.new_row(power), offers)
        lineage = uuid.uuid4().hex
        form._add_point(lineage, point)
        form._add_control(uuid.uuid4().hex, {"point": lineage, "text": text})
        form.changed = True
        return form

    def _put(self, **values) -> None:
        self.fields |= {name: ["" if value is None else str(value)] for name, value in values.items()}

    def _add_point(self, lineage: str, told: dict) -> None:
        self.fields["point"].append(lineage)
        names = ["name", "manifestation", "kind", "klass", "channel"]
        names += [f"f-{factor.key}" for factor, _ in self.offers.factors]
        self._put(**{f"p-{lineage}-{name}": told.get(name) for name in names})
        rank = told.get("declared_rank")
        self._put(**{f"p-{lineage}-rank": rank, f"p-{lineage}-shown": rank})

    def _add_control(self, lineage: str, told: dict) -> None:
        self.fields["control"].append(lineage)
        names = ("point", "text", "kind", "owner", "regulation", "due")
        self._put(**{f"c-{lineage}-{name}": told.get(name) for name in names})

    def do(self, edit) -> None:
        self.changed = True
        getattr(self, edit[0])(*edit[2:])

    def drop_row(self, _item) -> None:
        self.removed = True

    def power(self, _item, power, step) -> None:
        self._put(power=power, step=step, step_text="")

    def set_row(self, _item, name, value) -> None:
        if name == "matter":
            self._put(matter=value)
        else:
            self._put(**{f"{name}-post": value, f"{name}-text": ""})

    def set_point(self, item, name, value) -> None:
        self._put(**{f"p-{item}-{name}": value})

    def set_control(self, item, name, value) -> None:
        self._put(**{f"c-{item}-{name}": value})

    def drop_point(self, item) -> None:
        self.fields["point"].remove(item)
        for control in list(self.fields["control"]):
            if self.fields[f"c-{control}-point"] == [item]:
                self.fields["control"].remove(control)

    def drop_control(self, item) -> None:
        if item in self.fields["control"]:
            self.fields["control"].remove(item)

    def add_point(self, _item, point) -> None:
        self._add_point(uuid.uuid4().hex, point)

    def add_control(self, place, text, owner) -> None:
        self._add_control(uuid.uuid4().hex, {"point": place, "text": text, "owner": owner})
