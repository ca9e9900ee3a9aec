"""Filtering the work list."""

from django import forms


class TaskFilter(forms.Form):
    """By scope and step of what is in the list."""

    scope = forms.ChoiceField(label="范围", required=False)
    step = forms.ChoiceField(label="步骤", required=False)

    def __init__(self, data, *, scopes: list[tuple[str, str]], steps: list[tuple[str, str]]):
        super().__init__(data)
        self.fields["scope"].choices = [("", "全部"), *scopes]
        self.fields["step"].choices = [("", "全部"), *steps]
