"""Writes odd texts into every row, takes every file that the site gives out, and looks into it; then the same with
texts that would have a printer fetch, beside a server that counts who comes."""

import logging
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from openpyxl.cell import WriteOnlyCell
from weasyprint.urls import URLFetcher

from documents.rendering import fonts, printer, workbook
from drills.papers import looked, texts
from drills.plumbing.model import Ask, Report
from drills.plumbing.poison import poison
from drills.plumbing.prepared import prepared_cast
from drills.plumbing.site import Site, one_of, targets
from jobs import files, worker
from jobs.models import Job
from paper.text import clean
from registers.importing.catalogue.kinds import CATALOGUES
from registers.offline.words import seen as as_read_again
from registers.schemes.store import spec_of
from tests.matrix.cast import Cast
from tests.plumbing.office_suite import XLSX, converted, soffice

TOLD = 30
SECRET = b"nobody-may-read-this-7d1"
LONG = 1000
# Addresses that give out a workbook; those that give out a PDF.
BOOKS = (
    "paper_xlsx",
    "list_xlsx",
    "ledger_export",
    "offline_workbook",
    "import_marked",
    "catalogue_marked",
    "offline_marked",
)
PRINTED = (
    "paper_pdf", "list_pdf", "filing_pdf", "notice_pdf", "public_notice_pdf", "letter_pdf", "post_plate_pdf",
    "fonts_specimen",
)  # fmt: skip


def run(ask: Ask) -> Report:
    logging.disable(logging.CRITICAL)
    if ask.fault:
        workbook.Styles.cell = _guessing
        printer.NoOutsideFetcher = lambda allowed: URLFetcher()
    cast = prepared_cast()
    return Papers(ask, cast).run()


def _guessing(self, value, look="body", *, align="left", bold=False, tone=None):
    """The planted fault: openpyxl guesses what a text is."""
    cell = WriteOnlyCell(self._sheet, value=value)
    cell._style = self.style(look, align, bold, tone)
    return cell


@contextmanager
def canary() -> Iterator[tuple[str, list[str]]]:
    """A server on this machine, and who came to it."""
    came: list[str] = []

    class Counting(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # noqa: N802 - the library's word
            came.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *given) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Counting)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", came
    server.shutdown()


class Papers:
    """One run: workbooks until so many texts were seen in them, then one round of printing."""

    def __init__(self, ask: Ask, cast: Cast) -> None:
        self.ask, self.cast, self.chance = ask, cast, Random(ask.seed)
        self.site, self.report = Site(), Report(count=0, missed=0)
        self.facts: Counter[str] = Counter()
        self.targets = {(target.name, target.place): target for target in targets(cast)}
        self.long = ask.count >= LONG
        self.kept: dict[str, bytes] = {}

    def run(self) -> Report:
        seen: set[int] = set()
        odd = texts.Odd(self.chance)
        while len(seen) < self.ask.count:
            before = len(seen)
            poison(odd)
            self.workbooks(odd, seen)
            if len(seen) == before:
                self.report.problems.append("the workbooks show none of the texts")
                break
        self.report.count = len(seen)
        if self.long and soffice():
            self.through_another_program()
        self.printing()
        self.report.facts = dict(sorted(self.facts.items()))
        return self.report

    # Workbooks ---------------------------------------------------------------------------------------------------

    def workbooks(self, odd: texts.Odd, seen: set[int]) -> None:
        for name, path, who in self.books():
            self.book(name, self.taken(path, who), odd, seen)
        if self.long and not any(name.startswith("workbook job") for name in self.facts):  # dear: once
            for name, data in self.made_in_the_background("xlsx"):
                self.book(name, data, odd, seen)

    def book(self, name: str, data: bytes, odd: texts.Odd, seen: set[int]) -> None:
        if not data.startswith(b"PK"):
            return
        self.facts[f"workbook {name}"] += 1
        for member, one in looked.books_in(data):
            if not one.startswith(b"PK"):
                continue
            self.kept.setdefault(name + member.replace("/", "-"), one)
            fold = as_read_again if name.startswith("offline") else clean  # which is written as it will be read
            for fault in looked.faults_of_book(one, odd.made, seen, fold):
                self.missed(f"{name} {member}: {fault}")

    def books(self) -> Iterator[tuple[str, str, str]]:
        """What it is, its address, who takes it."""
        for (name, _), target in self.targets.items():
            if name in BOOKS and target.gets:
                yield name, target.path, one_of(target.gets, self.chance)
        near = self.cast.near
        for form in spec_of(near.cycle.scheme).forms:
            kind, pk = ("paper_xlsx", None) if form.over == "register" else ("list_xlsx", near.bureau.pk)
            register = near.register(form.scope) if pk is None else None
            where = [register.pk, form.key] if register else [pk, near.cycle.scheme.key, form.key]
            if register or pk:
                yield f"{kind} {form.key}", reverse(kind, args=where), "office"
        for key in CATALOGUES:
            for who in ("office", "system_admin"):
                yield f"template {key}", reverse("catalogue_template", args=[key]) + "?filled=1", who

    def taken(self, path: str, who: str) -> bytes:
        got = self.site.ask("GET", path, self.cast.sessions.get(who, ""))
        if got.fault or got.status >= 500:
            self.missed(f"{path} by {who}: {got.status} {got.fault}")
        self.facts[f"answers {got.status}"] += 1
        return got.body if got.status == 200 else b""

    def made_in_the_background(self, kind: str) -> Iterator[tuple[str, bytes]]:
        """Handbook, filing pack and whatever waits in the queue."""
        near = self.cast.near
        section, day = near.sections["规划股"], timezone.localdate()
        asked = {"of": f"unit:{near.bureau.pk}", "day": day, "format": kind}
        for path, fields in (
            (f"{reverse('handbook')}?unit={section.pk}", asked),
            (reverse("filing_pack", args=[near.cycle.pk]), {"confirm": "1"}),
            (reverse("unit_plates", args=[section.pk]), {"size": "a5"}),
        ):
            body = "&".join(f"{name}={value}" for name, value in fields.items()).encode()
            got = self.site.ask("POST", path, self.cast.sessions["office"], body, keep=True)
            self.facts[f"asked for in the background: {got.status}"] += 1
        worker.work_off()
        for job in Job.objects.all():
            self.facts[f"job {job.kind} {job.state} {job.error[:60]}"] += 1
        for job in Job.objects.exclude(file=""):
            data = files.path_of(job.file).read_bytes()
            yield f"job {job.kind}", data

    def through_another_program(self) -> None:
        """LibreOffice opens some and writes them again: nothing was computed."""
        some = dict(list(self.kept.items())[:12])
        for number, data in enumerate(converted({f"b{n}": one for n, one in enumerate(some.values())}, XLSX).values()):
            self.facts["through LibreOffice"] += 1
            for fault in looked.faults_of_book(data, {}, set()):
                self.missed(f"{list(some)[number]} through LibreOffice: {fault}")

    # Printing ----------------------------------------------------------------------------------------------------

    def printing(self) -> None:
        secret = Path(settings.DATA_DIR) / "secret.txt"
        secret.write_bytes(SECRET)
        with canary() as (far, came):
            made = texts.Fetching(far, secret.as_uri())
            self.facts["texts for the printer"] = sum(poison(made).values())
            for name, data in self.pdfs():
                self.pdf(name, data)
            # The second wall: as if one of them had slipped through unescaped.
            for number in range(len(texts.VECTORS)):
                self.pdf(f"unescaped {texts.VECTORS[number][:50]}", self.unescaped(made.vector(number)))
            for path in came:
                self.missed(f"somebody fetched {path}")

    def pdfs(self) -> Iterator[tuple[str, bytes]]:
        few = 2 if not self.long else None
        chosen = [target for (name, _), target in self.targets.items() if name in PRINTED and target.gets]
        for target in self.chance.sample(chosen, len(chosen))[:few]:
            yield target.name, self.taken(target.path, one_of(target.gets, self.chance))
        if self.long:
            for name, data in self.made_in_the_background("pdf"):
                yield from (
                    ((name, one) for _, one in looked.books_in(data)) if data.startswith(b"PK") else [(name, data)]
                )

    def unescaped(self, vector: str) -> bytes:
        printer._fonts_of.cache_clear()
        style, page = printer.sheet("pdf.css"), "@page { size: A4 }"
        with printer.printing():
            printer._prepared(fonts.chain(), style)
            return printer.lay_out(vector, title="甲", issuer="局", style=style, page=page).write_pdf()

    def pdf(self, name: str, data: bytes) -> None:
        if not data.startswith(b"%PDF"):
            return
        self.facts["printed"] += 1
        for fault in looked.faults_of_pdf(data, SECRET):
            self.missed(f"{name}: {fault}")

    def missed(self, told: str) -> None:
        self.report.missed += 1
        if len(self.report.problems) < TOLD:
            self.report.problems.append(told[:400])
