"""What the filling page shows of a register: read once, in a bounded number of queries, whatever its size."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Q

from accounts.models import User
from registers import quality
from registers.compare import DROPPED, Comparison, RowChange, compare
from registers.content import content_from
from registers.forms.html import Frame, hidden
from registers.forms.offers import Offers, offers_of
from registers.forms.row_view import Extra, RowBuilder, RowView
from registers.forms.rows import LIMITS
from registers.models import Block, Power, Register
from registers.parts import CONTROLS, LEVELS, POINTS
from registers.querysets import is_own
from registers.rows import RowData, with_items
from registers.schemes.model import SchemeSpec
from registers.schemes.rating import Suggestion, suggest_subject
from registers.schemes.road import Step
from registers.schemes.store import spec_of
from workflow import compiling
from workflow.enums import Action
from workflow.models import Decision, Inclusion, Proposal, Seal

MANY_ROWS = 12  # from here on rows are folded and only the asked one has its inputs
BACK = (Action.SEND_BACK, Action.TAKE_OUT)
OWN = (Action.WITHDRAW, Action.RECOMPILE)  # the filler himself took it back


@dataclass(frozen=True)
class Returned:
    """What was sent back, why, and until when."""

    decision: Decision
    reasons: list[str]
    remarks: dict[str, list[str]]

    @property
    def general(self) -> list[str]:
        """Remarks on the whole register."""
        return self.remarks.get("", [])


@dataclass
class Head:
    """The questions about the subject as a whole, where it is the subject that is rated."""

    factors: list[str] = field(default_factory=list)
    rank: str = ""
    suggestion: Suggestion | None = None


@dataclass(frozen=True)
class Typed:
    """A form that comes back: its row, what was typed, and what is wrong."""

    row: int
    data: RowData
    errors: dict[str, str]


@dataclass
class FillPage:
    """One register at its fill step; each part is read when it is first asked for, and once.

    ``opened`` is the row that was asked for, ``extra`` the empty slot that a button asked for.
    """

    register: Register
    user: User
    opened: int | None = None
    extra: Extra = Extra()
    typed: Typed | None = None

    @cached_property
    def spec(self) -> SchemeSpec:
        return spec_of(self.register.scheme)

    @cached_property
    def step(self) -> Step:
        return self.spec.route(self.register.scope).step(self.register.step)

    @cached_property
    def offers(self) -> Offers:
        return offers_of(self.register, self.spec)

    @cached_property
    def blocks(self) -> list[Block]:
        """All rows, the removed ones too: they can be brought back from this page."""
        return list(with_items(Block.objects.filter(register=self.register)))

    @cached_property
    def standing(self) -> list[Block]:
        return [block for block in self.blocks if block.removed_at is None]

    @property
    def removed(self) -> list[Block]:
        return [block for block in self.blocks if block.removed_at is not None]

    @cached_property
    def content(self) -> dict[str, Any]:
        return content_from(self.register, self.standing)

    @cached_property
    def comparison(self) -> Comparison | None:
        """Against the version that this one started from, as it was sealed; None for a first version."""
        if self.register.based_on_id is None:
            return None
        seal = Seal.objects.filter(register=self.register.based_on_id).order_by("-pk").first()
        return compare(seal.data, self.content, self.spec) if seal else None

    @property
    def dropped(self) -> list[RowChange]:
        """Rows of the last version that are no longer there."""
        return [row for row in self.comparison.rows if row.state == DROPPED] if self.comparison else []

    @property
    def folded(self) -> bool:
        return len(self.standing) >= MANY_ROWS

    @cached_property
    def rows(self) -> list[RowView]:
        remarks = self.returned.remarks if self.returned else {}
        builder = RowBuilder(self.offers, self.comparison, remarks)
        views = [self._row(builder, block, number) for number, block in enumerate(self.standing, start=1)]
        for view in views:
            view.findings = [finding for finding in self.findings if finding.row == view.block.lineage]
        return views

    def _row(self, builder: RowBuilder, block: Block, number: int) -> RowView:
        typed = self.typed if self.typed and self.typed.row == block.pk else None
        if self.folded and block.pk != self.opened and not typed:
            return builder.summary(block, number)
        extra = self.extra if block.pk == self.opened else Extra()
        return builder.opened(
            block, number, typed=typed.data if typed else None, errors=typed.errors if typed else None, extra=extra
        )

    @cached_property
    def findings(self) -> Sequence[quality.Finding]:
        powers = tuple((power.pk, power.name) for power in self.own_powers)
        register = self.register
        asked = quality.Asked(self.spec, register.scope, self.offers.parts, powers, register.zero_signed)
        return quality.judge(self.content, asked)

    @cached_property
    def errors(self) -> list[quality.Finding]:
        return [finding for finding in self.findings if finding.blocks]

    @property
    def error_links(self) -> list[tuple[quality.Finding, str]]:
        return self._links(self.errors)

    @property
    def hint_links(self) -> list[tuple[quality.Finding, str]]:
        return self._links([finding for finding in self.findings if not finding.blocks])

    def _links(self, findings: Sequence[quality.Finding]) -> list[tuple[quality.Finding, str]]:
        """Each finding with the address of its row on this page."""
        rows = {block.lineage: f"?row={block.pk}#row-{block.pk}" for block in self.standing}
        return [(finding, rows.get(finding.row, "")) for finding in findings]

    # What was asked and said ------------------------------------------------------------------------------------------

    @cached_property
    def returned(self) -> Returned | None:
        """The last word on the register if it was a send-back: nothing was submitted since."""
        # Sent back by a reviewer, by a meeting, by who shares the post or after a notice: it names the step it went to.
        told = Decision.objects.filter(register=self.register).exclude(action__in=OWN)
        last = told.filter(Q(action__in=(Action.SUBMIT, *BACK)) | ~Q(to_step="")).order_by("-pk").first()
        if last is None or last.action == Action.SUBMIT:
            return None
        names = {reason.key: reason.name for reason in self.spec.return_reasons}
        remarks: dict[str, list[str]] = {}
        for remark in last.remarks:
            remarks.setdefault(remark.get("lineage", ""), []).append(remark.get("text", ""))
        return Returned(last, [names.get(key, key) for key in last.reasons], remarks)

    @cached_property
    def proposals(self) -> list[Proposal]:
        """Points that others proposed and that are not answered yet."""
        rows = Proposal.objects.filter(register=self.register, answered_at=None)
        return list(rows.select_related("decision"))

    @property
    def questions(self) -> list[str]:
        tier = self.register.post.tier if self.register.post else ""
        return [question.text for question in self.spec.questions_of(self.register.scope, tier)]

    @property
    def kinds(self):
        """The kinds of risk with definitions and examples, as help for finding."""
        return self.spec.kinds_of(self.register.scope)

    # Powers -----------------------------------------------------------------------------------------------------------

    @cached_property
    def own_powers(self) -> list[Power]:
        return [power for power in self.offers.powers if is_own(power, self.register)]

    @property
    def powers(self) -> list[tuple[Power, bool]]:
        """The subject's powers; True = it has a point already (有权力岗位就有廉政风险). Shared ones only where used."""
        used = {block.power_id for block in self.standing if block.points.all()}
        shared = [power for power in self.offers.powers if power.pk in used and not is_own(power, self.register)]
        return [(power, power.pk in used) for power in (*self.own_powers, *shared)]

    # Compiling --------------------------------------------------------------------------------------------------------

    @cached_property
    def compiled(self) -> list[Inclusion]:
        """Registers below that were taken in, with the rows of their seals (read-only here, grouped by origin)."""
        if self.step.mode != "compile":
            return []
        return list(Inclusion.objects.filter(register=self.register).select_related("child", "seal").order_by("pk"))

    @cached_property
    def behind(self) -> str:
        """Why what lies below keeps it from being submitted: not so far yet, or not compiled; else empty."""
        if self.step.mode != "compile":
            return ""
        if missing := compiling.missing_children(self.register):
            return f"还有{len(missing)}张下级登记表没有办到可汇总的步骤，暂时不能提交"
        return compiling.BEHIND if compiling.is_behind(self.register) else ""

    @property
    def compiled_rows(self) -> int:
        return sum(len(inclusion.seal.data["rows"]) for inclusion in self.compiled)

    # Head -------------------------------------------------------------------------------------------------------------

    @cached_property
    def head(self) -> Head | None:
        register, offers = self.register, self.offers
        if LEVELS not in offers.parts or not offers.rates_subject:
            return None
        frame = Frame("head", {})
        answers = register.factors
        points = [point for block in self.standing for point in block.points.all()]
        rank = str(register.declared_rank or "")
        return Head(
            factors=[
                frame.radios(
                    f"f-{factor.key}",
                    factor.name,
                    choices,
                    answers.get(factor.key, ""),
                    must=offers.must_answer(factor),
                    help=factor.question,
                )
                for factor, choices in offers.subject_factors
            ],
            rank=frame.radios("rank", "自评等级", offers.levels, rank, must=True) + hidden("shown", rank),
            suggestion=suggest_subject(
                self.spec, register.scope, answers, [0] * len(points), [point.kind for point in points]
            ),
        )

    @property
    def zero(self) -> dict[str, str] | None:
        """The signed reason that a register without any point needs."""
        if POINTS not in self.offers.parts or self.spec.scope(self.register.scope).compiles:
            return None
        if any(block.points.all() for block in self.standing):
            return None
        frame = Frame("zero", {})
        signed = "我已逐项对照职责和职权查找，确认没有廉政风险点，并对此负责"
        reason = self.register.zero_reason
        return {
            "reason": frame.area("zero_reason", "没有风险点的理由", reason, limit=LIMITS["reason"]),
            "signed": frame.check("zero_signed", signed, self.register.zero_signed),
        }

    @property
    def may_add(self) -> bool:
        return POINTS in self.offers.parts

    @property
    def may_control(self) -> bool:
        return CONTROLS in self.offers.parts

    @property
    def parts_text(self) -> str:
        """What this step asks for, e.g. 风险点、防控措施."""
        names = {POINTS: "风险点", LEVELS: "风险等级", CONTROLS: "防控措施"}
        return "、".join(name for part, name in names.items() if part in self.offers.parts)
