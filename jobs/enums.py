"""Closed lists of words."""

from django.db import models


class JobState(models.TextChoices):
    WAITING = "waiting", "排队中"
    RUNNING = "running", "正在生成"
    DONE = "done", "已完成"
    FAILED = "failed", "没有做成"
    CANCELLED = "cancelled", "已取消"


OVER = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)
