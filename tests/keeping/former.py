"""A database as the former release left it, with rows in every table, and the upgrade over it. Run as a program.

``python -m tests.keeping.former build|upgrade FOLDER`` over the database of the environment. What it finds wrong it
prints; the exit code is 1 then.
"""

import base64
import datetime
import json
import sys
from decimal import Decimal
from pathlib import Path

import django
from django.core.management import call_command
from django.db import connection, models, transaction
from django.db.migrations.executor import MigrationExecutor

FORMER = {
    "contenttypes": "0002_remove_content_type_name",
    "auth": "0012_alter_user_first_name_max_length",
    "sessions": "0001_initial",
    "accounts": "0001_initial",
    "audit": "0001_initial",
    "jobs": "0001_queue",
    "registers": "0002_papers_and_exchange",
    "supervision": "0001_letters",
    "workflow": "0001_initial",
}
ROWS = 3
NAMES = ("ZhangSan", "ｌｉｓｉ２", "wang-wu")  # as people wrote them before there was one spelling
CANONICAL = ("zhangsan", "lisi2", "wang-wu")
GONE = {"accounts_signinfailure"}  # counters of the former release
MOMENT = datetime.datetime(2026, 3, 1, 9, 30, tzinfo=datetime.UTC)


def build() -> None:
    """Migrate an empty database as far as the former release went, and fill it."""
    executor = MigrationExecutor(connection)
    targets = list(FORMER.items())
    executor.migrate(targets)
    apps = MigrationExecutor(connection).loader.project_state(targets).apps
    with transaction.atomic():
        for model in _in_order([model for model in apps.get_models() if model._meta.app_label in FORMER]):
            if model._meta.managed and model._meta.app_label not in ("contenttypes", "auth", "sessions"):
                _fill(model)


def _in_order(found: list[type[models.Model]]) -> list[type[models.Model]]:
    """Each after those that its rows must point to."""
    done: list[type[models.Model]] = []
    while found:
        ready = [model for model in found if all(one in done or one is model for one in _needed(model))]
        if not ready:
            raise RuntimeError(f"a ring among {found}")
        done += ready
        found = [model for model in found if model not in ready]
    return done


def _needed(model: type[models.Model]) -> list[type[models.Model]]:
    return [field.related_model for field in model._meta.local_fields if field.is_relation and not field.null]


def _fill(model: type[models.Model]) -> None:
    for number in range(ROWS):
        given = {
            field.name: value
            for field in model._meta.local_fields
            if not field.primary_key and (value := _value(field, number)) is not None
        }
        if model._meta.db_table == "accounts_user":
            given |= {"username": NAMES[number], "is_active": True}
        if model._meta.db_table == "registers_unit":  # a body of its own each: the tree is verified too
            given |= {"lft": 1, "rght": 2, "tree_id": number + 1, "level": 0}
        row = model._base_manager.create(**given)
        if model._meta.db_table == "registers_unit":
            row.bureau = row
            row.save()


def _value(field: models.Field, number: int):
    """Something that the field takes; another for every row."""
    if field.is_relation:
        if field.name == "section":
            return None
        there = field.related_model._base_manager.order_by("pk")
        return there[number] if not field.null or there.count() == ROWS else None
    if field.choices:
        return field.choices[0][0]
    if isinstance(field, models.CharField | models.TextField):
        return f"𠮷{field.column[:6]}{number}"[: field.max_length or 200]
    values = {
        models.BooleanField: bool(number % 2),
        models.JSONField: {"甲": number},
        models.DecimalField: Decimal(number),
        models.DateTimeField: MOMENT + datetime.timedelta(days=number),
        models.DateField: (MOMENT + datetime.timedelta(days=number)).date(),
        models.IntegerField: number + 1,
        models.BinaryField: bytes([number]),
    }
    return next(value for kind, value in values.items() if isinstance(field, kind))


def rows() -> dict[str, list[dict]]:
    """Every table of ours as it is, by its number."""
    told = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.split("_")[0] in FORMER and table.split("_")[0] not in ("auth", "sessions", "contenttypes"):
                cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')
                names = [column[0] for column in cursor.description]
                told[table] = [dict(zip(names, map(_told, row), strict=True)) for row in cursor.fetchall()]
    return told


def _told(value) -> str:
    return base64.b64encode(value).decode() if isinstance(value, bytes | memoryview) else str(value)


def differences(before: dict[str, list[dict]], after: dict[str, list[dict]]) -> list[str]:
    """What of the former rows is not there as it was."""
    found = []
    for table, old in before.items():
        if table in GONE:
            continue
        new = after.get(table, [])
        if len(new) < len(old):
            found.append(f"{table}: {len(old)} rows became {len(new)}")
        for row, now in zip(old, new, strict=False):
            found += [
                f"{table} {row.get('id')} {name}: {value!r} became {now[name]!r}"
                for name, value in row.items()
                if name in now and now[name] != _expected(table, name, value)
            ]
    return found


def _expected(table: str, name: str, value: str) -> str:
    if (table, name) == ("accounts_user", "username"):
        return dict(zip(NAMES, CANONICAL, strict=True)).get(value, value)
    return value


def main(task: str, folder: Path) -> int:
    django.setup()
    kept = folder / "former.json"
    if task == "build":
        build()
        kept.write_text(json.dumps(rows()))
        return 0
    call_command("migrate", verbosity=0)
    wrong = differences(json.loads(kept.read_text()), rows())
    print("\n".join(wrong))
    call_command("verify")  # ends the program with its own code
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
