"""Which plate a scheme has. Without a word of its own, what society is shown of posts is also their plate."""

from registers.schemes.model import SchemeSpec
from registers.schemes.plate_model import FIELDS, PlateRule


def plate_of(spec: SchemeSpec) -> PlateRule | None:
    """The scheme's rule for plates, else one made of its notices to society; None: this scheme has no plates."""
    if spec.plate.fields:
        return spec.plate
    shown = shown_to_society(spec)
    fields = tuple(key for key in FIELDS if key in shown)
    return PlateRule(fields=fields, origin="ours") if fields else None


def shown_to_society(spec: SchemeSpec) -> frozenset[str]:
    """The columns that some notice to society shows of posts; empty where posts are shown to nobody outside."""
    posts = {scope.key for scope in spec.scopes if scope.subject == "post"}
    keys = {step.notice for route in spec.routes if route.scope in posts for step in route.steps if step.notice}
    rules = [rule for rule in spec.notices if rule.key in keys and rule.audience == "society"]
    return frozenset(key for rule in rules for key in rule.fields)
