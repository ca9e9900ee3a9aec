"""Workbooks that Excel never wrote."""

from drills.plumbing.model import Drill

DRILL = Drill(
    title="拆开、改坏再装好的工作簿，交到每一处上传：都得一句话，内存和时间有界，没有一次未处理的异常",
    unit="个文件",
    count=20_000,
    quick=24,
    fault="子进程不再接住读表程序的异常，也不再限制展开的大小",
    alike=True,
)
