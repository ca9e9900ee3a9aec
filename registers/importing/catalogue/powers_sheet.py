"""The sheet of powers."""

from registers.importing.catalogue.columns import Column, Table

POWERS = Table(
    "powers",
    "职权",
    "职权",
    (
        Column(
            "unit",
            "行使机构",
            note="同名的写“上级/名称”；空着是导入到的机构。",
            longest=300,
            width=20,
            offers="units",
            other=("机构", "责任主体", "承办机构"),
        ),
        Column("post", "行使岗位", note="由整个机构行使的空着。", longest=120, width=18, other=("岗位",)),
        Column(
            "name",
            "职权名称",
            note="同一机构（岗位）里名称相同的，就是已有的职权。",
            required=True,
            width=28,
            other=("权力名称", "权力名称（主项）", "项目名称", "职权"),
        ),
        Column(
            "kind",
            "职权类别",
            "choice",
            "从列表中选。",
            offers="kinds",
            longest=40,
            other=("权力类型", "职权类型", "类别"),
        ),
        Column("area", "重点领域", "choice", "从列表中选。", offers="areas", longest=40),
        Column("content", "职权内容", "long", width=36, other=("内容",)),
        Column(
            "exercising_body", "行使主体", note="对外以谁的名义，如县建设局。", width=18, other=("法定主体", "办理主体")
        ),
        Column(
            "legal_basis",
            "法律依据",
            "long",
            "写明法律法规名称和条款。",
            width=36,
            other=("实施依据", "设定依据", "依据"),
        ),
        Column("conditions", "行使条件", "long", width=24),
        Column(
            "procedure_text",
            "行使程序",
            "long",
            "一句话写明；逐个环节写在“流程环节”表里。",
            width=24,
            other=("办理程序",),
        ),
        Column("time_limit", "办理期限", width=14, other=("办理时限", "期限")),
        Column("supervision", "监督方式", "long", width=24),
        Column("external", "对外行使", "flag", "是：对外；否：内部管理。空着是“是”。", offers="flags", width=10),
        Column("major", "三重一大事项", "flag", "是或否。", offers="flags", width=10),
        Column("discretion", "自由裁量及其限制", "long", width=24, other=("自由裁量",)),
        Column("published", "向社会公开", "flag", "是或否；由领导小组办公室定。", offers="flags", width=10),
        Column(
            "regulations",
            "配套制度",
            "names",
            "已登记的制度名称，几项的用顿号或换行分开。只增不减。",
            width=24,
            offers="regulations",
            other=("制度",),
        ),
        Column("order", "次序", "number", width=8),
    ),
)
