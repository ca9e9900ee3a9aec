"""Reading plates: which posts have one, and what stands on it. A fixed number of queries for any number of posts.

Only legal bases and areas, where a scheme's plate has them, are asked for post by post: they are no part of a seal.
"""

from collections.abc import Iterable
from dataclasses import replace

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from documents.plates.plate import Origin, Plate, plate_from
from registers.models import Appointment, Post, Register, Unit
from registers.personal_data import find, placed, secrecy_mark
from registers.schemes.plates import plate_of
from workflow.catalogue import with_catalogue
from workflow.models import Seal
from workflow.specs import specs_of

LOCAL = ("127.0.0.1", "localhost", "[::1]", "*")


def posts_of(unit: Unit) -> QuerySet[Post]:
    """The open posts under a unit, in the order of the tree."""
    rows = Post.objects.open().filter(unit__tree_id=unit.tree_id, unit__lft__gte=unit.lft, unit__rght__lte=unit.rght)
    return rows.filter(unit__closed_on=None).order_by("unit__lft", "order", "sort_key", "pk")


def plates_of(posts: Iterable[Post]) -> list[Plate]:
    """The plates of these posts in their order, without the codes. A post without anything to show has none."""
    posts = [post.pk for post in posts]
    registers = _registers(posts)
    specs = specs_of(registers.values())
    rules = {pk: plate_of(specs[register.scheme_id]) for pk, register in registers.items()}
    seals = _seals(register for pk, register in registers.items() if rules[pk])
    holders = _holders([pk for pk, rule in rules.items() if rule and rule.holder])
    found = []
    for pk in posts:
        register = registers.get(pk)
        seal = seals.get(register.pk) if register else None
        if seal is None:
            continue
        origin = Origin(pk, register.pk, register.version, register.number, register.in_force_from)
        found.append(
            plate_from(
                with_catalogue(seal.data, rules[pk].fields, register.bureau),
                specs[register.scheme_id],
                rules[pk],
                origin=origin,
                contact=register.bureau.contact,
                holder=holders.get(pk, ""),
            )
        )
    return found


def have_plates(unit: Unit) -> frozenset[int]:
    """Ids of the posts under a unit that have a plate, without reading what stands on it."""
    registers = _registers([post.pk for post in posts_of(unit)])
    specs = specs_of(registers.values())
    ids = [row.pk for row in registers.values() if plate_of(specs[row.scheme_id])]
    sealed = set(Seal.objects.filter(register__in=ids, issue=True).values_list("register", flat=True))
    return frozenset(pk for pk, row in registers.items() if row.pk in sealed)


def public_plate(pk: int) -> Plate | None:
    """What anybody may read of a post: its plate without the holder; None for a post of which nothing is public."""
    post = Post.objects.open().filter(pk=pk, unit__closed_on=None, bureau__closed_on=None).first()
    plates = plates_of([post]) if post else []
    if not plates or not plates[0].public:
        return None
    plate = replace(plates[0], holder="")
    return None if holds_personal_data(plate) else plate


def holds_personal_data(plate: Plate) -> bool:
    """Whether anything on the plate keeps it from being a public page; the contact may be the office's own."""
    said = replace(plate, holder="", contact="")
    texts = "\n".join(text for _, text in said.texts() if text)
    contact = [one for one in placed("", plate.contact, contact=True) if not one.confirmable]
    return bool(find(texts) or contact or secrecy_mark(texts))


def with_codes(plates: Iterable[Plate], address: str) -> list[Plate]:
    """The same plates, each with the address of its public page; one that has none gets no code."""
    return [
        replace(plate, url=page_address(plate, address))
        if plate.public and address and not holds_personal_data(plate)
        else plate
        for plate in plates
    ]


def page_address(plate: Plate, address: str) -> str:
    """The full address of the post's public page."""
    return f"{address.rstrip('/')}{reverse('public_post', args=[plate.origin.post])}"


def address_of_site() -> str:
    """Where the public reaches this site: LIANZHENG_PUBLIC_URL, else the first host that others can reach."""
    if settings.PUBLIC_URL:
        return settings.PUBLIC_URL
    host = next((host.lstrip(".") for host in settings.ALLOWED_HOSTS if host not in LOCAL), "")
    return f"{'https' if settings.TLS else 'http'}://{host}" if host else ""


def _registers(posts: list[int]) -> dict[int, Register]:
    """What is in force of each post today; of several the one that came into force last."""
    rows = Register.objects.as_of(timezone.localdate()).filter(post__in=posts).select_related("bureau")
    return {row.post_id: row for row in rows.order_by("in_force_from", "pk")}


def _seals(registers: Iterable[Register]) -> dict[int, Seal]:
    """The seal with which each came into force."""
    ids = [register.pk for register in registers]
    return {seal.register_id: seal for seal in Seal.objects.filter(register__in=ids, issue=True).order_by("pk")}


def _holders(posts: list[int]) -> dict[int, str]:
    found: dict[int, list[str]] = {}
    if posts:
        for held in Appointment.objects.current().filter(post__in=posts).select_related("user").order_by("pk"):
            found.setdefault(held.post_id, []).append(held.user.name)
    return {pk: "、".join(names) for pk, names in found.items()}
