"""kill -9 of the server under load: every acknowledged act is there, none is half done."""

from drills.plumbing.model import Drill

DRILL = Drill(
    title="服务进程和数据库进程被 kill -9：已经应答的办理都在，没有只办了一半的",
    unit="轮",
    count=500,
    quick=4,
    fault="办理登记表不再是一个事务，每一步各自落盘",
)
