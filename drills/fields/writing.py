"""Forms as their pages offer them, sent by whoever may and whoever may not, with all fields of all models besides."""

from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from random import Random
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.db import models
from django.urls import Resolver404, resolve

from drills.canary.crawl import links_of
from drills.fields import smuggled
from drills.fields.rows import Change, Rows
from drills.fields.tables import columns, known_models, writers
from drills.plumbing.forms import Form, forms_of
from drills.plumbing.model import Report
from drills.plumbing.site import URLENCODED, Site, Target
from drills.posts.bodies import MULTIPART, multipart
from drills.road.pages import ACTS, FIRST, HEAD, LAST, ROW, SOLVED, WORD, typed
from tests.matrix.cast import Cast
from tests.registers.workbooks import workbook
from tests.workflow.visitors import solved

TOLD = 30
# Whoever is not let in sends what another one's page offers: these few of them, by turns.
STRANGERS = 2
LINKS = 3  # of one address and one person, with the same questions and other answers
# What is typed besides what a page gives; several ways where a form leads to different ends. "*": every choice made.
TYPED = {act.name: (act.typed,) for act in ACTS} | {
    "filing": ({"*": LAST},),
    "filings": ({"*": LAST},),
    "issuance_new": ({"*": LAST},),
    "letter_new": ({"*": LAST},),
    "meeting_record": ({"*": FIRST}, {"*": FIRST, "outcome-*": "returned", "opinion-*": WORD}),
    "notice_new": ({"contact": WORD},),
}


class Writing:
    """Sends forms at one state of the world; the rows are as they were before every one."""

    def __init__(self, cast: Cast, targets: list[Target], chance: Random, report: Report, state: str) -> None:
        self.cast, self.targets, self.chance, self.report, self.state = cast, targets, chance, report, state
        self.site, self.rows = Site(), Rows.now()
        self.changes: list[Change] = []
        self.site.look = self._look
        self.seen: dict[tuple[str, str], set[str]] = defaultdict(set)  # (model, field) → addresses that changed it
        self.behind = _behind()
        self.cells: set[tuple[str, str, str, str]] = set()  # (address, who, model, field)
        self.asked: deque[Target] = deque()  # where links and choices with a question lead, for whom they stood there
        self.questions: dict[tuple, set[str]] = defaultdict(set)

    def forms(self) -> Iterator[tuple[str, Form]]:
        """(who sends, form): the first address, then by turns the others, then where links with a question lead."""
        for target in self.targets[:1] + self.chance.sample(self.targets[1:], len(self.targets) - 1):
            yield from self._of(target)
        while self.asked:
            yield from self._of(self.asked.popleft())

    def _of(self, target: Target) -> Iterator[tuple[str, Form]]:
        offered = self._offered(target)
        yield from offered
        outside = [who for who in ("anonymous", *self.cast.sessions) if who not in target.posts]
        for who in self.chance.sample(outside, min(STRANGERS, len(outside))):
            yield who, offered[0][1] if offered else Form(target.path)

    def _offered(self, target: Target) -> list[tuple[str, Form]]:
        """Each form on the page of the address, as each person gets it, once for every button; bare where none is."""
        found: list[tuple[str, Form]] = []
        for who in target.gets:
            got = self.site.ask("GET", target.path, self.cast.sessions.get(who, ""))
            if got.status != 200 or "html" not in got.response.headers.get("Content-Type", ""):
                continue
            for link in links_of(got.text, target.path):
                self._ask(who, link)
            for form in forms_of(got.text, target.path):
                if form.method == "POST":
                    self._answer(form, got.text)
                    found += [(who, one) for one in _buttons(form)]
                else:
                    self._ask(who, f"{form.action.partition('?')[0]}?{urlencode(typed(form, {'*': LAST}))}")
        if not any(urlsplit(form.action).path == urlsplit(target.path).path for _, form in found):
            found += [(who, Form(target.path)) for who in target.posts]
        return found

    def _answer(self, form: Form, page: str) -> None:
        """The sum that keeps programs out, solved while the page shows it."""
        for given in TYPED.get(_name(form.action), ()):
            for field in (field for field, value in given.items() if value == SOLVED):
                form.put(field, str(solved(page)))

    def _ask(self, who: str, link: str) -> None:
        """Come back for what an address shows to whom it was offered with these answers."""
        path, _, query = link.partition("?")
        here = next((target for target in self.targets if target.name == _name(link)), None)
        known = self.questions[who, path, frozenset(name for name, _ in parse_qsl(query, keep_blank_values=True))]
        if here and query and link not in known and len(known) < LINKS:
            known.add(link)
            self.asked.append(replace(here, path=link, gets=(who,), posts=(who,)))

    def send(self, who: str, form: Form) -> None:
        """One form, every way of filling it in."""
        for given in TYPED.get(_name(form.action), ({},)):
            filled = deepcopy(form)
            typed(filled, given)
            self._send(who, filled)

    def _send(self, who: str, form: Form) -> None:
        """One form with everything in it that it does not ask for. A second time with other values when one came in."""
        name = _name(form.action)
        if name is None:
            return
        models_ = self.behind[name]
        changes, given = self._sent(who, form, name, 0)
        self.cells |= {(name, who, model.__name__, field.name) for model in models_ for field in columns(model)}
        self.report.facts["表单"] += 1
        self.report.facts["写成的"] += bool(changes)
        taken = self._taken(changes, given)
        # A small number or a choice may be there by chance: not when it follows the other one.
        if not all(taken.values()):
            again, _ = self._sent(who, form, name, 1)
            follows = {field for field in taken if _at(field, again) not in (Counter(), _at(field, changes))}
            taken = {field: sure for field, sure in taken.items() if sure or field in follows}
        for model, field in taken:
            self._fault(f"{name} {who}：夹带的 {model}.{field} 写进去了")
        for change in changes:
            if change.added and change.field != known_models()[change.model]._meta.pk.name:
                continue
            self.seen[change.model, change.field].add(name)
            if name not in writers()[change.model, change.field]:
                self._fault(f"{name} {who}：{change.model}.{change.field} 变了，表上没有写明")

    def _sent(self, who: str, form: Form, name: str, turn: int) -> tuple[list[Change], dict[str, str]]:
        taken = {name for name, _ in form.fields} | set(form.choices) | set(form.files)
        extra = smuggled.pairs(self.behind[name], taken, turn)
        body, kind = urlencode([*form.fields, *extra]).encode(), URLENCODED
        if form.multipart:
            files = [(name, "表.xlsx", workbook([HEAD, ROW])) for name in form.files]
            body, kind = multipart([*form.fields, *extra], files), MULTIPART
        self.changes = []
        got = self.site.ask("POST", form.action, self.cast.sessions.get(who, ""), body, kind)
        if got.fault:
            self._fault(f"{form.action} {who}：{got.fault}")
        return self.changes, dict(extra)

    def _look(self, written: set[str]) -> None:
        self.changes = self.rows.changes(written)

    def _taken(self, changes: list[Change], given: dict[str, str]) -> dict[tuple[str, str], bool]:
        """Fields that now have just what was smuggled for them; whether that can be no chance."""
        found = {}
        for change in changes:
            one = smuggled.values(known_models()[change.model], 0)[change.field]
            if given.get(change.field, given.get(one.name)) == one.value and _same(change.value, one.value):
                found[change.model, change.field] = one.sure
        return found

    def _fault(self, told: str) -> None:
        self.report.missed += 1
        told = f"{self.state} {told}".strip()
        if told not in self.report.problems and len(self.report.problems) < TOLD:
            self.report.problems.append(told)


def _at(field: tuple[str, str], changes: list[Change]) -> Counter:
    """The values that a field has got."""
    return Counter(str(change.value) for change in changes if (change.model, change.field) == field)


def _same(stored, smuggled_: str) -> bool:
    if isinstance(stored, bool):
        return stored == (smuggled_ == "True")
    return str(stored)[: len(smuggled_)] == smuggled_ if isinstance(stored, str) else str(stored) == smuggled_


def _behind() -> dict[str, list[type[models.Model]]]:
    """Address → the models whose rows it may change."""
    found: dict[str, list[type[models.Model]]] = defaultdict(list)
    for (model, _), names in writers().items():
        for name in names:
            if known_models()[model] not in found[name]:
                found[name].append(known_models()[model])
    return found


def _buttons(form: Form) -> list[Form]:
    """The form once for each button that has a name."""
    if not form.buttons:
        return [form]
    found = []
    for name, value in dict.fromkeys(form.buttons):
        one = Form(
            form.action, form.method, form.multipart, list(form.fields), [], form.files, form.choices, form.required
        )
        one.put(name, value)
        found.append(one)
    return found


def _name(address: str) -> str | None:
    try:
        return resolve(urlsplit(address).path).url_name
    except Resolver404:
        return None
