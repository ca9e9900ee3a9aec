"""The rows of the last version become the first rows of the next one: same lineage, own life."""

from collections.abc import Callable, Iterable

from django.db import transaction
from django.db.models import Model

from registers.models import Block, Control, Register, Responsibility, RiskPoint
from registers.schemes.store import spec_of

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
    last version does not. Under another scheme only the words that it knows travel: see `_fitting`. Writes no event:
    the caller who opens the version records it. Returns the number of rows.
    """
    fit = _fitting(source, target)
    for name in HEAD_COPIED:
        setattr(target, name, getattr(source, name))
    fit(target)
    target.level_rank = target.declared_rank
    target.save(update_fields=[*HEAD_COPIED, "level_rank"])
    old_blocks = list(Block.objects.filter(register=source, removed_at__isnull=True))
    ids = [block.pk for block in old_blocks]
    blocks = _copied(old_blocks, lambda old: {"register": target}, fit)
    old_points = list(RiskPoint.objects.filter(block__in=ids))
    keys = {"register": target, "bureau_id": target.bureau_id, "section_id": target.section_id}
    points = _copied(old_points, lambda old: keys | {"block": blocks[old.block_id]}, fit)
    _copied(
        Control.objects.filter(block__in=ids),
        lambda old: {"block": blocks[old.block_id], "point": points.get(old.point_id)},
        fit,
    )
    _copied(Responsibility.objects.filter(block__in=ids), lambda old: {"block": blocks[old.block_id]}, fit)
    return len(blocks)


Fit = Callable[[Model], None]


def _fitting(source: Register, target: Register) -> Fit:
    """Takes out of a copy what the target's scheme does not know: kinds, classes, channels, answers.

    Levels of another scheme were given by another measure, so none of them travels; of another edition of the same
    scheme those travel that are still there.
    """
    if source.scheme_id == target.scheme_id:
        return lambda copy: None
    spec, scope = spec_of(target.scheme), target.scope
    known = {
        (RiskPoint, "kind"): _keys(spec.kinds_of(scope)),
        (RiskPoint, "klass"): _keys(spec.classes),
        (RiskPoint, "channel"): _keys(spec.channels),
        (Control, "kind"): _keys(spec.control_kinds),
    }
    ranks = {level.rank for level in spec.levels} if spec_of(source.scheme).key == spec.key else frozenset()
    answers = {RiskPoint: _keys(spec.factors_of(scope, "point")), Register: _keys(spec.factors_of(scope, "subject"))}

    def fit(copy: Model) -> None:
        for (model, name), keys in known.items():
            if isinstance(copy, model) and getattr(copy, name) not in keys:
                setattr(copy, name, "")
        if type(copy) not in answers:
            return
        asked = answers[type(copy)]
        copy.factors = {key: value for key, value in copy.factors.items() if key in asked}
        if copy.declared_rank not in ranks:
            copy.declared_rank = None

    return fit


def _keys(values: Iterable) -> frozenset[str]:
    return frozenset(value.key for value in values)


def _copied(rows, places, fit: Fit) -> dict[int, Model]:
    """Copies of the rows, by the id of the old one; ``places`` gives the values of the fields that do not travel."""
    rows = list(rows)
    if not rows:
        return {}
    model = type(rows[0])
    names = [field.attname for field in model._meta.concrete_fields if field.name not in NOT_COPIED[model]]
    copies = [model(**{name: getattr(old, name) for name in names}, **places(old)) for old in rows]
    for copy in copies:
        fit(copy)
        if isinstance(copy, RiskPoint):
            copy.level_rank = copy.declared_rank
    made = model.objects.bulk_create(copies)
    return dict(zip([old.pk for old in rows], made, strict=True))
