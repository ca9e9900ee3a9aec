"""One register as its page shows it to one reader: content, road, history, who has it. Reads only, bounded queries."""

from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse

from accounts.models import User
from registers.access import standing
from registers.content import content_of
from registers.enums import RatingKind, RegisterState
from registers.models import Appointment, Rating, Register
from registers.parts import POINTS, open_parts
from registers.schemes import layouts
from registers.schemes.model import Form, SchemeSpec
from registers.schemes.store import spec_of
from workflow import actions, desks, guards, seals, table
from workflow.enums import TaskKind
from workflow.history import History, Read, comparison, history_of, names_of, read, track_of
from workflow.models import Seal, Task

WAITING = {"confirm": "等同岗位人员确认", "notice": "公示中", "receipt": "等备案回执"}
PAPERS = (("看表", "paper_html"), ("xlsx", "paper_xlsx"), ("PDF", "paper_pdf"))


@dataclass
class Sheet:
    """Everything is read when first asked for, and once."""

    register: Register
    reader: User

    def prepare(self, **values) -> None:
        """Hand over what was read for many registers together; it is then not read again."""
        vars(self).update(values)

    @cached_property
    def spec(self) -> SchemeSpec:
        return spec_of(self.register.scheme)

    @cached_property
    def tasks(self) -> list[Task]:
        return guards.open_tasks(self.register)

    @cached_property
    def seals(self) -> list[Seal]:
        return self.history.seals

    @property
    def seal(self) -> Seal | None:
        """The seal that the reader sees and would sign."""
        return self.history.latest

    @cached_property
    def is_draft(self) -> bool:
        """Whether the reader sees the rows as they are being written: only who fills them does."""
        if self.register.state != RegisterState.FILLING or self.register.waiting:
            return False
        at_desk = {task.desk for task in self.tasks} & desks.desks_of(standing(self.reader))
        holds = any(post.pk == self.register.post_id for post in standing(self.reader).posts)
        return bool(at_desk) or holds or self.register.filler_id == self.reader.pk

    @cached_property
    def content(self) -> dict | None:
        """What is shown: the draft to its filler, to everybody else the newest sealed content, if any."""
        if self.is_draft:
            compiled = seals.compiled_of(self.register) if actions.compiles(self.spec, self.register) else []
            return content_of(self.register) | {"compiled": compiled}
        return self.history.latest.data if self.history.latest else None

    @cached_property
    def levels(self) -> dict[str, int]:
        """Determined levels by lineage."""
        if self.seals and self.seals[-1].issue:
            return self.content.get("levels", {})
        return {lineage: rank for lineage, rank in self.ratings if not lineage or lineage in self.names}

    @cached_property
    def ratings(self) -> list[tuple[str, int]]:
        """Every level that a body determined, in order; the last of a lineage holds."""
        rows = Rating.objects.filter(register=self.register, kind=RatingKind.DETERMINED).order_by("pk")
        return list(rows.values_list("lineage", "rank"))

    @cached_property
    def history(self) -> History:
        return history_of(self.register, self.reader, self.read)

    @cached_property
    def read(self) -> Read:
        """The rows behind the history."""
        return read(self.register)

    @cached_property
    def told(self) -> History:
        """The history with the names of rows and points beside what was said of them."""
        self.history.name_lines(self.names)
        return self.history

    @cached_property
    def names(self) -> dict[str, str]:
        return names_of(self.content) if self.content else {}

    @property
    def points(self) -> int:
        """How many risk points are in it, with those that were compiled in."""
        return sum(
            1
            for row in (*self.rows, *(row for group in self.groups for row in group.rows))
            for line in row.lines
            if line.name
        )

    @cached_property
    def rows(self) -> tuple[table.Row, ...]:
        if not self.content:
            return ()
        return table.own_rows(self.content, self.spec, self.levels, changed=self._changed, remarks=self._remarks)

    @cached_property
    def _changed(self):
        """Against the last round; in the first round of a new version against the version before."""
        earlier, latest = self._before, self.history.latest
        if self.is_draft or earlier is None or latest is None:
            return None
        return comparison(earlier, latest, self.spec)

    @cached_property
    def former(self) -> Seal | None:
        """The newest seal of the version that this one is based on."""
        return Seal.objects.filter(register=self.register.based_on_id).defer("content").order_by("-pk").first()

    @cached_property
    def _before(self) -> Seal | None:
        rounds = [seal for seal in self.seals if not seal.issue]
        earlier = [seal for seal in rounds if rounds and seal.round < rounds[-1].round]
        if earlier or not self.register.based_on_id:
            return earlier[-1] if earlier else None
        return self.former

    @property
    def compared_with(self) -> str:
        """What 新增 and 修改 beside the rows refer to."""
        if self._changed is None:
            return ""
        return "上一轮" if self._before.register_id == self.register.pk else "上一版"

    @cached_property
    def _remarks(self) -> dict[str, tuple[str, ...]]:
        """Remarks on single rows of the send-back that began the present round."""
        found: dict[str, tuple[str, ...]] = {}
        entry = self.history.sent_back
        for remark in entry.decision.remarks if entry else []:
            found[remark["lineage"]] = (*found.get(remark["lineage"], ()), remark["text"])
        return found

    @cached_property
    def groups(self) -> list[table.Group]:
        return table.compiled_groups(self.content, self.spec) if self.content else []

    @cached_property
    def badge(self) -> table.Badge:
        """The level of the post or section as a whole."""
        return table.subject_badge(self.content, self.spec, self.levels) if self.content else table.Badge()

    # Who has it, and where it stands --------------------------------------------------------------------------------

    @cached_property
    def step_name(self) -> str:
        return self.spec.route(self.register.scope).step(self.register.step).name

    @cached_property
    def holders(self) -> list[tuple[str, str]]:
        """Each desk with what waits there: (name of the desk, the people at it)."""
        wanted = {task.desk for task in self.tasks}
        names = desks.labels_of(wanted)
        people = desks.holders_of(wanted, standing(self.reader).day)
        found = []
        for task in self.tasks:
            name = names.get(task.desk, "")
            sitting = "、".join(holder.user.name for holder in people[task.desk] if holder.user.name not in name)
            if name and (name, sitting) not in found:
                found.append((name, sitting))
        return found

    @property
    def instead_of(self) -> list[str]:
        """Why another than the plan's own actor has it."""
        return sorted({task.instead_of for task in self.tasks if task.instead_of})

    @property
    def waiting(self) -> str:
        if any(task.kind == TaskKind.PAIR for task in self.tasks):
            return "等办公室确定互查对象"
        return WAITING.get(self.register.waiting, "")

    @cached_property
    def track(self) -> list[dict[str, str]]:
        return track_of(self.register, self.spec, self.history.decisions, self.waiting)

    # Around it --------------------------------------------------------------------------------------------------------

    @cached_property
    def forms(self) -> tuple[Form, ...]:
        """The papers of this scope as the bureau prints them; the first gives the page its title."""
        return layouts.forms_of(self.register)

    @property
    def form(self) -> Form | None:
        return next(iter(self.forms), None)

    @property
    def title(self) -> str:
        name = self.form.title.replace("{bureau}", "") if self.form else "登记表"
        return f"{self.register.subject_name} {name}"

    @cached_property
    def on_post(self) -> list[Appointment]:
        """Who holds the post, and since when."""
        if not self.register.post_id:
            return []
        rows = Appointment.objects.on(standing(self.reader).day).filter(post=self.register.post_id)
        return list(rows.select_related("user"))

    @property
    def papers(self) -> list[dict]:
        """The papers of this scope with the renderings that are installed."""
        if not self.content:
            return []
        found = []
        for form in self.forms:
            links = [(label, reverse(name, args=[self.register.pk, form.key])) for label, name in PAPERS]
            name = form.title.replace("{bureau}", "")
            found.append({"name": f"{form.number} {name}".strip(), "links": [pair for pair in links if pair[1]]})
        if self.register.post_id and self.register.state == RegisterState.IN_FORCE:
            found.append({"name": "公示牌", "links": [("看牌", reverse("post_plate", args=[self.register.post_id]))]})
        return [paper for paper in found if paper["links"]]

    @property
    def proposals(self):
        return self.history.proposals

    @property
    def takes(self) -> bool:
        """Whether the reader can take proposals in now."""
        return (
            self.declines
            and self.register.state == RegisterState.FILLING
            and POINTS in open_parts(self.register, self.spec)
        )

    @property
    def declines(self) -> bool:
        """Whether the reader can say why he does not take a proposal in: as long as the register is on the road."""
        return self.register.filler_id == self.reader.pk and self.register.road_key is not None

    @cached_property
    def now(self) -> actions.Situation:
        return actions.situation(
            self.reader,
            self.register,
            tasks=self.tasks,
            decisions=self.history.decisions,
            stale=vars(self).get("stale"),
            own=vars(self).get("own"),
        )

    @cached_property
    def buttons(self) -> list[actions.Button]:
        return actions.available_actions(self.reader, self.register, self.now)
