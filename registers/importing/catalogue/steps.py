"""The second sheet of powers: procedures, one line for each step, in their order."""

from collections.abc import Sequence
from typing import Any

from accounts.models import User
from registers.enums import StepKind
from registers.importing.catalogue.columns import Column, Table
from registers.importing.catalogue.planned import ADD, CHANGE, SAME, Change, Line, Talk
from registers.importing.words import plain
from registers.models import Procedure
from registers.procedures import check
from registers.services import procedures

STEPS = Table(
    "steps",
    "流程环节",
    "流程",
    (
        Column("unit", "行使机构", note="与“职权”表一致；空着是导入到的机构。", longest=300, width=18, offers="units"),
        Column("post", "行使岗位", note="几个岗位各有同名职权的才写。", longest=120, width=14, other=("岗位",)),
        Column("power", "职权名称", note="本表“职权”里的，或已登记的职权。", required=True, width=24, other=("职权",)),
        Column(
            "procedure",
            "流程名称",
            note="空着就是“职权名称+流程”。一项职权有几个流程的，分别写。",
            width=18,
            other=("流程",),
        ),
        Column(
            "name", "环节", note="一行一个环节，按先后写。", required=True, longest=120, width=18, other=("环节名称",)
        ),
        Column("kind", "性质", "choice", "办理、判断或办结；空着是办理。", offers="step_kinds", width=10),
        Column(
            "leads_to",
            "去向",
            note="空着到下一行；分路的写“同意：4；不同意：2”，数字是本流程内第几个环节；到此为止写“结束”。",
            longest=300,
            width=26,
        ),
        Column("actor", "承办", longest=120, width=16, other=("承办岗位", "责任岗位")),
        Column("time_limit", "时限", longest=60, width=12, other=("办理时限",)),
        Column("risky", "有廉政风险", "flag", "是或否。", offers="flags", width=10),
        Column("note", "说明", longest=300, width=24),
    ),
)
FIELDS = ("name", "kind", "leads_to", "actor", "time_limit", "risky", "note")


def plan_procedures(lines: Sequence[Line], owners: dict[int, Any], talk: Talk) -> list[Change]:
    """A change for each procedure. `owners`: the change of the power that a line belongs to, by the line's id."""
    groups: dict[tuple[int, str], list[Line]] = {}
    for line in lines:
        owner = owners.get(id(line))
        if owner is not None:
            name = line["procedure"] or f"{owner.data['name']}流程"
            groups.setdefault((id(owner), name), []).append(line)
    powers = {owner.row.pk for owner in owners.values() if owner is not None and owner.row}
    there = Procedure.objects.filter(power__in=powers).prefetch_related("steps")
    known = {(procedure.power_id, procedure.name): procedure for procedure in there}
    found = []
    for (_, name), rows in groups.items():
        owner = owners[id(rows[0])]
        old = known.get((owner.row.pk, name)) if owner.row else None
        found.append(_procedure(rows, owner, name, old, talk))
    return found


def _procedure(lines: list[Line], owner: Change, name: str, old: Procedure | None, talk: Talk) -> Change:
    rows = [_row(line) for line in lines]
    if len(rows) > procedures.MOST_STEPS:
        talk.error(
            lines[procedures.MOST_STEPS], "name", f"一个流程最多 {procedures.MOST_STEPS} 个环节。", "请并掉一些。"
        )
    for number, sentence in check.read(rows).faults:
        talk.error(lines[number - 1], "leads_to", sentence)
    data = {"owner": owner, "name": name, "rows": rows}
    told = f"{owner.data['name']}：{name}（{len(rows)} 个环节）"
    if old is None:
        return Change(ADD, lines[0], told, None, {}, _details([], rows), data)
    before = [{key: getattr(step, key) for key in FIELDS} for step in old.steps.all()]
    ids = {plain(step.name): step.pk for step in old.steps.all()}
    data["rows"] = [row | {"id": ids.get(plain(row["name"]))} for row in rows]
    same = before == rows
    return Change(SAME if same else CHANGE, lines[0], told, old, {}, [] if same else _details(before, rows), data)


def _row(line: Line) -> dict[str, Any]:
    texts = {key: line[key] for key in ("name", "leads_to", "actor", "time_limit", "note")}
    return {**texts, "kind": line["kind"] or str(StepKind.DO), "risky": bool(line["risky"])}


def _details(before: Sequence[dict], after: Sequence[dict]) -> list[tuple[str, str, str]]:
    return [("环节", "→".join(step["name"] for step in before), "→".join(step["name"] for step in after))]


def write_procedures(changes: Sequence[Change], by: User) -> None:
    """By the services that the page of a procedure uses."""
    for change in changes:
        power, given = change.data["owner"].row, {"name": change.data["name"], "steps": change.data["rows"]}
        if change.action == ADD:
            procedures.add_procedure(by=by, power=power, **given)
        elif change.action == CHANGE:
            procedures.keep_steps(by=by, procedure=change.row, **given)
