"""Which column is what, by the words of the head, in any order and under title rows.

The words are those of real published tables; a scheme's own column titles could be added the same way.
"""

import re
import unicodedata
from dataclasses import dataclass, field

from registers.importing.cells import Cell, Sheet, place

LOOK_AT = 40  # filled rows from the top in which the head must stand
LONGEST_HEADING = 40
# field → words, most telling first; compared after blanks, brackets and punctuation are gone.
WORDS: dict[str, tuple[str, ...]] = {
    "order": ("序号", "编号", "序"),
    "unit": (
        *("责任主体", "单位科室", "责任科室", "责任部门", "责任单位", "风险防控责任股室", "科室名称", "部门名称"),
        *("内设机构", "单位名称", "科室", "股室", "处室", "部门", "单位"),
    ),
    "post": ("风险点涉及的岗位", "涉及岗位", "岗位名称", "责任岗位", "风险岗位", "具体岗位", "岗位"),
    "power": (
        *("职权内容", "职权名称", "权力事项", "权力名称", "职权事项", "重要环节", "业务事项", "工作事项"),
        *("岗位职权", "权力清单", "职权", "权力"),
    ),
    "power_kind": ("职权类别", "权力类型", "权力类别", "职权类型"),
    "basis": ("法律依据", "实施依据", "职权依据", "设定依据", "行使依据", "法定依据"),
    "step": ("业务环节", "关键环节", "风险环节", "流程环节", "环节"),
    "count": ("风险点数量", "风险点数", "风险数量"),
    "kind": ("风险点类别", "风险类别", "风险类型", "风险种类"),
    "level": (
        *(
            "建议风险级别",
            "建议风险等级",
            "风险点等级",
            "廉政风险等级",
            "风险等级",
            "风险级别",
            "风险级次",
            "等级",
            "级别",
        ),
        *("级次",),
    ),
    "manifestation": (
        *("廉政风险主要内容及表现形式", "廉政风险点表现形式", "风险主要内容及表现形式", "风险情况描述", "风险内容描述"),
        *("风险表现形式", "风险表现", "主要表现", "表现形式", "风险描述"),
    ),
    "point": (
        *("廉政风险点及表现形式", "风险点及表现形式", "风险内容及表现形式", "廉政风险点", "廉洁风险点", "监管风险点"),
        *("风险点名称", "风险内容", "风险点", "廉政风险", "廉洁风险"),
    ),
    "controls": (
        *("防控要点及防控措施", "防控要点及措施", "廉政风险防控措施", "防控措施", "防范措施", "防控方法", "防范方法"),
        *("控制措施", "监控措施", "预防措施"),
    ),
    "department": ("部门责任人", "部门负责人", "科室负责人", "科室责任人", "股室负责人"),
    "leader": ("责任领导", "分管领导", "主管领导", "风险防控责任领导"),
    "direct": ("直接责任人", "岗位责任人", "具体责任人", "责任人", "责任人员"),
}
NAMES = {
    "order": "序号",
    "unit": "责任主体",
    "post": "岗位",
    "power": "职权内容",
    "power_kind": "职权类别",
    "basis": "法律依据",
    "step": "环节",
    "count": "风险点数量",
    "kind": "风险类别",
    "level": "风险等级",
    "manifestation": "表现形式",
    "point": "风险点",
    "controls": "防控措施",
    "department": "部门责任人",
    "leader": "责任领导",
    "direct": "责任人",
}
JOINED = frozenset({"direct", "department", "leader"})  # two columns of these stand side by side in one
EXACT = {word: name for name, words in WORDS.items() for word in words}
_NOISE = re.compile(r"[\s、,，。.;；:：/／\\|*＊_—-]+")
_BRACKETS = re.compile(r"[(（\[【〔][^)）\]】〕]*[)）\]】〕]")


@dataclass
class Head:
    """The head of one sheet: which columns hold which field, which are not taken, where the rows begin."""

    first_row: int
    last_row: int
    columns: dict[str, list[int]]
    titles: dict[int, str]
    left_out: list[int] = field(default_factory=list)

    def title(self, column: int) -> str:
        """The heading as the table has it."""
        return self.titles.get(column, "")


def plain(text: str) -> str:
    """A heading without blanks, brackets, punctuation, and with half-width letters."""
    text = unicodedata.normalize("NFKC", text)
    return _NOISE.sub("", _BRACKETS.sub("", text))


def field_of(text: str) -> str:
    """The field that a heading names; "" for none."""
    if not text or len(text) > LONGEST_HEADING:
        return ""
    word = plain(text)
    if word in EXACT:
        return EXACT[word]
    for known in sorted(EXACT, key=len, reverse=True):
        # "廉政风险等级(高中低)" or "一、风险点" still say what they are; a whole sentence does not.
        if len(known) >= 3 and known in word and len(word) <= len(known) + 6:
            return EXACT[known]
    return ""


def find_head(sheet: Sheet) -> Head | None:
    """The head of a sheet: the first row with two fields of which one is the risk or its control. None without one."""
    numbers = list(sheet.rows)[:LOOK_AT]
    for index, number in enumerate(numbers):
        fields = _fields(sheet.rows[number])
        if not _is_head(fields):
            continue
        head = _head(sheet, number, fields)
        if index + 1 < len(numbers) and _second_row(sheet, number, numbers[index + 1]):
            head = _two_rows(sheet, number, numbers[index + 1])
        return head
    return None


def repeats_head(head: Head, cells: list[Cell]) -> bool:
    """Whether a row says the head again, as printed tables do on each page."""
    said = {column: plain(cell.text) for column, cell in enumerate(cells) if cell.text}
    same = [column for column, text in said.items() if plain(head.title(column)) == text]
    return len(same) >= 2 and len(same) == len(said)


def _fields(cells: list[Cell]) -> dict[int, str]:
    found = {column: field_of(cell.text) for column, cell in enumerate(cells) if cell.text}
    return {column: name for column, name in found.items() if name}


def _is_head(fields: dict[int, str]) -> bool:
    names = set(fields.values())
    return len(names) >= 2 and bool(names & {"point", "manifestation"}) and len(names - {"order"}) >= 2


def _second_row(sheet: Sheet, first: int, second: int) -> bool:
    """Whether the head goes on in the next row: below a group such as 责任人 its parts, the rest merged down."""
    cells = sheet.rows[second]
    filled = [column for column, cell in enumerate(cells) if cell.text]
    fields = _fields(cells)
    merged_down = [c for c in filled if cells[c].merge and cells[c].merge == sheet.cell(first, c).merge]
    own = [column for column in filled if column not in merged_down]
    return bool(own) and bool(merged_down or len(own) > 1) and all(column in fields for column in own)


def _two_rows(sheet: Sheet, first: int, second: int) -> Head:
    fields = _fields(sheet.rows[first]) | _fields(sheet.rows[second])
    head = _head(sheet, first, fields)
    head.last_row = second
    for column, cell in enumerate(sheet.rows[second]):
        if cell.text:
            head.titles[column] = cell.text
    return head


def _head(sheet: Sheet, number: int, fields: dict[int, str]) -> Head:
    columns: dict[str, list[int]] = {}
    for column in sorted(fields):
        columns.setdefault(fields[column], []).append(column)
    titles = {column: cell.text for column, cell in enumerate(sheet.rows[number]) if cell.text}
    left_out = [column for column in titles if column not in fields]
    return Head(first_row=number, last_row=number, columns=columns, titles=titles, left_out=left_out)


def twice(head: Head) -> list[tuple[str, str]]:
    """Fields that two columns claim, with the letters of the columns; those that stand side by side are fine."""
    return [
        (NAMES[name], "、".join(place(column) for column in columns))
        for name, columns in head.columns.items()
        if len(columns) > 1 and name not in JOINED
    ]
