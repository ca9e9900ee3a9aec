"""Levels that a body fixed, kept as ratings beside what was declared, and the level of the subject that follows."""

from accounts.exceptions import NotNow
from registers.enums import RatingKind
from registers.models import Rating, Register, RiskPoint
from registers.parts import rates_subject
from registers.schemes.model import SchemeSpec
from registers.schemes.store import spec_of
from workflow.models import Decision


def determine(register: Register, decision: Decision, levels: dict[str, int]) -> None:
    """A body fixed levels: kept as ratings beside what was declared. Raises NotNow for an unknown level or point."""
    spec = spec_of(register.scheme)
    known = {level.rank for level in spec.levels}
    points = set(RiskPoint.objects.filter(register=register, block__removed_at=None).values_list("lineage", flat=True))
    for lineage, rank in levels.items():
        if rank not in known or (lineage and lineage not in points):
            raise NotNow("审定的等级或风险点不在本登记表中，请刷新后重新选择。")
        Rating.objects.create(
            register=register,
            lineage=lineage,
            kind=RatingKind.DETERMINED,
            rank=rank,
            step=decision.step,
            round=decision.round,
            by=decision.by,
            by_text=f"{decision.by_title} {decision.by_name}".strip(),
        )
        if lineage:
            RiskPoint.objects.filter(register=register, lineage=lineage).update(level_rank=rank)
        elif rates_subject(spec, register.scope):
            RiskPoint.objects.filter(register=register).update(level_rank=rank)
    refresh_subject_level(register, spec, levels.get(""))


def refresh_subject_level(register: Register, spec: SchemeSpec, determined: int | None = None) -> None:
    """The level of the post or section: as determined, or the gravest of its points where the scheme says so."""
    rank = determined
    follows = spec.rating.subject_follows == "max" and not rates_subject(spec, register.scope)
    if rank is None and follows:
        ranks = RiskPoint.objects.filter(register=register, block__removed_at=None, level_rank__isnull=False)
        rank = min(ranks.values_list("level_rank", flat=True), default=None)
    if rank is not None and rank != register.level_rank:
        Register.objects.filter(pk=register.pk).update(level_rank=rank)
        register.level_rank = rank
