"""Making a plate fit: smaller letters first, then shorter texts, never more than its page. Pure.

`rungs` goes from the plate as it is to one that fits for certain; `first_rung` guesses where to begin, so that most
plates are laid out once. Whether one fits is measured on the page by `printing`.
"""

from dataclasses import dataclass, replace

from documents.plates.plate import Plate, Word
from paper.measure import lines_needed

SIZES_PT = (16, 14.5, 13, 12, 11, 10, 9, 8.5, 8)  # classes f0 to f8 of plate.css
WIDTH, HEIGHT = 184.0, 125.0  # mm of the page's content
TITLE, CODE, FACTS = 17.0, 21.5, 4.4  # mm: bureau and title; the code; one small line of the foot
_MM = 0.3528  # of a point
_LEADING, _PADDING, _SIDES = 1.42, 0.52, 0.95  # of the letters' size
LABEL, NUMBER = 4.8, 2.4  # of the letters' size: the heads' column, the numbers' column
_LEVEL, _LEAST = 0.1, 0.14  # shares of the table's width
_ELLIPSIS = "……"
BESIDE = 9  # characters of a level
CONTACT = 60  # characters: a longer contact stands in small letters


@dataclass(frozen=True)
class Cut:
    """How much is left of each text."""

    duties: int  # characters
    powers: int  # how many
    power: int  # characters of each
    rows: int
    cell: int  # characters of a cell of the table


@dataclass(frozen=True)
class Rung:
    size: int  # index of SIZES_PT
    dense: bool = False  # lists run on in one paragraph
    cut: Cut | None = None


_SMALLEST = len(SIZES_PT) - 1
_CUTS = (
    Cut(400, 20, 60, 30, 160),
    Cut(300, 14, 50, 20, 100),
    Cut(240, 12, 50, 16, 76),
    Cut(200, 10, 40, 14, 60),
    Cut(160, 8, 40, 12, 52),
    Cut(140, 6, 36, 12, 44),
    Cut(120, 6, 32, 12, 36),
    *(Cut(110, 4, 28, rows, 28) for rows in range(12, 5, -1)),
    *(Cut(80, 3, 28, rows, 28) for rows in range(5, 2, -1)),
    Cut(60, 2, 24, 2, 24),
    Cut(50, 1, 24, 0, 0),
)
_LOOSE, _DENSE = range(5), range(4, len(SIZES_PT))
RUNGS = (
    *(Rung(size) for size in _LOOSE),
    *(Rung(size, dense=True) for size in _DENSE),
    *(Rung(_SMALLEST, True, cut) for cut in _CUTS),
)


@dataclass(frozen=True)
class Fitted:
    """A plate as it is printed on one rung."""

    plate: Plate
    size: int
    dense: bool = False
    shortened: bool = False
    left_out: int = 0  # rows

    @property
    def level_beside(self) -> bool:
        """Whether the level stands in the first row, beside unit and post."""
        return 0 < sum(len(word.text) for word in self.plate.levels) <= BESIDE and not self.plate.holder


def fitted(plate: Plate, rung: int) -> Fitted:
    """The plate as that rung prints it."""
    step = RUNGS[rung]
    if step.cut is None:
        return Fitted(plate, step.size, step.dense)
    cut = step.cut
    powers = tuple(_short(text, cut.power) for text in plate.powers[: cut.powers])
    rows = tuple({key: _cell(words, cut.cell) for key, words in row.items()} for row in plate.rows[: cut.rows])
    less = replace(plate, duties=_short(plate.duties, cut.duties), powers=powers, rows=rows)
    return Fitted(less, step.size, step.dense, less != plate, len(plate.rows) - len(rows))


def first_rung(plate: Plate) -> int:
    """The first rung on which the plate should fit, by the number of lines that its texts need."""
    fits = (rung for rung in range(len(RUNGS)) if _height(step := fitted(plate, rung)) <= room_of(step))
    return next(fits, len(RUNGS) - 1)


def room_of(printed: Fitted) -> float:
    """Where the foot begins, in mm from the top of the page's content."""
    plate = printed.plate
    width = WIDTH - (CODE + 4 if plate.url else 0)
    long = len(plate.contact) > CONTACT
    letter = (8 if long else 10.5) * _MM
    lines = lines_needed(f"监督联系方式：{plate.contact}", width / letter)
    said = lines * letter * _LEADING + FACTS * (2 if printed.shortened else 1) + 1
    return HEIGHT - max(CODE if plate.url else 0, said) - 1


def _height(printed: Fitted) -> float:
    plate, letter = printed.plate, SIZES_PT[printed.size] * _MM
    line, padding = letter * _LEADING, letter * _PADDING + 0.2
    room = WIDTH / letter - LABEL - 3 * _SIDES
    pairs = 3 if printed.level_beside else 2
    part = WIDTH / letter / pairs - LABEL - 2 * _SIDES
    lines = [max(lines_needed(plate.unit, part), lines_needed(plate.name, part / 1.15))]
    lines += [1.3] if plate.levels and not printed.level_beside else []
    texts = (plate.duties, listed(plate.powers, printed.dense))
    lines += [lines_needed(text, room) for text in texts if text]
    if plate.columns or not plate.rows:
        lines.append(1)
    shares = widths(plate)
    for row in plate.rows:
        lines.append(max((_lines(row.get(key, ()), shares[key], letter, printed.dense) for key in shares), default=1))
    lines += [1] if printed.left_out else []
    return TITLE + sum(lines) * line + len(lines) * padding


def _lines(words: tuple[Word, ...], share: float, letter: float, dense: bool) -> int:
    room = (WIDTH / letter - NUMBER) * share - _SIDES
    if words and words[0].tone:
        return len(words)
    return lines_needed(listed(tuple(word.text for word in words), dense), room)


def listed(texts: tuple[str, ...], dense: bool) -> str:
    """Several texts numbered, each on a line of its own or one after the other; one stands alone."""
    if len(texts) < 2:
        return texts[0] if texts else ""
    if dense:
        return "；".join(f"{n}. {text.rstrip('。；;')}" for n, text in enumerate(texts, 1))
    return "\n".join(f"{n}. {text}" for n, text in enumerate(texts, 1))


def number_share(printed: Fitted) -> int:
    """The width of the numbers' column in hundredths of the table."""
    return round(NUMBER * SIZES_PT[printed.size] * _MM / WIDTH * 100 + 0.5)


def widths(plate: Plate) -> dict[str, float]:
    """The share of the table's width that each column has: by how much text stands in it, none too narrow."""
    keys = [key for key, _ in plate.columns]
    amounts = {key: 1 + sum(len(word.text) for row in plate.rows for word in row.get(key, ())) for key in keys}
    fixed = {key: _LEVEL for key in keys if key == "level"}
    left, total = 1 - sum(fixed.values()), sum(amount for key, amount in amounts.items() if key not in fixed)
    shares = {key: max(_LEAST, left * amounts[key] / total) for key in keys if key not in fixed}
    scale = left / sum(shares.values()) if shares else 1
    return {key: fixed[key] if key in fixed else shares[key] * scale for key in keys}


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: max(most - len(_ELLIPSIS), 0)].rstrip("，、；。,; ") + _ELLIPSIS


def _cell(words: tuple[Word, ...], most: int) -> tuple[Word, ...]:
    """The lines of a cell as far as its characters go; levels stay whole."""
    left, found = most, []
    for word in words:
        if word.tone:
            found.append(word)
            continue
        if left <= len(_ELLIPSIS) + 4:
            found[-1] = replace(found[-1], text=_short(f"{found[-1].text}{_ELLIPSIS}", len(found[-1].text)))
            break
        found.append(replace(word, text=_short(word.text, left)))
        left -= len(word.text) + 2
    return tuple(found)
