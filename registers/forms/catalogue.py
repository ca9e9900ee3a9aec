"""The upload form of units, people, powers, regulations and accounts."""

from django import forms

from registers.importing.guards import LARGEST_FILE
from registers.models import Unit


class CatalogueForm(forms.Form):
    unit = forms.ModelChoiceField(queryset=Unit.objects.none(), label="导入到", empty_label=None)
    file = forms.FileField(
        label="工作簿",
        help_text="Excel 工作簿（.xlsx），不超过 10 MB；请用模板填写。",
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )

    def __init__(self, *args, places, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = places
        self.fields["unit"].label_from_instance = lambda unit: "　" * unit.level + unit.name

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError("文件超过 10 MB，请分成几个文件导入。")
        return file
