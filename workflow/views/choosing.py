"""The page on which registers are chosen for a meeting or a document: grouped, a tick for each group."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts.asked import number
from accounts.exceptions import NotAllowed
from accounts.models import User
from accounts.roles import Permission
from registers.models import Cycle
from registers.paging import page_of
from workflow import board, waiting

ON_A_PAGE = 100


def cycle_for(user: User, permission: Permission, pk: str) -> Cycle:
    """The cycle of an own bureau; 404 for another's. Raises NotAllowed for who may not do this anywhere."""
    bureaus = board.own_bureaus(user, permission)
    if not bureaus:
        raise NotAllowed(f"您没有“{permission.label}”的权限。")
    return get_object_or_404(Cycle.objects.select_related("bureau", "scheme"), pk=number(pk), bureau__in=bureaus)


def choices(request: HttpRequest, cycle: Cycle, kind: str) -> dict:
    """Context of ``workflow/cycles/_choose.html``: the waiting registers of one page under their groups."""
    groups = {(group.scope.key, group.section_id): group for group in waiting.groups_at(cycle, kind)}
    order = {key: index for index, key in enumerate(groups)}
    rows = board.in_tree_order(waiting.waiting_at(cycle, kind))
    page = page_of(request, rows, ON_A_PAGE)
    found: dict[tuple, list] = {}
    for register in page:
        found.setdefault((register.scope, register.section_id), []).append(register)
    shown = sorted(found, key=lambda key: order.get(key, 0))
    return {
        "groups": [(groups[key], found[key]) for key in shown if key in groups],
        "page": page,
        "several": len(groups) > 1,
    }
