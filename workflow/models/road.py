"""What happens to one register: frozen content, who has to act, who did what."""

import json

from django.db import models
from django.utils.functional import cached_property

from accounts.models import User
from audit.models import AppendOnlyModel, AppendOnlyQuerySet
from registers.models import Cycle, Register, Unit
from workflow.enums import Action, TaskKind


class Seal(AppendOnlyModel):
    """封存: the content of a register as it was submitted or issued; canonical JSON kept as text, with its digest."""

    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="seals")
    round = models.PositiveIntegerField()
    step = models.CharField(max_length=40)
    content = models.TextField()
    digest = models.CharField(max_length=64)
    algorithm = models.CharField(max_length=10, default="sha256")
    issue = models.BooleanField(default=False)  # made at issue: the same content with the determined levels
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta(AppendOnlyModel.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "封存"
        ordering = ("id",)

    def __str__(self) -> str:
        return self.short

    @property
    def short(self) -> str:
        """The digest as people compare it: 7f3a 9c02."""
        return f"{self.digest[:4]} {self.digest[4:8]}"

    @cached_property
    def data(self) -> dict:
        """The content as values (see `registers.content`)."""
        return json.loads(self.content)


class Inclusion(models.Model):
    """A register below that was compiled into this one, at that seal."""

    register = models.ForeignKey(Register, on_delete=models.CASCADE, related_name="inclusions")
    child = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="included_in")
    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "汇总"
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=["register", "child"], name="inclusion_child"),)

    def __str__(self) -> str:
        return f"{self.child} → {self.register}"


class Task(models.Model):
    """Somebody has to act. ``desk`` names a post, a role at a unit, or one user (`workflow.desks`)."""

    register = models.ForeignKey(Register, on_delete=models.CASCADE, related_name="tasks")
    step = models.CharField(max_length=40)
    round = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=TaskKind, default=TaskKind.ACT)
    desk = models.CharField(max_length=40)
    instead_of = models.CharField(max_length=200, blank=True)  # why this desk acts for another (vacant, own register)
    due_on = models.DateField(null=True, blank=True)
    not_before = models.DateField(null=True, blank=True)  # e.g. a notice cannot be ended before its period is over
    created_at = models.DateTimeField(auto_now_add=True)
    open = models.BooleanField(default=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "待办"
        ordering = ("due_on", "id")
        indexes = (
            models.Index(fields=["desk", "open", "due_on"], name="task_desk"),
            models.Index(fields=["register", "open"], name="task_register"),
        )

    def __str__(self) -> str:
        return f"{self.desk} {self.step}"


class Decision(AppendOnlyModel):
    """办理意见: what somebody did at a step. Names and posts are kept as text. ``key`` makes a repeat harmless."""

    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="decisions")
    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, null=True, related_name="decisions")
    step = models.CharField(max_length=40)
    step_name = models.CharField(max_length=60)
    round = models.PositiveIntegerField()
    action = models.CharField(max_length=12, choices=Action)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="decisions")
    by_name = models.CharField(max_length=60, blank=True)
    by_title = models.CharField(max_length=200, blank=True)
    instead_of = models.CharField(max_length=200, blank=True)
    opinion = models.TextField(blank=True)
    marks = models.JSONField(default=dict)  # {"accurate": true, …}
    reasons = models.JSONField(default=list)  # keys of return reasons
    remarks = models.JSONField(default=list)  # [{"lineage": …, "text": …}]
    levels = models.JSONField(default=dict)  # {lineage or "": rank}
    return_to = models.CharField(max_length=40, blank=True)
    limit_on = models.DateField(null=True, blank=True)
    to_step = models.CharField(max_length=40, blank=True)
    paper = models.CharField(max_length=120, blank=True)  # minutes number, notice number, document number …
    key = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(auto_now_add=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta(AppendOnlyModel.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "办理意见"
        ordering = ("id",)
        indexes = (
            models.Index(fields=["register", "round", "step"], name="decision_register"),
            models.Index(fields=["by", "-id"], name="decision_by"),
        )

    def __str__(self) -> str:
        return f"{self.step_name} {self.get_action_display()} {self.by_name}"


class Proposal(models.Model):
    """A point that somebody else proposed; it becomes content only when the filler takes it in."""

    register = models.ForeignKey(Register, on_delete=models.CASCADE, related_name="proposals")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="proposals")
    name = models.CharField("风险点", max_length=500)
    manifestation = models.TextField("表现形式", blank=True)
    control = models.TextField("建议措施", blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    taken = models.BooleanField(null=True)
    answer = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "建议"
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name


class ExchangePair(models.Model):
    """交叉互查: in this cycle ``by_unit`` looks at the registers of ``unit``. Chosen by the office."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="pairs")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name="被查单位")
    by_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name="检查单位")

    class Meta:
        verbose_name = verbose_name_plural = "互查对象"
        constraints = (models.UniqueConstraint(fields=["cycle", "unit"], name="pair_unit"),)

    def __str__(self) -> str:
        return f"{self.by_unit} 查 {self.unit}"
