"""Who sees what, written a second time: from the words of the product, in SQL over the bare tables.

Nothing here asks `registers.access` or `workflow.access`, nor the tree's numbers: it climbs ``parent`` and ``above``.
"""

from django.db import connection

ADMINISTRATORS = "('system_admin', 'security_admin', 'audit_admin')"
VIEWERS = "('office', 'leading_group', 'discipline', 'party_group', 'leader')"
HOLDS = "{0}.starts_on <= %(day)s AND ({0}.ends_on IS NULL OR {0}.ends_on > %(day)s) AND NOT {0}.pending"

# He holds a post or a role from the day it begins until the day it ends, once confirmed, while the post is there.
GROUND = f"""
WITH RECURSIVE
held(post, unit, is_head) AS (
    SELECT p.id, p.unit_id, p.is_head FROM registers_appointment a JOIN registers_post p ON p.id = a.post_id
    WHERE a.user_id = %(user)s AND {HOLDS.format("a")} AND p.closed_on IS NULL),
granted(role, unit) AS (
    SELECT g.role, g.unit_id FROM registers_rolegrant g WHERE g.user_id = %(user)s AND {HOLDS.format("g")}),
-- A head leads his unit, a leader what he is in charge of, and everything under it.
led(unit) AS (
    SELECT unit FROM held WHERE is_head
    UNION SELECT c.unit_id FROM registers_charge c JOIN held h ON h.post = c.post_id WHERE {HOLDS.format("c")}
    UNION SELECT u.id FROM registers_unit u JOIN led l ON u.parent_id = l.unit),
-- A role reaches everything under its unit; at a body as a whole also the bodies below it.
reach(role, unit) AS (
    SELECT role, unit FROM granted
    UNION SELECT r.role, u.id FROM registers_unit u JOIN reach r ON u.parent_id = r.unit OR u.above_id = r.unit),
root(unit, bureau) AS (
    SELECT id, id FROM registers_unit WHERE parent_id IS NULL
    UNION SELECT u.id, r.bureau FROM registers_unit u JOIN root r ON u.parent_id = r.unit),
section(unit, section) AS (
    SELECT u.id, u.id FROM registers_unit u JOIN registers_unit b ON b.id = u.parent_id AND b.parent_id IS NULL
    UNION SELECT u.id, s.section FROM registers_unit u JOIN section s ON u.parent_id = s.unit),
desk(desk) AS (
    SELECT 'user:' || CAST(%(user)s AS text)
    UNION SELECT 'post:' || CAST(post AS text) FROM held
    UNION SELECT 'role:' || role || ':' || CAST(unit AS text) FROM granted),
business(unit) AS (
    SELECT x.unit FROM root x JOIN root mine ON mine.bureau = x.bureau JOIN held h ON h.unit = mine.unit
    UNION SELECT unit FROM reach)
"""
NO_ADMINISTRATOR = f"NOT EXISTS (SELECT 1 FROM granted WHERE role IN {ADMINISTRATORS})"

BY_STANDING = f"""{NO_ADMINISTRATOR} AND (
    r.post_id IN (SELECT post FROM held)
    OR r.unit_id IN (SELECT unit FROM led)
    OR r.unit_id IN (SELECT unit FROM reach WHERE role IN {VIEWERS})
    OR (r.state = 'in_force' AND r.unit_id IN (
        SELECT theirs.unit FROM section theirs JOIN section mine ON mine.section = theirs.section
        JOIN held h ON h.unit = mine.unit)))"""

QUESTIONS = {
    # His own posts', those he leads, those a viewing role reaches, what is in force in his section.
    "registers": f"SELECT r.id FROM registers_register r WHERE {BY_STANDING}",
    # And what lies or lay on his desks, or what he decided on.
    "road": f"""SELECT r.id FROM registers_register r WHERE {BY_STANDING} OR {NO_ADMINISTRATOR} AND (
        r.id IN (SELECT t.register_id FROM workflow_task t JOIN desk d ON d.desk = t.desk)
        OR r.id IN (SELECT d.register_id FROM workflow_decision d WHERE d.by_id = %(user)s))""",
    # An administrator knows the units that he keeps accounts or grants roles for; all others where they work or reach.
    "units": f"""SELECT unit FROM business WHERE {NO_ADMINISTRATOR}
        UNION SELECT unit FROM reach WHERE role IN ('system_admin', 'security_admin')""",
    "powers": f"""SELECT p.id FROM registers_power p
        WHERE {NO_ADMINISTRATOR} AND p.unit_id IN (SELECT unit FROM business)""",
}


def seen(question: str, user_id: int, day) -> set[int]:
    """The ids that the user should see."""
    with connection.cursor() as cursor:
        cursor.execute(GROUND + QUESTIONS[question], {"user": user_id, "day": day})
        return {row[0] for row in cursor.fetchall()}
