"""A piece of personal data to be blanked by law: one person proposes, one of another role confirms."""

from django.db import models

from accounts.models import User
from registers.enums import RedactionState
from registers.models.organisation import Unit


class Redaction(models.Model):
    """``datum`` is the text itself while it waits, and gone once it was answered."""

    bureau = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name="单位")
    what = models.CharField("是什么", max_length=100)  # in words without the datum: what the log may keep
    ground = models.CharField("依据", max_length=300)
    datum = models.CharField("要抹去的文字", max_length=100, blank=True)
    state = models.CharField(max_length=10, choices=RedactionState, default=RedactionState.WAITING)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="提出人")
    proposed_at = models.DateTimeField("提出时间", auto_now_add=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="确认人")
    answered_at = models.DateTimeField("确认时间", null=True)
    reason = models.CharField("不同意的理由", max_length=200, blank=True)
    rows = models.JSONField("涉及的行", default=list)  # [[table, row]] that were written over

    class Meta:
        verbose_name = verbose_name_plural = "依法抹去"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"抹去{self.pk}"
