"""A comment on a notice may be an accusation: nobody but its recipient learns of it, on any channel."""

from drills.plumbing.model import Drill

DRILL = Drill(
    title="公示意见只有受理人看得到：每种身份走遍各种页面和出口，看不到意见、看不出有没有意见",
    unit="条",
    count=100,
    quick=1,
    fault="去掉“只有受理人能读”的限制",
    alike=True,
)
