"""Random organisations; what each user sees is asked of the product and of an oracle in plain SQL: the same rows."""

from drills.plumbing.model import Drill

DRILL = Drill(
    title="随机的单位、任职、分管、角色、登记表和待办：程序给每个人看的，与另写的一份 SQL 逐行相同",
    unit="人",
    count=2_000,
    quick=60,
    fault="未经确认的任职、分管和角色立即有效",
)
