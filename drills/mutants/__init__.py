"""One guard of the program taken away at a time: the permission matrix or a test must notice."""

from drills.plumbing.model import Drill

DRILL = Drill(
    title="变异：逐一去掉程序里的一道守卫（权限、可见范围、状态、条件），权限矩阵或测试必须发现",
    unit="个变异",
    count=2_000,
    quick=3,
    fault="判断谁看得到什么的模块，不再与另写的 SQL 比较，也不问矩阵",
    databases=("sqlite",),
)
