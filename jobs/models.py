"""The queue: what somebody asked to be made in the background, how far it is, and where the file lies."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from accounts.models import User
from jobs.enums import JobState


class Job(models.Model):
    """后台任务. ``live_key`` is filled while it waits or runs, and unique: nobody asks twice for the same at a time.

    ``worker`` and ``lease_until`` say whose it is; a job whose lease has run out is anybody's. ``attempts`` counts the
    takings, and is the worker's proof that the job is still his.
    """

    kind = models.CharField("种类", max_length=40)
    title = models.CharField("名称", max_length=300)
    params = models.JSONField("参数", default=dict, encoder=DjangoJSONEncoder)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="jobs", verbose_name="发起人")
    bureau = models.BigIntegerField("所属单位", default=0)
    live_key = models.CharField(max_length=64, null=True, unique=True, editable=False)  # noqa: DJ001 NULL is not unique

    state = models.CharField("状态", max_length=10, choices=JobState, default=JobState.WAITING)
    done = models.PositiveIntegerField("已做", default=0)
    total = models.PositiveIntegerField("共", default=0)
    said = models.CharField("进展", max_length=200, blank=True)
    error = models.TextField("原因", blank=True)
    cancel_asked = models.BooleanField("要求取消", default=False)
    seen = models.BooleanField("结果已看", default=False)

    attempts = models.PositiveIntegerField(default=0)
    worker = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)

    file = models.CharField(max_length=100, blank=True)  # under MEDIA_ROOT; empty: none, or gone by now
    file_name = models.CharField("文件名", max_length=200, blank=True)
    size = models.PositiveBigIntegerField("大小", default=0)
    sha256 = models.CharField("校验码", max_length=64, blank=True)

    created_at = models.DateTimeField("发起时间", auto_now_add=True)
    started_at = models.DateTimeField("开始时间", null=True, blank=True)
    finished_at = models.DateTimeField("结束时间", null=True, blank=True)
    expires_at = models.DateTimeField("保存到", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "后台任务"
        ordering = ("-id",)
        indexes = (
            models.Index(fields=["state", "lease_until"], name="job_state"),
            models.Index(fields=["by", "-id"], name="job_by"),
            models.Index(fields=["by", "seen", "state"], name="job_news"),
            models.Index(fields=["expires_at"], name="job_expires"),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def percent(self) -> int | None:
        """How much is done; None while nobody knows."""
        return min(100, self.done * 100 // self.total) if self.total else None

    @property
    def is_live(self) -> bool:
        return self.state in (JobState.WAITING, JobState.RUNNING)
