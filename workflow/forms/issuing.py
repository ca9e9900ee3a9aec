"""What the office types to issue a document."""

from django import forms
from django.utils import timezone

from workflow.acts import new_key
from workflow.forms.cycles import DateInput
from workflow.services.issuing import Document


class DocumentForm(forms.Form):
    """The document that puts registers in force. An empty number takes the next one of the series."""

    key = forms.CharField(widget=forms.HiddenInput(), max_length=32)
    title = forms.CharField(label="标题", max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
    number = forms.CharField(label="文号", required=False, max_length=60)
    issued_on = forms.DateField(label="印发日期", widget=DateInput())
    in_force_from = forms.DateField(label="生效日期", widget=DateInput())

    def __init__(self, data=None, *, title: str, number: str):
        today = timezone.localdate()
        initial = {"key": new_key(), "title": title, "issued_on": today, "in_force_from": today}
        super().__init__(data, initial=initial)
        self.fields["number"].help_text = f"留空则自动取“{number}”；已用过的文号不能再用"
        self.fields["number"].widget.attrs["placeholder"] = number

    def document(self) -> Document:
        """The document as the service takes it."""
        values = {name: self.cleaned_data[name] for name in ("title", "number", "issued_on", "in_force_from")}
        return Document(**values | {"title": " ".join(values["title"].split())})
