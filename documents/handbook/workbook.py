"""The handbook as a workbook: contents with links, summary, a printable sheet for each unit, regulations, index."""

import hashlib
from dataclasses import dataclass, field
from typing import BinaryIO

from documents.handbook.entries import Entries
from documents.handbook.making import Content, Made, Progress, quietly
from documents.handbook.model import Measure, PostPart, PowerText, Process, Risks, Row, RuleText, UnitPart
from documents.handbook.sheets import Sheet
from documents.rendering.workbook import Book
from paper.text import grouped

_UNIT = (5, 13, 22, 8, 30, 14)
_HEADS = ("序号", "职权和环节", "风险点及表现形式", "等级", "防控措施", "责任")
_ALL = len(_UNIT)

Place = tuple[str, int]  # sheet and row


def write_xlsx(content: Content, stream: BinaryIO, *, progress: Progress = quietly) -> Made:
    """The handbook as xlsx; the same content gives the same bytes. Raises PaperError."""
    told = content.cover
    with Book(title=f"{told.bureau}{told.about}{told.title}", issuer=told.bureau) as book:
        writer = _Writer(book, content)
        for number, (part, depth) in enumerate(content.parts):
            progress(number, content.count + 1, f"正在编制：{part.name}")
            writer.take(part, depth)
        writer.end(content.rules())
        progress(content.count, content.count + 1, "正在写文件")
        book.save(stream)
    return Made(writer.count, writer.digest, len(writer.entries.points))


@dataclass
class _Writer:
    """Writes the sheets; the first ones last, when all places are known."""

    book: Book
    content: Content
    entries: Entries = field(default_factory=Entries)
    places: dict[str, Place] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._said = hashlib.sha256()
        told = self.content.cover
        self._foot = f"{told.bureau}{told.about}　{told.day}"
        self._contents = Sheet(self.book.sheet("目录"), (46, 26, 8), foot=self._foot)
        levels = len(self.content.shares)
        self._summary = Sheet(self.book.sheet("总体情况"), (30, *[9] * (3 + levels)), foot=self._foot)
        self._sheets: dict[str, Sheet] = {}  # by the unit's anchor

    @property
    def digest(self) -> str:
        return self._said.hexdigest()

    @property
    def count(self) -> int:
        return len(self._sheets) + 4

    def take(self, part: UnitPart, depth: int) -> None:
        """The sheet of a unit, or more posts on it."""
        self._said.update(repr(part).encode())
        self.entries.add(part, depth)
        if part.empty:
            return
        if part.anchor not in self._sheets:
            self._sheets[part.anchor] = Sheet(self.book.sheet(part.name), _UNIT, landscape=True, foot=self._foot)
        sheet = self._sheets[part.anchor]
        if part.first:
            self.places[part.anchor] = (sheet.name, sheet.across(part.name, "title"))
            _facts(sheet, [("单位职责", part.duties or "尚未登记。"), ("分管领导", "、".join(part.leaders))])
            self._powers(sheet, part.powers, "本单位的职权")
            if part.risks.rows or part.risks.none_because:
                self._risks(sheet, part.risks, "本单位登记的风险点与防控措施")
        for post in part.posts:
            self._post(sheet, post)

    def _post(self, sheet: Sheet, post: PostPart) -> None:
        level = f"　岗位等级：{post.risks.level.name}" if post.risks.level else ""
        marks = "、".join((post.tier, *post.marks))
        self.places[post.anchor] = (sheet.name, sheet.across(f"{post.name}（{marks}）{level}", "number"))
        _facts(sheet, [("岗位职责", post.duties or "尚未登记。"), ("共同行使", "、".join(post.shared))])
        self._powers(sheet, post.powers, "岗位职权")
        self._risks(sheet, post.risks, "风险点与防控措施")

    def _powers(self, sheet: Sheet, powers: tuple[PowerText, ...], title: str) -> None:
        for number, power in enumerate(powers, 1):
            head = f"{title}{number}：{power.name}（{'、'.join(power.marks)}）"
            self.places[power.anchor] = (sheet.name, sheet.across(head, bold=True))
            _facts(sheet, [*power.facts, *((f"流程：{one.name}", _steps(one)) for one in power.processes)])

    def _risks(self, sheet: Sheet, risks: Risks, title: str) -> None:
        if not risks.rows:
            said = "不在制册人可以查看的范围内，本册不载。" if risks.hidden else risks.none_because or "没有。"
            _facts(sheet, [(title, said)])
            return
        sheet.table(_HEADS)
        number = 0
        for row in risks.rows:
            for at, point in enumerate(row.points):
                number += 1
                about = "\n".join(word for word in (row.about, row.step and f"环节：{row.step}", row.post) if word)
                name = point.name + (f"（{point.kind}）" if point.kind else "")
                controls = _controls((*point.controls, *row.controls)) if at == 0 else _controls(point.controls)
                self.places[point.anchor] = (sheet.name, sheet.rows + 1)
                sheet.row(
                    (number, 1),
                    (about, 1),
                    (f"{name}\n{point.manifestation}".strip(), 1),
                    (point.level.name, 1),
                    (controls if at == 0 or point.controls else "同上", 1),
                    (_responsible(row), 1),
                    centred=(0, 3),
                    tones={3: point.level.tone} if point.level.tone else None,
                )
        sheet.across(f"依据：{'；'.join(risks.sources)}", "note")

    # -- what needs all places ---------------------------------------------------------------------------------------

    def end(self, rules: list[RuleText]) -> None:
        """Regulations and index behind, contents and summary in front."""
        self._said.update(repr(rules).encode())
        behind = [self._rules(rules), self._index()]
        self._fill_contents([sheet.name for sheet in behind])
        self._fill_summary()
        for sheet in (self._contents, self._summary, *self._sheets.values(), *behind):
            sheet.close()

    def _rules(self, rules: list[RuleText]) -> Sheet:
        sheet = Sheet(self.book.sheet("制度汇总"), (6, 40, 20, 16, 10, 8), foot=self._foot)
        sheet.across("制度汇总", "title")
        sheet.table(("序号", "制度名称", "文号", "印发日期", "建设情况", "引用"), repeated=True)
        for number, rule in enumerate(rules, 1):
            cells = (number, rule.title, rule.number, rule.issued, rule.change, rule.used)
            sheet.row(*((cell, 1) for cell in cells), centred=(0, 3, 4, 5))
        return sheet

    def _index(self) -> Sheet:
        sheet = Sheet(self.book.sheet("索引"), (10, 46, 30), foot=self._foot)
        sheet.across("索引", "title")
        sheet.table(("分类", "名称", "岗位或机构"), repeated=True)
        rows = [("职权", entry.words, entry.place, entry.anchor, "") for entry in self.entries.sorted_powers()]
        rows += [("岗位", entry.words, entry.place, entry.anchor, "") for entry in self.entries.sorted_posts()]
        for name, tone, points in self.entries.by_level():
            rows += [(name, point.words, point.place, point.anchor, tone) for point in points]
        for group, words, place, anchor, tone in rows:
            row = sheet.row((group, 1), (words, 1), (place, 1), centred=(0,), tones={0: tone} if tone else None)
            sheet.link(row, 2, self.places.get(anchor))
        return sheet

    def _fill_contents(self, behind: list[str]) -> None:
        sheet, told = self._contents, self.content.cover
        sheet.across(f"{told.bureau}{told.about}{told.title}", "title")
        cycles = "、".join(self.content.cycles())
        for label, value in (("周期", cycles), ("有效日期", told.day), ("内容摘要", grouped(self.digest[:32]))):
            sheet.across(f"{label}：{value}", "note")
        if told.partial:
            sheet.across("本册只载制册人可以查看的内容。", "note")
        sheet.table(("目录", "工作表", "行"), repeated=True)
        self._entry("总体情况", (self._summary.name, 1))
        for entry in self.entries.contents:
            self._entry("　" * entry.depth + entry.words, self.places[entry.anchor])
        for name in behind:
            self._entry(name, (name, 1))

    def _entry(self, words: str, place: Place) -> None:
        row = self._contents.row((words, 1), (place[0], 1), (place[1], 1), centred=(2,))
        self._contents.link(row, 1, place)

    def _fill_summary(self) -> None:
        sheet, shares = self._summary, self.content.shares
        sheet.across("总体情况", "title")
        sheet.table(("机构", "岗位", "职权", "风险点", *(name for _, name, _ in shares)), repeated=True)
        for line, anchor in zip(self.entries.lines, self.entries.anchors, strict=True):
            row = self._count(line)
            sheet.link(row, 1, self.places.get(anchor))
        self._count(self.entries.totals, bold=True)

    def _count(self, line, *, bold: bool = False) -> int:
        numbers = [line.posts, line.powers, sum(line.counts.values())]
        numbers += [line.counts[key] for key, _, _ in self.content.shares]
        cells = [(line.name, 1), *((number, 1) for number in numbers)]
        return self._summary.row(*cells, centred=range(1, len(cells)), bold=bold)


def _facts(sheet: Sheet, pairs: list[tuple[str, str]]) -> None:
    for label, value in pairs:
        if value:
            sheet.row((label, 2), (value, _ALL - 2), labels=(0,))


def _steps(process: Process) -> str:
    """The steps of a procedure as lines: 2. 审查（经办岗，5个工作日）有廉政风险."""
    lines = []
    for step in process.flow.steps:
        more = "，".join(word for word in (step.lane, step.time_limit) if word)
        ways = "；".join(f"{branch.label or '转'}→{branch.to or '结束'}" for branch in step.branches if branch.label)
        risk = f"【{step.risk.text}】" if step.risk else ""
        lines.append(f"{step.number}. {step.name}{f'（{more}）' if more else ''}{risk}{f'　{ways}' if ways else ''}")
    return "\n".join(lines)


def _controls(controls: tuple[Measure, ...]) -> str:
    said = [control.text + (f"（{control.note}）" if control.note else "") for control in controls]
    return "\n".join(f"{number}. {one}" for number, one in enumerate(said, 1)) if len(said) > 1 else "".join(said)


def _responsible(row: Row) -> str:
    return "\n".join(f"{height}：{who}" for height, who in row.responsible)
