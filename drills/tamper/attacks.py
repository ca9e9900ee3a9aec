"""What somebody may do to the tables behind the program's back. Each attack says what it did, or None if nothing."""

import json
import random
from dataclasses import dataclass
from typing import Any

from django.db import connection, models

from audit import canonical, reading
from audit.protection import Protected, protected


@dataclass(frozen=True)
class Done:
    """Where the change was made, as verification should name it; an empty table: anywhere will do."""

    what: str
    table: str = ""
    row: int | None = None
    column: str = ""


def ask(sql: str, *values: Any) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def do(sql: str, *values: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.rowcount


def _row(chance: random.Random, table: str, key: str = "id", where: str = "1 = 1") -> int | None:
    rows = ask(f'SELECT "{key}" FROM "{table}" WHERE {where} ORDER BY 1')
    return chance.choice(rows)[0] if rows else None


def _place(chance: random.Random) -> tuple[Protected, int] | None:
    one = chance.choice(protected())
    row = _row(chance, one.table, one.key)
    return None if row is None else (one, row)


def other_value(chance: random.Random, field: models.Field, value: Any) -> Any:
    """Something else that could stand in the column."""
    if value is not None and field.null and chance.random() < 0.2:
        return None
    if isinstance(field, models.BooleanField):
        return not value
    if isinstance(field, models.JSONField):
        return json.dumps({"changed": chance.randrange(10**6)})
    if isinstance(field, models.DateTimeField):
        return f"20{chance.randrange(10, 40)}-01-0{chance.randrange(1, 9)} 00:00:00.000001"
    if isinstance(field, models.DateField):
        return f"20{chance.randrange(10, 40)}-0{chance.randrange(1, 9)}-11"
    if isinstance(field, models.IntegerField | models.ForeignKey | models.AutoField):
        return (value or 0) + chance.choice((1, 1, 2, 7, -1))
    text = value or ""
    choices = (text + " ", text[:-1], text + "改", "", text.swapcase(), text.replace("不", ""), "甲" + text[1:])
    return chance.choice(choices)


def cell(chance: random.Random) -> Done | None:
    """One value of one row."""
    place = _place(chance)
    if place is None:
        return None
    one, row = place
    column = chance.choice([column for column in one.columns if column != one.key])
    before = ask(f'SELECT "{column}" FROM "{one.table}" WHERE "{one.key}" = %s', row)[0][0]
    do(
        f'UPDATE "{one.table}" SET "{column}" = %s WHERE "{one.key}" = %s',
        other_value(chance, one.fields[column], before),
        row,
    )
    after = ask(f'SELECT "{column}" FROM "{one.table}" WHERE "{one.key}" = %s', row)[0][0]
    if after == before or (isinstance(one.fields[column], models.JSONField) and _same_json(before, after)):
        return None
    return Done(f"{one.table}.{column} {row}: {before!r:.60} → {after!r:.60}", one.table, row, column)


def _same_json(one: Any, other: Any) -> bool:
    return reading.as_object(one) == reading.as_object(other)


def row_deleted(chance: random.Random) -> Done | None:
    place = _place(chance)
    if place is None:
        return None
    one, row = place
    done = do(f'DELETE FROM "{one.table}" WHERE "{one.key}" = %s', row)
    return Done(f"{one.table} {row} 删去", one.table, row) if done else None


def row_added(chance: random.Random) -> Done | None:
    """A copy of a row under a new number."""
    place = _place(chance)
    if place is None:
        return None
    one, row = place
    names = [field.column for field in one.model._meta.local_concrete_fields if field.column != one.key]
    new = ask(f'SELECT MAX("{one.key}") FROM "{one.table}"')[0][0] + chance.randrange(1, 50)
    columns = ", ".join(f'"{name}"' for name in names)
    do(
        f'INSERT INTO "{one.table}" ("{one.key}", {columns}) '
        f'SELECT %s, {columns} FROM "{one.table}" WHERE "{one.key}" = %s',
        new,
        row,
    )
    return Done(f"{one.table} {new} 插入", one.table, new)


def row_and_journal(chance: random.Random) -> Done | None:
    """The value and what the journal says of it, alike."""
    done = cell(chance)
    if done is None or done.column == "":
        return None
    last = ask("SELECT MAX(id) FROM audit_change WHERE table_name = %s AND row_id = %s", done.table, done.row)[0][0]
    content = json.loads(ask("SELECT content FROM audit_change WHERE id = %s", last)[0][0] or "null")
    if content is None:
        return None  # the attack on one value told of it already
    one = next(one for one in protected() if one.table == done.table)
    now = ask(f'SELECT "{done.column}" FROM "{done.table}" WHERE "{one.key}" = %s', done.row)[0][0]
    if done.column in one.hashed:
        salt = ask("SELECT salt FROM audit_change WHERE id = %s", last)[0][0]
        content[done.column] = {"#": canonical.text_digest(salt, str(now))}
    else:
        content[done.column] = now if isinstance(now, int | str | None) else str(now)
    do("UPDATE audit_change SET content = %s WHERE id = %s", json.dumps(content), last)
    return Done(f"{done.what} 连同日志")


EVENT_VALUES = {
    "at": "2020-02-02 02:02:02.000002",
    "bureau": 987654,
    "actor": 987654,
    "actor_name": "别人",
    "actor_post": "别的职务",
    "verb": "signout",
    "object_type": "planted",
    "object_id": 987654,
    "object_label": "别的对象",
    "result": "failed",
    "detail": '{"planted": true}',
    "address": "203.0.113.9",
    "salt": "0" * 32,
    "sealed": "0" * 64,
}


def event_changed(chance: random.Random) -> Done | None:
    row, column = _row(chance, "audit_event"), chance.choice(list(EVENT_VALUES))
    before = ask(f"SELECT {column} FROM audit_event WHERE id = %s", row)
    do(f"UPDATE audit_event SET {column} = %s WHERE id = %s", EVENT_VALUES[column], row)
    changed = ask(f"SELECT {column} FROM audit_event WHERE id = %s", row) != before
    return Done(f"审计记录 {row} 的 {column}", "audit_event", row) if changed else None


def event_deleted(chance: random.Random) -> Done | None:
    row = _row(chance, "audit_event")
    do("DELETE FROM audit_event WHERE id = %s", row)
    return Done(f"审计记录 {row} 删去", "audit_event", row)


def events_deleted_with_links(chance: random.Random) -> Done | None:
    """A stretch of the chain goes with its events."""
    link = _row(chance, "audit_link")
    bureau, seq = ask("SELECT bureau, seq FROM audit_link WHERE id = %s", link)[0]
    upto = seq + chance.randrange(1, 5)
    inside = "bureau = %s AND seq >= %s AND seq < %s"
    do(f"DELETE FROM audit_event WHERE id IN (SELECT event_id FROM audit_link WHERE {inside})", bureau, seq, upto)
    done = do(f"DELETE FROM audit_link WHERE {inside}", bureau, seq, upto)
    return Done(f"单位 {bureau} 第 {seq} 节起 {done} 节删去")


def tail_deleted(chance: random.Random) -> Done | None:
    """The end goes and the chain's end is set back: only a checkpoint knows."""
    bureau, last = chance.choice(ask("SELECT bureau, seq FROM audit_chain WHERE seq > 1"))
    keep = last - chance.randrange(1, min(last, 6))
    do(
        "DELETE FROM audit_event WHERE id IN (SELECT event_id FROM audit_link WHERE bureau = %s AND seq > %s)",
        bureau,
        keep,
    )
    do("DELETE FROM audit_link WHERE bureau = %s AND seq > %s", bureau, keep)
    do(
        "UPDATE audit_chain SET seq = %s, digest = (SELECT digest FROM audit_link WHERE bureau = %s AND seq = %s) "
        "WHERE bureau = %s",
        keep, bureau, keep, bureau,
    )  # fmt: skip
    return Done(f"单位 {bureau} 的链截到第 {keep} 节")


def events_swapped(chance: random.Random) -> Done | None:
    """Two events change places."""
    first, second = _row(chance, "audit_event"), _row(chance, "audit_event")
    if first == second:
        return None
    for old, new in ((first, -1), (second, first), (-1, second)):
        do("UPDATE audit_event SET id = %s WHERE id = %s", new, old)
    return Done(f"审计记录 {first} 与 {second} 调换", "audit_event", None)


def links_swapped(chance: random.Random) -> Done | None:
    """Two links of a bureau point at each other's events."""
    bureau = chance.choice(ask("SELECT bureau FROM audit_chain WHERE seq > 1"))[0]
    rows = ask("SELECT id, event_id FROM audit_link WHERE bureau = %s", bureau)
    (one, first), (other, second) = chance.sample(rows, 2)
    for link, event in ((one, -1), (other, first), (one, second)):
        do("UPDATE audit_link SET event_id = %s WHERE id = %s", event, link)
    return Done(f"链 {one} 与 {other} 所指调换")


def event_forged(chance: random.Random) -> Done | None:
    """An event that nobody made, without a link."""
    row = _row(chance, "audit_event")
    names = ", ".join(reading.EVENT_COLUMNS[1:])
    new = ask("SELECT MAX(id) FROM audit_event")[0][0] + 1
    do(f"INSERT INTO audit_event (id, {names}) SELECT %s, {names} FROM audit_event WHERE id = %s", new, row)
    return Done(f"审计记录 {new} 伪造", "audit_event", new)


def change_touched(chance: random.Random) -> Done | None:
    """The journal itself: a version blanked, deleted, or written anew."""
    row = _row(chance, "audit_change")
    way = chance.choice(("blank", "delete", "content", "op", "salt"))
    if way == "delete":
        do("DELETE FROM audit_change WHERE id = %s", row)
    elif way == "blank":  # as a lawful redaction leaves it, but nobody was asked
        change = reading.changes_where(connection.cursor(), "id = %s", [row])[0]
        sealed = canonical.digest("sha256", [change.salt, change.content])
        do("UPDATE audit_change SET content = '', salt = '', sealed = %s WHERE id = %s", sealed, row)
    else:
        value = {"content": '{"planted": 1}', "op": "X", "salt": "f" * 32}[way]
        do(f"UPDATE audit_change SET {way} = %s WHERE id = %s", value, row)
    return Done(f"日志 {row} {way}")


def link_touched(chance: random.Random) -> Done | None:
    row = _row(chance, "audit_link")
    spans = [("changes", text) for text in ("", "1-2", f"1-{10**18}")]
    column, value = chance.choice([("digest", "0" * 64), ("algorithm", "sm3"), ("seq", 10**6), *spans])
    before = ask(f"SELECT {column} FROM audit_link WHERE id = %s", row)[0][0]
    if before == value:
        return None
    do(f"UPDATE audit_link SET {column} = %s WHERE id = %s", value, row)
    return Done(f"链 {row} 的 {column}")


def chain_recomputed(chance: random.Random) -> Done | None:
    """The whole chain is computed anew over a changed event, so that it agrees with itself: only a checkpoint knows."""
    bureau = chance.choice(ask("SELECT bureau FROM audit_chain WHERE seq > 0"))[0]
    links = ask("SELECT id, seq, event_id, changes, algorithm FROM audit_link WHERE bureau = %s ORDER BY seq", bureau)
    target = chance.choice(links)[2]
    do("UPDATE audit_event SET actor_name = %s WHERE id = %s", f"别人{chance.randrange(1000)}", target)
    before = ""
    with connection.cursor() as cursor:
        for link, seq, event_id, text, algorithm in links:
            event = reading.events(cursor, [event_id])[0]
            spans = canonical.ranges_of(text)
            own = [c for a, b in spans for c in reading.changes_where(cursor, "id BETWEEN %s AND %s", [a, b])]
            commitments = [change.commitment(algorithm) for change in own]
            before = canonical.link_digest(algorithm, bureau, seq, before, event.commitment(algorithm), commitments)
            cursor.execute("UPDATE audit_link SET digest = %s WHERE id = %s", [before, link])
        cursor.execute("UPDATE audit_chain SET digest = %s WHERE bureau = %s", [before, bureau])
    return Done(f"单位 {bureau} 的链重算")


def trigger_gone(chance: random.Random) -> Done | None:
    """A trigger is taken away, or put in place of itself without its teeth."""
    one = chance.choice(protected())
    if connection.vendor == "postgresql":
        do(f"ALTER TABLE {one.table} DISABLE TRIGGER ev_note")
        return Done(f"{one.table} 触发器停用", f"{one.table}/ev_note")
    name = f"ev_note_u_{one.table}"
    do(f"DROP TRIGGER {name}")
    if chance.random() < 0.5:
        do(f"CREATE TRIGGER {name} AFTER UPDATE ON {one.table} BEGIN SELECT 1; END")
    return Done(f"{name} 改动", name)


ATTACKS = {
    attack.__name__: attack
    for attack in (
        cell, row_deleted, row_added, row_and_journal, event_changed, event_deleted, events_deleted_with_links,
        tail_deleted, events_swapped, links_swapped, event_forged, change_touched, link_touched, chain_recomputed,
        trigger_gone,
    )
}  # fmt: skip
WEIGHTS = [40 if name == "cell" else 1 if name == "chain_recomputed" else 5 for name in ATTACKS]
