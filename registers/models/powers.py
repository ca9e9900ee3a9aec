"""What may be abused: powers with their legal basis, the regulations behind them, the procedures they run in."""

from django.db import models

from audit.history import History
from registers.enums import RegulationChange, StepKind
from registers.models.organisation import Post, Unit


class Regulation(models.Model):
    """A rule that backs a power or a control (制度). 一项权力配套一项制度: plan 001, third stage (一)."""

    bureau = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="regulations", verbose_name="单位")
    title = models.CharField("制度名称", max_length=200)
    number = models.CharField("文号", max_length=60, blank=True)
    change = models.CharField("建设情况", max_length=8, choices=RegulationChange, default=RegulationChange.KEEP)
    issued_on = models.DateField("印发日期", null=True, blank=True)
    note = models.TextField("说明", blank=True)
    closed_on = models.DateField("废止", null=True, blank=True)

    history = History()

    class Meta:
        verbose_name = verbose_name_plural = "制度"
        ordering = ("title", "id")

    def __str__(self) -> str:
        return self.title


class PowerQuerySet(models.QuerySet):
    def open(self) -> "PowerQuerySet":
        """Powers that are still exercised."""
        return self.filter(closed_on__isnull=True)


class Power(models.Model):
    """One power of a unit or of a post (职权). The eight fields are those of plan 001, second stage (一)."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="powers", verbose_name="行使单位")
    post = models.ForeignKey(
        Post, on_delete=models.PROTECT, null=True, blank=True, related_name="powers", verbose_name="行使岗位"
    )
    bureau = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", editable=False)
    section = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    name = models.CharField("职权名称", max_length=200)
    content = models.TextField("职权内容", blank=True)
    exercising_body = models.CharField("行使主体", max_length=200, blank=True)
    legal_basis = models.TextField("法律依据", blank=True)
    conditions = models.TextField("行使条件", blank=True)
    procedure_text = models.TextField("行使程序", blank=True)
    time_limit = models.CharField("办理期限", max_length=200, blank=True)
    supervision = models.TextField("监督方式", blank=True)
    kind = models.CharField("职权类别", max_length=40, blank=True)  # key of the scheme's power kinds, or its own word
    area = models.CharField("重点领域", max_length=40, blank=True)  # key of the scheme's areas
    external = models.BooleanField("对外行使", default=True)
    discretion = models.TextField("自由裁量及其限制", blank=True)
    major = models.BooleanField("三重一大事项", default=False)
    published = models.BooleanField("向社会公开", default=False)
    regulations = models.ManyToManyField(Regulation, blank=True, related_name="powers", verbose_name="配套制度")
    order = models.PositiveIntegerField("次序", default=0)
    closed_on = models.DateField("取消", null=True, blank=True)

    history = History(m2m_fields=[regulations], excluded_fields=["bureau", "section"])
    objects = PowerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "职权"
        ordering = ("unit_id", "order", "id")
        indexes = (models.Index(fields=["bureau", "section"], name="power_bureau_section"),)

    def __str__(self) -> str:
        return self.name


class Procedure(models.Model):
    """The flow that a power runs in (业务流程)."""

    power = models.ForeignKey(Power, on_delete=models.CASCADE, related_name="procedures", verbose_name="职权")
    name = models.CharField("流程名称", max_length=200)

    history = History()

    class Meta:
        verbose_name = verbose_name_plural = "业务流程"
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name


class ProcedureStep(models.Model):
    """One link of a procedure (环节). ``leads_to`` is empty for the next step, or as written: 同意：4；不同意：2."""

    procedure = models.ForeignKey(Procedure, on_delete=models.CASCADE, related_name="steps")
    order = models.PositiveIntegerField("次序", default=1)
    name = models.CharField("环节", max_length=120)
    kind = models.CharField("性质", max_length=8, choices=StepKind, default=StepKind.DO)
    leads_to = models.CharField("去向", max_length=300, blank=True)
    actor = models.CharField("承办", max_length=120, blank=True)
    time_limit = models.CharField("时限", max_length=60, blank=True)
    risky = models.BooleanField("有廉政风险", default=False)
    note = models.CharField("说明", max_length=300, blank=True)

    history = History()

    class Meta:
        verbose_name = verbose_name_plural = "流程环节"
        ordering = ("order", "id")

    def __str__(self) -> str:
        return self.name
