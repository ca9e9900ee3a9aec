"""The two bodies and the six people, and a clock whose days can be let pass."""

import datetime
from dataclasses import dataclass, field

from django.utils import timezone

from accounts.models import User
from accounts.roles import ADMINISTRATORS, Role
from drills.administrators.people import Knowledge
from registers.importing.cells import Sheet
from registers.models import Post, Unit
from tests.catalogue.files import book, sheets_of
from tests.factories import appoint, grant, make_bureau, make_post, make_section

SEATS = (
    ("系统甲", Role.SYSTEM_ADMIN, "above"),
    ("安全甲", Role.SECURITY_ADMIN, "above"),
    ("审计甲", Role.AUDIT_ADMIN, "above"),
    ("办公室甲", Role.OFFICE, "above"),
    ("系统乙", Role.SYSTEM_ADMIN, "below"),
    ("安全乙", Role.SECURITY_ADMIN, "below"),
)
_localdate = timezone.localdate


@dataclass
class Ground:
    """What every sequence begins with."""

    units: list[Unit]
    posts: list[Post]
    knowledge: Knowledge
    sheets: list[tuple[str, Unit, list[Sheet]]] = field(default_factory=list)


class Days:
    """The product asks for the date in one way only: here it can be moved on."""

    passed = 0

    @classmethod
    def today(cls, value=None, timezone=None) -> datetime.date:
        day = _localdate(value, timezone)
        return day if value is not None else day + datetime.timedelta(days=cls.passed)

    @classmethod
    def begin(cls) -> None:
        cls.passed = 0
        timezone.localdate = cls.today


def make_ground() -> Ground:
    above = make_bureau("县廉政领导小组")
    below = make_bureau("县建设局", above=above)
    units, posts, knowledge = [above, below], [], Knowledge()
    for bureau in (above, below):
        section = make_section(bureau, f"{bureau.name}一股")
        posts += [make_post(section, "股长", head=True), make_post(section, "经办岗"), make_post(section, "副股长")]
    for name, role, place in SEATS:
        bureau = above if place == "above" else below
        user = User.objects.create_user(name, name=name, password=f"own-{name}")
        User.objects.filter(pk=user.pk).update(home_bureau=bureau.pk)
        grant(role, bureau, user)
        _own(knowledge, user, f"own-{name}")
        if role in ADMINISTRATORS:
            knowledge.homes.add((bureau.pk, str(role)))
    holder = User.objects.create_user("经办", name="经办", password="own-经办")
    User.objects.filter(pk=holder.pk).update(home_bureau=below.pk)
    appoint(posts[4], holder)
    _own(knowledge, holder, "own-经办")
    return Ground(units, posts, knowledge, _sheets(units, posts))


def _own(knowledge: Knowledge, user: User, password: str) -> None:
    person = knowledge.new_person()
    knowledge.owner[user.pk] = person
    knowledge.new_password(user.pk, password, person, delivered=True)


def _sheets(units: list[Unit], posts: list[Post]) -> list[tuple[str, Unit, list[Sheet]]]:
    """Lists that somebody may hand in: new people and old ones, on posts that decide and that do not."""
    found = []
    for number, unit in enumerate(units):
        own = [post for post in posts if post.bureau_id == unit.pk]
        for post in own[:2]:
            for name in (f"新人{number}{post.pk}", "审计甲", "经办"):
                rows = [["姓名", "用户名", "机构", "岗位"], [name, name, post.unit.name, post.name]]
                found.append(("people", unit, sheets_of(book(人员任职=rows))))
        accounts = [["姓名", "用户名"], [f"名单{number}", f"名单{number}"], ["经办", "经办"]]
        found.append(("accounts", unit, sheets_of(book(账号=accounts))))
    return found
