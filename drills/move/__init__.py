"""From SQLite to PostgreSQL: every row and the chain arrive."""

from drills.plumbing.model import Drill

DRILL = Drill(
    title="从 SQLite 搬到 PostgreSQL：逐表行数相同，证据链核验完好",
    unit="次搬迁",
    count=5,
    quick=1,
    fault="漏掉一张表的内容",
    databases=("postgresql",),
)
