"""What Django's own forms say is said in the words of an office (lianzheng/locale), with full-width punctuation."""

import pytest
from django import forms


class Sample(forms.Form):
    words = forms.CharField(min_length=5, max_length=8)
    days = forms.IntegerField(min_value=1, max_value=60)
    day = forms.DateField()
    choice = forms.ChoiceField(choices=[("a", "甲")])


GOOD = {"words": "一二三四五", "days": "5", "day": "2012-03-01", "choice": "a"}


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("words", "", "请填写这一项。"),
        ("words", "一二", "至少写5个字，现在是2个。"),
        ("words", "一二三四五六七八九", "最多8个字，现在是9个。"),
        ("days", "0", "不能小于1。"),
        ("days", "61", "不能大于60。"),
        ("days", "五", "请填写整数。"),
        ("day", "三月", "请填写日期，例如2012-03-01。"),
        ("choice", "b", "“b”不在可选范围内，请重新选择。"),
    ],
)
def test_a_form_says_what_to_do(field, value, said):
    assert Sample(GOOD | {field: value}).errors[field] == [said]
