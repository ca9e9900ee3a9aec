"""The sheets of units and of posts."""

from registers.importing.catalogue.columns import Column, Table

UNITS = Table(
    "units",
    "机构",
    "机构",
    (
        Column(
            "name",
            "机构名称",
            note="全称。上级相同、名称相同的，就是已有的机构。",
            required=True,
            longest=120,
            width=22,
            other=("名称", "科室", "股室"),
        ),
        Column(
            "parent",
            "上级机构",
            note="空着就是单位本身。可以写本表里新设的机构；同名的写“上级/名称”。",
            longest=300,
            width=20,
            offers="units",
        ),
        Column(
            "kind", "性质", "choice", "从列表中选；空着是科室（股室）。", offers="unit_kinds", width=16, other=("类别",)
        ),
        Column("short_name", "简称", longest=40),
        Column("duties", "职责", "long", "照“三定”方案写。", width=44, other=("机构职责", "职能")),
        Column("order", "次序", "number", "同级机构按次序排列。", width=8),
        Column("opened_on", "设立日期", "day", "如 2012-03-01，可以空着。", other=("设立",)),
    ),
)
POSTS = Table(
    "posts",
    "岗位",
    "岗位",
    (
        Column(
            "unit",
            "所在机构",
            note="同名的写“上级/名称”。",
            required=True,
            longest=300,
            width=22,
            offers="units",
            other=("机构", "科室", "部门"),
        ),
        Column(
            "name",
            "岗位名称",
            note="同一机构里不重复；一岗多人只写一行。",
            required=True,
            longest=120,
            width=20,
            other=("岗位",),
        ),
        Column("tier", "层级", "choice", "从列表中选；空着是其他岗位。", offers="tiers"),
        Column("is_head", "本机构负责人", "flag", "是或否。", offers="flags", other=("负责人",)),
        Column("priority", "重点对象", "flag", "方案要求的重点对象：是或否。", offers="flags"),
        Column("duties", "岗位职责", "long", width=44, other=("职责",)),
        Column("order", "次序", "number", width=8),
    ),
)
