"""Closed words of supervision."""

from django.db import models


class StepKind(models.TextChoices):
    """What happens to a letter after it was issued."""

    REPLY = "reply", "回复"
    ACCEPT = "accept", "办结"
    RETURN = "return", "退回重办"
    REVOKE = "revoke", "撤销"


CLOSING = (StepKind.ACCEPT, StepKind.REVOKE)
