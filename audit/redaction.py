"""Lawful blanking of a piece of personal data that keeps the proof: what stood there is gone, its hash stays.

In rows a mark takes its place, which the journal notes as a new version. Versions and events that held it lose their
content and salt, and an event of each chain concerned names them: so both verifiers take them for lawful.
"""

import json
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from audit import reading, services, triggers
from audit.canonical import ranges_of, sealed_change, sealed_event
from audit.models import Event
from audit.protection import Protected, protected
from audit.verify.chains import REDACT

MARK = "〔抹去{}〕"
PIECE = 500
Row = tuple[str, int]


@dataclass(frozen=True)
class Reach:
    """Whose evidence is concerned: all that the bureau's chain has a part in; of what only the installation's own chain
    (0) knows, the acts of these people, and where it is the ``first`` bureau, also what is nobody's."""

    bureau: int
    people: frozenset[int]
    first: bool

    def holds(self, chains: set[int]) -> bool:
        return self.bureau in chains or (self.first and chains <= {0})

    def holds_event(self, chain: int, actor: int | None) -> bool:
        return chain == self.bureau or (chain == 0 and (actor in self.people if actor else self.first))


@dataclass
class Found:
    """Where it stands."""

    rows: dict[Row, dict[str, str]] = field(default_factory=dict)  # column → the text there
    changes: dict[int, dict[int, str]] = field(default_factory=dict)  # chain → version → algorithm of its link
    events: dict[int, dict[int, str]] = field(default_factory=dict)
    kept: int = 0  # events of redactions themselves, which prove the others

    @property
    def chains(self) -> list[int]:
        return sorted(self.changes.keys() | self.events.keys())

    @property
    def total(self) -> int:
        parts = [*self.changes.values(), *self.events.values()]
        return len(self.rows) + sum(len(part) for part in parts)

    def named(self, chain: int) -> dict[str, list[int]]:
        """What an event of that chain has to name."""
        return {"events": sorted(self.events.get(chain, {})), "changes": sorted(self.changes.get(chain, {}))}


def spellings(text: str) -> list[str]:
    """As it stands in a text, in JSON, and in JSON within JSON."""
    once = json.dumps(text)[1:-1]
    return list(dict.fromkeys((text, once, json.dumps(once)[1:-1])))


class _Chains:
    """Which chain knows a version or an event, and by which hash."""

    def __init__(self, cursor: Any) -> None:
        self.cursor = cursor
        cursor.execute("SELECT changes, bureau, algorithm FROM audit_link WHERE changes <> ''")
        self.spans = sorted((*span, *rest) for text, *rest in cursor.fetchall() for span in ranges_of(text))
        self.firsts = [span[0] for span in self.spans]

    def of_change(self, pk: int) -> tuple[int, str] | None:
        place = bisect_right(self.firsts, pk) - 1
        known = place >= 0 and self.spans[place][1] >= pk
        return self.spans[place][2:] if known else None

    def of_events(self, ids: Iterable[int]) -> dict[int, tuple[int, str]]:
        found = {}
        for piece in _pieces(ids):
            asked = f"SELECT event_id, bureau, algorithm FROM audit_link WHERE event_id IN ({_marks(piece)})"
            self.cursor.execute(asked, piece)
            found |= {event: (bureau, algorithm) for event, bureau, algorithm in self.cursor.fetchall()}
        return found


def find(wrapper: BaseDatabaseWrapper, datum: str, reach: Reach) -> Found:
    """Every place where the text stands: rows of protected tables, versions in the journal, events."""
    found = Found()
    with wrapper.cursor() as cursor:
        chains = _Chains(cursor)
        rows = _rows(wrapper, cursor, datum)
        versions = _versions(wrapper, cursor, datum, rows)
        concerned = sorted(rows.keys() | {(table, row) for table, row in versions.values()})
        known = {place: _chains_of(cursor, place, chains) for place in concerned}
        within = {place for place in concerned if reach.holds(known[place])}
        found.rows = {place: rows[place] for place in sorted(within & rows.keys())}
        for pk, place in versions.items():
            if place in within and (link := chains.of_change(pk)):
                found.changes.setdefault(link[0], {})[pk] = link[1]
        _events(wrapper, cursor, datum, reach, chains, found)
    return found


def _has(wrapper: BaseDatabaseWrapper, columns: Iterable[str], datum: str) -> tuple[str, list[str]]:
    """The condition that one of the columns holds it, and its values."""
    inside = "instr" if wrapper.vendor == "sqlite" else "strpos"
    texts = spellings(datum)
    parts = [f'{inside}(CAST("{column}" AS TEXT), %s) > 0' for column in columns for _ in texts]
    return "(" + " OR ".join(parts) + ")", texts * (len(parts) // len(texts))


def _texts(one: Protected) -> list[str]:
    kinds = (models.CharField, models.TextField, models.JSONField)
    return [column for column, column_field in one.fields.items() if isinstance(column_field, kinds)]


def _rows(wrapper: BaseDatabaseWrapper, cursor: Any, datum: str) -> dict[Row, dict[str, str]]:
    found: dict[Row, dict[str, str]] = {}
    texts = spellings(datum)
    for one in protected():
        if not (columns := _texts(one)):
            continue
        where, values = _has(wrapper, columns, datum)
        told = ", ".join(f'CAST("{column}" AS TEXT)' for column in columns)
        cursor.execute(f'SELECT "{one.key}", {told} FROM "{one.table}" WHERE {where}', values)
        for key, *row in cursor.fetchall():
            held = zip(columns, row, strict=True)
            found[one.table, key] = {c: text for c, text in held if text and any(t in text for t in texts)}
    return found


def _versions(wrapper: BaseDatabaseWrapper, cursor: Any, datum: str, rows: dict[Row, Any]) -> dict[int, Row]:
    """Versions that hold it, and of the rows that hold it those of whose text there is a hash: it could be guessed."""
    where, values = _has(wrapper, ["content"], datum)
    cursor.execute(f"SELECT id, table_name, row_id FROM audit_change WHERE salt <> '' AND {where}", values)
    found = {pk: (table, row) for pk, table, row in cursor.fetchall()}
    hashed = {one.table: one.hashed for one in protected()}
    for (table, row), columns in rows.items():
        if secret := hashed[table] & columns.keys():
            asked = "SELECT id, content FROM audit_change WHERE table_name = %s AND row_id = %s AND salt <> ''"
            cursor.execute(asked, [table, row])
            for pk, content in cursor.fetchall():
                if content and any(json.loads(content).get(column) for column in secret):
                    found[pk] = (table, row)
    return found


def _chains_of(cursor: Any, place: Row, chains: _Chains) -> set[int]:
    """The chains that know versions of the row."""
    cursor.execute("SELECT id FROM audit_change WHERE table_name = %s AND row_id = %s", list(place))
    links = (chains.of_change(pk) for (pk,) in cursor.fetchall())
    return {link[0] for link in links if link}


def _events(wrapper: BaseDatabaseWrapper, cursor: Any, datum: str, reach: Reach, chains: _Chains, found: Found) -> None:
    personal = ("actor_name", "actor_post", "object_label", "detail", "address")
    where, values = _has(wrapper, personal, datum)
    cursor.execute(f"SELECT id, verb, actor FROM audit_event WHERE salt <> '' AND {where}", values)
    hits = cursor.fetchall()
    links = chains.of_events(pk for pk, _, _ in hits)
    for pk, verb, actor in hits:
        if pk not in links:
            continue
        chain, algorithm = links[pk]
        if not reach.holds_event(chain, actor):
            continue
        if verb == REDACT:
            found.kept += 1
        else:
            found.events.setdefault(chain, {})[pk] = algorithm


def _replace_in_rows(wrapper: BaseDatabaseWrapper, found: Found, datum: str, number: int) -> None:
    """Put the mark in its place in all rows, also in those that else are only added to."""
    marks = list(zip(spellings(datum), spellings(MARK.format(number)), strict=False))
    for one in protected():
        rows = {row: columns for (table, row), columns in found.rows.items() if table == one.table}
        if not rows:
            continue
        with triggers.unguarded(wrapper, one), wrapper.cursor() as cursor:
            for row, columns in rows.items():
                texts = {column: _marked(text, marks) for column, text in columns.items()}
                told = ", ".join(f'"{column}" = {_given(wrapper, one, column)}' for column in texts)
                values = [text[: one.fields[column].max_length] for column, text in texts.items()]
                cursor.execute(f'UPDATE "{one.table}" SET {told} WHERE "{one.key}" = %s', [*values, row])


def _marked(text: str, marks: list[tuple[str, str]]) -> str:
    for old, new in marks:
        text = text.replace(old, new)
    return text


def _given(wrapper: BaseDatabaseWrapper, one: Protected, column: str) -> str:
    """A value of that column as a statement takes it."""
    is_json = isinstance(one.fields[column], models.JSONField) and wrapper.vendor == "postgresql"
    return "CAST(%s AS jsonb)" if is_json else "%s"


def blank(wrapper: BaseDatabaseWrapper, found: Found, datum: str, bureau: int, **about: Any) -> None:
    """Do it, in the caller's transaction: rows, evidence, and in the bureau's chain and any other that is concerned the
    event that names what is blank now. ``about`` is for that event: by, target, ground."""
    _replace_in_rows(wrapper, found, datum, about["target"].pk)
    for chain in sorted({bureau, *found.chains}):
        services.record(verb=REDACT, bureau=chain, **about, **found.named(chain))
    _blank_evidence(wrapper, found)


def _blank_evidence(wrapper: BaseDatabaseWrapper, found: Found) -> None:
    """Take content and salt from the versions and events."""
    with wrapper.cursor() as cursor:
        for part in found.changes.values():
            for piece in _pieces(part):
                rows = reading.changes_where(cursor, f"id IN ({_marks(piece)})", piece)
                sealed = [(sealed_change(part[row.id], row.salt, row.content), row.id) for row in rows]
                cursor.executemany("UPDATE audit_change SET content = '', salt = '', sealed = %s WHERE id = %s", sealed)
        empty = "actor_name = '', actor_post = '', object_label = '', address = '', detail = '{}', salt = ''"
        for part in found.events.values():
            rows = reading.events(cursor, part)
            sealed = [(sealed_event(part[row.id], row.salt, row.personal), row.id) for row in rows]
            cursor.executemany(f"UPDATE audit_event SET {empty}, sealed = %s WHERE id = %s", sealed)


def forget(wrapper: BaseDatabaseWrapper, found: Found) -> None:
    """After the commit: what the database keeps of former rows goes as well, as far as it can be told to."""
    if wrapper.in_atomic_block:
        return
    with wrapper.cursor() as cursor:
        if wrapper.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # pages are wiped as they are freed: secure_delete
            return
        for table in sorted({table for table, _ in found.rows} | {"audit_change", Event._meta.db_table}):
            cursor.execute(f'VACUUM "{table}"')


def _pieces(ids: Iterable[int]) -> Iterable[list[int]]:
    ordered = sorted(ids)
    return (ordered[start : start + PIECE] for start in range(0, len(ordered), PIECE))


def _marks(piece: list[int]) -> str:
    return ", ".join(["%s"] * len(piece))
