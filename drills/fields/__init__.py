"""Role × state × field: what each form may write, with every model field name smuggled into it; who reads what."""

from drills.plumbing.model import Drill

DRILL = Drill(
    title="逐栏的读写权限：每张表单夹带全部模型的每一栏，写得进去的只有表上写明的；每一栏的标记，谁在哪个状态看得到",
    unit="格",
    count=100_000,
    quick=120,
    fault="制度的表单接受模型的全部栏目",
    databases=("sqlite",),
)
