"""Every act of the site, failing at each of its statements with four kinds of errors."""

import contextlib
import logging
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import IntegrityError, OperationalError, connection

from audit.verify import verify
from drills.plumbing.model import Ask, Report
from drills.road import pages, state
from drills.road.planted import doors_without_transaction
from drills.road.rare import make_rare
from drills.statements.batches import batches

ERRORS = {
    "connection": lambda: OperationalError("server closed the connection unexpectedly"),
    "integrity": lambda: IntegrityError("UNIQUE constraint failed: planted.by_the_drill"),
    "locked": lambda: OperationalError("database is locked"),
    "full": lambda: OperationalError("database or disk is full"),
}
SMALL = 1000  # below so many cases some acts are tried; from there on all, each with its share of the cases
FEW, SAMPLE = 3, 12
HAN = re.compile(r"[一-鿿]{4}")
SHOWN = 10
FIRST = ("register_agree", "register_send_back", "register_submit")


@dataclass
class Whole:
    """What the act comes to when nothing fails: statements, rows added in each table, events."""

    statements: int
    rows: Counter
    verbs: list[str]


@dataclass
class Trial:
    """An act that can be sent again and again on the same state: returns the status and the page of the answer."""

    name: str
    send: Callable[[], tuple[int, str]]


def run(ask: Ask) -> Report:
    """``count`` cases of act × statement × error; ``found`` are those that left nothing, the rest were whole."""
    logging.disable(logging.CRITICAL)
    chance = random.Random(ask.seed)
    report = Report(found=0, missed=0)
    cast, acts, services = pages.make_people(), list(pages.ACTS), {}
    if ask.count >= SMALL:
        acts, services = [*acts, *make_rare(cast)], batches()
    clients = pages.clients_of(cast)
    share = max(SAMPLE, -(-ask.count // (len(acts) + len(services)))) if ask.count >= SMALL else SAMPLE
    with doors_without_transaction() if ask.fault else contextlib.nullcontext():
        copy = state.Copy()
        try:
            for trial in _trials(ask, chance, cast, acts, clients, services, report):
                whole = _whole(trial, copy)
                if whole is None:
                    report.problems.append(f"{trial.name}：不出错也没有办成")
                    continue
                _cases(ask.count, share, chance, trial, whole, copy, report)
                report.facts[trial.name] = whole.statements
                if report.count >= ask.count or len(report.problems) >= SHOWN:
                    break
            report.problems += [f"证据链：{finding}" for finding in verify(connection).findings]
        finally:
            copy.drop()
    report.problems = report.problems[:SHOWN]
    return report


def _trials(ask: Ask, chance: random.Random, cast, acts, clients, services, report: Report) -> Iterator[Trial]:
    if ask.count < SMALL:
        acts = [act for act in acts if act.name in FIRST] + chance.sample(acts, FEW)
    for act in acts:
        sending = pages.prepared(act, cast, clients)
        if sending is None:
            report.problems.append(f"{act}：没有找到它的页面")
            continue
        yield Trial(str(act), lambda sending=sending: _sent(sending))
    for name, service in services.items():
        yield Trial(name, lambda service=service: _called(service))


def _sent(sending: pages.Sending) -> tuple[int, str]:
    answer = sending.send()
    return answer.status_code, answer.content.decode(errors="replace")


def _called(service: Callable[[], object]) -> tuple[int, str]:
    """A service has no page: what is raised stands for one, which `lianzheng.trouble` makes."""
    try:
        service()
    except (OperationalError, IntegrityError):
        return 503, "没有办成没有办成"
    return 200, ""


@contextlib.contextmanager
def failing(at: int, fault: Callable[[], Exception] | None = None) -> Iterator[list[int]]:
    """The statement number ``at`` raises; yields a list with the number of statements asked so far."""
    asked = [0]

    def wrapper(execute, sql, params, many, context):
        asked[0] += 1
        if asked[0] == at and fault:
            raise fault()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield asked


def _whole(trial: Trial, copy: state.Copy) -> Whole | None:
    names, before, newest = state.tables(), state.counts(state.tables()), state.newest_event()
    with failing(0) as asked:
        status, _ = trial.send()
    rows, told = state.counts(names), state.verbs(newest)
    rows.subtract(before)
    copy.back()
    done = status < 400 and (any(rows.values()) or told)
    return Whole(asked[0], rows, told) if done else None


def _cases(
    count: int, share: int, chance: random.Random, trial: Trial, whole: Whole, copy: state.Copy, report: Report
) -> None:
    """All cases of one act, or its share of them."""
    cases = [(number, error) for number in range(1, whole.statements + 1) for error in ERRORS]
    cases = chance.sample(cases, min(share, len(cases)))
    names = state.tables()
    before, rows, newest, files = state.digest(names), state.counts(names), state.newest_event(), state.files()
    for number, error in cases[: count - report.count]:
        with failing(number, ERRORS[error]):
            status, page = trial.send()
        report.count += 1
        where = f"{trial.name} 第 {number} 条语句 {error}"
        after = state.digest(names)
        if status >= 400 and not HAN.search(page):
            report.problems.append(f"{where}：{status}，不是一页中文：{page[:80]}")
        if after == before:
            _nothing_done(where, status, files, report)
            continue
        more = state.counts(names)
        more.subtract(rows)
        if more != whole.rows or state.verbs(newest) != whole.verbs:
            left = {name: (more[name], whole.rows[name]) for name in names if more[name] != whole.rows[name]}
            report.missed += 1
            report.problems.append(f"{where}：{status}，办了一半：{left} {state.verbs(newest)}，应为 {whole.verbs}")
        copy.back()


def _nothing_done(where: str, status: int, files: set[str], report: Report) -> None:
    if status < 400:
        report.problems.append(f"{where}：应答 {status}，却什么也没有办")
    else:
        report.found += 1
    if left := state.files() - files:
        report.problems.append(f"{where}：留下了文件 {sorted(left)[:3]}")
