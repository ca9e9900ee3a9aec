"""The rules of signing in, as data: two policies by name. LIANZHENG_POLICY chooses one for the installation.

`dengbao` is what assessors of graded protection look for (GB/T 22239): classes of characters, a change every 90 days,
the last five not again. `asvs` is what OWASP ASVS 5 asks for and what contradicts it: length, nothing composed, no
change without cause, common passwords refused. Locks, time limits and the number of sessions are alike.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import models


class SecondFactorRule(models.TextChoices):
    """Who signs in with a second factor (LIANZHENG_SECOND_FACTOR)."""

    OFF = "off", "不用"
    OPTIONAL = "optional", "自愿"
    ADMINISTRATORS = "administrators", "三员必须"
    ALL = "all", "人人必须"


@dataclass(frozen=True)
class Policy:
    """One set of rules. Passwords of any length from the least on are kept whole, up to `passwords.LONGEST`."""

    key: str
    name: str
    min_length: int
    min_length_with_factor: int  # for who signs in with a second factor
    classes: int  # of the four: small letters, capitals, digits, others
    telling: int  # signs that do not merely continue a run like 1111, abcd, qwer
    expires_days: int  # 0 = never
    remembered: int  # so many last passwords are not chosen again
    warn_days: int = 7
    failures: int = 5  # for one name from one place
    lock_minutes: int = 30  # doubled for each further lock within a day
    longest_lock_minutes: int = 120
    wide_failures: int = 30  # for one name from places that are not known, or for many names from one address
    window_minutes: int = 30  # failures older than this count no more
    idle_minutes: int = 30
    idle_minutes_administrator: int = 15
    absolute_hours: int = 8
    sessions: int = 3

    @property
    def idle(self) -> timedelta:
        return timedelta(minutes=self.idle_minutes)

    @property
    def absolute(self) -> timedelta:
        return timedelta(hours=self.absolute_hours)


POLICIES = {
    policy.key: policy
    for policy in (
        Policy(
            key="dengbao",
            name="等级保护",
            min_length=8,
            min_length_with_factor=8,
            classes=3,
            telling=7,
            expires_days=90,
            remembered=5,
        ),
        Policy(
            key="asvs",
            name="OWASP ASVS",
            min_length=12,
            min_length_with_factor=8,
            classes=0,
            telling=0,
            expires_days=0,
            remembered=0,
        ),
    )
}


def current() -> Policy:
    """The policy of this installation."""
    return POLICIES[settings.POLICY]


def factor_required(*, administrator: bool) -> bool:
    """Whether a person must sign in with a second factor."""
    rule = settings.SECOND_FACTOR
    return rule == SecondFactorRule.ALL or (rule == SecondFactorRule.ADMINISTRATORS and administrator)


def factor_offered() -> bool:
    """Whether anybody can set one up."""
    return settings.SECOND_FACTOR != SecondFactorRule.OFF
