"""Where a password, a code or a key may have been left lying about."""

from drills.plumbing.model import Drill

DRILL = Drill(
    title="密码、一次性密码、交接码、二次验证的密钥和备用码、会话、数据库密码、备份密钥：库、日志、备份、临时文件、出错页、进程列表里都没有",
    unit="个人",
    count=20,
    quick=1,
    fault="每次提交把表单内容写进日志",
)
