"""Six people in two bodies do as administrators whatever they can: nobody ever gets more than two have agreed on."""

from drills.plumbing.model import Drill

DRILL = Drill(
    title="三员和办公室随意操作：没有一个人凭自己掌握的账号兼有两种管理权，或有别人没有确认过的业务权力",
    unit="串操作",
    count=20_000,
    quick=25,
    fault="逐一去掉八道守卫中的一道，每一道都要看到越权（次数不到一百的只试前三道）",
    alike=True,
)
