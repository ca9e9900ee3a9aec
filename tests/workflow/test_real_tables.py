"""Real published tables go the whole way: imported, down the road into force, and out again with the same content."""

import io
import re
from dataclasses import dataclass

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from registers.content import content_of
from registers.enums import Height, Tier
from registers.importing.apply import apply_import
from registers.models import Control, Register, Responsibility
from registers.schemes.store import spec_of
from tests import factories
from tests.registers.workbooks import real_workbook, sheets_of, table
from tests.roads import walk
from tests.world import make_world
from workflow.services import cycles

pytestmark = pytest.mark.django_db
NOISE = re.compile(r"(?:(?<=^)|(?<=[;；。]))\s*\d+[.、]|[;；。\s]")


@dataclass(frozen=True)
class Case:
    """A real table: whose it is, how its sheet is laid out, and which of our columns each of its headings becomes."""

    number: str
    unit: str
    columns: dict[str, str]
    layout: dict


MARKET = Case("08", "办公室", {"power": "职权内容", "point": "风险点", "controls": "防控措施"}, {})
TRADING = Case("10", "综合部", {"power": "职权内容", "point": "风险点", "controls": "防控措施"}, {"lead": 2})
CONSTRUCTION = Case(
    "01",
    "市重点工程建设管理服务中心",
    {"point": "风险点", "manifestation": "廉政风险主要内容及表现形式", "controls": "防控措施"},
    {"merged": ("单位/科室", "部门负责人", "责任领导")},
)


def bare(text: str) -> str:
    """The words of a cell, without the numbers and marks of its list."""
    return "".join(NOISE.sub("", line.strip()) for line in str(text or "").split("\n"))


# The publisher's page breaks off: what its last row has lost is written by the people of the section.
LOST = {"风险等级": "低", "防控措施": "按标准核定面积，多占的限期腾退"}


def source_of(case: Case) -> list[dict[str, str]]:
    """The rows of the table, with what was lost in print."""
    rows = table(case.number)["rows"]
    return [row | {heading: text for heading, text in LOST.items() if not row[heading]} for row in rows]


def imported(case: Case) -> Register:
    """The table as a workbook, taken into the section that it names, in a bureau of plan 001 (高、中、低)."""
    world = make_world("s001", open_registers=False)
    section = factories.make_section(world.bureau, case.unit)
    factories.appoint(factories.make_post(section, "负责人", tier=Tier.MIDDLE, head=True))
    factories.put_in_charge(world.posts["分管副局长"], section)
    office = world.people["办公室甲"]
    cycles.open_registers(by=office, cycle=world.cycle)
    data = real_workbook(case.number, **case.layout)
    apply_import(sheets=sheets_of(data), unit=world.bureau, cycle=world.cycle, by=office, name=f"{case.number}.xlsx")
    return world.register("section", section.name)


def complete(register: Register) -> None:
    """What the plan asks beyond the published table: matter, kind, manifestation, answers, who is responsible."""
    spec = spec_of(register.scheme)
    answers = {factor.key: factor.options[0].key for factor in spec.factors_of(register.scope, "point")}
    for block in register.blocks.all():
        if not block.power_id and not block.matter:
            block.matter = "日常管理"
            block.save()
        if not block.responsibilities.filter(height=Height.DIRECT).exists():
            Responsibility.objects.create(block=block, height=Height.DIRECT, text="经办人")
        if not block.controls.exists():
            Control.objects.create(block=block, text=LOST["防控措施"])
        for point in block.points.all():
            point.declared_rank = point.declared_rank or rank_of(spec, LOST["风险等级"])
            point.kind = point.kind or spec.kinds_of(register.scope)[0].key
            point.manifestation = point.manifestation or point.name
            point.factors = answers
            point.save()


def rank_of(spec, name: str) -> int:
    return next(level.rank for level in spec.levels if level.name == name)


@pytest.fixture(params=[MARKET, TRADING, CONSTRUCTION], ids=lambda case: case.number)
def case(request) -> Case:
    return request.param


@pytest.fixture
def in_force(case) -> Register:
    register = imported(case)
    complete(register)
    return walk(register)


def test_a_real_table_comes_back_as_the_plans_form_with_the_same_content(case, in_force, client):
    client.force_login(in_force.filler)
    answer = client.get(reverse("paper_xlsx", args=[in_force.pk, "negative_section"]))
    form = spec_of(in_force.scheme).form("negative_section")
    lines = table_of(answer.content, [column.title for column in form.columns])
    titles = {column.key: column.title for column in form.columns}
    source = source_of(case)
    for key, heading in case.columns.items():
        ours = "".join(bare(line[titles[key]]) for line in lines)
        assert ours == "".join(bare(row[heading]) for row in source), heading
    points = [len(row["points"]) for row in content_of(in_force)["rows"]]
    levels = [row["风险等级"] for row, count in zip(source, points, strict=True) for _ in range(count)]
    assert [line[titles["level"]] for line in lines if line[titles["point"]]] == levels


def test_a_real_table_comes_back_as_the_ledger_with_the_same_content(case, in_force, client):
    client.force_login(in_force.filler)
    answer = client.get(reverse("ledger_export"), {"unit": in_force.unit_id})
    heads = ["职权", "风险点", "风险等级", "防控措施", "文号"]
    lines = table_of(b"".join(answer.streaming_content), heads)
    for row in source_of(case):
        ours = [line for line in lines if bare(line["风险点"]) in bare(row["风险点"])]
        assert "".join(bare(line["风险点"]) for line in ours) == bare(row["风险点"])
        assert {line["风险等级"] for line in ours} == {row["风险等级"]}
        assert {line["文号"] for line in ours} == {in_force.number}
        controls = "".join(dict.fromkeys(bare(line["防控措施"]) for line in ours))
        assert controls == bare(row["防控措施"])
        if "power" in case.columns:
            assert {bare(line["职权"]) for line in ours} == {bare(row[case.columns["power"]])}
    assert len(lines) == in_force.points.count()
    ranks = [["高", "中", "低"].index(line["风险等级"]) for line in lines]
    assert ranks == sorted(ranks)


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
