"""Schemes as stored (the text of their file) and the cycles that run them."""

from django.db import models

from audit.history import History
from registers.enums import CycleState
from registers.models.organisation import Unit


class Scheme(models.Model):
    """One version of a scheme. ``body`` is the JSON text, fixed once a cycle uses it: a change is a new row."""

    key = models.CharField("代号", max_length=40)
    version = models.PositiveIntegerField("版本")
    name = models.CharField("名称", max_length=200)
    body = models.TextField("内容")
    digest = models.CharField("摘要", max_length=64)
    loaded_at = models.DateTimeField("载入时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "方案"
        ordering = ("key", "-version")
        constraints = (models.UniqueConstraint(fields=["key", "version"], name="scheme_version"),)

    def __str__(self) -> str:
        return self.name


class Cycle(models.Model):
    """A scheme run on a bureau in a period (年度或专项)."""

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="cycles", verbose_name="方案")
    bureau = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="cycles", verbose_name="单位")
    name = models.CharField("名称", max_length=120)
    series = models.CharField("性质", max_length=20)
    year = models.PositiveIntegerField("年份")
    starts_on = models.DateField("开始")
    ends_on = models.DateField("结束", null=True, blank=True)
    state = models.CharField("状态", max_length=10, choices=CycleState, default=CycleState.PREPARING)

    history = History()

    class Meta:
        verbose_name = verbose_name_plural = "周期"
        ordering = ("-starts_on", "-id")

    def __str__(self) -> str:
        return self.name


class CycleDate(models.Model):
    """The date of one of the scheme's deliverables in this cycle; the office may move it."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="dates")
    key = models.CharField("代号", max_length=40)
    name = models.CharField("事项", max_length=200)
    due_on = models.DateField("期限")

    history = History()

    class Meta:
        verbose_name = verbose_name_plural = "期限"
        ordering = ("due_on", "id")
        constraints = (models.UniqueConstraint(fields=["cycle", "key"], name="cycle_date_key"),)

    def __str__(self) -> str:
        return self.name


class FormLayout(models.Model):
    """A bureau's own titles, columns and opinion cells of one of the scheme's forms, in place of the plan's."""

    bureau = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="form_layouts")
    scheme_key = models.CharField(max_length=40)
    form_key = models.CharField(max_length=40)
    body = models.TextField("版式")  # JSON, the same fields as a form of a scheme file
    version = models.PositiveIntegerField(default=1)  # against lost updates

    history = History()

    class Meta:
        verbose_name = verbose_name_plural = "表格版式"
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=["bureau", "scheme_key", "form_key"], name="form_layout_key"),)

    def __str__(self) -> str:
        return self.form_key
