"""Workbooks of the catalogue imports, and what a plan of them says."""

import io

from openpyxl import Workbook, load_workbook

from accounts.models import User
from documents.catalogue import write
from registers.importing.catalogue.apply import Applied, apply_catalogue, make_plan
from registers.importing.catalogue.ground import Ground
from registers.importing.catalogue.kinds import CATALOGUES
from registers.importing.catalogue.planned import CataloguePlan
from registers.importing.cells import Sheet, sheet_of
from registers.importing.extract import extract
from registers.models import Unit


def book(**sheets: list[list]) -> bytes:
    """A workbook of these sheets, each with its heads as the first row."""
    made = Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def sheets_of(data: bytes) -> list[Sheet]:
    return [sheet_of(sheet) for sheet in extract(data)]


def plan(kind: str, data: bytes, place: Unit, by: User) -> CataloguePlan:
    return make_plan(CATALOGUES[kind], sheets_of(data), place, by)


def apply(kind: str, data: bytes, place: Unit, by: User, **given) -> Applied:
    return apply_catalogue(catalogue=CATALOGUES[kind], sheets=sheets_of(data), place=place, by=by, **given)


def template(kind: str, place: Unit, *, filled: bool = False) -> bytes:
    stream = io.BytesIO()
    write(CATALOGUES[kind], Ground(place), stream, filled=filled)
    return stream.getvalue()


def edited(data: bytes, changes: dict[tuple[str, str], str]) -> bytes:
    """The workbook after somebody typed into these cells, by sheet and place."""
    made = load_workbook(io.BytesIO(data))
    for (sheet, place), text in changes.items():
        made[sheet][place] = text
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def said(found: CataloguePlan) -> list[str]:
    """The errors with their places."""
    return [f"{message.place}：{message.said}" for message in found.errors]
