"""The tests run on a database that behaves as the one in production does."""

import threading

import pytest
from django.db import connection

from accounts.models import User
from tests.plumbing.database import on_postgresql


@pytest.mark.django_db
def test_sqlite_is_a_file_that_survives_a_power_cut():
    if on_postgresql():
        pytest.skip("about SQLite")
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert cursor.execute("PRAGMA synchronous").fetchone()[0] == 2, "FULL"


@pytest.mark.django_db(transaction=True)
def test_threads_write_at_once_each_on_a_connection_of_its_own():
    def write(number: int) -> None:
        User.objects.create(username=f"writer-{number}")
        connection.close()

    writers = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert User.objects.count() == 8
