"""Flow diagrams: whatever the procedure, its picture can be read."""

import time
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
    numbers = range(1, count + 1)
    ways = {number: (Branch(number + 1 if number < count else END),) for number in numbers}
    return Flow("流程", tuple(Step(n, f"第{n}个环节", branches=ways[n], **given) for n in numbers))


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


def test_sixty_steps_come_in_parts_that_fit_a_page_and_say_where_they_go_on():
    found = pictures(chain(60))
    assert len(found) == 4
    assert all(fits(picture) for picture in found)
    first, second, *_ = parts(chain(60))
    assert "转第16步" in words(first)
    assert "接第15步" in words(second)
    assert "第1部分，共4部分" in first


def test_a_way_back_to_another_part_is_named_on_both_sides():
    steps = list(chain(40).steps)
    steps[38] = Step(39, "复核", "decide", branches=(Branch(40, "同意"), Branch(2, "退回")))
    first, *_, last = parts(Flow("流程", tuple(steps)))
    assert "接第39步" in words(first)
    assert "转第2步" in words(last)


def test_nothing_written_is_lost():
    step = Step(
        1, "审查" * 60, "decide", "窗" * 20, (Branch(1, "退回重新办理手续"), Branch(END, "同意")), "二十个工作日"
    )
    said = "".join(words(parts(Flow("流程", (step,)))[0]))
    assert "审查" * 60 in said
    assert "窗" * 20 in said
    assert "退回重新办理手续" in said
    assert "时限：二十个工作日" in said


def test_names_are_escaped():
    name = '<script>alert("1")</script>&'
    said = draw(Flow(name, (Step(1, name, lane=name, branches=(Branch(END, name),)),)), family='"<x>"')
    assert "<script" not in said
    assert "<x>" not in said
    ElementTree.fromstring(said)


def test_a_risk_is_told_in_words_and_by_a_thicker_frame_not_by_colour_alone():
    (said,) = parts(Flow("流程", (Step(1, "审查", risk=Risk("一级", "grave", 3)), Step(2, "办结"))))
    assert "一级×3" in words(said)
    assert said.count('stroke-width="2.2"') == 1


def test_a_step_that_nothing_leads_to_is_dashed_and_told():
    flow = Flow("流程", (Step(1, "受理", branches=(Branch(3),)), Step(2, "审查", branches=(Branch(3),)), Step(3, "完")))
    assert [step.number for step in flow.unreachable()] == [2]
    assert parts(flow)[0].count("stroke-dasharray") == 1


def test_a_circle_without_way_out_is_told():
    ways = ((Branch(2),), (Branch(1),), (Branch(END),))
    flow = Flow("流程", tuple(Step(n, "办理", branches=way) for n, way in enumerate(ways, start=1)))
    assert [step.number for step in flow.endless()] == [1, 2]


@pytest.mark.parametrize(
    "steps",
    [
        (),
        (Step(2, "从二开始"),),
        (Step(1, "去向不存在", branches=(Branch(2),)),),
        tuple(Step(n, "太多") for n in range(1, 202)),
    ],
)
def test_what_is_no_flow_is_refused(steps):
    with pytest.raises(ValueError, match="steps|leads to"):
        Flow("流程", steps)


def test_lines_are_broken_by_width_without_orphans_or_stops_in_front():
    assert wrap("审查材料，现场核查", 4.0) == ("审查材料，", "现场核查")
    assert balanced("分管副局长审批", 6) == ("分管副局", "长审批")
    assert wrap("文号ABC2024", 4) == ("文号", "ABC2024")
    assert all(width_of(line) <= 4 for line in wrap("文号ABCDEFGHIJKLMN", 4))


def test_a_diagram_of_usual_size_is_drawn_in_a_few_milliseconds():
    draw(chain(12))
    start = time.process_time()
    for _ in range(5):
        draw(chain(12, lane="窗口"))
    assert (time.process_time() - start) / 5 < 0.05


def test_the_longest_procedure_is_drawn_before_a_reader_goes_away():
    """Whoever keeps powers may write as many steps as that; everybody who opens the page has it drawn."""
    steps = tuple(
        Step(
            n, "长" * 120, kind="decide", lane=f"道{n % 9}", branches=(Branch(n * 7 % 150 + 1, "否"),), time_limit="5日"
        )
        for n in range(1, 151)
    )
    begun = time.process_time()
    assert draw(Flow("很长的流程", steps)).count('class="flow-part"') > 10
    assert time.process_time() - begun < 8
