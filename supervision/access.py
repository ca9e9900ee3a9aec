"""Who may issue, read and answer a letter. A letter to a post is read by who held it then or holds it now."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.roles import Permission
from registers.access import Standing, has_role, holds_post, standing
from registers.models import Cycle, Post, Scheme, Unit
from registers.schemes.letter_model import LetterRule
from registers.schemes.store import spec_of
from supervision.models import Letter, LetterQuerySet


@dataclass(frozen=True)
class Subject:
    """Whom a letter is about: a post, or a unit."""

    unit: Unit
    post: Post | None = None

    @property
    def bureau(self) -> Unit:
        return self.unit.bureau

    @property
    def sort(self) -> str:
        return "post" if self.post else "unit"

    @property
    def name(self) -> str:
        """As the letter is addressed."""
        return f"{self.unit.name}{self.post.name}" if self.post else self.unit.name


def scheme_of(bureau: Unit) -> Scheme | None:
    """The scheme that the bureau works by: that of its newest cycle."""
    cycle = Cycle.objects.filter(bureau=bureau).select_related("scheme").order_by("-starts_on", "-pk").first()
    return cycle.scheme if cycle else None


def issuing_unit(rule: LetterRule, bureau: Unit) -> Unit | None:
    """Where the role that issues the letter is held."""
    return bureau if rule.at == "bureau" else bureau.above


def issues(user: User, rule: LetterRule, bureau: Unit) -> bool:
    """Whether the user holds the role that issues this sort of letter to that bureau."""
    place = issuing_unit(rule, bureau)
    return place is not None and has_role(user, rule.role, place)


def rules_for(user: User, subject: Subject) -> tuple[Scheme | None, list[LetterRule]]:
    """The sorts of letter that the user may issue to that subject, in the scheme's order."""
    scheme = scheme_of(subject.bureau)
    if scheme is None:
        return None, []
    letters = spec_of(scheme).letters
    return scheme, [rule for rule in letters if subject.sort in rule.to and issues(user, rule, subject.bureau)]


def issuing_bureaus(user: User) -> list[Unit]:
    """The bureaus to which the user may issue letters of any sort."""
    me = standing(user)
    roots = [grant.unit for grant in me.grants if grant.unit.parent_id is None]
    below = Unit.objects.filter(Q(pk__in=[root.pk for root in roots]) | Q(above__in=roots), parent=None)
    found = []
    for bureau in below.select_related("above").order_by("pk"):
        scheme = scheme_of(bureau)
        if scheme and any(issues(user, rule, bureau) for rule in spec_of(scheme).letters):
            found.append(bureau)
    return found


def addressed_to(user: User) -> Q:
    """Letters to posts in the time that he held them, and to the units that he leads."""
    me = standing(user)
    where = Q(pk__in=[])
    for appointment in me.appointments:
        where |= Q(post=appointment.post_id, issued_on__gte=appointment.starts_on)
    led = [unit.pk for unit in me.led_units]
    return where | Q(unit__in=led, post=None)


def _read_by_role(me: Standing) -> Q:
    where = Q(by=me.user)
    for unit in me.led_units:
        where |= Q(unit__tree_id=unit.tree_id, unit__lft__gte=unit.lft, unit__rght__lte=unit.rght)
    return where | Q(bureau__in=me.bureaus_with(Permission.VIEW_REGISTERS))


def readable(user: User) -> LetterQuerySet:
    """Letters that the user may open: to him, to units that he leads, of bureaus that his role views, his own."""
    me = standing(user)
    if me.is_administrator:
        return Letter.objects.none()
    return Letter.objects.filter(addressed_to(user) | _read_by_role(me))


def received(user: User) -> LetterQuerySet:
    """Letters to him or to the units that he leads himself."""
    return Letter.objects.none() if standing(user).is_administrator else Letter.objects.filter(addressed_to(user))


def is_addressee(user: User, letter: Letter) -> bool:
    """Whether he answers for the subject today: the holder of the post, or who leads the unit."""
    if letter.post_id:
        return holds_post(user, letter.post)
    return any(unit.pk == letter.unit_id for unit in standing(user).led_units)


def handles(user: User, letter: Letter) -> bool:
    """Whether he closes or returns it: the issuing role, but never on a letter to himself."""
    rule = rule_of(letter)
    return rule is not None and issues(user, rule, letter.bureau) and not is_addressee(user, letter)


def rule_of(letter: Letter) -> LetterRule | None:
    """The rule under which the letter went out."""
    return next((rule for rule in spec_of(letter.scheme).letters if rule.key == letter.kind), None)


def waiting_for(user: User) -> int:
    """How many letters wait for his answer."""
    return received(user).unanswered().count() if standing(user).posts else 0


def today():
    """The day by which letters are late."""
    return timezone.localdate()
