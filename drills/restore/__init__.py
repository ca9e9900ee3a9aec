"""Backups taken while people write, each restored on a clean machine and looked at."""

from drills.plumbing.model import Drill

DRILL = Drill(
    title="写入中途做的备份，在干净的机器上恢复：逐表相同，应答过的都在，没有办了一半的，能登录，能打印一张登记表",
    unit="份备份",
    count=20,
    quick=1,
    fault="不用数据库自己的备份接口，直接复制文件；在 PostgreSQL 上漏掉一张表",
)
