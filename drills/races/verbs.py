"""What is done in a race. Each verb looks at what it is about, as a person looks at a page, and returns the act."""

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.exceptions import NotNow
from accounts.models import User
from drills.road.browser import Browser
from jobs import queue
from jobs import services as jobs
from registers.models import Appointment, Block, Post, Register
from registers.rows import data_of, with_items
from registers.services import appointments, editing, organisation
from supervision.access import Subject
from supervision.services import letters
from supervision.services.letters import Draft
from tests.races.test_batches import take_number
from workflow import decisions, seals
from workflow.acts import Act
from workflow.services import deciding, filling

Ready = Callable[[], Any]
DOORS = {"agree": deciding, "send_back": deciding, "submit": filling, "withdraw": filling}
BACK_TO = "fill"


@dataclass(frozen=True)
class Outcome:
    """won, refused or fault; what came of it or what was said."""

    how: str
    said: Any = None


def _user(pk: int) -> User:
    return User.objects.get(pk=pk)


def decide(*, act: str, register: int, by: int, key: str) -> Ready:
    """One of the acts on a register, by its service."""
    row = Register.objects.get(pk=register)
    seen = decisions.token(row, seals.latest(row))
    given = Act(key=key, seen=seen, opinion=f"意见{key}")

    def ready() -> int:
        return getattr(DOORS[act], act)(register=row, by=user, act=given).pk

    user = _user(by)
    return ready


@functools.cache
def _browser(port: int, by: int, seat: str) -> Browser:
    return Browser(port, _user(by))


def post(*, port: int, seat: str, act: str, register: int, by: int, key: str) -> Ready:
    """The same over HTTP, at the site as it is served."""
    row = Register.objects.get(pk=register)
    fields = {"key": key, "seen": decisions.token(row, seals.latest(row)), "opinion": f"意见{key}"}
    if act == "send_back":
        fields["return_to"] = BACK_TO
    browser, path = _browser(port, by, seat), reverse(f"register_{act}", args=[register])

    def ready() -> int:
        status, page = browser.post(path, fields)
        if status in (403, 409):
            raise NotNow(page)
        if status != 302:
            raise RuntimeError(f"应答 {status}：{page[:200]}")
        return status

    return ready


def edit(*, row: int, by: int, name: str) -> Ready:
    """Another name for the first point of a row, on top of what is seen now."""
    block = with_items(Block.objects.filter(pk=row)).get()
    data, seen, user = data_of(block), block.row_version, _user(by)
    wanted = replace(data, points=(replace(data.points[0], name=name), *data.points[1:]))
    return lambda: editing.save_block(block=block, by=user, seen=seen, data=wanted).pk


def change_post(*, post: int, by: int, duties: str, seen: int) -> Ready:
    """Other duties of a post, on top of what the form showed."""
    row, user = Post.objects.get(pk=post), _user(by)
    return lambda: organisation.change_post(by=user, post=row, seen=seen, duties=duties).pk


def confirm(*, row: int, by: int) -> Ready:
    held, user = Appointment.objects.get(pk=row), _user(by)
    return lambda: len(appointments.confirm(by=user, row=held))


def reject(*, row: int, by: int) -> Ready:
    held, user = Appointment.objects.get(pk=row), _user(by)
    return lambda: appointments.reject(by=user, row=held, reason="未经研究")


def letter(*, post: int, by: int, key: str) -> Ready:
    """A letter with the next number."""
    about, user = Post.objects.select_related("unit").get(pk=post), _user(by)
    draft = Draft("rectify", "超过期限。", due_on=timezone.localdate())
    return lambda: letters.issue(by=user, subject=Subject(about.unit, about), draft=draft, key=key).number


def number(*, post: int, fails: bool) -> Ready:
    """The next number of a filing; taken back where the act fails after it."""
    bureau = Post.objects.select_related("bureau").get(pk=post).bureau
    return lambda: take_number(bureau, fails=fails)


def ask(*, by: int, mark: str) -> Ready:
    user = _user(by)
    return lambda: jobs.ask(kind="ledger", title="竞争", params={"mark": mark}, by=user, bureau=1).pk


def take(*, worker: str) -> Ready:
    return lambda: getattr(queue.take(worker), "pk", None)


VERBS: dict[str, Callable[..., Ready]] = {
    verb.__name__: verb for verb in (decide, post, edit, change_post, confirm, reject, letter, number, ask, take)
}
