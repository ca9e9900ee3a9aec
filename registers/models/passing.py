"""Letting a publication pass in which the guard found personal data: a second person's decision, kept for good."""

from django.db import models

from accounts.models import User
from audit.models import AppendOnlyModel
from registers.models.organisation import Unit


class DataPass(AppendOnlyModel):
    """It holds for exactly what was found then. ``found`` is keyed: nobody can try out numbers against it."""

    kind = models.CharField(max_length=10)  # notice | power | plate
    target = models.BigIntegerField()
    bureau = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    found = models.CharField(max_length=64)
    reason = models.CharField("理由", max_length=300)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "个人信息放行"
        indexes = (models.Index(fields=["kind", "target"], name="data_pass_target"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.target}"
