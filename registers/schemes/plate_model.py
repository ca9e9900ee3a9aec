"""The desk plate (公示牌) as a scheme describes it: for whom it is, and what it may show."""

from dataclasses import dataclass

SIZES = ("a5", "a4")  # A5 lying; A4 folded in the middle, which stands on the desk
TITLE = "职权（职责）风险等级公示牌"
# Columns of the catalogue (`columns.py`) that a plate has a place for.
FIELDS = (
    "bureau",
    "unit",
    "post",
    "tier",
    "duties",
    "power",
    "subject_level",
    "step",
    "kind",
    "class",
    "point",
    "manifestation",
    "level",
    "controls",
    "regulation",
    "responsible",
)


@dataclass(frozen=True)
class PlateRule:
    """``audience``: society (then it also has a public page) | bureau. Without ``fields`` nothing is written of it."""

    title: str = TITLE
    audience: str = "society"
    fields: tuple[str, ...] = ()
    sizes: tuple[str, ...] = SIZES
    holder: bool = False  # whether the holder's name stands on the plate; never on the public page
    origin: str = "plan"
