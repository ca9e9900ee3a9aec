"""Passwords hashed with SM3 (GB/T 32905) in place of SHA-256, where LIANZHENG_ALGORITHM is `sm`."""

import hashlib

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.exceptions import ImproperlyConfigured

VECTOR = ("abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0")  # GB/T 32905, example 1
DERIVED = "3001087470d2e00c788c8088926770e013005fdd1f5a6bd2680e24f30f61a4f8"  # PBKDF2 of "a" with salt "b", one round


def sm3():
    return hashlib.new("sm3")


class PBKDF2SM3(PBKDF2PasswordHasher):
    """PBKDF2-HMAC-SM3. SM3 takes about three times as long as SHA-256: so many rounds cost a sign-in about the same."""

    algorithm = "pbkdf2_sm3"
    iterations = 400_000
    digest = staticmethod(sm3)


def has_sm3() -> bool:
    """Whether this machine's OpenSSL can compute it."""
    try:
        sm3()
    except ValueError:
        return False
    return True


def self_test() -> None:
    """Raise ImproperlyConfigured where this machine's OpenSSL has no SM3, or a wrong one."""
    try:
        plain = hashlib.new("sm3", VECTOR[0].encode()).hexdigest()
        derived = hashlib.pbkdf2_hmac("sm3", b"a", b"b", 1).hex()
    except ValueError as missing:
        raise ImproperlyConfigured(
            "LIANZHENG_ALGORITHM=sm 要求 OpenSSL 带有 SM3，本机的没有；请换用带国密算法的 OpenSSL，或改为 intl。"
        ) from missing
    if (plain, derived) != (VECTOR[1], DERIVED):
        raise ImproperlyConfigured("本机 OpenSSL 的 SM3 算得不对，不能用来保存密码。")
