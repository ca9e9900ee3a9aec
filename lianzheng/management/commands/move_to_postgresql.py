"""manage.py move_to_postgresql: from the embedded SQLite database to a PostgreSQL server, without loss."""

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, transaction

from audit import services as audit
from lianzheng.keeping import moving
from lianzheng.keeping.faults import KeepingError, NotToBeUsed
from registers.management.arguments import WRONG_CALL

NOT_MADE, NOT_TO_BE_USED = 1, 3


class Command(BaseCommand):
    help = (
        "把现在的 SQLite 数据库整个搬到一个空的 PostgreSQL 数据库：一个事务，逐表核对，连同审计链。"
        "先停止网站和后台任务。"
        "原来的 SQLite 文件不动。退出码：0 已搬，1 没有搬（目标里只有空的表），2 参数不对，"
        "3 内容到了但后面的核验或记录没有做成，目标不要使用，请删去重建再搬。"
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "url",
            metavar="URL",
            help="postgresql://用户@主机:端口/库名；口令最好不写在这里，用 PGPASSWORD 或 ~/.pgpass",
        )
        parser.add_argument("--arrived", action="store_true", help="搬完后在新库里记一条审计记录，由本命令自己运行")

    def handle(self, *, url: str, arrived: bool, **options):
        if not url.startswith(("postgresql://", "postgres://")):
            raise CommandError("请写 postgresql:// 开头的地址。", returncode=WRONG_CALL)
        if arrived:
            with transaction.atomic():
                audit.record(verb="database.move", label="从 SQLite 搬到 PostgreSQL")
            return
        try:
            done = moving.move(url=url)
        except NotToBeUsed as fault:
            raise CommandError(str(fault), returncode=NOT_TO_BE_USED) from fault
        except (KeepingError, DatabaseError) as fault:
            raise CommandError(str(fault).strip(), returncode=NOT_MADE) from fault
        self.stdout.write(
            f"已搬过去：{done.tables} 张表、{done.rows} 行，逐表核对相同；{done.links} 条审计记录的链核验完好。\n"
            "请把 LIANZHENG_DATABASE_URL 设为这个地址再启动；原来的 SQLite 文件没有动，确认无误后可以另存。"
        )
