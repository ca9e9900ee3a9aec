"""Roles that are held at a unit and what each may do: one table that a non-programmer can check."""

from dataclasses import dataclass

from django.db import models


class Role(models.TextChoices):
    """A role is granted at a unit and valid for everything under it (`registers.access.scope`)."""

    OFFICE = "office", "领导小组办公室"
    LEADING_GROUP = "leading_group", "领导小组"
    DISCIPLINE = "discipline", "纪检监察组"
    PARTY_GROUP = "party_group", "党组（党委）"
    LEADER = "leader", "主要领导"
    PUBLISHER = "publisher", "公示发布"
    SYSTEM_ADMIN = "system_admin", "系统管理员"
    SECURITY_ADMIN = "security_admin", "安全管理员"
    AUDIT_ADMIN = "audit_admin", "审计管理员"


class Permission(models.TextChoices):
    """One right; each is asked in exactly one check."""

    VIEW_REGISTERS = "view_registers", "查看登记表"
    KEEP_ORGANISATION = "keep_organisation", "维护单位、岗位和任职"
    KEEP_POWERS = "keep_powers", "维护职权、制度和流程"
    RUN_CYCLE = "run_cycle", "开启周期、调整期限、确定互查对象"
    RECORD_MEETING = "record_meeting", "记录会议决定"
    PUBLISH = "publish", "拟定、发布和结束公示"
    ISSUE = "issue", "印发生效"
    READ_COMMENTS = "read_comments", "受理公示意见"
    IMPORT = "import", "导入表格"
    KEEP_ACCOUNTS = "keep_accounts", "维护账号"
    GRANT_ROLES = "grant_roles", "授予角色"
    CONFIRM_ROLES = "confirm_roles", "确认角色的授予和结束"
    READ_AUDIT = "read_audit", "查看审计记录"
    REDACT = "redact", "提出和确认抹去个人信息"


@dataclass(frozen=True)
class RoleRights:
    text: str
    permissions: frozenset[Permission]


P = Permission
ROLE_RIGHTS: dict[Role, RoleRights] = {
    Role.OFFICE: RoleRights(
        "组织排查：维护单位岗位和职权、开周期、初审、汇总、记会议、办公示和印发",
        frozenset(
            {
                P.VIEW_REGISTERS,
                P.KEEP_ORGANISATION,
                P.KEEP_POWERS,
                P.RUN_CYCLE,
                P.RECORD_MEETING,
                P.PUBLISH,
                P.ISSUE,
                P.IMPORT,
            }
        ),
    ),
    Role.LEADING_GROUP: RoleRights("审定", frozenset({P.VIEW_REGISTERS})),
    Role.DISCIPLINE: RoleRights(
        "审核登记表、审定等级、受理公示意见", frozenset({P.VIEW_REGISTERS, P.READ_COMMENTS, P.REDACT})
    ),
    Role.PARTY_GROUP: RoleRights("集体审定、接受备案", frozenset({P.VIEW_REGISTERS})),
    Role.LEADER: RoleRights("主要领导：查看全局、审定", frozenset({P.VIEW_REGISTERS})),
    Role.PUBLISHER: RoleRights("拟定、发布和结束公示", frozenset({P.PUBLISH})),
    Role.SYSTEM_ADMIN: RoleRights("账号和系统参数，不看业务内容", frozenset({P.KEEP_ACCOUNTS, P.CONFIRM_ROLES})),
    Role.SECURITY_ADMIN: RoleRights("授予角色，不看业务内容", frozenset({P.GRANT_ROLES, P.CONFIRM_ROLES})),
    Role.AUDIT_ADMIN: RoleRights("查看审计记录，不看业务内容", frozenset({P.READ_AUDIT, P.CONFIRM_ROLES, P.REDACT})),
}

# 三员分立: these read no business content and cannot be held together with each other or with a business role.
ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})


def roles_with(permission: Permission) -> frozenset[Role]:
    """The roles that carry a right."""
    return frozenset(role for role, rights in ROLE_RIGHTS.items() if permission in rights.permissions)
