"""Draws an address, somebody who is let in there, one of the forms that lead there, and spoils it."""

import ast
import logging
import random
import re
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from urllib.parse import quote, urlsplit

from django.http import HttpRequest

from drills.plumbing.forms import Form
from drills.plumbing.harvest import Harvest
from drills.plumbing.model import Ask, Report
from drills.plumbing.prepared import prepared_cast
from drills.plumbing.site import Site, Target, one_of, targets
from drills.posts import bodies, nonsense
from registers import paging
from tests.matrix.cast import Cast

PARAMETER = re.compile(r"[a-z_][a-z0-9_-]{0,30}")
NUMBERS_IN_PATHS = ("9223372036854775807", "9223372036854775808", "9" * 40, "9" * 400, "0", "00001", "1２", "-1", "1.0")
KEPT_PROBLEMS = 40
SMALL = 1000


def run(ask: Ask) -> Report:
    logging.disable(logging.CRITICAL)
    if ask.fault:
        paging.page_of = _trusting
        for module in list(sys.modules.values()):
            if getattr(module, "__name__", "").partition(".")[0] in ("registers", "workflow", "documents", "jobs"):
                if hasattr(module, "page_of"):
                    module.page_of = _trusting
    cast = prepared_cast()
    return Posting(ask, cast).run()


def _trusting(request: HttpRequest, rows, size: int = 50, *, name: str = "page"):
    """The planted fault."""
    return paging.Paginator(rows, size).page(int(request.GET.get(name) or 1))


class Posting:
    """One run."""

    def __init__(self, ask: Ask, cast: Cast) -> None:
        self.ask, self.cast, self.chance, self.site = ask, cast, random.Random(ask.seed), Site()
        self.targets = list(targets(cast))
        self.others = _others(cast)
        people = 2 if ask.count >= SMALL else 1
        self.harvest = Harvest(self.site, cast, people, self.judge)
        self.names = {target.name: parameters(target) for target in self.targets}
        self.answers: Counter[int] = Counter()
        self.problems: Counter[str] = Counter()
        self.first: dict[str, str] = {}

    def run(self) -> Report:
        if self.ask.count >= SMALL:  # else each page is looked at when it is its turn
            for target in self.targets:
                self.harvest.of(target)
        posted = [target for target in self.targets if target.posts]
        read = [target for target in self.targets if target.gets]
        done = 0
        # Every address is asked at least once in a run of some length; the rest is drawn.
        every = [(self.query, target) for target in read] + [(self.post, target) for target in posted]
        for act, target in self.chance.sample(every, len(every))[: self.ask.count]:
            done += act(target)
        while done < self.ask.count:
            dice = self.chance.random()
            if dice < 0.72:
                done += self.post(self.chance.choice(posted))
            elif dice < 0.92:
                done += self.query(self.chance.choice(read))
            else:
                done += self.wild_path(self.chance.choice(self.targets))
        told = [f"{times} × {self.first[fault]}" for fault, times in self.problems.most_common(KEPT_PROBLEMS)]
        facts = {f"answers {status}": times for status, times in sorted(self.answers.items())}
        facts |= {"addresses": len(self.targets), "forms": sum(map(len, self.harvest.forms.values()))}
        return Report(count=done, found=sum(self.problems.values()), problems=told, facts=facts)

    def post(self, target: Target) -> int:
        self.harvest.of(target)
        who = one_of(target.posts, self.chance)
        forms = [form for form in self.harvest.forms[target.name] if form.method == "POST"]
        form = self.chance.choice(forms) if forms else Form(target.path)
        fields = [*form.fields]
        for name, choices in form.offers().items():
            if self.chance.random() < 0.6:
                fields.append((name, self.chance.choice(choices)))
        path = form.action if urlsplit(form.action).path == target.path or self.chance.random() < 0.3 else target.path
        pairs = nonsense.pairs(self.chance, fields, self.names[target.name], self.others)
        body, kind = bodies.body(self.chance, pairs, form.files, many=form.multipart)
        extra = {"HTTP_X_AUTOSAVE": "1"} if self.chance.random() < 0.1 else {}
        got = self.site.ask("POST", path, self.cast.sessions.get(who, ""), body, kind, **extra)
        self.judge(got, f"POST {path} by {who} {kind[:60]} {body[:160]!r}")
        return 1

    def query(self, target: Target) -> int:
        self.harvest.of(target)
        who = one_of(target.gets, self.chance)
        forms = [form for form in self.harvest.forms[target.name] if form.method == "GET"]
        fields = self.chance.choice(forms).fields if forms else []
        pairs = nonsense.pairs(self.chance, fields, [*self.names[target.name], "page"], self.others)
        if self.chance.random() < 0.3:
            pairs = [("page", nonsense.value(self.chance, self.others))]
        asked = bodies.urlencoded([(name, value[:6000]) for name, value in pairs[:300]]).decode()
        path = f"{target.path}?{asked}"
        got = self.site.ask("GET", path, self.cast.sessions.get(who, ""))
        self.judge(got, f"GET {path[:300]} by {who}")
        return 1

    def wild_path(self, target: Target) -> int:
        """One segment of the path is another."""
        parts = target.path.strip("/").split("/")
        at = self.chance.randrange(len(parts))
        numeric = [n for n, part in enumerate(parts) if part.isdecimal()]
        if numeric and self.chance.random() < 0.8:
            parts[self.chance.choice(numeric)] = quote(self.chance.choice((*NUMBERS_IN_PATHS, *self.others[:40])))
        else:
            parts[at] = quote(bodies.raw(nonsense.value(self.chance, self.others, parts[at])[:3000]), safe="")
        path, method = "/" + "/".join(parts) + "/", self.chance.choice(("GET", "GET", "POST", "HEAD", "PUT", "OPTIONS"))
        who = one_of(target.gets or target.posts, self.chance)
        got = self.site.ask(method, path, self.cast.sessions.get(who, ""))
        self.judge(got, f"{method} {path[:200]} by {who}")
        return 1

    def judge(self, got, what: str) -> None:
        self.answers[got.status] += 1
        fault = got.fault or (f"answered {got.status}" if got.status >= 500 else "")
        if fault:
            self.problems[fault] += 1
            self.first.setdefault(fault, f"{fault}: {what}")


def _others(cast: Cast) -> list[str]:
    """Ids and words of everything in both bureaus."""
    rows = [row for by_place in cast.objects.values() for row in by_place.values()]
    found = [str(row.pk) for row in rows if hasattr(row, "pk")]
    found += [row.token for row in rows if hasattr(row, "token")]
    return [*dict.fromkeys(found), "own", "post", "s000", "form1", "peers", "一级", "xlsx"]


def parameters(target: Target) -> list[str]:
    """Words that the view's module, and what it imports of the same app, takes out of a mapping."""
    view = target.pattern.callback
    module = sys.modules[getattr(view, "view_class", view).__module__]
    return sorted({word for path in _read_by(module.__file__) for word in _taken(path)})


@cache
def _read_by(file: str) -> set[str]:
    """The module's file and those of the modules that it imports from."""
    files = {file}
    for node in ast.walk(_tree(file)):
        if isinstance(node, ast.ImportFrom) and node.module and "." in node.module:
            found = sys.modules.get(node.module)
            if found and "site-packages" not in (found.__file__ or "site-packages") and "django" not in node.module:
                files.add(found.__file__)
    return files


@cache
def _tree(file: str) -> ast.AST:
    return ast.parse(Path(file).read_text())


@cache
def _taken(file: str) -> list[str]:
    found = []
    for node in ast.walk(_tree(file)):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("get", "getlist", "pop") and node.args:
            found.append(node.args[0])
        if isinstance(node, ast.Subscript):
            found.append(node.slice)
    words = [node.value for node in found if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return [word for word in words if PARAMETER.fullmatch(word)]
