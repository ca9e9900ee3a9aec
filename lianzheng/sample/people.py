"""The people of the sample, as a table that the console prints."""

import unicodedata
from dataclasses import dataclass

from accounts.models import User
from accounts.services import SAMPLE_PREFIX
from lianzheng.sample import material
from registers.models import Appointment, RoleGrant

DEFAULT = "填写本岗位登记表，给同事提意见"


@dataclass(frozen=True)
class Person:
    name: str
    unit: str
    does: str
    username: str


def people() -> list[Person]:
    """Everybody of the sample: first those with a role or a story, then the others by their units."""
    data = material.read("bureau.json")
    given = [*data["roles"], *data["administrators"], *data["authority"]["people"]]
    does = {entry["user"]: entry["does"] for entry in reversed(given)} | data["does"]
    units = dict(Appointment.objects.current().order_by("-pk").values_list("user", "post__unit__name"))
    units = dict(RoleGrant.objects.current().order_by("-pk").values_list("user", "unit__name")) | units
    order = {key: place for place, key in enumerate([*(entry["user"] for entry in given), *data["does"]])}
    rows = User.objects.filter(username__startswith=SAMPLE_PREFIX, is_active=True).order_by("pk")
    found = sorted(rows, key=lambda user: order.get(key_of(user), len(order)))
    return [Person(user.name, units.get(user.pk, ""), does.get(key_of(user), DEFAULT), user.username) for user in found]


def key_of(user: User) -> str:
    return user.username.removeprefix(SAMPLE_PREFIX)


def table(rows: list[Person]) -> str:
    """The table in columns that line up in a terminal, where a Chinese character is two places wide."""
    lines = [("姓名（岗位）", "所在机构", "能做什么", "用户名")]
    lines += [(row.name, row.unit, row.does, row.username) for row in rows]
    widths = [max(_width(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join("  ".join(_padded(*pair) for pair in zip(line, widths, strict=True)).rstrip() for line in lines)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
