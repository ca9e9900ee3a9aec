"""Whether what the program says to its database is understood by the databases that only resemble PostgreSQL."""

from drills.plumbing.model import Drill

DRILL = Drill(
    title="执行过的 SQL：没有 openGauss、KingbaseES 一类兼容数据库不认的写法，例外逐条写明理由",
    unit="次请求",
    count=3_000,
    quick=36,
    fault="不再压住 Django 的 FILTER 写法，每次读会话时统计一次",
)
