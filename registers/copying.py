"""The rows of the last version become the first rows of the next one: same lineage, own life."""

from django.db import transaction
from django.db.models import Model

from registers.models import Block, Control, Register, Responsibility, RiskPoint

# Fields that do not travel. Everything else does, so that a new field is copied without anybody thinking of it;
# tests/registers/test_copying.py compares the tables field by field.
NOT_COPIED = {
    Block: {"id", "register", "row_version", "removed_at"},
    RiskPoint: {"id", "register", "block", "bureau", "section", "level_rank", "live_rank"},
    Control: {"id", "block", "point"},
    Responsibility: {"id", "block"},
}
HEAD_COPIED = ("factors", "declared_rank")  # a reason for no risk point is given and signed anew each time


@transaction.atomic
def copy_content(*, source: Register, target: Register) -> int:
    """Put the rows of ``source`` into the empty ``target`` (lineage kept, removed rows left behind).

    Head answers travel too. The declared level becomes the level shown while filling; what a body determined for the
    last version does not. Writes no event: the caller who opens the version records it. Returns the number of rows.
    """
    for name in HEAD_COPIED:
        setattr(target, name, getattr(source, name))
    target.level_rank = target.declared_rank
    target.save(update_fields=[*HEAD_COPIED, "level_rank"])
    old_blocks = list(Block.objects.filter(register=source, removed_at__isnull=True))
    ids = [block.pk for block in old_blocks]
    blocks = _copied(old_blocks, lambda old: {"register": target})
    old_points = list(RiskPoint.objects.filter(block__in=ids))
    keys = {"register": target, "bureau_id": target.bureau_id, "section_id": target.section_id}
    points = _copied(old_points, lambda old: keys | {"block": blocks[old.block_id], "level_rank": old.declared_rank})
    _copied(
        Control.objects.filter(block__in=ids),
        lambda old: {"block": blocks[old.block_id], "point": points.get(old.point_id)},
    )
    _copied(Responsibility.objects.filter(block__in=ids), lambda old: {"block": blocks[old.block_id]})
    return len(blocks)


def _copied(rows, places) -> dict[int, Model]:
    """Copies of the rows, by the id of the old one; ``places`` gives the values of the fields that do not travel."""
    rows = list(rows)
    if not rows:
        return {}
    model = type(rows[0])
    names = [field.attname for field in model._meta.concrete_fields if field.name not in NOT_COPIED[model]]
    copies = [model(**{name: getattr(old, name) for name in names}, **places(old)) for old in rows]
    made = model.objects.bulk_create(copies)
    return dict(zip([old.pk for old in rows], made, strict=True))
