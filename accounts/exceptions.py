"""A refusal is a sentence that the user reads."""


class Refused(Exception):
    """Base of refusals; ``str()`` is the Chinese sentence shown to the user."""

    status = 403


class NotAllowed(Refused):
    """This person may not do this (who)."""


class NotNow(Refused):
    """It cannot be done in the present state (when). Nothing was changed."""

    status = 409


class TooOften(NotNow):
    """One person asks for too much in too short a time; ``seconds`` after which to try again."""

    status = 429

    def __init__(self, sentence: str, seconds: int):
        super().__init__(sentence)
        self.seconds = seconds
