"""What is done to accounts and at sign-in, by the names that other apps use."""

from accounts.one_time import one_time_password
from accounts.services.keeping import (
    add_account,
    add_person,
    change_own_password,
    reset_password,
    set_active,
)
from accounts.services.sessions import end_sessions
from accounts.services.signing_in import SAMPLE_PREFIX, is_sample, sign_in, sign_in_as_sample, signed_in, signed_out

__all__ = [
    "SAMPLE_PREFIX",
    "add_account",
    "add_person",
    "change_own_password",
    "end_sessions",
    "is_sample",
    "one_time_password",
    "reset_password",
    "set_active",
    "sign_in",
    "sign_in_as_sample",
    "signed_in",
    "signed_out",
]
