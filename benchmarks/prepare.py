"""The databases that are measured: made by the bulk loader, kept while nothing that shapes them has changed."""

import hashlib
import sys
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from registers.models import Scheme, Unit
from workflow.models import Notice

SCHEME = "s000"
SHAPES = ("lianzheng/sample/*.py", "fixtures/schemes/*.json", "*/migrations/*.py")


def prepare(size: str, *, reuse: bool = False) -> None:
    """Make the database of this process hold a body of that size, unless it does already.

    ``reuse`` keeps what is there although the loader or the tables' definition have changed since.
    """
    stamp = Path(settings.DATA_DIR) / "made-from"
    made_from = digest()
    known = stamp.read_text() if stamp.exists() else ""
    if _filled() and known and (reuse or known == made_from):
        return
    say(f"正在准备 {size} 规模的数据库（{connection.vendor}）……")
    if not _only_migrated():
        _clear(stamp)
    call_command("migrate", verbosity=0)
    call_command("load_holidays", stdout=sys.stderr)
    call_command("load_scheme", *sorted(Path(settings.BASE_DIR).glob("fixtures/schemes/*.json")), stdout=sys.stderr)
    call_command("sample", scheme=SCHEME, size=size, stdout=sys.stderr)
    call_command("collectstatic", interactive=False, verbosity=0)
    with transaction.atomic():
        Notice.objects.update(audience="society")  # the plan shows them inside; what is measured is the public page
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "postgresql" else "PRAGMA optimize")
    stamp.write_text(made_from)


def digest() -> str:
    """Over everything that the prepared rows depend on."""
    found = hashlib.sha256()
    for pattern in SHAPES:
        for path in sorted(Path(settings.BASE_DIR).glob(pattern)):
            found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()


def say(text: str) -> None:
    """To the person who waits; the numbers alone go to standard output."""
    print(text, file=sys.stderr, flush=True)


def _has_tables() -> bool:
    return Unit._meta.db_table in connection.introspection.table_names()


def _filled() -> bool:
    return _has_tables() and Scheme.objects.exists() and Unit.objects.exists()


def _only_migrated() -> bool:
    """Somebody saved us the migrations."""
    return _has_tables() and not Scheme.objects.exists() and not Unit.objects.exists()


def _clear(stamp: Path) -> None:
    """An empty database; only ever one of our own (see `benchmarks.__main__`)."""
    stamp.unlink(missing_ok=True)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        return
    connection.close()
    for end in ("", "-wal", "-shm"):
        Path(f"{settings.DATABASES['default']['NAME']}{end}").unlink(missing_ok=True)
