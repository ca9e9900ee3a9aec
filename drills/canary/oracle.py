"""Which rows each person may read, in SQL over the bare tables; and which words stand in them.

A word may be read by whoever may read any row that it stands in. Nothing here asks the product what anybody sees; the
organisation and the registers are `drills.visibility.oracle`'s, written the same way.
"""

from collections import defaultdict
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.utils import timezone

from accounts.models import User
from drills.canary.world import TOKEN
from drills.visibility.oracle import GROUND, NO_ADMINISTRATOR, QUESTIONS, VIEWERS

TEXTS = models.CharField | models.TextField | models.JSONField
NOBODY = -1  # who is not signed in
BUSINESS = f"{NO_ADMINISTRATOR} AND {{0}} IN (SELECT unit FROM business)"
REGISTER = f"{{0}} IN ({QUESTIONS['road']})"
PUBLIC_POWER = """{0} IN (SELECT p.id FROM registers_power p JOIN registers_unit u ON u.id = p.unit_id
    WHERE p.published AND p.closed_on IS NULL AND u.closed_on IS NULL)"""
POWER = f"({{0}} IN ({QUESTIONS['powers']}) OR {PUBLIC_POWER})"
VIEWED = f"{NO_ADMINISTRATOR} AND {{0}} IN (SELECT r.unit FROM reach r WHERE r.role IN {VIEWERS})"
WORKS = f"{NO_ADMINISTRATOR} AND {{0}} IN (SELECT root.bureau FROM root JOIN held h ON h.unit = root.unit)"
KEEPS = "{0} IN (SELECT unit FROM granted WHERE role IN ('office', 'publisher'))"
# Hung up: to society, to those who work in the section or bureau, lead there, view or keep it, or receive what is said.
HUNG = f"""{{0}} IN (SELECT n.id FROM workflow_notice n WHERE n.state IN ('open', 'closed') AND (
    n.audience = 'society'
    OR n.audience = 'intranet' AND %(user)s > 0
    OR n.audience = 'bureau' AND ({WORKS.format("n.bureau_id")})
    OR n.audience = 'section' AND {NO_ADMINISTRATOR} AND (
        n.section_id IN (SELECT s.section FROM section s JOIN held h ON h.unit = s.unit)
        OR n.section_id IN (SELECT s.section FROM section s JOIN led l ON l.unit = s.unit))
    OR n.audience IN ('bureau', 'section') AND (({VIEWED.format("n.bureau_id")}) OR {KEEPS.format("n.bureau_id")})
    OR EXISTS (SELECT 1 FROM granted g WHERE g.role = n.recipient_role AND g.unit = n.recipient_unit_id)))"""
NOTICE = f"({HUNG} OR {{0}} IN (SELECT k.id FROM workflow_notice k WHERE {KEEPS.format('k.bureau_id')}))"
# Only who receives them: nobody of the people here is concerned himself (drill accusations has those).
COMMENT = """{0} IN (SELECT n.id FROM workflow_notice n JOIN granted g
    ON g.role = n.recipient_role AND g.unit = n.recipient_unit_id)"""
LETTER = f"""{NO_ADMINISTRATOR} AND {{0}} IN (SELECT l.id FROM supervision_letter l WHERE l.by_id = %(user)s
    OR l.post_id IN (SELECT a.post_id FROM registers_appointment a JOIN held h ON h.post = a.post_id
        WHERE a.user_id = %(user)s AND l.issued_on >= a.starts_on)
    OR l.unit_id IN (SELECT unit FROM led) OR ({VIEWED.format("l.bureau_id")}))"""
FILING = f"""{{0}} IN (SELECT f.id FROM workflow_filing f WHERE ({VIEWED.format("f.bureau_id")})
    OR f.bureau_id IN (SELECT unit FROM granted WHERE role IN ('office', 'publisher')))
    OR {{0}} IN (SELECT i.filing_id FROM workflow_filingitem i
        JOIN granted g ON g.role = i.role AND g.unit = i.to_unit_id)"""
OF_POST = f"{{0}} IN (SELECT p.id FROM registers_post p WHERE p.unit_id IN ({QUESTIONS['units']}))"
OF_BLOCK = f"{{0}} IN (SELECT b.id FROM registers_block b WHERE {REGISTER.format('b.register_id')})"
OF_PROCEDURE = f"{{0}} IN (SELECT p.id FROM registers_procedure p WHERE {POWER.format('p.power_id')})"
OF_MEETING = f"{{0}} IN (SELECT m.id FROM workflow_meeting m WHERE {VIEWED.format('m.bureau_id')})"
REGULATION = f"""{BUSINESS.format("{1}")} OR {{0}} IN (SELECT r.regulation_id FROM registers_power_regulations r
    WHERE {PUBLIC_POWER.format("r.power_id")})"""

# Table → which of its rows (t) the person may read.
READS: dict[str, str] = {
    "registers_unit": f"t.id IN ({QUESTIONS['units']})",
    "registers_historicalunit": f"t.id IN ({QUESTIONS['units']})",
    "registers_post": OF_POST.format("t.id"),
    "registers_historicalpost": OF_POST.format("t.id"),
    "registers_power": POWER.format("t.id"),
    "registers_historicalpower": POWER.format("t.id"),
    "registers_procedure": POWER.format("t.power_id"),
    "registers_historicalprocedure": POWER.format("t.power_id"),
    "registers_procedurestep": OF_PROCEDURE.format("t.procedure_id"),
    "registers_historicalprocedurestep": OF_PROCEDURE.format("t.procedure_id"),
    "registers_regulation": REGULATION.format("t.id", "t.bureau_id"),
    "registers_historicalregulation": REGULATION.format("t.id", "t.bureau_id"),
    "registers_register": REGISTER.format("t.id"),
    "registers_block": REGISTER.format("t.register_id"),
    "registers_riskpoint": REGISTER.format("t.register_id"),
    "registers_control": OF_BLOCK.format("t.block_id"),
    "registers_responsibility": OF_BLOCK.format("t.block_id"),
    "workflow_seal": REGISTER.format("t.register_id"),
    "workflow_decision": REGISTER.format("t.register_id"),
    "workflow_proposal": REGISTER.format("t.register_id"),
    "workflow_notice": NOTICE.format("t.id"),
    "workflow_noticeitem": NOTICE.format("t.notice_id"),
    "workflow_comment": COMMENT.format("t.notice_id"),
    "workflow_meeting": VIEWED.format("t.bureau_id"),
    "workflow_meetingattendee": OF_MEETING.format("t.meeting_id"),
    "workflow_meetingitem": f"{OF_MEETING.format('t.meeting_id')} OR {REGISTER.format('t.register_id')}",
    "workflow_issuance": f"({VIEWED.format('t.bureau_id')}) OR ({WORKS.format('t.bureau_id')})",
    "workflow_filing": FILING.format("t.id"),
    "workflow_filingitem": f"{FILING.format('t.filing_id')} OR {REGISTER.format('t.register_id')}",
    "supervision_letter": LETTER.format("t.id"),
    "supervision_letterstep": LETTER.format("t.letter_id"),
    "audit_event": "t.bureau IN (SELECT unit FROM reach WHERE role = 'audit_admin') AND t.verb NOT LIKE 'comment.%%'",
}
# Single fields with more readers: what stands on the plate on a desk (the sample scheme's: points and controls); what
# a notice shows, to those who prepare it; the body that a filing report names.
ON_PLATE = f"""{{0}} IN (SELECT r.id FROM registers_register r WHERE r.state = 'in_force' AND r.post_id IS NOT NULL
    AND ({BUSINESS.format("r.unit_id")}))"""
PREPARED = f"""{{0}} IN (SELECT i.register_id FROM workflow_noticeitem i
    JOIN workflow_notice k ON k.id = i.notice_id WHERE {KEEPS.format("k.bureau_id")})"""
REPORTED = f"""t.id IN (SELECT m.meeting_id FROM workflow_meetingitem m
    JOIN workflow_filingitem r ON r.register_id = m.register_id WHERE {FILING.format("r.filing_id")})"""
SINGLE: dict[tuple[str, str], str] = {
    ("workflow_meeting", "body"): REPORTED,
    ("registers_riskpoint", "name"): f"({ON_PLATE.format('t.register_id')}) OR {PREPARED.format('t.register_id')}",
    ("registers_control", "text"): f"""t.block_id IN (
        SELECT b.id FROM registers_block b
        WHERE ({ON_PLATE.format("b.register_id")}) OR {PREPARED.format("b.register_id")})""",
}
# Where words stand that nobody reads by themselves.
NOT_READ = {
    "audit_change": "the journal of row versions: read by verify only",
    "accounts_session": "what the server keeps of a visit",
}
# Whose every row that may be read is seen somewhere on the way; of the others only "no more than".
SHOWN = {
    "registers_unit", "registers_post", "registers_power", "registers_procedure", "registers_procedurestep",
    "registers_regulation", "registers_riskpoint", "registers_control", "workflow_decision",
    "workflow_notice", "workflow_noticeitem", "workflow_comment", "workflow_meeting", "workflow_issuance",
    "workflow_filing", "supervision_letter", "supervision_letterstep", "registers_historicalpower",
}  # fmt: skip


Words = dict[str, dict[Any, dict[str, str]]]  # table → row → word → the field that it stands in


def words() -> Words:
    """All words and where they stand. Raises LookupError for a table that nothing is written about."""
    found: Words = defaultdict(dict)
    for model in apps.get_models(include_auto_created=True):
        table, key = model._meta.db_table, model._meta.pk.name
        if table in NOT_READ:
            continue
        names = [field.attname for field in model._meta.concrete_fields if isinstance(field, TEXTS)]
        for pk, *values in model._base_manager.values_list(key, *names) if names else ():
            here = {word: name for name, value in zip(names, values, strict=True) for word in TOKEN.findall(str(value))}
            if here:
                found[table][pk] = here
    if unknown := found.keys() - READS.keys():
        raise LookupError(f"没有写明谁可以看：{'、'.join(sorted(unknown))}")
    return found


def allowed(words: Words, user: User | None) -> tuple[set[str], dict[tuple[str, Any], set[str]]]:
    """The words that the person may read; those of each row that he must come across."""
    may, must = set(), {}
    for table, rows in words.items():
        for pk in readable(table, user) & rows.keys():
            may |= rows[pk].keys()
            if table in SHOWN:
                must[table, pk] = set(rows[pk])
    for (table, field), where in SINGLE.items():
        rows = words.get(table, {})
        may |= {
            word for pk in _keys(table, where, user) & rows.keys() for word, name in rows[pk].items() if name == field
        }
    return may, must


def readable(table: str, user: User | None) -> set[Any]:
    """The keys of the rows of a table that the person may read."""
    return _keys(table, READS[table], user)


def _keys(table: str, where: str, user: User | None) -> set[Any]:
    model = next(one for one in apps.get_models(include_auto_created=True) if one._meta.db_table == table)
    with connection.cursor() as cursor:
        given = {"user": user.pk if user else NOBODY, "day": timezone.localdate()}
        cursor.execute(f'{GROUND} SELECT t."{model._meta.pk.column}" FROM "{table}" t WHERE {where}', given)
        return {row[0] for row in cursor.fetchall()}
