"""What people wrote, on its way out: no workbook computes it, no printer fetches for it."""

from drills.plumbing.model import Drill

DRILL = Drill(
    title="出去的文件：每种工作簿里的文字都不是公式、不带外部链接、一字不差；"
    "打印任何文字都不取外部内容，不把服务器上的文件装进 PDF",
    unit="个文字",
    count=10_000,
    quick=24,
    fault="单元格的类型由 openpyxl 去猜，打印用默认的取文件办法",
    databases=("sqlite",),
)
