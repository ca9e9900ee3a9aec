"""What is remembered of workbooks that came in and of forms that went out to be filled without the network."""

from django.db import models

from accounts.models import User
from registers.models.content import new_lineage
from registers.models.organisation import Unit
from registers.models.register import Register


class HeadingMemory(models.Model):
    """Which field a heading of a bureau's own tables means, as somebody decided in an import."""

    bureau = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    words = models.CharField("表头", max_length=120)  # half-width, without blanks
    field = models.CharField("对应栏目", max_length=40)  # empty: the column is not read

    class Meta:
        verbose_name = verbose_name_plural = "表头对应"
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=["bureau", "words"], name="heading_memory_words"),)

    def __str__(self) -> str:
        return f"{self.words} → {self.field}"


class OfflineForm(models.Model):
    """A register handed out as a workbook: its content as it was then, the common ground of the comparison later."""

    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="offline_forms")
    token = models.CharField(max_length=32, unique=True, default=new_lineage)
    content = models.TextField("发出时的内容")  # canonical text, see registers.content
    digest = models.CharField("摘要", max_length=64)
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField("发出时间", auto_now_add=True)
    returned_at = models.DateTimeField("交回时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "离线登记表"
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.register} {self.token[:8]}"
