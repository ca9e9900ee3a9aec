"""A form sent twice at once, again after it was done, or again after its upload was cut: nothing is done twice."""

from drills.plumbing.model import Drill

DRILL = Drill(
    title="每一张表单：同时交两次、办完后退再交一次、上传到一半断开再交：不办两次，不办一半",
    unit="次重复提交",
    count=1000,
    quick=20,
    fault="办理过的表单不再记下，重复提交不再认得出",
)
