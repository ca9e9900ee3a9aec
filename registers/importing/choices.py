"""What somebody decided on the preview page of an import: which column is what, and what an unknown word means."""

from dataclasses import dataclass, field
from typing import Any

SKIPPED = -1  # as the row of a head: the sheet is not imported


@dataclass
class Choices:
    """Plain values, kept with the upload. Sheets go by name, columns by index from 0, words by the question's key."""

    heads: dict[str, int] = field(default_factory=dict)  # sheet → row of its head, 0 for none
    columns: dict[str, dict[int, str]] = field(default_factory=dict)  # sheet → column → field, "" for not taken
    words: dict[str, str] = field(default_factory=dict)  # key of the question → answer
    titles: dict[str, str] = field(default_factory=dict)  # heading (`key_of`) → field, on any sheet

    def values(self) -> dict[str, Any]:
        """As JSON."""
        return {"heads": self.heads, "columns": self.columns, "words": self.words, "titles": self.titles}


def choices_of(told: dict[str, Any]) -> Choices:
    """From JSON, where the keys of all objects are texts."""
    columns = {
        sheet: {int(index): name for index, name in found.items()} for sheet, found in told.get("columns", {}).items()
    }
    return Choices(dict(told.get("heads", {})), columns, dict(told.get("words", {})), dict(told.get("titles", {})))
