"""Papers: a form described once, shown three times (screen, workbook, PDF).

This package knows no model and imports nothing of ours. `documents.forms` (scheme + content → Document) builds on it,
`documents.rendering` writes xlsx and PDF. To make a paper:

    from paper import Cell, Column, Document, Opinion, OpinionCell, Signer, Table, merge_equal, render

    columns = (
        Column("no", "序号", weight=2, align="center"),
        Column("post", "岗位", weight=5, row_head=True),           # its cells are headings of their rows
        Column("point", "风险点", weight=12, group="风险"),         # group: a shared upper heading
        Column("level", "等级", weight=4, group="风险", align="center"),
        Column("controls", "防控措施", weight=16),
    )
    rows = merge_equal(                                             # equal neighbours become one tall cell
        [[1, "规划股股长", "…", Cell("一级", tone="grave"), ["第一条", "第二条"]], …],
        columns=[1],                                                # positions, from the outside in
    )
    Document(
        title="建设局股室廉政风险点查找和防控措施表", number="附件2", issuer="东源县建设局",
        head=[("股室", "规划股"), ("负责人", "规划股股长"), Field("岗位职责", "…", wide=True)], head_columns=2,
        tables=[Table(columns, rows, totals=[Cell("合计", col_span=2), 12, "", ""])],
        opinions=[OpinionCell("科室负责人意见", [Opinion("同意。", Signer("规划股股长", "甲"), date(2026, 2, 15))]),
                  OpinionCell("分管领导意见", empty_hint="（待办理）")],
        feet=[("填报单位（盖章）", "东建局"), ("填表日期", "")],
        digest=seal.digest,                                         # or mark="草稿，尚未提交"
    )

What a cell may be: a Cell, text, None, a date (2026年2月15日), a number (only this is a number in a workbook), or a
list of lines (printed 1. 2. 3.; a list of one is plain text). A Row lists the cells that *begin* in it; a place covered
by a span from above is left out. `Column.weight` is the width in Chinese characters, more or less: it gives the column
widths, and `orientation="auto"` lays the page down for more than 6 columns or 48 characters.

All parts are frozen and check themselves: spans that overlap, stick out or leave a hole raise ValueError with the row.
Control characters are removed at once. `Document.texts()` gives every printed text with its place, for the glyph check.

    render(document)                    → safe HTML, stylesheet css/paper.css
    documents.rendering.xlsx.write(document | [documents], stream)
    documents.rendering.xlsx.write_table(columns, rows, stream, title=…)      a ledger, streamed
    documents.rendering.pdf.render(document | [documents]) → bytes

What cannot be made raises `paper.PaperError` (MissingGlyph, FontsMissing), whose text is a Chinese sentence with the
place; views show it as it is.
"""

from paper.document import Document, Field, Foot, Opinion, OpinionCell, Signer
from paper.exceptions import FontsMissing, MissingGlyph, PaperError
from paper.html import render
from paper.spans import merge_equal, split_at
from paper.table import TONES, Cell, Column, Row, Table

__all__ = [
    "TONES",
    "Cell",
    "Column",
    "Document",
    "Field",
    "FontsMissing",
    "Foot",
    "MissingGlyph",
    "Opinion",
    "OpinionCell",
    "PaperError",
    "Row",
    "Signer",
    "Table",
    "merge_equal",
    "render",
    "split_at",
]
