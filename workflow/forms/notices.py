"""Forms of notices and comments. They check shape only; what may be done is decided by the services."""

from django import forms

from registers.models import Register
from workflow import human_check
from workflow.acts import new_key
from workflow.models import NoticeItem
from workflow.services.comments import LENGTH
from workflow.services.notices import Text


class DraftForm(forms.Form):
    """A notice as the office writes it. ``registers`` are those that may be in it."""

    title = forms.CharField(label="标题", max_length=200)
    body = forms.CharField(label="正文", widget=forms.Textarea(attrs={"rows": 6}), required=False)
    contact = forms.CharField(
        label="联系方式", max_length=300, help_text="受理意见的机构、电话、信箱和来访地点，公示上会印出。"
    )
    days = forms.IntegerField(label="公示期（工作日）", min_value=1, max_value=60)
    registers = forms.TypedMultipleChoiceField(
        label="登记表", coerce=int, widget=forms.CheckboxSelectMultiple, error_messages={"required": "请至少选择一张。"}
    )
    row_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, registers: list[Register], **kwargs):
        super().__init__(*args, **kwargs)
        self.known = {register.pk: register for register in registers}
        self.fields["registers"].choices = [(pk, _name(register)) for pk, register in self.known.items()]

    def text(self) -> Text:
        """What was written."""
        return Text(**{name: self.cleaned_data[name] for name in ("title", "body", "contact", "days")})

    def chosen(self) -> list[Register]:
        """The registers that were ticked."""
        return [self.known[pk] for pk in self.cleaned_data["registers"]]


def _name(register: Register) -> str:
    unit = register.unit.name
    return register.subject_name if register.subject_name.startswith(unit) else f"{unit} {register.subject_name}"


class CommentForm(forms.Form):
    """A comment on a notice: no name is asked for."""

    item = forms.TypedChoiceField(label="针对哪一项", coerce=int, empty_value=None, required=False)
    text = forms.CharField(
        label="意见",
        min_length=LENGTH[0],
        max_length=LENGTH[1],
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text="请写明事实：哪个岗位、什么事、依据。可以不写姓名。",
    )
    contact = forms.CharField(
        label="您的联系方式", max_length=120, required=False, help_text="可不填；填了只有受理机构看得到。"
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args, items: list[NoticeItem], **kwargs):
        kwargs.setdefault("initial", {"key": new_key()})
        super().__init__(*args, **kwargs)
        self.known = {item.pk: item for item in items}
        self.fields["item"].choices = [("", "整份公示"), *((item.pk, item.shown["subject"]) for item in items)]

    def about(self) -> NoticeItem | None:
        """The item that it is about; None = the notice as a whole."""
        return self.known.get(self.cleaned_data["item"])

    def renew(self) -> None:
        """Make another form of it with the same texts: this one was taken in already."""
        self.data = self.data.copy()
        self.data["key"] = new_key()


class PublicCommentForm(CommentForm):
    """The same for anybody: it also asks whether a person fills it in (`workflow.human_check`)."""

    key = None
    stamp = forms.CharField(widget=forms.HiddenInput, required=False)
    answer = forms.CharField(
        label="请回答",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="用数字或汉字写都可以。这一问是为了挡住自动提交的程序。",
    )
    # A trap: nobody sees it, programs that fill in everything do. Who reads the page aloud is told to leave it empty.
    homepage = forms.CharField(
        label="请不要填写这一栏",
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def __init__(self, *args, purpose: str, **kwargs):
        super().__init__(*args, initial={}, **kwargs)
        self.purpose = purpose
        if self.is_bound:
            self.data = self.data.copy()
            self.sent = self.data.get("stamp", "")
            self._show(human_check.of(purpose, self.sent))
        else:
            self._show(human_check.begin(purpose))

    def _show(self, check: human_check.Check) -> None:
        """Carry this stamp and ask this question; an answer to another one goes."""
        self.check, self.initial["stamp"] = check, check.stamp
        if self.is_bound and self.data.get("stamp") != check.stamp:
            self.data["stamp"], self.data["answer"] = check.stamp, ""

    def renew(self) -> None:
        self._show(human_check.again(self.purpose, self.data.get("stamp", "")))

    def clean(self) -> dict:
        data = super().clean()
        if data.get("homepage"):
            self.data["homepage"] = ""
            self.add_error(None, "有一栏应当空着的填了字，像是程序自动提交的。您写的文字还在，请再提交一次。")
        try:
            data["key"] = human_check.passed(self.purpose, self.sent, data.get("answer", ""))
        except human_check.NotShown as refusal:
            if refusal.field not in self.errors:
                self.add_error(refusal.field or None, str(refusal))
            if refusal.asks_anew:
                self.renew()
        return data


class ReceiptForm(forms.Form):
    """Looking up the answer to a comment."""

    receipt = forms.CharField(
        label="查询码",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


class HandleForm(forms.Form):
    """What the recipient found out, and what the writer may read."""

    upheld = forms.TypedChoiceField(
        label="核实结果",
        choices=[("1", "属实"), ("0", "不属实，或者不予采纳")],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label="答复", max_length=2000, widget=forms.Textarea(attrs={"rows": 5}), help_text="意见人凭查询码看到这段话。"
    )


class TakeOutForm(forms.Form):
    """Grounds for sending one register back, written anew."""

    return_to = forms.ChoiceField(label="退回到")
    reasons = forms.MultipleChoiceField(label="退回原因", required=False, widget=forms.CheckboxSelectMultiple)
    opinion = forms.CharField(
        label="退回意见",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="重新书写，填报人和有关领导都会看到；不要引用意见原文，也不要写意见从哪里来。",
    )
    limit_on = forms.DateField(label="完成期限", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args, targets: list[tuple[str, str]], reasons: list[tuple[str, str]], **kwargs):
        kwargs.setdefault("initial", {"key": new_key()})
        super().__init__(*args, **kwargs)
        self.fields["return_to"].choices = targets
        self.fields["reasons"].choices = reasons


class ReasonForm(forms.Form):
    """Why a notice is taken back."""

    reason = forms.CharField(label="撤回理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class PassForm(forms.Form):
    """Why what the guard found may be published all the same."""

    reason = forms.CharField(
        label="放行理由",
        min_length=5,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写明为什么这些内容可以公开，如“是办公室的值班电话”。理由和放行人记入审计记录。",
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
