"""What an import is held against: the units, posts, powers and open registers of one bureau, read once."""

import difflib
import re
from dataclasses import dataclass, field

from registers.enums import RegisterState
from registers.importing.vocabulary import titles_of
from registers.importing.words import plain
from registers.models import Cycle, HeadingMemory, Post, Power, Register, Unit
from registers.schemes.model import SchemeSpec
from registers.schemes.store import spec_of


@dataclass
class Ground:
    """Lookups by name. ``unit`` is where the user said the table belongs."""

    unit: Unit
    cycle: Cycle
    spec: SchemeSpec
    units: dict[str, list[Unit]] = field(default_factory=dict)
    by_pk: dict[int, Unit] = field(default_factory=dict)
    posts: dict[str, list[Post]] = field(default_factory=dict)
    powers: dict[tuple[int, str], list[Power]] = field(default_factory=dict)
    by_post: dict[int, list[Register]] = field(default_factory=dict)
    by_unit: dict[int, list[Register]] = field(default_factory=dict)
    memory: dict[str, str] = field(
        default_factory=dict
    )  # heading → field, by the scheme's forms and as the bureau decided before

    def inside(self, unit: Unit) -> bool:
        """Whether a unit lies under the chosen one."""
        return unit.tree_id == self.unit.tree_id and unit.lft >= self.unit.lft and unit.rght <= self.unit.rght

    def unit_named(self, name: str) -> Unit | None:
        """The open unit of that name (or short name); one under the chosen unit comes first."""
        found = self.units.get(plain(name), [])
        return next((unit for unit in found if self.inside(unit)), found[0] if found else None)

    def unit_names(self, like: str) -> str:
        """Names close to what was written, for the message."""
        names = {unit.name for found in self.units.values() for unit in found if unit.parent_id}
        close = difflib.get_close_matches(like, names, 3, 0.3) or sorted(names)[:8]
        return "、".join(close)

    def post_named(self, name: str, unit: Unit) -> Post | None:
        """The open post of that name in a unit's subtree; None when there is none or it is not certain which."""
        found = [post for post in self.posts.get(plain(name), []) if _under(post.unit, unit)]
        own = [post for post in found if post.unit_id == unit.pk]
        return (own or found)[0] if len(own or found) == 1 else None

    def units_inside(self) -> list[Unit]:
        """The open units under the chosen one and itself, in the order of the tree."""
        return sorted((unit for unit in self.by_pk.values() if self.inside(unit)), key=lambda unit: unit.lft)

    def posts_named(self, name: str) -> list[Post]:
        """All open posts of the bureau with that name."""
        return self.posts.get(plain(name), [])

    def power_named(self, name: str, unit: Unit, post_id: int | None) -> Power | None:
        """An open power of that name: the post's own, else one of the unit as a whole."""
        found = self.powers.get((unit.pk, plain(name)), [])
        own = [power for power in found if post_id and power.post_id == post_id]
        return next(iter(own or [power for power in found if power.post_id is None]), None)

    def register_of_post(self, post: Post) -> Register | None:
        """The post's register of this cycle that can take rows."""
        return next((register for register in self.by_post.get(post.pk, []) if self.takes_rows(register)), None)

    def register_of_unit(self, unit: Unit) -> Register | None:
        """The unit's register of this cycle that can take rows; of the nearest unit above that has one, else."""
        place: Unit | None = unit
        while place is not None:
            found = [register for register in self.by_unit.get(place.pk, []) if self.takes_rows(register)]
            if found:
                return found[0]
            if self.by_unit.get(place.pk) or place.parent_id is None or place.section_id == place.pk:
                return None
            place = self.by_pk.get(place.parent_id)
        return None

    def takes_rows(self, register: Register) -> bool:
        """Whether risk points may be added: it is with its filler, at a step that opens them."""
        if register.state != RegisterState.FILLING:
            return False
        try:
            return "points" in self.spec.route(register.scope).step(register.step).opens
        except KeyError:
            return False

    def why_not(self, unit: Unit, post: Post | None) -> str:
        """Why no register takes the rows of that unit or post."""
        found = (self.by_post.get(post.pk, []) if post else []) + self.by_unit.get(unit.pk, [])
        if found:
            return f"“{found[0].subject_name}”的登记表已提交或不在查找风险点的步骤，不能导入。"
        return f"本周期没有开启“{post or unit}”的登记表。"


def _under(unit: Unit, top: Unit) -> bool:
    return unit.tree_id == top.tree_id and unit.lft >= top.lft and unit.rght <= top.rght


def read_ground(unit: Unit, cycle: Cycle) -> Ground:
    """The ground of an import into that unit's registers of that cycle: six queries."""
    unit = Unit.objects.get(pk=unit.pk)  # tree numbers of an older copy may have moved on
    ground = Ground(unit=unit, cycle=cycle, spec=spec_of(cycle.scheme))
    for each in Unit.objects.open().filter(bureau_id=unit.bureau_id).order_by("level", "lft"):
        ground.by_pk[each.pk] = each
        for name in {plain(each.name), plain(each.short_name)} - {""}:
            ground.units.setdefault(name, []).append(each)
    for post in Post.objects.open().filter(bureau_id=unit.bureau_id).select_related("unit"):
        ground.posts.setdefault(plain(post.name), []).append(post)
    for power in Power.objects.open().filter(bureau_id=unit.bureau_id).order_by("pk"):
        ground.powers.setdefault((power.unit_id, plain(power.name)), []).append(power)
    for register in Register.objects.filter(cycle=cycle, bureau_id=unit.bureau_id).order_by("-version", "pk"):
        if register.post_id:
            ground.by_post.setdefault(register.post_id, []).append(register)
        else:
            ground.by_unit.setdefault(register.unit_id, []).append(register)
    ground.memory = titles_of(ground.spec.forms) | memory_of(unit.bureau_id)
    return ground


def memory_of(bureau: int) -> dict[str, str]:
    """What the headings of a bureau's own tables mean, as somebody decided in an import before."""
    return dict(HeadingMemory.objects.filter(bureau=bureau).values_list("words", "field"))


SEVERAL = re.compile(r"[;；、,，\n]|和|及")


def several(text: str) -> list[str]:
    """The parts of a cell that names several units or posts; one part when it names one."""
    return [part.strip() for part in SEVERAL.split(text) if part.strip()]
