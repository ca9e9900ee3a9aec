"""The papers of a filing pack that are tables over the whole cycle: totals, opinions, filings and issues. Pure."""

from collections import Counter
from collections.abc import Iterable

from django.utils import timezone

from documents.filing_pack.checks_registers import below, told, totals
from documents.filing_pack.facts import Entry, Facts
from paper import Cell, Column, Document, Row, Table
from registers.schemes.model import Level
from workflow.enums import Action
from workflow.models import Decision
from workflow.models.batch import called

HIDDEN = {Action.TAKE_OUT}  # says what became of a comment: for those who receive comments


def _paper(facts: Facts, title: str, tables: Iterable[Table], footnote: str = "") -> Document:
    bureau = facts.cycle.bureau.name
    return Document(
        title=f"{bureau}{title}", subtitle=f"（{facts.cycle.name}）", issuer=bureau, tables=tables, footnote=footnote
    )


# Totals ---------------------------------------------------------------------------------------------------------------


def totals_paper(facts: Facts) -> Document:
    """How many registers and points there are, scope by scope, and whether each compiled register counts the same."""
    return _paper(facts, "登记表和风险点汇总", [_by_scope(facts), *_compiled(facts)])


def _by_scope(facts: Facts) -> Table:
    levels = facts.spec.levels
    rows = []
    for scope in facts.spec.scopes:
        entries = facts.of_scope(scope.key)
        counts = sum((totals(entry.content, facts.spec) for entry in entries), Counter())
        finished = sum(entry.finished for entry in entries)
        rows.append([scope.name, len(entries), finished, counts.total(), *_shares(counts, levels)])
    columns = [
        Column("scope", "范围", 8, row_head=True),
        Column("registers", "登记表", 5, align="center"),
        Column("finished", "已生效", 5, align="center"),
        Column("points", "自身登记的风险点", 6, align="center"),
        *(Column(f"level{level.rank}", level.name, 5, align="center") for level in levels),
        Column("unrated", "未定级", 5, align="center"),
    ]
    return Table(columns, rows, caption="一、各范围登记表和风险点")


def _shares(counts: Counter, levels: tuple[Level, ...]) -> list[int]:
    return [*(counts.get((level.rank, level.name), 0) for level in levels), counts.get((99, "未定级"), 0)]


def _compiled(facts: Facts) -> list[Table]:
    rows = []
    for entry in facts.entries:
        if not entry.scope.compiles or entry.seal is None:
            continue
        children = {child.register.pk for child in _all_below(facts, entry)}
        own = sum((totals(facts.by_register[pk].content, facts.spec) for pk in sorted(children)), Counter())
        taken = sum((totals(data, facts.spec) for data in entry.content.get("compiled", ())), Counter())
        rows.append([entry.name, len(children), told(own), told(taken), "一致" if own == taken else "不一致"])
    if not rows:
        return []
    columns = (
        Column("register", "汇总表", 14, row_head=True),
        Column("children", "下级登记表", 5, align="center"),
        Column("own", "下级登记表合计", 14),
        Column("taken", "汇总表内合计", 14),
        Column("same", "核对", 5, align="center"),
    )
    return [Table(columns, rows, caption="二、逐级核对")]


def _all_below(facts: Facts, entry: Entry) -> list[Entry]:
    """The registers below a compiled one, and those below them."""
    found = []
    for child in below(facts, entry):
        found += [child, *(_all_below(facts, child) if child.scope.compiles else [])]
    return found


# Opinions -------------------------------------------------------------------------------------------------------------

OPINION_COLUMNS = (
    Column("order", "序号", 3.2, align="center"),
    Column("register", "登记表", 9),
    Column("step", "步骤", 8),
    Column("round", "轮次", 3.2, align="center"),
    Column("action", "办理", 5.2, align="center"),
    Column("opinion", "意见", 17),
    Column("by", "办理人", 10),
    Column("at", "日期", 6.4, align="center"),
    Column("paper", "文号", 8),
    Column("digest", "封存码", 5.6, align="center"),
)


def opinion_rows(facts: Facts) -> list[list]:
    """Every decision on every register, in the order in which they were made."""
    rows = [[entry.name, *_decision(row)] for entry in facts.entries for row in entry.decisions]
    return [[number, *row] for number, row in enumerate(rows, 1)]


def _decision(row: Decision) -> list:
    by = called(row.by_title, row.by_name) or "系统"
    return [
        row.step_name,
        row.round,
        row.get_action_display(),
        "" if row.action in HIDDEN else row.opinion,
        f"{by}（代{row.instead_of}）" if row.instead_of else by,
        timezone.localdate(row.at).isoformat(),
        row.paper,
        row.seal.short if row.seal else "",
    ]


def opinions_paper(facts: Facts, rows: list[list]) -> Document:
    """The same as a paper; a register's name is one tall cell over its decisions."""
    found: list[Row] = []
    for index, row in enumerate(rows):
        first = not index or rows[index - 1][1] != row[1]
        span = next((n for n, later in enumerate(rows[index:]) if later[1] != row[1]), len(rows) - index)
        name = [Cell(row[1], row_span=span)] if first else []
        found.append(Row((row[0], *name, *row[2:])))
    note = "“代”后面是应当办理而没有办理的岗位；公示意见的核实情况只有受理人可读，不在表内。"
    return _paper(facts, "登记表办理意见", [Table(OPINION_COLUMNS, found)], note)


# Filings and issues ---------------------------------------------------------------------------------------------------


def receipts_paper(facts: Facts) -> Document:
    """Which register was handed to which body by which letter, and its receipt."""
    rows = []
    for entry in facts.entries:
        for item in entry.filings:
            letter = (item.filing.number, item.filing.filed_on) if item.filing else ("尚未报送", "")
            rows.append([entry.name, item.body, *letter, item.receipt_number, item.received_on])
    columns = (
        Column("order", "序号", 3, align="center"),
        Column("register", "登记表", 14),
        Column("body", "备案机关", 9),
        Column("number", "备案文号", 10),
        Column("filed", "报送日期", 8, align="center"),
        Column("receipt", "备案号（回执）", 12),
        Column("received", "接收日期", 8, align="center"),
    )
    numbered = [[number, *row] for number, row in enumerate(rows, 1)]
    return _paper(facts, "备案和回执一览", [Table(columns, numbered, empty_text="（方案没有规定备案）")])


def issues_paper(facts: Facts) -> Document:
    """The documents that put registers in force, and the registers that each one names."""
    by_number: dict[str, list[str]] = {}
    for entry in facts.entries:
        if entry.register.number:
            by_number.setdefault(entry.register.number, []).append(entry.register.subject_name)
    rows = [
        [row.number, row.title, row.issued_on, row.in_force_from, len(names := by_number.get(row.number, [])), names]
        for row in facts.issuances
    ]
    columns = (
        Column("number", "文号", 9),
        Column("title", "标题", 14),
        Column("issued", "印发日期", 7, align="center"),
        Column("from", "生效日期", 7, align="center"),
        Column("count", "登记表", 4, align="center"),
        Column("names", "名单", 20),
    )
    return _paper(facts, "印发一览", [Table(columns, [row[:5] + ["、".join(row[5])] for row in rows])])
