"""Both verifiers on one history: what the program says of the tables, the single file says of the pack made from them.

The pack holds the evidence alone; rows and triggers are asked about in the tamper drill.
"""

import io
import json
import types
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.utils import DatabaseError

from audit import checkpoints, pack
from audit.reading import CHANGE_COLUMNS, EVENT_COLUMNS
from audit.verify.chains import check_chains
from tests.evidence.packs import History, Row
from tests.plumbing.database import behind_its_back

TABLES = ("audit_link", "audit_event", "audit_change", "audit_chain")
COLUMNS = {
    "audit_link": pack.LINK_COLUMNS,
    "audit_event": EVENT_COLUMNS,
    "audit_change": (*CHANGE_COLUMNS, "tx"),
    "audit_chain": ("bureau", "seq", "digest"),
}


def verdicts(module: types.ModuleType, history: History, given: list[str], place: Path) -> tuple[bool, bool] | None:
    """Whether each calls the history intact, the program first; None where no database takes such rows."""
    with transaction.atomic():
        try:
            with behind_its_back():
                _put(history)
            return _by_the_program(given), _by_the_file(module, given, place)
        except (DatabaseError, OverflowError, TypeError):
            return None
        finally:
            transaction.set_rollback(True)


def _put(history: History) -> None:
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"DELETE FROM {table}")
        for chain in history.chains:
            end = chain.links[-1] if chain.links else {"seq": 0, "digest": ""}
            _insert(cursor, "audit_chain", {"bureau": chain.bureau, "seq": end["seq"], "digest": end["digest"]})
            _insert(cursor, "audit_link", *chain.links)
            _insert(cursor, "audit_event", *chain.events)
            _insert(cursor, "audit_change", *(row | {"tx": ""} for rows in chain.changes for row in rows))
        _insert(cursor, "audit_event", *history.loose)


def _insert(cursor: Any, table: str, *rows: Row) -> None:
    names = COLUMNS[table]
    cursor.executemany(
        f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(names))})",
        [[_stored(name, row[name]) for name in names] for row in rows],
    )


def _stored(name: str, value: Any) -> Any:
    if name == "detail":
        return json.dumps(value, ensure_ascii=False)
    if name == "at" and isinstance(value, str) and connection.vendor == "sqlite":
        return value.replace("T", " ").removesuffix("Z")  # as Django keeps a time there
    return value


def _by_the_program(given: list[str]) -> bool:
    try:
        points = [point for text in given for point in checkpoints.parse(text)]
    except checkpoints.CannotRead:
        return False  # as the command: it says so and does not verify
    with connection.cursor() as cursor:
        return not check_chains(connection, cursor, [], points).findings


def _by_the_file(module: types.ModuleType, given: list[str], place: Path) -> bool:
    packed = io.BytesIO()
    pack.write(connection, packed, dict.fromkeys({0, *pack.bureaus_of(connection)}, "单位"))
    place.write_bytes(packed.getvalue())
    return module.verify(str(place), given)["result"] == "intact"
