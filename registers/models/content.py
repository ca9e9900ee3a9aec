"""The rows of a register. A block is one row of the paper table: a power with its points and controls.

``lineage`` stays the same when a row is copied into the next version, so that versions and years compare.
``removed_at`` marks a row that its filler deleted: it can be brought back until the register is submitted.
``row_version`` counts edits of a row with everything on it, against lost updates.
"""

import uuid

from django.db import models

from accounts.models import User
from audit.models import AppendOnlyModel, AppendOnlyQuerySet
from registers.enums import Height, RatingKind
from registers.models.organisation import Post, Unit
from registers.models.powers import Power, ProcedureStep, Regulation
from registers.models.register import Register


def new_lineage() -> str:
    """A fresh identity for a row."""
    return uuid.uuid4().hex


class Block(models.Model):
    register = models.ForeignKey(Register, on_delete=models.CASCADE, related_name="blocks")
    lineage = models.CharField(max_length=32, default=new_lineage)
    order = models.PositiveIntegerField(default=0)
    power = models.ForeignKey(
        Power, on_delete=models.PROTECT, null=True, blank=True, related_name="blocks", verbose_name="职权"
    )
    matter = models.CharField("事项", max_length=300, blank=True)  # the words of the row where no power is known
    step = models.ForeignKey(
        ProcedureStep, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="环节"
    )
    step_text = models.CharField("环节", max_length=120, blank=True)
    post = models.ForeignKey(
        Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="涉及岗位"
    )
    row_version = models.PositiveIntegerField(default=0)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "登记行"
        ordering = ("order", "id")
        indexes = (models.Index(fields=["register", "order"], name="block_register"),)

    def __str__(self) -> str:
        return self.power.name if self.power else self.matter or "（未写职权）"


class RiskPoint(models.Model):
    """廉政风险点 / 监管风险."""

    register = models.ForeignKey(Register, on_delete=models.CASCADE, related_name="points")
    block = models.ForeignKey(Block, on_delete=models.CASCADE, related_name="points")
    bureau = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", editable=False)
    section = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    lineage = models.CharField(max_length=32, default=new_lineage)
    order = models.PositiveIntegerField(default=0)
    kind = models.CharField("风险类别", max_length=40, blank=True)
    klass = models.CharField("业务类别", max_length=40, blank=True)
    name = models.CharField("风险点", max_length=500)
    manifestation = models.TextField("表现形式", blank=True)
    factors = models.JSONField("评级因素", default=dict, blank=True)
    channel = models.CharField("来源", max_length=40, blank=True)
    declared_rank = models.PositiveSmallIntegerField("自评等级", null=True, blank=True)
    level_rank = models.PositiveSmallIntegerField("等级", null=True, blank=True)
    # The rank while the register is in force, else empty: what the ledger counts and sorts without a join
    # (`registers.services.in_force`).
    live_rank = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "风险点"
        ordering = ("order", "id")
        indexes = (
            models.Index(fields=["register", "order"], name="point_register"),
            models.Index(fields=["bureau", "level_rank"], name="point_bureau_level"),
            models.Index(fields=["section", "level_rank"], name="point_section_level"),
            models.Index(fields=["lineage"], name="point_lineage"),
            models.Index(fields=["live_rank", "bureau", "section"], name="point_live"),
        )

    def __str__(self) -> str:
        return self.name


class Control(models.Model):
    """防控措施, of the row and, where the pairing is known, of one point."""

    block = models.ForeignKey(Block, on_delete=models.CASCADE, related_name="controls")
    point = models.ForeignKey(RiskPoint, on_delete=models.SET_NULL, null=True, blank=True, related_name="controls")
    lineage = models.CharField(max_length=32, default=new_lineage)
    order = models.PositiveIntegerField(default=0)
    text = models.TextField("防控措施")
    kind = models.CharField("措施类型", max_length=40, blank=True)
    owner = models.ForeignKey(
        Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="责任岗位"
    )
    regulation = models.ForeignKey(
        Regulation, on_delete=models.PROTECT, null=True, blank=True, related_name="controls", verbose_name="依据制度"
    )
    due_on = models.DateField("完成期限", null=True, blank=True)  # empty: a standing control (长期)

    class Meta:
        verbose_name = verbose_name_plural = "防控措施"
        ordering = ("order", "id")

    def __str__(self) -> str:
        return self.text


class Responsibility(models.Model):
    """Who answers for a row: a post, or the words of the table."""

    block = models.ForeignKey(Block, on_delete=models.CASCADE, related_name="responsibilities")
    height = models.CharField("层次", max_length=10, choices=Height)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    text = models.CharField(max_length=120, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "责任"
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=["block", "height"], name="responsibility_height"),)

    def __str__(self) -> str:
        return self.post.name if self.post else self.text


class Rating(AppendOnlyModel):
    """Who gave which level to a point (by lineage) or, with an empty lineage, to the register's subject."""

    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="ratings")
    lineage = models.CharField(max_length=32, blank=True)
    kind = models.CharField(max_length=10, choices=RatingKind)
    rank = models.PositiveSmallIntegerField()
    step = models.CharField(max_length=40)
    round = models.PositiveIntegerField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    by_text = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)
    at = models.DateTimeField(auto_now_add=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta(AppendOnlyModel.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "评级"
        ordering = ("id",)
        indexes = (models.Index(fields=["register", "lineage"], name="rating_register"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.rank}"
