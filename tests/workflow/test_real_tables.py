"""Real published tables go the whole way: imported, down the road into force, and out again with the same content."""

import io
import re

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from registers.enums import Height, Tier
from registers.importing.apply import apply_import
from registers.importing.choices import Choices
from registers.models import Control, Register, Responsibility, RiskPoint
from registers.schemes.store import spec_of
from tests import factories
from tests.registers.workbooks import real_workbook, sheets_of
from tests.roads import walk
from tests.workflow.real_cases import CASES, LOST, Case
from tests.world import World, make_world
from workflow.services import cycles

pytestmark = pytest.mark.django_db
NOISE = re.compile(r"(?:(?<=^)|(?<=[;；。:：]))\s*(?:\d+[.、]|[一二三四]、)|[;；。:：\s]")


def bare(text: str) -> str:
    """The words of a cell, without the numbers and marks of its list."""
    return "".join(NOISE.sub("", line.strip()) for line in str(text or "").split("\n"))


def body_for(case: Case) -> World:
    """A bureau of plan 001 (高、中、低) with the sections that the table is about, and its registers opened."""
    world = make_world("s001", open_registers=False)
    for name in case.units:
        section = world.sections[name] = factories.make_section(world.bureau, name)
        factories.appoint(factories.make_post(section, "负责人", tier=Tier.MIDDLE, head=True))
        factories.put_in_charge(world.posts["分管副局长"], section)
    cycles.open_registers(by=world.people["办公室甲"], cycle=world.cycle)
    return world


def imported(case: Case) -> list[Register]:
    """The table as a workbook, taken in with what its office decided; the registers that it went into."""
    world = body_for(case)
    unit = world.bureau if case.by_column else world.sections[case.units[0]]
    choices = case.choices()
    answers = {key: _answer(key, value, world) for key, value in choices.words.items()}
    sheets = sheets_of(real_workbook(case.number, **case.layout))
    apply_import(
        sheets=sheets,
        unit=unit,
        cycle=world.cycle,
        by=world.people["办公室甲"],
        name=f"{case.number}.xlsx",
        choices=Choices(choices.heads, choices.columns, answers),
    )
    return [world.register("section", name) for name in case.units]


def _answer(key: str, value: str, world: World) -> str:
    return str(world.sections[value].pk) if key.startswith("unit:") else value


def complete(register: Register) -> None:
    """What the plan asks beyond the published table: matter, kind, manifestation, answers, who is responsible."""
    spec = spec_of(register.scheme)
    answers = {factor.key: factor.options[0].key for factor in spec.factors_of(register.scope, "point")}
    lost = next(level.rank for level in spec.levels if level.name == LOST["level"])
    for block in register.blocks.all():
        if not block.power_id and not block.matter:
            block.matter = LOST["power"]
            block.save()
        if not block.responsibilities.filter(height=Height.DIRECT).exists():
            Responsibility.objects.create(block=block, height=Height.DIRECT, text="经办人")
        if not block.controls.exists():
            Control.objects.create(block=block, text=LOST["controls"])
        if not block.points.exists():
            of = {"bureau_id": register.bureau_id, "section_id": register.section_id}
            RiskPoint.objects.create(register=register, block=block, name=LOST["point"], **of)
        for point in block.points.all():
            point.declared_rank = point.declared_rank or lost
            point.kind = point.kind or spec.kinds_of(register.scope)[0].key
            point.manifestation = point.manifestation or point.name
            point.factors = answers
            point.save()


def test_there_are_at_least_twelve_tables():
    assert len({case.number for case in CASES}) >= 12


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.number)
def test_a_real_table_comes_back_with_the_same_content(case: Case, client):
    registers = imported(case)
    for register in registers:
        complete(register)
    in_force = [walk(register) for register in registers]
    lines = [line for register in in_force for line in form_of(register, client)]
    check_form(case, lines)
    check_ledger(case, in_force, client)


def form_of(register: Register, client: Client) -> list[dict[str, str]]:
    """The plan's form of a register as xlsx, read again: our column → what is printed."""
    client.force_login(register.filler)
    answer = client.get(reverse("paper_xlsx", args=[register.pk, "negative_section"]))
    columns = spec_of(register.scheme).form("negative_section").columns
    lines = table_of(answer.content, [column.title for column in columns])
    return [{column.key: line[column.title] for column in columns} for line in lines]


def check_form(case: Case, lines: list[dict[str, str]]) -> None:
    for key in (*case.columns, "level"):
        ours = "".join(bare(line[key]) for line in lines)
        if key == "manifestation":
            ours = "".join(bare(line[key]) for line in lines if line[key] != line["point"])
        elif key == "level":
            continue
        theirs = "".join(bare(row[key]) for row in case.rows)
        assert ours == theirs, key
    # A level of the table holds for all points of its row, unless it is told for each.
    levels, points = [line["level"] for line in lines if line["point"]], [bare(row["point"]) for row in case.rows]
    told = iter([bare(line["point"]) for line in lines if line["point"]])
    expected = []
    for row, all_points in zip(case.rows, points, strict=True):
        count, taken = 0, ""
        while len(taken) < len(all_points):
            taken += next(told)
            count += 1
        assert taken == all_points
        expected += list(row["level"]) if len(row["level"]) == count else [row["level"]] * count
    assert levels == expected


def check_ledger(case: Case, registers: list[Register], client: Client) -> None:
    heads = ["职权", "风险点", "风险等级", "防控措施", "文号"]
    lines = []
    for register in registers:
        client.force_login(register.filler)
        answer = client.get(reverse("ledger_export"), {"unit": register.unit_id})
        mine = table_of(b"".join(answer.streaming_content), heads)
        assert len(mine) == register.points.count()
        assert {line["文号"] for line in mine} == {register.number}
        ranks = [["高", "中", "低"].index(line["风险等级"]) for line in mine]
        assert ranks == sorted(ranks)
        lines += mine
    for row in case.rows:
        ours = [line for line in lines if bare(line["风险点"]) in bare(row["point"])]
        if "power" in case.columns:
            ours = [line for line in ours if bare(line["职权"]) == bare(row["power_name"])]
        else:
            ours = [line for line in ours if bare(line["防控措施"]) in bare(row["controls"])]
        assert sorted("".join(bare(line["风险点"]) for line in ours)) == sorted(bare(row["point"]))
        assert {line["风险等级"] for line in ours} <= {row["level"], *row["level"]}
        controls = "".join(dict.fromkeys(bare(line["防控措施"]) for line in ours))
        assert sorted(controls) == sorted(bare(row["controls"]))


def table_of(data: bytes, heads: list[str]) -> list[dict[str, str]]:
    """The rows below the heads of a sheet; of a merged cell the first row has the text."""
    rows = list(load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True))
    at = next(n for n, row in enumerate(rows) if set(heads) <= {str(cell) for cell in row})
    columns = {str(cell): n for n, cell in enumerate(rows[at]) if cell}
    found = []
    for row in rows[at + 1 :]:
        if str(row[0] or "").startswith("合计") or not any(row):
            break
        found.append({head: str(row[columns[head]] or "") for head in heads})
    return found
