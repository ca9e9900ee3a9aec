"""Somebody with the database in his hands changes something: verification finds it and says where."""

from drills.plumbing.model import Drill

DRILL = Drill(
    title="直接改数据库：改、删、插、调换、伪造、重算、退回，核验都查得出；如实办理的没有误报",
    unit="次篡改",
    count=10_000,
    quick=50,
    fault="核验时不比较各行与日志",
)
