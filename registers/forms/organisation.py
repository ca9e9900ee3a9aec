"""Forms of units, posts and appointments. They check what was typed; what may be done is the services' business."""

from django import forms
from django.utils import timezone

from accounts.models import User
from registers.enums import UnitKind
from registers.forms.fields import UnitField
from registers.models import Post, Unit
from registers.pinyin import sort_key
from registers.services.tracking import REASON_LENGTH, stamp

ROOT_KINDS = (UnitKind.AUTHORITY, UnitKind.BUREAU)  # of a bureau itself, never of a unit inside one


def day_field(label: str, *, required: bool = False) -> forms.DateField:
    """A date with the browser's own calendar."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget)


class ReasonForm(forms.Form):
    """What every change carries: which state was shown, and why it is changed."""

    reason = forms.CharField(label="变更原因", max_length=REASON_LENGTH, required=False, help_text="写入变更历史。")
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    field_order: tuple[str, ...] = ()

    def __init__(self, *args, row=None, **kwargs):
        self.row = row
        initial = {"seen": stamp(row)} if row is not None else {}
        super().__init__(*args, initial=initial | (kwargs.pop("initial", None) or {}), **kwargs)

    def given(self) -> dict:
        """The fields without the bookkeeping."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("reason", "seen")}

    def about(self) -> dict:
        """``reason`` and ``seen`` as the services take them."""
        return {"reason": self.cleaned_data["reason"], "seen": self.cleaned_data["seen"]}

    def catch_up(self, row) -> list[dict]:
        """After a conflict: carry the newest state, and tell what is stored now and what was typed."""
        self.data = self.data.copy()
        self.data["seen"] = str(stamp(row))
        return [
            {"field": field.label, "old": shown(getattr(row, name), field), "new": shown(self.given()[name], field)}
            for name, field in self.fields.items()
            if name in self.given() and hasattr(row, name)
        ]


def shown(value, field: forms.Field) -> str:
    """A value as a reader expects it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        return str(dict(field.choices).get(value, value))
    return "" if value is None else str(value)


class RowForm(ReasonForm, forms.ModelForm):
    """A form over the plain fields of a row."""

    def __init__(self, *args, instance=None, **kwargs):
        super().__init__(*args, row=instance if instance and instance.pk else None, instance=instance, **kwargs)
        self.order_fields([name for name in self.fields if name not in ("reason", "seen")])


class UnitForm(RowForm):
    class Meta:
        model = Unit
        fields = ("name", "short_name", "kind", "duties", "order", "opened_on")
        widgets = {
            "duties": forms.Textarea(attrs={"rows": 4}),
            "opened_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }
        help_texts = {"order": "同级机构按次序、再按拼音排列。"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "kind" in self.fields:
            self.fields["kind"].choices = [choice for choice in UnitKind.choices if choice[0] not in ROOT_KINDS]


class BureauForm(UnitForm):
    """The bureau itself also has the mark in its document numbers."""

    class Meta(UnitForm.Meta):
        fields = ("name", "short_name", "number_prefix", "contact", "duties")
        help_texts = {
            "number_prefix": "机关代字，写在文号最前，如“东建”廉〔2012〕5号。",
            "contact": "印在公示牌、公开页面和文书上，如监督电话、受理部门。",
        }


class PostForm(RowForm):
    class Meta:
        model = Post
        fields = ("name", "tier", "is_head", "priority", "duties", "order")
        widgets = {"duties": forms.Textarea(attrs={"rows": 5})}
        help_texts = {
            "is_head": "本机构的负责人；其任职须经安全管理员确认后生效。",
            "priority": "方案要求的重点对象。",
        }


class MoveForm(ReasonForm):
    parent = UnitField(label="移到", empty_label="请选择")
    field_order = ("parent", "reason")

    def __init__(self, *args, row: Unit, **kwargs):
        super().__init__(*args, row=row, **kwargs)
        places = Unit.objects.filter(bureau_id=row.bureau_id).open()
        places = places.exclude(lft__gte=row.lft, rght__lte=row.rght).order_by("lft")
        self.fields["parent"].queryset = places
        self.initial.setdefault("parent", row.parent_id)


class EndForm(ReasonForm):
    """Closing or ending something on a day."""

    ends_on = day_field("日期", required=True)
    field_order = ("ends_on", "reason")

    def __init__(self, *args, row, **kwargs):
        super().__init__(*args, row=row, **kwargs)
        self.initial.setdefault("ends_on", timezone.localdate())


class AppointForm(ReasonForm):
    """Somebody of the bureau, an account by its name, or a new person."""

    user = forms.ModelChoiceField(
        queryset=User.objects.none(), label="本单位人员", required=False, empty_label="（不选）"
    )
    username = forms.CharField(
        label="用户名", max_length=60, required=False, validators=User.username.field.validators,
        help_text="不在上面名单中的人：填他的用户名；没有账号的，同时填姓名，账号由系统管理员设密码后启用。",
    )  # fmt: skip
    name = forms.CharField(label="姓名（新人员）", max_length=60, required=False)
    starts_on = day_field("任职日期", required=True)
    field_order = ("user", "username", "name", "starts_on", "reason")

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = people
        by_pinyin = sorted(people, key=lambda user: sort_key(user.name, person=True))
        self.fields["user"].choices = [("", "（不选）"), *((user.pk, str(user)) for user in by_pinyin)]
        self.initial.setdefault("starts_on", timezone.localdate())

    def clean(self) -> dict:
        given = super().clean()
        if not given.get("user") and not given.get("username"):
            self.add_error("user", "请选择人员，或填写用户名。")
        if given.get("user") and given.get("username"):
            self.add_error("username", "已选择人员，不要再填用户名。")
        return given


class ChargeForm(ReasonForm):
    unit = UnitField(label="分管", empty_label="请选择")
    starts_on = day_field("开始日期", required=True)
    field_order = ("unit", "starts_on", "reason")

    def __init__(self, *args, bureau_id: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.filter(bureau_id=bureau_id).open().order_by("lft")
        self.initial.setdefault("starts_on", timezone.localdate())
