"""Registers that stand at a notice step, for the tests of notices, comments and public pages."""

import datetime
import itertools

from django.db import transaction

from accounts.models import User
from registers.enums import RegisterState
from registers.models import Cycle, Post, Register, Unit
from tests.factories import make_cycle, make_power, make_register, make_row, make_scheme
from tests.plumbing.remembered import remembered
from tests.small_scheme import small_scheme
from tests.world import World, make_world
from workflow import engine, seals
from workflow.acts import Act, new_key
from workflow.models import Notice
from workflow.services import notices

FIELDS = ["order", "unit", "post", "power", "kind", "point", "level", "controls", "responsible"]
_versions = itertools.count(1)


def scheme_with(audience: str = "society", days: int = 5, fields: list[str] | None = None, at: str = "bureau"):
    """The small scheme with a notice step before the issue, on posts, sections and the bureau."""
    values = small_scheme()
    step = {
        "key": "notice",
        "name": "公示",
        "kind": "notice",
        "notice": "shown",
        "actor": {"who": "role", "role": "office"},
        "returns": [{"to": "fill"}],
    }
    routes = [route | {"steps": [*route["steps"][:-1], step, route["steps"][-1]]} for route in values["routes"]]
    recipient = {"who": "role", "role": "discipline", "at": at}
    rule = {
        "key": "shown",
        "name": "公示",
        "audience": audience,
        "fields": fields or FIELDS,
        "days": days,
        "recipient": recipient,
        "channels": ["公开栏"],
    }
    return make_scheme(version=next(_versions), routes=routes, notices=[rule])


@remembered
def make_notice_world(audience: str = "society", **rule) -> World:
    """The usual bureau and people with a cycle of a scheme that has that notice rule; no register yet."""
    world = make_world("s000", open_registers=False)
    world.cycle = make_cycle(world.bureau, scheme_with(audience, **rule), year=2026)
    return world


@transaction.atomic
def at_notice(cycle: Cycle, subject: Post | Unit, rows: int = 2, **fields) -> Register:
    """A sealed register with rows that stands at the notice step, its task on the office's desk."""
    state = {"step": "notice", "state": RegisterState.MOVING}
    register = make_register(subject, cycle=cycle, **(state | fields))
    for number in range(rows):
        name = f"{register.subject_name}风险{number + 1}"
        power = make_power(subject, f"{subject.name}职权{number + 1}", discretion="裁量幅度内部口径")
        make_row(register, power=power, name=name, channel="peer", factors={"likely": "high"})
    seals.seal(register=register, by=register.filler)
    engine.lay_out_again(register=engine.locked(register.pk), by=None)
    register.refresh_from_db()
    return register


def published(world: World, *registers: Register, by: User | None = None, section: Unit | None = None) -> Notice:
    """An open notice over these registers, published by the office."""
    by = by or world.people["办公室甲"]
    notice = notices.draft_notice(
        by=by, cycle=world.cycle, rule="shown", registers=list(registers), contact="县建设局纪检组", section=section
    )
    return notices.publish(by=by, notice=notice, key=new_key())


@remembered
def make_shown_world(audience: str, *posts: str, rows: int = 2) -> tuple[World, Notice]:
    """The world of that audience with an open notice over the registers of these posts."""
    world = make_notice_world(audience)
    return world, published(world, *(at_notice(world.cycle, world.posts[name], rows=rows) for name in posts))


def world_of(request, audience: str) -> World:
    """For a fixture: the world of the fixture `shown` where a test asks for its notice, else the same without any."""
    return request.getfixturevalue("shown")[0] if "shown" in request.fixturenames else make_notice_world(audience)


def let_end(notice: Notice) -> Notice:
    """The period lies in the past."""
    notice.refresh_from_db()
    days = datetime.timedelta(days=40)
    Notice.objects.filter(pk=notice.pk).update(starts_on=notice.starts_on - days, ends_on=notice.ends_on - days)
    notice.refresh_from_db()
    return notice


def back(opinion: str = "措施不能落实，请重新研究", **fields) -> Act:
    """A recipient's grounds for taking one register out."""
    return Act(opinion=opinion, **fields)
