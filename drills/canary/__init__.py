"""Each object carries words that stand nowhere else; everybody walks wherever he gets to; who saw which word."""

from drills.plumbing.model import Drill

DRILL = Drill(
    title="标记串：每个对象的文字里有独一无二的标记，17 种人走遍页面、搜索、导出和附件，看到的与另写的 SQL 相同",
    unit="个对象",
    count=1_000,
    quick=60,
    fault="台账不再限制在本人看得到的范围",
    databases=("sqlite",),
)
