"""What the office types to run a cycle."""

import datetime

from django import forms
from django.utils import timezone

from registers.models import Cycle, CycleDate, Scheme, Unit
from workflow.waiting import exchange_units


class DateInput(forms.DateInput):
    """The browser's own date field, in the one format that it reads."""

    input_type = "date"

    def __init__(self, **attrs):
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class StartForm(forms.Form):
    """A new cycle."""

    bureau = forms.ModelChoiceField(Unit.objects.none(), label="单位", empty_label=None)
    scheme = forms.ModelChoiceField(Scheme.objects.none(), label="方案", empty_label="请选择")
    name = forms.CharField(label="名称", max_length=120, help_text="例如：2012年度廉政风险点排查")
    year = forms.IntegerField(label="年份", min_value=1990, max_value=2100, help_text="方案的各项期限从这一年起算")
    starts_on = forms.DateField(label="开始日期", widget=DateInput())

    def __init__(self, *args, bureaus, **kwargs):
        today = timezone.localdate()
        super().__init__(*args, initial={"year": today.year, "starts_on": today}, **kwargs)
        self.fields["bureau"].queryset = bureaus
        newest: dict[str, int] = {}
        for pk, key in Scheme.objects.order_by("key", "version").values_list("pk", "key"):
            newest[key] = pk
        self.fields["scheme"].queryset = Scheme.objects.filter(pk__in=newest.values()).defer("body")
        self.fields["scheme"].label_from_instance = lambda scheme: f"{scheme.name}（第{scheme.version}版）"


class MoveDateForm(forms.Form):
    """Another date for a deliverable, with the reason. A past date is allowed: plans are dated late."""

    due_on = forms.DateField(label="新的期限", widget=DateInput(), help_text="可以早于今天；早于今天的期限按已过显示")
    reason = forms.CharField(label="调整理由", max_length=100, widget=forms.Textarea(attrs={"rows": 2}))
    seen = forms.DateField(widget=forms.HiddenInput(), required=False)

    def __init__(self, *args, date: CycleDate, **kwargs):
        super().__init__(*args, initial={"due_on": date.due_on, "seen": date.due_on}, **kwargs)


class PairForm(forms.Form):
    """Who looks at whose registers."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label="被查单位", empty_label="请选择")
    by_unit = forms.ModelChoiceField(Unit.objects.none(), label="检查单位", empty_label="请选择")

    def __init__(self, *args, cycle: Cycle, **kwargs):
        super().__init__(*args, **kwargs)
        units = [unit.pk for unit in exchange_units(cycle)]
        self.fields["unit"].queryset = Unit.objects.filter(pk__in=units).order_by("tree_id", "lft")
        sections = Unit.objects.open().filter(parent=cycle.bureau_id)
        self.fields["by_unit"].queryset = sections.order_by("lft")


def day_of(text: str) -> datetime.date | None:
    """A date typed by hand or by the browser; None for nothing or nonsense."""
    try:
        return datetime.date.fromisoformat(text.strip())
    except ValueError:
        return None
