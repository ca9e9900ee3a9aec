"""Guessing passwords: at the same moment, over many names, from many places, to lock somebody out."""

from drills.plumbing.model import Drill

DRILL = Drill(
    title="登录锁定：同时猜密码，一个名字一处最多五次被核对；换名字、换地址也猜不多；本人的浏览器锁不住",
    unit="次猜测",
    count=2000,
    quick=48,
    fault="先看是否锁定，核对完密码才计数（没有先占一次）",
)
