"""What is typed to hand registers in and to give a receipt."""

from django import forms
from django.utils import timezone

from workflow.acts import new_key
from workflow.forms.cycles import DateInput


class HandInForm(forms.Form):
    """One letter to one body; its number is the next of the series."""

    key = forms.CharField(widget=forms.HiddenInput(), max_length=32)
    cycle = forms.IntegerField(widget=forms.HiddenInput())
    filed_on = forms.DateField(label="报送日期", widget=DateInput())

    def __init__(self, data=None, *, cycle: int = 0, **kwargs):
        super().__init__(data, initial={"key": new_key(), "cycle": cycle, "filed_on": timezone.localdate()}, **kwargs)


class ReceiptForm(forms.Form):
    """备案号 and the day on which the body took the registers in."""

    key = forms.CharField(widget=forms.HiddenInput(), max_length=32)
    number = forms.CharField(label="备案号", max_length=60)
    received_on = forms.DateField(label="接收日期", widget=DateInput())

    def __init__(self, data=None, **kwargs):
        super().__init__(data, initial={"key": new_key(), "received_on": timezone.localdate()}, **kwargs)
