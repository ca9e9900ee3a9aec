"""Every uploaded workbook is opened here, in a process of its own with little memory, time and nothing to write to.

sheets = reading.read(data)        # texts of all sheets, merged cells filled; raises Unreadable with a sentence
data = reading.mark(data, notes)   # the same workbook with remarks on its cells
"""

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from tempfile import TemporaryDirectory
from threading import BoundedSemaphore

from django.conf import settings

from registers.importing.cells import Sheet, sheet_of
from registers.importing.guards import Unreadable, check_size
from registers.personal_data import secrecy_mark

PATIENCE = 60  # seconds by the clock; processor time is limited in the child itself
AT_ONCE, QUEUE = (
    2,
    20,
)  # children of this process at a time, each of 768 MB at most; seconds that others wait for a place
TOO_LONG = "读取这个文件用的时间或内存太多，已停止；请只保留要导入的表，删去多余的格式后再上传。"
BUSY = "现在有许多文件同时在读，请过一会儿再上传。"
SECRECY = (
    "“{sheet}”第{row}行有“{mark}”标志。本系统是非涉密系统，涉密内容不得录入；请删去再上传，涉密的材料按保密规定处理。"
)
_PLACES = BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True)
class Note:
    """A remark to be written into the user's own workbook; row and column from 1, column 0 for the whole row."""

    sheet: str
    row: int
    column: int
    text: str
    error: bool = True


def read(data: bytes) -> list[Sheet]:
    """All sheets that hold anything, hidden ones too. Raises Unreadable with a sentence for what cannot be taken."""
    return decode(read_text(data))


def read_text(data: bytes) -> bytes:
    """What `decode` makes sheets of: kept beside an upload, so that its file is opened once."""
    return _ask("read", data)


def decode(told: bytes) -> list[Sheet]:
    """The sheets of what was read. Raises Unreadable for a mark of a state secret in any cell."""
    sheets = [sheet_of(sheet) for sheet in json.loads(told)["sheets"]]
    for sheet in sheets:
        for number, cells in sheet.rows.items():
            if mark := next(filter(None, (secrecy_mark(cell.text) for cell in cells)), ""):
                raise Unreadable(SECRECY.format(sheet=sheet.name, row=number, mark=mark))
    return sheets


def mark(data: bytes, notes: list[Note]) -> bytes:
    """The workbook with a column 「问题」 and the cells marked. Raises Unreadable when it cannot be written."""
    head = json.dumps([asdict(note) for note in notes], ensure_ascii=False).encode()
    with TemporaryDirectory(prefix="lianzheng-") as folder:
        return _ask("mark", data, before=head + b"\n", folder=folder).partition(b"\n")[2]


def _ask(task: str, data: bytes, before: bytes = b"", folder: str = "/nonexistent") -> bytes:
    check_size(data)
    command = [sys.executable, "-B", "-s", "-m", "registers.importing.child", task]
    # Nothing of our settings goes along.
    bare = {"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "TMPDIR": folder}
    if not _PLACES.acquire(timeout=QUEUE):
        raise Unreadable(BUSY)
    try:
        done = subprocess.run(
            command,
            input=before + data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=settings.BASE_DIR,
            env=bare,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired as fault:
        raise Unreadable(TOO_LONG) from fault
    finally:
        _PLACES.release()
    if done.returncode or not done.stdout:
        raise Unreadable(TOO_LONG)
    if done.stdout.startswith(b'{"refused"'):
        raise Unreadable(json.loads(done.stdout)["refused"])
    return done.stdout
