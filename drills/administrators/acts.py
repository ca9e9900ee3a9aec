"""The acts: a person uses an account that he can open, through the product's services, and the model takes note."""

import datetime
import random
from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from accounts import services as accounts
from accounts.exceptions import Refused
from accounts.models import User
from accounts.roles import ADMINISTRATORS, Permission, Role
from drills.administrators.ground import Days, Ground
from drills.administrators.people import NOBODY, Knowledge
from registers import access
from registers.importing.catalogue.apply import apply_catalogue
from registers.importing.catalogue.kinds import CATALOGUES
from registers.models import Appointment, Charge, RoleGrant
from registers.services import appointments, keeping, organisation, roles

MODELS = {"grant": RoleGrant, "appointment": Appointment, "charge": Charge}


class Sequence:
    """One sequence: what was done, and what is known since."""

    def __init__(self, rng: random.Random, ground: Ground, knowledge: Knowledge):
        self.rng, self.ground, self.knowledge = rng, ground, knowledge
        self.told: list[str] = []
        self.counter = 0

    def step(self) -> bool:
        """One act by somebody. Returns whether it changed anything; a refusal is an answer like another."""
        act, permission = self.rng.choices(ACTS, WEIGHTS)[0]
        person, user = self._actor(permission)
        if user is None:
            return False
        try:
            with transaction.atomic():
                done = self._before_all_else(person, user) if user.owes_password else act(self, person, user)
        except Refused:
            return False
        if done:
            self.told.append(f"{act.__name__.strip('_')}：{user} {done}")
        return bool(done)

    def _actor(self, permission: Permission | None) -> tuple[int, User | None]:
        """Mostly somebody who has the right for the act, if he can open his account."""
        know = self.knowledge
        chances = [(p, pk) for p in range(know.persons) for pk in know.known[p] if know.opens(p, pk)]
        if permission is not None and self.rng.random() < 0.85:
            able = RoleGrant.objects.current().filter(role__in=access.roles_with(permission))
            holders = set(able.values_list("user_id", flat=True))
            chances = [chance for chance in chances if chance[1] in holders] or chances
        if not chances:
            return 0, None
        person, pk = self.rng.choice(chances)
        return person, User.objects.filter(pk=pk, is_active=True).first()

    def _before_all_else(self, person: int, user: User) -> str:
        """The page of the password is the only one that is open to him."""
        know = self.knowledge
        self.counter += 1
        password = f"chosen-{person}-{user.pk}-{self.counter}"
        accounts.change_own_password(user=user, password=password, code=know.code_of(person, user.pk))
        know.new_password(user.pk, password, person, delivered=False)
        return f"改密码（{person}号人）"

    def anybody(self) -> User:
        return self.rng.choice(list(User.objects.all()))

    def day(self) -> datetime.date:
        return timezone.localdate() + datetime.timedelta(days=self.rng.choice((0, 0, 0, 0, 1, 3, -400)))

    def waiting(self, name: str, **more):
        """A row that waits, mostly; else any."""
        rows = list(MODELS[name].objects.filter(**(more if self.rng.random() < 0.9 else {})))
        return self.rng.choice(rows) if rows else None

    def note_codes(self, codes, giver: int) -> None:
        for owner, code in codes or ():
            self.knowledge.new_code(owner.pk, code, giver)

    def meet(self, user: User) -> None:
        """An account that is new to the model: a new person's, or made up by whoever wants to use it."""
        know = self.knowledge
        if user.pk not in know.owner:
            know.owner[user.pk] = NOBODY if self.rng.random() < 0.5 else know.new_person()


def _sign_in(run: Sequence, person: int, user: User) -> str:
    """Through the door itself: the password that he knows is right."""
    password = run.knowledge.passwords[user.pk]
    if accounts.sign_in(username=user.username, password=password) is None:
        raise AssertionError(f"{user} cannot sign in with the password that he has")
    return "登录"


def _add_account(run: Sequence, person: int, user: User) -> str:
    run.counter += 1
    name = f"号{person}-{run.counter}"
    made, password = keeping.add_account(by=user, username=name, name=name, bureau=run.rng.choice(run.ground.units))
    run.meet(made)
    run.knowledge.new_password(made.pk, password, person, delivered=run.rng.random() < 0.7)
    return f"建 {name}"


def _reset(run: Sequence, person: int, user: User) -> str:
    target = run.anybody()
    run.meet(target)
    password = keeping.reset_password(by=user, user=target)
    run.knowledge.new_password(target.pk, password, person, delivered=run.rng.random() < 0.6)
    return f"重置 {target}"


def _give_code(run: Sequence, person: int, user: User) -> str:
    waiting = list(User.objects.exclude(handover="")) or [run.anybody()]
    target = run.rng.choice(waiting)
    run.knowledge.new_code(target.pk, keeping.give_code(by=user, user=target), person)
    return f"给 {target} 交接码"


def _stop(run: Sequence, person: int, user: User) -> str:
    target, active = run.anybody(), run.rng.random() < 0.5
    keeping.set_active(by=user, user=target, active=active)
    return f"{'启用' if active else '停用'} {target}"


def _move(run: Sequence, person: int, user: User) -> str:
    target, unit = run.anybody(), run.rng.choice(run.ground.units)
    keeping.move_home(by=user, user=target, name=unit.name)
    return f"{target} 转到 {unit}"


def _grant(run: Sequence, person: int, user: User) -> str:
    wanted = list(Role) + 3 * sorted(ADMINISTRATORS)
    target, role, unit = run.anybody(), run.rng.choice(wanted), run.rng.choice(run.ground.units)
    row = roles.grant_role(by=user, user=target, role=role, unit=unit, starts_on=run.day())
    run.knowledge.proposed.setdefault(("grant", row.pk), person)
    return f"提出 {row}"


def _agree(run: Sequence, name: str, row, person: int) -> None:
    if row.pending and row.ends_on is None and not type(row).objects.get(pk=row.pk).pending:
        run.knowledge.agreed[name, row.pk] = (run.knowledge.proposed.get((name, row.pk), NOBODY), person)


def _confirm_grant(run: Sequence, person: int, user: User) -> str:
    row = run.waiting("grant", pending=True, ends_on__isnull=True)
    if row is None:
        return ""
    run.note_codes(roles.confirm_grant(by=user, grant=row), person)
    _agree(run, "grant", row, person)
    return f"确认 {row}"


def _reject_grant(run: Sequence, person: int, user: User) -> str:
    row = run.waiting("grant", pending=True, ends_on__isnull=True)
    if row is not None:
        roles.reject_grant(by=user, grant=row, reason="不对")
    return f"不予确认 {row}" if row else ""


def _end_role(run: Sequence, person: int, user: User) -> str:
    row = run.rng.choice(list(RoleGrant.objects.all()))
    roles.end_role(by=user, grant=row, ends_on=run.day())
    return f"结束 {row}"


def _confirm_end(run: Sequence, person: int, user: User) -> str:
    row = run.waiting("grant", end_proposed_on__isnull=False, ends_on__isnull=True)
    if row is None:
        return ""
    (roles.confirm_end if run.rng.random() < 0.8 else _no_end)(by=user, grant=row)
    return f"办理结束 {row}"


def _no_end(*, by: User, grant: RoleGrant) -> None:
    roles.reject_end(by=by, grant=grant, reason="还在任")


def _appoint(run: Sequence, person: int, user: User) -> str:
    target, post = run.anybody(), run.rng.choice(run.ground.posts)
    row = appointments.appoint(by=user, post=post, user=target, starts_on=run.day())
    run.knowledge.proposed.setdefault(("appointment", row.pk), person)
    return str(row)


def _appoint_new(run: Sequence, person: int, user: User) -> str:
    run.counter += 1
    name, post = f"新{run.counter}", run.rng.choice(run.ground.posts)
    row = appointments.appoint_new_person(by=user, post=post, name=name, username=name)
    run.meet(row.user)
    run.knowledge.proposed["appointment", row.pk] = person
    return str(row)


def _charge(run: Sequence, person: int, user: User) -> str:
    post = run.rng.choice(run.ground.posts)
    row = appointments.add_charge(by=user, post=post, unit=post.unit, starts_on=run.day())
    run.knowledge.proposed.setdefault(("charge", row.pk), person)
    return str(row)


def _confirm_post(run: Sequence, person: int, user: User) -> str:
    name = run.rng.choice(("appointment", "appointment", "charge"))
    row = run.waiting(name, pending=True, ends_on__isnull=True)
    if row is None:
        return ""
    if run.rng.random() < 0.2:
        appointments.reject(by=user, row=row, reason="不对")
        return f"不予确认 {row}"
    run.note_codes(appointments.confirm(by=user, row=row), person)
    _agree(run, name, row, person)
    return f"确认 {row}"


def _end_post(run: Sequence, person: int, user: User) -> str:
    row = run.rng.choice(list(Appointment.objects.all()))
    appointments.end_appointment(by=user, appointment=row, ends_on=run.day())
    return f"结束 {row}"


def _raise_post(run: Sequence, person: int, user: User) -> str:
    post = run.rng.choice(run.ground.posts)
    fresh = type(post).objects.get(pk=post.pk)
    waiting = set(Appointment.objects.filter(post=post, pending=True).values_list("pk", flat=True))
    organisation.change_post(by=user, post=fresh, is_head=not fresh.is_head)
    for pk in Appointment.objects.filter(post=post, pending=True).values_list("pk", flat=True):
        if pk not in waiting:  # who held it waits again, on the word of who raised the post
            run.knowledge.proposed["appointment", pk] = person
    return f"改 {post}"


def _import(run: Sequence, person: int, user: User) -> str:
    kind, unit, sheets = run.rng.choice(run.ground.sheets)
    before = set(Appointment.objects.values_list("pk", flat=True))
    apply_catalogue(catalogue=CATALOGUES[kind], sheets=sheets, place=unit, by=user)
    for row in Appointment.objects.exclude(pk__in=before):
        run.knowledge.proposed["appointment", row.pk] = person
    for made in User.objects.all():
        run.meet(made)
    return f"导入 {kind}"


def _night(run: Sequence, person: int, user: User) -> str:
    Days.passed += run.rng.choice((1, 4))
    return "过了几天"


P = Permission
ACT_TABLE: tuple[tuple[Callable, Permission | None, int], ...] = (
    (_sign_in, None, 4),
    (_add_account, P.KEEP_ACCOUNTS, 8),
    (_reset, P.KEEP_ACCOUNTS, 10),
    (_give_code, P.CONFIRM_ROLES, 9),
    (_stop, P.KEEP_ACCOUNTS, 3),
    (_move, P.KEEP_ACCOUNTS, 2),
    (_grant, P.GRANT_ROLES, 12),
    (_grant, P.KEEP_ORGANISATION, 4),
    (_confirm_grant, P.CONFIRM_ROLES, 16),
    (_reject_grant, P.CONFIRM_ROLES, 2),
    (_end_role, P.GRANT_ROLES, 5),
    (_confirm_end, P.CONFIRM_ROLES, 6),
    (_appoint, P.KEEP_ORGANISATION, 7),
    (_appoint_new, P.KEEP_ORGANISATION, 2),
    (_charge, P.KEEP_ORGANISATION, 2),
    (_confirm_post, P.GRANT_ROLES, 7),
    (_end_post, P.KEEP_ORGANISATION, 2),
    (_raise_post, P.KEEP_ORGANISATION, 2),
    (_import, P.KEEP_ORGANISATION, 1),
    (_import, P.KEEP_ACCOUNTS, 1),
    (_night, None, 2),
)
ACTS = [(act, permission) for act, permission, _ in ACT_TABLE]
WEIGHTS = [weight for _, _, weight in ACT_TABLE]
