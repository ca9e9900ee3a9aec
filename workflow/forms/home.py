"""Filtering the work list."""

from django import forms


class TaskFilter(forms.Form):
    """By scope and step of what is in the list; an unknown choice filters nothing."""

    scope = forms.ChoiceField(label="范围", required=False)
    step = forms.ChoiceField(label="步骤", required=False)

    def __init__(self, data, *, scopes: list[tuple[str, str]], steps: list[tuple[str, str]]):
        super().__init__(data)
        self.fields["scope"].choices = [("", "全部"), *scopes]
        self.fields["step"].choices = [("", "全部"), *steps]

    def chosen(self) -> dict[str, str]:
        """The valid choices, as arguments of `worklist.open_tasks`."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in ("scope", "step")}

    def narrows(self) -> bool:
        return any(self.chosen().values())
