"""Spoiled workbooks through the reader, the planning and the taking of every kind of upload, some through the pages."""

import json
import logging
import random
import struct
import subprocess
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.exceptions import Refused
from audit import linking
from drills.plumbing.memory import peak_mb
from drills.plumbing.model import Ask, Report
from drills.plumbing.prepared import prepared_cast
from drills.plumbing.site import Site, told
from drills.posts.bodies import MULTIPART, multipart
from drills.workbooks.archives import mutated
from registers.importing import child, reading
from registers.importing.apply import apply_import
from registers.importing.catalogue import apply as catalogue
from registers.importing.catalogue.kinds import CATALOGUES
from registers.importing.cells import Sheet
from registers.importing.guards import Unreadable
from registers.importing.plan import make_plan
from registers.importing.remarks import notes_of
from registers.offline.returning import form_of, look
from registers.offline.sheet import mark_of
from tests.matrix.cast import Cast
from tests.registers.bad_workbooks import BAD
from tests.registers.workbooks import real_workbook, workbook

THROUGH_THE_PAGES = 80  # one file in so many goes the whole way: request, child process of its own, next page
MARKED = 150  # one in so many is sent through the marking child as well
MOST_MEMORY = child.MEMORY >> 20  # megabytes of the child
MOST_GROWN = 400  # megabytes of this process over the whole run
ROWS = [
    ["序号", "责任主体", "岗位", "职权内容", "风险点", "风险等级", "防控措施", "责任人"],
    ["1", "规划股", "规划管理岗", "规划许可", "1.越权审批；2.拖延不办", "一级", "1.双人办理；2.限时办结", "股长"],
    ["2", "规划股", "选址审批岗", "选址意见", "收受礼品", "二级", "公开程序", "分管副局长"],
]


@dataclass(frozen=True)
class Entry:
    """One place where workbooks are uploaded: seeds, who sends them, what reads the sheets, and the page."""

    name: str
    who: str
    seeds: tuple[bytes, ...]
    taken: Callable[[list[Sheet], bytes], list]  # notes that would be marked in the file
    path: str
    fields: tuple[tuple[str, str], ...]
    file: str


def run(ask: Ask) -> Report:
    logging.disable(logging.CRITICAL)
    cast = prepared_cast()
    with tempfile.TemporaryDirectory() as folder:
        settings.MEDIA_ROOT = folder
        return Fuzzing(ask, cast).run()


class Keeper:
    """The reading child that takes many files; a new one when it has ended."""

    def __init__(self, fault: bool) -> None:
        self.command = [sys.executable, "-B", "-m", "drills.workbooks.keeper", *(["fault"] if fault else [])]
        self.process: subprocess.Popen | None = None
        self.ended = 0

    def ask(self, data: bytes) -> dict | None:
        """What it answers; None when it ended over this file."""
        fresh = self.process is None
        if fresh:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        try:
            self.process.stdin.write(struct.pack("<I", len(data)) + data)
            self.process.stdin.flush()
            head = self.process.stdout.read(4)
            if len(head) == 4:
                return json.loads(self.process.stdout.read(struct.unpack("<I", head)[0]))
        except BrokenPipeError:
            pass
        self.close()
        if not fresh:  # its time or its number of files was used up by others
            return self.ask(data)
        self.ended += 1
        return None

    def close(self) -> None:
        if self.process:
            self.process.stdin.close()
            self.process.kill()
            self.process.wait()
            self.process.stdout.close()
            self.process = None


class Fuzzing:
    """One run."""

    def __init__(self, ask: Ask, cast: Cast) -> None:
        self.ask, self.cast, self.chance = ask, cast, random.Random(ask.seed)
        self.site, self.keeper = Site(), Keeper(ask.fault)
        self.entries = entries(cast, self.site)
        self.counts: Counter[str] = Counter()
        self.problems: Counter[str] = Counter()
        self.memory, self.seconds = 0, 0.0

    def run(self) -> Report:
        before = None
        for number in range(self.ask.count):
            entry = self.chance.choice(self.entries)
            data = self._file(entry, number)
            self._one(entry, data)
            if number % THROUGH_THE_PAGES == 7:
                self._through_the_page(entry, data)
            if number == min(100, self.ask.count // 2):
                before = peak_mb()
        self.keeper.close()
        grown = peak_mb() - (before or 0)
        if self.memory > MOST_MEMORY:
            self.problems[f"the child took {self.memory} MB"] += 1
        if grown > MOST_GROWN:
            self.problems[f"this process grew by {grown} MB"] += 1
        facts = dict(sorted(self.counts.items())) | {
            "most memory of the child (MB)": self.memory,
            "longest file (s of processor)": round(self.seconds, 2),
            "growth of this process (MB)": grown,
            "children ended by a limit": self.keeper.ended,
        }
        told = [f"{times} × {problem}" for problem, times in self.problems.most_common(30)]
        return Report(count=self.ask.count, found=sum(self.problems.values()), problems=told, facts=facts)

    def _file(self, entry: Entry, number: int) -> bytes:
        """The known bad ones first, then spoiled ones."""
        bad = list(BAD.values())
        if self.ask.count >= 1000 and number < len(bad):
            return bad[number][0]()
        return mutated(self.chance, self.chance.choice(entry.seeds))

    def _one(self, entry: Entry, data: bytes) -> None:
        answer = self.keeper.ask(data)
        if answer is None:
            self.counts["ended by a limit"] += 1
            self._really_read(data)
            return
        self.memory, self.seconds = max(self.memory, answer["memory"]), max(self.seconds, answer["seconds"])
        if said := answer.get("refused"):
            self.counts["refused with a sentence"] += 1
            if not said.endswith("。") or len(said) > 500:
                self.problems[f"no sentence: {said[:80]}"] += 1
        elif fault := answer.get("broke"):
            self.problems[f"the reader broke: {fault}"] += 1
        else:
            self.counts["read"] += 1
            self._taken(entry, answer["sheets"].encode(), data)

    def _really_read(self, data: bytes) -> None:
        """What the product says about a file that ended the child."""
        try:
            reading.read(data)
        except Unreadable as refusal:
            self.counts["refused by the limits of the process"] += str(refusal).endswith("。")
        except Exception:
            self.problems[told(traceback.format_exc())] += 1

    def _taken(self, entry: Entry, texts: bytes, data: bytes) -> None:
        try:
            with transaction.atomic():
                try:
                    notes = entry.taken(reading.decode(texts), data)
                    linking.close(transaction.get_connection())
                finally:
                    transaction.set_rollback(True)
            if notes and self.chance.randrange(MARKED) == 0:
                self.counts["marked"] += 1
                reading.mark(data, notes)
        except (Refused, Unreadable) as refusal:
            self.counts["refused when taken"] += 1
            if not str(refusal).endswith("。"):
                self.problems[f"no sentence: {refusal}"] += 1
        except Exception:
            self.problems[f"{entry.name}: {told(traceback.format_exc())}"] += 1

    def _through_the_page(self, entry: Entry, data: bytes) -> None:
        """As a browser sends it; where it is taken the next page is looked at."""
        session = self.cast.sessions[entry.who]
        body = multipart(list(entry.fields), [(entry.file, "表.xlsx", data)])
        got = self.site.ask("POST", entry.path, session, body, MULTIPART)
        self.counts[f"page answered {got.status}"] += 1
        if got.status == 302:
            got = self.site.ask("GET", got.response.headers["Location"], session)
            self.counts[f"next page answered {got.status}"] += 1
        if got.fault or got.status >= 500:
            self.problems[f"{entry.path}: {got.fault or got.status}"] += 1


def entries(cast: Cast, site: Site) -> list[Entry]:
    """All places: tables of risks, every catalogue, offline forms."""
    near = cast.near
    office, holder, bureau = near.people["办公室甲"], near.people["规划管理岗"], near.bureau

    def table(sheets: list[Sheet], data: bytes) -> list:
        plan = make_plan(sheets=sheets, unit=bureau, cycle=near.cycle)
        notes = notes_of(plan)
        if not plan.errors:
            apply_import(sheets=sheets, unit=bureau, cycle=near.cycle, by=office, name="表", seen=plan.digest())
        return notes

    def offline(sheets: list[Sheet], data: bytes) -> list:
        looked = look(form_of(mark_of(sheets, data), holder), sheets)
        return [reading.Note(one.sheet, one.row, one.column + 1, one.text) for one in looked.messages]

    seeds = (workbook(ROWS), workbook(ROWS, merges=("B2:B3",)), real_workbook("08"), real_workbook("04"))
    place = (("unit", str(bureau.pk)), ("cycle", str(near.cycle.pk)))
    found = [Entry("import", "office", seeds, table, reverse("import"), place, "file")]
    path = reverse("offline_workbook", args=[cast.objects["offline_form"]["own"].token])
    out = site.ask("GET", path, cast.sessions["holder"]).body
    found.append(Entry("offline", "holder", (out,), offline, reverse("offline"), (), "files"))
    return found + [_catalogue(cast, site, key) for key in CATALOGUES]


def _catalogue(cast: Cast, site: Site, key: str) -> Entry:
    kind = CATALOGUES[key]
    who, by = next(
        (who, person)
        for who, name in (("office", "办公室甲"), ("system_admin", "系统管理员"))
        if kind.places(person := cast.near.people[name]).exists()
    )
    place = kind.places(by).first()

    def taken(sheets: list[Sheet], data: bytes) -> list:
        plan = catalogue.make_plan(kind, sheets, place, by)
        notes = notes_of(plan)
        if not plan.errors:
            catalogue.apply_catalogue(catalogue=kind, sheets=sheets, place=place, by=by, seen=plan.digest())
        return notes

    path = reverse("catalogue_template", args=[key])
    seeds = tuple(site.ask("GET", f"{path}{more}", cast.sessions[who]).body for more in ("?filled=1", "?filled=1", ""))
    return Entry(key, who, seeds, taken, reverse("catalogue", args=[key]), (("unit", str(place.pk)),), "file")
