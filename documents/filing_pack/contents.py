"""The contents page of a filing pack, printed and as a page with links."""

from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from documents.filing_pack.checking import Result, is_complete
from documents.filing_pack.checks_registers import told, totals
from documents.filing_pack.facts import Facts
from documents.proof import checkpoint_of
from paper import Column, Document, Table

CHECKSUMS = "校验码.txt"
_HEAD = (
    '<!doctype html>\n<html lang="zh-Hans"><head><meta charset="utf-8"><title>{}</title><style>'
    'body{{font-family:"Noto Serif CJK SC","Songti SC",SimSun,serif;max-width:60em;margin:2em auto;padding:0 1em;'
    "line-height:1.6}}h1{{text-align:center;font-size:1.5em}}table{{border-collapse:collapse;width:100%;margin:1em 0}}"
    "th,td{{border:1px solid #444;padding:.3em .6em;text-align:left;vertical-align:top}}th{{background:#edf1f5}}"
    "code{{font-size:.85em}}p{{margin:0}}.bad{{color:#9c1c1c;font-weight:bold}}</style></head>"
)


@dataclass(frozen=True)
class Listed:
    """One file of the pack, as the contents name it."""

    what: str
    path: str
    digest: str


def title_of(facts: Facts) -> str:
    """What the pack is called."""
    return f"{facts.cycle.bureau.name}{facts.cycle.name}备案材料"


def state_of(results: list[Result]) -> str:
    """完整, or how much is missing."""
    missing = sum(len(result.missing) for result in results)
    return "完整" if is_complete(results) else f"不完整，缺 {missing} 项"


def _heads(facts: Facts, results: list[Result], until: str) -> list[tuple[str, str]]:
    points = ((filing.number, checkpoint_of(filing)) for filing in facts.filings)
    counts = sum((totals(entry.content, facts.spec) for entry in facts.entries), start=totals({"rows": ()}, facts.spec))
    registers = "，".join(f"{scope.name} {len(facts.of_scope(scope.key))} 张" for scope in facts.spec.scopes)
    return [
        ("单位", facts.cycle.bureau.name),
        ("周期", facts.cycle.name),
        ("方案", facts.spec.name),
        ("数据截至", until),
        ("登记表", registers),
        ("风险点", told(counts).removeprefix("风险点 ")),
        ("完整性", state_of(results)),
        *(("检查点", f"{number}：{point.short}") for number, point in points if point),
    ]


def paper(facts: Facts, results: list[Result], files: list[Listed], until: str) -> Document:
    """The contents as a paper."""
    columns = (
        Column("order", "序号", 3, align="center"),
        Column("what", "材料", 15),
        Column("path", "文件", 20),
        Column("digest", "校验码（前 16 位）", 9, align="center"),
    )
    rows = [[number, one.what, one.path, one.digest[:16]] for number, one in enumerate(files, 1)]
    checks = [[number, result.check.name, result.said, _gaps(result)] for number, result in enumerate(results, 1)]
    checked = (
        Column("order", "序号", 3, align="center"),
        Column("check", "检查", 14),
        Column("said", "结果", 6, align="center"),
        Column("gaps", "缺漏和说明", 24),
    )
    return Document(
        title=f"{title_of(facts)}目录",
        issuer=facts.cycle.bureau.name,
        head=_heads(facts, results, until),
        tables=[Table(checked, checks, caption="一、完整性检查"), Table(columns, rows, caption="二、材料")],
        footnote=f"每个文件完整的 SHA-256 校验码在“{CHECKSUMS}”里，可以用 sha256sum -c 核对。",
        orientation="portrait",
    )


def _gaps(result: Result) -> list[str]:
    return [("说明：" if gap.note else "") + gap.said for gap in result.gaps]


def page(facts: Facts, results: list[Result], files: list[Listed], until: str) -> str:
    """The contents as a page of its own, with links to the files beside it."""
    heads = format_html_join("", "<tr><th>{}</th><td>{}</td></tr>", _heads(facts, results, until))
    rows = format_html_join(
        "",
        '<tr><td>{}</td><td>{}</td><td><a href="{}">{}</a></td><td><code>{}</code></td></tr>',
        ((number, one.what, one.path, one.path, one.digest[:16]) for number, one in enumerate(files, 1)),
    )
    checks = format_html_join(
        "",
        '<tr><td>{}</td><td>{}</td><td class="{}">{}</td><td>{}</td></tr>',
        (
            (number, result.check.name, "bad" if result.missing else "", result.said, _lines(_gaps(result)))
            for number, result in enumerate(results, 1)
        ),
    )
    title = f"{title_of(facts)}目录"
    return format_html(
        _HEAD + "<body><h1>{}</h1><table>{}</table><h2>一、完整性检查</h2><table><tr><th>序号</th><th>检查</th>"
        "<th>结果</th><th>缺漏和说明</th></tr>{}</table><h2>二、材料</h2><table><tr><th>序号</th><th>材料</th>"
        "<th>文件</th><th>校验码（前 16 位）</th></tr>{}</table></body></html>\n",
        title,
        title,
        heads,
        checks,
        rows,
    )


def _lines(texts: list[str]) -> SafeString:
    return format_html_join("", "<p>{}</p>", ((text,) for text in texts))
