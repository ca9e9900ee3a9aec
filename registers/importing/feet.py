"""What stands under a table and is none of its rows: boxes for opinions and seals, who filled it in and when."""

import re

from registers.importing.cells import Cell
from registers.importing.headings import Head, repeats_head
from registers.importing.planned import Message, Say

WHO = (
    "负责人|领导|科室|股室|部门|单位|小组|纪委|纪检|党组|党委|办公室|审核|审批|审查|初审|本人|同事|会议|上级"
    "|[局区县市处院组]"
)
FEET = re.compile(
    rf"(?!征求|听取|提出|反馈|收集).{{0,8}}(?:{WHO}).{{0,6}}意见栏?(?:[(（].*[)）])?[:：]?"
    r"|.{0,12}(?:会议决定|签字|签名|签章|[(（]盖章[)）])[:：]?"
    r"|(?:填表|填报|制表|审核|联系|经办|单位负责)人(?:签字|签名)?[:：].*|(?:填表|填报|制表)(?:日期|时间)[:：].*"
)
LONGEST_FOOT = 40


class Foot:
    """The boxes under a table: opinions, seals, who filled it in. They end where the head or the numbers go on."""

    def __init__(self, sheet: str, head: Head):
        self.sheet, self.head, self.inside = sheet, head, False

    def holds(self, number: int, cells: list[Cell], say: Say) -> bool:
        """Whether a row is no row of the table: of the foot, or the head again on the next page."""
        if repeats_head(self.head, cells):
            self.inside = False
            return True
        if self._numbered(cells):
            self.inside = False
        elif not self.inside and any(FEET.fullmatch(cell.text) for cell in cells if len(cell.text) < LONGEST_FOOT):
            self.inside = True
            say(Message("这一行起是表下的意见、签名，没有导入。", "", self.sheet, number, error=False))
        return self.inside

    def _numbered(self, cells: list[Cell]) -> bool:
        columns = self.head.columns.get("order", [])
        return any(cells[column].text.rstrip(".、．").isdecimal() for column in columns if column < len(cells))
