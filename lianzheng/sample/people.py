"""The people of the sample, as a table that the console prints."""

import unicodedata
from collections.abc import Iterator
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
    """Everybody of the sample bureau (not of synthetic bodies): first those with a role or a story, then the others."""
    data = material.read("bureau.json")
    given = [*data["roles"], *data["administrators"], *data["authority"]["people"]]
    does = {entry["user"]: entry["does"] for entry in reversed(given)} | data["does"]
    units = dict(Appointment.objects.current().order_by("-pk").values_list("user", "post__unit__name"))
    units = dict(RoleGrant.objects.current().order_by("-pk").values_list("user", "unit__name")) | units
    order = {key: place for place, key in enumerate([*(entry["user"] for entry in given), *data["does"]])}
    keys = {entry["user"] for entry in given} | set(_holders(data["units"]))
    rows = User.objects.filter(username__in=[f"{SAMPLE_PREFIX}{key}" for key in keys], is_active=True).order_by("pk")
    found = sorted(rows, key=lambda user: order.get(key_of(user), len(order)))
    return [Person(user.name, units.get(user.pk, ""), does.get(key_of(user), DEFAULT), user.username) for user in found]


def _holders(units: list[dict]) -> Iterator[str]:
    """The user keys of all posts of these units and of those below them."""
    for unit in units:
        for post in unit["posts"]:
            yield from (key for key in (post["user"], *post.get("also", ())) if key)
        yield from _holders(unit.get("units", []))


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
