"""A document as safe HTML: for the screen, and for the printer with another stylesheet."""

from collections.abc import Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from paper import grid
from paper.document import Document, Field, Opinion, OpinionCell
from paper.flow import draw
from paper.measure import lines_needed
from paper.table import Cell, Column, Table
from paper.text import chinese_date, grouped

# A group of rows under one label that takes about a third of a page is moved to the next page as a whole.
_SMALL = 14
_PAGE_CHARACTERS = 46
_NARROW = 8  # a table of more columns needs more than a telephone's width and a half


def render(document: Document, *, heading: str = "h2", anchors: bool = False, family: str = "") -> SafeString:
    """The whole paper as one <section class="paper">; every text escaped.

    `heading` is the element of the title, so that a page keeps its order of headings. With `anchors` every table row
    has an id (see `row_anchor`), by which the PDF rendering learns on which page it lies. `family` is the font of
    drawings in print, where no class reaches them.
    """
    parts = [
        '<section class="paper">',
        _paragraph("paper-number", document.number),
        f'<{heading} class="paper-title">{_text(document.title)}</{heading}>',
        _paragraph("paper-subtitle", document.subtitle),
        _head(document),
        *(
            _drawing(table, family) + table_html(table, index, document.title, anchors)
            for index, table in enumerate(document.tables)
        ),
        _opinions(document),
        _feet(document),
        _paragraph("paper-footnote", document.footnote),
        _foot_line(document),
        "</section>",
    ]
    return mark_safe("".join(parts))  # noqa: S308 - every text above went through escape()


def row_anchor(table: int, row: int) -> str:
    return f"t{table}r{row}"


def _text(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _paragraph(name: str, text: str) -> str:
    return f'<p class="{name}">{_text(text)}</p>' if text else ""


def _content(cell: Cell) -> str:
    if cell.lines:
        return f'<ol class="paper-lines">{"".join(f"<li>{_text(line)}</li>" for line in cell.lines)}</ol>'
    if cell.tone:
        return f'<span class="level level-{cell.tone}">{_text(cell.text)}</span>'
    return _text(cell.text)


def _head(document: Document) -> str:
    if not document.head:
        return ""
    lines = "".join(f"<tr>{_head_line(line, document.head_columns)}</tr>" for line in document.head_lines())
    widths = '<col class="paper-label"><col>' * document.head_columns
    return f'<table class="paper-head"><colgroup>{widths}</colgroup><tbody>{lines}</tbody></table>'


def _head_line(line: Sequence[Field], columns: int) -> str:
    missing = columns - len(line)
    cells = []
    for index, item in enumerate(line):
        span = 1 + 2 * missing if index == len(line) - 1 else 1
        spread = f' colspan="{span}"' if span > 1 else ""
        cells.append(f'<th scope="row">{_text(item.label)}</th><td{spread}>{_content(item.value)}</td>')
    return "".join(cells)


def table_html(table: Table, number: int, title: str, anchors: bool = False) -> str:
    """One table in a box that scrolls; `number` is its position, which the anchors of its rows carry."""
    name = escape(table.caption or title)
    hidden = "" if table.caption and not table.flow else ' class="paper-hidden"'
    cols = "".join(f'<col class="w{percent}">' for percent in _percents(table))
    bodies = "".join(_bodies(table, number, anchors))
    sort = "paper-table paper-wide" if len(table.columns) > _NARROW else "paper-table"
    return (
        f'<div class="paper-scroll" role="region" tabindex="0" aria-label="{name}">'
        f'<table class="{sort}"><caption{hidden}>{name}</caption><colgroup>{cols}</colgroup>'
        f"<thead>{_heads(table.columns)}</thead>{bodies}{_totals(table)}</table></div>"
    )


def _drawing(table: Table, family: str) -> str:
    """The flow of a table under its caption."""
    if not table.flow:
        return ""
    drawn = draw(table.flow, family=family)
    return f'<div class="paper-drawn"><p class="paper-caption">{_text(table.caption)}</p>{drawn}</div>'


def _percents(table: Table) -> list[int]:
    """The widths as whole per cents that sum to 100, so that the table is as wide as what stands above it.

    They become classes, because a strict content policy allows no style attribute.
    """
    reached, ends = 0.0, [0]
    for column in table.columns:
        reached += column.weight
        ends.append(max(ends[-1] + 1, round(100 * reached / table.width)))
    return [end - start for start, end in zip(ends, ends[1:], strict=False)]


def _heads(columns: Sequence[Column]) -> str:
    lines = []
    for line in grid.head_rows(columns):
        cells = (
            f'<th scope="{"colgroup" if head.col_span > 1 else "col"}"{_spans(head)}>{_text(head.text)}</th>'
            for head in line
        )
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return "".join(lines)


def _bodies(table: Table, number: int, anchors: bool) -> list[str]:
    """One <tbody> for each group of rows that hang together: the printer keeps a small one on one page."""
    if not table.rows:
        text = _text(table.empty_text)
        return [f'<tbody><tr><td class="paper-none" colspan="{len(table.columns)}">{text}</td></tr></tbody>']
    placed = grid.positions(table.rows, len(table.columns))
    bodies = []
    for group in grid.groups(table.rows):
        lines = []
        for index in group:
            anchor = f' id="{row_anchor(number, index)}"' if anchors else ""
            lines.append(f"<tr{anchor}>{_cells(placed[index], table.columns)}</tr>")
        bodies.append(f"<tbody{_place(table, placed, group)}>{''.join(lines)}</tbody>")
    return bodies


def _place(table: Table, placed: Sequence, group: range) -> str:
    """What the printer should know of a group of rows: it begins a page, or it stays together."""
    if group[0] in table.page_starts:
        return ' class="paper-starts-page"'
    return ' class="paper-together"' if 1 < len(group) and _lines(table, placed, group) <= _SMALL else ""


def _lines(table: Table, placed: Sequence, group: range) -> int:
    """About how many printed lines a group of rows takes."""
    share = _PAGE_CHARACTERS / table.width
    return sum(
        max((lines_needed(cell.plain, table.columns[start].weight * share) for start, cell in placed[index]), default=1)
        for index in group
    )


def _totals(table: Table) -> str:
    if table.totals is None:
        return ""
    placed = grid.positions((table.totals,), len(table.columns))[0]
    return f'<tbody class="paper-totals"><tr>{_cells(placed, table.columns)}</tr></tbody>'


def _cells(placed: Sequence[tuple[int, Cell]], columns: Sequence[Column]) -> str:
    return "".join(_cell(cell, columns[start]) for start, cell in placed)


def _cell(cell: Cell, column: Column) -> str:
    classes = []
    align = cell.align or column.align
    if align != "left":
        classes.append(f"paper-{align}")
    if cell.bold:
        classes.append("paper-bold")
    named = f' class="{" ".join(classes)}"' if classes else ""
    if column.row_head and cell.plain:
        scope = "rowgroup" if cell.row_span > 1 else "row"
        return f'<th scope="{scope}"{named}{_spans(cell)}>{_content(cell)}</th>'
    return f"<td{named}{_spans(cell)}>{_content(cell)}</td>"


def _spans(cell: Cell | grid.HeadCell) -> str:
    rows = f' rowspan="{cell.row_span}"' if cell.row_span > 1 else ""
    columns = f' colspan="{cell.col_span}"' if cell.col_span > 1 else ""
    return rows + columns


def _opinions(document: Document) -> str:
    if not document.opinions:
        return ""
    wide = document.opinion_columns
    lines = []
    for start in range(0, len(document.opinions), wide):
        boxes = document.opinions[start : start + wide]
        span = 1 + 2 * (wide - len(boxes))
        cells = [_box(box, span if box is boxes[-1] else 1) for box in boxes]
        lines.append(f"<tr>{''.join(cells)}</tr>")
    widths = '<col class="paper-label"><col>' * wide
    return f'<table class="paper-opinions"><colgroup>{widths}</colgroup><tbody>{"".join(lines)}</tbody></table>'


def _signature(box: OpinionCell, opinion: Opinion) -> str:
    """The line under an opinion; its date is never torn."""
    said, day = _text(box.signed(opinion)), chinese_date(opinion.date)
    return f'{said.removesuffix(day)}<span class="paper-whole">{day}</span>' if day else said


def _box(box: OpinionCell, span: int) -> str:
    spread = f' colspan="{span}"' if span > 1 else ""
    if box.opinions:
        content = "".join(
            f'<div class="opinion"><p class="opinion-text">{_text(opinion.text)}</p>'
            f'<p class="opinion-sign">{_signature(box, opinion)}</p></div>'
            for opinion in box.opinions
        )
    else:
        content = (
            f'<div class="opinion opinion-empty"><p class="opinion-text">{_text(box.empty_hint)}</p>'
            f'<p class="opinion-sign">{_text(box.blank_signature)}</p></div>'
        )
    return f'<th scope="row">{_text(box.label)}</th><td{spread}>{content}</td>'


def _feet(document: Document) -> str:
    if not document.feet:
        return ""
    cells = "".join(f"<li>{_text(foot.plain)}</li>" for foot in document.feet)
    return f'<ul class="paper-feet">{cells}</ul>'


def _foot_line(document: Document) -> str:
    """The seal's digest for the screen; on paper the foot of each page says it."""
    if document.digest:
        return f'<p class="paper-seal">封存 <span class="paper-digest">{escape(grouped(document.digest))}</span></p>'
    return _paragraph("paper-seal", document.mark)
