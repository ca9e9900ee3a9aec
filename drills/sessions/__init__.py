"""Old cookies: after every event that ends a session its cookie opens no address any more."""

from drills.plumbing.model import Drill

DRILL = Drill(
    title="会话：十四种结束之后，旧的 Cookie 在全部地址上都不再有效；同时登录多少次也不超过规定的个数",
    unit="次重放",
    count=6000,
    quick=120,
    fault="角色变动时不结束会话",
    alike=True,
)
