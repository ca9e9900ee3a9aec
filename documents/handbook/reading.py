"""The parts of a handbook, read unit by unit: never more than a few units are held at once."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Q

from documents.handbook import facts
from documents.handbook.asking import Scope
from documents.handbook.model import PostPart, PowerText, RuleText, UnitPart
from documents.handbook.past import as_were
from documents.handbook.risks import InForce, ledger_for
from paper.text import chinese_date
from registers.bands import Bands, bands_of
from registers.models import Charge, Post, Power, Regulation, Unit
from registers.powers import Words, words_of

POSTS_A_PIECE = 12  # a piece is made anew when one word in it changed, so it is not long
POSTS_AT_ONCE = 72  # read together


@dataclass(frozen=True)
class Piece:
    """A unit with some of its posts: what is printed, and kept, as one."""

    unit: Unit
    posts: tuple[Post, ...]
    first: bool


@dataclass
class Reader:
    """Reads the pieces of one handbook and remembers what its front and back must tell."""

    scope: Scope
    by: object = None
    cycles: set[str] = field(default_factory=set)
    rules: Counter[int] = field(default_factory=Counter)  # regulation → how often it is used

    @cached_property
    def bands(self) -> Bands:
        return bands_of(self.scope.reach.all_bureaus())

    @cached_property
    def pieces(self) -> list[Piece]:
        """All pieces in order. One query for all posts."""
        day = self.scope.asked.day
        units = self.scope.units
        rows = Post.objects.filter(unit__in=[unit.pk for unit in units])
        rows = rows.filter(Q(closed_on=None) | Q(closed_on__gt=day))
        posts: dict[int, list[Post]] = {}
        for post in rows.order_by("unit_id", "order", "sort_key", "pk"):
            posts.setdefault(post.unit_id, []).append(post)
        found = []
        for unit in units:
            own = posts.get(unit.pk, [])
            for start in range(0, max(len(own), 1), POSTS_A_PIECE):
                found.append(Piece(unit, tuple(own[start : start + POSTS_A_PIECE]), start == 0))
        return found

    def parts(self) -> Iterator[UnitPart]:
        """The parts, piece by piece."""
        batch: list[Piece] = []
        for piece in self.pieces:
            if sum(len(held.posts) + 1 for held in batch) + len(piece.posts) > POSTS_AT_ONCE:
                yield from self._read(batch)
                batch = []
            batch.append(piece)
        if batch:
            yield from self._read(batch)

    def _read(self, batch: list[Piece]) -> list[UnitPart]:
        return Batch(self, batch).parts()

    def regulations(self) -> list[RuleText]:
        """The rules that anything in the handbook rests on."""
        rows = list(Regulation.objects.filter(pk__in=self.rules).order_by("title", "pk"))
        return [
            RuleText(row.title, row.number, chinese_date(row.issued_on), row.get_change_display(), self.rules[row.pk])
            for row in as_were(rows, self.scope.asked.past, ("title", "number", "issued_on", "change"), set(self.rules))
        ]


@dataclass
class Batch:
    """Some pieces that are read together."""

    reader: Reader
    pieces: list[Piece]

    @property
    def day(self):
        return self.reader.scope.asked.past

    @cached_property
    def units(self) -> list[int]:
        return list(dict.fromkeys(piece.unit.pk for piece in self.pieces))

    @cached_property
    def held(self) -> InForce:
        reader = self.reader
        held = InForce(ledger_for(reader.by, reader.scope.reach, reader.bands, self.day)).read(self.units)
        reader.cycles |= held.cycles
        return held

    @cached_property
    def powers(self) -> dict[tuple[int, int | None], list[Power]]:
        """Powers by unit and post, with their rules and procedures."""
        day = self.reader.scope.asked.day
        rows = Power.objects.filter(Q(closed_on=None) | Q(closed_on__gt=day))
        rows = rows.filter(Q(unit_id__in=self.units) | Q(post__unit_id__in=self.units)).order_by("order", "pk")
        rows = rows.select_related("post").prefetch_related("regulations", "procedures__steps")
        found: dict[tuple[int, int | None], list[Power]] = {}
        for row in as_were(list(rows), self.day, facts.POWER_FIELDS, self.held.powers):
            stands = row.post and (row.post.closed_on is None or row.post.closed_on > day)
            key = (row.post.unit_id, row.post_id) if stands else (row.unit_id, None)
            found.setdefault(key, []).append(row)
        return found

    @cached_property
    def words(self) -> dict[int, Words]:
        bureaus = {piece.unit.bureau_id: piece.unit for piece in self.pieces}
        return {pk: words_of(Unit(pk=pk)) for pk in bureaus}

    @cached_property
    def leaders(self) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        rows = Charge.objects.on(self.reader.scope.asked.day).filter(unit_id__in=self.units).order_by("pk")
        for unit, post in rows.values_list("unit_id", "post__name"):
            found.setdefault(unit, []).append(post)
        return found

    def parts(self) -> list[UnitPart]:
        posts = [post for piece in self.pieces for post in piece.posts]
        kept = {post.pk for post in as_were(posts, self.day, facts.POST_FIELDS, set(self.held.posts))}
        as_were([piece.unit for piece in self.pieces], self.day, facts.UNIT_FIELDS, set(self.units))
        found = [self._part(piece, kept) for piece in self.pieces]
        self.reader.rules.update(self.held.rules)
        return found

    def _part(self, piece: Piece, kept: set[int]) -> UnitPart:
        unit = piece.unit
        names = facts.names_of(self.reader.scope.units, unit, self.reader.scope.bureaus[unit.bureau_id])
        part = UnitPart(
            anchor=f"u{unit.pk}",
            name=unit.name,
            bureau=names[0],
            path=" · ".join(names[:-1]),
            posts=tuple(self._post(post, unit) for post in piece.posts if post.pk in kept),
            first=piece.first,
            below=unit.rght > unit.lft + 1,
        )
        if not piece.first:
            return part
        return facts.with_unit(
            part,
            duties=unit.duties,
            leaders=tuple(self.leaders.get(unit.pk, ())),
            powers=self._powers(unit, None),
            risks=self.held.of_unit(unit.pk, hidden=not self.reader.scope.reach.covers(unit)),
        )

    def _post(self, post: Post, unit: Unit) -> PostPart:
        own = {power.pk for power in self.powers.get((unit.pk, post.pk), ())}
        used = self.held.used_powers.get(post.pk, {})
        shared = dict.fromkeys(name for pk, name in used.items() if pk not in own)
        marks = (("本机构负责人",) if post.is_head else ()) + (("重点对象",) if post.priority else ())
        return PostPart(
            anchor=f"p{post.pk}",
            name=post.name,
            tier=post.get_tier_display(),
            marks=marks,
            duties=post.duties,
            powers=self._powers(unit, post.pk),
            shared=tuple(shared),
            risks=self.held.of_post(post.pk, hidden=not self.reader.scope.reach.covers(unit, post.pk)),
        )

    def _powers(self, unit: Unit, post: int | None) -> tuple[PowerText, ...]:
        rows = self.powers.get((unit.pk, post), ())
        for power in rows:
            self.reader.rules.update(rule.pk for rule in power.regulations.all())
        return tuple(facts.power_text(power, self.words[unit.bureau_id], self.held.marks) for power in rows)
