"""The rules on SQL find what they forbid, let be what the program says, and have no exception that nothing needs."""

import pytest

from drills.sql.rules import EXCEPTIONS, RULES, broken

FORBIDDEN = {
    "array": "SELECT * FROM a WHERE id = ANY(%s)",
    "on conflict": "INSERT INTO a (b) VALUES (%s) ON CONFLICT (b) DO UPDATE SET b = 1",
    "distinct on": "SELECT DISTINCT ON (a) a, b FROM t",
    "partial index": "CREATE UNIQUE INDEX x ON a (b) WHERE c IS NULL",
    "full text": "SELECT to_tsvector(a) @@ to_tsquery(%s)",
    "lateral": "SELECT * FROM a, LATERAL (SELECT 1) b",
    "filter": 'SELECT COUNT("a") FILTER (WHERE "b") FROM t',
    "returning": "UPDATE a SET b = 1 RETURNING b",
    "grouping": "SELECT a FROM t GROUP BY ROLLUP (a)",
    "json operators": "SELECT a #> %s FROM t",
    "row locks": "SELECT 1 FROM jobs_job FOR UPDATE SKIP LOCKED",
    "regclass": "SELECT to_regclass('a')",
    "advisory lock": "SELECT pg_try_advisory_lock(1)",
    "merge": "MERGE INTO a USING b ON true WHEN MATCHED THEN DELETE",
    "collation": 'SELECT a FROM t ORDER BY a COLLATE "zh-x-icu"',
    "transaction id": "SELECT pg_current_xact_id()",
    "replica": "SET session_replication_role = replica",
}
USUAL = (
    'INSERT INTO "a" ("b") VALUES (%s) RETURNING "a"."id"',
    'SELECT COUNT(CASE WHEN "b" THEN %s ELSE NULL END) FROM "t" WHERE "c" IN (%s, %s) ORDER BY "d" DESC LIMIT 3',
    'SELECT 1 FROM "t" WHERE "a"."id" = %s FOR UPDATE OF "t"',
    'WITH RECURSIVE "x" AS (SELECT 1) SELECT * FROM "x"',
    'SELECT row_number() OVER (PARTITION BY "a" ORDER BY "b") FROM "t"',
    'CREATE INDEX "x" ON "a" ("b")',
    'SELECT "filter", "lateral_note" FROM "t"',
)


@pytest.mark.parametrize("rule", [rule.name for rule in RULES])
def test_each_rule_bites(rule):
    assert broken(FORBIDDEN[rule]) == [rule]


def test_what_every_database_takes_breaks_none():
    assert [sql for sql in USUAL if broken(sql)] == []


def test_each_exception_is_of_a_rule_and_has_a_reason():
    assert {name for name, _ in EXCEPTIONS} <= {rule.name for rule in RULES}
    assert all(EXCEPTIONS.values())
