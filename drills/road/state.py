"""The whole content of the database: its digest, its numbers of rows, and a copy to come back to."""

import hashlib
import shutil
from collections import Counter
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection

from audit.models import Event

# Not what anybody did: when a session was last seen, and tries at signing in, which count although they fail.
LEFT_OUT = {"accounts_session", "django_session"}
SEQUENCES = {"sqlite_sequence"}


def tables() -> list[str]:
    return sorted(set(connection.introspection.table_names()) - LEFT_OUT - SEQUENCES)


def digest(names: list[str]) -> str:
    """Changes with every value of every row."""
    told = hashlib.sha256()
    with connection.cursor() as cursor:
        for name in names:
            if connection.vendor == "sqlite":
                cursor.execute(f'SELECT * FROM "{name}"')
                rows = sorted(map(repr, cursor.fetchall()))
            else:
                cursor.execute(f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM \"{name}\" t")
                rows = [str(cursor.fetchone()[0])]
            told.update(f"{name}:{'|'.join(rows)}".encode())
    return told.hexdigest()


def counts(names: list[str]) -> Counter[str]:
    """Table → rows."""
    with connection.cursor() as cursor:
        found: Counter[str] = Counter()
        for name in names:
            cursor.execute(f'SELECT COUNT(*) FROM "{name}"')
            found[name] = cursor.fetchone()[0]
    return found


def verbs(after: int) -> list[str]:
    """What was noted since that event."""
    return sorted(Event.objects.filter(pk__gt=after).values_list("verb", flat=True))


def newest_event() -> int:
    return Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def files() -> set[str]:
    """What lies in the folder of files; opened temporary names excepted."""
    place = Path(settings.MEDIA_ROOT)
    return {str(path.relative_to(place)) for path in place.rglob("*") if path.is_file()} if place.is_dir() else set()


class Copy:
    """The database and the files as they are now, to go back to as often as one likes."""

    def __init__(self) -> None:
        self.name = connection.settings_dict["NAME"]
        connection.close()
        self.kept_files = Path(settings.DATA_DIR) / "kept-files"
        shutil.rmtree(self.kept_files, ignore_errors=True)
        if Path(settings.MEDIA_ROOT).is_dir():
            shutil.copytree(settings.MEDIA_ROOT, self.kept_files)
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.close()
            self.kept = Path(str(self.name) + ".kept")
            shutil.copyfile(self.name, self.kept)
        else:
            self.kept_name = f"{self.name}_kept"
            self._admin(f'CREATE DATABASE "{self.kept_name}" TEMPLATE "{self.name}"')

    def back(self) -> None:
        connection.close()
        if self.kept_files.is_dir():
            shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)
            shutil.copytree(self.kept_files, settings.MEDIA_ROOT)
        if connection.vendor == "sqlite":
            for ending in ("-wal", "-shm"):
                Path(str(self.name) + ending).unlink(missing_ok=True)
            shutil.copyfile(self.kept, self.name)
            return
        self._admin(
            f'DROP DATABASE "{self.name}" WITH (FORCE)', f'CREATE DATABASE "{self.name}" TEMPLATE "{self.kept_name}"'
        )

    def drop(self) -> None:
        connection.close()
        if connection.vendor == "postgresql":
            self._admin(f'DROP DATABASE IF EXISTS "{self.kept_name}" WITH (FORCE)')

    def _admin(self, *orders: str) -> None:
        given = connection.settings_dict
        server = {"host": given["HOST"] or None, "port": given["PORT"] or None, "user": given["USER"]}
        with psycopg.connect(**server, dbname="postgres", autocommit=True) as admin:
            for order in orders:
                admin.execute(order)
