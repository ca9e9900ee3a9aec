"""What a bureau's people decided about the headings of their tables is kept for the next time."""

from django.db import transaction

from accounts.models import User
from accounts.roles import Permission
from audit import services as audit
from registers import access
from registers.importing.cards import Card
from registers.importing.ground import memory_of
from registers.importing.headings import Head
from registers.importing.layouts import Layout
from registers.importing.vocabulary import FIELDS, field_of, key_of
from registers.models import HeadingMemory, Unit

VERB = "import.headings"


def decided(layouts: list[Layout]) -> dict[str, str]:
    """Heading → field, for the headings about which somebody has decided on the preview page."""
    found: dict[str, str] = {}
    for layout in layouts:
        found |= _of_head(layout.head) if layout.head else {}
        found |= _of_card(layout.card) if layout.card else {}
    return {words: name for words, name in found.items() if words}


def _of_head(head: Head) -> dict[str, str]:
    return {key_of(head.title(column)): head.field_at(column) for column in head.chosen}


def _of_card(card: Card) -> dict[str, str]:
    return {key_of(slot.title): slot.field for slot in card.slots if slot.row in card.chosen}


@transaction.atomic
def remember_headings(*, unit: Unit, headings: dict[str, str], by: User, titles: dict[str, str] | None = None) -> int:
    """Keep for the unit's bureau what differs from what the program would guess; forget what does not any more.

    ``titles``: what the forms of the scheme already say. Returns how many headings changed.
    """
    access.require(by, Permission.IMPORT, unit)
    bureau = unit.bureau_id
    known = memory_of(bureau)
    wanted = {words: name for words, name in headings.items() if words and (not name or name in FIELDS)}
    kept = {words: name for words, name in wanted.items() if name != field_of(words, titles)}
    gone = [words for words in wanted if words in known and words not in kept]
    new = {words: name for words, name in kept.items() if known.get(words) != name}
    if not gone and not new:
        return 0
    HeadingMemory.objects.filter(bureau=bureau, words__in=[*gone, *new]).delete()
    rows = [HeadingMemory(bureau_id=bureau, words=words, field=name) for words, name in new.items()]
    HeadingMemory.objects.bulk_create(rows)
    audit.record(verb=VERB, by=by, bureau=bureau, target=unit, kept=new, forgotten=gone)
    return len(new) + len(gone)
