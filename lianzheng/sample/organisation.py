"""Founding the sample bureau: units, posts, people, roles and powers, all by the services of the office."""

from dataclasses import dataclass, field
from typing import Any

from accounts import services as accounts
from accounts.models import User
from accounts.services import SAMPLE_PREFIX
from lianzheng.sample import material
from registers.enums import UnitKind
from registers.models import Post, Power, Regulation, Unit
from registers.services import appointments, organisation, powers, procedures, regulations, roles, tree


@dataclass
class Body:
    """The bureau as far as it stands, by the keys of bureau.json."""

    data: dict[str, Any]
    authority: Unit
    bureau: Unit
    units: dict[str, Unit] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)  # by user key; a vacant post by its name
    people: dict[str, User] = field(default_factory=dict)
    powers: dict[tuple[int, str], Power] = field(default_factory=dict)  # by unit and key
    regulations: dict[str, Regulation] = field(default_factory=dict)
    given: dict[int, dict] = field(default_factory=dict)  # post id → what bureau.json says of it
    given_units: dict[int, dict] = field(default_factory=dict)

    def post_ids(self, *keys: str) -> list[int]:
        """Posts of these user keys, or of whole units of these keys."""
        found = [self.posts[key].pk for key in keys if key in self.posts]
        units = [self.units[key] for key in keys if key in self.units]
        return found + list(Post.objects.filter(unit__in=units).order_by("unit", "order").values_list("pk", flat=True))


def found(data: dict[str, Any]) -> Body:
    """The authority, the bureau, its roles, and the units that tried the plan out first."""
    authority = tree.add_unit(by=None, name=data["authority"]["name"], kind=UnitKind.AUTHORITY)
    bureau = tree.add_unit(
        number_prefix="东建",
        contact="局纪检组（局机关二楼，工作日接待），举报电话12388",
        by=None,
        name=data["bureau"]["name"],
        kind=UnitKind.BUREAU,
        above=authority,
        duties=data["bureau"]["duties"],
    )
    body = Body(data, authority, bureau)
    for given in data["authority"]["people"]:
        _grant(body, given, authority)
    for given in (*data["roles"], *data["administrators"]):
        _grant(body, given, bureau)
    add_units(body, [given for given in data["units"] if given.get("pilot")])
    return body


def grow(body: Body) -> None:
    """The other units join."""
    add_units(body, [given for given in body.data["units"] if not given.get("pilot")])


def add_units(body: Body, units: list[dict]) -> None:
    """Units with their posts and powers, then who is in charge of what."""
    for given in units:
        _add_unit(body, given, body.bureau)
    for post_id, given in body.given.items():
        for key in given.get("charges", ()):
            if key in body.units:
                post = Post.objects.get(pk=post_id)
                if not post.charges.filter(unit=body.units[key]).exists():
                    appointments.add_charge(by=None, post=post, unit=body.units[key])


def _add_unit(body: Body, given: dict, parent: Unit) -> None:
    order = [unit["key"] for unit in body.data["units"]].index(given["key"]) if parent == body.bureau else 1
    unit = tree.add_unit(
        by=None,
        name=given["name"],
        kind=given.get("kind", UnitKind.SECTION),
        parent=parent,
        duties=given["duties"],
        order=order,
    )
    body.units[given["key"]], body.given_units[unit.pk] = unit, given
    for key in given["powers"]:
        _power(body, unit, key, None)
    for number, post in enumerate(given["posts"]):
        _add_post(body, unit, post, number)
    for below in given.get("units", ()):
        _add_unit(body, below, unit)


def _add_post(body: Body, unit: Unit, given: dict, order: int) -> None:
    post = organisation.add_post(
        by=None,
        unit=unit,
        name=given["name"],
        tier=given["tier"],
        duties=given["duties"],
        is_head=given.get("head", False),
        order=order,
    )
    body.posts[given["user"] or given["name"]], body.given[post.pk] = post, given
    users = [given["user"], *given.get("also", ())] if given["user"] else []
    for user, name in zip(users, given.get("names", [given["name"]] * len(users)), strict=True):
        appointments.appoint(by=None, post=post, user=person(body, user, name))
    for key in given["powers"]:
        _power(body, unit, key, post)


def person(body: Body, key: str, name: str = "") -> User:
    """The account of that key, made at its first mention. Nobody has a password: sign-in is by one click."""
    if key not in body.people:
        username = f"{SAMPLE_PREFIX}{key}"
        body.people[key] = accounts.add_person(by=None, username=username, name=name, bureau=body.bureau.pk)
    return body.people[key]


def _grant(body: Body, given: dict, unit: Unit) -> None:
    user = person(body, given["user"], given.get("name") or _post_name(body, given["user"]))
    roles.grant_role(by=None, user=user, role=given["role"], unit=unit, title=given.get("title", ""))


def _post_name(body: Body, user: str) -> str:
    return next(post["name"] for unit in body.data["units"] for post in unit["posts"] if post["user"] == user)


def _power(body: Body, unit: Unit, key: str, post: Post | None) -> Power:
    """The power of that key in the unit; the first who names it owns it, the others exercise it with him."""
    if (unit.pk, key) in body.powers:
        return body.powers[unit.pk, key]
    text = material.powers()[key]
    power = powers.add_power(
        by=None,
        unit=unit,
        post=post,
        name=text.name,
        kind=text.kind,
        area=text.area,
        exercising_body=body.bureau.name,
        procedure_text="→".join(text.steps),
        external=text.kind != "internal",
        published=text.kind in ("permit", "penalty"),
        **text.fields,
    )
    procedures.add_procedure(by=None, power=power, name=f"{text.name}流程", steps=material.procedure(key))
    if text.regulation:
        powers.link_regulation(by=None, power=power, regulation=_regulation(body, text.regulation))
    body.powers[unit.pk, key] = power
    return power


def _regulation(body: Body, title: str) -> Regulation:
    if title not in body.regulations:
        body.regulations[title] = regulations.add_regulation(by=None, bureau=body.bureau, title=title)
    return body.regulations[title]
