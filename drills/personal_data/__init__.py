"""The guard before publishing finds personal data however it is written, and leaves honest texts alone."""

from drills.plumbing.model import Drill

DRILL = Drill(
    title="公示前的个人信息检查：各种写法的证件号、电话、卡号、车牌、邮箱、住址都查得出，正常文字少误报",
    unit="个",
    count=10_000,
    quick=1_200,
    fault="不再把全角字符、隐形字符化成同一种写法",
    databases=("sqlite",),
)
