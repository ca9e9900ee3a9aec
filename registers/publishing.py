"""What stops a power from being shown to society: personal data, marks of state secrets. Reads no database."""

from registers.models import Power
from registers.personal_data import Placed, placed, secrecy_mark

PUBLIC = ("name", "exercising_body", "content", "legal_basis", "conditions", "procedure_text", "time_limit")


def found_in(power: Power) -> list[Placed]:
    """Personal data in the fields of its public card; the way of supervision may name the office's telephone."""
    found = []
    for name in PUBLIC:
        found += placed(f"“{Power._meta.get_field(name).verbose_name}”", getattr(power, name) or "")
    return found + placed("“监督方式”", power.supervision or "", contact=True)


def mark_in(power: Power) -> str:
    """The first mark of a state secret in those fields; empty for none."""
    texts = (getattr(power, name) or "" for name in (*PUBLIC, "supervision"))
    return next(filter(None, map(secrecy_mark, texts)), "")
