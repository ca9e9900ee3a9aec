"""The shared test data stands on the real tables."""

import pytest

from registers.schemes.store import spec_of
from tests import factories as make

pytestmark = pytest.mark.django_db


def test_a_register_with_one_row_stands_in_few_lines():
    bureau = make.make_bureau()
    section = make.make_section(bureau)
    post = make.make_post(section)
    user = make.appoint(post)
    row = make.make_row(make.make_register(post, filler=user), make.make_power(post, steps=("受理", "审查")))
    assert row.points.get().controls.count() == 1
    assert row.register.section_id == section.pk


def test_the_small_scheme_is_a_valid_one():
    assert spec_of(make.make_scheme()).route("post").steps[0].kind == "fill"
