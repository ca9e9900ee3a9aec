"""What stands on every answer, whoever asked for what: headers, cookies, error pages, the line in the log."""

from drills.plumbing.model import Drill

DRILL = Drill(
    title="每一个应答（页面、文件、跳转、静态文件、各种出错）都带全部安全头，Cookie 标志齐全，"
    "出错页是中文、编号与日志一致，假冒的域名和夹带换行的地址不起作用",
    unit="次请求",
    count=6_000,
    quick=80,
    fault="设安全头的中间件放到会提前应答的中间件之下",
    databases=("sqlite",),
    environment={"LIANZHENG_TLS": "1"},
    alike=True,
)
