"""A procedure as a flow diagram: steps in lanes, branches with labels, marks where there is risk.

    from paper.flow import END, Branch, Flow, Risk, Step, draw

    flow = Flow("施工许可流程", (
        Step(1, "受理", lane="窗口", branches=(Branch(2),), time_limit="1个工作日"),
        Step(2, "审查", "decide", "经办岗", (Branch(3, "符合"), Branch(END, "不符合")), risk=Risk("一级", "grave")),
        Step(3, "发证", "end", "窗口"),
    ))
    draw(flow)                         → SafeString: <div class="flow"> with one <svg> for each part
    draw(flow, family="Noto Serif…")   for a PDF, where no class reaches the text (`printer.families_of`)
    parts(flow)                        → the same as a list of SVG, one for each page

Nothing in it depends on a stylesheet: colours and sizes are presentation attributes, without style attributes or ids.
A part is never higher than a printed page at the width of the text (A4 upright); a long procedure has several parts,
and where an edge leaves one it says 转第13步. On screen a part keeps its size and the box around it scrolls (`.flow`);
in print `max-width: 100%; height: auto` fits it to the page.
"""

from paper.flow.draw import draw, parts
from paper.flow.model import END, LONGEST_LABEL, MOST_STEPS, Branch, Flow, Risk, Step

__all__ = ["END", "LONGEST_LABEL", "MOST_STEPS", "Branch", "Flow", "Risk", "Step", "draw", "parts"]
