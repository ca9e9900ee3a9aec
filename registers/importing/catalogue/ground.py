"""What there is already: the units and posts that a workbook may name, as a tree that new ones can be hung into."""

import re
from dataclasses import dataclass, field

from registers.importing.catalogue.planned import Line, Talk
from registers.importing.words import plain
from registers.models import Post, Unit

_PATH = re.compile(r"\s*[/／]\s*")


@dataclass(eq=False)
class Node:
    """A unit: one there is, or one that a line adds."""

    name: str
    unit: Unit | None = None
    parent: "Node | None" = None
    line: Line | None = None
    posts: dict[str, Post] = field(default_factory=dict)  # open ones, by plain name

    @property
    def path(self) -> str:
        """Its name below the bureau: 执法大队/一组."""
        names, node = [], self
        while node.parent is not None:
            names.append(node.name)
            node = node.parent
        return "/".join(reversed(names)) or self.name

    def is_within(self, other: "Node") -> bool:
        """Whether it is the other or below it."""
        node: Node | None = self
        while node is not None and node is not other:
            node = node.parent
        return node is other


class Ground:
    """The open units and posts of a bureau. ``place`` is the unit whose table is imported."""

    def __init__(self, place: Unit) -> None:
        self.unit = place
        self.bureau = place.bureau
        self.nodes: list[Node] = []
        by_key: dict[int, Node] = {}
        for unit in Unit.objects.open().filter(bureau_id=place.bureau_id).order_by("lft"):
            node = Node(unit.name, unit, by_key.get(unit.parent_id))
            by_key[unit.pk] = node
            self.nodes.append(node)
        for post in Post.objects.open().filter(bureau_id=place.bureau_id).order_by("order", "pk"):
            if post.unit_id in by_key:
                by_key[post.unit_id].posts[plain(post.name)] = post
        self.root = by_key[place.bureau_id]
        self.place = by_key[place.pk]

    def named(self, text: str) -> list[Node]:
        """The nodes of that name, or of that path (上级/名称)."""
        *above, name = [plain(part) for part in _PATH.split(text.strip()) if part] or [""]
        return [node for node in self.nodes if plain(node.name) == name and _is_below(node, above)]

    def node_of(self, line: Line, key: str, talk: Talk, *, empty: Node | None = None) -> Node | None:
        """The one node that a cell names, within the place; None with an error on the cell."""
        text = line[key]
        if not text:
            return empty or self.place
        found = [node for node in self.named(text) if node.is_within(self.place)]
        if len(found) == 1:
            return found[0]
        if found:
            talk.error(line, key, f"有{len(found)}个机构叫“{text}”。", "请写成“上级机构/名称”。")
        elif self.named(text):
            talk.error(line, key, f"“{text}”不在“{self.place.name}”之内。", "请改写，或换一个“导入到”的机构再上传。")
        else:
            talk.error(line, key, f"没有“{text}”这个机构。", "请核对名称；新机构请先在“机构和岗位”中导入。")
        return None

    def post_of(self, line: Line, key: str, node: Node, talk: Talk) -> Post | None:
        """The post of a unit that a cell names; None with an error on the cell."""
        post = node.posts.get(plain(line[key]))
        if post is None:
            todo = "请核对名称；新岗位请先在“机构和岗位”中导入。"
            talk.error(line, key, f"“{node.name}”没有“{line[key]}”这个岗位。", todo)
        return post

    def offered_units(self) -> dict[str, str]:
        """The units as a drop-down list offers them: by name, or by path where a name occurs twice."""
        within = [node for node in self.nodes if node.unit and node.is_within(self.place)]
        names = [node.name for node in within]
        told = [node.name if names.count(node.name) == 1 else node.path for node in within]
        return {name: name for name in told}

    def told(self, node: Node) -> str:
        """How a node is written in a table."""
        return node.name if len(self.named(node.name)) == 1 else node.path

    def node(self, unit_id: int) -> Node | None:
        """The node of a unit that is there."""
        return next((node for node in self.nodes if node.unit and node.unit.pk == unit_id), None)


def _is_below(node: Node, above: list[str]) -> bool:
    """Whether these names are the last ones above it, in this order."""
    for name in reversed(above):
        node = node.parent
        if node is None or plain(node.name) != name:
            return False
    return True
