"""A section's form as plan 000 asks for it (附件2), at any length."""

import datetime

from paper import Cell, Column, Document, Field, Opinion, OpinionCell, Signer, Table, merge_equal

COLUMNS = (
    Column("no", "序号", 2, "center"),
    Column("power", "职权内容", 6, row_head=True),
    Column("point", "风险点", 9, group="廉政风险"),
    Column("how", "表现形式", 12, group="廉政风险"),
    Column("level", "风险等级", 3.6, "center"),
    Column("controls", "防控措施", 16),
    Column("who", "责任人", 4, "center"),
)
POWERS = ("建设工程规划许可", "招标投标监督管理", "施工许可证核发", "工程质量监督", "工程造价管理")
CONTROLS = ("严格执行首问负责制和一次性告知制度", "实行AB岗双人办理，办理结果网上公开", "定期回访服务对象")
LEVELS = (("一级", "grave"), ("二级", "middle"), ("三级", "light"))


def rows(count: int, per_power: int = 4) -> list[list]:
    """A row for each risk point, `per_power` of them under one power."""
    found = []
    for index in range(count):
        name, tone = LEVELS[index % 3]
        found.append(
            [
                index + 1,
                POWERS[index // per_power % len(POWERS)],
                "受理环节故意刁难、拖延",
                "在受理申请时不一次性告知，故意设置障碍，以获取不正当利益",
                Cell(name, tone=tone),
                list(CONTROLS[: 1 + index % 3]),
                "规划股股长",
            ]
        )
    return found


def table(count: int = 8, per_power: int = 4) -> Table:
    return Table(COLUMNS, merge_equal(rows(count, per_power), columns=[1]))


def form(count: int = 8, per_power: int = 4, **changes: object) -> Document:
    parts = {
        "title": "建设局股室廉政风险点查找和防控措施表",
        "number": "附件2",
        "issuer": "东源县建设局",
        "head": [
            ("股室名称", "规划股"),
            ("填表日期", datetime.date(2012, 2, 10)),
            Field("工作职责", "规划", wide=True),
        ],
        "tables": [table(count, per_power)],
        "opinions": [
            OpinionCell(
                "股室负责人意见",
                [Opinion("查找全面、准确，同意上报。", Signer("规划股股长", "甲"), datetime.date(2012, 2, 12))],
            ),
            OpinionCell("分管领导意见", [Opinion("同意。", Signer("副局长", "乙", acting_for="分管副局长"))]),
            OpinionCell("纪检监察组审核意见", empty_hint="（待办理）", seal=True),
        ],
        "feet": [("填报单位（盖章）", "规划股"), ("填表人", "")],
        "digest": "3fa9c0de" * 8,
        "footnote": "注：本表一式三份。",
    }
    return Document(**(parts | changes))
