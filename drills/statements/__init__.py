"""Fail at the Nth statement: whatever statement of whatever act fails, the state is that of before or of after."""

from drills.plumbing.model import Drill

DRILL = Drill(
    title="每一种办理的第 N 条语句出错：要么没有办，要么办完，不留半个，给人的是一页中文",
    unit="种出错",
    count=12000,
    quick=30,
    fault="同意、退回、提交不再是一个事务",
)
