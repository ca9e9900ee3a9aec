"""Nonsense in every form, query and path."""

from drills.plumbing.model import Drill

DRILL = Drill(
    title="每个表单、查询参数和路径参数填进乱七八糟的内容，没有一次应答是 500",
    unit="次请求",
    count=20_000,
    quick=24,
    fault="翻页的代码不经检查就把 ?page= 变成数",
)
