"""The upload form of the import."""

from django import forms

from registers.enums import CycleState
from registers.importing.guards import LARGEST_FILE
from registers.models import Cycle, Unit


class UploadForm(forms.Form):
    cycle = forms.ModelChoiceField(queryset=Cycle.objects.none(), label="周期", empty_label=None)
    unit = forms.ModelChoiceField(
        queryset=Unit.objects.none(),
        label="导入到",
        empty_label=None,
        help_text="表里有“责任主体”列的选单位本身，各行按列归到科室；只是一个科室的表，选那个科室。",
    )
    file = forms.FileField(
        label="工作簿",
        help_text="Excel 工作簿（.xlsx），不超过 10 MB。",
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        bureaus = units.values("bureau_id")
        cycles = Cycle.objects.filter(bureau__in=bureaus).exclude(state=CycleState.CLOSED).select_related("bureau")
        self.fields["cycle"].queryset = cycles
        self.fields["cycle"].label_from_instance = lambda cycle: f"{cycle.bureau} {cycle}"
        self.fields["unit"].queryset = units
        self.fields["unit"].label_from_instance = lambda unit: "　" * unit.level + unit.name

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError("文件超过 10 MB，请分成几个文件导入。")
        return file

    def clean(self) -> dict:
        given = super().clean()
        unit, cycle = given.get("unit"), given.get("cycle")
        if unit and cycle and unit.bureau_id != cycle.bureau_id:
            self.add_error("unit", "所选单位不在这个周期之内。")
        return given
