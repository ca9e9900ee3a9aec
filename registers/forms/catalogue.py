"""The upload form of units, people, powers, regulations and accounts."""

from django import forms

from registers.forms.fields import UnitField, WorkbookField


class CatalogueForm(forms.Form):
    unit = UnitField(label="导入到", empty_label=None)
    file = WorkbookField(hint="；请用模板填写")

    def __init__(self, *args, places, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = places
