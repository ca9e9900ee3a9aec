"""The second factor: one code, tried at the same moment by many."""

from drills.plumbing.model import Drill

DRILL = Drill(
    title="二次验证：同一个验证码、同一个备用码同时用很多次，只成功一次；错码最多核对五次",
    unit="次使用",
    count=3000,
    quick=48,
    fault="备用码和验证码先查后记，不由数据库的条件更新决定",
)
