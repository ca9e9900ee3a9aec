from django.apps import AppConfig
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.core.exceptions import ImproperlyConfigured

from accounts import hashers


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "账号"
    # What the journal of row versions leaves out, and what it keeps as a hash (`audit.protection`).
    unjournaled = {
        "SignInCounter": "counts tries",
        "Session": "moves with every request; signing in and ends are events",
        "OldPassword": "passwords that are none any more",
        "SecondFactor.last_step": "moves with every code, which is an event of signing in",
        "User.last_login": "moves with every sign-in, which is an event",
    }
    hashed = {"User.password", "User.handover", "SecondFactor.sealed", "RecoveryCode.digest"}

    def ready(self) -> None:
        """Refuse to start with a word of the settings that nobody knows, or without the algorithm that it asks for."""
        # Django's own receiver saves the account at every sign-in; `services.sessions.open_session` notes the time.
        user_logged_in.disconnect(dispatch_uid="update_last_login")
        known = {
            "LIANZHENG_POLICY": (settings.POLICY, ("dengbao", "asvs")),
            "LIANZHENG_SECOND_FACTOR": (settings.SECOND_FACTOR, ("off", "optional", "administrators", "all")),
            "LIANZHENG_ALGORITHM": (settings.ALGORITHM, ("intl", "sm")),
        }
        for name, (value, words) in known.items():
            if value not in words:
                raise ImproperlyConfigured(f"{name}={value}：只能是 {'、'.join(words)}。")
        if settings.ALGORITHM == "sm":
            hashers.self_test()
