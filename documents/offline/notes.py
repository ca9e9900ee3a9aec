"""The notes of an offline form: how to fill it, what the kinds mean, what to ask oneself."""

from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from documents.offline.looks import Looks, height, protect
from documents.rendering.workbook import set_page
from registers.offline.columns import OF_POINT, OF_ROW
from registers.offline.ground import Ground
from registers.offline.sheet import FILL, HEAD

WIDTHS = (24, 90)
HOW = (
    (
        "白色和灰色",
        "白色的格可以填写；深灰色的格这一步不填，浅灰色的格属于上面一行，都空着或照旧。有下拉列表的格从列表中选；环节、责任人列表中没有的，可以直接写。",
    ),
    ("一行写一条措施", "每条防控措施占一行。一个风险点有几条措施的，第二条起写在下面的行里，职权和风险点的格空着。"),
    ("加措施", f"在风险点下面插入一行（或用表末的空行），只写措施。针对这一行全部风险点的，“措施针对”选“{OF_ROW}”。"),
    ("措施针对", f"“{OF_POINT}”：只针对它所在的风险点；“{OF_ROW}”：针对这一行登记的全部风险点。"),
    ("加风险点", "在这一职权的末行下面插入一行，职权、事项、环节、责任人空着，从风险类别开始写。"),
    (
        "加一行登记",
        "在表末的空行里写明职权或事项，同一行写第一个风险点和第一条措施。责任人三格都空着的，按岗位、负责人、分管领导填。",
    ),
    ("删除", "把要删除的风险点或措施的格全部清空；整行登记不要的，连同职权、责任人和它的风险点、措施一起清空。"),
    ("次序", "新的内容排在原有内容之后；次序在网上填写页里调整。请不要排序，也不要合并单元格。"),
    ("日期", "期限写 2012-03-01 这样的日期，长期的空着。"),
    ("一格多行", "一格里可以换行；编号 1. 2. 照写，不会被拆开。"),
    (
        "交回",
        "保存为 .xlsx，在系统“离线表交回”里上传，可以一次传几份。发出后网上也有改动的，逐格比较，由您选定。",
    ),
    ("一份交一次", "每份表只能交回一次；登记表提交以后就不能再交。请不要把内容抄到别人的离线表里。"),
)


def write_notes(sheet: WriteOnlyWorksheet, ground: Ground) -> None:
    """The sheet with the notes; nothing on it is read again."""
    looks = Looks(sheet)
    for letter, width in zip("AB", WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    set_page(sheet, size="A4", landscape=True, left_foot="")
    protect(sheet)
    sheet.row_dimensions[1].height = 28
    sheet.append([looks.cell("填表说明", "title")])
    for number, (title, text) in enumerate(_rows(ground), 2):
        sheet.row_dimensions[number].height = height(((title, WIDTHS[0]), (text, WIDTHS[1])))
        look = "plain" if text else "strong"
        sheet.append([looks.cell(title, "strong"), looks.cell(text, look)])


def _rows(ground: Ground):
    yield from HOW
    if ground.head:
        yield ("整表的事项", f"岗位（科室、单位）的等级和没有风险点的理由，写在“{HEAD}”里；各行写在“{FILL}”里。")
    duties = ground.data["content"]["subject"]["duties"]
    if duties:
        yield ("职责", duties)
    notes = ground.data["notes"]
    if notes["kinds"]:
        yield ("各类风险的含义", "")
        yield from notes["kinds"]
    if notes["questions"]:
        yield ("问一问自己", "")
        yield from (("", question) for question in notes["questions"])
