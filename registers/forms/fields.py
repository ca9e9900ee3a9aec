"""Fields that several forms have: a unit of the tree, a workbook."""

from django import forms

from registers.importing.guards import LARGEST_FILE
from registers.models import Unit

MOST_MB = LARGEST_FILE // 1024 // 1024


def indented(unit: Unit) -> str:
    """Its name, set in as deep as it stands in the tree."""
    return "　" * unit.level + unit.name


class UnitField(forms.ModelChoiceField):
    """One of the units of a tree; the form says of which by ``fields[…].queryset``."""

    def __init__(self, **more):
        super().__init__(Unit.objects.none(), **more)

    def label_from_instance(self, unit: Unit) -> str:
        """As an option of a select."""
        return indented(unit)


class WorkbookField(forms.FileField):
    """One workbook, not larger than what the import reads."""

    def __init__(self, *, hint: str = ""):
        super().__init__(
            label="工作簿",
            help_text=f"Excel 工作簿（.xlsx），不超过 {MOST_MB} MB{hint}。",
            widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        )

    def clean(self, data, initial=None):
        """Raises ValidationError for a file that is too large."""
        file = super().clean(data, initial)
        if file and file.size > LARGEST_FILE:
            raise forms.ValidationError(f"文件超过 {MOST_MB} MB，请分成几个文件导入。")
        return file
