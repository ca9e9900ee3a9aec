"""The event log: who did what to which object, when, from where. Appended, never changed.

The actor and the object are kept as text, so that an event stays readable when they are gone.
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

    at = models.DateTimeField("时间", auto_now_add=True)
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
