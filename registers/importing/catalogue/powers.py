"""Powers with their legal basis and regulations, and on a second sheet their procedures."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from registers.enums import StepKind
from registers.importing.catalogue.catalogue import Lines
from registers.importing.catalogue.ground import Ground, Node
from registers.importing.catalogue.making import make
from registers.importing.catalogue.places import kept_units
from registers.importing.catalogue.planned import ADD, CHANGE, Change, Line, Talk, added, compared, twice
from registers.importing.catalogue.powers_sheet import POWERS
from registers.importing.catalogue.regulations import rules_in_force
from registers.importing.catalogue.steps import FIELDS as STEP_FIELDS
from registers.importing.catalogue.steps import STEPS, plan_procedures, write_procedures
from registers.importing.words import plain
from registers.models import Power, ProcedureStep, Regulation, Unit
from registers.powers import under, words_of
from registers.services import powers

FIELDS = tuple(column.key for column in POWERS.columns if column.key not in ("unit", "post", "name", "regulations"))


class Powers:
    """The import of powers and their procedures, by the office and by the heads of units."""

    key, name = "powers", "职权和流程"
    lead = "职权清单，连同配套制度和业务流程。已有的按表里写明的栏目修改，空着的栏目不动；取消职权在职权页办。"
    tables = (POWERS, STEPS)

    def places(self, user: User) -> QuerySet[Unit]:
        return kept_units(user)

    def offers(self, ground: Ground) -> dict[str, dict[str, Any]]:
        words = words_of(ground.bureau)
        own = Power.objects.filter(bureau_id=ground.bureau.pk).order_by()
        return {
            "units": ground.offered_units(),
            "kinds": _labelled(words.kinds, own.values_list("kind", flat=True).distinct()),
            "areas": _labelled(words.areas, own.values_list("area", flat=True).distinct()),
            "step_kinds": {kind.label: str(kind) for kind in StepKind},
            "regulations": {row.title: row.pk for row in rules_in_force(ground)},
        }

    def plan(self, lines: Lines, ground: Ground, talk: Talk, by: User) -> list[Change]:
        """Powers, then procedures of these or of powers that are there."""
        planner = _Planner(ground, talk, by)
        changes = [change for line in lines["powers"] if (change := planner.power(line))]
        owners = {id(line): planner.owner(line) for line in lines["steps"]}
        return [*changes, *plan_procedures(lines["steps"], owners, talk)]

    def write(self, changes: Sequence[Change], ground: Ground, by: User, reason: str) -> None:
        """New powers at once, changes and links one by one by the services of the page."""
        own = [change for change in changes if change.line.table is POWERS]
        for unit in {change.data["node"].unit for change in own}:
            powers.require_keeper(by, unit)
        new = [change for change in own if change.action == ADD]
        made = make([_new_power(change) for change in new], Power, by, reason)
        for change, row in zip(new, made, strict=True):
            change.row = row
        for change in own:
            if change.action == CHANGE and change.fields:
                powers.change_power(by=by, power=change.row, reason=reason, **change.fields)
            for regulation in change.data["links"]:
                powers.link_regulation(by=by, power=change.row, regulation=regulation)
        write_procedures([change for change in changes if change.line.table is STEPS], by)

    def stored(self, ground: Ground) -> dict[str, list[dict[str, Any]]]:
        """The powers exercised within the place, and their steps."""
        words = words_of(ground.bureau)
        rows = list(_open(ground).order_by("unit__lft", "order", "pk").prefetch_related("regulations"))
        found, where = [], {}
        for row in rows:
            if node := ground.node(row.unit_id):
                where[row.pk] = {"unit": ground.told(node), "post": row.post or "", "power": row.name}
                given = {key: getattr(row, key) for key in FIELDS} | {"unit": ground.told(node), "name": row.name}
                given |= {"kind": words.kind(row.kind), "area": words.area(row.area), "post": row.post or ""}
                found.append(given | {"regulations": "\n".join(rule.title for rule in row.regulations.all())})
        steps = ProcedureStep.objects.filter(procedure__power__in=where).select_related("procedure")
        order = list(where)
        listed = sorted(steps, key=lambda s: (order.index(s.procedure.power_id), s.procedure_id, s.order, s.pk))
        return {"powers": found, "steps": [_step(step, where) for step in listed]}


class _Planner:
    def __init__(self, ground: Ground, talk: Talk, by: User) -> None:
        self.ground, self.talk, self.by = ground, talk, by
        self.known = {(row.unit_id, row.post_id, plain(row.name)): row for row in _open(ground)}
        self.rules = {plain(row.title): row for row in rules_in_force(ground)}
        words = words_of(ground.bureau)
        self.labels = {"kind": words.kinds, "area": words.areas}
        self.seen: dict[tuple, Change] = {}
        self.keeps: dict[int, bool] = {}
        self.publishes = powers.may_publish(by, ground.bureau)

    def power(self, line: Line) -> Change | None:
        """What a line of the first sheet comes to."""
        node = self._node(line)
        post = self.ground.post_of(line, "post", node, self.talk) if node and line["post"] else None
        if node is None or not line["name"] or (line["post"] and post is None):
            return None
        key = (node.unit.pk, post.pk if post else None, plain(line["name"]))
        if key in self.seen:
            twice(line, "name", self.seen[key].line, self.talk)
            return None
        row = self.known.get(key)
        if "published" in line.values and line["published"] != bool(row and row.published) and not self.publishes:
            self.talk.error(line, "published", "职权是否向社会公开由领导小组办公室决定。", "请空着。")
        links = self._links(line, row)
        told = f"{post or node.name}：{line['name']}"
        data = {"node": node, "post": post, "name": line["name"], "links": links}
        fields = line.given(*FIELDS)
        change = (
            compared(line, row, fields, told, self.labels, **data)
            if row
            else added(line, fields, told, self.labels, **data)
        )
        if links:
            change.action = CHANGE if row else ADD
            change.details.append(("配套制度", "", "增加" + "、".join(f"《{rule}》" for rule in links)))
        self.seen[key] = change
        return change

    def owner(self, line: Line) -> Change | None:
        """The power that a line of the second sheet belongs to; for one that is not in the file a change of nothing."""
        node = self._node(line)
        if node is None or not line["power"]:
            return None
        name = plain(line["power"])
        keys = {key for key in (*self.seen, *self.known) if key[0] == node.unit.pk and key[2] == name}
        if line["post"]:
            post = self.ground.post_of(line, "post", node, self.talk)
            keys = {key for key in keys if post and key[1] == post.pk}
            if post is None:
                return None
        if len(keys) != 1:
            told = f"“{node.name}”没有职权" if not keys else f"“{node.name}”有{len(keys)}个岗位行使"
            self.talk.error(
                line, "power", f"{told}“{line['power']}”。", "请核对名称。" if not keys else "请写明行使岗位。"
            )
            return None
        (key,) = keys
        if key not in self.seen:
            row = self.known[key]
            self.seen[key] = Change("same", line, row.name, row, data={"node": node, "name": row.name, "links": []})
        return self.seen[key]

    def _node(self, line: Line) -> Node | None:
        node = self.ground.node_of(line, "unit", self.talk)
        if node is None:
            return None
        if node.unit.pk not in self.keeps:
            self.keeps[node.unit.pk] = powers.may_keep(self.by, node.unit)
        if not self.keeps[node.unit.pk]:
            self.talk.error(line, "unit", f"您不能维护“{node.name}”的职权。", "请由办公室或该机构负责人导入。")
            return None
        return node

    def _links(self, line: Line, row: Power | None) -> list[Regulation]:
        there = {rule.pk for rule in row.regulations.all()} if row and line["regulations"] else set()
        found = []
        for title in line["regulations"] or ():
            rule = self.rules.get(plain(title))
            if rule is None:
                self.talk.error(line, "regulations", f"没有制度《{title[:40]}》。", "请核对名称，或先导入制度。")
            elif rule.pk not in there:
                found.append(rule)
        return found


def _open(ground: Ground) -> QuerySet[Power]:
    return under(Power.objects.open(), ground.unit).select_related("post")


def _labelled(words: dict[str, str], own: Iterable[str]) -> dict[str, str]:
    """The scheme's words, and those of the bureau's own that are in use beside them; free without a scheme."""
    found = {name: key for key, name in words.items()}
    return found | {word: word for word in own if word and word not in words and word not in found} if found else {}


def _new_power(change: Change) -> Power:
    unit = change.data["node"].unit
    keys = {"bureau_id": unit.bureau_id, "section_id": unit.section_id}
    return Power(unit=unit, post=change.data["post"], name=change.data["name"], **keys, **change.fields)


def _step(step: ProcedureStep, where: dict[int, dict]) -> dict[str, Any]:
    own = {key: getattr(step, key) for key in STEP_FIELDS} | {"kind": step.get_kind_display()}
    return where[step.procedure.power_id] | own | {"procedure": step.procedure.name}
