"""A new version starts from the last one: nothing is typed twice, and every row keeps its lineage."""

import datetime

import pytest
from django.db import models

from registers.compare import compare
from registers.content import content_of
from registers.copying import NOT_COPIED, copy_content
from registers.enums import Height
from registers.models import Responsibility
from tests import factories as make


@pytest.fixture
def pair(db):
    """A register with one row in which every field says something, and its empty next version."""
    post = make.make_post(make.make_section(make.make_bureau()))
    power = make.make_power(post, steps=("受理",))
    source = make.make_register(post, factors={"likely": "high"}, declared_rank=1)
    row = make.make_row(
        source, power, klass="k", factors={"harm": "low"}, channel="self", order=3, kind="duty", level_rank=1
    )
    row.matter, row.step_text, row.order = "事项", "环节", 7
    row.step = power.procedures.get().steps.get()
    row.save()
    control = row.controls.get()
    control.kind, control.due_on, control.order = "front", datetime.date(2012, 3, 1), 5
    control.regulation = make.make_regulation(post.bureau)
    control.save()
    Responsibility.objects.create(block=row, height=Height.DIRECT, post=post, text="甲")
    return source, make.make_register(post, cycle=source.cycle, version=2, based_on=source)


@pytest.mark.parametrize("model", NOT_COPIED)
def test_every_field_travels_but_those_named(pair, model):
    source, target = pair
    copy_content(source=source, target=target)
    path = "register" if "register" in {field.name for field in model._meta.fields} else "block__register"
    old, new = model.objects.get(**{path: source}), model.objects.get(**{path: target})
    for field in model._meta.concrete_fields:
        if field.name not in NOT_COPIED[model]:
            value = getattr(old, field.attname)
            assert value not in (None, ""), f"the test does not fill {field.name}"
            assert value != field.get_default() or isinstance(field, models.UUIDField), field.name
            assert getattr(new, field.attname) == value, field.name


def test_the_copy_has_the_same_content_and_its_controls_hang_on_its_own_points(pair):
    source, target = pair
    assert copy_content(source=source, target=target) == 1
    found = compare(content_of(source), content_of(target))
    assert not found.changed
    assert target.blocks.get().controls.get().point.register == target


def test_a_level_that_was_determined_does_not_travel_as_declared(pair):
    source, target = pair
    copy_content(source=source, target=target)
    assert target.points.get().level_rank == source.points.get().declared_rank == 2


def test_removed_rows_stay_behind(pair):
    source, target = pair
    row = source.blocks.get()
    row.removed_at = source.created_at
    row.save()
    assert copy_content(source=source, target=target) == 0


def test_under_another_scheme_only_what_it_knows_travels(pair):
    """Kinds, answers and levels of the former way of working are no words of the new one (no silent 保持原值)."""
    source, _ = pair
    cycle = make.make_cycle(source.bureau, scheme=make.make_scheme("s003"))
    target = make.make_register(source.post, cycle=cycle, version=3, based_on=source)
    assert copy_content(source=source, target=target) == 1
    point = target.points.get()
    assert (point.kind, point.klass, point.factors, point.declared_rank, point.level_rank) == ("", "", {}, None, None)
    assert point.name == source.points.get().name
    assert (target.factors, target.declared_rank, target.level_rank) == ({}, None, None)
    assert target.blocks.get().controls.get().kind == ""
