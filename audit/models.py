"""The event log, the journal of row versions, and the chain that binds both. Appended, never changed.

The actor and the object are kept as text, so that an event stays readable when they are gone. How the rows hang
together is in docs/evidence.md.
"""

from django.db import models


class AppendOnlyError(RuntimeError):
    """Somebody tried to change or delete a row that may only be added."""


class AppendOnlyQuerySet(models.QuerySet):
    """Refuses bulk changes: rows of the log are facts."""

    def update(self, **kwargs):
        raise AppendOnlyError("只能追加，不能修改")

    def delete(self):
        raise AppendOnlyError("只能追加，不能删除")

    def bulk_update(self, objs, fields, batch_size=None):
        raise AppendOnlyError("只能追加，不能修改")


class AppendOnlyModel(models.Model):
    """Base of rows that are written once."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise AppendOnlyError("只能追加，不能修改")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise AppendOnlyError("只能追加，不能删除")


class Event(AppendOnlyModel):
    """One row per act. ``bureau`` is the id of the bureau whose log it belongs to (0 = the installation)."""

    at = models.DateTimeField("时间")
    bureau = models.BigIntegerField("所属单位", default=0)
    actor = models.BigIntegerField("操作人编号", null=True)
    actor_name = models.CharField("操作人", max_length=120, blank=True)
    actor_post = models.CharField("职务", max_length=200, blank=True)
    verb = models.CharField("动作", max_length=40)
    object_type = models.CharField("对象类型", max_length=40, blank=True)
    object_id = models.BigIntegerField("对象编号", null=True)
    object_label = models.CharField("对象", max_length=300, blank=True)
    result = models.CharField("结果", max_length=10, default="ok")  # ok | refused | failed
    detail = models.JSONField("内容", default=dict)
    address = models.CharField("地址", max_length=64, blank=True)
    salt = models.CharField(max_length=32, blank=True)  # empty: the personal part was lawfully blanked …
    sealed = models.CharField(max_length=64, blank=True)  # … and this is its hash

    class Meta(AppendOnlyModel.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "审计记录"
        ordering = ("-id",)
        indexes = (
            models.Index(fields=["bureau", "-id"], name="event_bureau"),
            models.Index(fields=["object_type", "object_id"], name="event_object"),
            models.Index(fields=["actor", "-id"], name="event_actor"),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name} {self.verb} {self.object_label}"


class Change(AppendOnlyModel):
    """One version of a row of a protected table, written by a database trigger (`audit.protection`).

    ``content`` is a JSON object of column → value; long and sensitive texts are there as {"#": hash} only.
    """

    table_name = models.CharField(max_length=60)
    row_id = models.BigIntegerField()
    op = models.CharField(max_length=1)  # I, U, D, or B: as it was when protection began
    salt = models.CharField(max_length=32, blank=True)  # before content: SQLite makes the values of a row in this order
    content = models.TextField(blank=True)
    sealed = models.CharField(max_length=64, blank=True)
    tx = models.CharField(max_length=60)  # which transaction; only used until its link is written

    class Meta(AppendOnlyModel.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "数据改动"
        indexes = (
            models.Index(fields=["table_name", "row_id", "id"], name="change_row"),
            models.Index(fields=["tx"], name="change_tx"),
        )

    def __str__(self) -> str:
        return f"{self.table_name} {self.row_id} {self.op}"


class Link(AppendOnlyModel):
    """One link of a bureau's chain: an event, and with the last event of a transaction the row versions it made."""

    bureau = models.BigIntegerField()
    seq = models.BigIntegerField()
    event_id = models.BigIntegerField(unique=True)
    changes = models.TextField(blank=True)  # 5,7-19
    algorithm = models.CharField(max_length=10)
    digest = models.CharField(max_length=64)

    class Meta(AppendOnlyModel.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "链"
        constraints = (models.UniqueConstraint(fields=["bureau", "seq"], name="link_seq"),)

    def __str__(self) -> str:
        return f"{self.bureau}-{self.seq}"


class Chain(models.Model):
    """The end of a bureau's chain: whoever adds to it holds this row until his transaction ends."""

    bureau = models.BigIntegerField(primary_key=True)
    seq = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "链的末端"

    def __str__(self) -> str:
        return f"{self.bureau}-{self.seq}"


class Spent(models.Model):
    """A form that was acted on, and where that led; kept for some days so that a repeat finds it (`audit.once`)."""

    digest = models.CharField(max_length=64, unique=True)
    same = models.CharField(max_length=64, blank=True, db_index=True)  # of what was typed alone; empty: nothing was
    at = models.DateTimeField(db_index=True)
    led_to = models.TextField(blank=True)  # empty: not known yet, or the answer was a page
    answered = models.BooleanField(default=False)

    class Meta:
        verbose_name = verbose_name_plural = "办理过的表单"

    def __str__(self) -> str:
        return self.digest
