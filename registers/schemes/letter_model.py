"""Letters of supervision (监督文书) as a scheme describes them: cards, rectification notices, reminders."""

from dataclasses import dataclass

PLACES = ("subject", "facts", "points", "source", "demand", "due", "bureau", "organ")
RECIPIENTS = ("post", "unit")


@dataclass(frozen=True)
class LetterRule:
    """One sort of letter. ``text`` and ``demand`` hold the PLACES in braces; each line is a paragraph.

    ``role`` at ``at`` may issue it, ``organ`` is how it signs ({bureau} = the bureau's name). ``to``: to posts, to
    units or both. ``after`` and ``count``: suggested once the same subject has had so many letters of that key.
    ``days`` (working days) is the usual time for the answer, 0 = none is asked for.
    """

    key: str
    name: str
    role: str
    organ: str
    to: tuple[str, ...]
    text: str
    at: str = "bureau"
    layout: str = "official"  # official (GB/T 9704) | card (one A5 page in a colour)
    tone: str = ""  # of a card
    sources: tuple[str, ...] = ()  # where the facts came from, to choose from
    demand: str = ""  # the usual words of what is asked for; empty: nothing can be asked for
    days: int = 0
    after: str = ""
    count: int = 0
    number_pattern: str = "{prefix}〔{year}〕{n}号"
    origin: str = "plan"
