"""An existing table comes in: 10,000 rows read in the limited child, previewed, imported with all checks and writes.

Beside it what openpyxl alone takes to read the same file.
"""

import gc
import io
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import transaction
from openpyxl import Workbook, load_workbook

from benchmarks.ground import Ground
from benchmarks.measure import Measure
from jobs.pool import RARELY
from registers.importing import reading
from registers.importing.apply import apply_import
from registers.importing.plan import make_plan
from registers.models import Register
from registers.schemes.store import spec_of

ROWS = 10_000
POWERS = 800
HEAD = ["序号", "责任主体", "岗位", "职权内容", "风险点", "表现形式", "风险等级", "防控措施", "责任人"]


def measures(ground: Ground) -> Iterator[tuple[str, Callable[[], Measure]]]:
    """The import, and the bare reading of its file."""
    yield "import", lambda: whole(ground)
    yield "import_raw", lambda: raw(ground)


def whole(ground: Ground) -> Measure:
    """From the bytes to the last row, preview and digest included; rolled back afterwards."""
    register = ground.filled
    data = table_for(register)
    with transaction.atomic(), as_in_a_worker():
        begun = _cpu()
        sheets = reading.read(data)
        read = _cpu()
        seen = make_plan(sheets=sheets, unit=register.unit, cycle=register.cycle).digest()
        planned = _cpu()
        made = apply_import(sheets=sheets, unit=register.unit, cycle=register.cycle, by=None, seen=seen)
        spent = _cpu() - begun
        transaction.set_rollback(True)
    parts = f"读 {read - begun:.1f}、预览 {planned - read:.1f}、核对和写入 {spent + begun - planned:.1f} 秒"
    counts = f"{made.counts['rows']} 行 {made.counts['points']} 个风险点 {made.counts['controls']} 条措施"
    return Measure("import", cpu_ms=spent * 1000, rows_per_s=ROWS / spent, note=f"导入 {counts}：{parts}")


@contextmanager
def as_in_a_worker() -> Iterator[None]:
    """A table of this length is imported in the background: with the collector of a worker."""
    before = gc.get_threshold()
    gc.set_threshold(*RARELY)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def raw(ground: Ground) -> Measure:
    """openpyxl's own reading of the same cells."""
    data = table_for(ground.filled)
    begun = time.process_time()
    for row in load_workbook(io.BytesIO(data), read_only=True).active.iter_rows(values_only=True):
        assert row
    spent = time.process_time() - begun
    return Measure("import_raw", cpu_ms=spent * 1000, rows_per_s=ROWS / spent, note="openpyxl 只读同一个文件")


def table_for(register: Register) -> bytes:
    """A table as people have it: numbered lists in the cells, risks and controls side by side."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("排查表")
    level = spec_of(register.scheme).levels[0].name
    sheet.append(HEAD)
    for number in range(ROWS):
        points, controls = f"1.越权办理第{number}件；2.拖延不办", "1.双人审查，结果公开；2.限时办结，超时提醒"
        who, what = [register.unit.name, register.post.name], f"事项{number % POWERS}审批"
        sheet.append([number + 1, *who, what, points, "1.不符合条件也办；2.到期不答复", level, controls, "股长"])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _cpu() -> float:
    """Processor seconds of this process and of the children that have ended."""
    child = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + child.ru_utime + child.ru_stime
