"""A number out of an address or a form: what is none is no number, never an exception."""

LONGEST = 18  # digits: what every database holds as a whole number


def number(text: str | None, longest: int = LONGEST) -> int | None:
    """The whole number that these digits write; None for anything else, also for digits such as ² and for very many.

    ``str.isdigit`` says yes to ², of which ``int`` makes an exception, as it does of five thousand digits.
    """
    return int(text) if text and len(text) <= longest and text.isdecimal() else None
