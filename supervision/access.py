"""Who may issue, read and answer a letter. A letter to a post is read by who held it then or holds it now."""

from dataclasses import dataclass

from django.db.models import Q

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


def schemes_of(bureau: Unit) -> list[Scheme]:
    """The schemes that the bureau works by, that of its newest cycle first, each in its newest edition in use."""
    found: dict[str, Scheme] = {}
    for cycle in Cycle.objects.filter(bureau=bureau).select_related("scheme").order_by("-starts_on", "-pk"):
        known = found.setdefault(cycle.scheme.key, cycle.scheme)
        if cycle.scheme.version > known.version:
            found[cycle.scheme.key] = cycle.scheme
    return list(found.values())


def issuing_unit(rule: LetterRule, bureau: Unit) -> Unit | None:
    """Where the role that issues the letter is held."""
    return bureau if rule.at == "bureau" else bureau.above


def issues(user: User, rule: LetterRule, bureau: Unit) -> bool:
    """Whether the user holds the role that issues this sort of letter to that bureau."""
    place = issuing_unit(rule, bureau)
    return place is not None and has_role(user, rule.role, place)


def rules_for(user: User, subject: Subject) -> dict[str, tuple[Scheme, LetterRule]]:
    """The sorts of letter that the user may issue to that subject: key → scheme and rule, in the scheme's order."""
    found: dict[str, tuple[Scheme, LetterRule]] = {}
    for scheme in schemes_of(subject.bureau):
        for rule in spec_of(scheme).letters:
            if subject.sort in rule.to and issues(user, rule, subject.bureau):
                found.setdefault(rule.key, (scheme, rule))
    return found


def issuing_bureaus(user: User) -> list[Unit]:
    """The bureaus to which the user may issue letters of any sort."""
    roots = [grant.unit_id for grant in standing(user).grants if grant.unit.parent_id is None]
    below = Unit.objects.filter(Q(pk__in=roots) | Q(above__in=roots), parent=None) if roots else ()
    return [bureau for bureau in below if _issues_any(user, bureau)]


def _issues_any(user: User, bureau: Unit) -> bool:
    rules = (rule for scheme in schemes_of(bureau) for rule in spec_of(scheme).letters)
    return any(issues(user, rule, bureau) for rule in rules)


def addressed_to(user: User) -> Q:
    """Letters to posts in the time that he held them, and to the units that he leads."""
    me = standing(user)
    return _to_his_posts(me) | Q(unit__in=[unit.pk for unit in me.led_units], post=None)


def _to_his_posts(me: Standing) -> Q:
    where = Q(pk__in=[])
    for appointment in me.appointments:
        where |= Q(post=appointment.post_id, issued_on__gte=appointment.starts_on)
    return where


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


def to_close(user: User) -> int:
    """How many of the letters that he issued were answered and wait for him. One query, none without a role."""
    return Letter.objects.filter(by=user).answered().count() if standing(user).grants else 0


def waiting_for(user: User) -> int:
    """How many letters wait for his answer: to his posts and to the units that he heads. One query."""
    me = standing(user)
    where = Q(unit__in=[post.unit_id for post in me.posts if post.is_head], post=None) | _to_his_posts(me)
    return Letter.objects.filter(where).unanswered().count() if me.posts else 0
