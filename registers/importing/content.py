"""The points, controls and responsibilities of one group of lines. Nothing is looked up but the scheme."""

from registers.enums import Height
from registers.importing import lists, words
from registers.importing.dialogue import Dialogue
from registers.importing.grades import ranks_of
from registers.importing.planned import PlannedControl, PlannedPoint, PlannedRow, Question
from registers.importing.table import Line

LONGEST = {"point": 500, "manifestation": 4000, "controls": 4000, "responsible": 120, "power": 200, "step": 120}
HEIGHTS = {"direct": Height.DIRECT, "department": Height.DEPARTMENT, "leader": Height.LEADER}
MATTER, LEFT_OUT = "matter", "none"


def too_long(line: Line, name: str, text: str, limit: int, talk: Dialogue) -> bool:
    """Report a text over its limit."""
    if len(text) <= limit:
        return False
    said = f"这一格有一项 {len(text)} 字，最多 {limit} 字。"
    talk.say(line.message(name, said, "请缩短，或分成编号的几条（1.…；2.…）。"))
    return True


def fill_row(row: PlannedRow, group: list[Line], talk: Dialogue) -> None:
    """Put the group's points, controls and responsibilities into the row; say what is wrong or noteworthy."""
    places: dict[tuple, list[int]] = {}
    of_line: list[list[int]] = []
    for line in group:
        key = _point_key(line)
        if key not in places:
            places[key] = _add_points(row, line, talk)
        of_line.append(places[key])
    _add_controls(row, group, of_line, talk)
    for line in group:
        for name, height in HEIGHTS.items():
            text = line.text(name)
            if text and not too_long(line, name, text, LONGEST["responsible"], talk):
                known = row.responsible.get(height, "")
                row.responsible[height] = text if not known or known == text else f"{known}、{text}"[:120]


def _point_key(line: Line) -> tuple:
    own = f"r{line.number}"
    return line.merge("point") or own, (line.merge("manifestation") or own) if line.text("manifestation") else ""


def _items(line: Line, name: str) -> list[str]:
    """The items of a field: of each of its columns, when somebody gave it several."""
    return [item for part in line.parts(name) for item in lists.items(part)]


def _add_points(row: PlannedRow, line: Line, talk: Dialogue) -> list[int]:
    field, names, told = "point", _items(line, "point"), _items(line, "manifestation")
    if not names:
        field, names, told = "manifestation", told, []
    if not names:
        if line.text("level"):
            said = "这一行写了等级，但没有风险点。"
            talk.say(line.message("point", said, "请补上风险点，或清空等级。", error=False))
        return []
    _check_count(line, names, talk)
    told = _told(line, names, told, talk)
    ranks, (kind, klass) = ranks_of(line, names, talk), _kind(row, line, talk)
    klass = klass or _klass(line, talk)
    first = len(row.points)
    for name, manifestation, rank in zip(names, told, ranks, strict=True):
        too_long(line, field, name, LONGEST["point"], talk)
        too_long(line, "manifestation", manifestation, LONGEST["manifestation"], talk)
        row.points.append(PlannedPoint(name, manifestation, kind, klass, rank))
    return list(range(first, len(row.points)))


def _check_count(line: Line, names: list[str], talk: Dialogue) -> None:
    """风险点数量 of the table against what came out of the cell."""
    told = line.text("count")
    if told.isascii() and told.isdigit() and int(told) != len(names):
        said = f"表中写 {told} 个风险点，这一行拆出 {len(names)} 个。"
        talk.say(line.message("count", said, "请核对风险点是否逐条编号。", error=False))


def _told(line: Line, names: list[str], told: list[str], talk: Dialogue) -> list[str]:
    """The manifestation of each point: paired when both are lists of one length, else whole with the first."""
    if len(names) > 1 and len(told) == len(names):
        return told
    if len(names) > 1 and told:
        said = f"{len(names)} 个风险点、{len(told)} 条表现形式对不上，表现形式全部记在第一个风险点下。"
        talk.say(line.message("manifestation", said, "请在填写页核对。", error=False))
    return [line.text("manifestation"), *[""] * (len(names) - 1)] if told else [""] * len(names)


def _kind(row: PlannedRow, line: Line, talk: Dialogue) -> tuple[str, str]:
    """The risk kind or the class of business that the cell names; asked where the scheme has no such word."""
    text = line.text("kind")
    if not text:
        return "", ""
    kind, klass = words.kind_of(talk.spec, row.register.scope, text)
    if kind or klass:
        return kind, klass
    answer = talk.ask(_kind_question(row, text, talk), line.place)
    what, _, key = answer.partition(":")
    if what in {"kind", "class"}:
        return (key, "") if what == "kind" else ("", key)
    matter = answer == MATTER or (not answer and row.power is None and not row.matter)
    if matter and row.power is None:
        row.matter = text[:300]
    if not answer:
        done = "按事项导入" if matter else "类别没有导入"
        todo = "可以在预览页“要您决定的词”里选定是哪一类，或导入后在填写页选定。"
        talk.say(line.message("kind", f"方案没有“{text}”这一风险类别，{done}。", todo, error=False))
    return "", ""


def _klass(line: Line, talk: Dialogue) -> str:
    """The class of business of a column of its own."""
    text = line.text("klass")
    if not text or (found := words.class_of(talk.spec, text)):
        return found if text else ""
    options = [(kind.key, f"“{kind.name}”") for kind in talk.spec.classes]
    question = Question(
        f"class:{words.plain(text)}", "业务类别", text, [*options, (LEFT_OUT, "不导入这个词")], needed=False
    )
    answer = talk.ask(question, line.place)
    if not answer:
        said = f"方案没有“{text}”这一业务类别，没有导入。"
        talk.say(line.message("klass", said, "可以在预览页“要您决定的词”里选定。", error=False))
    return "" if answer == LEFT_OUT else answer


def _kind_question(row: PlannedRow, text: str, talk: Dialogue) -> Question:
    kinds = [(f"kind:{kind.key}", f"类别“{kind.name}”") for kind in talk.spec.kinds_of(row.register.scope)]
    classes = [
        (f"class:{kind.key}", f"{talk.spec.classes_name or '业务类别'}“{kind.name}”") for kind in talk.spec.classes
    ]
    options = [*kinds, *classes, (MATTER, "按事项导入，类别以后再选"), (LEFT_OUT, "不导入这个词")]
    key = f"kind:{row.register.scope}:{words.plain(text)}"
    return Question(key, "风险类别", text, options, needed=False)


def _add_controls(row: PlannedRow, group: list[Line], of_line: list[list[int]], talk: Dialogue) -> None:
    """Controls of one merged cell belong to the whole row; those of a line to the line's points."""
    seen: set[int] = set()
    shared = {line.merge("controls") for line in group if line.merge("controls")}
    for line, points in zip(group, of_line, strict=True):
        merge = line.merge("controls")
        if not line.text("controls") or merge in seen:
            continue
        if merge:
            seen.add(merge)
        mine = points
        if merge in shared:
            mine = [
                i for other, own in zip(group, of_line, strict=True) if other.merge("controls") == merge for i in own
            ]
            mine = list(dict.fromkeys(mine))
        _pair(row, line, mine, talk)


def _pair(row: PlannedRow, line: Line, points: list[int], talk: Dialogue) -> None:
    """One point takes all controls; two lists of one length go side by side; else they stay with the row."""
    controls = _items(line, "controls")
    numbered = lists.is_list(line.text("controls")) and len(line.parts("controls")) == 1
    for number, control in enumerate(controls):
        too_long(line, "controls", control, LONGEST["controls"], talk)
        if len(points) == 1:
            point = points[0]
        elif numbered and len(controls) == len(points):
            point = points[number]
        else:
            point = None
        row.controls.append(PlannedControl(control, point))
