"""The disk is full: reading goes on, writing is refused with what was typed kept, until there is room again."""

from drills.plumbing.model import Drill

DRILL = Drill(
    title="磁盘写满：还能看，不能存的得到一页说明，填写的内容还在，没有办了一半的；腾出空间以后不用重启就能办",
    unit="次写满",
    count=300,
    quick=8,
    fault="写不进去时的说明页不再带上填写的内容",
    databases=("sqlite",),
)
