"""Poisons the world, then opens what everybody can open; also with payloads in the address, and forms sent back."""

import hashlib
import logging
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice, zip_longest
from random import Random
from unittest.mock import patch
from urllib.parse import quote

from django.template.loaders.filesystem import Loader
from django.urls import reverse

from drills.plumbing.harvest import Harvest
from drills.plumbing.model import Ask, Report
from drills.plumbing.poison import poison
from drills.plumbing.prepared import prepared_cast
from drills.plumbing.site import Got, Site, Target, targets
from drills.posts.bodies import MULTIPART, multipart, urlencoded
from drills.posts.run import parameters
from drills.xss import payloads
from drills.xss.browser import Window, window
from tests.matrix.cast import Cast
from tests.registers.workbooks import workbook

TOLD = 30
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")  # which no workbook can hold
MARKS = re.compile(payloads.MARK.format(r"(\d+)"))
CHANGING = re.compile(rb'(?:csrfmiddlewaretoken|once)" value="[^"]*|class="request-number">[^<]*')
PLANTED = ("{{ me.name }}", "{{ me.name|safe }}")
PARAMETERS = 40
UPLOADS = (("import", "office", "file"), ("offline", "holder", "files"), ("catalogue", "office", "file"))


def run(ask: Ask) -> Report:
    logging.disable(logging.CRITICAL)
    cast = prepared_cast()
    if ask.fault:
        read = Loader.get_contents
        patch.object(Loader, "get_contents", lambda self, origin: read(self, origin).replace(*PLANTED)).start()
    with window() as opened:
        return Injecting(ask, cast, opened).run()


class Injecting:
    """One run."""

    def __init__(self, ask: Ask, cast: Cast, opened: Window) -> None:
        self.ask, self.cast, self.window, self.chance = ask, cast, opened, Random(ask.seed)
        self.site, self.number = Site(), ask.seed * 37
        self.harvest = Harvest(self.site, cast, 1)
        self.report = Report(count=0, missed=0)
        self.sinks: set[tuple[str, str]] = set()
        self.kinds: set[int] = set()
        self.opened: set[bytes] = set()
        self.facts: Counter[str] = Counter()

    def payload(self, room: int | None = None) -> str:
        self.number += 1
        return payloads.made(self.number, room)

    def run(self) -> Report:
        self.targets = list(targets(self.cast))
        uploads = list(self.uploads())
        written = poison(self.payload)
        for what, path, got in self.answers(uploads):
            if self.report.count >= self.ask.count:
                break
            self.look(what, path, got)
        self.report.facts = dict(sorted(self.facts.items())) | {
            "fields": len(written), "texts": sum(written.values()), "kinds": len(payloads.KINDS),
            "kinds seen": len(self.kinds), "payload × place": len(self.sinks),
        }  # fmt: skip
        if not self.sinks:
            self.report.problems.append("no payload was seen on any page")
        return self.report

    def answers(self, uploads: list[tuple[str, str]]) -> Iterator[tuple[str, str, Got]]:
        """All pages that anybody gets to see; a short run takes some of each sort."""
        few = self.ask.count < 100
        cells = [(target, who) for target in self.targets for who in target.gets]
        posted = [target for target in self.targets if target.posts]
        sorts = (
            ((self.page, cell) for cell in self.chance.sample(cells, len(cells))),
            ((self.asked, target) for target in self.chance.sample(self.targets, len(self.targets)) if target.gets),
            ((self.sent, target) for target in self.chance.sample(posted, len(posted))),
            ((self.uploaded, upload) for upload in uploads),
        )
        for turn in zip_longest(*(islice(sort, 3 if few else None) for sort in sorts)):
            for look, what in filter(None, turn):
                yield from look(what)

    def page(self, cell: tuple[Target, str]) -> Iterator[tuple[str, str, Got]]:
        target, who = cell
        yield f"page {target.name} {who}", target.path, self.site.ask("GET", target.path, self.session(who))

    def asked(self, target: Target) -> Iterator[tuple[str, str, Got]]:
        names = dict.fromkeys([*parameters(target), "page", "q", "next"])
        query = "&".join(f"{name}={quote(self.payload(200))}" for name in list(names)[:PARAMETERS])
        who, path = self.chance.choice(target.gets), f"{target.path}?{query}"
        yield f"asked {target.name} {who}", path, self.site.ask("GET", path, self.session(who))

    def sent(self, target: Target) -> Iterator[tuple[str, str, Got]]:
        """Each form with payloads in place of what stands in it, so that it comes back with them."""
        self.harvest.of(target)
        for form in self.harvest.forms[target.name]:
            pairs = [
                (name, value if name in form.choices or value.isdecimal() or len(value) > 20 else self.payload(300))
                for name, value in form.fields
            ]
            pairs += [(name, values[0]) for name, values in form.offers().items()]
            who, path = self.chance.choice(target.posts), form.action
            body, kind = urlencoded(pairs), "application/x-www-form-urlencoded"
            if form.multipart:
                body, kind = multipart(pairs, [(name, self.file_name(), b"x") for name in form.files]), MULTIPART
            got = self.site.ask("POST", path, self.session(who), body, kind)
            yield f"sent {target.name} {who}", path, got

    def file_name(self) -> str:
        return self.payload(200).replace('"', "%22").replace("\n", "") + ".xlsx"

    def uploads(self) -> Iterator[tuple[str, str]]:
        """Workbooks with payloads in every cell, sent in and kept: who sees them where."""
        near = self.cast.near
        head = ["序号", "责任主体", "岗位", "职权内容", "风险点", "风险等级", "防控措施", "责任人", self.payload()]
        rows = [head, *([str(n), *(self.payload() for _ in head[1:])] for n in range(1, 12))]
        rows += [["1", "规划股", "规划管理岗", *(self.payload() for _ in range(6))]]
        book = workbook([[ILLEGAL.sub("", cell) for cell in row] for row in rows])
        place = [("unit", str(near.bureau.pk)), ("cycle", str(near.cycle.pk))]
        for name, who, field in UPLOADS:
            path = reverse(name, args=["organisation"] if name == "catalogue" else [])
            body = multipart(place, [(field, self.file_name(), book)])
            got = self.site.ask("POST", path, self.session(who), body, MULTIPART, keep=True)
            if got.status == 302:
                yield who, got.response.headers["Location"]
            else:
                self.facts[f"upload {name} answered {got.status}"] += 1

    def uploaded(self, upload: tuple[str, str]) -> Iterator[tuple[str, str, Got]]:
        who, path = upload
        yield f"uploaded {who}", path, self.site.ask("GET", path, self.session(who))

    def session(self, who: str) -> str:
        return self.cast.sessions.get(who, "")

    def look(self, what: str, path: str, got: Got) -> None:
        """In the browser, if it is a page that was not seen in just this way."""
        if got.fault or got.status >= 500:
            self.facts["answered 500"] += 1
            if len(self.report.problems) < TOLD:
                self.report.problems.append(f"{what}: {got.status} {got.fault}"[:300])
            return
        if not got.response.headers.get("Content-Type", "").startswith("text/html") or got.status in (301, 302):
            return
        mark = hashlib.sha256(CHANGING.sub(b"", got.body)).digest()
        if mark in self.opened:
            return
        self.opened.add(mark)
        shown = path.partition("?")[0] + ("?" + path.partition("?")[2][:1500] if "?" in path else "")
        found = self.window.show(shown, dict(got.response.headers), got.body)
        self.report.count += 1
        self.facts[what.partition(" ")[0]] += 1
        for number in MARKS.findall(got.text):
            self.kinds.add(int(number) % len(payloads.KINDS))
            self.sinks.add((what.split()[1], number))
        if found:
            self.report.missed += 1
            if len(self.report.problems) < TOLD:
                self.report.problems.append(f"{what} {path[:80]}: {found[:3]}"[:400])
