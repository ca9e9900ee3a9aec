"""Which registers below belong into a compiled one, and whether they are still what was compiled."""

from django.db.models import Max, QuerySet

from registers.enums import RegisterState
from registers.models import Register
from registers.schemes.model import SchemeSpec
from registers.schemes.store import spec_of
from workflow.models import Inclusion, Seal


def children_of(register: Register, spec: SchemeSpec | None = None) -> QuerySet[Register]:
    """The registers that the scheme compiles into this one: same cycle, below its unit, the newest version each."""
    spec = spec or spec_of(register.scheme)
    scopes = spec.scope(register.scope).compiles
    if not scopes:
        return Register.objects.none()
    rows = Register.objects.filter(cycle=register.cycle_id, scope__in=scopes).exclude(
        state__in=(RegisterState.STOPPED, RegisterState.REPLACED)
    )
    where = {"bureau": register.unit_id} if register.unit.parent_id is None else {"section": register.section_id}
    return rows.filter(**where).exclude(pk=register.pk).order_by("unit__lft", "post__order", "pk")


def is_ready(child: Register, spec: SchemeSpec, after: str) -> bool:
    """Whether a child has passed the step that the scheme names (or is in force)."""
    if child.state not in (RegisterState.FILLING, RegisterState.MOVING):
        return child.state == RegisterState.IN_FORCE
    keys = [step.key for step in spec.route(child.scope).steps]
    passed = keys.index(after) if after in keys else 0
    return keys.index(child.step) > passed


def missing_children(register: Register) -> list[Register]:
    """Registers below that are not yet so far that they can be compiled."""
    spec = spec_of(register.scheme)
    after = spec.scope(register.scope).compiles_after
    return [child for child in children_of(register, spec).select_related("scheme") if not is_ready(child, spec, after)]


def stale_children(register: Register) -> list[Register]:
    """Included registers whose content is no longer what was compiled: sealed anew, or sent back to be changed."""
    inclusions = list(Inclusion.objects.filter(register=register).select_related("child"))
    if not inclusions:
        return []
    spec = spec_of(register.scheme)
    after = spec.scope(register.scope).compiles_after
    newest = dict(
        Seal.objects.filter(register__in=[inclusion.child_id for inclusion in inclusions], issue=False)
        .values_list("register")
        .annotate(Max("pk"))
    )
    return [
        inclusion.child
        for inclusion in inclusions
        if newest.get(inclusion.child_id, 0) > inclusion.seal_id or not is_ready(inclusion.child, spec, after)
    ]
