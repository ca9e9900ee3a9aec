"""What happened to a register, as pages show it: decisions by round, opinions, what changed since. Reads only."""

from dataclasses import dataclass, field

from accounts.models import User
from registers.compare import Comparison, compare
from registers.models import Register
from registers.schemes.model import SchemeSpec
from registers.schemes.road import Step
from registers.schemes.store import spec_of
from workflow.enums import Action
from workflow.models import Decision, Proposal, Seal
from workflow.specs import step_named

# Acts that put a name under content; a later change of the content is told beside them.
SIGNING = frozenset({Action.OPINE, Action.AGREE, Action.MEETING, Action.CONFIRM, Action.RECEIVE, Action.NOTICE_END})
BACKWARD = frozenset({Action.SEND_BACK, Action.TAKE_OUT, Action.MEETING})
TONES = {Action.SEND_BACK: "back", Action.TAKE_OUT: "back", Action.STOP: "back"}
QUIET = frozenset({Action.SKIP, Action.WITHDRAW, Action.RECOMPILE, Action.FILE})


@dataclass
class Entry:
    """One decision as it may be shown to the reader."""

    decision: Decision
    title: str
    who: str
    tone: str
    hidden: bool = False  # a blind opinion while others still write theirs
    changed: str = ""
    marks: list[tuple[str, bool]] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    remarks: list[tuple[str, str]] = field(default_factory=list)
    levels: list[tuple[str, str, str]] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)
    back_to: str = ""
    seal_digest: str = ""


@dataclass
class Round:
    number: int
    entries: list[Entry]


@dataclass
class History:
    """All decisions of a register, prepared for one reader."""

    decisions: list[Decision]
    rounds: list[Round]
    seals: list[Seal]  # without their content
    proposals: list[Proposal]
    sent_back: Entry | None  # the grounds on which the register is with its filler again

    def name_lines(self, names: dict[str, str]) -> None:
        """Put the rows' and points' names beside remarks and determined levels."""
        for part in self.rounds:
            for entry in part.entries:
                if not entry.hidden:
                    entry.remarks = [(names.get(key, ""), text) for key, text in entry.remarks]
                    entry.levels = [
                        (names.get(key, "") if key else "本表", name, tone)
                        for key, name, tone in entry.levels
                        if not key or key in names
                    ]

    @property
    def latest(self) -> Seal | None:
        return self.seals[-1] if self.seals else None


def seals_of(register: Register) -> list[Seal]:
    """All seals, oldest first, without reading their content."""
    return list(Seal.objects.filter(register=register).defer("content").select_related("by").order_by("pk"))


@dataclass(frozen=True)
class Read:
    """The rows behind a history, so that a page with many registers reads them all together."""

    decisions: list[Decision]
    proposals: list[Proposal]
    seals: list[Seal]


def read(register: Register) -> Read:
    """The rows of one register; three queries, one where nothing happened yet."""
    decisions = list(Decision.objects.filter(register=register).order_by("pk"))
    if not decisions:
        return Read([], [], [])
    proposals = list(Proposal.objects.filter(register=register).order_by("pk"))
    return Read(decisions, proposals, seals_of(register))


def read_all(registers: list[Register]) -> dict[int, Read]:
    """The same for many registers, the contents of the seals included: three queries for any number."""
    ids = [register.pk for register in registers]
    found = {pk: Read([], [], []) for pk in ids}
    for decision in Decision.objects.filter(register__in=ids).order_by("pk"):
        found[decision.register_id].decisions.append(decision)
    for proposal in Proposal.objects.filter(register__in=ids).order_by("pk"):
        found[proposal.register_id].proposals.append(proposal)
    for seal in Seal.objects.filter(register__in=ids).select_related("by").order_by("pk"):
        found[seal.register_id].seals.append(seal)
    return found


def history_of(register: Register, reader: User, rows: Read | None = None) -> History:
    """Decisions by round, the newest round first; remarks and levels by lineage until `History.name_lines`.

    Opinions of a blind step stay hidden (except one's own) until the step is over.
    """
    spec = spec_of(register.scheme)
    rows = rows or read(register)
    decisions, proposals, seals = rows.decisions, rows.proposals, rows.seals
    hidden = {decision.pk for decision in decisions if is_hidden(decision, register, spec, reader)}
    digests = {seal.pk: seal.digest for seal in seals}
    by_decision: dict[int, list[Proposal]] = {}
    for proposal in proposals:
        by_decision.setdefault(proposal.decision_id, []).append(proposal)
    rounds: dict[int, list[Entry]] = {}
    _read_together(decisions, seals, spec)
    for decision in decisions:
        entry = _entry(decision, spec, register, decision.pk in hidden)
        if not entry.hidden:
            entry.changed = _changed_since(decision, seals, spec)
            entry.seal_digest = digests.get(decision.seal_id, "")
            entry.proposals = by_decision.get(decision.pk, [])
        rounds.setdefault(decision.round, []).append(entry)
    ordered = [Round(number, rounds[number]) for number in sorted(rounds, reverse=True)]
    shown = [proposal for proposal in proposals if proposal.decision_id not in hidden]
    return History(decisions, ordered, seals, shown, _sent_back(ordered, register))


def is_hidden(decision: Decision, register: Register, spec: SchemeSpec, reader: User) -> bool:
    """Whether that opinion is blind for this reader: the step still runs and it is not his own."""
    if decision.action != Action.OPINE or decision.by_id == reader.pk:
        return False
    step = step_named(spec, register.scope, decision.step)
    running = register.step == decision.step and register.round == decision.round and register.road_key is not None
    return bool(step and step.blind and running)


def _entry(decision: Decision, spec: SchemeSpec, register: Register, hidden: bool) -> Entry:
    back = bool(decision.to_step) and decision.action in BACKWARD
    title = f"{decision.step_name} · {'退回' if back else decision.get_action_display()}"
    if decision.action == Action.SUBMIT and decision.round > 1:
        title = f"{decision.step_name} · 重新提交"
    if hidden:
        return Entry(decision, f"{decision.step_name} · 已提出意见", "", "plain", hidden=True)
    step = step_named(spec, register.scope, decision.to_step) if decision.to_step else None
    levels = {level.rank: level for level in spec.levels}
    return Entry(
        decision,
        title,
        signed_by(decision),
        "back" if back else TONES.get(Action(decision.action), "plain" if decision.action in QUIET else "ok"),
        marks=[(mark.name, decision.marks[mark.key]) for mark in spec.marks if mark.key in decision.marks],
        reasons=[reason.name for reason in spec.return_reasons if reason.key in decision.reasons],
        remarks=[(row.get("lineage", ""), row.get("text", "")) for row in decision.remarks],
        levels=[
            (lineage, levels[rank].name, levels[rank].tone)
            for lineage, rank in decision.levels.items()
            if rank in levels
        ],
        back_to=step.name if back and step else "",
    )


def signed_by(decision: Decision) -> str:
    """Title and name, said once where they are the same."""
    title, name = decision.by_title, decision.by_name
    return title if name in title else f"{title} {name}".strip()


def _sent_back(rounds: list[Round], register: Register) -> Entry | None:
    """Why the present round was begun: the last backward decision of the round before it."""
    if register.road_key is None:
        return None
    for part in rounds:
        if part.number == register.round - 1:
            entry = part.entries[-1]
            return entry if entry.tone == "back" else None
    return None


def _changed_since(decision: Decision, seals: list[Seal], spec: SchemeSpec) -> str:
    """What changed after a signature: the named fields, against the newest seal; empty when nothing did."""
    if Action(decision.action) not in SIGNING or decision.seal_id is None or not seals:
        return ""
    signed = next((seal for seal in seals if seal.pk == decision.seal_id), None)
    if signed is None or signed.digest == seals[-1].digest:
        return ""
    return difference(signed, seals[-1], spec)[1]


def _read_together(decisions: list[Decision], seals: list[Seal], spec: SchemeSpec) -> None:
    """Read the content of all seals that have to be compared with the newest in one query."""
    signed = {decision.seal_id for decision in decisions if Action(decision.action) in SIGNING}
    other = [seal for seal in seals[:-1] if seal.pk in signed and seal.digest != seals[-1].digest]
    wanted = [seal for seal in other if _key(seal, seals[-1], spec) not in _kept]
    if wanted:
        wanted = [*wanted, seals[-1]]
        texts = dict(Seal.objects.filter(pk__in=[seal.pk for seal in wanted]).values_list("pk", "content"))
        for seal in wanted:
            seal.content = texts[seal.pk]


def comparison(old: Seal, new: Seal, spec: SchemeSpec) -> Comparison:
    """What became of every row between two seals; kept in memory, since sealed content never changes."""
    return difference(old, new, spec)[0]


def difference(old: Seal, new: Seal, spec: SchemeSpec) -> tuple[Comparison, str]:
    """The comparison and one line that names what changed, compiled registers included."""
    key = _key(old, new, spec)
    if key not in _kept:
        _kept[key] = _difference(old.data, new.data, spec)
        while len(_kept) > KEPT:
            _kept.pop(next(iter(_kept)), None)
    return _kept[key]


def _key(old: Seal, new: Seal, spec: SchemeSpec) -> tuple:
    return old.pk, old.digest, new.pk, new.digest, spec.key, spec.version


KEPT = 256
_kept: dict[tuple, tuple[Comparison, str]] = {}


def _difference(old: dict, new: dict, spec: SchemeSpec) -> tuple[Comparison, str]:
    found = compare(old, new, spec)
    said = [found.said()] if found.changed else []
    before = {part["register"]: part["digest"] for part in old.get("compiled", [])}
    after = {part["register"]: part["digest"] for part in new.get("compiled", [])}
    if before != after:
        parts = [*old.get("compiled", []), *new.get("compiled", [])]
        names = {part["register"]: part["subject"]["name"] for part in parts}
        moved = [name for pk, name in names.items() if before.get(pk) != after.get(pk)]
        said.append("汇总的登记表：" + "、".join(moved[:5]) + ("等" if len(moved) > 5 else ""))
    return found, "；".join(said)


def names_of(content: dict) -> dict[str, str]:
    """What rows and points are called, by lineage, compiled ones included."""
    found = {}
    for rows in (content["rows"], *(part["rows"] for part in content.get("compiled", []))):
        for row in rows:
            found[row["lineage"]] = (row["power"] or {}).get("name") or row["matter"] or "（未写职权）"
            found.update({point["lineage"]: point["name"] for point in row["points"]})
    return found


def track_of(register: Register, spec: SchemeSpec, decisions: list[Decision], now: str) -> list[dict[str, str]]:
    """The road as a chart: past, now, todo, skipped, returned. ``now`` is the note at the present step."""
    steps = spec.route(register.scope).steps
    at = next((index for index, step in enumerate(steps) if step.key == register.step), 0)
    over = register.road_key is None
    last: dict[str, Decision] = {}
    for decision in decisions:
        last[decision.step] = decision
    return [_chart(step, index, at, over, last, register, now) for index, step in enumerate(steps)]


def _chart(step: Step, index: int, at: int, over: bool, last: dict[str, Decision], register: Register, now: str):
    decision = last.get(step.key)
    state, note = "todo", ""
    if over and (register.in_force_from or index < at) or index < at:
        state = "skipped" if decision and decision.action == Action.SKIP else "past"
    elif index == at and not over:
        state, note = "now", now
    elif index == at:
        state, note = "returned", "终止"
    elif decision and decision.to_step and decision.round == register.round - 1:
        state = "returned"
    return {"name": step.name, "state": state, "note": note}
