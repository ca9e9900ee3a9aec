"""Who may read a register: what `registers.access` allows, and whatever waits or waited on one's desks."""

from django.db.models import Q, QuerySet
from django.http import Http404

from accounts.models import User
from registers import access
from registers.access import standing
from registers.models import Register
from workflow import desks
from workflow.models import Decision, Task


def visible_registers(user: User) -> QuerySet[Register]:
    """Registers that a user may read, as one query: by post, unit or role; by a task on his desks; by his own decision.

    Administrators of the system read no business content, whatever lies on their desks.
    """
    me = standing(user)
    if me.is_administrator:
        return Register.objects.none()
    tasks = Task.objects.filter(desk__in=desks.desks_of(me)).values("register")
    decided = Decision.objects.filter(by=user).values("register")
    by_road = Register.objects.filter(Q(pk__in=tasks) | Q(pk__in=decided))
    return access.visible_registers(user) | by_road


def get_visible(user: User, pk: int) -> Register:
    """One register that the user may read, with what every page of it needs. Raises Http404 for any other."""
    # Most readers see it by post or role: the plain filter is asked first, the joined one only when it finds nothing.
    for visible in (access.visible_registers, visible_registers):
        for found in visible(user).filter(pk=pk).select_related(*RELATED).order_by()[:1]:
            return found
    raise Http404


RELATED = ("scheme", "bureau", "unit", "section", "post", "cycle", "filler")
