"""Which registers below belong into a compiled one, and whether they are still what was compiled."""

import json
from collections.abc import Iterable

from django.db.models import Max, QuerySet

from registers.content import canonical, digest
from registers.enums import RegisterState
from registers.models import Register
from registers.querysets import tree_order
from registers.schemes.model import SchemeSpec
from registers.schemes.store import spec_of
from workflow.models import Inclusion, Seal

BEHIND = "下级登记表还没有汇总，或者汇总后又有变动：请先点“汇总”，再提交"


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
    return rows.filter(**where).exclude(pk=register.pk).order_by(*tree_order(), "pk")


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


def is_behind(register: Register) -> bool:
    """Whether what was compiled is not what stands below now."""
    wanted = set(children_of(register).values_list("pk", flat=True))
    have = set(Inclusion.objects.filter(register=register).values_list("child_id", flat=True))
    return wanted != have or bool(stale_children(register))


def stale_children(register: Register) -> list[Register]:
    """Included registers that no longer say what was compiled: sent back, or with other points than then.

    A child that passes its second fill step in the same round (levels, measures) is no change of the points; its newer
    seal is taken up by `refresh`.
    """
    return stale_among([register])[register.pk]


def stale_among(registers: Iterable[Register]) -> dict[int, list[Register]]:
    """`stale_children` of several registers, from two queries, and one more for contents not yet known here."""
    registers = {register.pk: register for register in registers}
    rows = Inclusion.objects.filter(register__in=list(registers)).select_related("child", "seal").order_by("pk")
    inclusions = list(rows.defer("seal__content"))
    found: dict[int, list[Register]] = {pk: [] for pk in registers}
    newest = _newest_seals(inclusions)
    _learn(
        [
            seal
            for row in inclusions
            for seal in (row.seal, newest[row.child_id])
            if row.seal_id != newest[row.child_id].pk
        ]
    )
    for inclusion in inclusions:
        parent = registers[inclusion.register_id]
        spec = spec_of(parent.scheme)
        after = spec.scope(parent.scope).compiles_after
        if not is_ready(inclusion.child, spec, after) or _other_points(inclusion.seal, newest[inclusion.child_id]):
            found[parent.pk].append(inclusion.child)
    return found


def refresh(register: Register) -> None:
    """Take up the newest seals of the included registers (their levels and measures); stale ones stay as they are."""
    stale = {child.pk for child in stale_children(register)}
    inclusions = list(Inclusion.objects.filter(register=register).select_related("seal"))
    newest = _newest_seals(inclusions)
    for inclusion in inclusions:
        if inclusion.child_id not in stale and newest[inclusion.child_id].pk != inclusion.seal_id:
            Inclusion.objects.filter(pk=inclusion.pk).update(seal=newest[inclusion.child_id])


def _newest_seals(inclusions: list[Inclusion]) -> dict[int, Seal]:
    if not inclusions:
        return {}
    children = {row.child_id for row in inclusions}
    newest = Seal.objects.filter(register__in=children).order_by().values("register").annotate(last=Max("pk"))
    seals = Seal.objects.filter(pk__in=newest.values("last")).defer("content")
    return {seal.register_id: seal for seal in seals}


# What the points of a sealed content are, by its digest: a content never changes, so this never grows stale.
_known: dict[str, str] = {}
MOST_KNOWN = 20_000


def _learn(seals: list[Seal]) -> None:
    """Read the contents whose points are not known yet, all in one query."""
    unknown = {seal.pk: seal for seal in seals if seal.digest not in _known}
    if not unknown:
        return
    if len(_known) > MOST_KNOWN:
        _known.clear()
    for pk, content in Seal.objects.filter(pk__in=list(unknown)).values_list("pk", "content"):
        _known[unknown[pk].digest] = digest(canonical(_points(json.loads(content))))


def _other_points(old: Seal, new: Seal) -> bool:
    if old.pk == new.pk or old.digest == new.digest:
        return False
    _learn([old, new])
    return _known[old.digest] != _known[new.digest]


def _points(content: dict) -> list:
    """What a compiled register counts on: the rows with their powers and points, own and from below."""
    rows = [(row["lineage"], row["power"], row["points"]) for row in content["rows"]]
    below = [_points(child) for child in content.get("compiled", [])]
    bare = [
        (lineage, power, [(p["lineage"], p["name"], p["manifestation"]) for p in points])
        for lineage, power, points in rows
    ]
    return [bare, below]
