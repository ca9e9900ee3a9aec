"""manage.py backup: everything that cannot be made again, in one encrypted file, while people work."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from lianzheng.keeping import asking, backup
from lianzheng.keeping.faults import KeepingError
from registers.management.arguments import WRONG_CALL

NOT_MADE = 1


class Command(BaseCommand):
    help = (
        "备份数据库和数据目录里不能重新生成的文件，加密成一个文件，写完读回核对。网站不必停。"
        "退出码：0 已备份，1 没有做成（不留下半个文件，也不删旧的），2 参数不对。"
    )

    def add_arguments(self, parser):
        parser.add_argument("--out", type=Path, metavar="FOLDER", help="放到哪个文件夹（没有就建立）")
        parser.add_argument("--keep", type=int, default=0, metavar="N", help="做成以后只留最新的 N 份；不写则都留着")
        parser.add_argument("--without-secret-key", action="store_true", help="不带 secret_key；恢复后所有人要重新登录")
        parser.add_argument("--make-key", type=Path, metavar="FILE", help="生成一个新的密钥文件，不做备份")
        asking.add_arguments(parser)

    def handle(self, *, out: Path | None, keep: int, make_key: Path | None, **options):
        if (out is None) == (make_key is None) or keep < 0:
            raise CommandError("请写 --out 文件夹（或 --make-key 文件）；--keep 不能小于 0。", returncode=WRONG_CALL)
        try:
            if make_key is not None:
                asking.make_key(make_key)
                self.stdout.write(f"已生成 {make_key}。请抄一份放到别处：丢了它，备份就打不开。")
                return
            secret = asking.secret_of(key_file=options["key_file"], passphrase=options["passphrase"], new=True)
            taken = backup.take(out=out, secret=secret, keep=keep, with_secret_key=not options["without_secret_key"])
        except KeepingError as fault:
            raise CommandError(str(fault), returncode=NOT_MADE) from fault
        said = taken.manifest
        self.stdout.write(
            f"已备份到 {taken.path}：{len(said.tables)} 张表、{said.rows} 行，{len(said.parts)} 个文件，"
            f"{taken.path.stat().st_size} 字节，已读回核对。"
        )
        if taken.removed:
            self.stdout.write(f"已删去较早的 {len(taken.removed)} 份，留 {keep} 份。")
