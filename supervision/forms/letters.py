"""What is typed for a letter, and for what follows."""

from django import forms

from registers.forms.fields import UnitField
from registers.schemes.letter_model import LetterRule
from supervision.enums import StepKind
from supervision.services.letters import Draft
from workflow.acts import new_key
from workflow.forms.cycles import DateInput

LONGEST = 2000


class LetterForm(forms.Form):
    """The words of one letter; which fields there are follows from the scheme's rule."""

    key = forms.CharField(widget=forms.HiddenInput(), max_length=32)
    source = forms.ChoiceField(label="线索来源", required=False)
    facts = forms.CharField(
        label="发现的问题",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="一行一段；写事实，不写猜测",
    )
    points = forms.MultipleChoiceField(label="涉及的廉政风险点", required=False, widget=forms.CheckboxSelectMultiple())
    demand = forms.CharField(label="要求", max_length=LONGEST, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    due_on = forms.DateField(label="回复期限", required=False, widget=DateInput())

    def __init__(self, data=None, *, rule: LetterRule, points: list[dict], due_on=None):
        super().__init__(data, initial={"key": new_key(), "demand": rule.demand, "due_on": due_on})
        self.fields["source"].choices = [(one, one) for one in rule.sources]
        said = [(one["lineage"], f"{one['name']}（{one['level'] or '未定等级'}）") for one in points]
        self.fields["points"].choices = said
        self.fields["due_on"].required = bool(rule.days)
        absent = {"source": not rule.sources, "points": not points, "demand": not rule.demand}
        absent["due_on"] = not rule.demand
        for name in [name for name, gone in absent.items() if gone]:
            del self.fields[name]

    def draft(self, kind: str) -> Draft:
        """The typed words as a value. Only of a valid form."""
        typed = self.cleaned_data
        return Draft(
            kind=kind,
            facts=typed["facts"],
            source=typed.get("source", ""),
            demand=typed.get("demand", ""),
            lineages=tuple(typed.get("points", ())),
            due_on=typed.get("due_on"),
        )


class StepForm(forms.Form):
    """An answer, or what the issuer says to it."""

    key = forms.CharField(widget=forms.HiddenInput(), max_length=32)
    kind = forms.ChoiceField(widget=forms.HiddenInput(), choices=StepKind)
    text = forms.CharField(max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 5}))
    due_on = forms.DateField(label="新的期限", required=False, widget=DateInput())

    LABELS = {
        StepKind.REPLY: "回复（整改情况、原因和措施）",
        StepKind.ACCEPT: "办结意见",
        StepKind.RETURN: "退回理由",
        StepKind.REVOKE: "撤销理由",
    }

    def __init__(self, data=None, *, kind: StepKind):
        super().__init__(data, initial={"key": new_key(), "kind": kind}, auto_id=f"id_{kind}_%s")
        self.fields["text"].label = self.LABELS[kind]
        if kind != StepKind.RETURN:
            del self.fields["due_on"]
        else:
            self.fields["due_on"].required = True


class SubjectForm(forms.Form):
    """Of which unit the subject is."""

    unit = UnitField(label="单位", required=False, empty_label="请选择")

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units
