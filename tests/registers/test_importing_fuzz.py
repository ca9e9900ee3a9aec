"""Whatever a sheet holds and however a file is broken, there is an answer in words and never an exception."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registers.importing.choices import Choices
from registers.importing.extract import extract
from registers.importing.guards import Unreadable
from registers.importing.mapping import chosen_columns, groups_of_sheets
from registers.importing.plan import make_plan
from registers.importing.remarks import notes_of
from registers.importing.vocabulary import FIELDS, NAMES
from tests import factories
from tests.registers.bad_workbooks import plain
from tests.registers.workbooks import real_workbook, sheets_of, workbook

WORDS = [
    *NAMES.values(),
    *(
        "规划股",
        "甲、乙",
        "一级",
        "1中2低",
        "高1个",
        "1个一级2个二级",
        "同上",
        "合计",
        "1.甲；2.乙",
        "（1）甲（2）乙",
        "一、甲。二、乙",
    ),
    *(
        "审核意见",
        "填表人：",
        "注：",
        "=A1",
        "0",
        "1",
        "2",
        "12",
        "重大",
        "岗位",
        "会议决定",
        "\n",
        "　",
        "1.1",
        "①甲②",
    ),
]
CELLS = st.sampled_from([None, None, *WORDS]) | st.text(max_size=12)
GRIDS = st.lists(st.lists(CELLS, min_size=1, max_size=7), min_size=1, max_size=12)
BOXES = st.lists(st.tuples(*[st.integers(1, 7)] * 2, *[st.integers(0, 3)] * 2), max_size=4)


@pytest.fixture
def place(db):
    bureau = factories.make_bureau()
    cycle = factories.make_cycle(bureau)
    factories.make_register(factories.make_section(bureau), cycle=cycle)
    return bureau, cycle


def refs(boxes) -> tuple[str, ...]:
    """Ranges that do not overlap with one another, as Excel lets people make."""
    taken: set[tuple[int, int]] = set()
    found = []
    for left, top, wide, high in boxes:
        cells = {(x, y) for x in range(left, left + wide + 1) for y in range(top, top + high + 1)}
        if len(cells) > 1 and not cells & taken:
            taken |= cells
            found.append(f"{chr(64 + left)}{top}:{chr(64 + left + wide)}{top + high}")
    return tuple(found)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=GRIDS,
    boxes=BOXES,
    picks=st.lists(st.sampled_from(["", *FIELDS]), min_size=7, max_size=7),
    row=st.integers(0, 5),
)
def test_any_sheet_gets_a_preview(place, rows, boxes, picks, row):
    rows = [[clean(cell) for cell in line] for line in rows]
    try:
        sheets = sheets_of(workbook(rows, merges=refs(boxes)))
    except Unreadable:
        return
    bureau, cycle = place
    plan = make_plan(sheets=sheets, unit=bureau, cycle=cycle)
    assert plan.errors or plan.rows
    assert all(message.said.endswith("。") for message in plan.messages)
    notes_of(plan)
    posted = {f"s0-{column}": name for column, name in enumerate(picks)} | {"s0-head": str(row)}
    choices = chosen_columns(posted, groups_of_sheets(plan.layouts), Choices())
    answered = {key: question.options[0][0] for key, question in plan.questions.items() if question.options}
    choices.words.update(answered)
    again = make_plan(sheets=sheets, unit=bureau, cycle=cycle, choices=choices)
    assert again.digest()


def clean(cell: str | None) -> str | None:
    """What openpyxl lets into a cell."""
    return None if cell is None else "".join(letter for letter in cell if letter.isprintable() or letter == "\n")


@pytest.mark.parametrize("seed", range(40))
def test_a_file_with_broken_bytes_is_read_or_refused(seed):
    chance = random.Random(seed)
    data = bytearray(chance.choice((plain, lambda: real_workbook("08")))())
    for _ in range(chance.randint(1, 30)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    if chance.random() < 0.3:
        data = data[: chance.randrange(len(data))]
    try:
        told = "。" if extract(bytes(data)) else ""
    except Unreadable as refusal:
        told = str(refusal)
    assert told.endswith("。")
