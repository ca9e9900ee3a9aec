"""The catalogue of columns and head fields that papers, notices and ledgers can show.

A scheme names them by key and gives its own titles; the documents app computes the texts of the cells.
``inner`` columns tell how a level came about or who said what: a notice may never show them.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class ColumnDef:
    key: str
    title: str  # default Chinese title
    text: str  # what the cells hold
    inner: bool = False


_COLUMNS = (
    ColumnDef("order", "序号", "行号，从 1 起"),
    ColumnDef("bureau", "单位", "登记表所属的单位"),
    ColumnDef("unit", "科室", "风险点所在的内设机构"),
    ColumnDef("post", "岗位", "风险点涉及的岗位"),
    ColumnDef("tier", "岗位层级", "领导岗位、中层岗位或其他重要岗位"),
    ColumnDef("duties", "岗位职责", "岗位或机构的职责"),
    ColumnDef("power", "职权内容", "风险点所依附的职权"),
    ColumnDef("power_kind", "职权类别", "职权的类别"),
    ColumnDef("basis", "实施依据", "职权的法律依据"),
    ColumnDef("area", "重点领域", "职权所属的重点业务领域"),
    ColumnDef("step", "环节", "职权运行流程中的环节"),
    ColumnDef("kind", "风险类别", "廉政风险的类别"),
    ColumnDef("class", "业务类别", "方案另设的业务分类"),
    ColumnDef("point", "风险点", "风险内容"),
    ColumnDef("manifestation", "表现形式", "风险的表现形式"),
    ColumnDef("factors", "评级因素", "评级时所答的各项因素", inner=True),
    ColumnDef("suggested_level", "建议等级", "系统按方案提示的等级", inner=True),
    ColumnDef("declared_level", "申报等级", "填报人申报的等级", inner=True),
    ColumnDef("level", "风险等级", "风险点的等级：已审定的写审定等级，否则写申报等级"),
    ColumnDef("subject_level", "岗位风险等级", "岗位、科室或单位的等级"),
    ColumnDef("strategy", "防控要求", "该等级对应的防控要求"),
    ColumnDef("monitor", "监控责任", "该等级由谁日常监控"),
    ColumnDef("controls", "防控措施", "防控措施，与风险点同序编号"),
    ColumnDef("control_kind", "措施类别", "防控措施的类别"),
    ColumnDef("control_owner", "措施责任岗位", "每条措施由谁落实"),
    ColumnDef("regulation", "配套制度", "措施所依托的制度"),
    ColumnDef("due", "完成时限", "措施的完成时限"),
    ColumnDef("channel", "查找途径", "风险点由谁、从何途径提出", inner=True),
    ColumnDef("direct", "直接责任人", "直接责任岗位"),
    ColumnDef("department", "部门责任人", "部门责任岗位"),
    ColumnDef("leader", "责任领导", "责任领导岗位"),
    ColumnDef("responsible", "责任人", "直接责任人、部门责任人、责任领导中写明的第一个"),
    ColumnDef("point_count", "风险点数量", "本表风险点的个数"),
    ColumnDef("source", "汇总来源", "汇总而来的行出自哪张登记表"),
    ColumnDef("change", "变化", "与上一版相比：未变、修改、新增、取消"),
    ColumnDef("remark", "备注", "空栏，供打印后填写"),
)

COLUMNS: dict[str, ColumnDef] = {column.key: column for column in _COLUMNS}

_HEADS = (
    ColumnDef("bureau", "单位", "登记表所属的单位"),
    ColumnDef("unit", "科室", "登记表所属的内设机构"),
    ColumnDef("post", "岗位", "登记表所属的岗位"),
    ColumnDef("tier", "岗位层级", "领导岗位、中层岗位或其他重要岗位"),
    ColumnDef("duties", "岗位职责", "岗位或机构的职责"),
    ColumnDef("powers", "规定权限", "岗位或机构的职权名称"),
    ColumnDef("filler", "填表人", "填报人的岗位"),
    ColumnDef("submitted", "填表时间", "最近一次提交的日期"),
    ColumnDef("cycle", "周期", "周期名称"),
    ColumnDef("year", "年度", "周期的起始年"),
    ColumnDef("version", "版本", "登记表的版次"),
    ColumnDef("number", "文号", "印发文号，未印发的为空"),
    ColumnDef("filing", "备案号", "备案号，未备案的为空"),
    ColumnDef("subject_level", "风险等级", "岗位、科室或单位的等级"),
    ColumnDef("declared_level", "申报等级", "填报人为岗位、科室或单位申报的等级", inner=True),
    ColumnDef("factors", "划分依据", "岗位、科室或单位的评级因素", inner=True),
    ColumnDef("strategy", "防控要求", "该等级对应的防控要求"),
    ColumnDef("monitor", "监控责任", "该等级由谁日常监控"),
    ColumnDef("point_count", "风险点数量", "本表风险点的个数"),
)

HEADS: dict[str, ColumnDef] = {head.key: head for head in _HEADS}
