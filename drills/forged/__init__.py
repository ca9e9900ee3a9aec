"""Requests that another site makes a signed-in browser send, and reading that would change something."""

from drills.plumbing.model import Drill

DRILL = Drill(
    title="伪造的提交：没有令牌、令牌不对、来自别的网站的，到哪个地址都被拒绝；只读的请求不论怎样写都不改动数据",
    unit="次请求",
    count=6_000,
    quick=36,
    fault="一个视图（结束自己别处的登录）免除跨站检查",
    databases=("sqlite",),
    environment={"LIANZHENG_TLS": "1"},
    alike=True,
)
