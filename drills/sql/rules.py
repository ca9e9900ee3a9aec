"""What compatible servers lack, and where we say it all the same, with the reason. Pure.

openGauss grew from PostgreSQL 9.2, KingbaseES is nearer to PostgreSQL 12 but has Oracle's modes; what neither 9.2 nor
both of them take is listed. What Django itself writes into a migration is not looked at here: a backend of that server
has its own (see docs/security.md).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """One way of writing that is not understood everywhere."""

    name: str
    pattern: re.Pattern[str]
    why: str


def _rule(name: str, pattern: str, why: str) -> Rule:
    return Rule(name, re.compile(pattern, re.I | re.S), why)


RULES = (
    _rule("array", r"\bARRAY\s*\[|\bunnest\s*\(|\barray_agg\s*\(|=\s*(ANY|ALL)\s*\(\s*%s|&&\s*%s", "各家不同"),
    _rule("on conflict", r"\bON\s+CONFLICT\b|\bINSERT\s+OR\s+(REPLACE|IGNORE)\b", "9.5 才有，openGauss 写法不同"),
    _rule("distinct on", r"\bDISTINCT\s+ON\b", "KingbaseES 的 Oracle 模式没有"),
    _rule("partial index", r"\bCREATE\s+(UNIQUE\s+)?INDEX\b[^;]*\bWHERE\b", "Oracle 模式没有"),
    _rule("full text", r"\bto_tsvector\b|\bto_tsquery\b|@@|\bMATCH\s*\(|\bUSING\s+fts", "各家不同"),
    _rule("lateral", r"\bLATERAL\b", "9.3 才有"),
    _rule("filter", r"\)\s*FILTER\s*\(\s*WHERE", "9.4 才有，用 CASE"),
    _rule("returning", r"^\s*(?!INSERT\b).*\bRETURNING\b", "只有插入之后取编号是各家都认的"),
    _rule("grouping", r"\bGROUPING\s+SETS\b|\bROLLUP\s*\(|\bCUBE\s*\(|\bWITHIN\s+GROUP\b", "9.5 才有"),
    _rule("json operators", r"#>|@>|<@|->|\bjsonb_\w+\s*\(|\bJSON_(EXTRACT|TYPE)\s*\(", "jsonb 的运算各家不全"),
    _rule("row locks", r"\bSKIP\s+LOCKED\b|\bFOR\s+NO\s+KEY\s+UPDATE\b|\bFOR\s+KEY\s+SHARE\b", "9.3、9.5 才有"),
    _rule("regclass", r"\bto_regclass\s*\(", "9.4 才有"),
    _rule("advisory lock", r"\bpg_(try_)?advisory_", "有的兼容库没有"),
    _rule("merge", r"^\s*MERGE\b|\bTABLESAMPLE\b|\bEXCLUDE\s+USING\b|\bGENERATED\s+ALWAYS\b", "各家不同"),
    _rule("collation", r"\bCOLLATE\b", "名称各家不同"),
    _rule("transaction id", r"\bpg_current_xact_id", "13 才有，别的叫 txid_current"),
    _rule("replica", r"\bsession_replication_role\b", "各家不同"),
)

# (rule, what stands in the statement) → why it may stay.
EXCEPTIONS = {
    ("advisory lock", r"^SELECT pg_advisory_xact_lock\(%s\)$"): "树的锁；没有它的库换成锁一行，在 tree.lock_tree 一处",
    ("row locks", r"FROM \"registers_unit\".*FOR NO KEY UPDATE$"): "编号的锁；openGauss、KingbaseES 的文档里都有这种锁",
    ("row locks", r"^CREATE OR REPLACE FUNCTION apart_"): "三员触发器里同样的锁；换数据库时触发器一起写",
    ("on conflict", r"^INSERT INTO audit_chain "): "两个事务同时起头一条链，一条链只有一次；在 linking 一处",
    ("transaction id", r" FROM audit_change WHERE tx = "): "触发器和后端本来就按数据库分写，换数据库时一起写",
}


def broken(sql: str) -> list[str]:
    """The rules that this statement breaks, without the exceptions."""
    return [
        rule.name
        for rule in RULES
        if rule.pattern.search(sql)
        and not any(name == rule.name and re.search(part, sql, re.I | re.S) for name, part in EXCEPTIONS)
    ]


def told(sql: str, rules: Iterable[str]) -> str:
    """For people: what is wrong with which statement."""
    return f"{'、'.join(rules)}：{' '.join(sql.split())[:300]}"
