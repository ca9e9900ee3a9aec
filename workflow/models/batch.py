"""Acts on many registers at once: meetings, issues, filings. Each register still moves by itself through the engine."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from registers.models import Cycle, Register, Unit
from workflow.enums import ItemOutcome
from workflow.models.road import Seal


class Counter(models.Model):
    """The last number given out in a series of a bureau and year; locked while a number is taken."""

    bureau = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    series = models.CharField(max_length=20)  # issue | notice | filing | meeting
    year = models.PositiveIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "编号"
        constraints = (models.UniqueConstraint(fields=["bureau", "series", "year"], name="counter_series"),)

    def __str__(self) -> str:
        return f"{self.bureau} {self.series} {self.year}: {self.last}"


class Holiday(models.Model):
    """A day on which the official calendar differs from the week: a rest day or a working weekend."""

    day = models.DateField("日期", unique=True)
    working = models.BooleanField("上班", default=False)
    name = models.CharField("名称", max_length=40, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "节假日"
        ordering = ("day",)

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class Meeting(models.Model):
    """A body decided on registers: date, minutes number, who was there. Recorded once, then fixed."""

    bureau = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="meetings")
    body = models.CharField("会议名称", max_length=120)
    held_on = models.DateField("会议日期")
    number = models.CharField("纪要编号", max_length=60)
    absent = models.CharField("缺席", max_length=300, blank=True)
    note = models.TextField("会议情况", blank=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "会议"
        ordering = ("-held_on", "-id")
        constraints = (models.UniqueConstraint(fields=["bureau", "number"], name="meeting_number"),)

    def __str__(self) -> str:
        return f"{self.body} {self.number}"


def called(title: str, name: str) -> str:
    """Title and name together; an account that is named after its post is not named twice."""
    return title if title.endswith(name) else f"{title} {name}".strip()


class MeetingAttendee(models.Model):
    """Somebody present; name and title kept as text beside the account."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendees")
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=60)
    title = models.CharField(max_length=120, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "出席人员"
        ordering = ("id",)

    def __str__(self) -> str:
        return called(self.title, self.name)


class MeetingItem(models.Model):
    """What the meeting decided on one register."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="items")
    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="meeting_items")
    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField("结果", max_length=10, choices=ItemOutcome)
    opinion = models.TextField("意见", blank=True)
    recused = models.CharField("回避", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "议题"
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=["meeting", "register"], name="meeting_item_register"),)

    def __str__(self) -> str:
        return f"{self.register} {self.get_outcome_display()}"


class Issuance(models.Model):
    """正式印发: one document number puts many registers in force."""

    bureau = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="issuances")
    number = models.CharField("文号", max_length=60)
    title = models.CharField("标题", max_length=200)
    issued_on = models.DateField("印发日期")
    in_force_from = models.DateField("生效日期")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "印发"
        ordering = ("-issued_on", "-id")
        constraints = (models.UniqueConstraint(fields=["bureau", "number"], name="issuance_number"),)

    def __str__(self) -> str:
        return self.number


class IssuanceItem(models.Model):
    issuance = models.ForeignKey(Issuance, on_delete=models.PROTECT, related_name="items")
    register = models.OneToOneField(Register, on_delete=models.PROTECT, related_name="issuance_item")
    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "印发项"
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.issuance} {self.register}"


class Filing(models.Model):
    """备案: one numbered letter hands registers to a body."""

    bureau = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="filings")
    to_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="filings_received")
    body = models.CharField("备案机关", max_length=120)
    number = models.CharField("备案文号", max_length=60)
    filed_on = models.DateField("报送日期")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "备案"
        ordering = ("-filed_on", "-id")
        constraints = (models.UniqueConstraint(fields=["bureau", "number"], name="filing_number"),)

    def __str__(self) -> str:
        return f"{self.number} 报 {self.body}"


class FilingItem(models.Model):
    """One register owed to a body: first to be sent (no filing yet), then sent, then received."""

    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="filing_items")
    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="+")
    bureau = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    step = models.CharField(max_length=40)
    body = models.CharField(max_length=120)
    role = models.CharField(max_length=16)
    to_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    wait = models.BooleanField(default=False)
    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, null=True, related_name="items")
    receipt_number = models.CharField("备案号", max_length=60, blank=True)
    received_on = models.DateField("接收日期", null=True)
    received_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    cancelled = models.BooleanField(default=False)  # the register was sent back before it was handed in

    class Meta:
        verbose_name = verbose_name_plural = "备案项"
        ordering = ("id",)
        indexes = (models.Index(fields=["bureau", "filing"], name="filing_item_bureau"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(received_on__isnull=True) | Q(filing__isnull=False), name="received_was_filed"
            ),
        )

    def __str__(self) -> str:
        return f"{self.register} → {self.body}"
