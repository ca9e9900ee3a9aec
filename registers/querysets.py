"""Reads of the register side that more than one page needs."""

from django.db.models import F, Q, QuerySet

from registers.enums import Tier
from registers.models import Charge, Post, Power, ProcedureStep, Register, Regulation

MOST_OFFERED = 300  # options of one select; a longer list is no longer a choice


def tree_order(row: str = "") -> list:
    """How rows of units and posts stand in the order of the organisation: a unit's own before those of its posts.

    ``row`` is the way to what has the unit and perhaps a post, as in ``register__``. The same on every database: they
    differ in where nothing stands.
    """
    by_post = (F(f"{row}post__{field}").asc(nulls_first=True) for field in ("order", "sort_key"))
    return [f"{row}unit__tree_id", f"{row}unit__lft", *by_post]


def powers_for(register: Register) -> QuerySet[Power]:
    """The powers that a row of this register may be about.

    A post: its own and those of its unit, which posts of one unit often exercise together; a section: everything in it;
    a bureau: what its units exercise.
    """
    powers = Power.objects.open()
    if register.post_id:
        powers = powers.filter(Q(post=register.post_id) | Q(unit=register.unit_id))
    elif register.section_id:
        powers = powers.filter(section=register.section_id)
    else:
        powers = powers.filter(bureau=register.bureau_id, post=None)
    return powers[:MOST_OFFERED]


def is_own(power: Power, register: Register) -> bool:
    """Whether the subject itself exercises the power: the post, or the unit and no particular post."""
    if register.post_id:
        return power.post_id == register.post_id
    return power.unit_id == register.unit_id and power.post_id is None


def steps_of(powers: list[int]) -> QuerySet[ProcedureStep]:
    """The links of those powers' procedures, in order."""
    rows = ProcedureStep.objects.filter(procedure__power__in=powers).select_related("procedure")
    return rows.order_by("procedure__power", "procedure", "order", "id")


def posts_for(register: Register) -> QuerySet[Post]:
    """Posts that may own a control or answer for a row: the section's, and the leaders of the bureau."""
    near = Q(section=register.section_id) if register.section_id else Q(is_head=True)
    rows = Post.objects.open().filter(near | Q(tier=Tier.LEAD), bureau=register.bureau_id)
    return rows.select_related("unit").order_by("unit__lft", "order", "sort_key", "id")[:MOST_OFFERED]


def regulations_for(register: Register) -> QuerySet[Regulation]:
    """The bureau's rules in force."""
    return Regulation.objects.filter(bureau=register.bureau_id, closed_on=None)[:MOST_OFFERED]


def leader_in_charge(register: Register) -> int | None:
    """Id of the post in charge of the register's unit, of its section, or of the bureau; the nearest."""
    places = [register.unit_id, register.section_id, register.bureau_id]
    rows = Charge.objects.current().filter(unit__in=[pk for pk in places if pk], post__closed_on=None)
    found = {unit: post for unit, post in rows.order_by("-pk").values_list("unit", "post")}
    return next((found[pk] for pk in places if pk in found), None)
