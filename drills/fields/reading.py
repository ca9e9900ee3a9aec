"""A register in each of its states with a word of its own in every text field that hangs on it: who reads which."""

from collections import defaultdict
from random import Random

from django.db import models
from django.urls import reverse

from drills.canary.crawl import text_of
from drills.canary.world import TOKEN, Mint
from drills.fields.tables import NOBODY, columns, known_models, readers, text_fields
from drills.plumbing.model import Report
from drills.plumbing.site import Site
from registers.models import Register
from tests.matrix import states
from tests.plumbing.database import behind_its_back
from workflow.models import Decision, Proposal

LENGTH = 8  # of a word
OWN = ("register", "register_versions", "register_fill", "register_agree")
PAPERS = ("paper_html", "paper_xlsx")
GENERAL = ("home", "mine", "done", "ledger")


class Reading:
    """Looks at one register, state after state."""

    def __init__(self, chance: Random, report: Report) -> None:
        self.mint, self.report, self.site = Mint(chance), report, Site()
        self.carried: dict[str, tuple[str, str]] = {}  # word → the field that it stands in
        self.of: dict[str, int] = {}  # word → its register: a newer version begins with copies
        self.read: dict[tuple[str, str], set[str]] = defaultdict(set)  # field → who has read it

    def look(self, register: Register, where: tuple[str, str], sessions: dict[str, str], people: list[str]) -> None:
        """All that these people read of it now. What a colleague proposes is there too, once somebody has spoken."""
        decision = Decision.objects.filter(register=register).first()
        if decision and not Proposal.objects.filter(register=register).exists():
            Proposal.objects.create(register=register, decision=decision, name="建议", taken=False, answer="不采纳")
        self.tag(register)
        for who in people:
            words = self._words(register, sessions.get(who, ""))
            seen = {self.carried[word] for word in words if self.of.get(word) == register.pk}
            may = states.expected(where, "", who) == "in"
            for field, right in readers().items():
                self.report.count += 1
                if field in seen:
                    self.read[field].add(who)
                    if right == NOBODY or not may:
                        self.report.missed += 1
                        told = f"{'/'.join(filter(None, where))} {who} 看到了 {'.'.join(field)}"
                        self.report.problems.append(told)

    def tag(self, register: Register) -> None:
        """A word into every text field of every row that hangs on the register and has none yet."""
        with behind_its_back():
            for name, model in known_models().items():
                rows = rows_of(model, register)
                for field in text_fields(model) if rows is not None else ():
                    for row in rows:
                        text = str(getattr(row, field.attname) or "")
                        word = text[:LENGTH]
                        if (self.carried.get(word), self.of.get(word)) == ((name, field.name), register.pk):
                            continue
                        word = self.mint("")
                        self.carried[word], self.of[word] = (name, field.name), register.pk
                        text = (word + TOKEN.sub("", text))[: field.max_length or None]
                        model._base_manager.filter(pk=row.pk).update(**{field.name: text})

    def _words(self, register: Register, session: str) -> set[str]:
        paths = [reverse(name, args=[register.pk]) for name in OWN] + [reverse(name) for name in GENERAL]
        paths += [reverse(name, args=[register.pk, "form1"]) for name in PAPERS]
        return {word for path in paths for word in TOKEN.findall(text_of(self.site.ask("GET", path, session)))}

    def unread(self) -> None:
        """What the table lets the readers read, what was there to read, and nobody has read in any state."""
        there = set(self.carried.values())
        for field, right in readers().items():
            if right != NOBODY and field in there and not self.read[field]:
                self.report.false_alarms += 1
                self.report.problems.append(f"{'.'.join(field)} 写明可读，没有一个人看到过")


def rows_of(model: type[models.Model], register: Register):
    """Rows of the model that hang on the register; None where none can."""
    if model is Register:
        return Register.objects.filter(pk=register.pk)
    names = {field.name for field in columns(model)}
    for name, path in (("register", "register"), ("block", "block__register")):
        if name in names:
            return model._base_manager.filter(**{path: register})
    return None
