"""Whether the database gives back what it was given: asked at every start, since some drivers and compatible servers
turn '' into nothing, true into '1', or a parameter into NULL, without an error. Uses the program's own way: the ORM.
"""

import datetime
import uuid
from decimal import Decimal
from typing import Any

from django.apps.registry import Apps
from django.conf import settings
from django.db import DatabaseError, connection, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "selftest_scratch"
OLDEST_POSTGRESQL = 140000
EAST = datetime.timezone(datetime.timedelta(hours=8))
HAN = "廉政𠮷䶮㛃𬺈"  # planes 0 and 2, extension A
LONG = (HAN * 10)[:60]


class Scratch(models.Model):
    """A row of every kind that the program keeps. Its table is temporary."""

    flag = models.BooleanField()
    maybe = models.BooleanField(null=True)
    word = models.CharField(max_length=60)
    text = models.TextField()
    number = models.BigIntegerField()
    amount = models.DecimalField(max_digits=12, decimal_places=4)
    day = models.DateField()
    at = models.DateTimeField()
    told = models.JSONField()
    alone = models.CharField(max_length=32, null=True, unique=True)  # noqa: DJ001 NULL is not unique

    class Meta:
        apps = Apps()  # no table of the program: nothing else knows it
        app_label = "lianzheng"
        db_table = TABLE

    def __str__(self) -> str:
        return self.word


def _rows() -> list[dict[str, Any]]:
    moment = datetime.datetime(2026, 2, 28, 23, 59, 59, 999999, tzinfo=EAST)
    told = {"甲": [1, 1.5, True, None, "", {"𠮷": "'\"\\"}], "": False}
    usual = {"word": LONG, "text": "", "told": told, "alone": None, "at": moment, "amount": Decimal("12345678.1200")}
    odd = "第一行\n第二行\t%s%%'\"\\ " + HAN
    long_ago = moment - datetime.timedelta(days=20000)
    return [
        usual | {"flag": True, "maybe": None, "number": 2**63 - 1, "day": datetime.date(2026, 12, 31)},
        usual | {"flag": False, "maybe": False, "number": -(2**63), "day": datetime.date(1949, 10, 1)}
        | {"word": "", "text": odd, "told": [], "at": long_ago},
        usual | {"flag": True, "maybe": True, "number": 0, "day": datetime.date(2024, 2, 29)}
        | {"word": " ", "told": "", "alone": uuid.UUID(int=7).hex, "amount": Decimal("-0.0001")},
    ]  # fmt: skip


def faults() -> list[str]:
    """What comes back otherwise than it was given; sentences, none when all is right."""
    try:
        with transaction.atomic():
            found = _values()
            transaction.set_rollback(True)
    except DatabaseError as fault:
        return [f"数据库读写自检没有做成：{fault}"]
    return found + setting_faults(connection)


def _values() -> list[str]:
    editor = connection.schema_editor()
    editor.deferred_sql = []  # indexes for searching by patterns, which this table does not need
    sql, given = editor.table_sql(Scratch)
    with connection.cursor() as cursor:
        cursor.execute(sql.replace("CREATE TABLE", "CREATE TEMPORARY TABLE", 1), given)
    rows = _rows()
    for row in rows:
        Scratch.objects.create(**row)
    found = [said for row in rows for said in _compared(row)]
    found += _asked_for() + _unique() + _nul()
    return found


def _compared(row: dict[str, Any]) -> list[str]:
    """The row, found by its number, held against what was given; also the kind of each value must be the same."""
    back = Scratch.objects.filter(number=row["number"]).values(*row).first()
    if back is None:
        return [f"写入的整数 {row['number']} 找不回来"]
    return [
        f"写入的 {name} {given!r} 读回来是 {back[name]!r}"
        for name, given in row.items()
        if repr(_in_order(back[name])) != repr(_in_order(given))  # 1 == True, but they do not look the same
    ]


def _in_order(value: Any) -> Any:
    """Instants in one zone, and objects with sorted keys: the database may keep both in its own way."""
    if isinstance(value, datetime.datetime) and value.tzinfo:
        return value.astimezone(datetime.UTC)
    if isinstance(value, dict):
        return sorted((key, _in_order(one)) for key, one in value.items())
    return [_in_order(one) for one in value] if isinstance(value, list) else value


def _asked_for() -> list[str]:
    """Values as conditions: a parameter that gets lost on its way finds nothing, or everything."""
    asked = {
        "真": ({"flag": True}, 2), "假": ({"flag": False}, 1),
        "空文本": ({"text": ""}, 2), "空值": ({"maybe": None}, 1),
        "六十个汉字的名称": ({"word": LONG}, 1), "日期": ({"day": datetime.date(2024, 2, 29)}, 1),
        "小数": ({"amount": Decimal("-0.0001")}, 1),
        "时间": ({"at__lt": datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)}, 1),
    }  # fmt: skip
    counts = {name: (Scratch.objects.filter(**condition).count(), right) for name, (condition, right) in asked.items()}
    return [
        f"按{name}查找应有 {right} 行，得到 {count} 行" for name, (count, right) in counts.items() if count != right
    ]


def _unique() -> list[str]:
    """Two empty values are no duplicates, two equal words are."""
    row = _rows()[2] | {"number": 1}
    return [] if _refused(row) else ["唯一键没有起作用：重复的值被收下了"]


def _nul() -> list[str]:
    """A NUL in a text is refused, or comes back as it was: it never cuts the text off."""
    text = "前\0后"
    if _refused(_rows()[0] | {"text": text, "number": 2}):
        return []
    back = Scratch.objects.filter(number=2).values_list("text", flat=True).first()
    return [] if back == text else [f"含空字符的文本读回来是 {back!r}"]


def _refused(row: dict[str, Any]) -> bool:
    try:
        with transaction.atomic():
            Scratch.objects.create(**row)
    except (DatabaseError, ValueError):
        return True
    return False


def setting_faults(database: BaseDatabaseWrapper) -> list[str]:
    """What the database must be set to, so that an answered act survives a power cut and what is deleted is gone."""
    ask = _of_sqlite if database.vendor == "sqlite" else _of_postgresql
    with database.cursor() as cursor:
        return ask(cursor)


def _of_sqlite(cursor) -> list[str]:
    def value(name: str):
        return cursor.execute(f"PRAGMA {name}").fetchone()[0]

    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "encoding": "UTF-8"}
    found = {name: value(name) for name in wanted}
    return [
        f"SQLite 的 {name} 应是 {wanted[name]}，现在是 {found[name]}" for name in wanted if found[name] != wanted[name]
    ]


def _of_postgresql(cursor) -> list[str]:
    def value(name: str) -> str:
        cursor.execute("SELECT current_setting(%s)", [name])
        return cursor.fetchone()[0]

    found = []
    if int(value("server_version_num")) < OLDEST_POSTGRESQL:
        found.append(f"PostgreSQL 需要 14 或更高版本，现在是 {value('server_version')}")
    if value("server_encoding") != "UTF8":
        found.append(f"数据库的编码应是 UTF8，现在是 {value('server_encoding')}；请用 ENCODING 'UTF8' 重新建库")
    if not settings.TESTING:  # the tests' own server saves itself the waiting
        found += [f"PostgreSQL 的 {name} 不能关：停电会丢已经应答的办理" for name in ("fsync", "synchronous_commit",
            "full_page_writes") if value(name) == "off"]  # fmt: skip
    return found
