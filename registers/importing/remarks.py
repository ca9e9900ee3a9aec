"""The messages of a plan as remarks for the user's own workbook."""

from registers.importing.planned import ImportPlan, Message
from registers.importing.reading import Note

MOST_NOTES = 3000


def notes_of(plan: ImportPlan) -> list[Note]:
    """Every remark on a sheet, errors first; a table that is wrong everywhere is not marked to its end."""
    found = [_note(message) for message in [*plan.errors, *plan.warnings] if message.sheet]
    return found[:MOST_NOTES]


def _note(message: Message) -> Note:
    lead = "错误" if message.error else "提醒"
    where = f"{message.column}列" if message.column else ""
    text = f"{lead}：{where}{message.said}{message.todo}"
    return Note(message.sheet, message.row, _number(message.column), text, message.error)


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
