"""Users and what their signing in needs. Rights come from posts and role grants (registers), never from a flag here."""

import datetime

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from accounts import policy
from accounts.names import LONGEST, UserNameField, canonical
from audit.history import History


class UserManager(BaseUserManager):
    """Creates users; there is no superuser (三员分立: nobody holds all rights)."""

    def create_user(self, username: str, *, name: str, password: str | None = None) -> "User":
        """A new active user; without a password he cannot sign in until one is set."""
        user = self.model(username=canonical(username), name=name)
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=username or "")


class User(AbstractBaseUser):
    """A person who signs in. What he is comes from his appointments."""

    username = UserNameField("用户名", max_length=LONGEST, unique=True, validators=[UnicodeUsernameValidator()])
    name = models.CharField("姓名", max_length=60)
    is_active = models.BooleanField("启用", default=True)
    must_change_password = models.BooleanField("首次登录须改密码", default=False)
    password_at = models.DateTimeField("密码设置时间", null=True, editable=False)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    home_bureau = models.BigIntegerField("所属单位", null=True, editable=False, db_index=True)  # whose administrators
    made_by = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="+", verbose_name="建立账号的人"
    )
    # The administrator who made its last password. He may know it, or the one that replaced it, until the account was
    # handed over with a code that he never saw (`accounts.services.handover`).
    keeper = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="+", verbose_name="经手密码的管理员"
    )
    reset_at = models.DateTimeField("管理员重置密码的时间", null=True, editable=False)
    handover = models.CharField("待交接", max_length=44, blank=True, editable=False)

    history = History(excluded_fields=["password", "last_login", "password_at", "handover"])
    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ("name",)

    class Meta:
        verbose_name = verbose_name_plural = "用户"
        constraints = (
            models.CheckConstraint(condition=models.Q(username=Lower("username")), name="user_name_one_spelling"),
        )

    def __str__(self) -> str:
        return self.name

    def set_password(self, raw_password: str | None) -> None:
        """Also notes when, since passwords grow old."""
        super().set_password(raw_password)
        self.password_at = timezone.now()

    @property
    def password_ends(self) -> datetime.datetime | None:
        """When his password must be changed; None = never, as for who has none (the people of the sample)."""
        days = policy.current().expires_days
        ages = days and self.password_at and self.has_usable_password()
        return self.password_at + datetime.timedelta(days=days) if ages else None

    @property
    def owes_password(self) -> bool:
        """Whether he has to choose a password before anything else: the one he has is for one time, too old, or may be
        known to an administrator while the account has power over others."""
        ends = self.password_ends
        return self.must_change_password or bool(self.handover) or (ends is not None and timezone.now() >= ends)


class OldPassword(models.Model):
    """A password (hashed) that the user had; not to be chosen again soon."""

    user = models.ForeignKey(User, models.CASCADE, related_name="old_passwords")
    encoded = models.CharField(max_length=128)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "用过的密码"

    def __str__(self) -> str:
        return f"{self.user_id} {self.at:%Y-%m-%d}"


class SignInCounter(models.Model):
    """Tries of one name from one place (`accounts.services.lockout`).

    ``subject`` is a keyed digest of the name, since people type passwords there; empty = all names. ``place`` is an
    address, a browser that is known, or ``*`` = all places that are not.
    """

    subject = models.CharField(max_length=44, blank=True)
    place = models.CharField(max_length=80)
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    failures = models.IntegerField(default=0)
    since = models.DateTimeField()  # of the first failure that counts
    locked_until = models.DateTimeField(null=True)
    level = models.IntegerField(default=0)  # locks of late; each is longer than the one before
    refused = models.IntegerField(default=0)
    refused_at = models.DateTimeField(null=True)
    good_at = models.DateTimeField(null=True)  # when the right password last came from there
    changed_at = models.DateTimeField(auto_now=True, db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "登录计数"
        constraints = (models.UniqueConstraint(fields=["subject", "place"], name="signin_counter"),)

    def __str__(self) -> str:
        return f"{self.place}: {self.failures}"


class Session(models.Model):
    """A session on the server. Its key is in the cookie only; here is a digest, so that a copy opens nothing."""

    digest = models.CharField(max_length=44, unique=True)
    data = models.TextField()
    expires_at = models.DateTimeField(db_index=True)
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sessions")
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    idle_minutes = models.IntegerField(default=0)
    address = models.CharField(max_length=64, blank=True)
    agent = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "登录会话"

    def __str__(self) -> str:
        return f"{self.user_id} {self.started_at:%Y-%m-%d %H:%M}"

    def is_over(self, now: datetime.datetime) -> bool:
        """Whether one of the limits has been reached; for who is not signed in there is one only."""
        if now >= self.expires_at:
            return True
        if self.user_id is None:
            return False
        idle = datetime.timedelta(minutes=self.idle_minutes) if self.idle_minutes else policy.current().idle
        return now - self.started_at >= policy.current().absolute or now - self.seen_at >= idle


class SecondFactor(models.Model):
    """The secret that an authenticator shares with us, sealed (`accounts.sealing`); valid once it was confirmed."""

    user = models.OneToOneField(User, models.CASCADE, related_name="second_factor")
    sealed = models.CharField(max_length=200)
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0)  # of the last code that was taken; none is taken twice
    removal_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")  # who asked to take it away
    removal_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "二次验证"

    def __str__(self) -> str:
        return str(self.user_id)


class RecoveryCode(models.Model):
    """Opens once where the authenticator is lost. Only a keyed digest is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=44)
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "备用码"
        constraints = (models.UniqueConstraint(fields=["user", "digest"], name="recovery_code"),)

    def __str__(self) -> str:
        return str(self.user_id)
