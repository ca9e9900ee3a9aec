"""What people do over and over while a drill breaks things: fill in, submit, agree, send back, send letters.

The road turns in a circle (自查 → 初审 → 复审 → back), so that few registers give any number of acts. Each act is noted
with its key and with the status that came back; `Deed.kept` asks the database whether it is there.
"""

import http
import itertools
import json
import random
import threading
import time
from dataclasses import dataclass, field

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.urls import reverse

from drills.plumbing.forms import Form, forms_of
from drills.road.browser import NOTHING, Browser
from registers.models import Block, Register, RiskPoint
from supervision.models import Letter
from tests.races.arena import FILL, ISSUE, REVIEW, Arena, make_arena
from workflow import decisions, seals
from workflow.acts import new_key
from workflow.models import Decision

SECOND = REVIEW | {"key": "second", "name": "复审"}
STEPS = [FILL, REVIEW, SECOND, ISSUE]
SCHEME = settings.BASE_DIR / "fixtures" / "schemes"
DONE = (200, 302)
MANY = 4  # letters and saves between two decisions keep the numbers and rows busy too
_serial = itertools.count(1)


@dataclass
class Deed:
    """One act that was sent: what of, the key or word that finds it again, and the answer."""

    kind: str
    key: str
    about: int
    status: int = NOTHING
    sent: float = 0.0  # when, by the clock that only goes forward
    path: str = ""
    fields: dict | list = field(default_factory=dict)
    by: Browser | None = field(default=None, repr=False)
    said: str = field(default="", repr=False)

    @property
    def acknowledged(self) -> bool:
        return self.status in DONE


def make_bureau(people: int, registers: int, version: int = 1) -> Arena:
    """So many filled-in registers, and an office of so many."""
    text = next(SCHEME.glob("*000*.json")).read_text(encoding="utf-8")
    letters = [one for one in json.loads(text)["letters"] if one["key"] == "rectify"]
    return make_arena(registers, steps=STEPS, offices=people, letters=letters, version=version)


class Person(threading.Thread):
    """Moves his own few registers round and round until told to stop; holder and office in one pair of hands."""

    def __init__(self, site_port: int, arena: Arena, registers: list[Register], office, seed: int) -> None:
        super().__init__(daemon=True)
        self.chance = random.Random(seed)
        self.arena, self.registers = arena, registers
        self.office = Browser(site_port, office)
        self.holders = {row.pk: Browser(site_port, arena.filler(row)) for row in registers}
        self.deeds: list[Deed] = []
        self.rows: dict[str, Form] = {}
        self.over = threading.Event()
        self.go, self.rest, self.resting = threading.Event(), threading.Event(), threading.Event()
        self.broken: Exception | None = None

    def run(self) -> None:
        try:
            while not self.over.is_set():
                if not self.go.is_set():
                    connection.close()
                    self.resting.set()
                    self.go.wait(0.5)
                    continue
                self.resting.clear()
                self._act_or_wait()
        except Exception as fault:  # told by the drill
            self.broken = fault
        finally:
            self.resting.set()
            self.office.leave()
            connection.close()

    def _act_or_wait(self) -> None:
        """What he looks up here by himself may meet a server that is just going down."""
        try:
            self.act(self.chance.choice(self.registers))
        except (OperationalError, InterfaceError):
            if connection.vendor == "sqlite":
                raise
            connection.close()
            self.over.wait(0.05)

    def act(self, register: Register) -> None:
        """The next thing to do with a register."""
        register = Register.objects.get(pk=register.pk)
        if self.chance.randrange(MANY) == 0:
            self._letter(register)
        elif register.step == "fill":
            self._save(register) if self.chance.randrange(MANY) else self._decide(register, "submit")
        elif register.step == "review":
            self._decide(register, "agree")
        else:
            self._decide(register, "send_back")

    def _send(self, browser: Browser, deed: Deed, **headers: str) -> None:
        deed.by, deed.sent = browser, time.monotonic()
        deed.status, deed.said = browser.post(deed.path, deed.fields, **headers)
        self.deeds.append(deed)

    def _decide(self, register: Register, act: str) -> None:
        key = new_key()
        fields = {"key": key, "seen": decisions.token(register, seals.latest(register)), "opinion": f"意见{key}"}
        if act == "send_back":
            fields["return_to"] = "fill"
        browser = self.holders[register.pk] if act == "submit" else self.office
        path = reverse(f"register_{act}", args=[register.pk])
        self._send(browser, Deed("decision", key, register.pk, path=path, fields=fields))

    def _letter(self, register: Register) -> None:
        key, post = new_key(), register.post_id
        path = f"{reverse('letter_new')}?post={post}&kind=rectify"
        fields = {"key": key, "facts": "超过期限。", "due_on": "2099-01-01", "act": "issue"}
        fields |= {"source": "每月检查", "demand": "立即纠正。"}
        self._send(self.office, Deed("letter", key, post, path=path, fields=fields))

    def _save(self, register: Register) -> None:
        """The first row as its page shows it, with another word for its first point."""
        block = Block.objects.filter(register=register, removed_at=None).order_by("order").first()
        path = reverse("register_row_save", args=(register.pk, block.pk))
        holder, point = self.holders[register.pk], block.points.order_by("order").first()
        if path not in self.rows:
            status, page = holder.get(f"{reverse('register_fill', args=[register.pk])}?row={block.pk}")
            found = [form for form in forms_of(page) if form.action == path] if status == http.HTTPStatus.OK else []
            if not found:
                return
            self.rows[path] = found[0]
        form, word = self.rows[path], f"越权审批{next(_serial)}"
        form.put("row_version", str(block.row_version))
        form.put(f"p-{point.lineage}-name", word)
        deed = Deed("save", word, point.pk, path=path, fields=list(form.fields))
        self._send(holder, deed, **{"X-Autosave": "1"})


def missing(deeds: list[Deed]) -> list[Deed]:
    """Acknowledged acts that the database does not have. A saved word may since have given way to a later one."""
    found = [deed for deed in deeds if deed.acknowledged]
    keys = {kind: [deed.key for deed in found if deed.kind == kind] for kind in ("decision", "letter")}
    there = set(Decision.objects.filter(key__in=keys["decision"]).values_list("key", flat=True))
    there |= set(Letter.objects.filter(key__in=keys["letter"]).values_list("key", flat=True))
    lost = [deed for deed in found if deed.kind != "save" and deed.key not in there]
    return lost + _lost_words(deeds)


def _lost_words(deeds: list[Deed]) -> list[Deed]:
    """The last acknowledged word of each point, unless a later one, answered or not, stands there."""
    sent: dict[int, list[Deed]] = {}
    for deed in deeds:
        if deed.kind == "save":
            sent.setdefault(deed.about, []).append(deed)
    names = dict(RiskPoint.objects.filter(pk__in=sent).values_list("pk", "name"))
    lost = []
    for point, saves in sent.items():
        last = max((n for n, deed in enumerate(saves) if deed.acknowledged), default=None)
        if last is not None and names.get(point) not in {deed.key for deed in saves[last:]}:
            lost.append(saves[last])
    return lost


def doubled(deeds: list[Deed]) -> list[Deed]:
    """Keys that were done more than once."""
    keys = [deed.key for deed in deeds if deed.kind == "decision"]
    counted: dict[str, int] = {}
    for key in Decision.objects.filter(key__in=keys).values_list("key", flat=True):
        counted[key] = counted.get(key, 0) + 1
    return [deed for deed in deeds if counted.get(deed.key, 0) > 1]
