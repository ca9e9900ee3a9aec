"""The catalogues of columns and head fields that papers, notices, lists and ledgers can show.

A scheme names them by key and gives its own titles; the documents app computes the texts of the cells.
``inner`` columns tell how a level came about or who said what: a notice may never show them. ``bare`` ones say nothing
in a notice, which shows one register as it stands: a scheme may not ask for them there.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class ColumnDef:
    key: str
    title: str  # default Chinese title
    text: str  # what the cells hold
    inner: bool = False
    bare: bool = False


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
    ColumnDef("powers", "主要职权", "登记表所涉职权的名称，一格一览"),
    ColumnDef("points", "主要风险点", "登记表所列风险点的名称，一格一览"),
    ColumnDef("source", "汇总来源", "汇总而来的行出自哪张登记表", bare=True),
    ColumnDef("change", "变化", "与上一版相比：未变、修改、新增、取消", bare=True),
    ColumnDef("remark", "备注", "空栏，供打印后填写", bare=True),
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

_LIST_HEADS = (
    ColumnDef("bureau", "单位", "清单所属的单位"),
    ColumnDef("unit", "范围", "清单所属的单位或内设机构"),
    ColumnDef("day", "截止时间", "清单生成之日"),
    ColumnDef("year", "年度", "清单生成之年"),
    ColumnDef("count", "数量", "清单的行数：岗位、风险点、职权或流程的个数"),
    ColumnDef("contact", "监督联系方式", "单位的监督电话、投诉方式"),
)

LIST_HEADS: dict[str, ColumnDef] = {head.key: head for head in _LIST_HEADS}

_POWER_COLUMNS = (
    ColumnDef("order", "序号", "行号，从 1 起"),
    ColumnDef("unit", "科室", "行使职权的内设机构"),
    ColumnDef("post", "岗位", "行使职权的岗位"),
    ColumnDef("power_kind", "职权类别", "职权的类别"),
    ColumnDef("power", "职权名称", "职权的名称"),
    ColumnDef("content", "职权内容", "职权的内容"),
    ColumnDef("exercising_body", "行使主体", "以谁的名义行使；没有写的为所在单位"),
    ColumnDef("basis", "法律依据", "职权的法律依据"),
    ColumnDef("conditions", "行使条件", "职权的行使条件"),
    ColumnDef("procedure", "行使程序", "职权的行使程序；没有写的列出流程的环节"),
    ColumnDef("time_limit", "办理期限", "职权的办理期限"),
    ColumnDef("supervision", "监督方式", "职权的监督方式；没有写的为单位的监督联系方式"),
    ColumnDef("area", "重点领域", "职权所属的重点业务领域"),
    ColumnDef("discretion", "自由裁量", "自由裁量及其限制"),
    ColumnDef("major", "三重一大", "属于三重一大事项的打“是”"),
    ColumnDef("side", "对外或内部", "对外行使，或者内部管理"),
    ColumnDef("regulation", "配套制度", "职权的配套制度"),
    ColumnDef("contact", "投诉和监督电话", "单位的监督联系方式"),
    ColumnDef("point_count", "风险点数量", "依附于该职权、正在生效的风险点个数"),
    ColumnDef("remark", "备注", "空栏，供打印后填写"),
)

POWER_COLUMNS: dict[str, ColumnDef] = {column.key: column for column in _POWER_COLUMNS}

_STEP_COLUMNS = (
    ColumnDef("order", "序号", "环节在流程中的次序"),
    ColumnDef("step", "环节", "环节的名称"),
    ColumnDef("step_kind", "性质", "办理、判断或办结"),
    ColumnDef("actor", "承办", "由谁承办"),
    ColumnDef("time_limit", "时限", "环节的时限"),
    ColumnDef("leads_to", "去向", "下一环节，或者各种结果的去向"),
    ColumnDef("risky", "廉政风险", "有廉政风险的打“有”"),
    ColumnDef("point", "风险点", "落在该环节、正在生效的风险点"),
    ColumnDef("note", "说明", "环节的说明"),
    ColumnDef("remark", "备注", "空栏，供打印后填写"),
)

STEP_COLUMNS: dict[str, ColumnDef] = {column.key: column for column in _STEP_COLUMNS}

# By what a form goes over (`model.OVERS`).
CATALOGUES = {"register": COLUMNS, "bureau": COLUMNS, "powers": POWER_COLUMNS, "procedures": STEP_COLUMNS}
HEAD_CATALOGUES = {"register": HEADS, "bureau": LIST_HEADS, "powers": LIST_HEADS, "procedures": LIST_HEADS}
