"""Users. Rights come from posts and role grants (registers), never from a flag on the user."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from simple_history.models import HistoricalRecords


class UserManager(BaseUserManager):
    """Creates users; there is no superuser (三员分立: nobody holds all rights)."""

    def create_user(self, username: str, *, name: str, password: str | None = None) -> "User":
        """A new active user; without a password he cannot sign in until one is set."""
        user = self.model(username=User.normalize_username(username).lower(), name=name)
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=User.normalize_username(username or "").lower())


class User(AbstractBaseUser):
    """A person who signs in. What he is comes from his appointments."""

    username = models.CharField("用户名", max_length=60, unique=True, validators=[UnicodeUsernameValidator()])
    name = models.CharField("姓名", max_length=60)
    is_active = models.BooleanField("启用", default=True)
    must_change_password = models.BooleanField("首次登录须改密码", default=False)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    history = HistoricalRecords(excluded_fields=["password", "last_login"])
    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ("name",)

    class Meta:
        verbose_name = verbose_name_plural = "用户"

    def __str__(self) -> str:
        return self.name


class SignInFailure(models.Model):
    """One wrong password; too many in a short time lock the name at that address (`accounts.services.sign_in`)."""

    username = models.CharField(max_length=60)
    address = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "登录失败"
        indexes = (models.Index(fields=["username", "address", "at"], name="signin_failure"),)

    def __str__(self) -> str:
        return f"{self.username} {self.address}"
