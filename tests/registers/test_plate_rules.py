"""The desk plate of a scheme: never more than society is shown, and sensible where nothing is written."""

import json

import pytest

from registers.schemes.explain import plate as explained
from registers.schemes.parse import SchemeError, parse
from registers.schemes.plate_model import TITLE
from registers.schemes.plates import plate_of, shown_to_society
from tests.factories import SCHEMES, scheme_text
from tests.small_scheme import small_scheme

FIELDS = ["order", "unit", "post", "power", "point", "level", "controls"]
STEP = {
    "key": "notice",
    "name": "公示",
    "kind": "notice",
    "notice": "shown",
    "actor": {"who": "role", "role": "office"},
}


def scheme(audience: str = "society", /, **plate):
    """The small scheme with a notice of posts to that audience, and a plate."""
    values = small_scheme()
    recipient = {"who": "role", "role": "discipline"}
    rule = {"key": "shown", "name": "公示", "audience": audience, "fields": FIELDS, "days": 5, "recipient": recipient}
    post, *others = values["routes"]
    steps = [*post["steps"][:-1], STEP, post["steps"][-1]]
    values |= {"notices": [rule], "routes": [post | {"steps": steps}, *others]}
    return parse(json.dumps(values | ({"plate": plate} if plate else {})), name="小方案")


def test_every_plan_says_what_its_plate_shows():
    rules = {}
    for path in SCHEMES.glob("*.json"):
        spec = parse(scheme_text(path.stem), name=path.name)
        rules[spec.key] = plate_of(spec)
    assert len(rules) >= 5
    assert all(rules.values())
    public = [rule for rule in rules.values() if rule.audience == "society"]
    assert [rule.title for rule in public] == [TITLE]
    assert public[0].origin == "plan"


def test_without_a_word_on_plates_what_society_is_shown_is_the_plate():
    rule = plate_of(scheme())
    assert rule.fields == ("unit", "post", "power", "point", "level", "controls")
    assert (rule.audience, rule.origin, rule.holder) == ("society", "ours", False)


@pytest.mark.parametrize("audience", ["section", "bureau", "intranet"])
def test_a_scheme_that_shows_posts_to_nobody_outside_has_no_plates(audience):
    spec = scheme(audience)
    assert plate_of(spec) is None
    assert shown_to_society(spec) == frozenset()
    assert explained(spec) is None


def test_a_plate_within_the_bureau_needs_no_notice_to_society():
    rule = plate_of(scheme("bureau", audience="bureau", fields=["unit", "post", "duties", "level"], sizes=["a5"]))
    assert (rule.audience, rule.sizes) == ("bureau", ("a5",))


@pytest.mark.parametrize(
    ("audience", "plate", "place"),
    [
        ("society", {"fields": ["point", "manifestation"]}, "plate.fields[1]"),
        ("society", {"fields": ["declared_level"]}, "plate.fields[0]"),
        ("society", {"fields": ["point", "point"]}, "plate.fields[1]"),
        ("society", {"fields": ["point"], "sizes": []}, "plate.sizes"),
        ("society", {"fields": ["point"], "sizes": ["a3"]}, "plate.sizes[0]"),
        ("society", {"fields": ["point"], "title": " "}, "plate.title"),
        ("society", {"fields": ["point"], "audience": "intranet"}, "plate.audience"),
        ("bureau", {"fields": ["point"]}, "plate.audience"),
        ("bureau", {"fields": ["factors"], "audience": "bureau"}, "plate.fields[0]"),
    ],
)
def test_what_may_not_stand_on_a_plate_is_a_fault(audience, plate, place):
    with pytest.raises(SchemeError) as error:
        scheme(audience, **plate)
    assert place in [fault.place for fault in error.value.faults]


def test_the_page_that_explains_the_scheme_tells_of_the_plate():
    said = explained(scheme(fields=["point", "level"], holder=True))
    assert said["fields"] == "风险点、风险等级"
    assert "社会公众" in said["audience"]
    assert said["holder"]
    assert not said["ours"]
