"""Two and more people do at one moment what only one of them can: one wins, the others read a sentence."""

from drills.plumbing.model import Drill

DRILL = Drill(
    title="同时办同一件事：恰好一个办成，其余的得到一句话，改动不丢，编号不重不漏，没有人看到“数据库被锁”",
    unit="次竞争",
    count=10000,
    quick=60,
    fault="办理不先锁住登记表，不在一个事务里，改动也不看版本",
)
