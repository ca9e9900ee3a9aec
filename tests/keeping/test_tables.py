"""The digest of a table: equal for equal rows, different for any other row."""

import datetime

import pytest
from django.db import connection

from accounts.models import User
from lianzheng.keeping.tables import canonical, differences, sums

UTC = datetime.UTC


def test_values_of_another_kind_are_another_thing():
    values = [None, True, False, 1, 0, "1", "true", "", "0", b"1", 1.5, "1.5", datetime.date(2026, 1, 1), "2026-01-01"]
    assert len({canonical(value) for value in values}) == len(values)


def test_the_same_value_is_the_same_on_each_kind_of_database():
    known = datetime.datetime(2026, 1, 1, 12, 0, 0, 5, tzinfo=UTC)
    east = datetime.timezone(datetime.timedelta(hours=8))
    assert canonical(known.replace(tzinfo=None)) == canonical(known) == canonical(known.astimezone(east))
    assert canonical('{"b":1,"a":"𠮷"}', "json") == canonical('{"a": "\\ud842\\udfb7", "b": 1}', "json")
    assert canonical(1, "bool") == canonical(True, "bool") != canonical(2, "bool")


@pytest.mark.django_db
def test_a_change_of_one_value_is_a_change_of_its_table_only():
    user = User.objects.create_user("jia", name="甲")
    before = sums()
    assert before == sums()
    assert set(before) == set(connection.introspection.table_names()), "every table, the models' or not"
    User.objects.filter(pk=user.pk).update(name="乙")
    changed = differences(before, sums())
    assert f"表 accounts_user 的内容不同（{before['accounts_user'].rows} 行）" in changed
    assert {said.split()[1] for said in changed} == {"accounts_user", "audit_change"}, "and the journal of the change"


@pytest.mark.django_db
def test_the_order_of_rows_does_not_matter_but_how_often_they_are_there_does():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE keeping_scratch (a integer, b text)")
        cursor.execute("INSERT INTO keeping_scratch VALUES (1, 'x'), (2, 'y')")
        first = sums(tables=["keeping_scratch"])
        cursor.execute("DELETE FROM keeping_scratch")
        cursor.execute("INSERT INTO keeping_scratch VALUES (2, 'y'), (1, 'x')")
        assert sums(tables=["keeping_scratch"]) == first
        cursor.execute("INSERT INTO keeping_scratch VALUES (1, 'x')")
        assert sums(tables=["keeping_scratch"]) != first
        cursor.execute("DROP TABLE keeping_scratch")
