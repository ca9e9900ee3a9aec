"""Export → edit in the workbook → import is the same edit made in the browser; without an edit nothing changes."""

import os
from dataclasses import replace

import pytest
from django.db import transaction
from django.http import QueryDict
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from registers.enums import Height
from registers.forms.head import HeadForm
from registers.forms.rows import RowForm
from registers.importing.cells import sheet_of
from registers.importing.extract import extract
from registers.models import Block, Register
from registers.offline.ground import Ground as Issued
from registers.offline.ground import mark_of, whole_of
from registers.offline.merge import merge
from registers.offline.parse import parse
from registers.rows import data_of, rows_of, with_items
from registers.services import editing, offline
from tests.offline.edits import Book, Form, edits
from tests.offline.sheets import Desk, workbook_of
from tests.offline.worlds import LOADS, Ground, fill, make_ground, rows

pytestmark = pytest.mark.django_db
EXAMPLES = int(os.environ.get("EXAMPLES", "6"))
QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)  # shrinking whole workbooks takes minutes and says little more
asked = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=QUIET, phases=PHASES)


@pytest.fixture(scope="module")
def grounds(django_db_setup, django_db_blocker):
    """One register of each sort; made once, filled and emptied again for each example."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield {load: make_ground(*load) for load in LOADS}
        transaction.set_rollback(True)


class Undone:
    """What is done inside is undone."""

    def __enter__(self):
        self.atomic = transaction.atomic()
        self.atomic.__enter__()

    def __exit__(self, *what):
        if what[0] is None:
            transaction.set_rollback(True)
        self.atomic.__exit__(*what)


def take_back(form, data: bytes, ground: Ground):
    """The import as the pages do it, read in this process."""
    sheets = [sheet_of(told) for told in extract(data)]
    issued = Issued.of(form)
    returned = parse(sheets, issued, ground.offers, form.token)
    assert returned.messages == []
    register = Register.objects.get(pk=ground.register.pk)
    now = whole_of(register)
    merged = merge(issued.whole, returned.whole, now)
    assert merged.conflicts == []
    offline.take_back(form=form, by=ground.by, seen=mark_of(now), wanted=merged.whole)


def outcome(ground: Ground, known: set[str]):
    """The content, with new lineages by the order in which they stand."""
    whole = whole_of(Register.objects.get(pk=ground.register.pk))
    names: dict[str, str] = {}

    def name(lineage: str) -> str:
        return lineage if lineage in known or not lineage else names.setdefault(lineage, f"new {len(names)}")

    found = []
    for lineage, row in whole.rows.items():
        points = tuple(replace(point, lineage=name(point.lineage)) for point in row.points)
        places = [point.lineage for point in row.points]
        fresh = [one for one in row.controls if one.lineage not in known]  # the sheet has them point by point
        fresh.sort(key=lambda one, places=places: places.index(one.point) if one.point else len(places))
        every = [*(one for one in row.controls if one.lineage in known), *fresh]
        controls = tuple(replace(one, lineage=name(one.lineage), point=name(one.point)) for one in every)
        found.append((name(lineage), replace(row, points=points, controls=controls)))
    return {key: value or None for key, value in whole.head.items() if value}, found


@pytest.mark.parametrize("load", LOADS, ids=str)
@asked
@given(data=st.data())
def test_an_untouched_workbook_changes_nothing(grounds, load, data):
    ground = grounds[load]
    with Undone():
        fill(ground, data.draw(st.lists(rows(ground), max_size=3)))
        before = whole_of(Register.objects.get(pk=ground.register.pk))
        versions = set(Block.objects.values_list("pk", "row_version"))
        form = offline.issue(register=ground.register, by=ground.by)
        take_back(form, Desk(workbook_of(form)).saved(), ground)
        assert whole_of(Register.objects.get(pk=ground.register.pk)) == before
        assert set(Block.objects.values_list("pk", "row_version")) == versions


@pytest.mark.parametrize("load", LOADS, ids=str)
@asked
@given(data=st.data())
def test_the_import_of_an_edited_workbook_is_the_same_edit_in_the_browser(grounds, load, data):
    ground = grounds[load]
    with Undone():
        fill(ground, data.draw(st.lists(rows(ground), min_size=1, max_size=3)))
        start = whole_of(Register.objects.get(pk=ground.register.pk))
        known = {*start.rows} | {item.lineage for row in start.rows.values() for item in (*row.points, *row.controls)}
        done = data.draw(edits(ground, start))
        with Undone():
            form = offline.issue(register=ground.register, by=ground.by)
            book = Book(Desk(workbook_of(form)), Issued.of(form))
            for edit in done:
                book.do(edit)
            take_back(form, book.desk.saved(), ground)
            by_workbook = outcome(ground, known)
        browse(ground, start, done)
        assert different(by_workbook, outcome(ground, known)) == []


def different(one, other) -> list:
    """What differs, row by row."""
    if one[0] != other[0] or [key for key, _ in one[1]] != [key for key, _ in other[1]]:
        return [(one[0], other[0]), ([key for key, _ in one[1]], [key for key, _ in other[1]])]
    pairs = [(vars(a), vars(b)) for (_, a), (_, b) in zip(one[1], other[1], strict=True)]
    return [(name, a[name], b[name]) for a, b in pairs for name in a if a[name] != b[name]]


# The browser ----------------------------------------------------------------------------------------------------------


def browse(ground: Ground, start, done) -> None:
    """The same edits as forms of the filling page, saved by the service of the page."""
    head = [edit for edit in done if edit[0] == "head"]
    forms = {lineage: Form(row, ground.offers) for lineage, row in start.rows.items()}
    for edit in done:
        if edit[0] == "head":
            continue
        if edit[0] == "add_row":
            forms[edit[1]] = Form.new(ground.offers, edit)
        else:
            forms[edit[1]].do(edit)
    for lineage, form in forms.items():
        block = with_items(Block.objects.filter(register=ground.register, lineage=lineage)).first()
        if form.removed:
            editing.remove_block(block=block, by=ground.by)
            continue
        if block is None:
            block = editing.add_block(register=ground.register, by=ground.by, data=ground.offers.new_row())
            block = with_items(Block.objects.filter(pk=block.pk)).get()
        if form.changed:
            read = RowForm(sent(form.fields), data_of(block), ground.offers)
            assert read.errors == {}
            editing.save_block(block=block, by=ground.by, seen=block.row_version, data=read.data)
    if head:
        _save_head(ground, dict(edit[1:] for edit in head))


def _save_head(ground: Ground, changes: dict) -> None:
    register = Register.objects.get(pk=ground.register.pk)
    fields = {f"f-{key}": value for key, value in register.factors.items()}
    rank = str(register.declared_rank or "")
    fields |= {"rank": rank, "shown": rank, "zero_reason": register.zero_reason}
    fields |= {("rank" if key == "declared_rank" else key): str(value) for key, value in changes.items()}
    kinds = [point.kind for block in rows_of(register) for point in block.points.all()]
    form = HeadForm(sent({key: [value] for key, value in fields.items()}), register, ground.offers, kinds)
    assert form.errors == {}
    editing.save_head(register=register, by=ground.by, seen=register.content_version, **form.values)


def sent(fields: dict[str, list[str]]) -> QueryDict:
    found = QueryDict(mutable=True)
    for name, values in fields.items():
        found.setlist(name, values)
    return found


def test_every_height_of_responsibility_is_on_the_sheet():
    assert {f"r-{height}" for height in Height.values} == {"r-direct", "r-department", "r-leader"}
