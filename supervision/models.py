"""Letters of supervision (监督文书): what was issued to a post or a unit, and what was answered. Only added to."""

import datetime

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from audit.models import AppendOnlyModel, AppendOnlyQuerySet
from registers.models import Post, Scheme, Unit
from supervision.enums import CLOSING, StepKind


class LetterQuerySet(AppendOnlyQuerySet):
    def told(self) -> "LetterQuerySet":
        """With ``closed``, ``last`` (kind of the last step) and ``until`` (by when it is to be answered)."""
        steps = LetterStep.objects.filter(letter=OuterRef("pk"))
        moved = steps.filter(due_on__isnull=False).order_by("-pk").values("due_on")[:1]
        return self.annotate(
            closed=Exists(steps.filter(kind__in=CLOSING)),
            last=Subquery(steps.order_by("-pk").values("kind")[:1]),
            until=Coalesce(Subquery(moved), "due_on"),
        )

    def unanswered(self) -> "LetterQuerySet":
        """Those that wait for the subject's answer: none yet, or the last one was returned."""
        return self.told().filter(Q(last=None) | Q(last=StepKind.RETURN), due_on__isnull=False)

    def answered(self) -> "LetterQuerySet":
        """Those whose answer waits for who issued them."""
        return self.told().filter(last=StepKind.REPLY, closed=False)


class Letter(AppendOnlyModel):
    """One letter as it went out. ``kind`` is a key of the scheme's letters; texts are kept as they were printed."""

    bureau = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30)
    name = models.CharField("文书", max_length=100)
    number = models.CharField("编号", max_length=60)
    organ = models.CharField("发出机关", max_length=120)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="letters", verbose_name="单位")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="letters", verbose_name="岗位")
    addressee = models.CharField("主送", max_length=250)
    source = models.CharField("来源", max_length=100, blank=True)
    facts = models.TextField("问题")
    points = models.JSONField("涉及的风险点", default=list)  # [{"lineage", "name", "level"}]
    paragraphs = models.JSONField("正文", default=list)
    due_on = models.DateField("回复期限", null=True, blank=True)
    issued_on = models.DateField("发出日期")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by_title = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=64)
    key = models.CharField(max_length=64, unique=True)  # of the form: sent twice, issued once
    at = models.DateTimeField(auto_now_add=True)

    objects = LetterQuerySet.as_manager()

    class Meta(AppendOnlyModel.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "监督文书"
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=["bureau", "number"], name="letter_number"),)
        indexes = (
            models.Index(fields=["post", "-id"], name="letter_post"),
            models.Index(fields=["unit", "-id"], name="letter_unit"),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.number}"


class LetterStep(AppendOnlyModel):
    """An answer, or what the issuer said to it."""

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=8, choices=StepKind)
    text = models.TextField("内容")
    due_on = models.DateField("新的期限", null=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=60)
    by_title = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(auto_now_add=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta(AppendOnlyModel.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "监督文书办理"
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.letter} {self.get_kind_display()}"


def is_late(letter: Letter, today: datetime.date) -> bool:
    """Whether an answer is owed since before today. Asked of a letter of `told()`."""
    return bool(not letter.closed and letter.until and letter.until < today and letter.last != StepKind.REPLY)
