"""A row as the filling page shows it: ready inputs for the open parts, plain words for the closed ones.

Empty slots for what may be typed next carry lineages of their own (`registers.rows.slot_lineage`), so that saving needs
no second step and saving twice makes nothing twice.
"""

from dataclasses import dataclass, field

from django.utils.safestring import SafeString

from registers.compare import Comparison
from registers.enums import Height
from registers.forms.html import Frame, hidden
from registers.forms.offers import Offers
from registers.forms.rows import LIMITS
from registers.models import Block
from registers.parts import CONTROLS, LEVELS, POINTS
from registers.rows import ControlData, PointData, RowData, data_of, slot_lineage
from registers.schemes.model import Level
from registers.schemes.rating import Suggestion, suggest_point


@dataclass
class ControlView:
    number: int
    lineage: str
    stored: bool
    fields: list[SafeString] = field(default_factory=list)
    text: SafeString | str = ""
    facts: list[tuple[str, str]] = field(default_factory=list)
    state: str = ""


@dataclass
class PointView:
    number: int
    lineage: str
    stored: bool
    data: PointData
    level: Level | None = None
    kinds: list[SafeString] = field(default_factory=list)
    says: list[SafeString] = field(default_factory=list)
    texts: list[SafeString] = field(default_factory=list)
    factors: list[SafeString] = field(default_factory=list)
    rank: SafeString | str = ""
    channel: SafeString | str = ""
    suggestion: Suggestion | None = None
    facts: list[tuple[str, str]] = field(default_factory=list)
    controls: list[ControlView] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    state: str = ""


@dataclass
class RowView:
    block: Block
    number: int
    title: str
    data: RowData
    opened: bool
    version: int
    state: str = ""  # unchanged | changed | new, against the version that this one started from; "" without one
    remarks: list[str] = field(default_factory=list)
    findings: list = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    levels: list[Level] = field(default_factory=list)
    frame: list[SafeString] = field(default_factory=list)
    frame_facts: list[tuple[str, str]] = field(default_factory=list)
    points: list[PointView] = field(default_factory=list)
    loose: list[ControlView] = field(default_factory=list)  # controls of the whole row
    responsible: list[tuple[SafeString, SafeString]] = field(default_factory=list)
    responsible_facts: list[tuple[str, str]] = field(default_factory=list)

    @property
    def key(self) -> str:
        """The key of the browser's own copy of what is being typed."""
        return f"row-{self.block.pk}"


@dataclass(frozen=True)
class Extra:
    """What a button asked for: one more empty point, or one more empty control of a point or of the row."""

    point: bool = False
    control: str | None = None  # lineage of the point, "" = of the row


class RowBuilder:
    """Builds the views of all rows of one page."""

    def __init__(
        self, offers: Offers, comparison: Comparison | None = None, remarks: dict[str, list[str]] | None = None
    ):
        self.offers = offers
        self.comparison = comparison
        self.remarks = remarks or {}

    def summary(self, block: Block, number: int) -> RowView:
        """A row in one line, without inputs."""
        data = data_of(block)
        told = [level for point in data.points if (level := self.offers.level(point.declared_rank))]
        view = RowView(block, number, str(block), data, opened=False, version=block.row_version, levels=told)
        view.state = self._state(block.lineage)
        view.remarks = self.remarks.get(block.lineage, [])
        return view

    def opened(self, block: Block, number: int, *, typed: RowData | None = None, errors=None, extra=Extra()) -> RowView:
        """A row with its inputs; ``typed`` and ``errors`` when a form comes back."""
        view = self.summary(block, number)
        view.opened, view.errors = True, errors or {}
        view.data = typed or view.data
        frame = Frame(f"b{block.pk}", view.errors)
        self._frame(view, frame)
        stored = {item.lineage for item in (*view.data.points, *view.data.controls)}
        points, controls = self._slots(block, view.data, extra)
        view.points = [self._point(point, n, frame, point.lineage in stored) for n, point in enumerate(points, start=1)]
        by_point: dict[str, list[ControlView]] = {}
        for control in controls:
            group = by_point.setdefault(control.point, [])
            group.append(self._control(control, len(group) + 1, frame, control.lineage in stored))
        for point in view.points:
            point.controls = by_point.pop(point.lineage, [])
        view.loose = [control for group in by_point.values() for control in group]
        self._responsible(view, frame)
        return view

    def _state(self, lineage: str) -> str:
        return self.comparison.state(lineage) if self.comparison else ""

    def _slots(self, block: Block, data: RowData, extra: Extra) -> tuple[list[PointData], list[ControlData]]:
        points, controls = list(data.points), list(data.controls)
        if POINTS in self.offers.parts and (extra.point or not points):
            channel = self.offers.channels.all[0].value if self.offers.channels.all else ""
            points.append(PointData(slot_lineage(block, "point"), channel=channel))
        if CONTROLS in self.offers.parts:
            row_wide = any(not control.point for control in controls)
            served = {control.point for control in controls}
            wanted = [point.lineage for point in points if not row_wide and point.lineage not in served]
            wanted += [extra.control] if extra.control is not None else []
            owner = data.post_id or self.offers.register.post_id
            for place in wanted:
                slot = ControlData(slot_lineage(block, "control", place), point=place, owner_id=owner)
                controls.append(slot)
        return points, controls

    def _frame(self, view: RowView, frame: Frame) -> None:
        data, offers = view.data, self.offers
        if POINTS not in offers.parts:
            step = view.block.step.name if view.block.step else view.block.step_text
            post = view.block.post.name if view.block.post else ""
            view.frame_facts = [("职权或事项", view.title), ("环节", step), ("涉及岗位", post)]
            return
        block = view.block
        kept = block.power.name if block.power and block.power_id == data.power_id else ""
        view.frame = [frame.select("power", "职权", offers.power_choices, str(data.power_id or ""), kept=kept)]
        if not data.power_id:
            view.frame.append(
                frame.text("matter", "事项", data.matter, limit=LIMITS["matter"], help="没有对应职权时写明事项。")
            )
        steps = offers.step_choices(data.power_id)
        if steps.all:
            kept = block.step.name if block.step and block.step_id == data.step_id else ""
            view.frame.append(frame.select("step", "业务流程环节", steps, str(data.step_id or ""), kept=kept))
        else:
            view.frame.append(frame.text("step_text", "业务流程环节", data.step_text, limit=LIMITS["step_text"]))
        if not offers.register.post_id:
            view.frame.append(frame.select("post", "涉及岗位", offers.post_choices, str(data.post_id or "")))
        if data.power_id and data.matter:
            view.frame.append(hidden("matter", data.matter))
        if steps.all and data.step_text:
            view.frame.append(hidden("step_text", data.step_text))

    def _point(self, data: PointData, number: int, frame: Frame, stored: bool) -> PointView:
        offers, prefix = self.offers, f"p-{data.lineage}-"
        view = PointView(number, data.lineage, stored, data, level=offers.level(data.declared_rank))
        view.state = self._state(data.lineage) if stored else ""
        view.remarks = self.remarks.get(data.lineage, [])
        if POINTS in offers.parts:
            view.kinds = [frame.select(f"{prefix}kind", "风险类别", offers.kinds, data.kind, must=True)]
            if offers.classes.all:
                name = offers.spec.classes_name
                view.kinds.append(frame.select(f"{prefix}klass", name, offers.classes, data.klass))
            view.says = [
                frame.says(f"{prefix}kind", offers.kinds, data.kind),
                frame.says(f"{prefix}klass", offers.classes, data.klass),
            ]
            view.texts = [
                frame.area(f"{prefix}name", "风险点", data.name, limit=LIMITS["name"], must=True, rows=1),
                frame.area(
                    f"{prefix}manifestation",
                    "表现形式",
                    data.manifestation,
                    limit=LIMITS["manifestation"],
                    must=True,
                    help="在什么环节、以什么方式、会出现什么样的不廉洁行为或不作为、乱作为。",
                ),
            ]
            view.channel = frame.select(f"{prefix}channel", "查找途径", offers.channels, data.channel)
        else:
            view.facts = self._point_facts(data)
        if LEVELS in offers.parts:
            self._rating(view, frame, prefix)
        elif not offers.rates_subject and view.level:
            view.facts.append(("自评等级", view.level.label))
        return view

    def _point_facts(self, data: PointData) -> list[tuple[str, str]]:
        offers = self.offers
        facts = [("风险点", data.name), ("风险类别", offers.kinds.label(data.kind)), ("表现形式", data.manifestation)]
        return facts + [("查找途径", offers.channels.label(data.channel))]

    def _rating(self, view: PointView, frame: Frame, prefix: str) -> None:
        offers, data = self.offers, view.data
        view.factors = [
            frame.radios(
                f"{prefix}f-{factor.key}",
                factor.name,
                choices,
                data.factors.get(factor.key, ""),
                must=offers.must_answer(factor),
                help=factor.question,
            )
            for factor, choices in offers.factors
        ]
        if offers.rates_subject:
            return
        view.suggestion = suggest_point(offers.spec, offers.register.scope, data.factors)
        rank = str(data.declared_rank or "")
        view.rank = frame.radios(f"{prefix}rank", "自评等级", offers.levels, rank, must=True)
        view.rank += hidden(f"{prefix}shown", rank)

    def _control(self, data: ControlData, number: int, frame: Frame, stored: bool) -> ControlView:
        offers, prefix = self.offers, f"c-{data.lineage}-"
        view = ControlView(number, data.lineage, stored, state=self._state(data.lineage) if stored else "")
        if CONTROLS not in offers.parts:
            view.facts = [("防控措施", data.text), ("责任岗位", offers.post_choices.label(str(data.owner_id or "")))]
            return view
        view.text = frame.area(f"{prefix}text", "防控措施", data.text, limit=LIMITS["text"], must=True, rows=1)
        view.text += hidden("control", data.lineage) + hidden(f"{prefix}point", data.point)
        if offers.control_kinds.all:
            view.fields.append(frame.select(f"{prefix}kind", "措施类型", offers.control_kinds, data.kind))
        view.fields.append(frame.select(f"{prefix}owner", "责任岗位", offers.post_choices, str(data.owner_id or "")))
        if offers.regulations.all:
            chosen = str(data.regulation_id or "")
            view.fields.append(frame.select(f"{prefix}regulation", "依据制度", offers.regulations, chosen))
        due = data.due_on.isoformat() if data.due_on else ""
        view.fields.append(frame.text(f"{prefix}due", "期限（空为长期）", due, kind="date"))
        return view

    def _responsible(self, view: RowView, frame: Frame) -> None:
        offers = self.offers
        for height in Height:
            said = view.data.responsible.get(height.value)
            post, text = (str(said.post_id or ""), said.text) if said else ("", "")
            if CONTROLS not in offers.parts:
                view.responsible_facts.append((height.label, text or offers.post_choices.label(post)))
                continue
            select = frame.select(f"r-{height}-post", height.label, offers.post_choices, post)
            other = frame.text(
                f"r-{height}-text", f"{height.label}（表中没有的岗位）", text, limit=LIMITS["responsible"]
            )
            view.responsible.append((select, other))
