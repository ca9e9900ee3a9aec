"""Closed lists of the road. Step kinds are code (`registers.schemes.road.STEP_KINDS`); the road itself is data."""

from django.db import models


class Action(models.TextChoices):
    """What a decision did. Buttons use these words."""

    SUBMIT = "submit", "提交"
    CONFIRM = "confirm", "确认"
    OPINE = "opine", "提出意见"
    AGREE = "agree", "同意"
    SEND_BACK = "send_back", "退回"
    WITHDRAW = "withdraw", "撤回"
    RECOMPILE = "recompile", "重新汇总"
    MEETING = "meeting", "会议审定"
    PUBLISH = "publish", "公示"
    TAKE_OUT = "take_out", "公示意见核实"
    NOTICE_END = "notice_end", "公示期满"
    FILE = "file", "备案"
    RECEIVE = "receive", "备案回执"
    ISSUE = "issue", "印发"
    SKIP = "skip", "跳过"
    STOP = "stop", "终止"


class TaskKind(models.TextChoices):
    ACT = "act", "办理"
    CONFIRM = "confirm", "确认"
    PAIR = "pair", "确定互查对象"
    FILE = "file", "报送备案"
    RECEIPT = "receipt", "接收备案"


class NoticeState(models.TextChoices):
    DRAFT = "draft", "拟稿"
    OPEN = "open", "公示中"
    CLOSED = "closed", "已结束"
    WITHDRAWN = "withdrawn", "已撤回"


class ItemOutcome(models.TextChoices):
    PENDING = "pending", "待定"
    PASSED = "passed", "通过"
    RETURNED = "returned", "退回"


class CommentState(models.TextChoices):
    RECEIVED = "received", "待受理"
    UPHELD = "upheld", "属实，已处理"
    DISMISSED = "dismissed", "不予采纳"
