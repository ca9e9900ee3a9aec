"""Forms of accounts."""

from django import forms
from django.contrib.auth.forms import PasswordChangeForm

from accounts.models import User


class SignInForm(forms.Form):
    username = forms.CharField(
        label="用户名", max_length=60, widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True})
    )
    password = forms.CharField(
        label="密码", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )


class OwnPasswordForm(PasswordChangeForm):
    """Django's own rules, in the words of the house."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = "现在的密码"
        self.fields["new_password1"].label = "新密码"
        self.fields["new_password2"].label = "再输一次新密码"
        self.fields["new_password1"].help_text = "至少10个字符，不能全是数字，不能是常见密码或与姓名相近。"
        self.fields["new_password2"].help_text = ""


class AccountForm(forms.Form):
    """A new account; the one-time password is made by the system and shown once."""

    username = forms.CharField(
        label="用户名", max_length=60, help_text="登录用，不区分大小写。", validators=User.username.field.validators
    )
    name = forms.CharField(label="姓名", max_length=60)
