"""The upload form of offline forms: several workbooks at once."""

from django import forms

from registers.forms.fields import MOST_MB

MOST_FILES = 20


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """The files that were chosen, as a list."""

    widget = ManyFiles

    def clean(self, data, initial=None):
        files = list(data) if isinstance(data, list | tuple) else [data]
        if len(files) > MOST_FILES:
            raise forms.ValidationError(f"一次最多上传 {MOST_FILES} 个文件，请分几次上传。")
        return [super(FilesField, self).clean(file, initial) for file in files or [None]]


class ReturnForm(forms.Form):
    files = FilesField(
        label="填好的工作簿",
        help_text=f"可以一次选几份；每份是 Excel 工作簿（.xlsx），不超过 {MOST_MB} MB。",
        widget=ManyFiles(attrs={"accept": ".xlsx"}),
    )
