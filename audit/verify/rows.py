"""The rows: each protected table still holds what the journal says was written last."""

import json
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from audit import triggers
from audit.canonical import text_digest
from audit.protection import Protected, protected
from audit.verify.finding import Finding

WINDOW = 20_000  # keys at once: memory stays bounded however long a table is


@dataclass
class Checked:
    findings: list[Finding] = field(default_factory=list)
    rows: int = 0


def check_rows(wrapper: BaseDatabaseWrapper, cursor: Any, *, after: int = 0) -> Checked:
    """Compare every protected table with the journal; ``after`` a row of the journal, only what changed since."""
    checked = Checked()
    tables = set(wrapper.introspection.table_names(cursor))
    for one in protected():
        if one.table not in tables:
            checked.findings.append(Finding("row", f"数据表“{one.table}”不见了", table=one.table))
        elif after:
            _check_changed(wrapper, cursor, one, after, checked)
        else:
            _check_all(wrapper, cursor, one, checked)
    return checked


def _check_all(wrapper: BaseDatabaseWrapper, cursor: Any, one: Protected, checked: Checked) -> None:
    cursor.execute(
        f'SELECT MIN(k), MAX(k) FROM (SELECT "{one.key}" AS k FROM "{one.table}" '
        "UNION ALL SELECT row_id FROM audit_change WHERE table_name = %s) x",
        [one.table],
    )
    lowest, highest = cursor.fetchone()
    start = lowest
    while start is not None and start <= highest:
        # A table of a few rows with far apart keys must not be asked a million times.
        cursor.execute(
            f'SELECT MIN(k) FROM (SELECT MIN("{one.key}") AS k FROM "{one.table}" WHERE "{one.key}" >= %s '
            "UNION ALL SELECT MIN(row_id) FROM audit_change WHERE table_name = %s AND row_id >= %s) x",
            [start, one.table, start],
        )
        start = cursor.fetchone()[0]
        if start is None:
            return
        _check_window(wrapper, cursor, one, start, start + WINDOW, checked)
        start += WINDOW


def _check_window(
    wrapper: BaseDatabaseWrapper, cursor: Any, one: Protected, first: int, end: int, checked: Checked
) -> None:
    cursor.execute(
        "SELECT c.row_id, c.op, c.salt, c.content FROM audit_change c JOIN (SELECT MAX(id) AS id FROM audit_change "
        "WHERE table_name = %s AND row_id >= %s AND row_id < %s GROUP BY row_id) m ON m.id = c.id",
        [one.table, first, end],
    )
    last = {row: (op, salt, content) for row, op, salt, content in cursor.fetchall()}
    question = f'{triggers.live(wrapper, one)} WHERE "{one.key}" >= %s AND "{one.key}" < %s'
    cursor.execute(question, [first, end])
    _compare(one, cursor, last, checked)


def _check_changed(wrapper: BaseDatabaseWrapper, cursor: Any, one: Protected, after: int, checked: Checked) -> None:
    """Only the rows that the journal names after that place."""
    cursor.execute("SELECT DISTINCT row_id FROM audit_change WHERE id > %s AND table_name = %s", [after, one.table])
    rows = sorted(row for (row,) in cursor.fetchall())
    for start in range(0, len(rows), 500):
        piece = rows[start : start + 500]
        marks = ", ".join(["%s"] * len(piece))
        cursor.execute(
            "SELECT c.row_id, c.op, c.salt, c.content FROM audit_change c JOIN (SELECT MAX(id) AS id FROM audit_change "
            f"WHERE table_name = %s AND row_id IN ({marks}) GROUP BY row_id) m ON m.id = c.id",
            [one.table, *piece],
        )
        last = {row: (op, salt, content) for row, op, salt, content in cursor.fetchall()}
        cursor.execute(f'{triggers.live(wrapper, one)} WHERE "{one.key}" IN ({marks})', piece)
        _compare(one, cursor, last, checked)


def _compare(one: Protected, cursor: Any, last: dict[int, tuple[str, str, str]], checked: Checked) -> None:
    """The rows of a question against the journal; what is left in ``last`` must be deleted rows."""
    for key, text in cursor.fetchall():
        checked.rows += 1
        op, salt, content = last.pop(key, ("", "", ""))
        if op in ("", "D"):
            word = "已删除的一行又出现了" if op else "不是由程序写入的"
            checked.findings.append(Finding("row", f"“{one.table}”第 {key} 行：{word}", table=one.table, row=key))
        elif content:
            _compare_row(one, key, json.loads(text), salt, json.loads(content), checked)
        # A version that was lawfully blanked has nothing to compare with.
    for key, (op, _salt, _content) in last.items():
        if op != "D":
            checked.findings.append(Finding("row", f"“{one.table}”第 {key} 行被删去", table=one.table, row=key))


def _compare_row(one: Protected, key: int, live: dict, salt: str, known: dict, checked: Checked) -> None:
    for column, was in known.items():
        if column not in one.fields or column not in live:
            continue  # a later version of the program has no such column
        now = live[column]
        if isinstance(was, dict) and was.keys() == {"#"} and column in one.hashed:
            same = (None if now is None else text_digest(salt, str(now))) == was["#"]
            told = "内容被改动"
        else:
            same = was == now or _value(one.fields[column], was) == _value(one.fields[column], now)
            told = f"原为“{_short(was)}”，现为“{_short(now)}”"
        if not same:
            sentence = f"“{one.table}”第 {key} 行的“{one.named(column)}”（{column}）被改动：{told}"
            checked.findings.append(Finding("row", sentence, table=one.table, row=key, column=column))


def _short(value: Any) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= 40 else f"{text[:40]}……"


def _value(field_: models.Field, value: Any) -> Any:
    """The same value however a database writes it in JSON: 0 and false, dates in either way, JSON as text."""
    if value is None:
        return None
    try:
        if isinstance(field_, models.JSONField):
            return json.loads(value) if isinstance(value, str) else value
        target = field_.target_field if isinstance(field_, models.ForeignKey) else field_
        found = target.to_python(value)
    except (ValidationError, ValueError, TypeError):
        return ("unreadable", str(value))
    if isinstance(field_, models.DateTimeField) and found is not None and found.tzinfo is None:
        return found.isoformat() + "+00:00"
    return found.isoformat() if isinstance(field_, models.DateTimeField) else found
