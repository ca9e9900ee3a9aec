"""Forms of accounts."""

from django import forms
from django.contrib.auth.forms import PasswordChangeForm

from accounts import passwords
from accounts.models import User
from accounts.services import handover
from accounts.services.signing_in import own_password_right

WRONG = "现在的密码不对；连续输错5次要等一会儿再试。"


class SignInForm(forms.Form):
    username = forms.CharField(
        label="用户名", max_length=60, widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True})
    )
    password = forms.CharField(
        label="密码",
        strip=False,
        max_length=passwords.LONGEST,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class CodeForm(forms.Form):
    """A code of the authenticator, or a recovery code."""

    code = forms.CharField(
        label="验证码",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}),
    )

    def digits(self) -> str:
        """As the authenticator shows it, without the blank in the middle."""
        return "".join(sign for sign in self.cleaned_data["code"] if sign.isdecimal())


class OwnPasswordForm(PasswordChangeForm):
    """The policy of the installation, in the words of the house."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = "现在的密码"
        self.fields["new_password1"].label = "新密码"
        self.fields["new_password2"].label = "再输一次新密码"
        self.fields["new_password1"].help_text = passwords.in_words()
        self.fields["new_password2"].help_text = ""
        if self.user.handover:
            self.fields["code"] = forms.CharField(
                label="交接码",
                max_length=20,
                help_text="由另一位管理员当面交给您，不是给您密码的那一位。",
                widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
            )
            self.order_fields(["old_password", "code"])

    def clean_code(self) -> str:
        if not handover.code_right(user=self.user, code=self.cleaned_data["code"]):
            raise forms.ValidationError(handover.WRONG)
        return self.cleaned_data["code"]

    def clean_old_password(self) -> str:
        given = self.cleaned_data["old_password"]
        if not own_password_right(user=self.user, password=given):
            raise forms.ValidationError(WRONG)
        return given


class PasswordForm(forms.Form):
    """His password once more, before something that a borrowed session must not do."""

    password = forms.CharField(
        label="现在的密码", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )

    def __init__(self, user: User, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        given = self.cleaned_data["password"]
        if not own_password_right(user=self.user, password=given):
            raise forms.ValidationError(WRONG)
        return given


class AccountForm(forms.Form):
    """A new account; the one-time password is made by the system and shown once."""

    username = forms.CharField(
        label="用户名",
        max_length=60,
        help_text="登录用，不区分大小写和全角半角。",
        validators=User.username.field.validators,
    )
    name = forms.CharField(label="姓名", max_length=60)
