from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "账号"
    # What the journal of row versions leaves out, and what it keeps as a hash (`audit.protection`).
    unjournaled = {"SignInFailure": "counts tries", "User.last_login": "moves with every sign-in, which is an event"}
    hashed = {"User.password"}
