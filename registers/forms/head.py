"""The head of a register as it was typed: answers about the subject, its declared level, the reason for no point."""

from typing import Any

from django.http import QueryDict

from registers.forms.offers import Offers
from registers.forms.rows import LIMITS, clean
from registers.models import Register
from registers.parts import LEVELS, POINTS
from registers.schemes.rating import suggest_subject


class HeadForm:
    """``values`` for `registers.services.editing.save_head`, and ``errors`` by field name; open parts only."""

    def __init__(self, sent: QueryDict, register: Register, offers: Offers, kinds: list[str]):
        self.sent = sent
        self.register = register
        self.offers = offers
        self.kinds = kinds  # risk kinds of the points found, which some schemes count
        self.errors: dict[str, str] = {}
        self.values = self._read()

    def _read(self) -> dict[str, Any]:
        values: dict[str, Any] = {}
        if LEVELS in self.offers.parts and self.offers.rates_subject:
            values["factors"] = self._factors()
            values["declared_rank"] = self._rank(values["factors"])
        if POINTS in self.offers.parts and "zero_reason" in self.sent:
            values["zero_reason"] = clean(self.sent["zero_reason"])
            values["zero_signed"] = self.sent.get("zero_signed") == "1" and bool(values["zero_reason"])
            if len(values["zero_reason"]) > LIMITS["reason"]:
                self.errors["zero_reason"] = f"理由最多 {LIMITS['reason']} 个字。"
        return values

    def _factors(self) -> dict[str, str]:
        answers = {}
        for factor, choices in self.offers.subject_factors:
            value = self.sent.get(f"f-{factor.key}", "")
            if value in choices.values:
                answers[factor.key] = value
        return answers

    def _rank(self, factors: dict[str, str]) -> int | None:
        """As at a point: the clerk's own choice, else what follows from the answers."""
        sent = self.sent.get("rank", "")
        chosen = int(sent) if sent in self.offers.levels.values else None
        if chosen is not None and sent != self.sent.get("shown", ""):
            return chosen
        was = self.register.declared_rank
        before, after = self._suggested(self.register.factors), self._suggested(factors)
        return after if after is not None and was in (None, before) else was

    def _suggested(self, factors: dict[str, str]) -> int | None:
        ranks = [0] * len(self.kinds)
        return suggest_subject(self.offers.spec, self.register.scope, factors, ranks, self.kinds).rank
