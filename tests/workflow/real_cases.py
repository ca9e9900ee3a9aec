"""Real published tables and what an office decides about each: where its rows go, what its columns and words mean."""

from dataclasses import dataclass, field
from typing import Any

from registers.importing import words
from registers.importing.choices import Choices
from registers.importing.lists import title_and_steps
from tests.registers.workbooks import part_of, table

SECTION = "业务科"
# What the publisher's page has lost (it breaks off, or the columns were never there) is written by the people.
LOST = {"power": "日常管理", "point": "原表此处缺失", "level": "低", "controls": "按规定办理，公开结果"}


@dataclass(frozen=True)
class Case:
    """A real table: how its sheet is laid out, into which sections it goes, which heading becomes which of our columns.

    ``chosen``: headings whose field is chosen on the preview page; ``said``: answers about words; ``levels``: how the
    levels that the table names are called in the plan.
    """

    number: str
    columns: dict[str, str | tuple[str, ...]]
    units: tuple[str, ...] = (SECTION,)
    by_column: bool = False  # the table names its sections itself: it is imported into the bureau
    layout: dict[str, Any] = field(default_factory=dict)
    chosen: dict[str, str] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    levels: dict[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> list[dict[str, str]]:
        """The rows of the table by our columns, with what was lost in print."""
        source = part_of(table(self.number), self.layout.get("part", 0))
        rows, above = [], {}
        for row in source["rows"]:
            row = {head: above.get(head, "") if text == "同上" else text for head, text in row.items()}
            rows.append(self._ours(row))
            above = row
        return rows

    def _ours(self, row: dict[str, str]) -> dict[str, str]:
        ours = {name: "".join(row[head] for head in _several(heads)) for name, heads in self.columns.items()}
        if "power" in ours:
            ours["power"] = ours["power"] or LOST["power"]
            ours["power_name"] = title_and_steps(ours["power"])[0]
        point = ours.get("point") or ours.get("manifestation") or LOST["point"]
        ours["level"] = self.levels.get(ours.get("level", ""), ours.get("level", "")) or LOST["level"]
        if point == LOST["point"]:  # a level without a point is not taken, and said to be not
            ours["level"] = LOST["level"]
        return {**ours, "point": point, "controls": ours.get("controls") or LOST["controls"]}

    def choices(self) -> Choices:
        """What is decided on the preview page."""
        source = part_of(table(self.number), self.layout.get("part", 0))
        columns = {source["headings"].index(head): name for head, name in self.chosen.items()}
        return Choices(columns={"Sheet": columns} if columns else {}, words=self.said)


def _several(heads: str | tuple[str, ...]) -> tuple[str, ...]:
    return (heads,) if isinstance(heads, str) else heads


def level(word: str, rank: int) -> dict[str, str]:
    """The answer that a word of the table means this level."""
    return {f"level:{words.plain(word)}": str(rank)}


PLAIN = {"power": "职权内容", "point": "风险点", "level": "风险等级", "controls": "防控措施"}
CASES = (
    Case(
        "01",
        {
            "point": "风险点",
            "manifestation": "廉政风险主要内容及表现形式",
            "level": "风险等级",
            "controls": "防控措施",
        },
        units=("市重点工程建设管理服务中心",),
        by_column=True,
        layout={"merged": ("单位/科室", "部门负责人", "责任领导")},
    ),
    Case(
        "03",
        {"power": "重要环节", "point": "廉政风险点表现形式", "level": "风险等级", "controls": "防控要点及防控措施"},
        units=("财务会计室", "组织人事科"),
        by_column=True,
        layout={"merged": ("部门",)},
    ),
    Case(
        "04",
        {"point": "风险点", "level": "风险等级", "controls": "防控方法"},
        said=level("Ⅰ级", 1) | level("Ⅱ级", 2),
        levels={"Ⅰ级": "高", "Ⅱ级": "中"},
    ),
    Case(
        "07",
        {"step": "流程环节", "point": "风险点", "level": "风险等级", "controls": "防控措施"},
        layout={"part": 1},
    ),
    Case("08", PLAIN, units=("办公室",), by_column=True),
    Case("10", PLAIN, units=("综合部",), by_column=True, layout={"lead": 2}),
    Case("11", PLAIN, units=("劳动保障中心",), layout={"lead": 0, "continued": 2}),
    Case(
        "13",
        {"power": "权力事项", "point": "表现形式", "level": "等级", "controls": "防控措施"},
        said={"levels:1中2低:3": "2,3,3"},
        levels={"1中2低": "中低低"},
    ),
    Case(
        "15",
        {"point": "风险点", "manifestation": "风险情况描述", "level": "建议风险级别", "controls": "防控措施"},
        said=level("一级风险", 1),
        levels={"一级风险": "高"},
        layout={"merged": ("风险类别",)},
    ),
    Case(
        "17",
        {"power": "权力事项", "point": "廉政风险点", "level": "风险级次"},
        units=("预算组",),
        by_column=True,
        said={"unit:预算组;行财组;基建组": "预算组"},
    ),
    Case(
        "18",
        {
            "power": "领域",
            "point": "风险点描述",
            "controls": ("风险防范制度建设", "风险防范工作措施", "落实省厅要求的其他加强措施"),
        },
        units=("预算执行局",),
        by_column=True,
        chosen={
            "领域": "power",
            "风险防范制度建设": "controls",
            "风险防范工作措施": "controls",
            "落实省厅要求的其他加强措施": "controls",
        },
        said={"unit:预算执行局;运营管理科等": "预算执行局"},
    ),
    Case(
        "21",
        {"point": "违法风险点", "manifestation": "形成原因", "level": "风险等级", "controls": "防控措施"},
        chosen={"形成原因": "manifestation"},
        said=level("中等", 2),
        levels={"中等": "中"},
    ),
    Case(
        "22",
        {"power": "环节", "point": "高风险点表现", "controls": "核查办法"},
        chosen={"环节": "power", "核查办法": "controls"},
    ),
    Case(
        "31",
        {"power": "末级流程", "point": "潜在风险", "controls": "控制措施"},
        chosen={"末级流程": "power"},
    ),
)
