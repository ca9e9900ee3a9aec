"""The editing page of a paper's layout: what was typed as the values of a form, and what to show in the inputs."""

from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from registers.schemes.columns import CATALOGUES, HEAD_CATALOGUES
from registers.schemes.faults import Fault
from registers.schemes.layouts import BUREAU, SHOWN_BUREAU
from registers.schemes.model import Form, SchemeSpec

SPARE = 2  # empty opinion cells at the end
MOST_CELLS = 12
_PLACES = {
    "number": "附件号",
    "title": "表名",
    "head": "表头栏目",
    "columns": "列",
    "opinions": "意见栏",
    "feet": "表下说明",
}


@dataclass(frozen=True)
class Place:
    """One column or head field of the catalogue, on the paper or not."""

    key: str
    name: str
    text: str
    inner: bool
    on: bool = False
    order: int | None = None
    title: str = ""
    width: int | str = 10
    group: str = ""


@dataclass(frozen=True)
class Box:
    """One opinion cell."""

    number: int
    label: str = ""
    seal: bool = False
    steps: tuple[tuple[str, str, bool], ...] = ()  # key, name, chosen

    @property
    def filled(self) -> bool:
        """Whether any step's opinions stand in it."""
        return any(chosen for _, _, chosen in self.steps)


@dataclass
class Page:
    """Everything that stands in the inputs."""

    number: str
    title: str
    feet: str
    heads: list[Place] = field(default_factory=list)
    columns: list[Place] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)

    @property
    def head_places(self) -> list[tuple[bool, list[Place]]]:
        return _parted(self.heads)

    @property
    def column_places(self) -> list[tuple[bool, list[Place]]]:
        return _parted(self.columns)


def _parted(places: list[Place]) -> list[tuple[bool, list[Place]]]:
    """Those on the paper, and the others."""
    parts = [(on, [place for place in places if place.on is on]) for on in (True, False)]
    return [(on, rows) for on, rows in parts if rows]


def page_of(spec: SchemeSpec, form: Form) -> Page:
    """The inputs as a form fills them."""
    heads = {key: (n, form.head_titles.get(key, ""), 0, "") for n, key in enumerate(form.head, 1)}
    columns = {one.key: (n, one.title, one.width, one.group) for n, one in enumerate(form.columns, 1)}
    boxes = [
        Box(n, cell.label, cell.seal, _steps(spec, form, cell.steps)) for n, cell in enumerate(form.opinions, 1)
    ] + [Box(len(form.opinions) + n, steps=_steps(spec, form, ())) for n in range(1, SPARE + 1)]
    return Page(
        form.number,
        form.title.replace(BUREAU, SHOWN_BUREAU),
        "\n".join(form.feet),
        _places(HEAD_CATALOGUES[form.over], heads),
        _places(CATALOGUES[form.over], columns),
        boxes[:MOST_CELLS],
    )


def _places(catalogue, used: dict[str, tuple]) -> list[Place]:
    """Those on the paper in their order, then the others of the catalogue."""
    on = [Place(key, *_of(catalogue[key]), True, *used[key]) for key in used if key in catalogue]
    return on + [Place(key, *_of(one)) for key, one in catalogue.items() if key not in used]


def _of(one) -> tuple[str, str, bool]:
    return one.title, one.text, one.inner


def _steps(spec: SchemeSpec, form: Form, chosen: tuple[str, ...]) -> tuple[tuple[str, str, bool], ...]:
    if form.over != "register":
        return ()
    return tuple((step.key, step.name, step.key in chosen) for step in spec.route(form.scope).steps)


def read(given: QueryDict, plan: Form) -> dict[str, Any]:
    """What was typed, as the values of a scheme file; nonsense stays what it is and is refused by the checks."""
    columns, heads = CATALOGUES[plan.over], HEAD_CATALOGUES[plan.over]
    head = _ordered(given, "h", heads)
    titles = {key: given.get(f"h_title_{key}", "").strip() for key in head}
    return {
        "number": given.get("number", "").strip(),
        "title": given.get("title", "").strip().replace(SHOWN_BUREAU, BUREAU),
        "head": head,
        "head_titles": {key: title for key, title in titles.items() if title and title != heads[key].title},
        "columns": [_column(given, key, columns[key].title) for key in _ordered(given, "c", columns)],
        "opinions": [box for n in range(1, MOST_CELLS + 1) if (box := _box(given, n))],
        "feet": [line.strip() for line in given.get("feet", "").splitlines() if line.strip()],
    }


def _ordered(given: QueryDict, sort: str, catalogue) -> list[str]:
    """The chosen keys by the numbers typed beside them; without a number at the end, in the catalogue's order."""
    chosen = set(given.getlist(f"{sort}_on"))
    keys = [key for key in catalogue if key in chosen]
    return sorted(keys, key=lambda key: _number(given.get(f"{sort}_order_{key}", ""), 999))


def _column(given: QueryDict, key: str, title: str) -> dict[str, Any]:
    return {
        "key": key,
        "title": given.get(f"c_title_{key}", "").strip() or title,
        "width": int(_number(given.get(f"c_width_{key}", "10"), 0)),
        "group": given.get(f"c_group_{key}", "").strip(),
    }


def _box(given: QueryDict, number: int) -> dict[str, Any] | None:
    label = given.get(f"o_label_{number}", "").strip()
    if not label:
        return None
    return {"label": label, "steps": given.getlist(f"o_steps_{number}"), "seal": f"o_seal_{number}" in given}


def _number(text: str, otherwise: float) -> float:
    """Half a number is welcome: 2.5 stands between the second and the third."""
    text = text.strip().replace("．", ".")
    return float(text) if text.replace(".", "", 1).isdecimal() and len(text) < 8 else otherwise


def sentence(fault: Fault, body: dict[str, Any]) -> str:
    """A fault of the checks as the person at the page reads it."""
    name, _, rest = fault.place.lstrip(".").partition("[")
    index = rest.partition("]")[0]
    place = _PLACES.get(name.partition(".")[0], "")
    if index.isdecimal() and name in ("columns", "opinions"):
        one = body[name][int(index)]
        place = f"{place}“{one.get('title') or one.get('label')}”"
    message = fault.message.replace(BUREAU, SHOWN_BUREAU)
    return f"{place}：{message}" if place else message
