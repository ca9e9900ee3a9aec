"""What only the layers above know of a person: registered by them when they are ready, asked for at sign-in."""

from dataclasses import dataclass

from django.utils.module_loading import import_string


@dataclass(frozen=True)
class Facts:
    """``administrator``: one of the three. ``words``: names of where he works, not to be used in his password."""

    administrator: bool = False
    words: tuple[str, ...] = ()


_PATHS: list[str] = []


def tell_facts_by(path: str) -> None:
    """Have the function of that dotted path, ``facts(user) -> Facts``, asked."""
    if path not in _PATHS:
        _PATHS.append(path)


def facts_of(user) -> Facts:
    """All that is known of the person."""
    told = [import_string(path)(user) for path in _PATHS]
    return Facts(any(one.administrator for one in told), tuple(word for one in told for word in one.words))
