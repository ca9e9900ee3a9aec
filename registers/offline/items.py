"""One row, point or control as the cells of its line say: what was issued, with what somebody changed."""

from registers.forms.rows import followed_rank
from registers.importing.cells import Cell
from registers.offline.columns import CONTROL, OF_POINT, OF_ROW, OWN, POINT, ROW, Column
from registers.offline.lines import PREFIX, item_words
from registers.offline.reading import Reader
from registers.offline.shape import (
    FACTOR,
    RESPONSIBLE,
    Cells,
    control_cells,
    control_from,
    point_cells,
    point_from,
    row_cells,
)
from registers.rows import ControlData, PointData, RowData
from registers.schemes.rating import suggest_point

Typed = dict[str, Cell]
NUMBERS = frozenset({"power", "step", "post", "regulation", "level"})  # lists of ids or ranks; the others hold keys
OWN_KEY = f"c-{OWN}"


class Items:
    """Reads the items of a line; faults go to the reader."""

    def __init__(self, reader: Reader):
        self.reader, self.ground, self.offers = reader, reader.ground, reader.offers
        items = (ROW, POINT, CONTROL)
        self.columns = {item: [one for one in self.ground.columns if one.item == item] for item in items}

    def says(self, item: str, typed: Typed) -> bool:
        """Whether a cell of the item says anything; for whom a control is meant says nothing by itself."""
        cells = (typed[column.key] for column in self.columns[item] if column.key != OWN_KEY)
        return any(cell.text or cell.fault for cell in cells)

    def emptied(self, item: str, typed: Typed, issued: RowData | PointData | ControlData) -> bool:
        """Whether somebody cleared all cells of an item, which takes it out."""
        words = item_words(item, issued, self.ground)
        return not self.says(item, typed) and any(word for key, word in words.items() if key != OWN_KEY)

    def frame(self, number: int, typed: Typed, issued: RowData | None) -> Cells:
        """The cells of a row; a new row has those that a new row of the page has."""
        base = issued or RowData(post_id=self.offers.new_row().post_id)
        cells, touched = self._read(number, ROW, typed, row_cells(base), item_words(ROW, base, self.ground))
        cells["power"] = self._power(number, typed, base, touched)
        if issued is None and not any(key.startswith(RESPONSIBLE) for key in touched):
            known = row_cells(self.offers.new_row())
            cells |= {key: value for key, value in known.items() if key.startswith(RESPONSIBLE)}
        return cells

    def _power(self, number: int, typed: Typed, base: RowData, touched: set[str]) -> tuple:
        """Power and link. A link names its power; of two that disagree the one that was changed holds."""
        power, step, text = base.power_id, base.step_id, base.step_text
        belongs = self.ground.step_powers
        if "power" in touched:
            power = self.reader.value(number, self._column("power"), typed["power"].text)
            step = step if belongs.get(step) == power else None
        if "step" in touched:
            step, text = self._step(number, typed["step"].text, power, text if base.step_id else "")
            if step is not None and belongs.get(step, power) != power:
                if "power" in touched:
                    self.reader.say(number, self._column("step"), "这个环节不属于所选的职权，请改选其一。")
                power = belongs[step]
        return power, step, text

    def _step(self, number: int, typed: str, power: int | None, text: str) -> tuple[int | None, str]:
        """A link of the power by its name, any link by its word, else words.

        A chosen link takes the place of the words that the cell showed; words beside a link, which no cell shows, stay.
        """
        own = self.ground.step_names.get((power, typed))
        step, words = (own, "") if own else self.reader.value(number, self._column("step"), typed)
        return (step, text) if step else (None, words)

    def point(self, number: int, typed: Typed, lineage: str, issued: PointData | None) -> PointData:
        """A point; a level that nobody chose follows the answers."""
        was = issued or PointData(lineage)
        words = item_words(POINT, was, self.ground)
        cells, touched = self._read(number, POINT, typed, point_cells(was), words)
        now = point_from(lineage, cells)
        column = self._column("p-declared_rank")
        answered = any(key.startswith(f"p-{FACTOR}") for key in touched)
        if column is None or not column.open or not (answered or column.key in touched):
            return now
        if not typed[column.key].text:
            rank = suggest_point(self.offers.spec, self.offers.register.scope, now.factors).rank
        else:
            rank = cells["declared_rank"] if column.key in touched else followed_rank(self.offers, was, now)
        return point_from(lineage, cells | {"declared_rank": rank})

    def control(self, number: int, typed: Typed, lineage: str, issued: ControlData | None, point: str) -> ControlData:
        """A control. ``point`` is that on its line or above it."""
        was = issued or ControlData(lineage, point=point)
        words = item_words(CONTROL, was, self.ground) if issued else {}
        cells, touched = self._read(number, CONTROL, typed, control_cells(was), words)
        said = typed[OWN_KEY].text
        if OWN_KEY in touched and said == OF_ROW:
            cells["point"] = ""
        elif OWN_KEY in touched and said == OF_POINT and not point:
            text = "这一行上面没有风险点；要针对某个风险点，请写在那个风险点下面的一行。"
            self.reader.say(number, self._column(OWN_KEY), text)
        elif OWN_KEY in touched:
            cells["point"] = point
        return control_from(lineage, cells)

    def _column(self, key: str) -> Column | None:
        return next((column for column in self.ground.columns if column.key == key), None)

    def _read(
        self, number: int, item: str, typed: Typed, cells: Cells, words: dict[str, str]
    ) -> tuple[Cells, set[str]]:
        """The cells with what was changed, and the keys of the columns that were. Power and link are read apart."""
        cells, touched = dict(cells), set()
        for column in self.columns[item]:
            cell = typed[column.key]
            if not self.reader.touched(number, column, cell, words.get(column.key, "")):
                continue
            touched.add(column.key)
            if column.key in ("power", "step", OWN_KEY):
                if column.key == OWN_KEY and cell.text:
                    self.reader.value(number, column, cell.text)
                continue
            value = self.reader.value(number, column, cell.text)
            keyed = column.choices and column.choices not in NUMBERS
            cells[column.key.removeprefix(PREFIX[item])] = "" if value is None and keyed else value
        return cells, touched
