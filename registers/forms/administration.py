"""Forms of the three administrators."""

from django import forms
from django.utils import timezone

from accounts.forms import AccountForm
from accounts.models import User
from accounts.roles import ADMINISTRATORS, ROLE_RIGHTS, Role
from audit import checkpoints, verbs
from audit.verify import Checkpoint
from registers.forms.fields import UnitField
from registers.forms.organisation import ReasonForm, day_field
from registers.models import Unit


class EventFilter(forms.Form):
    bureau = forms.ModelChoiceField(queryset=Unit.objects.none(), label="单位", required=False, empty_label="全部")
    person = forms.CharField(label="操作人", required=False, max_length=60)
    verb = forms.ChoiceField(label="动作", required=False, choices=[("", "全部"), *verbs.VERBS.items()])
    result = forms.ChoiceField(label="结果", required=False, choices=[("", "全部"), *verbs.RESULTS.items()])
    since = day_field("从")
    until = day_field("到")

    def __init__(self, *args, bureaus, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["bureau"].queryset = bureaus.order_by("sort_key", "pk")


class NewAccountForm(AccountForm):
    """A new account, and which bureau's it is."""

    bureau = forms.ModelChoiceField(
        queryset=Unit.objects.none(), label="所属单位", empty_label=None, help_text="由这个单位的系统管理员维护。"
    )

    def __init__(self, *args, bureaus: list[int], **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["bureau"]
        field.queryset = Unit.objects.filter(pk__in=bureaus).order_by("sort_key", "pk")
        field.initial = bureaus[0]
        if len(bureaus) == 1:
            field.widget, field.required = forms.HiddenInput(), False
        self._only = bureaus[0]

    def clean_bureau(self) -> Unit:
        return self.cleaned_data["bureau"] or Unit.objects.get(pk=self._only)


class GrantForm(ReasonForm):
    """Who gets which role where; accounts are named by their user name, since a new one belongs to no bureau yet."""

    user = forms.CharField(label="用户名", max_length=60)
    role = forms.ChoiceField(label="角色", choices=Role.choices)
    unit = UnitField(label="在哪个单位", help_text="对该单位及其下级有效。", empty_label="请选择")
    title = forms.CharField(label="职务（签署意见时写）", max_length=120, required=False)
    starts_on = day_field("开始日期", required=True)
    field_order = ("user", "role", "unit", "title", "starts_on", "reason")

    def __init__(self, *args, units, administrators: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units
        offered = [role for role in Role if administrators or role not in ADMINISTRATORS]
        self.fields["role"].choices = [(role.value, role.label) for role in offered]
        self.fields["role"].help_text = "；".join(f"{role.label}：{ROLE_RIGHTS[role].text}" for role in offered)
        self.initial.setdefault("starts_on", timezone.localdate())

    def clean_user(self) -> User:
        username = User.normalize_username(self.cleaned_data["user"]).lower()
        user = User.objects.filter(username=username).first()
        if user is None:
            raise forms.ValidationError("没有这个用户名；账号由系统管理员建立。")
        return user


class RejectForm(forms.Form):
    answer = forms.ChoiceField(
        label="处理", choices=[("confirm", "确认生效"), ("reject", "不予确认")], widget=forms.RadioSelect
    )
    reason = forms.CharField(label="理由", required=False, max_length=80, help_text="不予确认时必填。")

    def __init__(self, *args, own: bool = False, **kwargs):
        """``own``: his own proposal, which he can only take back."""
        super().__init__(*args, **kwargs)
        if own:
            self.fields["answer"].choices = [("reject", "撤回")]
            self.fields["reason"].help_text = "必填。"

    def clean(self) -> dict:
        given = super().clean()
        if given.get("answer") == "reject" and not given.get("reason"):
            self.add_error("reason", "请写明理由。")
        return given


class RedactionForm(forms.Form):
    """What is to be blanked at which bureau, and why."""

    bureau = forms.ModelChoiceField(queryset=Unit.objects.none(), label="单位", empty_label=None)
    datum = forms.CharField(
        label="要抹去的文字",
        max_length=100,
        help_text="按原样写：一个身份证号、一个电话、一个姓名。凡出现这段文字的地方都改成“〔抹去…〕”。",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    what = forms.CharField(label="是什么", max_length=100, help_text="如“某离职人员的身份证号”，不要写号码本身。")
    ground = forms.CharField(
        label="依据", max_length=300, help_text="法律条款、本人申请的日期和编号，或者有权机关的文书。"
    )

    def __init__(self, *args, bureaus, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["bureau"].queryset = bureaus.order_by("sort_key", "pk")


class CheckpointForm(forms.Form):
    """Codes as people type, scan or copy them."""

    code = forms.CharField(
        label="检查点",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
        help_text="纸上印的一行，如 12-4571 7f3a 9c02 11ab 90de；扫码得到的文字，或者检查点文件的三行也可以。",
    )

    def clean_code(self) -> list[Checkpoint]:
        try:
            return checkpoints.parse(self.cleaned_data["code"])
        except checkpoints.CannotRead as fault:
            raise forms.ValidationError(f"{fault}请照纸上的一行抄：单位编号-第几节，后面十六位。") from fault
