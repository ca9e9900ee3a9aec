"""Closed lists of words. What a bureau may decide itself is in its scheme, not here."""

from django.db import models


class UnitKind(models.TextChoices):
    AUTHORITY = "authority", "上级机关"
    BUREAU = "bureau", "单位"
    LEADERSHIP = "leadership", "领导班子"
    SECTION = "section", "科室（股室）"
    BRIGADE = "brigade", "大队"
    STATION = "station", "站（所）"
    CENTRE = "centre", "中心"
    GROUP = "group", "组（班）"


class Tier(models.TextChoices):
    """Height of a post (领导岗位 / 中层岗位 / 其他岗位)."""

    LEAD = "lead", "领导岗位"
    MIDDLE = "middle", "中层岗位"
    OTHER = "other", "其他岗位"


class RegisterState(models.TextChoices):
    FILLING = "filling", "填写中"
    MOVING = "moving", "办理中"
    IN_FORCE = "in_force", "生效"
    REPLACED = "replaced", "已被替代"
    STOPPED = "stopped", "已终止"


class RatingKind(models.TextChoices):
    SUGGESTED = "suggested", "建议"
    DECLARED = "declared", "自评"
    DETERMINED = "determined", "审定"


class Height(models.TextChoices):
    """Three heights of responsibility on one row."""

    DIRECT = "direct", "直接责任人"
    DEPARTMENT = "department", "部门责任人"
    LEADER = "leader", "责任领导"


class RegulationChange(models.TextChoices):
    KEEP = "keep", "继续执行"
    REVISE = "revise", "修订"
    NEW = "new", "新建"


class StepKind(models.TextChoices):
    """What a step of a procedure is in its flow diagram."""

    DO = "do", "办理"
    DECIDE = "decide", "判断"
    END = "end", "办结"


class CycleState(models.TextChoices):
    PREPARING = "preparing", "准备中"
    OPEN = "open", "进行中"
    CLOSED = "closed", "已结束"


class RedactionState(models.TextChoices):
    WAITING = "waiting", "待确认"
    DONE = "done", "已抹去"
    REFUSED = "refused", "不同意"
    WITHDRAWN = "withdrawn", "已撤回"
