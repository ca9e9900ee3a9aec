"""What evidence allows: nothing but the blanking of a personal part (`audit.redaction`), and chains that grow."""

REFUSED = "evidence is only added to"
EVIDENCE = ("audit_event", "audit_change", "audit_link", "audit_chain")
_BLANK = "NEW.salt = '' AND NEW.sealed <> '' AND OLD.salt <> ''"
_SAME = {
    "audit_event": ("id", "at", "bureau", "actor", "verb", "object_type", "object_id", "result"),
    "audit_change": ("id", "table_name", "row_id", "op", "tx"),
}
_EMPTIED = {
    "audit_event": "NEW.actor_name = '' AND NEW.actor_post = '' AND NEW.object_label = '' AND NEW.address = ''"
    " AND {detail} = '{{}}'",
    "audit_change": "NEW.content = ''",
}


def allowed(table: str, *, same: str, detail: str) -> str:
    """The condition under which a row of the table may be written over; empty where none is.

    ``same`` is the database's comparison that takes two nulls as equal, ``detail`` its text of the new detail.
    """
    if table == "audit_chain":
        return "NEW.bureau = OLD.bureau AND NEW.seq > OLD.seq"
    if table not in _SAME:
        return ""
    kept = [f"NEW.{column} {same} OLD.{column}" for column in _SAME[table]]
    return " AND ".join([_BLANK, _EMPTIED[table].format(detail=detail), *kept])
