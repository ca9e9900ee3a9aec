"""Flow diagrams: whatever the procedure, its picture can be read."""

import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import HealthCheck, given, settings

from paper.flow import END, Branch, Flow, Risk, Step, draw, parts
from paper.flow.graph import build
from paper.flow.layout import lay_out
from paper.flow.split import fits, pictures
from paper.flow.wrapping import balanced, wrap
from paper.measure import width_of
from tests.paper.flows import any_flow, faults_of

SVG = "{http://www.w3.org/2000/svg}"


def chain(count: int, **given) -> Flow:
    steps = [Step(n, f"第{n}个环节", branches=(Branch(n + 1 if n < count else END),), **given) for n in range(1, count + 1)]
    return Flow("流程", tuple(steps))


def words(svg: str) -> list[str]:
    return [node.text for node in ElementTree.fromstring(svg).iter(f"{SVG}text")]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(any_flow())
def test_boxes_stand_apart_and_edges_run_between_them(flow):
    assert faults_of(lay_out(build(flow))) == []


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(any_flow(most=40))
def test_the_parts_of_a_long_procedure_hold_every_step_once(flow):
    found = pictures(flow)
    steps = [box.node.key for picture in found for box in picture.boxes if box.node.step]
    assert sorted(steps, key=int) == [str(step.number) for step in flow.steps]
    assert [fault for picture in found for fault in faults_of(picture)] == []


@settings(max_examples=15, deadline=None, derandomize=True)
@given(any_flow(most=8))
def test_the_svg_is_well_formed_and_needs_no_style(flow):
    text = draw(flow, family='"Noto Serif CJK SC", serif')
    for node in ElementTree.fromstring(text).iter():
        assert not {"style", "id", "href", "onclick"} & set(node.attrib)
        assert node.tag.removeprefix(SVG) in {"div", "svg", "g", "title", "rect", "polygon", "polyline", "path", "text"}
    assert draw(flow, family='"Noto Serif CJK SC", serif') == text
