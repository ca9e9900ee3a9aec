"""Working on an offline form as a person with a spreadsheet does, and taking it back as the program does."""

import io

from openpyxl import load_workbook

from documents.offline.workbook import write
from registers.forms.offers import offers_of
from registers.importing import reading
from registers.models import OfflineForm, Register
from registers.offline.ground import Ground
from registers.offline.parse import Returned, parse
from registers.offline.sheet import FILL, HEAD
from registers.schemes.store import spec_of


def workbook_of(form: OfflineForm) -> bytes:
    stream = io.BytesIO()
    write(form, stream)
    return stream.getvalue()


class Desk:
    """A workbook opened in a spreadsheet program: cells by line (from 1) and key of the column."""

    def __init__(self, data: bytes):
        self.book = load_workbook(io.BytesIO(data))
        self.sheet = self.book[FILL]
        self.keys = {cell.value: cell.column for cell in self.sheet[4] if cell.value}
        self.first = 6

    def cell(self, line: int, key: str):
        return self.sheet.cell(self.first + line - 1, self.keys[key])

    def text(self, line: int, key: str) -> str:
        return self.cell(line, key).value or ""

    def type(self, line: int, **words: str) -> None:
        """Type into cells; p_name stands for p-name."""
        for key, word in words.items():
            name = key if key in self.keys else key.replace("_", "-", 1)
            self.cell(line, name).value = word or None
            if word:
                self.cell(line, name).data_type = "s"

    def head(self, key: str, word: str) -> None:
        sheet = self.book[HEAD]
        row = next(row for row in sheet.iter_rows() if row[0].value == key)
        row[2].value = word or None
        if word:
            row[2].data_type = "s"  # the cell is formatted as text

    def insert(self, line: int) -> None:
        """An empty row before that line."""
        self.sheet.insert_rows(self.first + line - 1)

    def delete(self, line: int) -> None:
        self.sheet.delete_rows(self.first + line - 1)

    def lines(self) -> int:
        """How many lines are written."""
        at = 1
        while self.text(at, "id"):
            at += 1
        return at - 1

    def saved(self) -> bytes:
        stream = io.BytesIO()
        self.book.save(stream)
        return stream.getvalue()


def returned(form: OfflineForm, data: bytes) -> Returned:
    """What the program reads."""
    register = Register.objects.get(pk=form.register_id)
    found = parse(reading.read(data), Ground.of(form), offers_of(register, spec_of(register.scheme)), form.token)
    assert found is not None
    return found
