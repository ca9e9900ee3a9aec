"""Before the answer to an act leaves, its commit is on the disk."""

from drills.plumbing.model import Drill

DRILL = Drill(
    title="应答之前已经落盘：办成的应答发出之前，写下的预写日志已经由系统调用交给磁盘",
    unit="件办理",
    count=200,
    quick=8,
    fault="SQLite 的 synchronous 改为 NORMAL，PostgreSQL 的 synchronous_commit 改为 off",
    needs=("strace",),
)
