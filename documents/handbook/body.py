"""The pages of one unit, or of some of its posts, as safe HTML."""

from collections.abc import Sequence

from documents.handbook.markup import facts, level, listed, marks, share, text
from documents.handbook.model import Measure, Point, PostPart, PowerText, Process, Risks, Row, UnitPart
from paper.flow import draw

Shares = list[tuple[str, str, str]]  # the levels in use: key, name, tone


def body_of(part: UnitPart, shares: Shares, family: str) -> str:
    """Everything of one part. ``family``: the type that diagrams are written in."""
    head = _unit(part, shares, family) if part.first else f'<h1 class="again">{text(part.name)}（续）</h1>'
    return head + "".join(_post(post, family) for post in part.posts)


def _unit(part: UnitPart, shares: Shares, family: str) -> str:
    path = f'<p class="path">{text(part.path)}</p>' if part.path else ""
    said = [("单位职责", text(part.duties) or _quiet("尚未登记。"))]
    if part.leaders:
        said.append(("分管领导", text("、".join(part.leaders))))
    if counts := part.counts():
        told = "".join(share(name, tone, counts[key]) for key, name, tone in shares if counts[key])
        said.append(("风险点", told + _more(part)))
    own = _powers("本单位的职权", part.powers, family)
    risks = _risks(part.risks, "本单位登记的风险点与防控措施") if part.risks.rows or part.risks.none_because else ""
    return f'<div class="unit" id="{part.anchor}">{path}<h1>{text(part.name)}</h1></div>{facts(said)}{own}{risks}'


def _more(part: UnitPart) -> str:
    return _quiet("（不含下级机构）") if part.below else ""


def _quiet(words: str) -> str:
    return f'<span class="quiet">{words}</span>'


def _post(post: PostPart, family: str) -> str:
    grade = f'<span class="grade">岗位等级 {level(post.risks.level)}</span>' if post.risks.level else ""
    head = f'<h2 id="{post.anchor}">{text(post.name)}</h2><p class="tier">{marks((post.tier, *post.marks))}{grade}</p>'
    duties = text(post.duties) or _quiet("尚未登记。")
    shared = ""
    if post.shared:
        shared = f'<p class="para">与本单位其他岗位共同行使：{text("、".join(post.shared))}。（内容见索引所示页）</p>'
    powers = _powers("岗位职权", post.powers, family, shared) or f"<h3>岗位职权</h3>{_none('没有单独登记的职权。')}"
    return f'{head}<h3>岗位职责</h3><p class="para">{duties}</p>{powers}{_risks(post.risks, "风险点与防控措施")}'


def _none(words: str) -> str:
    return f'<p class="para quiet">{words}</p>'


def _powers(title: str, powers: tuple[PowerText, ...], family: str, before: str = "") -> str:
    if not powers and not before:
        return ""
    return f"<h3>{title}</h3>{before}" + "".join(_power(power, family) for power in powers)


def _power(power: PowerText, family: str) -> str:
    head = f'<div class="power" id="{power.anchor}"><b>{text(power.name)}</b>{marks(power.marks)}</div>'
    said = facts([(label, text(value)) for label, value in power.facts])
    return head + said + "".join(_process(process, family) for process in power.processes)


def _process(process: Process, family: str) -> str:
    return f'<p class="flow-head">流程图：{text(process.name)}</p>{draw(process.flow, family=family)}'


def _risks(risks: Risks, title: str) -> str:
    if risks.hidden:
        return f"<h3>{title}</h3>{_none('不在制册人可以查看的范围内，本册不载。')}"
    why = f'<p class="para">无廉政风险点的说明：{text(risks.none_because)}</p>' if risks.none_because else ""
    if not risks.rows:
        said = why or _none("没有生效的登记表。" if not risks.sources else "生效的登记表中没有风险点。")
        return f"<h3>{title}</h3>{_sources(risks)}{said}"
    number, bodies = 0, []
    for row in risks.rows:
        bodies.append(_row(row, number))
        number += len(row.points)
    return f"<h3>{title}</h3>{_sources(risks)}{_TABLE}{''.join(bodies)}</table>{why}"


_TABLE = (
    '<table class="risks"><col class="w7"><col class="w40"><col class="w10"><col class="w43"><thead><tr>'
    "<th>序号</th><th>风险点及表现形式</th><th>等级</th><th>防控措施</th></tr></thead>"
)


def _sources(risks: Risks) -> str:
    return f'<p class="source first">登记表：{text("；".join(risks.sources))}</p>' if risks.sources else ""


def _row(row: Row, before: int) -> str:
    """A band that says what it is about, the points, and the controls of all of them."""
    about = [("职权", row.about), ("环节", row.step), ("涉及岗位", row.post)]
    said = "<br>".join(line for line in (_told(about), _told(row.responsible)) if line)
    band = f'<tr class="band"><td colspan="4">{said}</td></tr>' if said else ""
    single = len(row.points) == 1
    points = "".join(
        _point(point, before + index, row.controls if single else ()) for index, point in enumerate(row.points, 1)
    )
    shared = ""
    if row.controls and not single:
        shared = f'<tr class="shared"><td></td><td colspan="3"><b>共同的防控措施</b>{_controls(row.controls)}</td></tr>'
    return f"<tbody>{band}{points}{shared}</tbody>"


def _told(pairs: Sequence[tuple[str, str]]) -> str:
    return "　　".join(f"<b>{label}</b>　{text(value)}" for label, value in pairs if value)


def _point(point: Point, number: int, more: tuple[Measure, ...]) -> str:
    kind = f'<span class="quiet">（{text(point.kind)}）</span>' if point.kind else ""
    shown = f'<p class="how">{text(point.manifestation)}</p>' if point.manifestation else ""
    controls = _controls((*point.controls, *more)) or _quiet("—")
    return (
        f'<tr id="{point.anchor}"><td class="c">{number}</td><td><b>{text(point.name)}</b>{kind}{shown}</td>'
        f'<td class="c">{level(point.level)}</td><td>{controls}</td></tr>'
    )


def _controls(controls: tuple[Measure, ...]) -> str:
    return listed([_control(control) for control in controls])


def _control(control: Measure) -> str:
    return text(control.text) + (f'<span class="quiet">（{text(control.note)}）</span>' if control.note else "")
