"""Flipped bits in the database, its log, a backup and made files: each is noticed or does no harm."""

from drills.plumbing.model import Drill

DRILL = Drill(
    title="磁盘翻转一位：数据库文件（停止时、运行后）、预写日志、备份、后台做好的文件，每一处不是被发现，就是内容没有变",
    unit="次翻转",
    count=1000,
    quick=8,
    fault="去掉启动时的摘要和证据核验，只剩数据库自己的检查",
    databases=("sqlite",),
)
