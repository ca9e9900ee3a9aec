"""Other outputs, each beside the library alone on the same content: a long table, one form, plates, two workers."""

import itertools
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace

from django.conf import settings
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, Side

from benchmarks.ground import Ground
from benchmarks.handbook import POSTS, SLICE
from benchmarks.measure import Measure
from benchmarks.pages import form_of
from benchmarks.papers import in_child, peak
from documents.papers import paper_of
from documents.plates.printing import render as render_plates
from documents.plates.reading import plates_of, posts_of, with_codes
from documents.rendering import pdf
from documents.rendering.printer import lay_out, printing, sheet
from documents.rendering.xlsx import write_table
from paper import Column, render
from registers.schemes.store import spec_of

ROWS, COLUMNS = 100_000, 12
WORDS = ("规划管理岗", "越权审批、降低标准或者超过时限办理", "一级", "1. 集体研究并留存记录。\n2. 每月抽查，结果公开。")


def measures(ground: Ground) -> Iterator[tuple[str, object]]:
    """Each in a fresh process, so that its peak of memory is its own."""
    for name in CHILDREN:
        yield name, lambda name=name: in_child(name)
    yield "volumes", lambda: volumes(ground)


def rows() -> Iterator[list]:
    """Rows of the longest table: numbers, short and long words."""
    for number in range(ROWS):
        yield [number + 1, *itertools.islice(itertools.cycle(WORDS), COLUMNS - 1)]


def table(ground: Ground) -> Measure:
    """A table of 100,000 rows × 12 columns through the ledger's writer."""
    columns = [Column(f"c{number}", f"栏目{number}", 10) for number in range(COLUMNS)]
    begun = time.process_time()
    with tempfile.TemporaryFile() as stream:
        write_table(columns, rows(), stream, title="台账")
        size = stream.seek(0, os.SEEK_END)
    return _said("table", begun, size, f"{ROWS} 行 × {COLUMNS} 列的电子表格", ROWS)


def table_raw(ground: Ground) -> Measure:
    """The same rows by openpyxl's own write-only mode, with one style."""
    begun = time.process_time()
    book = Workbook(write_only=True)
    page, side = book.create_sheet("台账"), Side(style="thin")
    font, wrapped = Font(name="宋体", size=10), Alignment(wrap_text=True, vertical="center")
    border = Border(left=side, right=side, top=side, bottom=side)
    line = [WriteOnlyCell(page) for _ in range(COLUMNS)]
    for cell in line:
        cell.font, cell.alignment, cell.border = font, wrapped, border
    for values in rows():
        for cell, value in zip(line, values, strict=True):
            cell.value = value
        page.append(line)
    with tempfile.TemporaryFile() as stream:
        book.save(stream)
        size = stream.seek(0, os.SEEK_END)
    return _said("table_raw", begun, size, "同样的行直接用 openpyxl 只写方式", ROWS)


def form_raw(ground: Ground) -> Measure:
    """One register's form by WeasyPrint alone: the same HTML once, fonts and styles read before."""
    register = ground.in_force
    form = spec_of(register.scheme).form(form_of(ground))
    paper, _ = paper_of(register, form)
    html = render(paper, heading="h1")
    size = 0
    for _ in range(2):
        begun = time.process_time()
        with printing():
            laid = lay_out(
                html, title=paper.title, issuer="", style=sheet("pdf.css"), page="@page { size: A4 landscape }"
            )
            size = len(laid.write_pdf())
    ours = time.process_time()
    pdf.render(paper)
    note = f"同一张表直接用 WeasyPrint；同一进程里经本系统 {(time.process_time() - ours) * 1000:.0f} 毫秒"
    return Measure("form_raw", cpu_ms=(ours - begun) * 1000, bytes=size, peak_mb=peak(), note=note)


def plates(ground: Ground) -> Measure:
    """The desk plates of 120 posts: those of the prepared bureau, told again until there are so many."""
    known = with_codes(plates_of(posts_of(ground.bureau)), "https://example.invalid")
    wanted = [
        replace(plate, name=f"{plate.name}{n}")
        for n, plate in enumerate(itertools.islice(itertools.cycle(known), POSTS))
    ]
    begun = time.process_time()
    data = render_plates(wanted, size="a5")
    return _said("plates", begun, len(data), f"{POSTS} 块公示牌", POSTS)


def volumes(ground: Ground) -> Measure:
    """Two processes at once, each a volume of three handbooks: pages by the clock, memory of the larger."""
    begun = time.monotonic()
    command = [sys.executable, "-m", "benchmarks.run", "--child", "handbook_long"]
    both = [
        subprocess.Popen(command, cwd=settings.BASE_DIR, env=os.environ, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    told = [Measure.read(process.communicate()[0]) for process in both]
    spent = time.monotonic() - begun
    pages = sum(_pages(one.note) for one in told)
    note = f"两个进程各一册（{POSTS * SLICE} 岗）：{pages} 页，按钟点 {pages / spent:.1f} 页/秒"
    return Measure(
        "volumes", cpu_ms=sum(one.cpu_ms for one in told), peak_mb=max(one.peak_mb for one in told), note=note
    )


def _pages(note: str) -> int:
    return int(note.split("，")[1].split(" ")[0])


def _said(name: str, begun: float, size: int, note: str, pieces: int) -> Measure:
    spent = time.process_time() - begun
    return Measure(name, cpu_ms=spent * 1000, bytes=size, rows_per_s=pieces / spent, peak_mb=peak(), note=note)


CHILDREN = {"table": table, "table_raw": table_raw, "form_raw": form_raw, "plates": plates}
