"""One register: one version of what one subject declares in one scope."""

from django.db import models

from accounts.models import User
from registers.enums import RegisterState
from registers.models.catalogue import Cycle, Scheme
from registers.models.organisation import Post, Unit


class RegisterQuerySet(models.QuerySet):
    def in_force(self) -> "RegisterQuerySet":
        """What holds today."""
        return self.filter(state=RegisterState.IN_FORCE)

    def on_the_road(self) -> "RegisterQuerySet":
        """What is being filled or handled."""
        return self.filter(state__in=(RegisterState.FILLING, RegisterState.MOVING))

    def as_of(self, day) -> "RegisterQuerySet":
        """What was in force on that day."""
        return self.filter(in_force_from__lte=day).filter(
            models.Q(in_force_until__isnull=True) | models.Q(in_force_until__gt=day)
        )


class Register(models.Model):
    """登记表. ``state``, ``step``, ``round`` and the in-force fields are written by `workflow.engine` only.

    ``subject_key`` is stable across cycles ("post:12"); ``live_key`` and ``road_key`` are filled only while this
    version is in force or on the road, and unique, so that the database refuses a second one.
    """

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="registers", verbose_name="周期")
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="+", verbose_name="方案")
    scope = models.CharField("范围", max_length=20)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="registers", verbose_name="单位")
    post = models.ForeignKey(
        Post, on_delete=models.PROTECT, null=True, blank=True, related_name="registers", verbose_name="岗位"
    )
    bureau = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", editable=False)
    section = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    subject_key = models.CharField(max_length=40)
    subject_name = models.CharField("对象", max_length=200)
    version = models.PositiveIntegerField("版本", default=1)
    based_on = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    change_reason = models.CharField("变更事由", max_length=300, blank=True)

    state = models.CharField("状态", max_length=10, choices=RegisterState, default=RegisterState.FILLING)
    step = models.CharField("步骤", max_length=40)
    waiting = models.CharField("等待", max_length=40, blank=True)  # "receipt" while a filing is waited for
    round = models.PositiveIntegerField("轮次", default=1)
    resume_at = models.CharField(max_length=40, blank=True)  # where a direct send-back goes on
    entered_at = models.DateTimeField("到达时间", auto_now_add=True)
    due_on = models.DateField("期限", null=True, blank=True)
    lock_version = models.PositiveIntegerField(default=0)  # counts moves
    live_key = models.CharField(max_length=100, null=True, unique=True, editable=False)  # noqa: DJ001 NULL is not unique
    road_key = models.CharField(max_length=100, null=True, unique=True, editable=False)  # noqa: DJ001
    number = models.CharField("文号", max_length=60, blank=True)
    in_force_from = models.DateField("生效", null=True, blank=True)
    in_force_until = models.DateField("失效", null=True, blank=True)

    filler = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="填报人"
    )
    content_version = models.PositiveIntegerField(default=0)  # counts edits of the head fields below
    factors = models.JSONField("评级因素", default=dict, blank=True)
    declared_rank = models.PositiveSmallIntegerField("自评等级", null=True, blank=True)
    level_rank = models.PositiveSmallIntegerField("等级", null=True, blank=True)
    zero_reason = models.TextField("无风险点的理由", blank=True)
    zero_signed = models.BooleanField("已签署无风险点说明", default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = RegisterQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "登记表"
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=["subject_key", "scope", "cycle", "version"], name="register_version"),
        )
        indexes = (
            models.Index(fields=["bureau", "state"], name="register_bureau_state"),
            models.Index(fields=["section", "state"], name="register_section_state"),
            models.Index(fields=["cycle", "scope", "step"], name="register_cycle_step"),
            models.Index(fields=["subject_key", "scope"], name="register_subject"),
        )

    def __str__(self) -> str:
        return self.subject_name
