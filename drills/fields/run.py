"""The forms of all addresses, then those of a register in each of its states; then who reads which field."""

import datetime
import logging
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from itertools import islice
from random import Random
from unittest.mock import patch

from django.urls import reverse
from django.utils import timezone

from drills.fields.reading import Reading
from drills.fields.writing import Writing
from drills.plumbing.model import Ask, Report
from drills.plumbing.prepared import prepared_cast
from drills.plumbing.site import Target, targets
from registers.forms.organisation import RowForm
from registers.forms.powers import RegulationForm
from registers.models import Block, Regulation
from registers.views import regulations
from tests.matrix import states
from tests.matrix.addresses import OBJECT, arguments, patterns
from tests.matrix.cast import IDENTITIES, PEOPLE, Cast, session_of
from tests.matrix.stages import stages
from tests.roads import step_once
from tests.world import make_world
from workflow import human_check
from workflow.acts import new_key
from workflow.services import filings

FIRST = "regulation_change"  # where the fault is planted
# One form decides on many registers: on pages of their own, to which the office comes when registers wait there.
BATCHES = frozenset(
    "meetings meeting_new meeting_record issuances issuance_new notices notice_new filings filing".split()
)
FILED = "s001"  # a scheme whose registers are filed on their road
LEAST = 60  # cells of one state
SMALL, FEW = 5_000, 4  # in a short run so many people read


class AnyField(RowForm):
    """The seeded fault: a form that takes whatever the model has, and shows no more than the right one."""

    def __init__(self, data=None, **given):
        super().__init__(data, **given)
        for name in set(self.fields) - set(RegulationForm.base_fields) if data is None else ():
            del self.fields[name]

    class Meta:
        model = Regulation
        fields = "__all__"  # noqa: DJ007


def run(ask: Ask) -> Report:
    logging.disable(logging.CRITICAL)
    report, chance = Report(missed=0, false_alarms=0, facts={"表单": 0, "写成的": 0, "状态": 0}), Random(ask.seed)
    human_check.LEAST = datetime.timedelta(0)  # nobody waits here
    cast = prepared_cast()
    with fault() if ask.fault else nullcontext():
        everywhere(cast, ask, chance, report)
        along_the_road(cast, ask, chance, report)
    if not report.facts["写成的"]:
        report.problems.append("没有一张表单写成：夹带的什么也没有证明")
    return report


def fault() -> AbstractContextManager:
    return patch.object(regulations, "RegulationForm", AnyField)


def everywhere(cast: Cast, ask: Ask, chance: Random, report: Report) -> None:
    """Every address that takes a form, as it is for the whole cast."""
    found = [target for target in targets(cast, ("", "own")) if target.posts]
    if ask.count < SMALL:
        found = [target for target in found if target.name == FIRST] + chance.sample(found, FEW)
    found.sort(key=lambda target: target.name != FIRST)
    _send_all(Writing(cast, found, chance, report, ""), ask.count // 2)


def _send_all(writing: Writing, most: int) -> None:
    for who, form in writing.forms():
        writing.send(who, form)
        if len(writing.cells) >= most:
            break
    writing.report.count += len(writing.cells)


def along_the_road(cast: Cast, ask: Ask, chance: Random, report: Report) -> None:
    """The forms of one register in each state that the matrix writes of."""
    world, start = make_world("s000", tag="丙"), report.count
    sessions = cast.sessions | {who: session_of(world.people[name]) for who, name in PEOPLE.items()}
    reading = Reading(chance, report)
    share = max(LEAST, (ask.count - start) // len(states.STEPS))
    for where, register in islice(stages(world, "规划管理岗"), None if ask.count >= SMALL else 1):
        row = Block.objects.filter(register=register).first() or cast.objects["row"]["own"]
        objects = {"register": {"own": register}, "row": {"own": row}}
        here = replace(cast, near=world, sessions=sessions, objects=cast.objects | objects)
        readers = tuple(who for who in IDENTITIES if states.expected(where, "", who) == "in")
        found = [
            Target(pattern.name, "own", reverse(pattern.name, kwargs=arguments(pattern, here)["own"]), readers, readers)
            for pattern in patterns()
            if OBJECT.get(pattern.name) == "register"
        ]
        found += [target for target in targets(here) if target.name in BATCHES]
        found = found if ask.count >= SMALL else chance.sample(found, FEW)
        report.facts["状态"] += 1
        _send_all(Writing(here, found, chance, report, "/".join(filter(None, where))), share)
        people = [who for who in IDENTITIES if who in (*PEOPLE, "anonymous", "foreign_office", "foreign_holder")]
        reading.look(register, where, sessions, people if ask.count >= SMALL else chance.sample(people, FEW))
    if ask.count >= SMALL:
        reading.unread()
        filed(replace(cast, sessions=sessions), chance, report, share)


def filed(cast: Cast, chance: Random, report: Report, share: int) -> None:
    """The letter that hands a register in, and the receipt that the body outside gives."""
    world = make_world(FILED, tag="丁")
    sessions = cast.sessions | {who: session_of(world.people[name]) for who, name in PEOPLE.items()}
    register = world.register("post", "规划股股长")
    while not filings.owed(world.bureau).exists():
        step_once(register)
    here = replace(cast, near=world, sessions=sessions)
    _decide(here, chance, report, share, "待报送")
    by, items = world.people["办公室甲"], list(filings.owed(world.bureau))
    letter = filings.file(by=by, cycle=world.cycle, items=items, filed_on=timezone.localdate(), key=new_key())
    _decide(replace(here, objects=cast.objects | {"filing": {"own": letter}}), chance, report, share, "待接收")


def _decide(here: Cast, chance: Random, report: Report, share: int, state: str) -> None:
    """The forms that decide on many registers, where some wait."""
    report.facts["状态"] += 1
    found = [target for target in targets(here) if target.name in BATCHES]
    _send_all(Writing(here, found, chance, report, state), share)
