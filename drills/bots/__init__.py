"""Programs that flood the public comment form, and people who write an opinion meanwhile."""

from drills.plumbing.model import Drill

DRILL = Drill(
    title="公示意见的灌水：七种程序的提交至少挡住百分之九十九，人写的意见至少收下百分之九十九，写的字不丢，库不膨胀",
    unit="次程序提交",
    count=10_000,
    quick=60,
    fault="表单的时间戳不查：多快都行，一张表单可以交很多次",
    alike=True,
)
