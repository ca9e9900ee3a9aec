"""The ledger as a workbook: written to a file row by row, then sent in pieces, so that its length costs no memory."""

import tempfile
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from documents.rendering.xlsx import write_table
from paper import Column
from registers.ledger_rows import Line

PIECE = 64 * 1024

COLUMNS = (
    Column("unit", "单位", 10),
    Column("post", "岗位", 10),
    Column("power", "职权", 16),
    Column("kind", "风险类别", 8),
    Column("point", "风险点", 18),
    Column("manifestation", "表现形式", 30),
    Column("level", "风险等级", 7),
    Column("controls", "防控措施", 36),
    Column("responsible", "责任人", 10),
    Column("since", "生效日期", 9),
    Column("number", "文号", 12),
)


def write_ledger(lines: Iterable[Line], stream: BinaryIO, *, title: str, issuer: str) -> int:
    """Write the lines as one sheet; returns how many. Raises PaperError for a text that no cell can hold."""
    return write_table(COLUMNS, map(_cells, lines), stream, title=title, issuer=issuer)


def _cells(line: Line) -> tuple:
    """One row; a level is its local word, several controls are numbered as on paper."""
    controls = line.controls
    text = "\n".join(f"{n}. {one}" for n, one in enumerate(controls, 1)) if len(controls) > 1 else "".join(controls)
    return (
        line.unit,
        line.post,
        line.power,
        line.kind,
        line.name,
        line.manifestation,
        line.level.name if line.level else "",
        text,
        line.responsible,
        line.since.isoformat() if line.since else "",
        line.number,
    )


def spool() -> BinaryIO:
    """A file for the time of one answer; small ones stay in memory."""
    return tempfile.SpooledTemporaryFile(max_size=2 * 1024 * 1024)  # noqa: SIM115 - closed by `pieces`


def pieces(stream: BinaryIO) -> Iterator[bytes]:
    """The file from its beginning, and away with it."""
    with stream:
        stream.seek(0)
        while piece := stream.read(PIECE):
            yield piece
