"""Units and posts: two sheets of one workbook. A post may stand in a unit that the same workbook adds."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from accounts.roles import Permission
from registers.enums import Tier, UnitKind
from registers.importing.catalogue.catalogue import Lines
from registers.importing.catalogue.ground import Ground, Node
from registers.importing.catalogue.making import make
from registers.importing.catalogue.organisation_sheets import POSTS, UNITS
from registers.importing.catalogue.places import bureaus_with
from registers.importing.catalogue.planned import ADD, CHANGE, Change, Labels, Line, Talk, added, compared, twice
from registers.importing.words import plain
from registers.models import Post, Unit
from registers.pinyin import sort_key
from registers.services import organisation

LABELS: Labels = {"kind": dict(UnitKind.choices), "tier": dict(Tier.choices)}
UNIT_FIELDS = ("kind", "short_name", "duties", "order", "opened_on")
POST_FIELDS = ("tier", "is_head", "priority", "duties", "order")
ROOT_KINDS = (UnitKind.AUTHORITY, UnitKind.BUREAU)


class Organisation:
    """The import of units and posts, by the office."""

    key, name = "organisation", "机构和岗位"
    lead = "科室、站所等机构和各机构的岗位。已有的按表里写明的栏目修改，空着的栏目不动；移动和撤销不在这里办。"
    tables = (UNITS, POSTS)

    def places(self, user: User) -> QuerySet[Unit]:
        return bureaus_with(user, Permission.KEEP_ORGANISATION)

    def offers(self, ground: Ground) -> dict[str, dict[str, Any]]:
        kinds = {kind.label: str(kind) for kind in UnitKind if kind not in ROOT_KINDS}
        tiers = {tier.label: str(tier) for tier in Tier}
        short = {label.removesuffix("岗位"): value for label, value in tiers.items()}
        return {
            "units": ground.offered_units(),
            "unit_kinds": kinds | {"科室": "section", "股室": "section"},
            "tiers": tiers | short,
        }

    def plan(self, lines: Lines, ground: Ground, talk: Talk, by: User) -> list[Change]:
        """Units first: posts may stand in them."""
        units = _units(lines["units"], ground, talk)
        return [*units, *_posts(lines["posts"], ground, talk)]

    def write(self, changes: Sequence[Change], ground: Ground, by: User, reason: str) -> None:
        """Units from the top down, then posts."""
        organisation.require_office(by, ground.bureau)
        for change in _from_above(changes):
            node = change.data["node"]
            if change.action == ADD:
                given = {"kind": UnitKind.SECTION} | change.fields
                parent = node.parent.unit
                node.unit = organisation.add_unit(by=by, parent=parent, name=node.name, reason=reason, **given)
            elif change.action == CHANGE:
                organisation.change_unit(by=by, unit=node.unit, reason=reason, **change.fields)
        posts = [change for change in changes if change.line.table is POSTS]
        make([_new_post(change) for change in posts if change.action == ADD], Post, by, reason)
        for change in posts:
            if change.action == CHANGE:
                organisation.change_post(by=by, post=change.row, reason=reason, **change.fields)

    def stored(self, ground: Ground) -> dict[str, list[dict[str, Any]]]:
        """All open units and posts."""
        units, posts = [], []
        for node in ground.nodes:
            if node.parent is not None:
                parent = "" if node.parent is ground.root else ground.told(node.parent)
                own = {key: getattr(node.unit, key) for key in UNIT_FIELDS}
                units.append(own | {"name": node.name, "parent": parent, "kind": node.unit.get_kind_display()})
            for post in node.posts.values():
                own = {key: getattr(post, key) for key in POST_FIELDS}
                posts.append(own | {"unit": ground.told(node), "name": post.name, "tier": post.get_tier_display()})
        return {"units": units, "posts": posts}


def _units(lines: Sequence[Line], ground: Ground, talk: Talk) -> list[Change]:
    old = list(ground.nodes)
    own: list[tuple[Line, Node]] = []
    for line in lines:
        if line["name"]:
            node = _known(line, old, ground) or Node(line["name"], None, ground.root, line)
            own.append((line, node))
            if node.unit is None:
                ground.nodes.append(node)
    parents = {node: ground.node_of(line, "parent", talk) for line, node in own if node.unit is None}
    _refuse_circles(parents, talk)
    for node, parent in parents.items():
        if parent is not None and not node.line.faulty:
            node.parent = parent
    changes = []
    seen: dict[tuple[int, str], Line] = {}
    for line, node in own:
        if line.faulty:
            continue
        key = (id(node.parent), plain(node.name))
        if key in seen:
            twice(line, "name", seen[key], talk)
            continue
        seen[key] = line
        fields = line.given(*UNIT_FIELDS)
        if node.unit is not None:
            changes.append(compared(line, node.unit, fields, node.path, LABELS, node=node))
            continue
        if same := [other.path for other in old if plain(other.name) == plain(node.name)]:
            talk.warn(line, "name", f"已有同名机构“{same[0]}”，这里将另设一个。", "如果就是它，请改上级机构。")
        changes.append(added(line, fields, node.path, LABELS, node=node))
    return changes


def _known(line: Line, old: Sequence[Node], ground: Ground) -> Node | None:
    """The unit that is there already: of that name, below the unit that the line names."""
    for node in old:
        if node.parent is None or plain(node.name) != plain(line["name"]):
            continue
        above = ground.named(line["parent"]) if line["parent"] else [ground.root]
        if node.parent in above:
            return node
    return None


def _refuse_circles(parents: dict[Node, Node | None], talk: Talk) -> None:
    """A unit that is its own superior, over however many others."""
    for node in parents:
        way, up = [node], parents[node]
        while up is not None and up not in way:
            way.append(up)
            up = parents.get(up)
        if up is node:
            told = "、".join(f"“{one.name}”" for one in way[:5])
            said = "上级机构是它自己。" if len(way) == 1 else f"{told}互为上级，成了环。"
            talk.error(node.line, "parent", said, "请改正上级机构。")


def _posts(lines: Sequence[Line], ground: Ground, talk: Talk) -> list[Change]:
    changes = []
    seen: dict[tuple[int, str], Line] = {}
    for line in lines:
        node = ground.node_of(line, "unit", talk) if line["unit"] else None
        if node is None or not line["name"]:
            continue
        key = (id(node), plain(line["name"]))
        if key in seen:
            twice(line, "name", seen[key], talk)
            continue
        seen[key] = line
        fields, name = line.given(*POST_FIELDS), f"{node.name} {line['name']}"
        if post := node.posts.get(plain(line["name"])):
            changes.append(compared(line, post, fields, name, LABELS, node=node))
        else:
            changes.append(added(line, fields, name, LABELS, node=node))
    return changes


def _from_above(changes: Sequence[Change]) -> Iterator[Change]:
    """The units, none before the one above it."""
    depth = {id(change): change.data["node"].path.count("/") for change in changes if change.line.table is UNITS}
    return iter(sorted((change for change in changes if id(change) in depth), key=lambda change: depth[id(change)]))


def _new_post(change: Change) -> Post:
    unit = change.data["node"].unit
    name = change.line["name"]
    keys = {"bureau_id": unit.bureau_id, "section_id": unit.section_id}
    return Post(unit=unit, name=name, sort_key=sort_key(name), **keys, **change.fields)
