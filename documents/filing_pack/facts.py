"""What a filing pack is made of and checked by: all of a cycle, read in a fixed number of queries."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Count, F, Max, Q
from django.utils import timezone

from registers.enums import RegisterState
from registers.models import Cycle, CycleDate, Post, Register, Unit
from registers.schemes.layouts import spec_for
from registers.schemes.model import SchemeSpec, Scope
from registers.schemes.road import Route
from registers.services import redactions
from workflow.enums import CommentState, NoticeState
from workflow.models import (
    Comment,
    Decision,
    Filing,
    FilingItem,
    Inclusion,
    Issuance,
    Meeting,
    MeetingItem,
    Notice,
    NoticeItem,
    Seal,
    Task,
)
from workflow.services.cycles import subjects_of

FINISHED = (RegisterState.IN_FORCE, RegisterState.REPLACED)


@dataclass(frozen=True)
class Entry:
    """One register with all that happened to it."""

    register: Register
    scope: Scope
    route: Route
    seal: Seal | None = None
    decisions: tuple[Decision, ...] = ()
    notices: tuple[NoticeItem, ...] = ()
    meetings: tuple[MeetingItem, ...] = ()
    filings: tuple[FilingItem, ...] = ()
    included: tuple[Inclusion, ...] = ()
    late: tuple[Task, ...] = ()  # open, and their day is over

    @property
    def name(self) -> str:
        """规划股 规划管理岗（岗位登记表）."""
        register = self.register
        unit = f"{register.unit.name} " if register.post_id else ""
        return f"{unit}{register.subject_name}（{self.scope.name}登记表）"

    @property
    def finished(self) -> bool:
        return self.register.state in FINISHED

    @cached_property
    def content(self) -> dict[str, Any]:
        """What was sealed last; nothing before the first seal."""
        return self.seal.data if self.seal else {"rows": [], "levels": {}, "compiled": [], "declared_rank": None}


@dataclass(frozen=True)
class Facts:
    """A cycle as a whole."""

    cycle: Cycle
    spec: SchemeSpec
    today: datetime.date
    entries: tuple[Entry, ...] = ()
    unopened: tuple[tuple[Scope, str], ...] = ()  # subjects that have no register in this cycle
    meetings: tuple[Meeting, ...] = ()
    notices: tuple[Notice, ...] = ()
    filings: tuple[Filing, ...] = ()
    issuances: tuple[Issuance, ...] = ()
    dates: tuple[CycleDate, ...] = ()
    comments: dict[int, tuple[int, int]] = field(default_factory=dict)  # notice → (all, not yet handled); no texts
    blanked: frozenset[int] = frozenset()  # seals of which a piece was blanked by law: the text is not what was signed

    def of_scope(self, key: str) -> list[Entry]:
        return [entry for entry in self.entries if entry.scope.key == key]

    @cached_property
    def by_register(self) -> dict[int, Entry]:
        return {entry.register.pk: entry for entry in self.entries}


def facts_of(cycle: Cycle) -> Facts:
    """Read a cycle: the newest version of each of its registers, and what was decided, shown and filed of them."""
    spec = spec_for(cycle.scheme, cycle.bureau_id)
    registers = _registers(cycle, spec)
    filings = Filing.objects.filter(items__register__cycle=cycle).distinct().order_by("filed_on", "pk")
    notices = Notice.objects.filter(cycle=cycle).exclude(state=NoticeState.DRAFT).select_related("cycle__scheme")
    return Facts(
        cycle=cycle,
        spec=spec,
        today=timezone.localdate(),
        entries=tuple(_entries(registers, spec)),
        unopened=tuple(_unopened(cycle, spec)),
        meetings=tuple(_meetings(cycle)),
        notices=tuple(notices.select_related("bureau", "section", "cycle__scheme").order_by("starts_on", "pk")),
        filings=tuple(filings.select_related("bureau")),
        issuances=tuple(Issuance.objects.filter(cycle=cycle).select_related("by").order_by("issued_on", "pk")),
        dates=tuple(cycle.dates.all()),
        comments=_comments(cycle),
        blanked=redactions.blanked(cycle.bureau_id, Seal._meta.db_table),
    )


def _registers(cycle: Cycle, spec: SchemeSpec) -> list[Register]:
    """The newest version of each subject that was not stopped: scope by scope, unit by unit, post by post."""
    rows = Register.objects.filter(cycle=cycle).exclude(state=RegisterState.STOPPED)
    rows = rows.select_related("unit", "post", "bureau", "section", "scheme", "cycle", "based_on")
    newest = {(row.subject_key, row.scope): row for row in rows.order_by("version", "pk")}
    scopes = {scope.key: number for number, scope in enumerate(spec.scopes)}

    def place(row: Register) -> tuple:
        return scopes.get(row.scope, len(scopes)), row.unit.lft, row.post.order if row.post else 0, row.pk

    return sorted((row for row in newest.values() if row.scope in scopes), key=place)


def _entries(registers: list[Register], spec: SchemeSpec) -> Iterable[Entry]:
    ids = [register.pk for register in registers]
    newest = Seal.objects.filter(register__in=ids).order_by().values("register").annotate(last=Max("pk"))
    seals = {seal.register_id: seal for seal in Seal.objects.filter(pk__in=newest.values("last"))}
    today = timezone.localdate()
    rows = {
        "decisions": Decision.objects.filter(register__in=ids).order_by("pk"),
        "notices": NoticeItem.objects.filter(register__in=ids).exclude(notice__state=NoticeState.DRAFT),
        "meetings": MeetingItem.objects.filter(register__in=ids).select_related("meeting"),
        "filings": FilingItem.objects.filter(register__in=ids, cancelled=False).select_related("filing"),
        "included": Inclusion.objects.filter(register__in=ids).select_related("seal", "child"),
        "late": Task.objects.filter(register__in=ids, open=True, due_on__lt=today),
    }
    rows["decisions"] = rows["decisions"].select_related("seal").defer("seal__content")
    rows["notices"] = rows["notices"].select_related("notice").defer("shown").order_by("pk")
    rows["included"] = rows["included"].defer("seal__content").order_by("pk")
    found: dict[str, dict[int, list]] = {name: defaultdict(list) for name in rows}
    for name, query in rows.items():
        for row in query:
            found[name][row.register_id].append(row)
    for register in registers:
        given = {name: tuple(by_register.get(register.pk, ())) for name, by_register in found.items()}
        scope = spec.scope(register.scope)
        yield Entry(register, scope, spec.route(scope.key), seals.get(register.pk), **given)


def _unopened(cycle: Cycle, spec: SchemeSpec) -> Iterable[tuple[Scope, str]]:
    """Subjects of the scheme's scopes without a register; those that came after the cycle's end are not asked for."""
    there = Register.objects.filter(cycle=cycle).exclude(state=RegisterState.STOPPED)
    known = set(there.values_list("subject_key", "scope"))
    later = _added_after(cycle)
    for scope in spec.scopes:
        for subject in subjects_of(cycle.bureau, scope):
            if (subject.key, scope.key) not in known and subject.key not in later:
                yield scope, subject.name


def _added_after(cycle: Cycle) -> set[str]:
    if cycle.ends_on is None:
        return set()
    added = {"history_type": "+", "history_date__date__gt": cycle.ends_on}
    posts = Post.history.filter(id__in=Post.objects.filter(bureau=cycle.bureau_id).values("pk"), **added)
    units = Unit.history.filter(id__in=Unit.objects.filter(bureau=cycle.bureau_id).values("pk"), **added)
    found = {f"post:{pk}" for pk in posts.values_list("id", flat=True)}
    return found | {f"unit:{pk}" for pk in units.values_list("id", flat=True)}


def _meetings(cycle: Cycle) -> Iterable[Meeting]:
    """In the order in which they were held; ``there`` is how many people were present."""
    rows = Meeting.objects.filter(cycle=cycle).annotate(there=Count("attendees"))
    return rows.select_related("recorded_by").order_by("held_on", "pk")


def _comments(cycle: Cycle) -> dict[int, tuple[int, int]]:
    """How many comments came in on each notice, and how many are not handled; nothing before its period is over.

    What they say is for their readers (`workflow.recipients`).
    """
    waiting = Count("pk", filter=Q(state=CommentState.RECEIVED))
    over = Comment.objects.filter(notice__cycle=cycle, notice__ends_on__lt=timezone.localdate())
    rows = over.order_by().values(about=F("notice"))
    return {row["about"]: (row["all"], row["left"]) for row in rows.annotate(all=Count("pk"), left=waiting)}
