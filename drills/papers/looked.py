"""Looks into files as the programs that open them would, and deeper."""

import io
import re
import zlib
from collections.abc import Callable, Iterator
from xml.etree import ElementTree as Tree
from zipfile import ZipFile

from openpyxl import load_workbook

from drills.papers.texts import MARK
from paper.text import clean

Fold = Callable[[str], str]
MARKS = re.compile(MARK.format(r"(\d+)"))
FOREIGN = re.compile(
    r"externalLink|oleObject|activeX|vbaProject|connections\.xml|queryTable|ddeLink|webExtension", re.I
)
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.S)
# Names in a PDF that lead out of it, run something, or carry a file.
ACTIVE = re.compile(
    rb"/(EmbeddedFiles?|Filespec|Launch|JavaScript|JS|URI|GoToR|GoToE|ImportData|SubmitForm|RichMedia|XFA)\b"
)


def books_in(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The workbook, or those packed in an archive of ours."""
    with ZipFile(io.BytesIO(data)) as archive:
        if "[Content_Types].xml" in archive.namelist():
            yield "", data
            return
        for name in archive.namelist():
            if name.endswith((".xlsx", ".pdf", ".zip")):
                yield name, archive.read(name)


def faults_of_book(data: bytes, made: dict[int, str], seen: set[int], fold: Fold = clean) -> Iterator[str]:
    """What is more than text in a workbook, and texts that are not as they were written (``fold`` drops some signs)."""
    broken = list(_parts(data))
    yield from broken
    if any("cannot be read" in said for said in broken):
        return
    book = load_workbook(io.BytesIO(data))
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    yield f"{cell.coordinate} is a formula: {str(cell.value)[:60]!r}"
                if cell.hyperlink is not None and cell.hyperlink.target:
                    yield f"{cell.coordinate} links to {cell.hyperlink.target[:60]!r}"
                if isinstance(cell.value, str) and cell.value not in book.sheetnames:  # whose signs Excel limits
                    yield from _same(cell.coordinate, cell.value, made, seen, fold)


def _same(place: str, shown: str, made: dict[int, str], seen: set[int], fold: Fold) -> Iterator[str]:
    """Every text whose mark stands in the cell stands there whole; how it is broken into lines is the form's."""
    squeezed = "".join(fold(shown).split())
    for number in map(int, MARKS.findall(shown)):
        if number in made:
            seen.add(number)
            if "".join(fold(made[number]).split()) not in squeezed:
                yield f"{place} holds {shown[:80]!r}, not {made[number][:80]!r}"


def _parts(data: bytes) -> Iterator[str]:
    with ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if FOREIGN.search(name):
                yield f"has the part {name}"
            if not name.endswith((".xml", ".rels")):
                continue
            try:
                elements = list(Tree.fromstring(archive.read(name)).iter())  # noqa: S314 - of our own making
            except Tree.ParseError as fault:
                yield f"{name} cannot be read: {fault}"
                continue
            for element in elements:
                if element.tag == f"{MAIN}f":
                    yield f"{name} has a formula {(element.text or '')[:60]!r}"
                if element.tag == RELATION and element.get("TargetMode") == "External":
                    yield f"{name} leads to {element.get('Target', '')[:60]!r}"


def faults_of_pdf(data: bytes, secret: bytes) -> Iterator[str]:
    """What leads out of a PDF, or the words of a file that it must not hold."""
    pieces = [data]
    for found in STREAM.findall(data):
        try:
            pieces.append(zlib.decompress(found))
        except zlib.error:
            continue
    whole = b"\n".join(pieces)
    if secret in whole:
        yield "holds the file that nobody may read"
    for name in sorted(
        {
            match[1].decode()
            for match in ACTIVE.finditer(b"\n".join(p for p in pieces[1:] if b"<<" in p) + STREAM.sub(b"", data))
        }
    ):
        yield f"has /{name}"
