"""The upload form of the import."""

from django import forms

from registers.enums import CycleState
from registers.forms.fields import UnitField, WorkbookField
from registers.models import Cycle


class UploadForm(forms.Form):
    cycle = forms.ModelChoiceField(queryset=Cycle.objects.none(), label="周期", empty_label=None)
    unit = UnitField(
        label="导入到",
        empty_label=None,
        help_text="表里有“责任主体”列的选单位本身，各行按列归到科室；只是一个科室的表，选那个科室。",
    )
    file = WorkbookField()

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        bureaus = units.values("bureau_id")
        cycles = Cycle.objects.filter(bureau__in=bureaus).exclude(state=CycleState.CLOSED).select_related("bureau")
        self.fields["cycle"].queryset = cycles
        self.fields["cycle"].label_from_instance = lambda cycle: f"{cycle.bureau} {cycle}"
        self.fields["unit"].queryset = units

    def clean(self) -> dict:
        given = super().clean()
        unit, cycle = given.get("unit"), given.get("cycle")
        if unit and cycle and unit.bureau_id != cycle.bureau_id:
            self.add_error("unit", "所选单位不在这个周期之内。")
        return given
