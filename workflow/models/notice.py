"""公示: what is shown to whom for how long, and the comments on it, which may be accusations."""

from django.db import models

from accounts.models import User
from registers.models import Cycle, Register, Unit
from workflow.enums import CommentState, ItemOutcome, NoticeState
from workflow.models.road import Seal


class Notice(models.Model):
    """One notice over many registers. Once open its text, mask and tables are fixed."""

    bureau = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="notices")
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="notices")
    rule = models.CharField(max_length=40)
    audience = models.CharField("公示范围", max_length=10)  # section | bureau | intranet | society
    section = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    number = models.CharField("文号", max_length=60, blank=True)
    title = models.CharField("标题", max_length=200)
    body = models.TextField("正文", blank=True)
    contact = models.CharField("联系方式", max_length=300)
    days = models.PositiveIntegerField("公示期（工作日）")
    fields = models.JSONField("公示栏目", default=list)
    starts_on = models.DateField("起", null=True, blank=True)
    ends_on = models.DateField("止", null=True, blank=True)
    state = models.CharField(max_length=10, choices=NoticeState, default=NoticeState.DRAFT)
    recipient_role = models.CharField(max_length=16)
    recipient_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    drafted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    writers = models.JSONField(default=list)  # ids of those who wrote in the draft: none of them is its second person
    row_version = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "公示"
        ordering = ("-starts_on", "-id")
        indexes = (
            models.Index(fields=["bureau", "state"], name="notice_bureau_state"),
            models.Index(fields=["audience", "state"], name="notice_audience_state"),
        )

    def __str__(self) -> str:
        return self.title


class NoticeItem(models.Model):
    """One register in a notice. ``shown`` is the masked table exactly as it is seen, fixed at publication."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="items")
    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="notice_items")
    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="+")
    shown = models.JSONField(default=dict)
    outcome = models.CharField(max_length=10, choices=ItemOutcome, default=ItemOutcome.PENDING)
    taken_out_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "公示项"
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=["notice", "register"], name="notice_item_register"),)

    def __str__(self) -> str:
        return f"{self.notice} {self.register}"


class Comment(models.Model):
    """An opinion on a notice, from anybody. Read by the recipient only; answered by receipt code.

    The receipt code is kept as a digest: who has the database cannot pose as the writer.
    """

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="comments")
    item = models.ForeignKey(NoticeItem, on_delete=models.PROTECT, null=True, blank=True, related_name="comments")
    text = models.TextField("意见")
    contact = models.CharField("联系方式", max_length=120, blank=True)
    receipt = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=10, choices=CommentState, default=CommentState.RECEIVED)
    answer = models.TextField("答复", blank=True)
    handled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    handled_at = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "公示意见"
        ordering = ("id",)

    def __str__(self) -> str:
        return f"意见 {self.pk}"


class RateHit(models.Model):
    """One counted try, for limits that must hold over several processes. ``key`` carries no readable address."""

    key = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "限速记录"
        indexes = (models.Index(fields=["key", "at"], name="rate_key"),)

    def __str__(self) -> str:
        return self.key
