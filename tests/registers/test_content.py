"""A seal is worth something only if the same rows always give the same bytes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registers.content import canonical, content_of, digest
from tests import factories as make

texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(texts, values, max_size=5))
def test_order_of_keys_does_not_matter(content):
    reversed_keys = {key: content[key] for key in reversed(content)}
    assert canonical(content) == canonical(reversed_keys)
    assert json.loads(canonical(content)) == content


@given(st.dictionaries(texts, values, max_size=3), st.dictionaries(texts, values, max_size=3))
def test_different_values_have_different_texts(one, other):
    assert (canonical(one) == canonical(other)) == (repr(_sorted(one)) == repr(_sorted(other)))


def _sorted(value):
    if isinstance(value, dict):
        return sorted((key, _sorted(item)) for key, item in value.items())
    return [_sorted(item) for item in value] if isinstance(value, list) else value


def test_canonical_text_keeps_chinese_and_has_no_spaces():
    assert canonical({"b": "规划股", "a": [1, None]}) == '{"a":[1,null],"b":"规划股"}'


def test_digest_is_sha256_unless_asked_otherwise():
    assert digest("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    with pytest.raises(ValueError):
        digest("", algorithm="none of these")


@pytest.fixture
def register(db):
    bureau = make.make_bureau()
    post = make.make_post(make.make_section(bureau), duties="承办规划许可")
    return make.make_register(post)


def test_content_has_the_shape_that_all_readers_share(register):
    row = make.make_row(register, make.make_power(register.post, steps=("受理",)))
    content = content_of(register)
    assert set(content) == {"v", "register", "subject", "factors", "declared_rank", "zero_reason", "rows"}
    assert content["subject"]["duties"] == "承办规划许可"
    assert content["subject"]["tier_name"] == "其他岗位"
    [found] = content["rows"]
    assert found["unit"] == "规划股"
    assert found["post"] == {"id": register.post_id, "name": "规划管理岗"}
    assert found["power"]["name"] == "建设工程规划许可"
    [point], [control] = found["points"], found["controls"]
    assert control["point"] == point["lineage"]
    assert control["owner"] == "规划管理岗"
    assert control["due"] == ""
    assert found["responsible"] == {"direct": "", "department": "", "leader": ""}
    assert found["lineage"] == row.lineage


def test_same_rows_give_the_same_bytes(register):
    for name in ("丙", "乙", "甲"):
        make.make_row(register, name=name)
    first = canonical(content_of(register))
    assert canonical(content_of(register)) == first
    assert [row["points"][0]["name"] for row in json.loads(first)["rows"]] == ["丙", "乙", "甲"]


def test_removed_rows_are_no_content(register):
    make.make_row(register, name="留")
    gone = make.make_row(register, name="删")
    gone.removed_at = gone.register.created_at
    gone.save()
    assert [row["points"][0]["name"] for row in content_of(register)["rows"]] == ["留"]


@pytest.mark.parametrize("rows", [1, 3, 12])
def test_reading_takes_the_same_few_queries_for_any_number_of_rows(register, rows, django_assert_num_queries):
    power = make.make_power(register.post)
    for _ in range(rows):
        make.make_row(register, power)
    with django_assert_num_queries(5):
        content_of(register)
