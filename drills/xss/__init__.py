"""Script in every text that anybody may write, and every page opened in a browser that no policy protects."""

from drills.plumbing.model import Drill

DRILL = Drill(
    title="注入脚本：每个文字栏、查询参数、文件名、表格单元格里写进上百种写法，不设 CSP，"
    "用真的浏览器打开每个人能打开的每一页，没有一处执行",
    unit="页",
    count=1_000,
    quick=6,
    fault="页头的姓名不转义就写出",
    databases=("sqlite",),
    browser=True,
)
