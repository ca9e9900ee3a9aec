"""Who there is: units as a tree with each bureau a root, posts on units, people on posts, for dated periods."""

import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from mptt.models import MPTTModel, TreeForeignKey, TreeManager

from accounts.models import User
from accounts.roles import ADMINISTRATORS, Role
from audit.history import History
from registers.enums import Tier, UnitKind


class DatedQuerySet(models.QuerySet):
    """Rows that hold from ``starts_on`` until before ``ends_on`` (open end: still)."""

    def on(self, day: datetime.date) -> "DatedQuerySet":
        """The rows that hold on that day."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day), starts_on__lte=day)

    def running(self) -> "DatedQuerySet":
        """The rows that are not over today, those that begin later or wait to be confirmed among them."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=timezone.localdate()))

    def current(self) -> "DatedQuerySet":
        """The rows that hold today."""
        return self.on(timezone.localdate())


class Dated(models.Model):
    starts_on = models.DateField("起", default=timezone.localdate)
    ends_on = models.DateField("止", null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True


class UnitQuerySet(models.QuerySet):
    def open(self) -> "UnitQuerySet":
        """Units that have not been closed."""
        return self.filter(closed_on__isnull=True)


class Unit(MPTTModel):
    """A node of the organisation tree. Written by `registers.services.tree` only; ``parent`` is the truth.

    ``bureau`` and ``section`` (the unit directly below the bureau) are kept beside it, so that nothing is counted
    through tree joins.
    """

    name = models.CharField("名称", max_length=120)
    short_name = models.CharField("简称", max_length=40, blank=True)
    kind = models.CharField("类别", max_length=12, choices=UnitKind, default=UnitKind.SECTION)
    parent = TreeForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级机构"
    )
    above = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="bodies_below", verbose_name="上级机关"
    )
    bureau = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    section = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    order = models.PositiveIntegerField("次序", default=0)
    sort_key = models.CharField(max_length=240, blank=True, editable=False)
    duties = models.TextField("职责", blank=True)
    number_prefix = models.CharField("发文机关代字", max_length=20, blank=True)
    contact = models.CharField("监督联系方式", max_length=300, blank=True)  # of a bureau: on plates and letters
    opened_on = models.DateField("设立", null=True, blank=True)
    closed_on = models.DateField("撤销", null=True, blank=True)

    history = History(excluded_fields=["lft", "rght", "tree_id", "level", "bureau", "section", "sort_key"])
    objects = TreeManager.from_queryset(UnitQuerySet)()

    class MPTTMeta:
        order_insertion_by = ("order", "sort_key")

    class Meta:
        verbose_name = verbose_name_plural = "单位"
        indexes = ()  # MPTT's own (tree_id, lft) index reaches the migration only with this line

    def __str__(self) -> str:
        return self.name


class PostQuerySet(models.QuerySet):
    def open(self) -> "PostQuerySet":
        """Posts that have not been closed."""
        return self.filter(closed_on__isnull=True)


class Post(models.Model):
    """A post in a unit. The risk belongs to the post, never to its holder (对岗不对人)."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="posts", verbose_name="所在单位")
    bureau = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", editable=False)
    section = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    name = models.CharField("岗位名称", max_length=120)
    tier = models.CharField("层级", max_length=8, choices=Tier, default=Tier.OTHER)
    is_head = models.BooleanField("本机构负责人", default=False)
    priority = models.BooleanField("重点对象", default=False)
    duties = models.TextField("岗位职责", blank=True)
    order = models.PositiveIntegerField("次序", default=0)
    sort_key = models.CharField(max_length=240, blank=True, editable=False)
    closed_on = models.DateField("撤销", null=True, blank=True)

    history = History(excluded_fields=["bureau", "section", "sort_key"])
    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "岗位"
        ordering = ("unit_id", "order", "sort_key", "id")
        indexes = (models.Index(fields=["bureau", "section"], name="post_bureau_section"),)

    def __str__(self) -> str:
        return self.name


class DecidingQuerySet(DatedQuerySet):
    """Rows that may give power over others: they hold only once confirmed."""

    def on(self, day: datetime.date) -> "DecidingQuerySet":
        """The confirmed rows that hold on that day."""
        return super().on(day).filter(pending=False)


class Deciding(Dated):
    """What decides over others waits for a second person's confirmation (`registers.two_persons`)."""

    pending = models.BooleanField("待确认", default=False)
    proposed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name="提出人"
    )

    objects = DecidingQuerySet.as_manager()

    class Meta:
        abstract = True


class Appointment(Deciding):
    """A user holds a post from – until."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="appointments", verbose_name="岗位")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="appointments", verbose_name="人员")

    history = History()

    class Meta:
        verbose_name = verbose_name_plural = "任职"
        ordering = ("starts_on", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")), name="appointment_dates"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} 任 {self.post}"


class Charge(Deciding):
    """A leader's post is in charge of a unit (分管) and everything under it."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="charges", verbose_name="领导岗位")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="charges", verbose_name="分管单位")

    history = History()

    class Meta:
        verbose_name = verbose_name_plural = "分管"
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.post} 分管 {self.unit}"


class RoleGrant(Deciding):
    """A user holds a role at a unit. ``title`` is how he signs, e.g. 局纪检组组长.

    The role of one of the three administrators ends as it began: one proposes (``end_proposed_*``), another confirms.
    No two rows of a user that overlap in time may join an administrator's role with another one or with a post; the
    database itself sees to that (`registers.apart`).
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants", verbose_name="人员")
    role = models.CharField("角色", max_length=16, choices=Role)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="grants", verbose_name="单位")
    title = models.CharField("职务", max_length=120, blank=True)
    end_proposed_on = models.DateField("拟止", null=True, blank=True, editable=False)
    end_proposed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name="提出结束的人"
    )

    history = History()

    class Meta:
        verbose_name = verbose_name_plural = "角色授予"
        ordering = ("unit_id", "role", "id")

    def __str__(self) -> str:
        return f"{self.user} 在 {self.unit} 任 {self.get_role_display()}"

    @property
    def is_administrator(self) -> bool:
        """The role of one of the three administrators."""
        return self.role in ADMINISTRATORS
