"""Open redirects: no parameter that says where to go on leads off this host."""

from drills.plumbing.model import Drill

DRILL = Drill(
    title="跳转：登录前后的去处只能是本站，任何写法的外部地址都不跟",
    unit="个地址",
    count=20000,
    quick=50,
    fault="只看去处是否以一个斜杠开头，不用 Django 的检查",
    alike=True,
)
