"""PostgreSQL goes away under load and comes back: nothing acknowledged is lost, and the site goes on by itself."""

from drills.plumbing.model import Drill

DRILL = Drill(
    title="数据库在负载下反复重启：正在办的得到一页说明，恢复以后不用重启服务就能办，应答过的都在，没有办两次的",
    unit="次重启",
    count=120,
    quick=2,
    fault="沿用旧的数据库连接，不先检查它还通不通",
    databases=("postgresql",),
)
