"""What a content does not carry of its powers: legal basis, area, and the words for kinds that another scheme has."""

from collections.abc import Iterable
from typing import Any

from registers.models import Power, Unit
from registers.powers import Words, words_of

ASKED = frozenset({"basis", "area", "power_kind"})


def with_catalogue(content: dict[str, Any], columns: Iterable[str], bureau: Unit) -> dict[str, Any]:
    """The content with what these columns need of the power list as it is today: at most two queries. Seals stay."""
    if not ASKED.intersection(columns):
        return content
    rows = [row for part in (content, *content.get("compiled", ())) for row in part["rows"]]
    powers = Power.objects.in_bulk({row["power"]["id"] for row in rows if row["power"]})
    words = words_of(bureau)
    below = [child | {"rows": _rows(child["rows"], powers, words)} for child in content.get("compiled", ())]
    return content | {"rows": _rows(content["rows"], powers, words), "compiled": below}


def _rows(rows: list[dict], powers: dict[int, Power], words: Words) -> list[dict]:
    return [row | {"power": row["power"] and _power(row["power"], powers, words)} for row in rows]


def _power(known: dict[str, Any], powers: dict[int, Power], words: Words) -> dict[str, Any]:
    power = powers.get(known["id"])
    return known | {
        "kind": words.kind(known["kind"]),
        "basis": power.legal_basis if power else "",
        "area": words.area(power.area) if power else "",
    }
