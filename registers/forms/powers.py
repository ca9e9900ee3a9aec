"""Forms of powers, regulations and procedures. They check what was typed; what may be done is for the services."""

from django import forms

from registers.enums import StepKind
from registers.forms.fields import UnitField
from registers.forms.organisation import ReasonForm, RowForm
from registers.models import Post, Power, Regulation, Unit
from registers.powers import Words
from registers.services.procedures import MOST_STEPS

LONG = {"rows": 3}
TWO_LINES = {"rows": 2}


def choices_or_text(field: forms.Field, words: dict[str, str], stored: str) -> forms.Field:
    """A select of the scheme's words; a stored word of its own stays choosable. Without a scheme, a plain text."""
    if not words:
        return field
    own = [] if not stored or stored in words else [(stored, stored)]
    return forms.ChoiceField(label=field.label, required=False, choices=[("", "（未定）"), *words.items(), *own])


class PowerForm(RowForm):
    class Meta:
        model = Power
        fields = (
            *("name", "post", "kind", "area", "content", "exercising_body", "legal_basis", "conditions"),
            *("procedure_text", "time_limit", "supervision", "external", "major", "discretion", "published", "order"),
        )
        widgets = {
            name: forms.Textarea(attrs=LONG)
            for name in ("content", "legal_basis", "conditions", "procedure_text", "supervision", "discretion")
        }
        help_texts = {
            "post": "由整个机构行使的不选。",
            "legal_basis": "写明法律法规名称和条款。",
            "discretion": "有自由裁量的，写明幅度和限制。",
            "published": "列入向社会公开的权力清单。",
            "order": "同一机构的职权按次序排列。",
        }

    def __init__(self, *args, unit: Unit, words: Words, publishes: bool, **kwargs):
        super().__init__(*args, **kwargs)
        power = self.instance
        posts = Post.objects.open().filter(unit=unit)
        self.fields["post"].queryset = posts | Post.objects.filter(pk=power.post_id)
        self.fields["post"].empty_label = "（整个机构）"
        self.fields["kind"] = choices_or_text(self.fields["kind"], words.kinds, power.kind)
        self.fields["area"] = choices_or_text(self.fields["area"], words.areas, power.area)
        if not publishes:
            del self.fields["published"]


class PlaceForm(forms.Form):
    """Where a new power belongs."""

    unit = UnitField(label="行使单位", empty_label="请选择")

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units


class RegulationForm(RowForm):
    class Meta:
        model = Regulation
        fields = ("title", "number", "change", "issued_on", "note")
        widgets = {
            "issued_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "note": forms.Textarea(attrs=LONG),
        }
        help_texts = {"change": "本次排查中是继续执行、修订还是新建。"}


class ProcedureForm(ReasonForm):
    name = forms.CharField(label="流程名称", max_length=200)
    field_order = ("name",)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["reason"]


class StepForm(forms.Form):
    """One row of the table of steps. A row without any word is left out."""

    id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label="环节", max_length=120, required=False)
    kind = forms.ChoiceField(label="性质", choices=StepKind, required=False)
    leads_to = forms.CharField(label="去向", max_length=300, required=False, widget=forms.Textarea(attrs=TWO_LINES))
    actor = forms.CharField(label="承办", max_length=120, required=False)
    time_limit = forms.CharField(
        label="时限", max_length=60, required=False, widget=forms.TextInput(attrs={"placeholder": "时限"})
    )
    risky = forms.BooleanField(label="有廉政风险", required=False)
    note = forms.CharField(label="说明", max_length=300, required=False, widget=forms.Textarea(attrs=TWO_LINES))

    def clean(self) -> dict:
        given = super().clean()
        given["kind"] = given.get("kind") or StepKind.DO
        for name in ("leads_to", "note"):
            given[name] = "；".join(
                line.strip(" ；;") for line in given.get(name, "").splitlines() if line.strip(" ；;")
            )
        if not given.get("name") and self.says_something():
            self.add_error("name", "请写环节名称。")
        return given

    def says_something(self) -> bool:
        """Whether anything was typed in the row."""
        given = self.cleaned_data
        return any(given.get(name) for name in ("id", "name", "leads_to", "actor", "time_limit", "risky", "note"))


StepFormSet = forms.formset_factory(StepForm, extra=0, max_num=MOST_STEPS, absolute_max=MOST_STEPS, validate_max=True)
