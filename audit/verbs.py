"""What the acts in the log are called for readers. A verb that is not listed is shown as it is."""

VERBS = {
    "signin": "登录",
    "signin.failed": "登录失败",
    "signout": "退出",
    "refused": "被拒绝的操作",
    "account.add": "新建账号",
    "account.reset": "重置密码",
    "account.activate": "启用账号",
    "account.deactivate": "停用账号",
    "account.password": "修改密码",
    "role.grant": "授予角色",
    "role.end": "结束角色",
    "unit.add": "增设机构",
    "unit.change": "修改机构",
    "unit.move": "移动机构",
    "post.add": "增设岗位",
    "post.change": "修改岗位",
    "post.close": "撤销岗位",
    "appointment.add": "登记任职",
    "appointment.end": "结束任职",
    "appointment.confirm": "确认任职",
    "appointment.reject": "未予确认任职",
    "charge.add": "登记分管",
    "charge.end": "结束分管",
    "charge.confirm": "确认分管",
    "charge.reject": "未予确认分管",
    "tree.rebuild": "重建机构树",
    "scheme.load": "载入方案",
}
RESULTS = {"ok": "成功", "refused": "被拒绝", "failed": "失败"}


def label(verb: str) -> str:
    """The verb's name for readers."""
    return VERBS.get(verb, verb)
