"""The regulations of a bureau (制度)."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from accounts.roles import Permission
from registers.enums import RegulationChange
from registers.importing.catalogue.catalogue import Lines
from registers.importing.catalogue.columns import Column, Table
from registers.importing.catalogue.ground import Ground
from registers.importing.catalogue.making import make
from registers.importing.catalogue.places import bureaus_with
from registers.importing.catalogue.planned import ADD, CHANGE, Change, Labels, Line, Talk, added, compared, twice
from registers.importing.words import plain
from registers.models import Regulation, Unit
from registers.services import regulations

REGULATIONS = Table(
    "regulations",
    "制度",
    "制度",
    (
        Column(
            "title",
            "制度名称",
            note="不用加书名号。名称相同的，就是已有的制度。",
            required=True,
            width=36,
            other=("名称", "制度", "文件名称"),
        ),
        Column("number", "文号", longest=60, width=20, other=("发文字号",)),
        Column("change", "建设情况", "choice", "继续执行、修订或新建；空着是继续执行。", offers="changes"),
        Column("issued_on", "印发日期", "day", "如 2012-03-01。", other=("印发时间", "发文日期")),
        Column("note", "说明", "long", width=40, other=("备注",)),
    ),
)
FIELDS = ("number", "change", "issued_on", "note")
LABELS: Labels = {"change": dict(RegulationChange.choices)}


class Regulations:
    """The import of regulations, by the office."""

    key, name = "regulations", "制度"
    lead = "本单位的制度目录。已有的按表里写明的栏目修改，空着的栏目不动；废止在制度页办。"
    tables = (REGULATIONS,)

    def places(self, user: User) -> QuerySet[Unit]:
        return bureaus_with(user, Permission.KEEP_POWERS)

    def offers(self, ground: Ground) -> dict[str, dict[str, Any]]:
        return {"changes": {change.label: str(change) for change in RegulationChange}}

    def plan(self, lines: Lines, ground: Ground, talk: Talk, by: User) -> list[Change]:
        """New ones, and changes to those in force that have the same title."""
        known = {plain(row.title): row for row in rules_in_force(ground)}
        seen: dict[str, Line] = {}
        changes = []
        for line in lines["regulations"]:
            title = line["title"].removeprefix("《").removesuffix("》").strip()
            if not title:
                continue
            if plain(title) in seen:
                twice(line, "title", seen[plain(title)], talk)
                continue
            seen[plain(title)] = line
            fields, row = line.given(*FIELDS), known.get(plain(title))
            told = f"《{title}》"
            changes.append(
                compared(line, row, fields, told, LABELS) if row else added(line, fields, told, LABELS, title=title)
            )
        return changes

    def write(self, changes: Sequence[Change], ground: Ground, by: User, reason: str) -> None:
        """New ones at once, changes one by one by the office's service."""
        regulations.require_office(by, ground.bureau)
        bureau = ground.bureau
        new = [Regulation(bureau=bureau, title=c.data["title"], **c.fields) for c in changes if c.action == ADD]
        make(new, Regulation, by, reason)
        for change in changes:
            if change.action == CHANGE:
                regulations.change_regulation(by=by, regulation=change.row, reason=reason, **change.fields)

    def stored(self, ground: Ground) -> dict[str, list[dict[str, Any]]]:
        """The regulations in force."""
        rows = [
            {key: getattr(row, key) for key in FIELDS} | {"title": row.title, "change": row.get_change_display()}
            for row in rules_in_force(ground)
        ]
        return {"regulations": rows}


def rules_in_force(ground: Ground) -> QuerySet[Regulation]:
    """The regulations that the bureau has now."""
    return Regulation.objects.filter(bureau_id=ground.bureau.pk, closed_on__isnull=True)
