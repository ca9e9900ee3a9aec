"""Somebody who fills in the public comment form: he reads the page, counts by himself, and takes his time."""

import datetime
import re

from django.test import Client

from drills.plumbing.forms import Form, forms_of
from workflow import human_check

HAN = {word: number for number, word in enumerate("零一二三四五六七八九")} | {"两": 2}
NUMBER = re.compile("[一二三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九]")


def solved(page: str) -> int:
    """The answer to the question on the page, from its words alone: nothing of the program is asked."""
    question = re.search(r"<label[^>]*for=\"id_answer\"[^>]*>\s*(.*?)\s*<", page, re.S)[1]
    first, second = (_number(word) for word in NUMBER.findall(question)[:2])
    return first - second if re.search("减|走", question) else first + second


def _number(word: str) -> int:
    tens, has_ten, units = word.rpartition("十")
    return (HAN.get(tens, 1) * 10 if has_ten else 0) + HAN.get(units, 0)


def comment_form(page: str) -> Form:
    """The form of the page as a browser has it."""
    return next(form for form in forms_of(page) if form.method == "POST" and form.value("stamp"))


def opened(client: Client, url: str, **environ) -> dict[str, str]:
    """What the form sends, with the right answer and an empty opinion."""
    page = client.get(url, **environ).content.decode()
    return dict(comment_form(page).fields) | {"answer": str(solved(page))}


def take_no_time(monkeypatch) -> None:
    """The form may be sent at once."""
    monkeypatch.setattr(human_check, "LEAST", datetime.timedelta(0))
