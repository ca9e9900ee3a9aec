"""Whether an answer's words, work or time tell that a name exists, is stopped or is locked, or that a code was near."""

from drills.plumbing.model import Drill

DRILL = Drill(
    title="应答分不出：有的、没有的、停用的、锁定的用户名，差一个字母的查询码，文字、摘要次数、语句和时间都一样",
    unit="次应答",
    count=4_500,
    quick=36,
    fault="没有这个用户名时不算摘要",
    alike=True,
)
