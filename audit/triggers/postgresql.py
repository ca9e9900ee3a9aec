"""Triggers of PostgreSQL: one a table writes the journal; evidence cannot be changed, and no table emptied at once."""

from typing import Any

from audit.backends.postgresql.base import TRANSACTION
from audit.protection import Protected, protected
from audit.triggers.rules import EVIDENCE, REFUSED, allowed

# What the journal keeps of a row: hashes in place of long and sensitive texts.
DOC = """
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY hashed LOOP
        IF doc ->> name IS NOT NULL THEN
            doc := jsonb_set(doc, ARRAY[name], jsonb_build_object(
                '#', encode(sha256(convert_to(salt || ':' || (doc ->> name), 'UTF8')), 'hex')));
        END IF;
    END LOOP;
    RETURN doc;
END
"""
NOTE = f"""
DECLARE
    salt text := replace(gen_random_uuid()::text, '-', '');
    doc jsonb;
BEGIN
    IF TG_OP = 'DELETE' THEN
        INSERT INTO audit_change (table_name, row_id, op, content, salt, sealed, tx)
        VALUES (TG_TABLE_NAME, (to_jsonb(OLD) ->> TG_ARGV[0])::bigint, 'D', '', salt, '', {TRANSACTION});
        RETURN NULL;
    END IF;
    doc := to_jsonb(NEW) - TG_ARGV[1]::text[];
    IF TG_OP = 'UPDATE' AND doc = to_jsonb(OLD) - TG_ARGV[1]::text[] THEN
        RETURN NULL;
    END IF;
    INSERT INTO audit_change (table_name, row_id, op, content, salt, sealed, tx)
    VALUES (TG_TABLE_NAME, (doc ->> TG_ARGV[0])::bigint, left(TG_OP, 1),
        ev_doc(doc, TG_ARGV[2]::text[], salt)::text, salt, '', {TRANSACTION});
    RETURN NULL;
END
"""
NOW = TRANSACTION.replace("_if_assigned", "")  # gives the transaction its number
SIGNATURES = {"ev_doc": "ev_doc(doc jsonb, hashed text[], salt text) RETURNS jsonb"}
STOP = f"RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'integrity_constraint_violation';"


def _functions() -> dict[str, str]:
    found = {"ev_doc": DOC, "ev_note": NOTE, "ev_stop": f"\nBEGIN\n    {STOP}\nEND\n"}
    for table in EVIDENCE:
        if exception := allowed(table, same="IS NOT DISTINCT FROM", detail="NEW.detail::text"):
            body = f"\nBEGIN\n    IF {exception} THEN\n        RETURN NEW;\n    END IF;\n    {STOP}\nEND\n"
            found[f"ev_keep_{table}"] = body
    return found


def _triggers() -> dict[str, str]:
    """ "table/name" → definition, as the server itself prints it."""
    found: dict[str, str] = {}
    for one in protected():
        given = f"'{one.key}', '{{{','.join(one.left_out)}}}', '{{{','.join(sorted(one.hashed))}}}'"
        found[f"{one.table}/ev_note"] = (
            f"CREATE TRIGGER ev_note AFTER INSERT OR DELETE OR UPDATE ON public.{one.table} "
            f"FOR EACH ROW EXECUTE FUNCTION ev_note({given})"
        )
        found |= _guards(one.table) if one.append_only else _never_emptied(one.table)
    for table in EVIDENCE:
        found |= _guards(table)
    return found


def _guards(table: str) -> dict[str, str]:
    function = f"ev_keep_{table}" if f"ev_keep_{table}" in _functions() else "ev_stop"
    on = f"ON public.{table} FOR EACH ROW EXECUTE FUNCTION"
    return {
        f"{table}/ev_keep_u": f"CREATE TRIGGER ev_keep_u BEFORE UPDATE {on} {function}()",
        f"{table}/ev_keep_d": f"CREATE TRIGGER ev_keep_d BEFORE DELETE {on} ev_stop()",
    } | _never_emptied(table)


def _never_emptied(table: str) -> dict[str, str]:
    return {
        f"{table}/ev_keep_t": f"CREATE TRIGGER ev_keep_t BEFORE TRUNCATE ON public.{table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION ev_stop()"
    }


def wanted() -> dict[str, str]:
    """Place and name → definition of every trigger, and name → body of every function."""
    return _triggers() | _functions()


def standing(cursor: Any) -> dict[str, str]:
    """The same of what there is; a trigger that is switched off does not stand."""
    cursor.execute(
        "SELECT c.relname || '/' || t.tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t "
        "JOIN pg_class c ON c.oid = t.tgrelid WHERE t.tgname LIKE 'ev\\_%%' AND t.tgenabled IN ('O', 'A') "
        "AND c.relnamespace = 'public'::regnamespace"
    )
    triggers = dict(cursor.fetchall())
    cursor.execute(
        "SELECT proname, prosrc FROM pg_proc WHERE proname LIKE 'ev\\_%%' AND pronamespace = 'public'::regnamespace"
    )
    return triggers | dict(cursor.fetchall())


def install(cursor: Any, tables: set[str]) -> None:
    """Put right what is missing or different; leave alone what is right."""
    there = standing(cursor)
    for name, body in _functions().items():
        if there.get(name) != body:
            head = SIGNATURES.get(name, f"{name}() RETURNS trigger")
            cursor.execute(f"CREATE OR REPLACE FUNCTION {head} LANGUAGE plpgsql AS $ev${body}$ev$")
    right = _triggers()
    for place in there.keys() - right.keys() - _functions().keys():
        if "/" in place:
            _drop(cursor, place)
    for place, definition in right.items():
        if there.get(place) != definition and place.split("/")[0] in tables:
            _drop(cursor, place)
            cursor.execute(definition)


def _drop(cursor: Any, place: str) -> None:
    table, name = place.split("/")
    cursor.execute(f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"')


def remove(cursor: Any) -> None:
    for place in standing(cursor):
        if "/" in place:
            _drop(cursor, place)


def stand_aside(cursor: Any, table: str) -> None:
    _drop(cursor, f"{table}/ev_keep_u")


def take_in(cursor: Any, one: Protected) -> None:
    """Write all rows of the table into the journal as they stand."""
    left_out, hashed = ",".join(one.left_out), ",".join(sorted(one.hashed))
    doc = f"ev_doc(to_jsonb(t) - '{{{left_out}}}'::text[], '{{{hashed}}}'::text[], s.salt)::text"
    # Told to depend on the row, the salt is made anew for each.
    salt = f"""replace(gen_random_uuid()::text || left(t."{one.key}"::text, 0), '-', '')"""
    cursor.execute(
        "INSERT INTO audit_change (table_name, row_id, op, content, salt, sealed, tx) "
        f"""SELECT '{one.table}', t."{one.key}", 'B', {doc}, s.salt, '', {NOW} FROM "{one.table}" t """
        f"CROSS JOIN LATERAL (SELECT {salt} AS salt OFFSET 0) s"
    )


def live(one: Protected) -> str:
    """The question for every row as the journal would keep it, without hashes: key, object as text."""
    left_out = ",".join(one.left_out)
    return f"""SELECT "{one.key}", (to_jsonb(t) - '{{{left_out}}}'::text[])::text FROM "{one.table}" t"""
