"""Triggers of SQLite: three a table write the journal, two a table keep evidence as it is.

They call functions of the program's own connections (`audit.backends.sqlite3`).
"""

from typing import Any

from audit.protection import Protected, protected
from audit.triggers.rules import EVIDENCE, REFUSED, allowed

COLUMNS = "salt, tx, table_name, row_id, op, content, sealed"


def _as_object(one: Protected, row: str) -> str:
    """The row as the journal keeps it."""
    values = {column: f'{row}."{column}"' for column in one.columns}
    pairs = [
        f"'{c}', json_object('#', evidence_hash({v}))" if c in one.hashed else f"'{c}', {v}" for c, v in values.items()
    ]
    return f"json_object({', '.join(pairs)})"


def _note(one: Protected, op: str) -> str:
    row, content = ("OLD", "''") if op == "D" else ("NEW", _as_object(one, "NEW"))
    return (
        f"INSERT INTO audit_change ({COLUMNS}) VALUES "
        f"(evidence_salt(), evidence_tx(), '{one.table}', {row}.\"{one.key}\", '{op}', {content}, '');"
    )


def _notes(one: Protected) -> dict[str, str]:
    changed = " OR ".join(f'NEW."{column}" IS NOT OLD."{column}"' for column in one.columns)
    heads = {"I": "AFTER INSERT", "U": "AFTER UPDATE", "D": "AFTER DELETE"}
    only = {"U": f" AND ({changed})"}
    return {
        f"ev_note_{op.lower()}_{one.table}": f'{head} ON "{one.table}" WHEN evidence_guarded(){only.get(op, "")} '
        f"BEGIN {_note(one, op)} END"
        for op, head in heads.items()
    }


def _guards(table: str) -> dict[str, str]:
    exception = allowed(table, same="IS", detail="NEW.detail")
    unless = f" AND NOT ({exception})" if exception else ""
    stop = f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
    return {
        f"ev_keep_u_{table}": f'BEFORE UPDATE ON "{table}" WHEN evidence_guarded(){unless} {stop}',
        f"ev_keep_d_{table}": f'BEFORE DELETE ON "{table}" WHEN evidence_guarded() {stop}',
    }


def wanted() -> dict[str, str]:
    """Name → statement of every trigger."""
    bodies: dict[str, str] = {}
    for one in protected():
        bodies |= _notes(one)
        if one.append_only:
            bodies |= _guards(one.table)
    for table in EVIDENCE:
        bodies |= _guards(table)
    return {name: f'CREATE TRIGGER "{name}" {body}' for name, body in bodies.items()}


def standing(cursor: Any) -> dict[str, str]:
    """Name → statement of our triggers that there are."""
    cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND substr(name, 1, 3) = 'ev_'")
    return dict(cursor.fetchall())


def install(cursor: Any, tables: set[str]) -> None:
    """Put right what is missing or different; leave alone what is right."""
    there, right = standing(cursor), wanted()
    for name, statement in there.items():
        if right.get(name) != statement:
            cursor.execute(f'DROP TRIGGER "{name}"')
    for name, statement in right.items():
        if there.get(name) != statement and statement.split(' ON "', 1)[1].split('"', 1)[0] in tables:
            cursor.execute(statement)


def remove(cursor: Any) -> None:
    for name in standing(cursor):
        cursor.execute(f'DROP TRIGGER "{name}"')


def stand_aside(cursor: Any, table: str) -> None:
    cursor.execute(f'DROP TRIGGER "ev_keep_u_{table}"')


def take_in(cursor: Any, one: Protected) -> None:
    """Write all rows of the table into the journal as they stand."""
    cursor.execute(
        f"INSERT INTO audit_change ({COLUMNS}) SELECT evidence_salt(), evidence_tx(), '{one.table}', t.\"{one.key}\", "
        f"'B', {_as_object(one, 't')}, '' FROM \"{one.table}\" t"
    )


def live(one: Protected) -> str:
    """The question for every row as the journal would keep it, without hashes: key, object as text."""
    pairs = ", ".join(f"'{column}', \"{column}\"" for column in one.columns)
    return f'SELECT "{one.key}", json_object({pairs}) FROM "{one.table}"'
