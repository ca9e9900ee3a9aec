"""The texts of the sample: powers, risks and controls from the plans and from published tables (fixtures/sample)."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings

FOLDER = settings.BASE_DIR / "fixtures" / "sample"


@dataclass(frozen=True)
class RiskText:
    step: str
    kind: str  # key of plan 000
    point: str
    manifestation: str
    controls: tuple[tuple[str, str], ...]  # (text, kind key of plan 000)


@dataclass(frozen=True)
class PowerText:
    key: str
    name: str
    kind: str
    area: str
    fields: dict[str, Any]  # of the model, as they are
    steps: tuple[str, ...]
    regulation: str
    risks: tuple[RiskText, ...]


def read(name: str) -> dict[str, Any]:
    """A file of fixtures/sample."""
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


@cache
def powers() -> dict[str, PowerText]:
    """All powers of the material by key."""
    return {given["key"]: _power(given) for area in read("material.json")["areas"].values() for given in area}


def procedure(key: str) -> list[dict[str, Any]]:
    """The table of steps of that power; where none is written out, its links one after the other."""
    text = powers()[key]
    steps = _procedures().get(key) or [{"name": name} for name in text.steps]
    return [{**step, "risky": any(risk.step == step["name"] for risk in text.risks)} for step in steps]


@cache
def _procedures() -> dict[str, list[dict[str, Any]]]:
    return read("procedures.json")


def comments() -> list[str]:
    """What people write on a notice."""
    return read("material.json")["comments"]


def _power(given: dict[str, Any]) -> PowerText:
    own = ("key", "name", "kind", "area", "steps", "regulation", "rows")
    return PowerText(
        key=given["key"],
        name=given["name"],
        kind=given["kind"],
        area=given["area"],
        fields={key: value for key, value in given.items() if key not in own},
        steps=tuple(given["steps"]),
        regulation=given["regulation"],
        risks=tuple(
            RiskText(
                step=row["step"],
                kind=row["kind"],
                point=row["point"],
                manifestation=row["manifestation"],
                controls=tuple((control["text"], control["kind"]) for control in row["controls"]),
            )
            for row in given["rows"]
        ),
    )
