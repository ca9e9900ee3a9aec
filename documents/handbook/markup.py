"""Small pieces of safe HTML that all pages of a handbook share."""

from django.utils.html import escape

from documents.handbook.model import Level


def text(words: str) -> str:
    """Escaped, with its line ends."""
    return escape(words.strip()).replace("\n", "<br>")


def level(held: Level) -> str:
    return level_word(held.name, held.tone)


def level_word(name: str, tone: str) -> str:
    """A level in its tone: the shape of the label tells it in black and white too."""
    return f'<b class="lv {tone or "none"}">{text(name)}</b>'


def share(name: str, tone: str, count: int) -> str:
    """A level with a number."""
    return f'<span class="share">{level_word(name, tone)} {count}个</span>'


def marks(words: tuple[str, ...]) -> str:
    """Small tags."""
    return "".join(f'<span class="mark">{text(word)}</span>' for word in words)


def facts(pairs: list[tuple[str, str]]) -> str:
    """Labels with values (HTML), one under the other."""
    rows = "".join(f"<tr><th>{text(label)}</th><td>{value}</td></tr>" for label, value in pairs)
    return f'<table class="facts"><col class="w14"><col class="w86">{rows}</table>' if rows else ""


def listed(items: list[str]) -> str:
    """Lines 1. 2. 3.; a single one without number."""
    if len(items) < 2:
        return "".join(items)
    return "".join(f'<p class="nth">{number}. {item}</p>' for number, item in enumerate(items, 1))


def linked(target: str, words: str) -> str:
    """A link that `binding` leads to the page of an anchor."""
    return f'<a href="{LINK}{target}">{words}</a>'


LINK = "lz://"
