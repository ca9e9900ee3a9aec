"""Cells of the permission matrix: every address for everybody, and every act on a register in every state."""

from drills.plumbing.model import Drill

DRILL = Drill(
    title="权限矩阵：每个地址 × 18 种人 × 位置 × 方法，登记表的每个动作 × 状态，应答与写好的表相同",
    unit="格",
    count=30_000,
    quick=80,
    fault="不再问本单位的权限，也不再问登记表在谁的桌上",
    databases=("sqlite",),
)
