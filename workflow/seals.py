"""Sealing: freezing what a register says, so that a signature belongs to content."""

from accounts.models import User
from registers.content import canonical, content_of, digest
from registers.enums import RatingKind
from registers.models import Rating, Register, RiskPoint
from workflow.models import Inclusion, Seal


def latest(register: Register) -> Seal | None:
    """The newest seal of a register."""
    return Seal.objects.filter(register=register).order_by("-pk").first()


def seal(*, register: Register, by: User | None, issue: bool = False) -> Seal:
    """Freeze the present content, with the compiled registers below embedded (origin and digest kept)."""
    content = content_of(register)
    content["levels"] = levels_of(register)
    content["compiled"] = compiled_of(register)
    text = canonical(content)
    return Seal.objects.create(
        register=register,
        round=register.round,
        step=register.step,
        content=text,
        digest=digest(text),
        issue=issue,
        by=by,
    )


def levels_of(register: Register) -> dict[str, int]:
    """Determined levels by lineage ("" for the subject). What was only declared is content already."""
    determined: dict[str, int] = {}
    rows = Rating.objects.filter(register=register, kind=RatingKind.DETERMINED).order_by("pk")
    for lineage, rank in rows.values_list("lineage", "rank"):
        determined[lineage] = rank
    live = set(RiskPoint.objects.filter(register=register, block__removed_at=None).values_list("lineage", flat=True))
    return {lineage: rank for lineage, rank in determined.items() if lineage in live or not lineage}


def compiled_of(register: Register) -> list[dict]:
    """The registers below as they were compiled in: their rows with origin, flattened over the levels of the tree."""
    found: list[dict] = []
    for inclusion in Inclusion.objects.filter(register=register).select_related("seal").order_by("pk"):
        data = inclusion.seal.data
        found.append(
            {
                "register": inclusion.child_id,
                "subject": data["subject"],
                "digest": inclusion.seal.digest,
                "declared_rank": data.get("declared_rank"),
                "levels": data.get("levels", {}),
                "rows": data["rows"],
            }
        )
        found += data.get("compiled", [])
    return found
